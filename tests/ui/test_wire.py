"""What a component is given arrives as it was; what is short stays readable."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest

from tests.pages.payload import unpacked
from ui.components.deflated import Deflated
from ui.components.wire import ALIGNED, SHORT, TYPES, Kept, Smooth, to_wire


def test_a_float_that_is_no_number_travels_as_a_mark() -> None:
    """A browser refuses a whole message for one NaN: JSON does not know it."""
    data = {"a": [1.5, float("nan"), {"b": float("-inf")}], "c": np.float64("inf"), "d": None}
    sent = to_wire(data)
    json.dumps(sent, allow_nan=False)
    assert sent == {
        "a": [1.5, {"number": "nan"}, {"b": {"number": "-inf"}}],
        "c": {"number": "inf"},
        "d": None,
    }
    assert to_wire({"x": (1, True, "nan")}) == {"x": [1, True, "nan"]}


@pytest.mark.parametrize("kind", TYPES)
def test_an_array_arrives_as_it_was(kind: str) -> None:
    values = np.array([[0, 1, 100], [7, 3, 5]], f"<{kind}")
    odd = np.arange(3, dtype=np.uint8)  # what follows must still begin at a whole number
    found = unpacked(to_wire({"odd": odd, "rows": [{"x": values}], "last": values.T, "n": 2}))
    for array, wanted in ((found["rows"][0]["x"], values), (found["last"], values.T)):
        assert array.dtype == values.dtype
        np.testing.assert_array_equal(array, wanted.reshape(-1))
    assert found["n"] == 2 and found["odd"].tolist() == [0, 1, 2]


def test_no_number_of_an_array_is_lost() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38], np.float32)
    found = unpacked(to_wire({"x": values, "top": float("nan")}))
    assert found["x"].tobytes() == values.tobytes()
    assert found["top"] == {"number": "nan"}


def test_other_byte_orders_and_strides_arrive_too() -> None:
    big = np.arange(12, dtype=">f4").reshape(3, 4)[:, ::2]
    assert unpacked(to_wire({"x": big}))["x"].tolist() == [0, 2, 4, 6, 8, 10]


def test_long_data_are_packed_and_short_ones_are_not() -> None:
    assert to_wire(["a"] * (SHORT // 4 - 4)) == ["a"] * (SHORT // 4 - 4)
    long = [["a word", i] for i in range(SHORT)]
    sent = to_wire(long)
    assert len(sent) < len(json.dumps(long)) / 3
    assert unpacked(sent) == long


def test_an_array_that_no_browser_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="array: got complex128, need one of f4, f8"):
        to_wire({"x": np.zeros(2, complex)})


def test_arrays_begin_where_typed_arrays_may() -> None:
    assert all(ALIGNED % np.dtype(kind).itemsize == 0 for kind in TYPES)


def test_what_the_browser_holds_is_not_sent_again() -> None:
    weights = np.random.default_rng(0).normal(size=5000).astype(np.float32)
    kept = Kept({"weights": weights, "of": ["conv1", float("nan")]})
    first = to_wire({"net": kept.unless([]), "x": 1})
    again = to_wire({"net": kept.unless(["another", kept.mark]), "x": 2})
    assert len(first) > weights.nbytes // 2 and len(str(again)) < 100
    both = unpacked(first), unpacked(to_wire({"net": kept.unless({kept.mark}), "x": weights}))
    for found in both:
        np.testing.assert_array_equal(found["net"]["weights"], weights)
        assert found["net"]["of"] == ["conv1", {"number": "nan"}]


def test_another_content_has_another_mark() -> None:
    marks = [
        Kept(value).mark
        for value in (
            np.zeros(4, np.float32),
            np.zeros(5, np.float32),
            np.zeros(4, np.int8),
            [np.zeros(4, np.float32)],
            {"x": np.zeros(4, np.float32)},
            0.0,
        )
    ]
    assert len(set(marks)) == len(marks)
    assert Kept(np.zeros(4, np.float32)).mark == marks[0]


def test_what_was_sent_before_is_deflated_once_and_little_is_kept() -> None:
    kept = Deflated(most=3000)
    rng = np.random.default_rng(0)
    bodies = [rng.bytes(2500) for _ in range(4)]
    first = kept.of(bodies[0])
    assert kept.of(bytes(bodies[0])) is first
    assert zlib.decompress(first) == bodies[0]
    for body in bodies:
        assert zlib.decompress(kept.of(body)) == body
        assert kept._size == sum(len(packed) for packed in kept._kept.values()) <= 3000
    assert kept.of(bodies[0]) is not first, "the oldest went"
    short = b"x" * 100
    assert zlib.decompress(kept.of(short)) == short
    assert len(kept._kept) == 1, "what is short is not kept"


@pytest.mark.parametrize("shape", [(7, 9), (3, 5, 4), (1, 1, 6), (2, 6, 1)])
def test_a_pictures_bytes_arrive_as_they_were(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    found = unpacked(to_wire({"x": Smooth(pixels), "y": [1.5]}))
    np.testing.assert_array_equal(found["x"], pixels.reshape(-1))


def test_a_smooth_picture_packs_better() -> None:
    rows, columns = np.mgrid[:60, :80]
    pixels = (128 + 90 * np.sin(rows / 9) * np.cos(columns / 11)).astype(np.uint8)
    assert len(to_wire(Smooth(pixels))) < 0.7 * len(to_wire(pixels))
