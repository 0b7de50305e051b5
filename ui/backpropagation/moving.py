"""Steps against the gradient of the running example: of one weight, of two, of all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnn.arrays import Array
from ui.backpropagation.example import Example, both_passes, error_of
from ui.components.curve_point.curve_point import Curve
from ui.numerals import words as number

#: (name, cell) of each weight that can be chosen, by its name in the link.
WEIGHTS = {
    "b": ("b", 0),
    **{f"w{i}": ("w", i) for i in range(4)},
    **{f"f{i}": ("f", i) for i in range(4)},
}
LABELS = {
    name: "b" if name == "b" else f"W[{cell}]" if name[0] == "w" else f"f[{cell // 2}, {cell % 2}]"
    for name, (_, cell) in WEIGHTS.items()
}
PAIRS = {"wb": "W[0] and b", "ff": "f[0, 0] and f[0, 1]", "ww": "W[0] and W[1]"}
PAIR_OF = {"wb": ("w0", "b"), "ff": ("f0", "f1"), "ww": ("w0", "w1")}
REACH = 8.0  # how far the curve goes to each side of the weight
POINTS = 161
#: Inside (0, 1), so that a step can go too far; the tutorial's 1 lies beyond the sigmoid's end.
TARGET = 0.3
STEPS = 30


def moved(example: Example, weight: str, value: float) -> Example:
    """The same example with one weight at ``value``."""
    name, cell = WEIGHTS[weight]
    array = getattr(example, name).copy()
    array.flat[cell] = value
    return replace(example, **{name: array})


def value_of(example: Example, weight: str) -> float:
    """A weight's present value."""
    name, cell = WEIGHTS[weight]
    return float(getattr(example, name).flat[cell])


def error_and_slope(example: Example, weight: str, value: float) -> tuple[float, float]:
    """E, and ∂E/∂w, with one weight at ``value``: a forward and a backward pass."""
    name, cell = WEIGHTS[weight]
    numbers = both_passes(moved(example, weight, value))
    return float(numbers["e"][0, 0]), float(numbers[f"d{name}"].flat[cell])


@dataclass(frozen=True)
class Valley:
    """E over one weight.

    Attributes:
        x: (n,) values of the weight, evenly apart.
        e: (n,) E at each.
        slope: (n,) ∂E/∂w at each.
    """

    x: Array
    e: Array
    slope: Array

    def inside(self, value: float) -> float:
        """``value``, or the end of the curve that it went beyond."""
        return float(np.clip(value, self.x[0], self.x[-1]))

    def leads(self, rate: float) -> Array:
        """(n,) where one step leads from each x: x − η·g."""
        return np.asarray(self.x - rate * self.slope)

    def curves(self) -> list[Curve]:
        """For the component that lets a ball run along E; its tangent comes from the slope."""
        return [Curve("E", self.e, 0)]


def valley(example: Example, weight: str) -> Valley:
    """E and its slope over one weight, around where it is."""
    here = value_of(example, weight)
    x = np.linspace(here - REACH, here + REACH, POINTS)
    found = np.array([error_and_slope(example, weight, float(v)) for v in x])
    return Valley(x, found[:, 0], found[:, 1])


def after_step(example: Example, weight: str, value: float, rate: float) -> float:
    """Where the weight goes: w − η·g."""
    return value - rate * error_and_slope(example, weight, value)[1]


def step_words(example: Example, weight: str, value: float, rate: float) -> str:
    """The step in numbers, and whether E falls."""
    error, slope = error_and_slope(example, weight, value)
    target = value - rate * slope
    after = error_of(moved(example, weight, target))
    name = LABELS[weight]
    how = (
        f"stays at **{number(error, 4)}**"
        if after == error
        else f"{'falls' if after < error else 'rises'} from {number(error, 4)} to "
        f"**{number(after, 4)}**"
    )
    way = (
        f"E {'rises' if slope > 0 else 'falls'} to the right, so the step goes "
        f"{'left' if slope > 0 else 'right'}"
        if slope
        else "E is level here, so the step goes nowhere"
    )
    return (
        f"At {name} = {number(value, 4)} the slope is g = {number(slope, 4)}: {way}. {name} − η·g "
        f"= {number(value, 4)} − {number(rate, 4)}·{_factor(slope)} = **{number(target, 4)}**; "
        f"E {how}. {largest_rate(example, weight, value)}"
    )


def _factor(value: float) -> str:
    shown = number(value, 4)
    return f"({shown})" if value < 0 else shown


def largest_rate(example: Example, weight: str, value: float) -> str:
    """How far η may go before E rises, found by trying and by halving."""
    error, slope = error_and_slope(example, weight, value)
    if abs(slope) < 1e-12:
        return "There is no slope here: no rate moves the ball."

    def rises(rate: float) -> bool:
        return error_of(moved(example, weight, value - rate * slope)) > error

    tried = [0.0, *np.geomspace(0.1, 1e4, 61).tolist()]
    first = next((i for i, rate in enumerate(tried) if rises(rate)), None)
    if first is None:
        return "No rate up to 10,000 makes E rise at this step: E only falls this way."
    low, high = tried[first - 1], tried[first]
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return f"Up to η ≈ {number(low, 3)} a step from here lowers E; beyond that it jumps too far."


@dataclass(frozen=True)
class Path:
    """Some steps of plain gradient descent.

    Attributes:
        errors: (n + 1,) E before the first and after each step.
        places: (n + 1, 2) two of the weights, likewise.
    """

    errors: Array
    places: Array


def descend(example: Example, rate: float, weights: tuple[str, ...], steps: int = STEPS) -> Path:
    """Move ``weights`` against their gradients; the first two are followed."""
    errors, places = [], []
    for _ in range(steps + 1):
        numbers = both_passes(example)
        errors.append(float(numbers["e"][0, 0]))
        places.append([value_of(example, w) for w in weights[:2]])
        for weight in weights:
            name, cell = WEIGHTS[weight]
            slope = float(numbers[f"d{name}"].flat[cell])
            example = moved(example, weight, value_of(example, weight) - rate * slope)
    return Path(np.array(errors), np.array(places))


def falling_words(path: Path) -> str:
    """What happened to E."""
    first, after, last = path.errors[0], path.errors[1], path.errors[-1]
    return (
        f"All nine weights at once: E goes from {number(first, 4)} to **{number(after, 4)}** in "
        f"one step, and to {number(last, 4)} in {len(path.errors) - 1}."
    )
