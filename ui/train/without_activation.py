"""Scene: what layers without an activation come to, shown on the network at hand and on kernels."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.explain.linear import as_linear_map, composed
from cnn.functional import conv2d
from cnn.learn.state import RunState
from cnn.learn.training import network_of
from ui import lesson, link
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.train import heavy

PADDINGS = {"none": "No padding", "same": "Padding 1 + 1 against 2"}
SIDE = 9
#: Images that the network and its linear map are compared on.
COMPARED = 64


def show(state: RunState, data: Split) -> None:
    """The network as one linear map, where it is one; two kernels as one."""
    st.markdown("**Is this network one linear map?**")
    if heavy.is_heavy(state, int(np.prod(state.config.input_shape))):
        st.markdown("This network is too much work to be asked about every single pixel.")
    else:
        _templates(state, data)
    _two_kernels(state.config.seed)


def _templates(state: RunState, data: Split) -> None:
    net = network_of(state)
    found = as_linear_map(net, state.config.input_shape)
    images = data.validation.floats(slice(0, COMPARED))
    apart, size = difference(found(images), net(images))
    if not np.isfinite(apart):
        st.markdown("Its numbers are no numbers any more. Start again to look at it.")
        return
    st.markdown(verdict(apart, size, len(images)))
    if not is_linear(apart, size):
        return
    channels = state.config.input_shape[0]
    maps = found.weight.reshape(-1, *state.config.input_shape).mean(axis=1)
    title = "All its layers as one: a template for each class"
    if channels > 1:
        title += f" (the mean of its {channels} channels)"
    captions = data.train.classes if len(maps) == len(data.train.classes) else ()
    tile_grid(
        "tr_templates",
        [Tiles(title, maps, "weight", captions=captions)],
        side=84,
        projector=lesson.projector(),
    )


def difference(one: Array, other: Array) -> tuple[float, float]:
    """The largest difference of two arrays, and the largest number of the second."""
    return float(np.abs(one - other).max()), float(np.abs(other).max())


def is_linear(apart: float, size: float) -> bool:
    """Whether a difference is the rounding of float32 and no more, however small the scores are."""
    return apart <= 1e-3 * size


def verdict(apart: float, size: float, images: int) -> str:
    """One sentence: whether the network is its linear map, with the numbers."""
    said = (
        f"We ask it about each pixel alone, add up its answers, and compare with what it says of "
        f"{images} validation images. Its scores reach {size:.3g}; the two differ by at most "
    )
    if is_linear(apart, size):
        return (
            f"{said}**{apart:.2g}**, which is rounding. **Yes**: whatever its depth, it says what "
            "one dense layer would say."
        )
    return (
        f"{said}**{apart:.2g}**. **No**: its activations bend it, and the whole says more than its "
        "pixels say one by one. Under *Experiments* there is a network without activations."
    )


def _two_kernels(seed: int) -> None:
    st.markdown("**Two 3×3 kernels in a row are one 5×5 kernel**")
    padding = link.choice("Convolution", "tr_two", PADDINGS, "none")
    first, second = kernels(seed)
    whole = composed(first, second)
    st.latex(rf"{matrix(first)} \;\text{{then}}\; {matrix(second)} \;=\; {matrix(whole)}")
    twice, once = both_ways(picture(seed), first, second, padding)
    differ = ~np.isclose(twice, once, atol=1e-9)
    limit = float(max(np.abs(twice).max(), np.abs(once).max()))
    tile_grid(
        "tr_two_ways",
        [
            Tiles(
                "",
                np.stack([twice, once, twice - once]),
                "activation",
                limit,
                captions=("3×3, then 3×3", "5×5", "difference"),
            )
        ],
        side=150,
        projector=lesson.projector(),
    )
    st.markdown(_said(differ, padding))


def kernels(seed: int) -> tuple[Array, Array]:
    """Two kernels (3, 3) of small whole numbers, none of them 0."""
    rng = np.random.default_rng([seed, 3])
    size, sign = rng.integers(1, 4, (2, 3, 3)), rng.choice([-1, 1], (2, 3, 3))
    first, second = (size * sign).astype(np.float64)
    return first, second


def picture(seed: int) -> Array:
    """(9, 9) of whole numbers from 1 to 9."""
    return np.random.default_rng([seed, 9]).integers(1, 10, (SIDE, SIDE)).astype(np.float64)


def both_ways(x: Array, first: Array, second: Array, padding: str) -> tuple[Array, Array]:
    """What two kernels in a row make of a picture, and what the one kernel of both does."""
    each = 0 if padding == "none" else 1
    one, two = first[None, None], second[None, None]
    twice = conv2d(conv2d(x[None, None], one, padding=each), two, padding=each)[0, 0]
    once = conv2d(x[None, None], composed(first, second)[None, None], padding=2 * each)[0, 0]
    return twice, once


def matrix(values: Array) -> str:
    r"""A matrix of whole numbers in LaTeX."""
    rows = r" \\ ".join(" & ".join(f"{value:.0f}" for value in row) for row in values)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _said(differ: Array, padding: str) -> str:
    height, width = differ.shape
    size = f"{height}×{width}"
    count = int(differ.sum())
    if not count:
        return (
            f"All **{differ.size}** cells of the {size} output agree: without a bend between them, "
            "two layers are one. (The other way round, two small kernels hold 18 numbers where the "
            "large one has 25.)"
        )
    inside = "none" if not differ[1:-1, 1:-1].any() else "some"
    return (
        f"**{count} of {differ.size}** cells differ, {inside} of them inside: only the outermost "
        "ring. There the second kernel meets the zeros that were put around the *first answers*, "
        "where the large kernel sees what its inner part would have answered beyond the rim."
    )
