"""Typical slips: what comes out if one thing is done wrongly, worked out by ``cnn`` and compared.

A slip is named only where the answer is wrong and is, cell by cell, what that slip gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d, pad
from cnn.window.geometry import AxisGeometry, Window, output_size
from cnn.window.named_kernels import turned
from ui.exercise.exercise import Exercise, right, same


@dataclass(frozen=True)
class Slip:
    """One thing done wrongly.

    Attributes:
        name: A short one.
        words: A sentence that says what it is.
        answer: What comes out, (K, OH, OW).
    """

    name: str
    words: str
    answer: Array


NOT_ADDED = "The channels were not added: a filter gives one map, the sum over its channels."


def named(exercise: Exercise, given: Array) -> list[Slip]:
    """The slips that give just this answer; none where it is right so far.

    Args:
        exercise: With its right answer; of several filters see :mod:`ui.exercise.several`.
        given: (K, OH, OW) as the student has it, of any size; NaN where a cell is empty. Of an
            answer that is less than half there nothing is said yet.
    """
    filled = ~np.isnan(given)
    if 2 * filled.sum() < given.size or _agrees(given, exercise.y, filled):
        return []
    return [slip for slip in of(exercise) if _agrees(given, slip.answer, filled)]


def _agrees(given: Array, answer: Array, filled: Array) -> bool:
    """Whether two answers of one shape agree where the first is filled."""
    return given.shape == answer.shape and same(given[filled], answer[filled])


def of(exercise: Exercise) -> Iterator[Slip]:
    """Every slip that can be made here and changes the answer."""
    for find in _POOLING if exercise.pools else _CONVOLUTION:
        for slip in find(exercise):
            if not same(slip.answer, exercise.y):
                yield slip


def _slip(name: str, words: str, wrong: Callable[[], Array]) -> Iterator[Slip]:
    """The slip, unless nothing can come out of it: the window does not fit any more."""
    try:
        yield Slip(name, words, wrong())
    except ValueError:
        return


def _with(exercise: Exercise, **window: object) -> Callable[[], Array]:
    """The answer under another window."""
    setting = exercise.setting

    def wrong() -> Array:
        other = replace(setting.window, **window)  # type: ignore[arg-type]
        return replace(exercise, setting=replace(setting, window=other)).y

    return wrong


def _turned(e: Exercise) -> Iterator[Slip]:
    weight = e.weight
    assert weight is not None
    yield from _slip(
        "kernel turned",
        "The kernel was turned by 180°. That is true convolution; networks lay it on as it stands.",
        lambda: replace(e, weight=turned(weight)).y,
    )


def _stride(e: Exercise) -> Iterator[Slip]:
    yield from _slip(
        "stride forgotten",
        "The stride was forgotten: the window moved one cell at a time.",
        _with(e, stride=(1, 1)),
    )


def _padding(e: Exercise) -> Iterator[Slip]:
    sides = e.setting.window.padding
    if not any(sides):
        return
    yield from _slip(
        "padding forgotten",
        "The padding was forgotten: the window stayed inside the input.",
        _with(e, padding=(0, 0, 0, 0)),
    )
    yield from _slip(
        "padding doubled",
        "The padding was laid around the input twice.",
        _with(e, padding=tuple(2 * side for side in sides)),
    )


def _dilation(e: Exercise) -> Iterator[Slip]:
    yield from _slip(
        "dilation forgotten",
        "The dilation was forgotten: the taps of the kernel lie side by side.",
        _with(e, dilation=(1, 1)),
    )


def _bias(e: Exercise) -> Iterator[Slip]:
    yield from _slip(
        "bias forgotten",
        "The bias was forgotten.",
        lambda: replace(e, bias=0.0).y,
    )


def _activation(e: Exercise) -> Iterator[Slip]:
    name = {"relu": "ReLU"}.get(e.setting.activation or "", "activation")
    yield from _slip(
        f"{name} forgotten",
        f"The {name} was forgotten: these are the sums before it.",
        lambda: e.numbers.z,
    )


def _exchanged(e: Exercise) -> Iterator[Slip]:
    yield from _slip(
        "rows and columns exchanged",
        "Rows and columns were exchanged: this is the right answer on its side.",
        lambda: e.y.swapaxes(1, 2),
    )
    weight = e.weight
    if weight is not None:
        yield from _slip(
            "rows and columns exchanged",
            "Rows and columns of the kernel were exchanged.",
            lambda: (
                replace(
                    e,
                    weight=weight.swapaxes(1, 2),
                    setting=replace(e.setting, window=_kernel(e, weight.shape[:0:-1])),
                ).y
            ),
        )
    window = e.setting.window
    yield from _slip(
        "rows and columns exchanged",
        "Stride, padding or dilation of rows and columns were exchanged.",
        _with(
            e,
            stride=window.stride[::-1],
            padding=(*window.padding[2:], *window.padding[:2]),
            dilation=window.dilation[::-1],
        ),
    )


def _kernel(e: Exercise, size: tuple[int, ...]) -> Window:
    return replace(e.setting.window, kernel=(size[0], size[1]))


def _missing(e: Exercise) -> Iterator[Slip]:
    weight = e.weight
    assert weight is not None
    window = e.setting.window
    # All at once, as filters of one weight each: there may be 147 of them, on 8 maps.
    alone = np.eye(weight.size).reshape(-1, *weight.shape) * weight
    padded = e.numbers.padded[None]
    products = conv2d(padded, alone, None, window.stride, 0, window.dilation)[0]
    for place, product in zip(np.ndindex(weight.shape), products, strict=True):
        if weight[place]:
            where = place if len(weight) > 1 else place[1:]
            yield Slip(
                "one product missing",
                f"One product is missing in every cell: the one with the weight "
                f"w[{', '.join(map(str, where))}].",
                e.activated(e.numbers.z - product),
            )


def _channel(e: Exercise) -> Iterator[Slip]:
    weight = e.weight
    if weight is None or len(weight) < 2:
        return
    partial = e.numbers.partial
    assert partial is not None
    yield Slip("channels not added", NOT_ADDED, partial)
    for c in range(len(weight)):
        less = weight.copy()
        less[c] = 0
        yield Slip(
            "one channel missing",
            f"Channel {c} is missing: the sums of all channels are added.",
            replace(e, weight=less).y,
        )


def _other_kind(e: Exercise) -> Iterator[Slip]:
    words = {"max": "the largest", "avg": "the mean", "sum": "the sum"}
    for kind, what in words.items():
        if kind != e.setting.kind:
            yield from _slip(
                "another pooling",
                f"This is {what} of each window, not {words[e.setting.kind]}.",
                lambda kind=kind: replace(e, setting=replace(e.setting, kind=kind)).y,  # type: ignore[misc]
            )


def _rim(e: Exercise) -> Iterator[Slip]:
    """What padding counts as."""
    top, bottom, left, right_ = e.setting.window.padding
    if e.setting.kind == "max":
        yield from _slip(
            "padding counted as zeros",
            "The padding was counted as zeros; around a maximum it is −∞, it never wins.",
            lambda: (
                replace(
                    e,
                    x=pad(e.x[None], (left, right_, top, bottom), "constant", 0.0)[0],
                    setting=replace(
                        e.setting, window=replace(e.setting.window, padding=(0, 0, 0, 0))
                    ),
                ).y
            ),
        )
    if e.setting.kind == "avg":
        yield from _slip(
            "padding left out of the mean",
            "At the rim the mean was taken of the cells inside alone; here padding counts too.",
            lambda: replace(e, setting=replace(e.setting, count_include_pad=False)).y,
        )


_CONVOLUTION = (
    _turned,
    _stride,
    _padding,
    _dilation,
    _bias,
    _activation,
    _exchanged,
    _channel,
    _missing,
)
_POOLING = (_other_kind, _stride, _padding, _rim, _exchanged)


# --- one cell -----------------------------------------------------------------------------------


def in_cell(exercise: Exercise, index: tuple[int, int, int], given: float) -> str:
    """What went wrong in one cell of a convolution, in a sentence; "" if nothing typical did."""
    if exercise.pools or exercise.setting.activation not in (None, "relu"):
        return ""
    taken = exercise.cell(index)
    for at, product in enumerate(taken.products.flat):
        text = f"{_number(float(taken.x.flat[at]))}·{_factor(float(taken.weight.flat[at]))}"
        for off, words in ((1, "is missing"), (-1, "counts twice"), (2, "has the wrong sign")):
            if product and _close(given, taken.z - off * product):
                return f"The product {text} {words}."
    if exercise.bias and _close(given, taken.z - exercise.bias):
        return "The bias is missing."
    return ""


def _close(given: float, wanted: float) -> bool:
    return bool(right(np.array(given), np.array(wanted)))


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _factor(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)


# --- the size alone -----------------------------------------------------------------------------


def of_size(rows: AxisGeometry, columns: AxisGeometry, given: tuple[int, int]) -> list[str]:
    """Which slips give an output of this size, a sentence each; none where it is right.

    Args:
        rows: The right geometry along the rows.
        columns: And along the columns.
        given: (rows, columns) as the student has them.
    """
    answer = (rows.size, columns.size)
    if given == answer:
        return []
    if given == answer[::-1]:
        return ["Rows and columns were exchanged."]
    found = []
    for words, size in _SIZES:
        try:
            wrong = (size(rows), size(columns))
        except ValueError:
            continue
        if wrong == given:
            found.append(words)
    return found


def _size(axis: AxisGeometry, **other: object) -> int:
    wanted = {
        "n": axis.n,
        "kernel": axis.kernel,
        "stride": axis.stride,
        "padding": (axis.before, axis.after),
        "dilation": axis.dilation,
    }
    return output_size(**(wanted | other))  # type: ignore[arg-type]


_SIZES: tuple[tuple[str, Callable[[AxisGeometry], int]], ...] = (
    ("The padding was forgotten.", lambda a: _size(a, padding=(0, 0))),
    ("The padding was counted on one side only.", lambda a: _size(a, padding=(a.before, 0))),
    (
        "The padding was doubled: it counts once on each side.",
        lambda a: _size(a, padding=(2 * a.before, 2 * a.after)),
    ),
    ("The stride was forgotten.", lambda a: _size(a, stride=1)),
    ("The dilation was forgotten.", lambda a: _size(a, dilation=1)),
    ("The + 1 was forgotten: the first place counts too.", lambda a: a.size - 1),
    (
        "It was rounded up: a window that does not fit wholly does not count.",
        lambda a: _size(a, ceil_mode=True),
    ),
    ("This is the size of the input.", lambda a: a.n),
)
