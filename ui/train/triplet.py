"""The triplet loss as a small picture: a pull and a push between three points, and a margin."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.arrays import Array
from cnn.functional import triplet_margin_loss, triplet_margin_loss_backward
from ui import figures, lesson, link, palette
from ui.numerals import latex, words

ANCHOR, POSITIVE = np.array([0.0, 0.0]), np.array([1.2, 0.5])
#: Where the negative lies from the anchor.
DIRECTION = np.array([0.8, -0.6])


@dataclass(frozen=True)
class Triplet:
    """Three points (2,), the margin, and what the loss makes of them.

    Attributes:
        points: (3, 2) anchor, positive, negative.
        margin: How much closer the positive shall be.
        near: ‖a − p‖.
        far: ‖a − n‖.
        loss: max(0, near − far + margin).
        forces: (3, 2) minus the gradient at each point: where a step would move it.
    """

    points: Array
    margin: float
    near: float
    far: float
    loss: float
    forces: Array


def triplet(distance: float, margin: float) -> Triplet:
    """A triplet whose negative is ``distance`` from the anchor."""
    points = np.stack([ANCHOR, POSITIVE, distance * DIRECTION])
    anchor, positive, negative = points
    loss = float(triplet_margin_loss(anchor, positive, negative, margin))
    gradients = triplet_margin_loss_backward(1.0, anchor, positive, negative, margin)
    near, far = (float(np.linalg.norm(points[0] - points[i])) for i in (1, 2))
    return Triplet(points, margin, near, far, loss, -np.stack(gradients))


def fold() -> None:
    """The picture and its two controls, folded away: no network here is trained with it.

    The picture is drawn when the fold is open. Plotly comes with the first one, and is more than
    all else that the page brings.
    """
    opened = lesson.more("A loss without classes: the triplet loss", "tr_triplet_fold")
    with opened:
        left, right = st.columns([3, 2], gap="large")
        with right:
            distance = link.slider("Distance of the negative", "tr_far", 0.5, 4.0, 1.6, 0.1)
            margin = link.slider("Margin m", "tr_margin", 0.0, 2.0, 1.0, 0.1)
        shown = triplet(distance, margin)
        with right:
            st.markdown(sentence(shown))
        if opened.open:
            drawn = _drawn(distance, margin, figures.theme(), figures.big())
            with left:
                figures.chart(drawn, "tr_triplet", alt=sentence(shown))
        lesson.formula(formula(shown))


def sentence(t: Triplet) -> str:
    """What pulls and what pushes, and how long."""
    if t.loss == 0:
        return (
            f"The negative is farther than the positive by {words(t.far - t.near, 3)}, the margin "
            f"of {words(t.margin, 3)} is kept: the loss is 0, and nothing moves."
        )
    return (
        f"The positive is {words(t.near, 3)} from the anchor, the negative {words(t.far, 3)}: not "
        f"farther by the margin of {words(t.margin, 3)}. The loss **pulls** anchor and positive "
        "together and **pushes** anchor and negative apart, until the negative is outside the "
        "circle."
    )


def formula(t: Triplet) -> str:
    """The loss in LaTeX, with its numbers."""
    return (
        r"E = \max(0,\; \lVert a - p \rVert - \lVert a - n \rVert + m) = \max(0,\; "
        rf"{latex(t.near, 3)} - {latex(t.far, 3)} + {latex(t.margin, 3)}) = {latex(t.loss, 3)}"
    )


@functools.lru_cache(maxsize=32)
def _drawn(distance: float, margin: float, theme: palette.Theme, large: bool) -> go.Figure:
    """Made once for everybody: a class opens the page with the same two numbers."""
    return figures.Ready(figures.laid_out(picture(triplet(distance, margin), theme), 300, large))


def picture(t: Triplet, name: palette.Theme) -> go.Figure:
    """The three points, the circle that the negative shall leave, and the forces, in a theme."""
    blue, orange = palette.CATEGORICAL[name][:2]
    grey = palette.CATEGORICAL[name][6]
    figure = go.Figure()
    angle = np.linspace(0, 2 * np.pi, 90)
    radius = t.near + t.margin
    figure.add_scatter(
        x=radius * np.cos(angle),
        y=radius * np.sin(angle),
        mode="lines",
        line={"color": grey, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    labels = ("anchor", "positive", "negative")
    figure.add_scatter(
        x=t.points[:, 0],
        y=t.points[:, 1],
        mode="markers+text",
        text=labels,
        textposition=["top left", "top right", "bottom right"],
        marker={
            "size": 13,
            "color": [grey, blue, orange],
            "symbol": ["diamond", "circle", "square"],
        },
        hoverinfo="text",
    )
    for point, force, colour in zip(t.points, t.forces, (grey, blue, orange), strict=True):
        if force.any():
            _arrow(figure, point, point + 0.6 * force, colour)
    reach = max(3.4, float(np.abs(t.points).max()) + 0.4)
    figure.update_xaxes(range=[-reach, reach], visible=False)
    figure.update_yaxes(range=[-reach * 0.8, reach * 0.8], visible=False, scaleanchor="x")
    return figure


def _arrow(figure: go.Figure, start: Array, end: Array, colour: str) -> None:
    figure.add_annotation(
        x=end[0],
        y=end[1],
        ax=start[0],
        ay=start[1],
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        showarrow=True,
        arrowhead=2,
        arrowwidth=2.5,
        arrowcolor=colour,
        text="",
    )
