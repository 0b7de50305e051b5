"""What came of a run, in forms that can be taken along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnn.data.recipes import Recipe
from cnn.learn.changes import Change
from cnn.learn.state import History, RunState
from cnn.learn.training import begun, network_of
from cnn.nets.network import Sequential


def portable(recipe: Recipe) -> Recipe:
    """A recipe that may leave this server: no path of it, the folder's name alone."""
    return replace(recipe, folder=Path(recipe.folder).name)


def last_sound(state: RunState) -> tuple[Sequential, int]:
    """The network as it is if its weights are numbers, else as it last was so; and its step."""
    for moment in (None, *reversed(state.moments)):
        net = network_of(state, moment)
        if all(np.isfinite(array).all() for array in net.state_dict().values()):
            return net, state.step if moment is None else moment.step
    return network_of(begun(state)), 0


def history_csv(history: History, changes: Sequence[Change] = ()) -> str:
    """One line a step: step, loss, accuracy, lr, and the validation's where there was a check.

    Where settings changed on the way there is one column more: what each first step with new ones
    was taken with.
    """
    checks = {
        step: (loss, accuracy)
        for step, loss, accuracy in zip(
            history.check_step, history.check_loss, history.check_accuracy, strict=True
        )
    }
    head = "step,loss,accuracy,lr,validation_loss,validation_accuracy"
    lines = [f"{head},changed" if changes else head]
    for step, loss, accuracy, lr in zip(
        history.step, history.loss, history.accuracy, history.lr, strict=True
    ):
        check = checks.get(step)
        extra = f"{check[0]:.6g},{check[1]:.6g}" if check else ","
        new = "; ".join(f"{c.name}={c.after}" for c in changes if c.step == step - 1)
        lines.append(
            f"{step},{loss:.6g},{accuracy:.6g},{lr:.6g},{extra}{f',{new}' if changes else ''}"
        )
    return "\n".join(lines) + "\n"
