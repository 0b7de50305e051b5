"""ResNet: twenty plain layers against twenty residual ones, trained side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from cnn.learn.state import RunConfig
from jobs.runner import View
from ui import guess, lesson, link
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.famous import deep, race
from ui.famous.deep import DEPTHS, KINDS, STARTS
from ui.pick_questions import PickQuestion, dealt
from ui.smoothing import smoothed

#: Seconds between two looks at runs that train.
REFRESH = 0.5
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COLOURS = {"plain": 1, "residual": 0}


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        start = link.choice("How the weights start", "fn_start", STARTS, "pytorch", kind="radio")
        depth = link.choice(
            "Layers, one after another", "fn_depth", {str(n): str(n) for n in DEPTHS}, "20"
        )
        with lesson.more():
            seed = link.number("Seed", "fn_seed", 0, 9999, 0)
    key = (start, int(depth), seed)
    configs = {kind: deep.config(kind, *key) for kind in KINDS}
    with stage:
        signals(*key)
        training(key, configs)
    lesson.formula(
        r"{\text{plain: } y = f(x)} \qquad {\text{residual: } y = f(x) + x}"
        r" \qquad {\frac{\partial y}{\partial x} = \frac{\partial f}{\partial x} + 1}"
    )
    lesson.text(
        f"""
Both networks have the **same convolutions**, {deep.CHANNELS} channels wide. In the plain one, two
of them *replace* what comes in. In the residual one they *add* to it: the block only learns what
is missing, and the signal has a way past it, there and back.

Look at the upper charts first: **no step has been taken there**. With PyTorch's default start, each
plain layer makes the signal smaller, because a ReLU halves it and the weights are not drawn large
enough to make up for that; after twenty layers hardly anything tells one digit from another, and
hardly any gradient comes back to the first layers. No learning rate can mend that. He's start
draws the weights larger, with a variance of 2 / fan in (the 2 for the half that ReLU takes) in
place of 1 / (3 fan in). A batch norm measures the signal and scales it, whatever the weights are.

