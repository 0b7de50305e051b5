"""What the page "Draw a digit" works with: the shipped networks, and one reading of a drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from cnn.arrays import Array, batch_last
from cnn.data.datasets import DIGITS
from cnn.data.handwriting import PAD, generate
from cnn.data.preprocess import FittedDigit, fit_digit, shrink
from cnn.explain import both_scores, evaluation_copy
from cnn.explain.snapshot import Snapshot, snapshot
from cnn.layers.activations import Activation
from cnn.layers.softmax import softmax
from cnn.learn.answers import NO_ANSWER, answers
from cnn.nets import storage
from cnn.nets.network import Sequential
from ui import trained_net
from ui.components.draw_pad import draw_pad
from ui.components.draw_pad.draw_pad import DrawPadState
from ui.components.network_view.network_view import constants_of
from ui.components.wire import Kept
from ui.network_panels import INPUT, NetworkView

T = TypeVar("T")
ASSETS = Path(__file__).resolve().parents[1] / "assets"
NAMES = {"lenet": "LeNet-5", "dense": "Dense network"}
#: Stroke-made digits that stand for "what it usually sees".
TYPICAL = 400
#: What differs by less than this share of its size is the same.
EVEN = 1e-3
#: How many times wider than its values the scale of a layer is that says nothing.
FAINT = 20
#: Network → name of a function → what it made of that network; forgotten with the network.
_MADE: WeakKeyDictionary[Sequential, dict[str, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Network:
    """A trained network: one that comes with the app, or the student's own.

    Attributes:
        name: "lenet", "dense" or :data:`ui.trained_net.NAME`.
        title: What a page calls it.
        net: In evaluation mode; look at it through an :func:`evaluation_copy`.
        meta: What its file says about its training.
        classes: What its logits stand for.
    """

    name: str
    title: str
    net: Sequential
    meta: dict[str, Any]
    classes: tuple[str, ...] = DIGITS

    @property
    def single(self) -> bool:
        """Whether it ends in one output that tells two classes apart."""
        return self.net.output_shape((1, 28, 28)) == (1,)

    @property
    def knows_digits(self) -> bool:
        """Whether all its classes are digits."""
        return set(self.classes) <= set(DIGITS)

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return sum(values.size for values in self.net.parameters().values())

    @property
    def accuracy(self) -> float | None:
        """Share of held-out MNIST digits read right, from the file."""
        held_out = self.meta.get("held_out")
        return held_out.get("accuracy") if isinstance(held_out, dict) else None

    def scores(self, images: Array) -> Array:
        """(N, K) logits of (N, 28, 28) images; with one output, 0 beside it (see both_scores)."""
        scores = evaluation_copy(self.net).forward(batch_last(images[:, None].astype(np.float32)))
        return both_scores(scores).T

    def chances(self, images: Array) -> Array:
        """(N, K) probabilities of (N, 28, 28) images."""
        return softmax(self.scores(images), 1)


@dataclass(frozen=True)
class Typical:
    """How a network answers to digits.

    Attributes:
        scales: Layer → an end for its colour scale: hardly any |activation| is larger.
        largest: (N,) how strong the answer to each digit is, sorted.
        even: Layers that say the same of every digit; their scales are so wide that they look
            like the next to nothing that they say.
    """

    scales: dict[str, float]
    largest: Array
    even: frozenset[str] = frozenset()

    def share_below(self, logit: float) -> float:
        """Share of digits whose answer is weaker than ``logit``."""
        return float(np.searchsorted(self.largest, logit) / len(self.largest))


#: What a sentence has in place of NaN and infinity.
NO_NUMBER = "no number"
#: What is said of a network whose scores are not finite.
SAYS_NOTHING = "It says nothing: its scores are no numbers."


def number(value: float, decimals: int = 2) -> str:
    """A number with a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "−") if np.isfinite(value) else NO_NUMBER


def percent(share: float) -> str:
    """A probability in words; never 100% or 0% that is not quite so."""
    if not np.isfinite(share):
        return NO_NUMBER
    if share > 0.9995:
        return "over 99.9%"
    if share < 0.0005:
        return "under 0.1%"
    return f"{share:.0%}" if 0.01 <= share <= 0.99 else f"{share:.1%}"


def available() -> dict[str, str]:
    """Name → title of the networks that are there: the shipped ones, and the student's own."""
    found = {name: title for name, title in NAMES.items() if (ASSETS / f"{name}.npz").is_file()}
    return found if trained_net.current() is None else found | {trained_net.NAME: trained_net.TITLE}


def network(name: str) -> Network:
    """The network ``name``."""
    own = trained_net.current()
    if name != trained_net.NAME or own is None:
        return _shipped(name)
    return Network(name, trained_net.TITLE, own.net, {"own_accuracy": own.accuracy}, own.classes)


@st.cache_resource(show_spinner=False)
def _shipped(name: str) -> Network:
    net, meta = storage.load_with_meta(ASSETS / f"{name}.npz")
    return Network(name, NAMES[name], net, meta)


def typical(of: Network) -> Typical:
    """How a network answers to digits as they are drawn on the pad."""
    return made_once(of, _typical)


def constants(of: Network) -> Kept:
    """What the network view tells a browser of a network once, whatever is drawn."""
    return made_once(of, _constants)


def made_once(of: Network, make: Callable[[Network], T]) -> T:
    """``make(of)``, kept for as long as the network is, which nobody changes any more."""
    made = _MADE.setdefault(of.net, {})
    if make.__qualname__ not in made:
        made[make.__qualname__] = make(of)
    found: T = made[make.__qualname__]
    return found


