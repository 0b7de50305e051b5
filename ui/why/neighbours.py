"""Scene 3: neighbours are alike, which is why a small window works; and what if they are not."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.handwriting import generate
from ui import guess, lesson, link, pictures, samples
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.pick_questions import PickQuestion, dealt
from ui.why import networks
from ui.why.shuffled import SEED, shuffle

FARTHEST = 20
#: Side of the part of a picture that is looked at.
PART = 112
_DIGITS = 200


def correlation(images: Array, distance: int) -> float:
    """How alike pixels are that lie ``distance`` apart in a row or a column, −1 to 1.

    Pearson's correlation over all such pairs of all pictures.

    Args:
        images: (N, H, W).
        distance: In pixels, below H and W.
    """
    end = None if distance == 0 else -distance
    first = np.concatenate([images[:, :, :end].ravel(), images[:, :end].ravel()])
    second = np.concatenate([images[:, :, distance:].ravel(), images[:, distance:].ravel()])
    return float(np.corrcoef(first, second)[0, 1])


def correlations(images: Array) -> Array:
    """:func:`correlation` for 0, 1, … :data:`FARTHEST` pixels."""
    return np.array([correlation(images, distance) for distance in range(FARTHEST + 1)])


def middle(name: str) -> Array:
    """(112, 112) the middle of a bundled picture, in grey, 0 to 1."""
    grey = pictures.bundled(name).grey
    top, left = ((length - PART) // 2 for length in grey.shape)
    return grey[top : top + PART, left : left + PART]


@lru_cache(maxsize=16)
def of_picture(name: str, seed: int) -> tuple[Array, Array]:
    """Correlations in the middle of a picture, and in the same with its pixels shuffled."""
    part = middle(name)[None]
    return correlations(part), correlations(shuffle(part, seed))


@lru_cache(maxsize=16)
def of_digits(seed: int) -> tuple[Array, Array]:
    """Correlations in many digits, and in the same digits, all shuffled alike."""
    images = generate(_DIGITS, 3).floats()[:, 0]
    return correlations(images), correlations(shuffle(images, seed))


def chart(name: str, seed: int) -> Panel:
    """Correlation against distance."""
    picture, mixed = of_picture(name, seed)
    digits, mixed_digits = of_digits(seed)
    x = np.arange(FARTHEST + 1)
    return Panel(
        "How alike are two pixels? (correlation)",
        [
            Series(pictures.BUNDLED[name], x, picture, 0),
            Series("Digits", x, digits, 1),
            Series(f"{pictures.BUNDLED[name]}, shuffled", x, mixed, 0, dashed=True),
            Series("Digits, shuffled", x, mixed_digits, 1, dashed=True),
        ],
        ceiling=1.0,
    )


def summary(name: str, seed: int, distance: int) -> str:
    """What the chart says at one distance."""
    picture, mixed = of_picture(name, seed)
    digits, mixed_digits = of_digits(seed)
    apart = "1 pixel apart" if distance == 1 else f"{distance} pixels apart"
    return (
        f"Pixels {apart}: correlation {_signed(picture[distance])} in the picture and "
        f"{_signed(digits[distance])} in digits; shuffled, {_signed(mixed[distance])} and "
        f"{_signed(mixed_digits[distance])}."
    )


def _signed(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def side_by_side(name: str, label: int, seed: int) -> list[Tiles]:
    """The picture and a digit, each as it is and shuffled."""
    grey = middle(name)
    ink = samples.digit(label, seed).x[0]
    captions = ("as it is", "shuffled")
    return [
        Tiles("a digit", np.stack([ink, shuffle(ink)]), "grey", 1.0, captions),
        Tiles("the picture", np.stack([grey, shuffle(grey, seed)]), "grey", 1.0, captions),
    ]


def results() -> list[dict[str, str]]:
    """What shuffling costs each network, trained anew on shuffled digits: a table."""
    rows = []
    for name, title in networks.READERS.items():
        plain, mixed = (networks.trained(f"{name}-{kind}") for kind in ("plain", "shuffled"))
        rows.append(
            {
                "network": title,
                "weights": f"{plain.parameters:,}",
                "digits as they are": f"{plain.accuracy:.1%}",
                "all pixels shuffled": f"{mixed.accuracy:.1%}",
                "Adam, rate": f"{plain.facts['lr']:g}",
            }
        )
    return rows


def how_trained() -> str:
    """How the networks of the table were trained, and how much of it is chance."""
    net = networks.trained("allconv-plain")
    slow, others = net.facts["slow"], net.facts["others"]
    return (
        f"(4,000 digits made of pen strokes, {net.facts['epochs']} passes, Adam at the rate in the "
        f"table. At {slow['lr']:g} the all-convolutional network reads {slow['accuracy']:.0%} of "
        "unseen digits after as many: it is not done learning. And its start matters: from "
        f"{len(others)} other first weights it comes to {min(others):.0%} to {max(others):.0%}.)"
    )


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        name = link.choice("Picture", "wy_pic", pictures.BUNDLED, "lake", kind="select")
        distance = link.slider("Pixels apart", "wy_apart", 1, FARTHEST, 1)
        label = link.slider("Which digit", "wy_digit", 0, 9, 3)
        seed = link.number("Seed", "wy_seed", 0, 9999, 1)
        tile_grid(
            "wy_mixed",
            side_by_side(name, label, seed),
            side=PART,
            legend=False,
            projector=lesson.projector(),
        )
    with stage:
        said = summary(name, seed, distance)
        live_chart(
            "wy_alike",
            [chart(name, seed)],
            x_label="pixels apart",
            here=float(distance),
            summary=said,
            height=330,
            projector=lesson.projector(),
        )
        st.markdown(said)
        st.markdown(
            "**Now train on digits whose pixels are all shuffled by one fixed permutation.** Every "
            "digit keeps all its ink, only its neighbours are gone. Right answers on unseen digits:"
        )
        st.dataframe(results(), hide_index=True, key="wy_results")
    lesson.text(
        """