So residual blocks are not the only cure. Make the network deeper, 32 and 44 layers, and see what
holds. With He's start *and* residual blocks the signal **grows**, for each block adds as much as
there is: look at its curve. The networks of the paper had residual blocks and batch norm, and for
ImageNet up to 152 layers.
"""
    )
    asked = why_stuck(guess.deal("fn_q1"))
    guess.pick("fn_q1", asked.words, asked.options, asked.answer, asked.explain)


def signals(start: str, depth: int, seed: int) -> None:
    """How the signal and its gradient fare in fresh networks."""
    found = {kind: deep.signal(kind, start, depth, seed) for kind in KINDS}
    places = deep.places(depth)

    def panel(title: str, values: Mapping[str, np.ndarray]) -> Panel:
        lines = [
            Series(kind, places, values[kind], _COLOURS[kind], dashed=kind == "plain")
            for kind in KINDS
        ]
        return Panel(title, lines, log=True)

    live_chart(
        "fn_signals",
        [
            panel(
                "Before training: the signal, after each layer",
                {kind: one.forward for kind, one in found.items()},
            ),
            panel(
                "Its gradient, on its way back to the first",
                {kind: one.backward for kind, one in found.items()},
            ),
        ],
        x_label="layer",
        summary=said(found),
        height=190,
        projector=lesson.projector(),
    )
    st.markdown(said(found))


def said(found: Mapping[str, deep.Signal]) -> str:
    """What the fresh networks do to the signal, in a sentence."""
    parts = []
    for kind, one in found.items():
        forth = one.forward[-1] / one.forward[0]
        back = one.backward[0] / one.backward[-1]
        parts.append(
            f"In the **{kind}** network the last layer's signal is {_times(forth)} the first's, "
            f"and the gradient that arrives at the first is {_times(back)} the last's."
        )
    return " ".join(parts)


def _times(factor: float) -> str:
    """A factor in words: of the many powers of ten only the order counts."""
    if factor == 0:
        return "0 times"
    if not 1e-3 < factor < 1e4:
        return f"10{str(round(np.log10(factor))).translate(_RAISED)} times"
    return f"{factor:.2g} times"


def training(key: tuple[str, int, int], configs: dict[str, RunConfig]) -> None:
    """The two runs: buttons, curves, what was reached."""
    views = race.ensure(configs)
    moving = views is not None and race.active(views)
    with st.container(key="fn_tools", horizontal=True, vertical_alignment="center"):
        if moving:
            st.button("Pause", key="fn_pause", on_click=race.pause, type="primary", width=110)
        else:
            over = views is not None and all(v.phase == "finished" for v in views.values())
            st.button(
                "Train both", key="fn_train", on_click=race.begin, args=(configs, deep.RECIPE),
                type="primary", disabled=over,
            )  # fmt: skip
        st.button("Start again", key="fn_again", on_click=race.forget, disabled=views is None)
        st.markdown(
            f"{deep.SAMPLES:,} digits from pen strokes, {deep.EPOCHS} times over, Adam",
            width="content",
        )

    @link.fragment(run_every=REFRESH if moving else None, key="fn_race")
    def follow() -> None:
        now = race.ensure(configs)
        if moving and (now is None or not race.active(now)):
            st.rerun()  # the whole page: its buttons change
        race.note(key, now or {})
        curves(configs, now or {})
        st.markdown(status(now))

    follow()
    results()


def curves(configs: Mapping[str, RunConfig], views: Mapping[str, View]) -> None:
    """Loss and accuracy of both, growing in place."""
    losses, accuracies = [], []
    for kind, view in views.items():
        history = view.state.history
        dashed = kind == "plain"
        smooth = smoothed(history.loss, 0.8)
        losses.append(Series(kind, history.step, smooth, _COLOURS[kind], dashed=dashed))
        accuracies.append(
            Series(kind, history.check_step, history.check_accuracy, _COLOURS[kind], dashed=dashed)
        )
    live_chart(
        "fn_curves",
        [
            Panel("Training loss", losses, floor=0.0),
            Panel("Unseen digits that are read", accuracies, percent=True, floor=0.0, ceiling=1.0),
        ],
        x_label="step",
        x_end=next(iter(configs.values())).total_steps,
        summary=status(views),
        height=190,
        projector=lesson.projector(),
    )


def status(views: Mapping[str, View] | None) -> str:
    """Where both runs are."""
    if not views:
        return "Not trained yet. What will you see? Then press *Train both*."
    parts = []
    for kind, view in views.items():
        state = view.state
        checked = state.history.check_accuracy
        reached = f", {checked[-1]:.0%} of unseen digits read" if checked else ""
        parts.append(f"**{kind}**: step {state.step} of {state.config.total_steps}{reached}")
        if view.error:
            parts.append(f"stopped: {view.error}")
        elif state.diagnosis is not None:
            parts.append(f"{state.diagnosis.name.lower()}")
        if view.position is not None and view.runs > view.slots:
            parts.append(f"place {view.position} in the line of {view.runs} runs")
    return " · ".join(parts)


def results() -> None:
    """What this session has measured so far: a table."""
    found = race.current().results
    if not found:
        return
    st.markdown("**What you have measured**")
    st.dataframe(
        [
            {"start": STARTS[str(start)], "layers": depth, "seed": seed}
            | {kind: f"{reached[kind]:.0%}" for kind in KINDS if kind in reached}
            for (start, depth, seed), reached in found.items()
        ],
        hide_index=True,
        key="fn_results",
    )


def why_stuck(rng: np.random.Generator) -> PickQuestion:
    """What keeps the plain network from learning."""
    depth = int(rng.choice([20, 32, 44]))
    return dealt(
        rng,
        f"With PyTorch's default start {depth} plain layers do not learn. What is missing?",
        (
            "a signal that is still there at the end, and a gradient at the beginning",
            "weights: the residual network has more of them",
            "training: with more epochs the plain one would catch up",
            "a smaller learning rate",
        ),
        "Both networks have exactly the same weights to learn. But layer by layer the plain one's "
        "signal shrinks, and on the way back its gradient: the first layers get next to nothing to "
        "learn from, in any number of epochs.",
    )
