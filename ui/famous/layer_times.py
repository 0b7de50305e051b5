"""What each layer of a large network took, while it runs and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from jobs.large.network import Layer
from ui import lesson
from ui.components.live_chart.live_chart import Panel, Series, live_chart


def times(layers: Sequence[Layer]) -> None:
    """Each layer's time, and what it leaves in memory."""
    place = np.arange(1, len(layers) + 1)
    spent = np.array([one.seconds for one in layers])
    held = np.cumsum([one.bytes for one in layers])
    slowest = layers[int(spent.argmax())]
    words = (
        f"{spent.sum() * 1e3:,.0f} ms in {len(layers)} layers; the slowest is {slowest.name}, "
        f"{slowest.seconds * 1e3:.1f} ms."
    )
    live_chart(
        "fn_timeline",
        [
            Panel("Time of each layer, ms", [Series("ms", place, spent * 1e3)], floor=0.0),
            Panel("Maps so far, MB", [Series("MB", place, held / 1e6, 1)], floor=0.0),
        ],
        x_label="layer",
        x_end=layers[0].total,
        summary=words,
        height=150,
        projector=lesson.projector(),
    )
    st.markdown(words)
