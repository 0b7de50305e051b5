"""Why this answer: four ways of asking which ink mattered, for any class, next to each other."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.handwriting import PAD, generate
from cnn.explain import Occlusion, both_ways, grad_cam, input_gradient, occlusion
from cnn.nets.network import Sequential
from ui import figures, link, readers
from ui.plain import plain
from ui.readers import Network, Reading, number

#: Screen pixels of a picture.
WIDTH = 132
PATCH = 5
#: A picture's strongest colour stands for no less than this share of what digits usually give:
#: else the scale would make something of next to nothing.
LEAST = 0.1
#: Heat that differs by less than this share of its size is the same everywhere.
EVEN = 1e-3
_DIGITS = 8


@dataclass(frozen=True)
class Method:
    """One way of asking, answered for one class.

    Attributes:
        title: Its name in the field.
        words: What its colours mean, in a sentence.
        heat: (28, 28); > 0 speaks for the class, where the method has a sign.
    """

    title: str
    words: str
    heat: Array

    @property
    def size(self) -> float:
        """The largest |heat|."""
        return float(np.abs(self.heat).max())

    @property
    def even(self) -> bool:
        """Whether it tells no pixel from another."""
        return float(np.ptp(self.heat)) <= EVEN * self.size

    def picture(self, usual: float) -> Array:
        """(28, 28) from −1 to 1 on a scale that fits; nothing where it is the same everywhere."""
        if self.even:
            return np.zeros_like(self.heat)
        return self.heat / max(self.size, LEAST * usual)

    def caption(self, name: str, usual: float) -> str:
        """Whose picture it is, and where there is nothing to see, that there is nothing."""
        if self.even:
            return f"for {name}: the same everywhere"
        return f"for {name}: next to nothing" if self.size < LEAST * usual else f"for {name}"


def methods(reading: Reading, labels: list[int]) -> list[list[Method]]:
    """For each class: occlusion, saliency, gradient × input and, with maps, Grad-CAM."""
    network, x = reading.network, reading.snap.x
    if network.name in readers.NAMES:  # a whole class begins with the same drawing
        return _of_shipped(network.name, x.tobytes(), x.shape, x.dtype.str, tuple(labels))
    return _of_image(network, x, labels)


@functools.lru_cache(maxsize=64)
def _of_shipped(
    name: str, pixels: bytes, shape: tuple[int, ...], dtype: str, labels: tuple[int, ...]
) -> list[list[Method]]:
    found = _of_image(
        readers.network(name), np.frombuffer(pixels, dtype).reshape(shape), list(labels)
    )
    for one in itertools.chain(*found):
        one.heat.flags.writeable = False
    return found


def usual(of: Network) -> dict[str, float]:
    """Method → how large its heat is for a digit, the median of a few."""
    return readers.made_once(of, _usual)


def _usual(of: Network) -> dict[str, float]:
    images = generate(_DIGITS, 11, style=PAD).floats()
    labels = of.scores(images[:, 0]).argmax(1)
    found = [_of_image(of, x, [int(label)])[0] for x, label in zip(images, labels, strict=True)]
    return {
        same[0].title: float(np.median([one.size for one in same]))
        for same in zip(*found, strict=True)
    }


def _of_image(of: Network, x: Array, labels: list[int]) -> list[list[Method]]:
    net = both_ways(of.net) if of.single else of.net
    covered = occlusion(net, x, PATCH, stride=2, of="score")
    return [_of_class(net, x, label, covered) for label in labels]


def _of_class(net: Sequential, x: Array, label: int, covered: Occlusion) -> list[Method]:
    shape = (x.shape[1], x.shape[2])
    gradient = input_gradient(net, x, label)
    found = [
        Method(
            "Occlusion",
            f"Cover a {PATCH}×{PATCH} patch. Where the class's logit (its raw score) falls, the "
            "patch was needed: teal. Where it rises, the patch spoke against the class: brown.",
            covered.heat(label, shape),
        ),
        Method(
            "Saliency",
            "The size of the logit's gradient: where a little more or less ink would change it "
            "most. It has no sign: the stronger the teal, the more, whether up or down.",
            gradient.saliency,
        ),
        Method(
            "Gradient × input",
            "The same gradient, with its sign, times the ink that is there: what speaks for the "
            "class (teal) and against it (brown), were the network linear.",
            gradient.times_input[0],
        ),
    ]
    try:
        cam = grad_cam(net, x, label)
    except ValueError:  # a network of dense layers has no maps
        return found
    words = (
        f"The maps of {plain(cam.layer)}, each weighted by its mean gradient: roughly where "
        "something was found that speaks for the class. What speaks against it is left out."
    )
    return [*found, Method("Grad-CAM", words, cam.heat(shape))]


def overlay(heat: Array, ink: Array) -> Array:
    """Heat of −1 to 1 in the colours of gradients, the ink over it, uint8 (H, W, 3)."""
    return figures.over_ink(heat, ink, "gradient")


def show(reading: Reading) -> None:
    """Each method twice: for the class that is asked about, and for its strongest rival."""
    names = reading.network.classes
    order = [label for label, _ in reading.snap.top(2)]
    left, right = st.columns(2, gap="large")
    with left:
        asked = _choice("Explain", "d_why", order[0], "the answer", names)
    with right:
        rival = _choice("Beside it", "d_rival", order[1], "the runner-up", names)
    pair = [asked] if asked == rival else [asked, rival]
    answers, sizes = zip(*methods(reading, pair), strict=True), usual(reading.network)
    for column, found in zip(st.columns(4, gap="medium"), answers, strict=False):
        with column:
            st.markdown(f"**{found[0].title}**")
            with st.container(horizontal=True, gap="small"):
                for label, one in zip(pair, found, strict=True):
                    size = sizes[one.title]
                    figures.image(
                        overlay(one.picture(size), reading.image),
                        caption=one.caption(plain(names[label]), size),
                        width=WIDTH,
                        alt=f"{one.title} for {names[label]}, over the drawing",
                    )
            st.caption(found[0].words)
    scores = (f"{plain(names[k])}: {number(float(reading.logits[k]))}" for k in pair)
    st.caption(
        f"Logits: {', '.join(scores)}. Each picture has its own scale. The methods ask different "
        "questions and may disagree: none of them is the reason."
    )


def _choice(words: str, name: str, default: int, meaning: str, classes: tuple[str, ...]) -> int:
    """A class, or the one that the present answer gives."""
    options = {"auto": f"{meaning} ({plain(classes[default])})"}
    options |= {str(k): plain(name) for k, name in enumerate(classes)}
    chosen = link.choice(words, name, options, "auto", kind="pills")
    return default if chosen == "auto" else int(chosen)
