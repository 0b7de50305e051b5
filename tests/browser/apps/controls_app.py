"""One control of each kind on ``ui.link``, and what each is set to, in words."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
import streamlit as st

from ui import edited, link
from ui.components.kernel_grid.kernel_grid import kernel_grid

OPTIONS = {"a": "Ah", "b": "Be", "c": "Ce"}


def run() -> None:
    link.begin("convolution")
    n = link.slider("n", "t_n", 2, 20, 10)
    found = {
        "n": n,
        "k": link.slider("k", "t_k", 1, n, 3),
        "x": link.slider("x", "t_x", 0.0, 1.0, 0.5, 0.1),
        "still": link.slider("still", "t_still", 0, 9, 4, disabled=True),
        "odd": link.number("odd", "t_odd", 1, 9, 3, 2),
        "on": link.toggle("on", "t_on"),
        "word": link.text("word", "t_word", "hello"),
    }
    for kind in ("segmented", "pills", "radio", "select"):
        found[kind] = link.choice(kind, f"t_{kind}", OPTIONS, "a", kind)
    grid = edited.array("t_w", "t_grid", "kernel", np.eye(2), "eye")
    kernel_grid("t_grid", grid)
    found["w"] = grid.ravel().tolist()
    st.button("again")
    st.button("reset", on_click=link.reset)
    st.button("preset", on_click=link.assign, kwargs=PRESET)
    part()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.text(f"RUN {st.session_state['runs']}")
    st.text("STATE " + " ".join(f"{name}={value}" for name, value in found.items()))
    link.sync()


PRESET = {"t_n": 12, "t_x": 0.7, "t_odd": 7, "t_on": True, "t_word": "two", "t_f": 2} | {
    f"t_{kind}": "b" for kind in ("segmented", "pills", "radio", "select")
}


@link.fragment
def part() -> None:
    st.text(f"FRAGMENT f={link.slider('f', 't_f', 0, 5, 0)}")


if __name__ == "__main__":
    st.navigation(
        [
            st.Page(lambda: None, title="Home", default=True, url_path="home"),
            st.Page(run, title="Controls", url_path="convolution"),
        ],
        position="hidden",
    ).run()
