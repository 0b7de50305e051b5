"""The buttons for the files of a run: the whole of it, its weights, what came of it, all in one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cnn.data.datasets import Split
from cnn.learn.changes import changes_of
from cnn.learn.state import RunState
from cnn.nets import storage
from cnn.nets.export import to_numpy, to_pytorch
from cnn.nets.export_safetensors import to_safetensors
from cnn.nets.network import Sequential
from ui import lesson
from ui.train import everything, session
from ui.train.outcome import history_csv, last_sound


def buttons(state: RunState, data: Split) -> None:
    """Every file of a run, and one that holds them all; each is written when it is asked for."""
    recipe = session.current().recipe
    if recipe is None:
        return
    net, step = last_sound(state)
    if step != state.step:
        st.markdown(
            "The weights are no numbers any more. The files hold the network as it was at step "
            f"**{step:,}**, the last moment that was stored before; the history is whole."
        )
    about = everything.about(recipe, state, step)
    refused = []
    with st.container(horizontal=True, key="tr_files"):
        _button(
            "Everything of this run (.zip)",
            "run.zip",
            lambda: everything.packed(state, recipe, data),
            help="Settings, history, weights, the programs, the confusion matrix and the curves, "
            "and a page that says how to do it again.",
        )
        if recipe.lasting and not state.stopped:
            _button(
                "The whole run (.npz)",
                "run.npz",
                lambda: everything.whole_run(state, recipe),
                help="Loaded here again, it goes on as if it had never stopped.",
            )
        _button("Weights (.npz)", "weights.npz", lambda: storage.to_bytes(net, **about))
        _button(
            "Weights (.safetensors)", "weights.safetensors", lambda: to_safetensors(net, **about)
        )
        _button(
            "History (.csv)", "history.csv", lambda: history_csv(state.history, changes_of(state))
        )
        refused.append(_program("NumPy script", to_numpy, net, "model.py"))
        refused.append(_program("PyTorch code", to_pytorch, net, "model_torch.py"))
    for sentence in filter(None, refused):
        lesson.problem(sentence)
    if not recipe.lasting:
        what = "A class's drawings" if recipe.source == "class" else "The images of a file"
        st.caption(f"{what} go into no file, so there is none to go on from.")


def _button(
    title: str, file: str, write: Callable[[], bytes | str], help: str | None = None
) -> None:
    key = f"tr_get_{file.replace('.', '_')}"
    st.download_button(title, write, file, key=key, on_click="ignore", help=help)


def _program(title: str, write: Callable[[Sequential], str], net: Sequential, file: str) -> str:
    """The button for a program; else a sentence that says why there is none."""
    try:
        text = write(net)
    except ValueError as why:
        return f"There is no {title} of this network: {str(why).rstrip('.')}."
    _button(title, file, lambda: text)
    return ""
