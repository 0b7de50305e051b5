"""The cases of tests/fixtures/torch_*.npz, and one check that fits them all."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cnn import functional

FOLDER = Path(__file__).parents[1] / "fixtures"


@cache
def fixtures() -> tuple[dict[str, list[dict[str, Any]]], dict[str, np.ndarray]]:
    """The manifests in one, and all arrays by name; numbers in double precision."""
    manifest: dict[str, list[dict[str, Any]]] = {}
    arrays: dict[str, np.ndarray] = {}
    for path in sorted(FOLDER.glob("torch_*.npz")):
        with np.load(path) as file:
            found = {name: file[name] for name in file.files}
        for kind, cases in json.loads(found.pop("manifest").tobytes()).items():
            manifest.setdefault(kind, []).extend(cases)
        arrays |= found
    return manifest, {name: _double(array) for name, array in arrays.items()}


def _double(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype == np.float32 else array


def function_cases(*names: str) -> list[Any]:
    """The cases of these functions, as pytest parameters."""
    import pytest

    cases = [case for case in fixtures()[0]["functions"] if case["function"] in names]
    assert {case["function"] for case in cases} == set(names)
    return [pytest.param(case, id=f"{case['function']}-{case['case']}") for case in cases]


def check_function(case: dict[str, Any], tolerance: float = 1e-12) -> None:
    """``functional``'s result and gradients against PyTorch's, arguments by PyTorch's names."""
    arrays = fixtures()[1]

    def array(name: str) -> np.ndarray:
        return arrays[f"{case['case']}.{name}"].copy()

    given = {name: array(name) for name in (*case["inputs"], *case["given"])}
    # Functions of one input call it x, as the lessons do; losses have PyTorch's "input".
    first = "x" if "x" in functional_arguments(case["function"]) else "input"
    if "input" in given:
        given[first] = given.pop("input")
    y = getattr(functional, case["function"])(**given, **case["kwargs"])
    assert np.shape(y) == array("y").shape
    np.testing.assert_allclose(y, array("y"), rtol=tolerance, atol=tolerance)
    for name in given:
        if name.startswith("running"):
            np.testing.assert_allclose(given[name], array(f"after_{name}"), rtol=tolerance)

    backward = getattr(functional, f"{case['function']}_backward")
    gradients = backward(array("dy"), **given, **case["kwargs"])
    expected = [array(f"d_{name}") for name in case["inputs"]]
    got = [gradient for gradient in gradients if gradient is not None]
    assert len(got) == len(expected)
    for name, ours, theirs in zip(case["inputs"], got, expected, strict=True):
        # PyTorch's 1e-12 in the slope of binary_cross_entropy is a float32: 4e-9 off.
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=10 * tolerance, err_msg=name)


def functional_arguments(name: str) -> tuple[str, ...]:
    """Names of a function's arguments."""
    code = getattr(functional, name).__code__
    return code.co_varnames[: code.co_argcount]
