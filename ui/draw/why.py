"""Why this answer: four ways of asking which ink mattered, for any class, next to each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.explain import Occlusion, both_ways, grad_cam, input_gradient, occlusion
from cnn.nets.network import Sequential
from ui import figures, link
from ui.draw.lab import Reading, number

#: Screen pixels of a picture per pixel of the image.
ZOOM = 8
#: How much of the ink shows through the colours.
INK = 0.45
PATCH = 5


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


def methods(reading: Reading, labels: list[int]) -> list[list[Method]]:
    """For each class: occlusion, saliency, gradient × input and, with maps, Grad-CAM."""
    net = both_ways(reading.network.net) if reading.single else reading.network.net
    covered = occlusion(net, reading.snap.x, PATCH, stride=2, of="score")
    return [_of_class(net, reading, label, covered) for label in labels]


def _of_class(net: Sequential, reading: Reading, label: int, covered: Occlusion) -> list[Method]:
    x = reading.snap.x
    shape = (x.shape[1], x.shape[2])
    slope = input_gradient(net, x, label)
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
            slope.saliency,
        ),
        Method(
            "Gradient × input",
            "The same gradient, with its sign, times the ink that is there: what speaks for the "
            "class (teal) and against it (brown), were the network linear.",
            slope.times_input[0],
        ),
    ]
    if any(view.y.ndim == 3 for view in reading.snap.views.values()):
        cam = grad_cam(net, x, label)
        words = (
            f"The maps of {cam.layer}, each weighted by its mean gradient: roughly where something "
            "was found that speaks for the class. What speaks against it is left out."
        )
        found.append(Method("Grad-CAM", words, cam.heat(shape)))
    return found


def overlay(heat: Array, ink: Array) -> Array:
    """The heat in the colours of gradients with the ink over it, uint8 (H, W, 3), enlarged."""
    colours = figures.enlarge(figures.picture(heat, "gradient"), ZOOM).astype(np.float32)
    dark = figures.enlarge(figures.picture(np.ones_like(ink), None, limit=1.0), ZOOM)
    share = figures.enlarge(ink[..., None], ZOOM) * INK
    return np.rint(colours * (1 - share) + dark * share).astype(np.uint8)


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
    answers = zip(*methods(reading, pair), strict=True)
    for column, found in zip(st.columns(4, gap="medium"), answers, strict=False):
        with column:
            st.markdown(f"**{found[0].title}**")
            with st.container(horizontal=True, gap="small"):
                for label, one in zip(pair, found, strict=True):
                    picture = overlay(one.heat, reading.image)
                    alt = f"{one.title} for {names[label]}, over the drawing"
                    st.image(picture, caption=f"for {names[label]}", width=132, alt=alt)
            st.caption(found[0].words)
    scores = (f"{names[k]}: {number(float(reading.logits[k]))}" for k in pair)
    st.caption(
        f"Logits: {', '.join(scores)}. Each picture has its own scale. The methods ask different "
        "questions and may disagree: none of them is the reason."
    )


def _choice(words: str, name: str, default: int, meaning: str, classes: tuple[str, ...]) -> int:
    """A class, or the one that the present answer gives."""
    options = {"auto": f"{meaning} ({classes[default]})"}
    options |= {str(k): name for k, name in enumerate(classes)}
    chosen = link.choice(words, name, options, "auto", kind="pills")
    return default if chosen == "auto" else int(chosen)
