"""What moves while a network trains: the status, the curves, filters and maps, histograms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.explain import snapshot
from cnn.layers.convolution import Conv2d
from cnn.learn.state import Moment, RunState
from cnn.learn.training import network_of
from cnn.nets.network import Sequential
from jobs.runner import View
from ui import lesson, link
from ui.components.live_chart.live_chart import live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.plain import plain
from ui.train import (
    changes,
    charts,
    compare,
    digit_map,
    going_on,
    heavy,
    kernels,
    landscape,
    learned,
    one_step,
    saving,
    session,
    verdict,
)
from ui.train.histograms import histograms
from ui.train.tiles import picture_tiles

MOST_MAPS = 16
#: Views that do not follow the run.
STILL = ("net", "data", "layer")
#: Seconds between two looks at a run that trains alone.
REFRESH = 0.4


def play(
    run: View,
    data: Split,
    view: str,
    log: bool,
    smoothing: float,
    *,
    beside: Callable[[RunState], None] | None = None,
) -> None:
    """What follows the run; looks again several times a second while it trains.

    Args:
        run: As it is now.
        data: Its data.
        view: What is shown of it.
        log: Whether the loss has a log scale.
        smoothing: Of the curves, in [0, 1).
        beside: Says more about the run, below its status.
    """
    active = run.phase in ("running", "queued")
    pace = pace_of(run)

    @link.fragment(run_every=pace if active else None)
    def follow() -> None:
        now = session.look()
        if now is None:
            return
        if now.identity != run.identity:
            st.rerun()  # another run has taken its place: all of the page speaks of that one
        if active and now.phase not in ("running", "queued"):
            st.rerun()  # the whole page: the toolbar changes, and nothing need be looked at again
        if active and (pace_of(now) > pace or pace_of(now) < pace / 2):
            st.rerun()  # others came or went: look less or more often
        # The same places in every run of the fragment, whether or not something stands in them: the
        # browser knows its elements by their place, and may still be busy with the run before.
        words, drawn, back, below = (
            st.container(key=f"train_live_{name}") for name in ("words", "curves", "back", "below")
        )
        with words:
            status(now)
            changes.lines(now.state)
            if beside is not None:
                beside(now.state)
        if view in STILL:
            return
        moment = None
        with back:
            if view in ("maps", "learned") and not active:
                moment = moment_slider(now.state)
        # Of a run that overflowed, too, the page shows what is left.
        with np.errstate(all="ignore"):
            if view != "compare" or not session.current().kept:
                with drawn:
                    curves(now, log, smoothing, moment)
            with below:
                try:
                    _shown(view, now, data, moment, active, log)
                except heavy.NotDone as why:
                    lesson.problem(str(why))

    follow()


def pace_of(run: View) -> float:
    """Seconds between two looks: a run that waits for its turn has nothing new to show.

    In steps of two, so that it changes seldom.
    """
    share = run.runs / run.slots
    return REFRESH * 2 ** max(0, math.ceil(math.log2(max(share, 1))))


def _shown(
    view: str, run: View, data: Split, moment: Moment | None, active: bool, log: bool
) -> None:
    state = run.state
    images = {"hist": 2 * state.config.batch_size, "learned": len(data.validation)}.get(view, 0)
    if active and heavy.is_heavy(state, images):
        st.markdown("Pause the run to see this: it is too much work to follow while it trains.")
    elif view == "maps":
        filters_and_maps(state, data, moment)
    elif view == "hist":
        histograms(state, data)
    elif view == "step":
        if active:
            st.markdown("Pause the run to walk its next step.")
        else:
            one_step.show(state, data)
    elif view == "learned":
        learned.confusion_and_examples(state, data, moment)
        saving.buttons(state, data)
        learned.to_drawing_page(state, data, moment)
    elif view == "compare":
        compare.show(run)
    elif view == "try":
        verdict.show(state)
    elif view == "map":
        if active:
            st.markdown("Pause the run to see its map.")
        else:
            digit_map.show(state, data)
    elif view == "land":
        if active:
            st.markdown("Pause the run to look around it.")
        else:
            landscape.show(run, data, log)


def toolbar(view: View) -> None:
    """Train, Pause, One step, One epoch, Reset."""
    done = view.phase == "finished"
    active = view.phase in ("running", "queued")
    with st.container(key="train_tools", horizontal=True, vertical_alignment="center"):
        if done:
            longer = session.longer()
            st.button(
                f"Train on to {longer} epochs" if longer else "Train",
                key="tr_on",
                on_click=session.train_on,
                type="primary",
                disabled=longer is None,
            )
        elif active:
            st.button("Pause", key="tr_pause", on_click=session.pause, type="primary", width=110)
        else:
            st.button(
                "Train",
                key="tr_train",
                on_click=session.train,
                type="primary",
                width=110,
            )
        idle = active or done
        st.button("One step", key="tr_step", on_click=session.one_step, disabled=idle)
        st.button("One epoch", key="tr_epoch", on_click=session.one_epoch, disabled=idle)
        st.button("Start again", key="tr_reset", on_click=going_on.start_again)


def status(view: View) -> None:
    """Where the run is, how fast, how long to go; and what is wrong, in words."""
    state = view.state
    config = state.config
    parts = [
        f"**{_phase_word(view)}**",
        f"step {state.step:,} of {config.total_steps:,}",
        f"epoch {state.epoch:.1f} of {config.epochs}",
    ]
    history = state.history
    if history.check_accuracy and not state.stopped:
        parts.append(f"validation accuracy {history.check_accuracy[-1]:.1%}")
    if state.seconds and state.step:
        rate = state.step / state.seconds
        steps = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        parts.append(f"{steps} steps/s, {rate * config.batch_size:,.0f} images/s")
        if view.phase in ("running", "queued"):
            left = (config.total_steps - state.step) / rate * max(1, view.runs / view.slots)
            parts.append(f"about {left:.0f} s to go")
    if view.position is not None and view.runs > view.slots:
        parts.append(f"place {view.position} in the line of {view.runs} runs")
    st.markdown(" · ".join(parts))
    if view.error:
        lesson.problem(f"The run stopped: {view.error.rstrip('.')}.")
    elif state.stopped_early:
        st.markdown(
            f"The validation loss has not been lower since step **{history.best_check:,}**. The "
            "network of that step is stored: go back to it under *Filters and maps* or *What it "
            "learned*."
        )
    elif state.diagnosis is not None:
        lesson.problem(f"{state.diagnosis.seen} {state.diagnosis.cause}", state.diagnosis.name)


def _phase_word(view: View) -> str:
    if view.state.stopped:
        return "Stopped"
    if view.state.stopped_early and view.phase == "finished":
        return "Stopped early"
    if view.phase == "paused" and not view.state.step:
        return "Ready"
    return _PHASES[view.phase]


_PHASES = {
    "paused": "Paused",
    "queued": "Training",
    "running": "Training",
    "finished": "Finished",
    "failed": "Stopped",
}


def curves(view: View, log: bool, smoothing: float, moment: Moment | None) -> None:
    """Loss, accuracy and learning rate, growing in place."""
    state = view.state
    live_chart(
        "tr_curves",
        charts.panels(
            state.config, state.history, log=log, smoothing=smoothing, marks=changes.marks(state)
        ),
        x_label="step",
        x_end=state.config.total_steps,
        here=moment.step if moment is not None else None,
        summary=_summary(state),
        height=210,
        projector=lesson.projector(),
    )


def _summary(state: RunState) -> str:
    if state.stopped and state.diagnosis is not None:
        return f"Step {state.step}. {state.diagnosis.seen}"
    last = state.history.check_accuracy[-1:]
    return f"Step {state.step}; validation accuracy {last[0]:.1%}." if last else "Not begun."


def moment_slider(state: RunState) -> Moment | None:
    """Any stored moment to go back to; None is now."""
    steps = [moment.step for moment in state.moments]
    if len(steps) < 2:
        return None
    at = st.select_slider(
        "Go back to a stored moment (step)",
        steps,
        steps[-1],
        key=f"tr_moment_{state.step}",
        help="Filters, maps and the confusion matrix are shown as they were then.",
    )
    return state.moments[steps.index(at)] if at != steps[-1] else None


def filters_and_maps(state: RunState, data: Split, moment: Moment | None) -> None:
    """The kernels of the chosen layer, and what a chosen image makes of them."""
    net = network_of(state, moment)
    layers = {n: layer for n, layer in net.named_layers() if isinstance(layer, Conv2d)}
    left, right = st.columns([1, 2])
    with right:
        index = link.slider(
            "Image of the validation set", "tr_img", 0, max(1, len(data.validation) - 1), 0
        )
        index = min(index, len(data.validation) - 1)
    with left:
        name = (
            link.choice("Layer", "tr_layer", list(layers), next(iter(layers)), kind="select")
            if layers
            else ""
        )
        of = link.choice("Show", "tr_of", kernels.OF, "now") if layers else ""
    x = data.validation.floats(slice(index, index + 1))[0]
    shown, maps = st.columns([1, 5])
    with shown:
        tile_grid(
            "tr_image",
            [picture_tiles(_truth(data, index), x[None])],
            side=112,
            legend=False,
            projector=lesson.projector(),
        )
        st.markdown(_said(state, net, x, data))
    with maps:
        when = "Now" if moment is None else f"Step {moment.step:,}"
        rows = kernels.rows(state, name, layers[name], of, when) if name else []
        side = 56 if of == "three" else 90
        tile_grid("tr_kernels", rows, side=side, projector=lesson.projector())
        tile_grid("tr_tiles", _maps(net, x, name), side=84, projector=lesson.projector())


def _truth(data: Split, index: int) -> str:
    return f"This is {data.validation.classes[data.validation.labels[index]]}"


def _said(state: RunState, net: Sequential, x: Array, data: Split) -> str:
    """The three classes that the network finds most likely."""
    chances = learned.chances_of(state, net(x[None]))[0]
    if not np.isfinite(chances).all():
        return "The network says nothing any more: its scores are no numbers."
    best = np.argsort(-chances)[:3]
    words = "  \n".join(f"**{plain(data.validation.classes[k])}** {chances[k]:.1%}" for k in best)
    return f"The network says  \n{words}"


def _maps(net: Sequential, x: Array, name: str) -> list[Tiles]:
    views = [view for view in snapshot(net, x).views.values() if view.y.ndim == 3]
    names = [view.name for view in views]
    start = names.index(name) if name in names else 0
    return [
        Tiles(f"{view.name}: feature maps", view.y[:MOST_MAPS]) for view in views[start : start + 3]
    ]
