"""A sheet of exercises dealt from a seed: the same seed, the same sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.window.geometry import Window
from ui.components.window_stage.numbers import Setting
from ui.exercise.exercise import Exercise
from ui.matrix.reading import size

KINDS = {"convolution": "Convolution", "pooling": "Pooling", "size": "Size of the output"}
LEVELS = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
MOST = 20


@dataclass(frozen=True)
class Level:
    """What may occur.

    Attributes:
        sides: Least and most rows and columns of the input.
        kernels: Rows and columns of the window.
        strides: One of these, and likewise paddings and dilations.
        paddings: Cells on each side.
        dilations: Cells from one tap to the next.
        square: Whether rows and columns agree in all of it.
        channels: At most.
        extras: Whether there may be a bias and a ReLU.
    """

    sides: tuple[int, int]
    kernels: tuple[int, ...]
    strides: tuple[int, ...]
    paddings: tuple[int, ...]
    dilations: tuple[int, ...] = (1,)
    square: bool = True
    channels: int = 1
    extras: bool = False


_LEVELS = {
    "easy": Level((3, 4), (2,), (1,), (0,)),
    "medium": Level((4, 5), (2, 3), (1, 2), (0, 1), extras=True),
    "hard": Level((4, 6), (2, 3), (1, 2), (0, 1), (1, 2), square=False, channels=2, extras=True),
}
_SIZES = {
    "easy": Level((5, 12), (2, 3), (1,), (0, 1)),
    "medium": Level((7, 32), (2, 3, 5), (1, 2, 3), (0, 1, 2)),
    "hard": Level((10, 64), (2, 3, 5, 7), (2, 3, 4), (0, 1, 2, 3), (1, 2, 3), square=False),
}


def deal(seed: int, kind: str, level: str, count: int) -> list[Exercise]:
    """So many exercises; the first few do not depend on how many there are.

    Args:
        seed: What they are dealt from.
        kind: One of :data:`KINDS`.
        level: One of :data:`LEVELS`.
        count: How many.
    """
    makers: dict[str, Callable[[np.random.Generator, str], Exercise]] = {
        "convolution": _convolution,
        "pooling": _pooling,
        "size": _size,
    }
    name = list(f"{kind} {level}".encode())
    return [makers[kind](np.random.default_rng([seed, n, *name]), level) for n in range(count)]


def _convolution(rng: np.random.Generator, level: str) -> Exercise:
    bounds = _LEVELS[level]
    window, shape = _window(rng, bounds)
    channels = int(rng.integers(1, bounds.channels + 1))
    x = rng.integers(0, 5, (channels, *shape)).astype(float)
    weight = _telling(rng, (channels, *window.kernel))
    bias = float(rng.integers(-3, 4)) if bounds.extras else 0.0
    activation = "relu" if bounds.extras and rng.random() < 0.5 else None
    return Exercise(x, Setting("conv", window, "zeros", activation), weight, bias)


def _telling(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A kernel that half a turn and an exchange of rows and columns change: slips can be told."""
    while True:
        weight = rng.integers(-1, 3, shape).astype(float)
        half = weight[:, ::-1, ::-1]
        across = weight.swapaxes(1, 2)
        if not (np.array_equal(half, weight) or np.array_equal(across, weight)):
            return weight


def _pooling(rng: np.random.Generator, level: str) -> Exercise:
    kind = str(rng.choice(["max", "avg"] if level == "easy" else ["max", "avg", "sum"]))
    stride = 2 if level == "easy" else int(rng.integers(1, 3))
    window = 2 if level != "hard" else int(rng.integers(2, 4))
    padding = int(rng.integers(0, 2)) if level == "hard" else 0
    n = 4 if level == "easy" else int(rng.integers(4, 6))
    m = n if level != "hard" else int(rng.integers(4, 7))
    x = rng.integers(-9 if level != "easy" else 0, 10, (1, n, m)).astype(float)
    return Exercise(x, Setting(kind, Window.of(window, stride, padding)))


def _size(rng: np.random.Generator, level: str) -> Exercise:
    window, shape = _window(rng, _SIZES[level])
    return Exercise(np.zeros((1, *shape)), Setting("conv", window), np.ones((1, *window.kernel)))


def _window(rng: np.random.Generator, bounds: Level) -> tuple[Window, tuple[int, int]]:
    """A window that fits, and the size of its input."""
    while True:
        rows, columns = _axis(rng, bounds), _axis(rng, bounds)
        if bounds.square:
            columns = rows
        (n, f, s, p, d), (m, g, t, q, e) = rows, columns
        window = Window((f, g), (s, t), (p, p, q, q), (d, e))
        if d * (f - 1) < n + 2 * p and e * (g - 1) < m + 2 * q:
            return window, (n, m)


def _axis(rng: np.random.Generator, bounds: Level) -> tuple[int, int, int, int, int]:
    low, high = bounds.sides
    options = (bounds.kernels, bounds.strides, bounds.paddings, bounds.dilations)
    kernel, stride, padding, dilation = (int(rng.choice(values)) for values in options)
    return int(rng.integers(low, high + 1)), kernel, stride, padding, dilation


# --- in words -----------------------------------------------------------------------------------


def task(exercise: Exercise, kind: str) -> str:
    """What is to be done, in a sentence of plain text."""
    setting, window = exercise.setting, exercise.setting.window
    given = [f"Input {size(exercise.x.shape)}", f"{_noun(exercise)} {_pair(window.kernel, '×')}"]
    given.append(f"stride {_pair(window.stride)}")
    given.append(f"padding {_pair((window.padding[0], window.padding[2]))}")
    if window.dilation != (1, 1):
        given.append(f"dilation {_pair(window.dilation)}")
    if exercise.bias:
        given.append(f"bias {exercise.bias:g}".replace("-", "−"))
    if setting.activation == "relu":
        given.append("then ReLU")
    what = "How large is the output?" if kind == "size" else "Work out the output."
    return f"{', '.join(given)}. {what}"


def _noun(exercise: Exercise) -> str:
    names = {"conv": "kernel", "max": "maximum of", "avg": "mean of", "sum": "sum of"}
    return names[exercise.setting.kind]


def _pair(values: tuple[int, int], between: str = "") -> str:
    """One number where both agree; "3 × 2", or "2 down, 1 across"."""
    rows, columns = values
    if between:
        return f"{rows} {between} {columns}"
    return f"{rows}" if rows == columns else f"{rows} down and {columns} across"
