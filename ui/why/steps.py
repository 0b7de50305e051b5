"""Scene 2: a dense layer becomes a convolution: first fewer weights, then the same ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.functional import conv2d, linear
from cnn.window import named_kernels
from ui import edited, guess, lesson, link, samples
from ui.components.weight_matrix.weight_matrix import weight_matrix
from ui.questions import NumberQuestion, mistakes

SIDE = 8
CELLS = SIDE * SIDE
KEY = "wy_matrix"
STEPS = {"dense": "Dense", "local": "Local", "shared": "Shared"}
KERNELS = {
    "sobel_x": "Upright edges (Sobel)",
    "sobel_y": "Level edges (Sobel)",
    "outline": "Outlines",
    "box": "Mean of nine",
    "identity": "Only the middle",
}
INPUTS = {"cross": "A cross", "edge": "A bright half", "numbers": "Whole numbers"}
#: So many changed weights of the first two steps are kept, the newest.
MOST_CHANGES = 8
_NONE = -1.0


@dataclass(frozen=True)
class Layer:
    """One layer from 8×8 to 8×8 as a matrix.

    Attributes:
        weights: (64, 64): a row for each output, a column for each input.
        taps: (64, 64) which of a kernel's nine weights stands there, row by row; −1 for none.
        x: (8, 8) what goes in.
        y: (8, 8) what comes out.
    """

    weights: Array
    taps: Array
    x: Array
    y: Array

    @property
    def connected(self) -> Array:
        """(64, 64) where an output is connected with an input by a small window."""
        return self.taps >= 0


def kernel_matrix(kernel: Array) -> Array:
    """(64, 64) what the convolution with a 3×3 ``kernel``, padding 1, does, as a matrix.

    Every column is its answer to a picture with a single 1.
    """
    ones = np.eye(CELLS).reshape(CELLS, 1, SIDE, SIDE)
    answers = conv2d(ones, kernel[None, None], padding=1)
    matrix: Array = answers.reshape(CELLS, CELLS).T
    return matrix


def taps() -> Array:
    """(64, 64) which weight of a 3×3 kernel, row by row, stands there; −1 for none."""
    numbered = kernel_matrix(np.arange(1.0, 10.0).reshape(3, 3))
    return numbered.astype(int) - 1


def random_matrix(seed: int) -> Array:
    """(64, 64) weights before any training, one decimal."""
    return np.round(np.random.default_rng(seed).normal(0, 0.5, (CELLS, CELLS)), 1)


def picture(name: str, seed: int) -> Array:
    """(8, 8) whole numbers from 0 to 9."""
    x = np.zeros((SIDE, SIDE))
    if name == "cross":
        x[1:7, 3:5] = x[3:5, 1:7] = 9
    elif name == "edge":
        x[:, :4] = 9
    else:
        x = samples.integers(seed, SIDE).x[0]
    return x


def changed(matrix: Array, changes: Array) -> Array:
    """``matrix`` with the (row, column, value) of each change; what is none is passed over."""
    found = matrix.copy()
    for row, column, value in changes:
        inside = 0 <= row < CELLS and 0 <= column < CELLS
        if inside and row == int(row) and column == int(column):
            found[int(row), int(column)] = value
    return found


def no_changes() -> Array:
    """(8, 3) nothing changed."""
    return np.full((MOST_CHANGES, 3), _NONE)


def layer(weights: Array, x: Array) -> Layer:
    """The layer with these weights (64, 64), and its answer to ``x``."""
    y = linear(x.reshape(1, CELLS), weights).reshape(SIDE, SIDE)
    return Layer(weights, taps(), x, y)


def free_numbers(step: str) -> int:
    """How many numbers the layer may choose."""
    return {"dense": CELLS * CELLS, "local": int((taps() >= 0).sum()), "shared": 9}[step]


WORDS = {
    "dense": "Every output has a weight for every input: {count:,} numbers, each free.",
    "local": "Every output keeps the weights of the nine inputs around its place. The others are 0 "
    "and not there: {count} numbers are left. At the rim fewer: 6 at an edge, 4 in a corner.",
    "shared": "All rows have the *same* nine numbers: {count} in all. Change one, and every copy "
    "changes. At the rim (padding with zeros) the rows are cut.",
}


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        step = link.choice("Step", "wy_step", STEPS, "dense")
        kernel_name = link.choice(
            "The nine numbers", "wy_kernel", KERNELS, "sobel_x", "select", disabled=step != "shared"
        )
        chosen = link.choice("Input", "wy_in", INPUTS, "cross", kind="select")
        with lesson.more():
            seed = link.number("Seed", "wy_seed", 0, 9999, 1)
    x = picture(chosen, seed)
    name = "wy_w9" if step == "shared" else f"wy_{step}"
    if step == "shared":
        given = named_kernels.PRESETS[kernel_name]()
        kernel = edited.array(name, KEY, "kernel", given, kernel_name, "The nine weights")
        of, editing = layer(kernel_matrix(kernel), x), ("kernel", kernel)
    else:
        changes = edited.array(name, KEY, step, no_changes(), f"seed{seed}", "The weights")
        weights = changed(random_matrix(seed), changes)
        shown = weights if step == "dense" else np.where(taps() >= 0, weights, 0.0)
        of, editing = layer(shown, x), (step, changes)
    words = WORDS[step].format(count=free_numbers(step))
    with stage:
        weight_matrix(
            KEY,
            weights=of.weights,
            taps=of.taps if step != "dense" else None,
            x=of.x,
            y=of.y,
            state=editing[0],
            edited=editing[1],
            summary=words,
            editable=not link.held(name),
            projector=lesson.projector(),
        )
    with side:
        st.markdown(words)
    lesson.formula(
        r"y_i = \sum_{j < 64} W_{ij}\, x_j \qquad \text{numbers to learn: }"
        + {
            "dense": r"64 \cdot 64 = <count>",
            "local": r"(3 \cdot 8 - 2)^2 = <count>",
            "shared": r"3 \cdot 3 = <count>",
        }[step],
        count=free_numbers(step),
    )
    lesson.text(
        """
