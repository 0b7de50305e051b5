"""Scene 3: layers without weights only switch: ReLU masks, a maximum routes, a mean shares out."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import ReLU
from cnn.window.geometry import Window
from ui import edited, guess, lesson, link
from ui.backpropagation import questions
from ui.components.graph_stage.graph_stage import Grid, Node, Reason, graph_stage
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown
from ui.components.window_stage.window_stage import window_stage
from ui.numerals import words as number
from ui.sample_gradient import sample_gradient

KINDS = {"relu": "ReLU", "max": "Max pooling", "avg": "Average pooling"}
WORDS = {
    "relu": "ReLU multiplies the gradient by a **mask**: 1 where the input was positive, 0 where "
    "it was not (at exactly 0 too, by convention). Where the mask is 0 nothing comes back, so "
    "nothing before it learns from this image.",
    "max": "A maximum **routes**: the whole gradient goes to the cell that won, the others get 0. "
    "Where two cells tie the first wins, row by row: a convention, for there is no slope there.",
    "avg": "A mean **shares out**: each of the four cells gets a quarter of the gradient.",
}


def numbers(seed: int) -> Array:
    """(1, 4, 4) small whole numbers of both signs; some tie."""
    values: Array = np.random.default_rng(seed).integers(-3, 5, (1, 4, 4)).astype(float)
    return values


def arriving(kind: str) -> Array:
    """(1, h, w) a gradient at the output, each cell known from the others."""
    return sample_gradient((4, 4) if kind == "relu" else (2, 2))


def masked(x: Array, dy: Array) -> tuple[Array, Array]:
    """(mask, dx) of a ReLU, both (1, 4, 4): what its backward pass makes of ones, and of ``dy``."""
    relu = ReLU()
    relu.forward(x)
    return relu.input_gradient(np.ones_like(x)), relu.input_gradient(dy)


def mask_nodes(x: Array, editable: bool) -> list[Node]:
    """x (4, 4), its mask, the gradient that arrives, and their product."""
    dy = arriving("relu")
    mask, dx = masked(x[None], dy)
    given = Grid("x", "x", x, editable=editable, step=1.0, limit=99)
    return [
        Node("x", "the input", given),
        Node("mask", "x > 0", Grid("m", "mask", mask[0], "grey")),
        Node("∂E/∂y", "arrives", Grid("g", "∂E/∂y", dy[0], "gradient"), sign="·"),
        Node("∂E/∂x", "goes on", Grid("d", "∂E/∂x", dx[0], "gradient"), sign="="),
    ]


def mask_reasons(x: Array) -> dict[str, list[Reason]]:
    """For each cell: whether the gradient passes there."""
    dy = arriving("relu")
    mask, dx = (found[0].ravel() for found in masked(x[None], dy))
    said = [
        f"x = {number(v)} is {'above 0' if m else 'not above 0'}: {_factor(g)} · {number(m)} = "
        f"{number(d)}{'' if m else ', nothing goes on'}."
        for v, m, g, d in zip(x.ravel(), mask, dy.ravel(), dx + 0.0, strict=True)
    ]
    return {
        name: [Reason(words, {other: [i] for other in "xmgd"}) for i, words in enumerate(said)]
        for name in "xmgd"
    }


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def ties(x: Array) -> int:
    """How many of the four 2×2 windows have their largest number twice or more."""
    windows = x[0].reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(4, 4)
    return int(((windows == windows.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum())


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        kind = link.choice("Layer", "bp_kind", KINDS, "relu", kind="radio")
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    with stage:
        if kind == "relu":
            _mask(seed)
        else:
            x = _pooled(kind, seed)
    lesson.text(WORDS[kind])
    if kind == "max":
        count = ties(x)
        lesson.text(f"Here {count} of the four windows {'has' if count == 1 else 'have'} a tie.")
    asked = questions.routed(guess.deal("bp_g7"))
    guess.number("bp_g7", asked.words, asked.answer, asked.explain, known=asked.known)


def _mask(seed: int) -> None:
    """ReLU, forward and back; its input can be changed."""
    x = edited.array("bp_rx", "bp_relu", "x", numbers(seed)[0], str(seed), "The input of the ReLU")
    graph_stage(
        "bp_relu",
        mask_nodes(x, not link.held("bp_rx")),
        title="A ReLU on the way back: its input, its mask, the gradient before and after",
        reasons=mask_reasons(x),
        hint="Change a number of x: above 0 the gradient goes on. Point at a cell for its product.",
        font=22,
        projector=lesson.projector(),
    )


def _pooled(kind: str, seed: int) -> Array:
    """A pooling with its gradient routed back; gives its input as the student left it."""
    given, name = numbers(seed), "bp_sx"
    x = edited.array(name, "bp_switch", "input", given, str(seed), "The input of the pooling")
    window_stage(
        "bp_switch",
        Shown(x, Setting(kind, Window.of(2, 2)), gradient=arriving(kind)),
        Look(
            input_kind="activation",
            editable_input=not link.held(name),
            projector=lesson.projector(),
        ),
    )
    return x
