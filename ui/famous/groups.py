"""AlexNet: groups, which two GPUs made necessary; and why the picture has 227 pixels."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.window.geometry import output_size
from ui import guess, lesson, link
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.questions import NumberQuestion, mistakes

#: conv2 of 2012: channels that come in, filters, side of the kernel.
IN, OUT, KERNEL = 96, 256, 5
GROUPS = (1, 2, 4, 8, 32)
#: conv1: side of its kernel, and its stride.
FIRST, STRIDE = 11, 4
#: Cells of the drawn table for each group of rows and columns: 256 and 96 have a common 32.
_CELLS = 32


def weights(groups: int) -> int:
    """Of conv2, biases not counted: every filter reads the channels of its own group."""
    return OUT * (IN // groups) * KERNEL * KERNEL


def reads(groups: int) -> Array:
    """(32, 32): which channels (across) each filter reads; a cell is 8 filters, 3 channels."""
    side = _CELLS // groups
    return np.kron(np.eye(groups), np.ones((side, side)))


def show() -> None:
    """The experiment."""
    stage, side = lesson.stage()
    with side:
        groups = int(
            link.choice("Groups of conv2", "fn_groups", {str(g): str(g) for g in GROUPS}, "2")
        )
        size = link.slider("Pixels along the picture", "fn_pixels", 215, 240, 227)
        padding = link.slider("Padding of conv1", "fn_pad", 0, 3, 0)
    with stage:
        table, bars = st.columns([2, 3], gap="large", vertical_alignment="center")
        with table:
            tile_grid(
                "fn_reads",
                [Tiles("Which channels each filter reads", reads(groups)[None], "weight", 1.0)],
                side=224,
                legend=False,
                projector=lesson.projector(),
            )
            st.markdown(f"Down: {OUT} filters. Across: {IN} channels. Filled: there is a kernel.")
        with bars:
            present = weights(groups)
            log_bars(
                "fn_group_weights",
                [
                    Bar(_named(groups), present, f"{present:,} weights", marked=True),
                    *(
                        [Bar("1 group", weights(1), f"{weights(1):,} weights")]
                        if groups > 1
                        else []
                    ),
                ],
                even=True,
                projector=lesson.projector(),
            )
    lesson.formula(
        r"\underbrace{<o>}_{\text{filters}} \cdot \frac{<i>}{<g>} \cdot 5 \cdot 5 = <w>",
        o=OUT,
        i=IN,
        g=groups,
        w=weights(groups),
    )
    lesson.formula(
        r"\left\lfloor \frac{<n> + 2 \cdot <p> - 11}{4} \right\rfloor + 1 = <out>",
        n=size,
        p=padding,
        out=output_size(size, FIRST, STRIDE, (padding, padding)),
    )
    lesson.text(f"**conv1, 11×11, stride 4.** {rest(size, padding)}")
    lesson.text(
        """
In 2012 a GPU had 3 GB, and AlexNet did not fit. So its authors laid half of the filters on each of
two, and let conv2, conv4 and conv5 read only the half on their own: **two groups**. That halves the
weights and the work, and it cuts the network in two: what one half sees, the other learns of only
in conv3 and in the dense layers. Later networks turned the need into a method: EfficientNet has as
many groups as channels (*depthwise*), and mixes them by 1×1.

The paper says that the pictures have 224×224 pixels. Then 11×11 windows with a stride of 4 would
leave a rest, and the maps would not have the 55×55 that it also names. With **227** all is well:
the paper's 224 is a slip that many texts have copied. (The form of 2014 takes 224 and pads by 2.)
"""
    )
    asked = depthwise(guess.deal("fn_q4"))
    guess.number("fn_q4", asked.words, asked.answer, asked.explain, known=asked.known)


def _named(groups: int) -> str:
    return "1 group" if groups == 1 else f"{groups} groups"


def rest(size: int, padding: int) -> str:
    """What the stride leaves over, in words."""
    span = size + 2 * padding - FIRST
    out, over = output_size(size, FIRST, STRIDE, (padding, padding)), span % STRIDE
    fits = f"{size} pixels, padding {padding}: the maps have {out}×{out} cells"
    if over == 0:
        return f"{fits}, and nothing is left over."
    cells = "row and column" if over == 1 else f"{over} rows and columns"
    whose = " of the padded picture" if padding else ""
    return f"{fits}; the last {cells}{whose} no window reaches, for {span} is no multiple of 4."


def depthwise(rng: np.random.Generator) -> NumberQuestion:
    """Weights of a convolution with groups."""
    c, g, k = 64, int(rng.choice([2, 4, 8, 64])), int(rng.choice([3, 5]))
    answer = c * (c // g) * k * k
    return NumberQuestion(
        f"A convolution of {k}×{k} from {c} channels to {c}, in {g} groups, no biases. How many "
        "weights?",
        answer,
        f"Each of the {c} filters reads {c} / {g} = {c // g} of the channels: "
        f"{c} · {c // g} · {k} · {k} = {answer:,}.",
        mistakes(
            answer,
            (c * c * k * k, "the groups forgotten"),
            (c * (c // g), "the kernel's cells forgotten"),
            ((c // g) ** 2 * k * k, "one group only"),
            (c * c * k * k * g, "multiplied by the groups"),
        ),
    )
