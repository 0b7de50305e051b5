"""Scene 6: where the gradient dies: slopes of at most a quarter, and saturated sigmoids."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.functional import sigmoid, sigmoid_backward
from ui import guess, lesson, link
from ui.backpropagation.large import STARTS, Beginning, beginning
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.numerals import words as number

DEEPEST = 12


def chain(depth: int, weight: float) -> dict[str, Array]:
    """One unit after another, a ← σ(w a) from a = 0.5: the factors of ∂a_n/∂a_0 after each layer.

    Args:
        depth: How many sigmoids.
        weight: w of each.

    Returns:
        (depth + 1,) each: "slopes" is the product of σ′, "weights" that of w, "both" of the two,
        and "bound" is ¼ⁿ.
    """
    a, slopes = np.array([0.5]), [1.0]
    for _ in range(depth):
        z = weight * a
        slopes.append(float(sigmoid_backward(np.ones(1), z)[0][0]))
        a = sigmoid(z)
    product = np.cumprod(slopes)
    layers = np.arange(depth + 1)
    powers = float(weight) ** layers
    return {"slopes": product, "weights": powers, "both": product * powers, "bound": 0.25**layers}


def chart(depth: int, weight: float) -> Panel:
    """The factors of the chain, on a log scale."""
    factors, layers = chain(depth, weight), np.arange(depth + 1)
    series = [
        Series("slopes σ′", layers, factors["slopes"], 1),
        Series("weights", layers, factors["weights"], 2, dashed=True),
        Series("both: what is left", layers, factors["both"], 0),
        Series("¼ⁿ", layers, factors["bound"], 6, dashed=True),
    ]
    return Panel("Product of the factors, layer by layer", series, log=True)


def chain_words(depth: int, weight: float) -> str:
    """What is left, and of what."""
    factors = chain(depth, weight)
    slopes, powers, both = (float(factors[n][-1]) for n in ("slopes", "weights", "both"))
    return (
        f"After {depth} sigmoid{'' if depth == 1 else 's'} the slopes leave {number(slopes, 3)} "
        f"(at most ¼ⁿ = {number(0.25**depth, 3)}), the weights {number(powers, 3)}: together "
        f"**{number(both, 3)}** of the gradient."
    )


def filter_tiles(start: str, seed: int) -> list[Tiles]:
    """The three filters, and the gradient that reaches them."""
    begun = beginning(start, seed)
    sizes = [f"largest {number(float(np.abs(g).max()), 3)}" for g in begun.gradient]
    return [
        Tiles("f, the three filters", begun.filters, "weight"),
        Tiles("∂E/∂f at the first step", begun.gradient, "gradient", captions=sizes),
    ]


def words(start: str, seed: int) -> str:
    """How the first pass went."""
    begun = beginning(start, seed)
    exact = int((begun.o == 1).sum() + (begun.o == 0).sum())
    return (
        f"**{STARTS[start]}.** Z₂ lies between {number(float(begun.z2.min()), 3)} and "
        f"{number(float(begun.z2.max()), 3)}; O is exactly 0 or 1 for {exact} of "
        f"{len(begun.o)} pictures. The mean slope of the last sigmoid is "
        f"{number(begun.slopes[1], 3)}. {_verdict(begun)}"
    )


def _verdict(begun: Beginning) -> str:
    if begun.slopes[1] == 0:
        return "So every gradient is **exactly 0**: nothing learns, ever."
    if not begun.gradient.any():
        return "Every gradient of the filters is **exactly 0**: at this step they learn nothing."
    largest = number(float(np.abs(begun.gradient).max()), 3)
    return f"The largest gradient of the filters is {largest}: it lives."


CURES = {
    "picture": "Standardise the picture",
    "weights": "Standardise the weights",
    "rate": "Raise the learning rate",
    "more": "Train for longer",
}


def cure(seed: int) -> str:
    """Why only the weights help, with the numbers of the first pass."""
    z2 = {start: float(np.abs(beginning(start, seed).z2).mean()) for start in STARTS}
    return (
        "What saturates the last sigmoid is a sum of 1,728 numbers times weights that are all "
        f"positive: Z₂ ≈ {z2['uniform']:.0f}. A standardised picture changes A₁, which stays "
        f"between 0 and 1: Z₂ ≈ {z2['picture']:.0f}, and every gradient is still 0. With "
        f"standardised **weights** positive and negative cancel: |Z₂| ≈ {z2['weights']:.1f}. A "
        "gradient of 0 times any rate, for any time, is 0."
    )


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        start = link.choice("First weights", "bp_start", STARTS, "uniform", kind="radio")
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    with stage:
        st.markdown(words(start, seed))
        tile_grid(
            "bp_dead",
            filter_tiles(start, seed),
            side=130,
            projector=lesson.projector(),
        )
    lesson.text(
        """
The tutorial's network on 200 pictures: three filters of 5×5, 1,728 weights, one output. Its first
weights are drawn from U(0, 1): all positive. The sum Z₂ of 1,728 positive products is so large that
the last sigmoid says exactly 1, its slope O (1 − O) is exactly 0, and so is every gradient.
"""
    )
    _chain()
    guess.pick(
        "bp_g4",
        "The tutorial writes: subtract the mean, divide by the standard deviation. Done to what "
        "does it bring this network to life?",
        CURES,
        "weights",
        cure(seed),
    )


def _chain() -> None:
    """One sigmoid after another: what is left of a gradient."""
    st.markdown("**How slopes and weights multiply.** One sigmoid after another, with one weight.")
    left, right = st.columns(2)
    with left:
        depth = link.slider("Sigmoids, one on another", "bp_depth", 1, DEEPEST, 8)
    with right:
        weight = link.slider("Weight of each", "bp_cw", 0.1, 8.0, 1.0, 0.1)
    live_chart(
        "bp_chain",
        [chart(depth, weight)],
        x_label="layers back",
        summary=chain_words(depth, weight),
        height=260,
        projector=lesson.projector(),
    )
    st.markdown(chain_words(depth, weight))
