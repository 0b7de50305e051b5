"""Scene 3: which layers hold the weights, and which do the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from cnn.nets.container import Row
from ui import guess, lesson
from ui.components.network_diagram.network_diagram import Total
from ui.famous import here, timed
from ui.famous.tree import KINDS, tree_of
from ui.pick_questions import PickQuestion

#: Of a float32.
BYTES = 4
#: The network of the guesses.
VGG = ARCHITECTURES["vgg16"]


@dataclass(frozen=True)
class Share:
    """What one kind of layers has of a network.

    Attributes:
        parameters: Its share of them, from 0 to 1.
        multiply_adds: Likewise.
    """

    parameters: float
    multiply_adds: float


def share(architecture: Architecture, kind: str) -> Share:
    """The share of all layers of a kind of :data:`ui.famous.tree.KINDS`."""
    rows = architecture.summary()
    of_kind = [row for row in rows if KINDS.get(row.kind) == kind]
    return Share(
        sum(row.parameters for row in of_kind) / sum(row.parameters for row in rows),
        sum(row.multiply_adds for row in of_kind) / sum(row.multiply_adds for row in rows),
    )


def largest(architecture: Architecture, what: str) -> list[Row]:
    """The layers with the most ``parameters`` or ``multiply_adds``: several where they tie."""
    rows = architecture.summary()
    most = max(getattr(row, what) for row in rows)
    return [row for row in rows if getattr(row, what) == most]


def totals(architecture: Architecture) -> list[Total]:
    """The whole network's parameters and multiply–adds, and whose they are."""
    conv, dense = share(architecture, "conv"), share(architecture, "dense")
    found = []
    for title, count, of_conv, of_dense in (
        ("Parameters", architecture.parameters, conv.parameters, dense.parameters),
        ("Multiply–adds", architecture.multiply_adds, conv.multiply_adds, dense.multiply_adds),
    ):
        rest = max(0.0, 1 - of_conv - of_dense)
        parts = [("conv", of_conv), ("dense", of_dense), ("pool", rest)]
        found.append(Total(title, count, [part for part in parts if part[1] > 0]))
    return found


def memory(architecture: Architecture) -> tuple[int, int]:
    """Bytes of the parameters, and of all outputs for one picture as training keeps them."""
    return BYTES * architecture.parameters, BYTES * tree_of(architecture.slug).cells


def show() -> None:
    """The scene."""
    control, words = st.columns([1, 4], vertical_alignment="bottom", gap="medium")
    with control:
        architecture = here.network()
    words.markdown(sentence(architecture))
    here.diagram(
        "fn_bars",
        architecture,
        view="bars",
        totals=totals(architecture),
        seconds=timed.seconds(architecture.slug),
        projector=lesson.projector(),
    )
    lesson.text(
        """
**Weights and work are in different places.** A convolution uses each of its weights again at every
place of the map: early maps are large, so that few weights do much work. A dense layer uses each
weight once: many weights, little work.

A bar is as long as its share of the longest one in the table; open a block to compare its layers.
**Its outputs in memory** are what training keeps of one picture for the way back, 4 bytes a number.
**Measured time** stands beside them once somebody has run the network on this server (*Run it*). A
phone's screen has room for parameters and multiply–adds only.
"""
    )
    first, second = st.columns(2, gap="large")
    with first:
        ask("fn_g2", most_weights(guess.deal("fn_g2")))
    with second:
        ask("fn_g3", most_work(guess.deal("fn_g3")))


def ask(name: str, question: PickQuestion) -> None:
    """One of the two guesses."""
    guess.pick(name, question.words, question.options, question.answer, question.explain)


def sentence(architecture: Architecture) -> str:
    """What the dense layers have of it, and what all of it takes in memory."""
    dense = share(architecture, "dense")
    weights, outputs = memory(architecture)
    first = largest(architecture, "parameters")[0]
    return (
        f"**{architecture.name}**: its dense layers hold {dense.parameters:.1%} of the parameters "
        f"and do {dense.multiply_adds:.1%} of the multiply–adds. {first.name} alone holds "
        f"{first.parameters / architecture.parameters:.1%}. The parameters take "
        f"{size_words(weights)}, the outputs of all layers for one picture {size_words(outputs)}."
    )


def size_words(size: float) -> str:
    """Bytes in the largest unit that leaves a number above 1."""
    unit = "bytes"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"


#: Layers of VGG-16 that are offered beside the right one.
_OFFERED = ("conv1_1", "conv3_1", "conv5_3", "fc6", "fc7", "fc8")


def most_weights(rng: np.random.Generator) -> PickQuestion:
    """Which layer of VGG-16 holds most weights?"""
    (right,) = largest(VGG, "parameters")
    whole = VGG.parameters
    return _dealt(
        rng,
        "Which layer of **VGG-16** holds the most weights?",
        right.name,
        [name for name in (*_OFFERED, "conv1_2") if name != right.name],
        f"{right.name} reads all {right.parameters // 4096 - 1:,} numbers of the last maps with "
        f"each of its 4,096 units: {right.parameters:,} parameters, "
        f"{right.parameters / whole:.1%} of the network.",
    )


def most_work(rng: np.random.Generator) -> PickQuestion:
    """Which layer of VGG-16 does most multiply–adds? Several tie; one of them is offered."""
    ties = [row.name for row in largest(VGG, "multiply_adds")]
    work = largest(VGG, "multiply_adds")[0].multiply_adds
    (heavy,) = largest(VGG, "parameters")
    right = str(rng.choice(ties))
    return _dealt(
        rng,
        "Which of these layers of **VGG-16** does the most multiply–adds?",
        right,
        [name for name in _OFFERED if name not in ties],
        f"{right} does {work:,}. So do all of {', '.join(ties)}, exactly: where pooling halves "
        "height and width, the channels double in and out, and 4 · ¼ = 1. The layer with the most "
        f"weights, {heavy.name}, does {heavy.multiply_adds / work:.1%} of that.",
    )


def _dealt(
    rng: np.random.Generator, words: str, right: str, others: list[str], explain: str
) -> PickQuestion:
    """The right layer among some others, in the order of the network."""
    rows = [row.name for row in VGG.summary()]
    names = [right, *(str(name) for name in rng.choice(others, 4, replace=False))]
    listed = sorted(names, key=rows.index)
    return PickQuestion(words, {name: name for name in listed}, right, explain)
