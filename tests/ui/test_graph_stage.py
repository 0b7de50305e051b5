"""What the graph stage takes, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from ui import numerals
from ui.components.graph_stage.graph_stage import Grid, Node, Reason, Step, _decimals, graph_stage

X = Node("X", "1", Grid("x", "X", np.ones((1, 2))))


@pytest.mark.parametrize(
    ("nodes", "more", "message"),
    [
        ([Node("X", "", Grid("x", "X", np.ones(3)))], {}, r"x: got shape \(3,\), need \(h, w\)"),
        ([Node("X", "", Grid("x", "X", np.ones((1, 1)), "blue"))], {}, "kind: got 'blue'"),
        ([X, X], {}, "x: got two grids of that name"),
        ([X], {"steps": [Step("", ("z",))]}, "z: not among the grids x"),
        ([X], {"steps": [Step("", lit={"y": [0]})]}, "y: not among the grids x"),
        ([X], {"reasons": {"x": [Reason("why")]}}, "x: got 1 reasons, need 2"),
    ],
)
def test_what_does_not_fit_is_named(nodes: list[Node], more: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        graph_stage("key", nodes, title="t", **more)


def test_small_numbers_have_a_power_of_ten_taken_out() -> None:
    assert numerals.exponent(0.0138) == -2
    assert [numerals.exponent(v) for v in (0, 0.1, 9999, 1e4, np.inf)] == [0, 0, 0, 4, 0]
    assert numerals.power(-5) == " (·10⁻⁵)" and numerals.power(0) == ""
    assert _decimals(np.array([1.0, 2.5]), 0, True) == 1
    assert _decimals(np.array([-6.7034e-6]), -6, False) == 2


@pytest.mark.parametrize(
    ("value", "words", "latex"),
    [
        (-0.116698, "−0.116698", "-0.1167"),
        (-6.703e-6, "−6.703·10⁻⁶", r"-6.703\cdot 10^{-6}"),
        (2e7, "2·10⁷", r"2\cdot 10^{7}"),
        (307200, "307,200", "307{,}200"),
        (999999.7, "1,000,000", "1{,}000{,}000"),
        (-1728, "−1,728", "-1{,}728"),
        (0.0, "0", "0"),
        (float("nan"), "no number", r"\text{no number}"),
    ],
)
def test_numbers_in_sentences_and_formulas(value: float, words: str, latex: str) -> None:
    assert numerals.words(value) == words
    assert numerals.latex(value) == latex
    if value < 0:
        assert numerals.factor(value) == f"({latex})"
