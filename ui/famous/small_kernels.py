"""VGG: two small kernels, one after the other, see what a large one sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.window.geometry import Window
from cnn.window.receptive_field import Field, receptive_field
from ui import guess, lesson, link
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.questions import NumberQuestion, mistakes

MOST = 5
SMALL = 3


@dataclass(frozen=True)
class Stack:
    """So many small convolutions against the one large that sees as much; C channels everywhere."""

    layers: int
    channels: int

    @property
    def sees(self) -> int:
        """Rows that one output cell depends on."""
        field: tuple[Field, Field] = receptive_field([Window((SMALL, SMALL))] * self.layers)
        return field[0].size

    @property
    def small(self) -> int:
        """Weights of the small ones."""
        return self.layers * SMALL * SMALL * self.channels**2

    @property
    def large(self) -> int:
        """Weights of the large one."""
        return self.sees**2 * self.channels**2


def kernels(layers: int, seed: int) -> Array:
    """(layers, 3, 3): small kernels, all positive, so that their reach is easy to see."""
    return np.random.default_rng(seed).uniform(0.2, 1, (layers, SMALL, SMALL)).astype(np.float32)


def reach(small: Array) -> list[Array]:
    """What one lit pixel becomes, (side, side), before and after each of the small kernels.

    Args:
        small: (layers, 3, 3).
    """
    side = 2 * len(small) + 3
    x = np.zeros((1, 1, side, side), np.float32)
    x[0, 0, side // 2, side // 2] = 1
    found = [x[0, 0]]
    for kernel in small:
        x = conv2d(x, kernel[None, None], padding=SMALL // 2)
        found.append(x[0, 0])
    return found


def show() -> None:
    """The experiment."""
    stage, side = lesson.stage()
    with side:
        layers = link.slider("3×3 layers, one after another", "fn_small", 1, MOST, 2)
        channels = link.slider("Channels", "fn_wide", 1, 512, 64)
        with lesson.more():
            seed = link.number("Seed of the kernels", "fn_seed", 0, 9999, 0)
    of = Stack(layers, channels)
    with stage:
        small = kernels(layers, seed)
        tile_grid(
            "fn_reach",
            [
                Tiles(
                    f"The {layers} small kernels" if layers > 1 else "The kernel", small, "weight"
                ),
                *_spreads(reach(small)),
            ],
            side=120,
            legend=False,
            projector=lesson.projector(),
        )
        log_bars(
            "fn_weights",
            [
                Bar(f"{layers} × 3×3", of.small, f"{of.small:,} weights", marked=True),
                Bar(f"1 × {of.sees}×{of.sees}", of.large, f"{of.large:,} weights"),
            ],
            even=True,
            projector=lesson.projector(),
        )
    lesson.formula(
        r"\underbrace{<n> \cdot 3 \cdot 3 \cdot C^2}_{<n> \text{ layers of } 3\times 3}"
        r" = <a>\, C^2 \qquad \underbrace{<f> \cdot <f> \cdot C^2}_{\text{one of } <f>\times <f>}"
        r" = <b>\, C^2 \qquad 1 + <n> \cdot (3 - 1) = <f>",
        n=layers,
        a=layers * SMALL**2,
        f=of.sees,
        b=of.sees**2,
    )
    lesson.text(
        f"""
One pixel is lit, and a 3×3 kernel spreads it over 3×3 cells, a second one over 5×5. Read it
backwards: an output cell of the second layer **sees 5×5 pixels**. Two layers of 3×3 have
{2 * SMALL**2} C² weights, one of 5×5 has 25 C²; three see 7×7 with {3 * SMALL**2} C² in place of
49 C². And between the small ones there is room for a ReLU, which makes of two sums something that
no single sum can say.

That is all of VGG's idea: nothing but 3×3, and more layers. Here it is {_share(of)}.
"""
    )
    asked = how_many(guess.deal("fn_q2"))
    guess.number("fn_q2", asked.words, asked.answer, asked.explain, known=asked.known)


def _spreads(found: list[Array]) -> list[Tiles]:
    scaled = np.stack([one / one.max() for one in found])
    names = ["one pixel", *(f"after layer {i}" for i in range(1, len(found)))]
    return [Tiles("One lit pixel, and how far it has spread", scaled, "activation", 1.0, names)]


def _share(of: Stack) -> str:
    if of.layers == 1:
        return "one layer, and the two are the same"
    return f"{of.small:,} weights for {of.large:,}: {of.small / of.large:.0%}"


def how_many(rng: np.random.Generator) -> NumberQuestion:
    """How many 3×3 layers see as much as one large window."""
    layers = int(rng.integers(3, 8))
    size = Stack(layers, 1).sees
    return NumberQuestion(
        f"How many layers of 3×3, stride 1, see as much as one of {size}×{size}?",
        layers,
        f"Each adds 2 to the 1 that a pixel sees of itself: 1 + 2 · {layers} = {size}.",
        mistakes(
            layers,
            (size / 3, "divided by the kernel's side"),
            (size - 2, "one cell more for each layer"),
            ((size + 1) // 2, "the pixel itself counted as a layer"),
        ),
    )
