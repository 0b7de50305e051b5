"""Codes for the back row, and keys that the file does not tell."""

from __future__ import annotations

from collections import Counter

import pytest

from classroom import codes


def test_a_code_has_five_letters_of_which_no_two_look_alike() -> None:
    assert len(codes.LETTERS) == len(set(codes.LETTERS)) == 29
    assert not set("0O1I") & set(codes.LETTERS)
    for alike in ("2Z", "5S", "8B"):
        assert len(set(alike) & set(codes.LETTERS)) == 1
    drawn = [codes.new_code() for _ in range(2000)]
    assert all(len(code) == 5 and set(code) <= set(codes.LETTERS) for code in drawn)
    assert len(set(drawn)) > 1990
    counts = Counter("".join(drawn))
    assert set(counts) == set(codes.LETTERS) and max(counts.values()) < 2 * min(counts.values())


def test_one_code_in_twenty_million_is_found_by_a_try() -> None:
    assert len(codes.LETTERS) ** codes.LENGTH > 20_000_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("KQ7XM", "KQ7XM"),
        (" kq7xm\n", "KQ7XM"),
        ("kq7-xm", "KQ7XM"),
        ("K Q 7 X M", "KQ7XM"),
        ("258ZZ", "ZSBZZ"),
        ("0O1Il", "QQLLL"),
    ],
)
def test_a_code_is_understood_as_it_is_read_and_typed(typed: str, meant: str) -> None:
    assert codes.read_code(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "KQ7X", "KQ7XMM", "KQ7X*", "K'--;", "ÄÖÜ77", "\ud800" * 5, "k" * 10**6, None, 5]
)
def test_what_cannot_be_a_code_is_none(typed: object) -> None:
    assert codes.read_code(typed) == ""


def test_a_key_is_long_random_and_fit_for_a_link() -> None:
    keys = {codes.new_key() for _ in range(100)}
    assert len(keys) == 100
    for key in keys:
        assert len(key) >= 32 and key.replace("-", "").replace("_", "").isalnum()
        assert codes.digest(key) == codes.digest(key) and len(codes.digest(key) or b"") == 32


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "x" * 21 + "\n", "é" * 30, None, b"x" * 32])
def test_what_has_not_the_form_of_a_key_is_none(key: object) -> None:
    assert codes.digest(key) is None
