"""Inception: a 7×7 window as a strip of 1×7 and one of 7×1."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import guess, lesson, link
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.questions import NumberQuestion, mistakes

SIDE = 7
KERNELS = {
    "blur": "A blur",
    "edge": "An upright edge, blurred",
    "wave": "Upright stripes",
    "ring": "A ring",
    "slant": "A slanting edge",
    "slant_wave": "Slanting stripes",
}


def kernel(name: str) -> Array:
    """(7, 7) one of :data:`KERNELS`; its largest weight is 1 or −1."""
    along = np.arange(SIDE) - SIDE // 2
    rows, columns = np.meshgrid(along, along, indexing="ij")
    bell = np.exp(-(rows**2 + columns**2) / (2 * 1.6**2))
    slant = (rows + columns) / np.sqrt(2)
    made = {
        "blur": bell,
        "edge": bell * columns,
        "wave": bell * np.cos(columns * 2 * np.pi / 4),
        "ring": np.exp(-((np.hypot(rows, columns) - 2.2) ** 2) / 0.8),
        "slant": bell * slant,
        "slant_wave": bell * np.cos(slant * 2 * np.pi / 4),
    }[name]
    scaled: Array = made / np.abs(made).max()
    return scaled


def strips(of: Array) -> tuple[Array, Array]:
    """(column (7, 1), row (1, 7)) whose product comes nearest to a kernel (7, 7).

    By its singular values: Eckart and Young (1936).
    """
    u, s, v = np.linalg.svd(of)
    sign = 1.0 if u[:, 0].sum() >= 0 else -1.0
    return sign * u[:, :1] * np.sqrt(s[0]), sign * v[:1] * np.sqrt(s[0])


def kept(of: Array) -> float:
    """The share of the kernel's energy (its squared weights) that two strips can have."""
    column, row = strips(of)
    return 1 - float(((of - column @ row) ** 2).sum() / (of**2).sum())


def show() -> None:
    """The experiment."""
    stage, side = lesson.stage()
    with side:
        name = link.choice("A kernel of 7×7", "fn_strip", KERNELS, "edge", kind="radio")
        channels = link.slider("Channels", "fn_wide", 1, 512, 64)
    of = kernel(name)
    column, row = strips(of)
    pieces = np.zeros((2, SIDE, SIDE))
    pieces[0, SIDE // 2] = row[0] / np.abs(row).max()
    pieces[1, :, SIDE // 2] = column[:, 0] / np.abs(column).max()
    two, one = 2 * SIDE * channels**2, SIDE**2 * channels**2
    with stage:
        tile_grid(
            "fn_strips",
            [
                Tiles(
                    "A kernel, and the two strips that come nearest to it",
                    np.stack([of, *pieces, column @ row]),
                    "weight",
                    1.0,
                    ["wanted: 7×7", "first 1×7", "then 7×1", "together"],
                )
            ],
            side=126,
            legend=False,
            projector=lesson.projector(),
        )
        st.markdown(words(of))
        log_bars(
            "fn_strip_weights",
            [
                Bar("1×7, then 7×1", two, f"{two:,} weights", marked=True),
                Bar("7×7", one, f"{one:,} weights"),
            ],
            even=True,
            projector=lesson.projector(),
        )
    lesson.formula(
        r"(7 + 7)\, C^2 = <a>\, C^2 \qquad 7 \cdot 7\; C^2 = <b>\, C^2 \qquad C = <c>",
        a=2 * SIDE,
        b=SIDE**2,
        c=channels,
    )
    lesson.text(
        """
Inception-v4 looks far, 7 cells, and pays little: it lets a **strip** of 1×7 run over the maps and
then one of 7×1. Together they see 7×7. What such a pair can be, in one channel, is a product of a
column and a row: every blur of this kind, every upright or level edge. What leans cannot be written
so. A network has many channels between the two strips, and adds up many such products, so little is
lost: that is why it works.
"""
    )
    asked = strips_for(guess.deal("fn_q3"))
    guess.number("fn_q3", asked.words, asked.answer, asked.explain, known=asked.known)


def words(of: Array) -> str:
    """How near the two strips come."""
    share = kept(of)
    if share > 1 - 1e-9:
        return "The two strips together are **exactly** the kernel."
    return f"The two strips together hold **{share:.0%}** of the kernel (of its squared weights)."


def strips_for(rng: np.random.Generator) -> NumberQuestion:
    """Weights of a pair of strips."""
    k, c = int(rng.choice([3, 5, 7, 9])), int(rng.choice([16, 32, 64]))
    return NumberQuestion(
        f"{c} channels everywhere, no biases. How many weights have a convolution of 1×{k} and one "
        f"of {k}×1 together?",
        2 * k * c * c,
        f"Each has {k} · {c} · {c} = {k * c * c:,}, together {2 * k * c * c:,}. "
        f"One of {k}×{k} would have {k * k * c * c:,}.",
        mistakes(
            2 * k * c * c,
            (2 * k * c, "one kernel for each filter, not for each pair of channels"),
            (k * k * c * c, "the full window"),
            (k * c * c, "one strip only"),
            (2 * k, "the channels forgotten"),
        ),
    )
