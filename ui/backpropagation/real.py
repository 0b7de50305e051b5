"""Scene 7: the tutorial's own network on 200 pictures; shapes, and thirty steps."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ui import guess, lesson, link
from ui.backpropagation import large
from ui.backpropagation.large import COUNT, FEATURES, FILTERS, INSIDE, KERNEL, SIZE, Run
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.numerals import words as number

PLACES = INSIDE * INSIDE
MOST_STEPS = 30
#: What each step of the network leaves, as LaTeX: what is done, and the shape.
CHAIN = (
    (r"X", (COUNT, 1, SIZE, SIZE)),
    (r"\text{windows}", (COUNT, PLACES, KERNEL, KERNEL)),
    (r"Z_1", (COUNT, FILTERS, INSIDE, INSIDE)),
    (r"A_1", (COUNT, FILTERS, PLACES)),
    (r"a", (COUNT, FEATURES)),
    (r"O", (COUNT, 1)),
)
ARROWS = ("", rf"{KERNEL}\times{KERNEL}", r"\ast f", r"\sigma", r"\text{flatten}", r"\sigma(Wa+b)")
SHAPES = {
    "f": f"({FILTERS}, 1, {KERNEL}, {KERNEL})",
    "patches": f"({COUNT}, {PLACES}, {KERNEL}, {KERNEL})",
    "z": f"({COUNT}, {FILTERS}, {INSIDE}, {INSIDE})",
    "one": "(1,)",
}
SHAPE_REASON = (
    f"A gradient has the shape of what it belongs to: f is ({FILTERS}, 1, {KERNEL}, {KERNEL}), so "
    f"∂E/∂f is too. The {COUNT} pictures and the {PLACES} places of each are summed away: one "
    "weight, used everywhere, has one gradient."
)


def chain() -> str:
    """The shapes on every arrow, in LaTeX."""
    parts = []
    for (name, shape), arrow in zip(CHAIN, ARROWS, strict=True):
        leads = rf"\;\xrightarrow{{{arrow}}}\; " if arrow else ""
        parts.append(rf"{leads}\underset{{({', '.join(map(str, shape))})}}{{{name}}}")
    return "".join(parts)


def chart(run: Run, summed: bool) -> Panel:
    """E before the first step and after each."""
    title = f"E, the {'sum' if summed else 'mean'} over {COUNT} pictures"
    return Panel(title, [Series("E", np.arange(len(run.errors)), run.errors)], floor=0.0)


def words(run: Run, rate: float, summed: bool) -> str:
    """What the first step and all of them did."""
    first, after, last = (float(v) for v in run.errors[[0, 1, -1]])
    if not np.isfinite(run.errors).all():
        return "E is no number any more: the steps were far too long. A smaller η keeps it finite."
    way = "falls" if after < first else "**rises**" if after > first else "stays"
    same = (
        f" As a sum, E and all its gradients are {COUNT} times those of the mean: η = "
        f"{number(rate, 3)} here is η = {number(rate * COUNT, 3)} there."
        if summed
        else f" It is a mean over {COUNT} pictures; a sum would be {COUNT} times as much, and so "
        "would be each step."
    )
    return (
        f"The first step with η = {number(rate, 3)}: E {way} from {number(first, 4)} to "
        f"{number(after, 4)}. After {len(run.errors) - 1} steps: **{number(last, 4)}**, and "
        f"{run.right:.0%} of the pictures are on the right side of ½.{same}"
    )


def tiles(run: Run) -> list[Tiles]:
    """The three filters at the end."""
    return [Tiles("the three filters, after the last step", run.filters, "weight")]


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        start = link.choice("First weights", "bp_begin", large.STARTS, "xavier", kind="select")
        rate = link.slider("Learning rate η", "bp_rate", 0.01, 1.0, 0.05, 0.01)
        summed = link.toggle("E is the sum over the pictures", "bp_sum")
        steps = link.slider("Steps", "bp_steps", 1, MOST_STEPS, MOST_STEPS)
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    run = large.run(start, rate, summed, steps, seed)
    with stage:
        live_chart(
            "bp_run",
            [chart(run, summed)],
            x_label="step",
            x_end=MOST_STEPS,
            summary=words(run, rate, summed),
            height=260,
            projector=lesson.projector(),
        )
        st.markdown(words(run, rate, summed))
        tile_grid("bp_filters", tiles(run), side=96, projector=lesson.projector())
    lesson.formula(chain())
    lesson.text(
        """
Every number of a batch goes through at once; a window is a row, and 576 windows a picture make one
matrix product. On the way back the same shapes are met in the opposite order.

Find a learning rate at which the first step makes E **rise**, and one at which it falls. The
gradient is the same; only the step is longer.
"""
    )
    guess.pick(
        "bp_g5",
        "What is the shape of ∂E/∂f here?",
        SHAPES,
        "f",
        SHAPE_REASON,
    )
