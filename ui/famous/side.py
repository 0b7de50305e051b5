"""Scene 1: all networks side by side: what each costs, and what it is right about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from ui import guess, lesson, link
from ui.components.bubbles.bubbles import Axis, Bubble, Side, bubbles
from ui.famous.published import ACCURACIES, CONTEST_2012, Accuracy, comparable
from ui.famous.tree import KINDS
from ui.questions import NumberQuestion, mistakes

AXES = {
    "work": "Multiply–adds",
    "parameters": "Parameters",
}
#: Where a name stands that would lie on another one.
_NAME_AT: dict[str, Side] = {
    "resnet50_v1": "below",
    "vgg16": "below",
    "alexnet_single": "right",
    "efficientnet_lite0": "right",
}
_ACROSS = {
    "work": Axis(
        f"{AXES['work']} (logarithmic)",
        (2.7e8, 3.6e10),
        {3e8: "0.3 G", 1e9: "1 G", 3e9: "3 G", 1e10: "10 G", 3e10: "30 G"},
    ),
    "parameters": Axis(
        f"{AXES['parameters']} (logarithmic)",
        (2.7e6, 3.6e8),
        {3e6: "3 M", 1e7: "10 M", 3e7: "30 M", 1e8: "100 M", 3e8: "300 M"},
    ),
}
_UP = Axis("Right at the first guess", (52.0, 86.0), {v: f"{v}%" for v in range(55, 90, 5)})
#: Area of a bubble for each million parameters, in square pixels.
_AREA = 24.0


def compared() -> list[Architecture]:
    """The networks of the chart: those with an accuracy on one centre crop."""
    return [each for each in ARCHITECTURES.values() if comparable(each.slug) is not None]


def show() -> None:
    """The scene."""
    axis = link.choice("Across", "fn_axis", AXES, "work")
    networks = compared()
    bubbles(
        "fn_chart",
        [bubble(each, axis) for each in networks],
        across=_ACROSS[axis],
        up=_UP,
        alt=said(networks),
        projector=lesson.projector(),
    )
    lesson.text(
        "**Every bubble** is a network on one and the same test: ImageNet's 50,000 validation "
        "pictures, one crop from the middle of each, one guess. Its area is its number of "
        "parameters. The axis is logarithmic: from 1 to 10 is as far as from 10 to 100."
    )
    st.dataframe(rows(), hide_index=True, key="fn_rows", column_config=_COLUMNS, placeholder="–",
        height="content",
    )  # fmt: skip
    st.markdown(f"Click a heading to sort. {resnets_name()}")
    with lesson.more("Where these accuracies come from"):
        st.dataframe(sources(), hide_index=True, key="fn_sources")
        st.markdown(contest())
    question = times_the_work(guess.deal("fn_g1"))
    guess.number(
        "fn_g1",
        question.words,
        question.answer,
        question.explain,
        tolerance=0.06 * question.answer,
        known=question.known,
    )


def bubble(network: Architecture, axis: str) -> Bubble:
    """Accuracy over work or parameters; its area is its number of parameters."""
    top1 = comparable(network.slug) or 0.0
    return Bubble(
        network.name,
        across=network.multiply_adds if axis == "work" else network.parameters,
        up=top1,
        area=_AREA * network.parameters / 1e6,
        words=f"{network.name}: {top1:.1f}% right, {network.parameters:,} parameters, "
        f"{network.multiply_adds:,} multiply–adds",
        name_at=_NAME_AT.get(network.slug, "above"),
    )


def said(networks: Sequence[Architecture]) -> str:
    """The chart in words."""
    each = [
        f"{n.name} {comparable(n.slug):.1f}% with {n.multiply_adds / 1e9:.2f} billion "
        f"multiply–adds and {n.parameters / 1e6:.1f} million parameters"
        for n in sorted(networks, key=lambda n: comparable(n.slug) or 0)
    ]
    return "Accuracy against work. " + "; ".join(each) + "."


_COLUMNS = {
    "year": st.column_config.NumberColumn(format="%d"),
    "parameters": st.column_config.NumberColumn(format="localized"),
    "multiply–adds": st.column_config.NumberColumn(format="localized"),
    "top-1, one crop": st.column_config.NumberColumn(format="%.1f %%"),
}


def rows() -> list[dict[str, str | int | float | None]]:
    """A line for each network: counted from its table, and the comparable accuracy."""
    return [
        {
            "network": each.name,
            "year": each.year,
            "input": "×".join(map(str, each.input_shape)),
            "conv and dense": layers(each),
            "parameters": each.parameters,
            "multiply–adds": each.multiply_adds,
            "top-1, one crop": comparable(each.slug),
            "what was new": each.idea,
        }
        for each in ARCHITECTURES.values()
    ]


def layers(architecture: Architecture) -> int:
    """Convolutions and dense layers, those on shortcuts too."""
    return sum(KINDS.get(row.kind) in ("conv", "dense") for row in architecture.summary())


def resnets_name() -> str:
    """Why the table counts more layers of ResNet-50 than its name does."""
    of = ARCHITECTURES["resnet50"]
    return (
        f"{of.name}'s {layers(of)} are the 50 of its name and "
        f"{layers(of) - 50} convolutions of 1×1 on its shortcuts."
    )


def sources() -> list[dict[str, str]]:
    """A line for each published figure: how it was measured, and where it is written."""
    return [
        {
            "network": ARCHITECTURES[slug].name,
            "top-1": f"{each.top1:.1f}%",
            "measured": each.protocol,
            "comparable": "yes" if each.one_crop else "no",
            "source": written(ARCHITECTURES[slug], each),
        }
        for slug, figures_ in ACCURACIES.items()
        if slug in ARCHITECTURES
        for each in figures_
    ]


def written(of: Architecture, figure: Accuracy) -> str:
    """Where a figure is published, in full."""
    return f"{of.paper}, {figure.source}" if figure.paper else figure.source


def contest() -> str:
    """What AlexNet won by, said exactly."""
    won, second = CONTEST_2012
    return (
        f"In the contest of 2012 AlexNet's authors were wrong on {won}% of the pictures (no guess "
        f"of five right), the next team on {second}%: {won / second:.0%} of their errors, a little "
        f"more than half. The {won}% are not one network's: several were averaged, variants "
        "among them, and the table above has a single network."
    )


#: Pairs whose work and whose weights tell different stories: (the larger work, the other).
_PAIRS = (
    ("vgg16", "alexnet_single"),
    ("vgg16", "resnet50"),
    ("vgg19", "resnet50"),
    ("inception_v4", "resnet50"),
    ("inception_v4", "alexnet_single"),
)


def times_the_work(rng: np.random.Generator) -> NumberQuestion:
    """How many times the multiply–adds of one network another one takes."""
    more, less = (ARCHITECTURES[slug] for slug in _PAIRS[int(rng.integers(len(_PAIRS)))])
    answer = more.multiply_adds / less.multiply_adds
    weights = more.parameters / less.parameters
    return NumberQuestion(
        f"{more.name} has {more.parameters / 1e6:.1f} million parameters, {less.name} "
        f"{less.parameters / 1e6:.1f} million. How many times the multiply–adds of {less.name} "
        f"does one picture cost {more.name}? (A guess within 6% counts.)",
        answer,
        f"{more.multiply_adds / 1e9:.2f} billion ÷ {less.multiply_adds / 1e9:.2f} billion = "
        f"{answer:.1f}. The parameters would say {weights:.1f}: a convolution's weights are used "
        "again at every place, a dense layer's only once, so that parameters do not tell the work.",
        mistakes(
            answer,
            (weights, "the parameters' ratio, not the work's"),
            (1 / answer, "the other way round"),
            (1.0, "as much work"),
        ),
    )


def millions(count: int) -> str:
    """A count in millions: 10 M, 4.65 M, 138 M."""
    return f"{count / 1e6:.3g} M"
