"""Scene 4: slide the digit, and its maps slide along, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array, batch_last
from cnn.data.augment import shifted
from cnn.explain import evaluation_copy, path_to
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from cnn.nets.table import spec_of
from ui import guess, lesson, link, samples
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.slide_pad.slide_pad import slide_pad
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.pick_questions import PickQuestion, dealt
from ui.why import networks

#: Layer → its stride on the picture: so many pixels are one cell of its maps.
LAYERS = {"conv1": 1, "pool1": 2, "conv2": 2, "pool2": 4}
#: Side of the paper; the digit's 28×28 lies in the middle.
PAPER = 60
MOST = 8
#: Shifts at which the chart looks.
SHIFTS = range(MOST + 1)
#: Weights are rounded to multiples of this, a power of two: then sums are exact in any order.
STEP = 2.0**-10


def exact(net: Sequential) -> Sequential:
    """The network with its weights rounded to :data:`STEP`, in float64.

    A sum of floats depends on the order of its terms in the last bits, and a matrix product takes
    another order at another place. With so few bits in each number nothing is ever rounded.
    """
    twin = build(spec_of(net), net.input_shape, dtype=np.float64, init="zeros")
    for name, value in net.parameters().items():
        twin.parameters()[name][...] = np.rint(value / STEP) * STEP
    twin.eval()
    return twin


def paper(label: int, seed: int) -> Array:
    """(60, 60) a digit in the middle of blank paper, ink in 256ths."""
    ink = np.rint(samples.digit(label, seed).x[0] * 256) / 256
    return np.pad(ink, (PAPER - ink.shape[0]) // 2)


@lru_cache(maxsize=1)
def _network() -> Sequential:
    return exact(networks.trained("lenet-plain").net)


def maps(x: Array, name: str) -> Array:
    """(C, H, W) what layer ``name`` of LeNet-5 makes of a picture (H, W) of any size."""
    value = batch_last(x[None, None])
    for layer in path_to(evaluation_copy(_network()), name):
        value = layer.forward(value)
    return value[..., 0]


@dataclass(frozen=True)
class Slid:
    """The maps of one layer before and after the digit slid.

    Attributes:
        along: (C, h, w) the maps before, moved by as many cells as the digit by pixels.
        after: (C, h, w) the maps of the digit that slid.
        cells: By how many cells (rows, columns) they were moved.
        whole: Whether the digit slid by whole cells of this layer.
    """

    along: Array
    after: Array
    cells: tuple[int, int]
    whole: bool

    @property
    def difference(self) -> Array:
        """(C, h, w) after − along, where both are known; 0 where something new came in."""
        known = shifted(np.ones_like(self.after), *self.cells) > 0
        return np.where(known, self.after - self.along, 0.0)

    @property
    def largest(self) -> float:
        """The largest |difference| of any cell of any map."""
        return float(np.abs(self.difference).max())

    @property
    def share(self) -> float:
        """Mean |difference|, as a share of the mean |deviation| of the maps from blank paper."""
        blank = self.after[:, :1, :1]
        level = float(np.abs(self.after - blank).mean())
        return float(np.abs(self.difference).mean()) / level if level else 0.0


def slid(x: Array, name: str, down: int, right: int) -> Slid:
    """What becomes of layer ``name`` when the picture (H, W) moves."""
    stride = LAYERS[name]
    cells = (round(down / stride), round(right / stride))
    along = shifted(maps(x, name), *cells)
    after = maps(shifted(x, down, right), name)
    return Slid(along, after, cells, down % stride == 0 and right % stride == 0)


@lru_cache(maxsize=64)
def shares(label: int, seed: int) -> dict[str, list[float]]:
    """Layer → how far its maps are from moving along, for shifts of 0, 1, … to the right."""
    x = paper(label, seed)
    return {name: [slid(x, name, 0, right).share for right in SHIFTS] for name in LAYERS}


def chart(label: int, seed: int) -> Panel:
    """How far each layer's maps are from moving along, against the shift."""
    found = shares(label, seed)
    lines = [
        Series(name, np.array(SHIFTS), np.array(found[name]), i, dashed=i % 2 == 1)
        for i, name in enumerate(LAYERS)
    ]
    return Panel("Difference, as a share of the maps", lines, percent=True, floor=0.0)


def exact_at(name: str) -> str:
    """Where a layer's maps move along exactly, in words."""
    stride = LAYERS[name]
    return "every whole pixel" if stride == 1 else f"multiples of {stride} pixels"


