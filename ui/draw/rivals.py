"""Networks beside each other on the same drawing: with convolutions, without, one's own."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.learn.answers import NO_ANSWER, answers
from ui import figures, palette, readers
from ui.draw.changes import QUANTITIES, Change, changed, sweep
from ui.plain import in_figure, plain
from ui.readers import Network, Reading

SHIFTS = np.arange(-8, 9)


def show(reading: Reading) -> None:
    """Their answers side by side, and how both fare as the digit moves."""
    found = [readers.network(name) for name in readers.available()]
    networks = [one for one in found if one.classes == reading.network.classes]
    readings = [readers.read(one, reading.state, reading.prepared) for one in networks]
    answering = [one.network for one in readings if one.answered]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Their answers**")
        _bars([one for one in readings if one.answered])
        for one in networks:
            st.markdown(_facts(one))
    with right:
        st.markdown(
            f"**As the image moves to the right**, how sure each is of {plain(reading.answer)}"
        )
        _moving(answering, reading)
        st.markdown(plain(_kept_in_words(networks, reading)))


def _facts(network: Network) -> str:
    words = f"{network.title}: {network.parameters:,} parameters"
    own = network.meta.get("own_accuracy")
    if own is not None:
        words += f", {own:.1%} of the images that its run held out"
    if network.accuracy is not None:
        words += f", {network.accuracy:.2%} of the MNIST digits held out of its training"
    return words + "."


def _bars(readings: list[Reading]) -> None:
    theme = figures.theme()
    figure = go.Figure()
    for colour, one in zip(palette.CATEGORICAL[theme], readings, strict=False):
        figure.add_bar(
            x=[in_figure(name) for name in one.network.classes],
            y=one.probabilities,
            name=one.network.title,
            marker={"color": colour},
            hovertemplate="%{x}: %{y:.1%}<extra>" + one.network.title + "</extra>",
        )
    figure.update_layout(barmode="group", yaxis_title="probability", showlegend=True)
    figure.update_yaxes(range=[0, 1])
    figure.update_xaxes(type="category")
    alt = " ".join(f"{one.network.title}: {one.sentence}" for one in readings)
    figures.show(figure, "d_two", alt=alt, height=280)


def _moving(networks: list[Network], reading: Reading) -> None:
    right = QUANTITIES[0]
    lines = {}
    for one in networks:
        values, chances = sweep(one, reading.image, Change(), right)
        lines[one.title] = (values, chances[:, reading.label])
    figure = figures.curves(lines, "shift, pixels", "probability")
    figure.update_yaxes(range=[-0.02, 1.04])
    figure.update_xaxes(range=[-8, 13])
    figures.show(figure, "d_moving", alt=_kept_in_words(networks, reading), height=280)


def kept(network: Network, reading: Reading) -> tuple[int, int] | None:
    """How many pixels left and right the image can move before the answer changes.

    None where the network reads it differently from the start.
    """
    images = changed(reading.image, [Change(right=float(shift)) for shift in SHIFTS])
    same = answers(network.chances(images), 1) == reading.label
    middle = len(SHIFTS) // 2
    if not same[middle]:
        return None
    left = int(np.argmin(np.append(same[middle::-1], False))) - 1
    right = int(np.argmin(np.append(same[middle:], False))) - 1
    return left, right


def _kept_in_words(networks: list[Network], reading: Reading) -> str:
    most = int(SHIFTS[-1])
    parts = []
    for one in networks:
        way = kept(one, reading)
        if way is None:
            silent = answers(one.chances(reading.image[None]), 1)[0] == NO_ANSWER
            parts.append(f"{one.title} {'says nothing' if silent else 'reads something else'}")
            continue
        left, right = (f"{'at least ' * (n == most)}{n}" for n in way)
        parts.append(f"{one.title}: {left} pixels to the left, {right} to the right")
    return f"How far the answer {reading.answer} is kept. {'; '.join(parts)}."
