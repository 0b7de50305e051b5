"""Scene 2: the network drawn from its table, from the whole down to a layer."""

from __future__ import annotations

import streamlit as st

from cnn.architectures.architecture import Architecture
from ui import lesson
from ui.famous import here


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


def card(architecture: Architecture) -> str:
    """Who, when, and what was new."""
    of = architecture
    return f"**{of.name}**, {of.year}, {of.authors}. {of.idea} [{of.paper}]({of.link})"