Close pixels have **much** in common, far ones less: that is so in nearly every picture, and it
is why a small window is worth a weight and a far pixel often is not. A convolution *assumes* it.

To a **dense** layer the order of its inputs means nothing: shuffled, it learns as well. A network
of convolutions loses what it counted on. **LeNet-5** loses a little, for its last layers are dense
and make up for it; the one that takes the **mean of each map** loses most.
"""
    )
    lesson.text(how_trained())
    first, second = st.columns(2, gap="large")
    with first:
        near = nearest(guess.deal("wy_g4"))
        guess.pick("wy_g4", near.words, near.options, near.answer, near.explain)
    with second:
        who = who_minds(guess.deal("wy_g5"))
        guess.pick("wy_g5", who.words, who.options, who.answer, who.explain)


def nearest(rng: np.random.Generator) -> PickQuestion:
    """Whether close pixels have much or little to do with each other."""
    name = str(rng.choice(list(pictures.BUNDLED)))
    found, _ = of_picture(name, SEED)
    far = int(rng.integers(10, FARTHEST + 1))
    return dealt(
        rng,
        f"In the picture “{pictures.BUNDLED[name]}”, which two pixels are more alike on average?",
        (
            "two that lie side by side",
            f"two that lie {far} apart",
            "no difference: close pixels have little to do with each other",
        ),
        f"Side by side their correlation is {_signed(found[1])}, {far} apart "
        f"{_signed(found[far])}.",
    )


def who_minds(rng: np.random.Generator) -> PickQuestion:
    """Which network does not mind when all pixels are shuffled."""
    losses = {
        name: networks.trained(f"{name}-plain").accuracy
        - networks.trained(f"{name}-shuffled").accuracy
        for name in networks.READERS
    }
    least = min(losses, key=lambda name: losses[name])
    others = [name for name in losses if name != least]
    return dealt(
        rng,
        "All pixels of all digits are put into one new order, the same for all, and three networks "
        "are trained anew. Which of them loses least?",
        [networks.READERS[name] for name in (least, *others)],
        "Lost, in points of per cent: "
        + ", ".join(f"{networks.SHORT[n]} {_signed(100 * loss)}" for n, loss in losses.items())
        + ". A dense layer has a weight for every pixel and does not know which lie side by side.",
    )
