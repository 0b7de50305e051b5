"""What if it were shifted, turned, drawn with another pen: the answer as curves."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import figures, link
from ui.draw.changes import QUANTITIES, Change, Quantity, changed, sweep
from ui.plain import in_figure, plain
from ui.readers import Reading, number, percent

#: Classes that never reach this probability are left out of the curves.
LEAST = 0.05
#: Of the changed image, in screen pixels.
WIDTH = 112


def show(reading: Reading) -> None:
    """Sliders, the changed image, and the probabilities along the chosen quantity."""
    narrow, wide = st.columns([1, 2], gap="large")
    with narrow:
        change = Change(**{q.name: _slider(q) for q in QUANTITIES})
        refit = link.toggle(
            "Fit and centre again afterwards",
            "d_refit",
            help="What the preparation repairs, the network need not know.",
        )
    with wide:
        names = {q.name: q.title for q in QUANTITIES}
        chosen = link.choice("Along the curve", "d_along", names, "right", kind="pills")
        quantity = next(q for q in QUANTITIES if q.name == chosen)
        _picture_and_answer(reading, change, refit)
        _curves(reading, change, quantity, refit)


def _slider(quantity: Quantity) -> float:
    label = f"{quantity.title} ({quantity.unit})"
    most, step = float(quantity.most), float(quantity.step)
    return link.slider(label, f"d_{quantity.name}", -most, most, 0.0, step, format="%g")


def _picture_and_answer(reading: Reading, change: Change, refit: bool) -> None:
    image = changed(reading.image, [change], refit)[0]
    chances = reading.network.chances(image[None])[0]
    names = reading.network.classes
    first, second = np.argsort(-chances, kind="stable")[:2]
    picture, words = st.columns([1, 4], vertical_alignment="center")
    with picture:
        shown = figures.picture(image, None, limit=1.0)
        figures.image(shown, width=WIDTH, alt="The drawing as it is changed")
    with words:
        st.markdown(
            f"Now **{plain(names[first])}**, {percent(chances[first])}; then "
            f"{plain(names[second])}, {percent(chances[second])}. Unchanged it was "
            f"{plain(reading.answer)}, {percent(reading.probabilities[reading.label])}."
        )


def _curves(reading: Reading, change: Change, quantity: Quantity, refit: bool) -> None:
    values, chances = sweep(reading.network, reading.image, change, quantity, refit)
    present = float(getattr(change, quantity.name))
    here = chances[int(np.argmin(np.abs(values - present)))]
    label = int(np.argmax(here))
    figure = figures.curves(
        {in_figure(reading.network.classes[k]): (values, chances[:, k]) for k in _leading(chances)},
        f"{quantity.title.lower()}, {quantity.unit}",
        "probability",
        here=(present, float(here[label])),
    )
    figure.update_yaxes(range=[-0.02, 1.04])
    figures.show(
        figure,
        "d_curves",
        alt=f"Probabilities of the classes along {quantity.title.lower()}; "
        f"at {number(present, 1)} the answer is {reading.network.classes[label]}.",
        height=300,
    )


def _leading(chances: Array) -> list[int]:
    """Classes worth a curve, the strongest first; at most seven."""
    most = chances.max(axis=0)
    return [int(k) for k in np.argsort(-most, kind="stable") if most[k] >= LEAST][:7]
