"""What the lesson on activations shows: curves, maps before and after, vanishing gradients."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.layers.activations import ACTIVATIONS, LeakyReLU
from cnn.layers.layer import Layer
from cnn.layers.softmax import softmax
from cnn.nets.spec import Block, build
from cnn.window import named_kernels
from ui import samples
from ui.components.curve_point.curve_point import Curve
from ui.components.live_chart.live_chart import Panel, Series
from ui.questions import NumberQuestion, mistakes

NAMES = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "gelu": "GELU",
}
FORMULAS = {
    "relu": r"\max(0, x)",
    "leaky_relu": r"\max(x, a x),\; a = <a>",
    "sigmoid": r"\frac{1}{1 + e^{-x}}",
    "tanh": r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
    "gelu": r"x \cdot \Phi(x)",
}
X = np.linspace(-5, 5, 501)
#: A slope this small passes practically nothing on.
SATURATED = 0.05
DEEPEST = 30
WIDTH = 64


def layer(name: str, slope: float) -> Layer:
    """The activation of that name."""
    return LeakyReLU(slope) if name == "leaky_relu" else ACTIVATIONS[name]()


def value_and_derivative(name: str, x: Array, slope: float = 0.1) -> tuple[Array, Array]:
    """f(x) and f′(x), by the layer's own forward and backward."""
    f = layer(name, slope)
    return f.forward(x), f.input_gradient(np.ones_like(x))


def curves(name: str, slope: float) -> list[Curve]:
    """f and f′ over :data:`X`."""
    y, dx = value_and_derivative(name, X, slope)
    return [Curve("f(x)", y, 0), Curve("f′(x)", dx, 1, dashed=True)]


@dataclass(frozen=True)
class BeforeAfter:
    """A feature map before and after an activation, and what became of its cells."""

    before: Array
    after: Array
    derivative: Array

    def words(self) -> str:
        """How many cells are zero, negative, saturated.

        Cells that were 0 before are blank paper: that their slope may be 0 says nothing.
        """
        drawn = self.before != 0
        flat = drawn & (np.abs(self.derivative) < SATURATED)
        shares = {
            "exactly zero before": (~drawn).mean(),
            "negative before": (self.before < 0).mean(),
            "exactly zero after": (self.after == 0).mean(),
            "negative after": (self.after < 0).mean(),
        }
        counted = ", ".join(f"{share:.0%} {what}" for what, share in shares.items())
        share = flat.sum() / max(1, drawn.sum())
        return f"{counted}. Of those that were not zero, {share:.0%} have a slope below {SATURATED}"


def before_after(name: str, slope: float, gain: float, seed: int) -> BeforeAfter:
    """A digit under an edge kernel, scaled by ``gain``, then the activation."""
    x = samples.digit(3, seed).x
    before = gain * conv2d(x[None], named_kernels.sobel_x()[None, None])[0, 0]
    after, derivative = value_and_derivative(name, before, slope)
    return BeforeAfter(before, after, derivative)


@functools.lru_cache(maxsize=512)  # the same for all who have the same settings
def gradients(name: str, depth: int, slope: float, seed: int) -> Array:
    """(depth + 1,) size of the gradient before each of ``depth`` layers, 1 after the last.

    Real layers: ``depth`` times a dense layer of 64 units and the activation, begun as is usual
    for it (Xavier for sigmoid and tanh, else Kaiming), a batch of 32 standard normal inputs, one
    backward pass.
    """
    bend: Block = {"kind": name}
    if name == "leaky_relu":
        bend["negative_slope"] = slope
    spec = [{"kind": "linear", "out_features": WIDTH}, bend] * depth
    init = "xavier_normal" if name in ("sigmoid", "tanh") else "kaiming_normal"
    net = build(spec, (WIDTH,), rng=seed, init=init)
    rng = np.random.default_rng(seed)
    net.forward(rng.standard_normal((WIDTH, 32), np.float32))
    net.backward(rng.standard_normal((WIDTH, 32), np.float32), need_dx=True)
    sizes = [float(np.linalg.norm(inner.dx)) for inner in list(net)[::2] if inner.dx is not None]
    arrived = list(net)[-1].dy
    assert arrived is not None
    last = float(np.linalg.norm(arrived))
    shares = np.array([*sizes, last]) / last
    shares.flags.writeable = False
    return shares