The picture is 8×8 and so is the answer: laid out in a row, 64 numbers go in and 64 come out. Any
linear layer between them is a matrix W of 64×64 weights. A **row** belongs to one output, a
**column** to one input. (Biases are left out here.)

Point at a row to see what its output looks at; at an input, to see which outputs it feeds. A
convolution is no other kind of thing than a dense layer: it is a dense layer in which most weights
are 0 and the others are **tied**. What it can say is less. What it says, it says at every place.
"""
    )
    asked = copies(guess.deal("wy_g3"))
    guess.number("wy_g3", asked.words, asked.answer, asked.explain, known=asked.known)


def copies(rng: np.random.Generator) -> NumberQuestion:
    """How many of the matrix's cells hold one weight of the kernel."""
    n, (row, column) = int(rng.integers(5, 10)), (int(v) for v in rng.integers(0, 3, 2))
    spans = [n - abs(at - 1) for at in (row, column)]
    place = f"row {row}, column {column}"
    return NumberQuestion(
        f"A 3×3 convolution, padding 1, from {n}×{n} to {n}×{n}, as a matrix. In how many of its "
        f"rows does the kernel's weight in {place} (counted from 0) stand?",
        spans[0] * spans[1],
        f"There is a row for each of {n}·{n} outputs. {_cut(row, column)} "
        f"{spans[0]} · {spans[1]} = {spans[0] * spans[1]}.",
        mistakes(
            spans[0] * spans[1],
            (n * n, "the rim forgotten: once for every output"),
            ((n - 2) ** 2, "the padding forgotten"),
            (9, "the weights counted"),
            (1, "a weight taken for used once"),
            (max(spans), "one direction only"),
        ),
    )


def _cut(row: int, column: int) -> str:
    """Where a weight of the kernel lies on the padding."""
    cut = [
        f"the {'last' if at else 'first'} {axis} of outputs"
        for at, axis in ((row, "row"), (column, "column"))
        if at != 1
    ]
    if not cut:
        return "The weight in the middle lies inside of the picture for every one of them:"
    return f"For {' and '.join(cut)} this weight lies on the padding and is cut:"