def words(of: Slid, name: str) -> str:
    """What the difference says."""
    if of.largest == 0:
        return f"The difference is **exactly 0** in every cell of all {len(of.after)} maps."
    if of.whole:
        return (
            f"The largest difference is {of.largest:.2f}: ink or its answer has reached the rim, "
            "where zeros come in and what leaves is lost."
        )
    return (
        f"The largest difference is {of.largest:.2f}: {name} moves along for {exact_at(name)} "
        "only. Its windows step over the picture and cut the digit in another way now."
    )


def tiles(of: Slid, name: str, channel: int) -> Tiles:
    """One map, before and after."""
    limit = float(np.abs(of.along[channel]).max()) or 1.0
    moved = np.stack([of.along[channel], of.after[channel], of.difference[channel]])
    captions = ("map before, moved along", "map of the moved digit", "difference")
    return Tiles(f"{name}, map {channel}", moved, "activation", limit, captions)


def _moved(down: int, right: int) -> None:
    link.assign(wy_down=down, wy_right=right)


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        right = link.slider("Columns to the right", "wy_right", -MOST, MOST, 3)
        down = link.slider("Rows down", "wy_down", -MOST, MOST, 0)
        names = {name: f"{name}, stride {stride}" for name, stride in LAYERS.items()}
        name = link.choice("Layer", "wy_layer", names, "conv1", kind="select")
        channels = 6 if name.endswith("1") else 16
        channel = link.slider("Which map", "wy_map", 0, channels - 1, 0)
        with lesson.more():
            label = link.slider("Which digit", "wy_digit", 0, 9, 3)
            seed = link.number("Seed", "wy_seed", 0, 9999, 1)
    x = paper(label, seed)
    of = slid(x, name, down, right)
    with stage:
        digit_place, chart_place = st.columns([2, 5], gap="medium")
        big = lesson.projector()
        with digit_place:
            slide_pad(
                "wy_slide",
                x,
                at=(down, right),
                rows=(-MOST, MOST),
                columns=(-MOST, MOST),
                on_move=_moved,
                title="Drag the digit",
                editable=not any(map(link.held, ("wy_right", "wy_down"))),
                side=212,
                projector=big,
            )
        with chart_place:
            live_chart(
                "wy_share",
                [chart(label, seed)],
                x_label="columns to the right",
                here=float(right) if right >= 0 and down == 0 else None,
                summary="; ".join(f"{n} moves along for {exact_at(n)}" for n in LAYERS) + ".",
                height=190,
                projector=big,
            )
        tile_grid("wy_slid", [tiles(of, name, channel)], side=210, projector=big)
        st.markdown(words(of, name))
    lesson.formula(
        r"f(\text{shift}_{<p>}\, x) = \text{shift}_{<p>/<s>}\, f(x)"
        r" \qquad \text{exactly, if } <s> \text{ divides } <p>",
        p=right,
        s=LAYERS[name],
    )
    lesson.text(
        """
**Equivariant** means: if the picture moves, the answer moves along. A convolution is that by
construction, for the same weights stand at every place. Not nearly: *exactly*.

Each **pooling** (and each stride) of 2 makes one cell of two pixels. After one of them the maps
move along for multiples of 2, after two for multiples of 4; in between, the windows cut the digit
in another way, and the numbers change.

At the **rim** it ends: ink that leaves the picture is lost, and where windows reach over the rim
they meet zeros in place of more picture. That is why the digit lies on paper with a blank margin
here, which is wide enough for every shift that you can choose. (The weights are rounded to 1/1024
in this scene, so that no sum depends on the order of its terms.)
"""
    )
    asked = who_moves_along(guess.deal("wy_g6"))
    guess.pick("wy_g6", asked.words, asked.options, asked.answer, asked.explain)


def who_moves_along(rng: np.random.Generator) -> PickQuestion:
    """Which layers move along exactly for a shift."""
    by = int(rng.integers(1, MOST + 1))
    groups = {
        1: "conv1 only",
        2: "conv1, pool1 and conv2",
        4: "all four: conv1, pool1, conv2 and pool2",
    }
    right = max(stride for stride in groups if by % stride == 0)
    others = [text for stride, text in groups.items() if stride != right]
    return dealt(
        rng,
        f"conv1 (stride 1), pool1 (2×2), conv2 (stride 1), pool2 (2×2). The digit slides by {by} "
        f"pixel{'s' if by > 1 else ''} to the right. Whose maps slide along exactly?",
        (groups[right], *others, "none of them: a network never sees the same thing twice"),
        f"One cell is 1 pixel in conv1, 2 in pool1 and conv2, 4 in pool2. {by} is a multiple of "
        f"{' and '.join(str(stride) for stride in groups if by % stride == 0)}.",
    )
