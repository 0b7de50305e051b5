"""Which of four kernels made this picture?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.window import named_kernels as named
from ui import figures, pictures
from ui.questions import PictureQuestion

SIDE = 112
#: Four that are told apart by what they do: by direction, by sign; or by how they soften.
_FAMILIES: tuple[dict[str, tuple[Array, str]], ...] = (
    {
        "sobel_x": (named.sobel_x(), "it goes from dark to light as you move right, so such "
                    "edges are positive (blue)"),
        "turned": (-named.sobel_x(), "it goes from light to dark as you move right, so such "
                   "edges are positive (blue)"),
        "sobel_y": (named.sobel_y(), "its rows differ and its columns do not, so only changes "
                    "from top to bottom answer"),
        "laplacian": (named.laplacian(4), "it compares a pixel with its four neighbours, so "
                      "every edge shows as a pair of lines of opposite sign"),
    },
    {
        "box": (named.box(5), "all weights are equal and positive: it softens alike in every "
                "direction"),
        "level": (named.motion(7, 0), "its weights lie in a row, so it smears sideways: upright "
                  "edges blur, level ones stay sharp"),
        "upright": (named.motion(7, 90), "its weights lie in a column, so it smears up and "
                    "down: level edges blur, upright ones stay sharp"),
        "sharpen": (named.sharpen(), "a strong middle less its neighbours: every edge is "
                    "exaggerated"),
    },
)  # fmt: skip


@dataclass(frozen=True)
class KernelQuestion(PictureQuestion):
    """A question whose options are kernels, its pictures each kernel as colours, uint8.

    Attributes:
        before: The picture, uint8.
        after: What the kernel made of it, uint8.
    """

    before: Array
    after: Array


def which_kernel(rng: np.random.Generator) -> KernelQuestion:
    """A part of a bundled picture under one of four kernels."""
    dealt = _dealt(int(rng.integers(1 << 30)))
    kernel, reason = dealt.family[dealt.made_by]
    signed = kernel.sum() < 0.5
    after = figures.picture(dealt.y, "activation") if signed else _photo(dealt.y)
    letters = dict(zip(dealt.family, "ABCD", strict=True))
    kernels = [figures.picture(weight, "weight") for weight, _ in dealt.family.values()]
    return KernelQuestion(
        "One of these four kernels made the second picture from the first. Which? "
        "Green weights are positive, purple ones negative.",
        {letter: letter for letter in letters.values()},
        letters[dealt.made_by],
        f"It is {letters[dealt.made_by]}: {reason}.",
        kernels,
        {letters[n]: why for n, (_, why) in dealt.family.items() if n != dealt.made_by},
        before=_photo(dealt.x),
        after=after,
    )


@dataclass(frozen=True)
class _Dealt:
    x: Array
    y: Array
    family: dict[str, tuple[Array, str]]
    made_by: str


@lru_cache(maxsize=64)
def _dealt(seed: int) -> _Dealt:
    """A part of a picture, four kernels in random order, and what one of them makes of it."""
    rng = np.random.default_rng(seed)
    family = _FAMILIES[int(rng.integers(len(_FAMILIES)))]
    x = _part(rng)
    names = [str(name) for name in rng.permutation(list(family))]
    made_by = str(rng.choice(names))
    y = conv2d(x[None, None], family[made_by][0][None, None], padding="same")[0, 0]
    return _Dealt(x, y, {name: family[name] for name in names}, made_by)


def _part(rng: np.random.Generator) -> Array:
    """(SIDE, SIDE) float64 of some picture, where something is to be seen."""
    while True:
        name = str(rng.choice(["house", "spheres", "face", "page"]))
        grey = pictures.pixels(pictures.bundled(name), coloured=False)[0].astype(np.float64)
        top = int(rng.integers(0, grey.shape[0] - SIDE))
        left = int(rng.integers(0, grey.shape[1] - SIDE))
        part: Array = grey[top : top + SIDE, left : left + SIDE]
        if part.std() > 35:
            return part


def _photo(values: Array) -> Array:
    shown: Array = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return shown
