"""Sums, shares and counts of the layer in words and in LaTeX."""

from __future__ import annotations

from ui.dense.example import Dense
from ui.numerals import factor, latex, words

INDEX = "₁₂₃₄₅₆₇₈"


def logit_sum(layer: Dense, k: int) -> str:
    """z_k, its sum written out."""
    terms = " + ".join(
        f"{number(w)}·{number(x)}" for w, x in zip(layer.w[:, k], layer.x[:, 0], strict=True)
    )
    total = words(float(layer.z[k, 0]))
    return f"z{INDEX[k]} = {terms} + {number(layer.b[k, 0])} = {total}"


def share(layer: Dense, k: int) -> str:
    """p_k with its numbers."""
    z, p = layer.z[:, 0], words(float(layer.p[k, 0]))
    if layer.end == "sigmoid":
        return f"p = 1/(1 + e^(−z)) with z = {words(float(z[0]))}: {p}"
    powers = " + ".join(f"e^{number(v)}" for v in z)
    return f"p{INDEX[k]} = e^{number(z[k])} / ({powers}) = {p}"


def formula(layer: Dense) -> str:
    """Logits and probabilities in LaTeX, the letters and the numbers."""
    z, p = layer.z[:, 0], layer.p[:, 0]
    first = rf"z = W^\top x + b = ({', '.join(_latex(v) for v in z)})"
    if layer.end == "sigmoid":
        return (
            rf"{first} \qquad p = \sigma(z) = \frac{{1}}{{1 + e^{{-z}}}} = "
            rf"\frac{{1}}{{1 + e^{{-{factor(float(z[0]))}}}}} = {_latex(p[0])}"
        )
    below = " + ".join(rf"e^{{{_latex(v)}}}" for v in z)
    return (
        rf"{first} \qquad p_k = \frac{{e^{{z_k}}}}{{\sum_j e^{{z_j}}}}, \quad "
        rf"p_1 = \frac{{e^{{{_latex(z[0])}}}}}{{{below}}} = {_latex(p[0])}"
    )


def learned_words(layer: Dense) -> str:
    """How many numbers the layer learns, counted."""
    features, outputs = layer.w.shape
    biases = "1 bias" if outputs == 1 else f"{outputs} biases"
    return (
        f"This layer learns {features}·{outputs} weights and {biases}: **{layer.learned}** numbers."
    )


def _latex(value: float) -> str:
    return latex(float(value))


def number(value: float) -> str:
    """A factor of a product, in brackets where it is negative."""
    shown = words(float(value))
    return f"({shown})" if value < 0 else shown
