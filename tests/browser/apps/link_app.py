"""Two pages on ``ui.link`` and nothing else: what the address does when settings change."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
import streamlit as st

from ui import codecs, link

KERNEL = codecs.matrix(3, 3, -9, 9)


def bump() -> None:
    link.put("t_w", link.get("t_w", np.eye(2), KERNEL) + 1, KERNEL)


def home() -> None:
    link.begin("")
    link.sync()


def first() -> None:
    link.begin("convolution")
    n = link.slider("n", "t_n", 2, 20, 10)
    k = link.slider("k", "t_k", 1, n, 3)
    mode = link.choice("mode", "t_mode", {"v": "valid", "s": "same"}, "v")
    weight = link.get("t_w", np.eye(2), KERNEL)
    st.button("bump", on_click=bump)
    st.button("reset", on_click=link.reset)
    st.button("five", on_click=link.assign, kwargs={"t_k": 5})
    part()
    st.text(f"STATE {n} {k} {mode} {weight.tolist()}")
    link.sync()


@link.fragment
def part() -> None:
    st.text(f"FRAGMENT {link.slider('f', 't_f', 0, 5, 0)}")


def second() -> None:
    link.begin("padding")
    p = link.slider("p", "t_p", 1, 9, 3)
    st.text(f"STATE {p}")
    link.sync()


if __name__ == "__main__":
    st.navigation(
        [
            st.Page(home, title="Home", default=True),
            st.Page(first, title="First", url_path="convolution"),
            st.Page(second, title="Second", url_path="padding"),
        ],
        position="top",
    ).run()
