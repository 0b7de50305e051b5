"""No digit at all: what softmax does with a drawing that is none of the ten."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ui import figures, palette, readers
from ui.plain import plain
from ui.readers import Reading, number


def show(reading: Reading) -> None:
    """Softmax step by step, and how strong the strongest logit is beside those of digits."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(_always(reading))
        st.table(_steps(reading), hide_index=True, border="horizontal")
    with right:
        if not reading.network.knows_digits:
            st.markdown("This network was not trained on digits: there is nothing to compare with.")
            return
        typical = readers.typical(reading.network)
        share = typical.share_below(reading.strength)
        what = "The logit, without its sign," if reading.single else "The largest logit"
        names = reading.network.classes
        digits = f"digits ({', '.join(names)})" if len(names) < 10 else "digits"
        st.markdown(
            f"**How strong was the answer?** {what} is {number(reading.strength)}. Of "
            f"{len(typical.largest)} {digits} made of strokes, as on the pad, {share:.0%} had a "
            f"smaller one. {_verdict(reading, share)}"
        )
        _histogram(typical.largest, reading.strength)
        st.caption(
            "Try the letter, the face and the spiral among the samples. A strong logit is no proof "
            "either: some drawings that are no digit please the network more than most digits do."
        )


def _always(reading: Reading) -> str:
    """Why one of the classes always wins."""
    names = reading.network.classes
    if reading.single:
        return (
            f"**One output always answers.** The sigmoid of its logit $z$ is the share of "
            f"{plain(names[1])}, the rest is {plain(names[0])}'s: the same as a softmax of 0 and "
            "$z$. There is no share for *neither*: a letter or a face must be one of the two as "
            "well."
        )
    return (
        "**Softmax shares out 100%, always.** Each logit $z$ (a raw score, one a class) becomes "
        "$e^{z}$, and each class gets its share of the sum. There is no share for *none of "
        f"these*: a letter or a face must be one of the {len(names)} classes as well, and often "
        "the network sounds sure of it."
    )


def _verdict(reading: Reading, share: float) -> str:
    if reading.state.empty:
        return "There is nothing on the pad, and still the shares add up to 100%."
    if reading.unusual:
        return "So weak an answer is unusual: this may be no digit."
    if share < 0.1:
        return "That is rather weak for a digit."
    return "That is what a digit gives."


def _steps(reading: Reading) -> dict[str, list[str]]:
    """Logit, logit less the largest, its exponential, its share; the strongest first."""
    order = np.argsort(-reading.logits, kind="stable")
    less = reading.logits - reading.logits.max()
    return {
        "class": [plain(reading.network.classes[k]) for k in order],
        "logit z": [number(reading.logits[k]) for k in order],
        "z − largest": [number(less[k]) for k in order],
        "e to that": [f"{np.exp(less[k]):.4f}" for k in order],
        "share": [f"{reading.probabilities[k]:.2%}" for k in order],
    }


def _histogram(values: readers.Array, here: float) -> None:
    theme = figures.theme()
    figure = go.Figure(
        go.Histogram(x=values, nbinsx=30, marker={"color": palette.CATEGORICAL[theme][6]})
    )
    figure.add_vline(x=here, line={"color": palette.ACCENT[theme], "width": 3})
    figure.update_layout(xaxis_title="strength of the answer", yaxis_title="digits", bargap=0.05)
    figures.show(
        figure,
        "d_largest",
        alt=f"How large the largest logit is for digits; for this drawing it is {number(here)}.",
        height=260,
    )
