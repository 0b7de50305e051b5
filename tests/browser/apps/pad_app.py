"""The drawing pad alone: its ink, what Python made of it, and how often Python was asked."""

from __future__ import annotations

import base64
import time

import numpy as np
import streamlit as st

from cnn.data.preprocess import fit_digit
from ui import presets
from ui.components.draw_pad import draw_pad

st.set_page_config(layout="wide")


@st.fragment
def answer(start: str | None, delay: float) -> None:
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    state = draw_pad.read("pad", presets.all_presets(), start)
    time.sleep(delay)
    fit = fit_digit(state.ink)
    left, right = st.columns([2, 1])
    with right:
        st.text(
            f"sum={float(state.ink.sum()):.3f} sequence={state.sequence} "
            f"runs={st.session_state.runs} preset={state.preset} moving={state.moving}"
        )
        # No text: a browser takes half a second to lay out a line of 16,000 letters.
        ink = base64.b64encode(np.rint(255 * state.ink).astype(np.uint8).tobytes()).decode()
        st.html(f"<i data-ink='{ink}'></i>")
    with left:
        draw_pad.draw_pad(
            "pad",
            fit=draw_pad.fitted(fit),
            text=f"{float(state.ink.sum()):.0f} of ink.",
            presets=presets.all_presets(),
            start=start,
            load=st.session_state.get("load"),
            recall="recall" in st.query_params,
        )


def load_noise() -> None:
    ink = np.random.default_rng(0).random((112, 112)).astype(np.float32)
    st.session_state.load = (f"noise-{st.session_state.get('runs')}", ink)


st.button("Load noise", on_click=load_noise)
if not st.toggle("Away", key="away"):
    answer(st.query_params.get("preset"), float(st.query_params.get("delay", 0)))
# Room below, so that a finger that scrolls has somewhere to go.
st.container(height=1500, border=False)
