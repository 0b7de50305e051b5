"""How one weight moves, as a formula with its numbers: the rule of each optimizer."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import sigmoid
from cnn.layers.softmax import softmax
from cnn.learn.losses import make_loss
from cnn.learn.one_step import DetailedStep, ParameterStep

#: Of a sum over the classes; of a longer one the first two and the last are written.
MOST_TERMS = 4


def of_weight(step: DetailedStep, moved: ParameterStep, index: int, optimizer: str) -> str:
    """LaTeX lines: from the weight and its gradient to the new weight.

    Args:
        step: The whole step.
        moved: The array of parameters that holds the weight.
        index: Which of its numbers, flat.
        optimizer: Name of the optimizer, as in :data:`cnn.learn.optimizers.OPTIMIZERS`.
    """
    w, g, d = (float(a.flat[index]) for a in (moved.value, moved.gradient, moved.change))
    place = ", ".join(str(int(i)) for i in np.unravel_index(index, moved.value.shape))
    name = moved.name.replace("_", r"\_")
    lines = [rf"&\text{{{name}}}[{place}] = w = {number(w)},\qquad g = {number(g)}"]
    decay = step.settings.get("weight_decay", 0.0)
    symbol, pull = "g", g
    if decay:
        symbol, pull = "g'", g + decay * w
        lines.append(
            rf"&g' = g + \lambda w = {number(g)} + {decay:g} \cdot {within(w)} = {number(pull)}"
        )
    memory = {s: (float(a.flat[index]), float(b.flat[index])) for s, (a, b) in moved.memory.items()}
    if optimizer in ("adam", "adamw"):
        lines += _adam(step, memory, symbol, pull, d)
    elif memory:
        lines += _momentum(step, memory["momentum"], symbol, pull, d, optimizer == "nesterov")
    else:
        lines.append(
            rf"&\Delta w = -\eta\,{symbol} = -{number(step.lr)} \cdot {within(pull)} = {number(d)}"
        )
    lines.append(rf"&w + \Delta w = {number(w)} + {within(d)} = {number(w + d)}")
    return r"\begin{aligned}" + r"\\[4pt]".join(lines) + r"\end{aligned}"


def _momentum(
    step: DetailedStep, v: tuple[float, float], symbol: str, pull: float, d: float, nesterov: bool
) -> list[str]:
    mu = step.settings["momentum"]
    lines = [
        rf"&v = \mu\, v_{{\text{{old}}}} + {symbol} = {mu:g} \cdot {within(v[0])} + {within(pull)}"
        rf" = {number(v[1])}"
    ]
    if nesterov:
        lines.append(
            rf"&\Delta w = -\eta\,({symbol} + \mu v) = -{number(step.lr)} \cdot ({within(pull)} + "
            rf"{mu:g} \cdot {within(v[1])}) = {number(d)}"
        )
    else:
        lines.append(
            rf"&\Delta w = -\eta\, v = -{number(step.lr)} \cdot {within(v[1])} = {number(d)}"
        )
    return lines


def _adam(
    step: DetailedStep, memory: dict[str, tuple[float, float]], symbol: str, pull: float, d: float
) -> list[str]:
    (m0, m1), (s0, s1) = memory["mean"], memory["square"]
    one, two = step.settings["betas"]
    t = step.count
    m_hat, s_hat = m1 / (1 - one**t), s1 / (1 - two**t)
    return [
        rf"&m = \beta_1 m_{{\text{{old}}}} + (1-\beta_1)\,{symbol} = {one:g} \cdot {within(m0)} + "
        rf"{1 - one:.3g} \cdot {within(pull)} = {number(m1)},\qquad "
        rf"\hat m = \frac{{m}}{{1-\beta_1^{{{t}}}}} = {number(m_hat)}",
        rf"&s = \beta_2 s_{{\text{{old}}}} + (1-\beta_2)\,{symbol}^2 = {two:g} \cdot {within(s0)} "
        rf"+ {1 - two:.3g} \cdot {within(pull)}^2 = {number(s1)},\qquad "
        rf"\hat s = \frac{{s}}{{1-\beta_2^{{{t}}}}} = {number(s_hat)}",
        rf"&\Delta w = -\eta\,\frac{{\hat m}}{{\sqrt{{\hat s}} + \epsilon}} = -{number(step.lr)} "
        rf"\cdot \frac{{{number(m_hat)}}}{{\sqrt{{{number(s_hat)}}} + 10^{{-8}}}} = {number(d)}",
    ]


def legend(step: DetailedStep, optimizer: str) -> str:
    """What the letters of :func:`of_weight` stand for, by the names of the controls (Markdown)."""
    said = [
        "$w$ is the weight, $g$ the gradient: how much the loss would rise with it",
        "$\\eta$ is the learning rate",
    ]
    if step.settings.get("weight_decay", 0.0):
        said.append("$\\lambda$ is the weight decay")
    if optimizer in ("adam", "adamw"):
        said += [
            "$m$ and $s$ are running means of the gradient and of its square, $\\beta_1$ and "
            "$\\beta_2$ how much of the old mean is kept",
            "the hats make up for a start at 0",
            "$\\epsilon$ keeps the divisor above 0",
        ]
    elif optimizer in ("momentum", "nesterov"):
        said.append("$v$ is the running sum of gradients, $\\mu$ the momentum")
    return "; ".join(said) + "."


def of_loss(scores: Array, label: int, loss: str) -> str:
    """The loss of one image in LaTeX, with its numbers.

    Args:
        scores: (K,) what the network gave for it.
        label: Its class.
        loss: A name in :data:`cnn.learn.losses.LOSSES`.
    """
    value = make_loss(loss).forward(scores[:, None], np.array([label]))
    if loss == "cross_entropy":
        right, z = float(softmax(scores, 0)[label]), float(scores[label])
        share = r"\frac{e^{z_t}}{\sum_k e^{z_k}}"
        general = rf"-\ln p_t = -\ln {share},\quad z_t = {number(z)}"
        return rf"{general}:\quad -\ln {number(right)} = {number(value)}"
    single = len(scores) == 1
    targets = [label] if single else [int(k == label) for k in range(len(scores))]
    over = "" if single else rf"\tfrac{{1}}{{{len(scores)}}}"
    k, total = ("", "") if single else ("_k", rf"{over} \sum_k ")
    if loss in ("half_mse", "mse"):
        half = r"\tfrac{1}{2}\, " if loss == "half_mse" else ""
        terms = [f"({number(float(y))} - {t})^2" for y, t in zip(scores, targets, strict=True)]
        general = rf"{half}{total}(y{k} - t{k})^2"
        return rf"{general} = {half}{over}{_added(terms)} = {number(value)}"
    p = rf"\sigma(z{k})" if loss == "bce" else f"p{k}"
    shares = sigmoid(scores) if loss == "bce" else scores
    terms = [
        rf"\ln {number(float(q if t else 1 - q))}" for q, t in zip(shares, targets, strict=True)
    ]
    general = rf"-{total}\bigl[t{k} \ln {p} + (1 - t{k}) \ln(1 - {p})\bigr]"
    return rf"{general} = -{over}{_added(terms)} = {number(value)}"


def _added(terms: list[str]) -> str:
    """A sum in brackets, its middle left out where it is long; a single term as it is."""
    if len(terms) == 1:
        return terms[0]
    shown = terms if len(terms) <= MOST_TERMS else [*terms[:2], r"\dots", terms[-1]]
    return rf"\bigl[{' + '.join(shown)}\bigr]"


def within(value: float) -> str:
    """A number inside a sum or a product: brackets around what is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def number(value: float) -> str:
    """Four significant digits; powers of ten written out."""
    if not math.isfinite(value):
        return r"\text{no number}"
    shown = f"{value:.4g}"
    if "e" in shown:
        digits, power = shown.split("e")
        shown = rf"{digits}\cdot 10^{{{int(power)}}}"
    return shown
