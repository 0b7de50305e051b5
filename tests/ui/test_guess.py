"""Predict, then reveal: checked, explained, and dealt again from the link."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ui import guess


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", 3),
        (" −3 ", -3),
        ("-0.5", -0.5),
        ("2,5", 2.5),
        (".5", 0.5),
        ("1e2", 100),
        ("+4", 4),
        ("three", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
        ("--3", None),
        ("3 px", None),
        ("1e999", None),
    ],
)
def test_numbers_as_students_type_them(typed: str, value: float | None) -> None:
    assert guess.parse(typed) == value


@pytest.mark.parametrize(
    ("typed", "answer", "value"),
    [
        ("1,728", 1728, 1728),
        ("−12,000", 1728, -12000),
        ("2,500,000", 2.5, 2_500_000),
        ("1728", 1728, 1728),
        ("2,500", 2.5, 2.5),
        ("3,000", 3, 3),
        ("0,125", 1, 0.125),
        ("1,72", 1728, 1.72),
        ("1,2,3", 1728, None),
    ],
)
def test_thousands_may_be_typed_as_the_app_writes_them(
    typed: str, answer: float, value: float | None
) -> None:
    assert guess.answered(typed, answer, 0.005) == value


def test_right_answers_have_all_the_digits_of_a_whole_number() -> None:
    assert [guess._shown(v) for v in (12345, 10_000.0, -3, 0.116698)] == [
        "12,345",
        "10,000",
        "−3",
        "0.1167",
    ]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(typed: str) -> None:
    value = guess.parse(typed)
    assert value is None or value == value


def page() -> None:
    import streamlit as st

    from ui import guess, link

    link.begin("p")
    n = int(guess.deal("t_q").integers(1, 1000))
    st.session_state["n"] = n
    st.session_state["number"] = guess.number("t_q", "How many?", n, f"There are {n}.")
    st.session_state["pick"] = guess.pick(
        "t_p", "Which?", {"a": "Ah", "b": "Be"}, "b", "Because it is."
    )
    st.session_state["query"] = link.query()


def start(**params: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def answer(at: AppTest, typed: str) -> None:
    at.text_input[0].set_value(typed)
    next(b for b in at.button if b.label == "Check").click()
    at.run()
    assert not at.exception


def test_nothing_is_revealed_before_the_guess() -> None:
    at = start()
    assert "There are" not in shown(at) and "Because" not in shown(at)
    assert at.session_state["number"] is None and at.session_state["pick"] is None


def test_right_wrong_and_unreadable() -> None:
    at = start()
    n = at.session_state["n"]
    answer(at, str(n + 1))
    assert at.session_state["number"] is False
    assert f"Not {n + 1}." in shown(at) and f"There are {n}." in shown(at)
    answer(at, f" {n}.0 ")
    assert at.session_state["number"] is True and "**Yes.**" in shown(at)
    answer(at, "lots")
    assert at.session_state["number"] is None
    assert "not a number" in shown(at) and "There are" not in shown(at)


def test_picking() -> None:
    at = start()
    at.pills[0].set_value("a").run()
    assert at.session_state["pick"] is False and "Not Ah." in shown(at)
    at.pills[0].set_value("b").run()
    assert at.session_state["pick"] is True and "Because it is." in shown(at)


def test_another_deals_the_next_and_the_link_deals_the_same() -> None:
    at = start()
    first = at.session_state["n"]
    answer(at, "5")
    next(b for b in at.button if b.label == "Another").click()
    at.run()
    second = at.session_state["n"]
    assert second != first
    assert at.session_state["number"] is None, "the new question is unanswered"
    assert at.session_state["query"] == "t_q=1"
    assert start(t_q="1").session_state["n"] == second
    assert start(t_q="-4").session_state["n"] == first


def test_an_answer_that_is_no_option_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match="t_z"):
        guess.pick("t_z", "?", ["a", "b"], "c", "")
