"""A network that the student trained and took to the drawing page; it lives in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import streamlit as st

from cnn.nets.network import Sequential

_TAKEN = "_taken_network"
#: Its name in the drawing page's choice of networks.
NAME = "yours"
TITLE = "Yours, just trained"


@dataclass(frozen=True)
class Taken:
    """A trained network, in evaluation mode; reads (1, 28, 28), gives logits.

    Attributes:
        net: The network.
        classes: What its K logits stand for; a single logit speaks for the second of two.
        accuracy: On the validation set of its run, if it was looked at.
    """

    net: Sequential
    classes: tuple[str, ...]
    accuracy: float | None = None


def keep(network: Taken) -> None:
    """Offer it on the drawing page, in place of what was taken before."""
    st.session_state[_TAKEN] = network


def current() -> Taken | None:
    """This session's, if any."""
    return cast("Taken | None", st.session_state.get(_TAKEN))
