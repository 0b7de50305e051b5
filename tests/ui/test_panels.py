"""Panels: what the browser may send back, and what a page may ask for."""

from __future__ import annotations

import numpy as np
import pytest
import streamlit as st

from ui.components.panels import panels
from ui.components.panels.panels import Cells, Curve

CHARTS: list[Curve | Cells] = [
    Curve("stride s", {"": ([1, 2, 3], [7, 4, 3])}, setting="s"),
    Cells("map", np.eye(2)),
]


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (["s", 2], ("s", 2)),
        (["s", 2.0], ("s", 2.0)),
        (["s", 9], None),
        (["other", 2], None),
        (["s", "2"], None),
        (["s"], None),
        ({"s": 2}, None),
        (None, None),
    ],
)
def test_only_a_point_of_a_chart_is_picked(
    sent: object, found: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", {"k": {"picked": sent}})
    assert panels._picked("k", CHARTS) == found


def test_arguments_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match="kind: got 'red'"):
        panels._cells(Cells("", np.eye(2), kind="red"))
    with pytest.raises(ValueError, match=r"values: got shape \(2,\)"):
        panels._cells(Cells("", np.ones(2)))
    assert panels._cells(Cells("", np.zeros((2, 2))))["limit"] == 1.0, "nothing to divide by"
