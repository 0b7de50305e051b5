"""A chart that is updated fifty times, as a run updates it."""

import numpy as np
import streamlit as st

from ui.components.live_chart.live_chart import Panel, Series, live_chart

st.session_state.setdefault("updates", 0)
if st.button("Go"):
    st.session_state.going = True


@st.fragment(run_every=0.1 if st.session_state.get("going") else None)
def follow() -> None:
    if st.session_state.get("going") and st.session_state.updates < 50:
        st.session_state.updates += 1
    n = st.session_state.updates
    x = np.arange(n + 2)
    panel = Panel("Loss", [Series("training", x, np.exp(-x / 20))])
    live_chart("chart", [panel], x_label="step", x_end=60, summary=f"update {n}")
    st.write(f"update {n}")


follow()