def _constants(of: Network) -> Kept:
    usual = typical(of)
    with np.errstate(all="ignore"):
        blank = NetworkView.of(snapshot(of.net, np.zeros((1, 28, 28), np.float32)))
    return constants_of(blank.layers(None, usual.scales, usual.even))


def _typical(of: Network) -> Typical:
    asked = evaluation_copy(of.net)
    known = [DIGITS.index(name) for name in of.classes] if of.knows_digits else range(len(DIGITS))
    labels = np.resize(np.array(known), TYPICAL)
    scores = asked.forward(batch_last(generate(TYPICAL, 11, labels=labels, style=PAD).floats()))
    scales, even = {INPUT: 1.0}, set()
    for path, layer in asked.named_layers(containers=False):
        if layer.y is None:
            continue
        finite = layer.y[np.isfinite(layer.y)]
        scales[path] = float(np.percentile(np.abs(finite), 99.9)) if finite.size else 1.0
        if finite.size == layer.y.size and _says_the_same(layer.y):
            even.add(path)
            scales[path] = FAINT * float(np.abs(layer.y).max()) or 1.0
    return Typical(scales, np.sort(strength(scores)), frozenset(even))


def _says_the_same(y: Array) -> bool:
    """Whether no unit of (…, N) tells one of N samples from another."""
    return float(np.ptp(y, axis=-1).max()) <= EVEN * float(np.abs(y).max())


def strength(scores: Array) -> Array:
    """(N,) how strong an answer is: the largest logit of (K, N); of a single one, its size."""
    found: Array = np.abs(scores[0]) if len(scores) == 1 else scores.max(axis=0)
    return found


@dataclass(frozen=True)
class Reading:
    """One drawing on its way through one network.

    Attributes:
        network: Which.
        state: What is on the pad.
        fit: The steps of the preparation, made whether or not they are used.
        prepared: Whether they are used.
        snap: The forward pass.
    """

    network: Network
    state: DrawPadState
    fit: FittedDigit
    prepared: bool
    snap: Snapshot

    @property
    def image(self) -> Array:
        """(28, 28) what the network sees."""
        return self.snap.x[0]

    @cached_property
    def view(self) -> NetworkView:
        """The pass as the network view shows it."""
        return NetworkView.of(self.snap)

    @cached_property
    def probabilities(self) -> Array:
        """(K,) softmax of the logits; with one output, its sigmoid and the rest."""
        return self.snap.probabilities

    @property
    def logits(self) -> Array:
        """(K,) raw scores; with one output, 0 for the first class and it for the second."""
        return both_scores(self.snap.scores)

    @property
    def single(self) -> bool:
        """Whether one output tells two classes apart."""
        return self.network.single

    @property
    def strength(self) -> float:
        """How strong the answer is: its logit; with one output, how far that is from 0."""
        return float(strength(self.snap.scores[:, None])[0])

    @property
    def label(self) -> int:
        """The answer; ``NO_ANSWER`` of a network whose scores are no numbers."""
        return int(answers(self.probabilities))

    @property
    def answered(self) -> bool:
        """Whether the network says anything."""
        return self.label != NO_ANSWER

    @property
    def answer(self) -> str:
        """The answer's name; empty where there is none."""
        return self.network.classes[self.label] if self.answered else ""

    @property
    def unusual(self) -> bool:
        """Whether 99 of 100 digits find a stronger answer: it may be no digit at all."""
        known = self.network.knows_digits
        return known and typical(self.network).share_below(self.strength) < 0.01

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.state.empty:
            return "Nothing is drawn yet."
        if not self.answered:
            return SAYS_NOTHING
        (first, most), (second, less) = self.snap.top(2)
        names = self.network.classes
        words = f"It reads {names[first]}, {percent(most)}; then {names[second]}, {percent(less)}."
        return f"{words} It may be no digit at all." if self.unusual else words

    def at_a_glance(self, maps: bool = True) -> dict[str, Any] | None:
        """For the pad on a phone: the best three classes, and with ``maps`` the first layer's."""
        if not self.answered:
            return None
        names = self.network.classes
        best = [(names[k], share, percent(share)) for k, share in self.snap.top(3)]
        if self.state.empty:  # nothing is claimed, and the paper stays where it is
            best = [("–", 0.0, "") for _ in best]
        shown = [p for p in self.view.places.values() if p.name != INPUT]
        if not maps or not shown or shown[0].values.ndim != 3:
            return draw_pad.at_a_glance(best)
        # The layer and its activation are one, as in the view of the whole network.
        first = next((p for p in shown[1:2] if isinstance(p.layer, Activation)), shown[0])
        limit = typical(self.network).scales.get(first.name, 1.0)
        return draw_pad.at_a_glance(best, first.values, limit)

    def shown(self) -> dict[str, Any]:
        """For the pad: the steps, or that there were none."""
        return draw_pad.fitted(self.fit) if self.prepared else draw_pad.unfitted(self.image)


def read(chosen: Network, state: DrawPadState, prepared: bool) -> Reading:
    """Send what is on the pad through a network."""
    fit = fit_digit(state.ink)
    image = fit.image if prepared else shrink(state.ink)
    with np.errstate(all="ignore"):  # a network of the student's own may have overflowed
        return Reading(chosen, state, fit, prepared, snapshot(chosen.net, image[None]))
