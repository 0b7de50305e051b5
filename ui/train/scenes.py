"""What single layers do: batch norm, dropout, and layers without an activation between them."""

from __future__ import annotations

import numpy as np

from cnn.data.datasets import Split
from cnn.learn.state import RunState
from ui import lesson, link
from ui.train import dropping, heavy, normalising, without_activation

SCENES = {"norm": "Batch norm", "drop": "Dropout", "none": "No activation"}


def show(state: RunState, data: Split) -> None:
    """The scene that is chosen."""
    scene = link.choice("Scene", "tr_scene", SCENES, "norm")
    if scene == "norm":
        normalising.show(data, state.config.seed)
    elif heavy.is_heavy(state, 1):
        lesson.problem("This network is too much work to be looked at here; take a smaller one.")
    else:
        with np.errstate(all="ignore"):  # of a run that overflowed, too
            (dropping if scene == "drop" else without_activation).show(state, data)
