"""What the link writes, it reads back; what it cannot accept, it refuses."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ui import codecs
from ui.codecs import Codec

FEW = settings(max_examples=60, deadline=None)


@FEW
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_return_exactly(value: float) -> None:
    assert codecs.FLOAT.decode(codecs.FLOAT.encode(value)) == value


@FEW
@given(st.integers(-(10**15), 10**15))
def test_integers_return_exactly(value: int) -> None:
    assert codecs.INT.decode(codecs.INT.encode(value)) == value


@FEW
@given(st.lists(st.integers(-99, 99), max_size=8))
def test_tuples_return(values: list[int]) -> None:
    assert codecs.ints().decode(codecs.ints().encode(values)) == tuple(values)


@FEW
@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=3, max_dims=3, max_side=4),
        elements=st.floats(-1000, 1000, width=32),
    )
)
def test_float32_tensors_return_to_the_same_float32_through_a_url(array: np.ndarray) -> None:
    codec = codecs.tensor((4, 4, 4))
    text = parse_qs(urlencode({"w": codec.encode(array)}))["w"][0]
    back = codec.decode(text)
    assert back.shape == array.shape
    np.testing.assert_array_equal(back.astype(np.float32), array)


def test_a_kernel_reads_as_rows() -> None:
    codec = codecs.matrix(7, 7)
    assert codec.encode(np.array([[1, 1], [0, -0.5]])) == "1,1;0,-0.5"
    np.testing.assert_array_equal(codec.decode("1,1;0,-0.5"), [[1, 1], [0, -0.5]])


def test_small_float32_steps_are_written_short() -> None:
    assert codecs.matrix(1, 2).encode(np.array([[0.1, -2.0]], np.float32)) == "0.1,-2"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (codecs.INT, "3.5"),
        (codecs.INT, "1_000"),
        (codecs.INT, ""),
        (codecs.INT, "abc"),
        (codecs.integer(1, 9), "10"),
        (codecs.integer(1, 9, 2), "4"),
        (codecs.FLOAT, "nan"),
        (codecs.FLOAT, "inf"),
        (codecs.FLOAT, "1_0"),
        (codecs.real(0, 1), "-0.1"),
        (codecs.BOOL, "true"),
        (codecs.one_of(("a", "b")), "c"),
        (codecs.text(3), "long"),
        (codecs.ints(2), "1,2,3"),
        (codecs.ints(4, 0, 5), "1,6"),
        (codecs.matrix(2, 2), "1,2;3"),
        (codecs.matrix(2, 2), "1;2;3"),
        (codecs.matrix(2, 2), "1,2,3"),
        (codecs.matrix(2, 2), ""),
        (codecs.matrix(2, 2), "1,nan"),
        (codecs.matrix(2, 2, -9, 9), "10,1"),
        (codecs.packed(list), "###"),
        (codecs.packed(list), "é"),
        (codecs.packed(list), ""),
        (codecs.packed(list, max_chars=4), "aaaaaaa"),
    ],
)
def test_what_does_not_fit_is_refused(codec: Codec[object], text: str) -> None:
    with pytest.raises(ValueError):
        codec.decode(text)


def test_packed_returns_and_is_checked() -> None:
    spec = [{"kind": "conv", "out_channels": 6, "kernel_size": 5}, {"kind": "relu"}] * 6

    def check(value: object) -> list[object]:
        if not isinstance(value, list):
            raise TypeError("a list of blocks")
        return value

    codec = codecs.packed(check)
    text = codec.encode(spec)
    assert codec.decode(text) == spec
    assert len(text) < 150
    assert text == urlencode({"": text})[1:]  # nothing to escape
    with pytest.raises(ValueError):
        codec.decode(codecs.packed(dict).encode({"a": 1}))


def test_a_packed_bomb_is_refused() -> None:
    codec = codecs.packed(list, max_chars=10**7)
    bomb = codec.encode([0] * (codecs.MAX_JSON))
    assert len(bomb) < 5000
    with pytest.raises(ValueError):
        codec.decode(bomb)


def test_arrays_of_other_rank_are_refused() -> None:
    with pytest.raises(ValueError):
        codecs.matrix(3, 3).encode(np.zeros(3))
    with pytest.raises(ValueError):
        codecs.tensor((1, 1, 1, 1))
