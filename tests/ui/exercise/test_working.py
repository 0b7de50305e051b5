"""The answer copied: every form says the same numbers, and the programs print them."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import re

import numpy as np
import pytest

from cnn import definitions
from cnn.window.geometry import Window
from tests.ui.exercise.test_slips import exercises, poolings, reference
from ui.components.window_stage.numbers import Setting
from ui.exercise import working
from ui.exercise.exercise import Exercise
from ui.matrix.reading import read


def some() -> list[Exercise]:
    filled = [
        Exercise(reference().x, Setting("conv", Window((3, 3), (1, 1), (1, 0, 2, 1)), fill),
                 reference().weight, -0.25)
        for fill in ("reflect", "replicate", "zeros", 2.5)
    ]  # fmt: skip
    banks = [bank(filters=3, channels=2), bank(filters=8, channels=1)]
    return [reference(), *filled, *banks, *list(exercises())[:12], *list(poolings())[:9]]


def bank(filters: int, channels: int) -> Exercise:
    """Several filters that are not square, with stride and padding."""
    rng = np.random.default_rng(filters)
    weight = rng.integers(-2, 3, (filters, channels, 2, 3)).astype(float)
    x = rng.integers(0, 5, (channels, 4, 5)).astype(float)
    return Exercise(x, Setting("conv", Window((2, 3), (2, 1), (1, 1, 0, 0))), weight)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.printoptions(precision=12, floatmode="maxprec"):
        exec(compile(program, "program", "exec"), {})
    return out.getvalue()


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", text)]


@pytest.mark.parametrize("place", range(len(some())))
def test_the_numpy_program_prints_the_answer(place: int) -> None:
    one = some()[place]
    found = numbers(printed(working.working(one, "numpy")))
    np.testing.assert_allclose(found, one.y.ravel(), atol=1e-8)


@pytest.mark.parametrize("place", range(len(some())))
def test_the_pytorch_program_prints_the_answer_where_there_is_pytorch(place: int) -> None:
    one = some()[place]
    program = working.working(one, "torch")
    tree = ast.parse(program)
    called = [node.func.attr for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]  # fmt: skip
    assert {"conv": "conv2d", "max": "max_pool2d"}.get(one.setting.kind, "avg_pool2d") in called
    assert isinstance(tree.body[-1], ast.Expr), "it prints"
    if importlib.util.find_spec("torch"):
        found = numbers(printed(program).partition("dtype")[0])
        np.testing.assert_allclose(found, one.y.ravel(), atol=1e-3)


@pytest.mark.parametrize("form", working.FORMS)
def test_the_output_is_read_back_from_every_form(form: str) -> None:
    for one in some():
        most = (max(3, len(one.y)), 40, 40)
        found = read(working.output(one, form), most).values
        np.testing.assert_allclose(found, one.y, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("form", ["plain", "tabs", "latex", "markdown"])
def test_the_working_holds_every_sum_and_the_answer(form: str) -> None:
    one = reference()
    text = working.working(one, form)
    for y in one.y.flat:
        assert f"= {y:g}" in text or f"\t{y:g}" in text
    assert text.rstrip().endswith({"latex": r"\]", "markdown": "|"}.get(form, "4"))


def test_one_sum_is_written_out() -> None:
    text = working.working(reference(), "plain")
    assert "y[i, j] = Σ over u, v of x[2·i + u − 1, 2·j + v − 1] · w[u, v]" in text
    assert "rows: ⌊(5 + 2 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3" in text
    assert "y[0, 1] = 0·2 + 0·0 + 0·1 + 2·1 + 3·0 + 3·0 + 0·0 + 1·1 + 3·1 = 6" in text


def test_of_several_filters_every_one_has_its_kernels_and_its_sums() -> None:
    one = bank(filters=3, channels=2)
    expected = definitions.conv2d(one.x[None], one.weight, None, (2, 1), (1, 1, 0, 0))[0]
    np.testing.assert_allclose(one.y, expected)
    text = working.working(one, "plain")
    assert "filter 2 w[2]:" in text and "y[f, i, j] = Σ over c, u, v of x[c, 2·i" in text
    assert text.count("\ny[2, ") == one.y[2].size
    assert r"w_2 = \begin{bmatrix}" in working.working(one, "latex")
    assert working.working(one, "tabs").startswith("filter\trow\tcolumn\tx·w 0")
    index = (2, 1, 0)
    assert one.cell(index).y == one.y[index]


def test_what_nobody_would_read_is_not_written_out() -> None:
    x = np.ones((1, 28, 28))
    one = Exercise(x, Setting("conv", Window((5, 5))), np.ones((1, 5, 5)))
    assert working.left_out(one) == 576 - working.MOST_PRODUCTS // 25
    assert f"… and {working.left_out(one)} more sums." in working.working(one, "plain")