def vanishing(depth: int, slope: float, seed: int) -> Panel:
    """How the gradient shrinks on its way back, for each activation."""
    layers_back = np.arange(depth + 1)
    series = [
        Series(title, layers_back, gradients(name, depth, slope, seed)[::-1], i, dashed=i % 2 == 1)
        for i, (name, title) in enumerate(NAMES.items())
    ]
    return Panel("Size of the gradient, 1 at the output", series, log=True)


def shrunk(depth: int, slope: float, seed: int) -> str:
    """What is left at the first layer, in words."""
    parts = [
        f"{title} {_short(gradients(name, depth, slope, seed)[0])}" for name, title in NAMES.items()
    ]
    return f"Left after {depth} layers: {', '.join(parts)}."


def _short(value: float) -> str:
    """A share in words that read: 0.25, or 2 · 10⁻⁸."""
    if value >= 1e-3:
        return f"{value:.2g}"
    digits, power = f"{value:.0e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} · 10{raised}"


@dataclass(frozen=True)
class Term:
    """One line of a softmax: the logit, its exponential, its share."""

    logit: float
    power: float
    share: float


def softmax_terms(logits: Array, temperature: float) -> list[Term]:
    """The terms e^(z/T) (the largest z taken off first) and the probabilities."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max())
    shares = softmax(scaled[None], 1)[0]
    return [Term(*map(float, row)) for row in zip(logits, powers, shares, strict=True)]


def activated(rng: np.random.Generator) -> NumberQuestion:
    """The value of an activation at a point."""
    name = str(rng.choice(["relu", "leaky_relu", "sigmoid"]))
    x = float(rng.integers(-3, 4) if name == "sigmoid" else rng.integers(-9, 10))
    y = float(value_and_derivative(name, np.array([x]), 0.1)[0][0])
    shown = f"{x:g}".replace("-", "−")
    about = {"relu": "", "leaky_relu": " with a = 0.1", "sigmoid": ", to two decimals,"}[name]
    words = f"{NAMES[name]}{about} of {shown} is …?"
    opposite = f"{-x:g}".replace("-", "−") if x else "0"
    why = {
        "relu": "negative numbers become 0, the others pass unchanged",
        "leaky_relu": "negative numbers are multiplied by 0.1, the others pass unchanged",
        "sigmoid": f"1/(1 + e^{opposite}) = 1/(1 + {np.exp(-x):.2f})",
    }[name]
    answer = f"{y:.2f}" if name == "sigmoid" else f"{y:g}".replace("-", "−")
    wrong = {
        "relu": ((x, "passed unchanged"), (-x, "the sign turned"), (1.0, "the slope")),
        "leaky_relu": (
            (0.0, "as ReLU does"),
            (x, "passed unchanged"),
            (-0.1 * x, "the sign turned"),
            (0.1 * x, "multiplied by 0.1 above zero, too"),
        ),
        "sigmoid": (
            (1 - y, "the sign of the exponent turned"),
            (y * (1 - y), "the slope"),
            (float(np.tanh(x)), "tanh taken"),
            (max(0.0, x), "ReLU taken"),
        ),
    }[name]
    return NumberQuestion(words, y, f"It is {answer}: {why}.", mistakes(y, *wrong))


START = np.array([2.0, 1.0, 0.0, -1.0])


def term_words(i: int, term: Term, temperature: float) -> str:
    """One line of the softmax in numbers."""
    z = f"{term.logit:.2f}".replace("-", "−")
    return (
        f"class {i}: z = {z}, e^((z − max)/{temperature:g}) = {term.power:.4f}, "
        f"share **{term.share:.1%}**"
    )
