"""A network that the student trained and took to the drawing page.

It lives in the session, and under a key that the tab keeps (:mod:`ui.components.keepsake`): after
a reload, or a restart of the server, the tab hands the key back and the network is there again.
"""

from __future__ import annotations

import io
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

import streamlit as st

from cnn.nets import storage
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from cnn.nets.table import spec_of
from jobs.shelf import Shelf, from_environment
from ui import codecs, link
from ui.components.keepsake import keepsake
from ui.remembered import Remembered

_FORM = re.compile(r"[0-9a-f]{32}")
_KEEPSAKE = "network"
#: Its name in the drawing page's choice of networks.
NAME = "yours"
TITLE = "Yours, just trained"
SETTING = "d_net"


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


_TAKEN: Remembered[Taken | None] = Remembered("_taken_network", None)
#: Under which the store has it; empty where it could not be packed.
_KEY: Remembered[str | None] = Remembered("_taken_key", None)
#: Whether what the tab's key stands for is no longer there.
_GONE = Remembered("_taken_gone", False)
#: Whether the link asked for it before it was there.
_WISHED = Remembered("_taken_wished", False)


def scoring(net: Sequential) -> Sequential:
    """The network without a sigmoid at its end: the page makes probabilities of the scores."""
    spec = spec_of(net)
    if spec[-1]["kind"] != "sigmoid":
        return net
    scores = build(spec[:-1], net.input_shape, init="zeros")
    scores.load_state_dict({**net.parameters(), **net.buffers()})
    scores.eval()
    return scores


@dataclass
class Store:
    """Packed networks by key: on the shelf, or in memory where that takes none."""

    shelf: Shelf | None
    most: int = 60
    _held: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def put(self, key: str, data: bytes) -> None:
        """Keep one."""
        if self.shelf is not None and self.shelf.put(f"network-{key}", data):
            return
        self._held[key] = data
        while len(self._held) > self.most:
            self._held.popitem(last=False)

    def get(self, key: str) -> bytes | None:
        """The one of that key, if it is still there."""
        if key in self._held:
            return self._held[key]
        return None if self.shelf is None else self.shelf.get(f"network-{key}")


@st.cache_resource
def store() -> Store:
    """The server's."""
    return Store(from_environment())


def keep(network: Taken) -> None:
    """Offer it on the drawing page, in place of what was taken before."""
    key = secrets.token_hex(16)
    try:
        meta = {"classes": list(network.classes), "accuracy": network.accuracy}
        store().put(key, storage.to_bytes(network.net, **meta))
    except ValueError:  # weights that are no numbers go into no file
        key = ""
    _TAKEN.put(network)
    _KEY.put(key)


def current() -> Taken | None:
    """This session's, if any."""
    return _TAKEN.get()


def take_up() -> None:
    """Find this tab's network again, once it has said which; before anything asks for one."""
    if current() is not None:
        return
    asked = link.now(SETTING, "", codecs.text(20))
    if asked == NAME:
        _WISHED.put(True)
    key = keepsake.recalled(_KEEPSAKE)
    if key is None or _GONE.get():
        return
    found = _unpacked(store().get(key)) if _FORM.fullmatch(key) else None
    if found is None:
        _GONE.put(True)
        return
    _TAKEN.put(found)
    _KEY.put(key)
    # The link could not have its way before the network was there.
    if _WISHED.take():
        link.assign(**{SETTING: NAME})


def remember() -> None:
    """Let the tab keep the key, or ask for it; and say what is gone. Once, late in the page."""
    if current() is None and _GONE.get():
        st.markdown(
            "The network that this tab took here is gone: it is kept for an hour. Take it here "
            "again from the lesson *Train a network*."
        )
    keepsake.keepsake(_KEEPSAKE, _KEY.get() if current() is not None else None)


def _unpacked(data: bytes | None) -> Taken | None:
    """What :func:`keep` packed; None if there is nothing, or it cannot be read any more."""
    if data is None:
        return None
    try:
        net, meta = storage.load_with_meta(io.BytesIO(data))
    except storage.FileError:
        return None
    return Taken(net, tuple(str(name) for name in meta["classes"]), meta["accuracy"])
