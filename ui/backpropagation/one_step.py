"""Scene 5: one step: a ball on a curve, a path seen from above, all weights at once."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.arrays import Array
from ui import codecs, figures, guess, lesson, link, palette
from ui.backpropagation import moving, present, questions
from ui.backpropagation.example import Example, error_of
from ui.backpropagation.moving import LABELS, PAIR_OF, PAIRS, TARGET, WEIGHTS, Path, moved
from ui.components.curve_point.curve_point import curve_point
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.numerals import words as number

#: Where the ball lies, in the link.
PLACE = codecs.real(-1e6, 1e6)
#: Lines of equal E on the map, about.
_LINES = 12


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        weight = link.choice("Weight", "bp_w1", LABELS, "b", kind="select")
        rate = link.slider("Learning rate η", "bp_eta", 0.5, 100.0, 5.0, 0.5)
        target = link.slider(
            "Target y",
            "bp_t",
            0.0,
            1.0,
            TARGET,
            0.05,
            help="At 1, the tutorial's, no step of b or of W is too long: the target lies beyond "
            "the sigmoid's end.",
        )
        step_place = st.container(horizontal=True)
    shown = present.example(target)
    with stage:
        _ball(shown, weight, rate, step_place)
    lesson.formula(r"w \leftarrow w - \eta\, \frac{\partial E}{\partial w}, \qquad \eta = <eta>",
                   eta=rate)  # fmt: skip
    lesson.text(
        """
The sign of the slope decides the direction: where E rises to the right (slope positive) the step
goes left, where it falls to the right the step goes right. The size of the slope and η decide how
far. The slope only knows what is near: a long step can land higher on the other side.
"""
    )
    asked = questions.where_to(guess.deal("bp_g9"))
    guess.number("bp_g9", asked.words, asked.answer, asked.explain, known=asked.known)
    _two(shown, rate)
    _all(shown, rate)


def _ball(shown: Example, weight: str, rate: float, buttons: DeltaGenerator) -> None:
    """E over one weight; a ball that is dragged, or takes a step."""
    place, label = f"bp_at_{weight}", f"Where the ball lies, {LABELS[weight]}"
    start = moving.value_of(shown, weight)
    valley = moving.valley(shown, weight)
    here = valley.inside(link.get(place, start, PLACE, label))
    after = valley.inside(moving.after_step(shown, weight, here, rate))
    free = not link.held(place)
    with buttons:
        st.button("One step", on_click=link.put, args=(place, after, PLACE), key="bp_step",
                  disabled=not free)  # fmt: skip
        st.button("Back to start", on_click=link.put, args=(place, start, PLACE), type="tertiary",
                  key="bp_home", disabled=not free)  # fmt: skip
    curve_point(
        f"bp_ball_{weight}",
        valley.x,
        valley.curves(),
        at=here,
        on_move=lambda x: link.put(place, x, PLACE),
        slope=valley.slope,
        leads=valley.leads(rate),
        x_name=LABELS[weight],
        title=f"E over {LABELS[weight]}; drag the ball",
        height=320,
        editable=free,
        projector=lesson.projector(),
    )
    st.markdown(moving.step_words(shown, weight, here, rate))


def _two(shown: Example, rate: float) -> None:
    st.markdown("**Two weights**, each against its own gradient: thirty steps seen from above.")
    pair = link.choice("Which two", "bp_pair", PAIRS, "wb", kind="pills")
    weights = PAIR_OF[pair]
    path = moving.descend(shown, rate, weights)
    figures.show(contour(shown, path, weights), "bp_contour", alt=path_words(path), height=360)


def _all(shown: Example, rate: float) -> None:
    path = moving.descend(shown, rate, tuple(WEIGHTS))
    st.markdown(moving.falling_words(path))
    live_chart(
        "bp_fall",
        [falling(path)],
        x_label="step",
        summary=moving.falling_words(path),
        projector=lesson.projector(),
    )


def falling(path: Path) -> Panel:
    """E after each step."""
    return Panel("E after each step", [Series("E", np.arange(len(path.errors)), path.errors)])


def contour(example: Example, path: Path, weights: tuple[str, str]) -> go.Figure:
    """E over two weights, with the path of the steps."""
    x, y = (_around(path.places[:, i]) for i in range(2))
    columns = [moved(example, weights[0], float(u)) for u in x]
    e = np.array([[error_of(moved(c, weights[1], float(v))) for c in columns] for v in y])
    name = figures.theme()
    low, high = palette.GREY[name]
    # Lines at even steps of √E: of E itself all would lie on the hill, and none in the valley.
    ticks = np.linspace(0, np.sqrt(e.max()), 5)
    figure = go.Figure()
    figure.add_contour(
        x=x,
        y=y,
        z=np.sqrt(e),
        customdata=e,
        ncontours=_LINES,
        colorscale=[[0, low], [1, high]],
        opacity=0.6,
        colorbar={
            "title": "E",
            "thickness": 12,
            "tickvals": ticks,
            "ticktext": [number(v, 2) for v in ticks**2],
        },
        line={"width": 1},
        hovertemplate="E = %{customdata:.4f}",
        name="",
    )
    figure.add_scatter(
        x=path.places[:, 0],
        y=path.places[:, 1],
        mode="lines+markers",
        line={"color": palette.ACCENT[name], "width": 2},
        marker={"size": 7, "color": palette.ACCENT[name]},
        name="steps",
    )
    figure.update_layout(xaxis_title=LABELS[weights[0]], yaxis_title=LABELS[weights[1]])
    return figure


def path_words(path: Path) -> str:
    """Where the path of two weights begins and ends."""
    (u, v), (s, t) = path.places[0], path.places[-1]
    return (
        f"E over two weights, and the path of {len(path.errors) - 1} steps from ({number(u, 3)}, "
        f"{number(v, 3)}), E = {number(path.errors[0], 3)}, to ({number(s, 3)}, {number(t, 3)}), "
        f"E = {number(path.errors[-1], 3)}."
    )


def _around(places: Array) -> Array:
    """A grid that holds all of them, and some room."""
    low, high = float(places.min()), float(places.max())
    room = max(1.0, 0.4 * (high - low))
    return np.linspace(low - room, high + room, 21)
