"""Scene 1: all networks side by side: what each costs, and what it is right about."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from ui import figures, guess, lesson, link, palette
from ui.famous.published import ACCURACIES, CONTEST_2012, Accuracy, comparable
from ui.famous.tree import KINDS
from ui.questions import NumberQuestion, mistakes

AXES = {
    "work": "Multiply–adds",
    "parameters": "Parameters",
}
#: Where a name stands that would lie on another one.
_WORDS_AT = {
    "resnet50_v1": "bottom center",
    "vgg16": "bottom center",
    "alexnet_single": "middle right",
    "efficientnet_lite0": "middle right",
}
_TICKS = {
    "work": {3e8: "0.3 G", 1e9: "1 G", 3e9: "3 G", 1e10: "10 G", 3e10: "30 G"},
    "parameters": {3e6: "3 M", 1e7: "10 M", 3e7: "30 M", 1e8: "100 M", 3e8: "300 M"},
}
#: Area of a bubble for each million parameters, in square pixels.
_AREA = 24.0


def compared() -> list[Architecture]:
    """The networks of the chart: those with an accuracy on one centre crop."""
    return [each for each in ARCHITECTURES.values() if comparable(each.slug) is not None]


def show() -> None:
    """The scene."""
    axis = link.choice("Across", "fn_axis", AXES, "work")
    drawn = _drawn(axis, figures.theme(), figures.big())
    figures.chart(drawn, "fn_chart", alt=said(compared()))
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


@functools.cache
def _drawn(axis: str, theme: palette.Theme, large: bool) -> go.Figure:
    """Made once for everybody: there are eight of it."""
    return figures.Ready(figures.laid_out(chart(compared(), axis, theme), 400, large))


def chart(networks: Sequence[Architecture], axis: str, theme: palette.Theme) -> go.Figure:
    """Accuracy over work or parameters, on a logarithmic axis; area by parameters."""
    colour = palette.CATEGORICAL[theme][0]
    across = [n.multiply_adds if axis == "work" else n.parameters for n in networks]
    figure = go.Figure()
    figure.add_scatter(
        x=across,
        y=[comparable(n.slug) for n in networks],
        mode="markers+text",
        text=[n.name for n in networks],
        textposition=[_WORDS_AT.get(n.slug, "top center") for n in networks],
        marker={
            "size": [2 * (_AREA * n.parameters / 1e6 / np.pi) ** 0.5 for n in networks],
            "color": colour,
            "opacity": 0.55,
            "line": {"color": colour, "width": 1.5},
        },
        customdata=[(n.parameters, n.multiply_adds) for n in networks],
        hovertemplate="%{text}: %{y:.1f}%<br>%{customdata[0]:,} parameters<br>"
        "%{customdata[1]:,} multiply–adds<extra></extra>",
        cliponaxis=False,
    )
    ticks = _TICKS[axis]
    figure.update_xaxes(
        type="log",
        title=f"{AXES[axis]} (logarithmic)",
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
    )
    figure.update_yaxes(range=[52, 86], ticksuffix="%")
    figure.add_annotation(
        text="Right at the first guess",
        **{"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left"},
        showarrow=False,
    )
    return figure


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
