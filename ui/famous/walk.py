"""Scene 2: the network drawn from its table, from the whole down to a layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from ui import guess, lesson
from ui.famous import here
from ui.questions import NumberQuestion, mistakes

#: Convolutions of VGG-16 that are asked about, and the channels that each reads.
_ASKED = {"conv1_1": 3, "conv1_2": 64, "conv2_1": 64, "conv2_2": 128, "conv3_1": 128}


def show() -> None:
    """The scene."""
    control, words = st.columns([1, 4], vertical_alignment="bottom", gap="medium")
    with control:
        architecture = here.network()
    words.markdown(card(architecture))
    here.diagram("fn_diagram", architecture, projector=lesson.projector())
    lesson.text(
        f"""
**To scale.** A block is as high as its maps have rows, and as wide as the logarithm of its
channels: maps shrink while channels grow. Thin strips work on each number alone (batch norm, ReLU).

**Folded.** Equal blocks in a row are drawn once, "× 4". Open one to see them one by one, and open
those for their layers: branches stand one above another, and an arc is what skips the layers below
it and is added to what they give.

Every number is counted from the network's table in `cnn/architectures`, which is also what the
picture is drawn from. **Multiply–adds**: {architecture.counted}.

**One cell sees** counts the zeros around the picture, too: it may be larger than the picture.
(Where the screen has no room for this column, the line above the table says it of what you click.)
"""
    )
    asked = parameters_of(guess.deal("fn_g6"))
    guess.number("fn_g6", asked.words, asked.answer, asked.explain, known=asked.known)


def card(architecture: Architecture) -> str:
    """Who, when, and what was new."""
    of = architecture
    return f"**{of.name}**, {of.year}, {of.authors}. {of.idea} [{of.paper}]({of.link})"


def parameters_of(rng: np.random.Generator) -> NumberQuestion:
    """How many parameters one convolution of VGG-16 has."""
    name = str(rng.choice(list(_ASKED)))
    row = next(row for row in ARCHITECTURES["vgg16"].summary() if row.name == name)
    channels, filters = _ASKED[name], row.output_shape[0]
    return NumberQuestion(
        f"{name} of **VGG-16** reads {channels} channels with {filters} filters of 3×3, each with "
        "a bias. How many parameters does it have?",
        row.parameters,
        f"Each filter has {channels} · 3 · 3 weights and a bias: "
        f"{filters} · ({channels} · 9 + 1) = {row.parameters:,}. Open its block, and find it in "
        "the table.",
        mistakes(
            row.parameters,
            (filters * channels * 9, "the biases forgotten"),
            (filters * (9 + 1), "one kernel for each filter, not for each channel it reads"),
            (filters * (channels * 9 + channels), "a bias for each kernel, not for each filter"),
            (filters * channels, "the kernel's nine cells forgotten"),
        ),
    )
