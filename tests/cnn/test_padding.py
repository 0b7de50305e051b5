"""The padded image itself, in every mode, and the gradient on its way back."""

from __future__ import annotations

import numpy as np
import pytest

from cnn import functional as F
from tests.cnn.gradcheck import check
from tests.cnn.torch_cases import check_function, function_cases


@pytest.mark.parametrize("case", function_cases("pad"))
def test_pad_as_pytorch(case) -> None:
    check_function(case)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_pad_gradient_and_numpys_padding(mode) -> None:
    x = np.random.default_rng(11).standard_normal((2, 2, 4, 5))
    sides = (1, 3, 2, 0)
    theirs = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    expected = np.pad(x, ((0, 0), (0, 0), (2, 0), (1, 3)), theirs[mode])
    np.testing.assert_array_equal(F.pad(x, sides, mode), expected)
    check(lambda x: F.pad(x, sides, mode), [x], lambda dy, x: F.pad_backward(dy, x, sides, mode))


@pytest.mark.parametrize(
    ("pad", "mode", "words"),
    [
        ((1, 1, 1), "constant", ["pad", "(1, 1, 1)", "(left, right, top, bottom)"]),
        ((1, -1), "constant", ["pad", "-1", "≥ 0"]),
        ((0.5, 1), "constant", ["pad", "0.5", "whole number"]),
        (1, "constant", ["pad: got 1", "(left, right)"]),
        ((1, 1), "mirror", ["mode", "'mirror'", "reflect"]),
        ((4, 0), "reflect", ["padding", "'reflect'", "at most 3", "4 + 0"]),
        ((5, 0), "circular", ["padding", "'circular'", "at most 4", "5 + 0"]),
    ],
)
def test_pad_errors(pad, mode, words) -> None:
    with pytest.raises(ValueError) as error:
        F.pad(np.zeros((1, 1, 4, 4)), pad, mode)
    for word in words:
        assert word in str(error.value)


def test_a_gradient_of_pad_has_the_outputs_shape() -> None:
    x = np.zeros((1, 1, 4, 4))
    with pytest.raises(ValueError, match=r"dy: got shape \(1, 1, 4, 4\), need .*\(1, 1, 4, 7\)"):
        F.pad_backward(x, x, (1, 2))
