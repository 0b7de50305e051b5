"""Predict, then reveal: a question, the student's answer, the check, the reason.

Questions are dealt from a number in the link, so that a link deals the same one to a whole
class; "Another" deals the next. Only after an answer is the reason shown. Where a class votes on a
question (:mod:`ui.room.ballot`), only after the teacher's reveal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from classroom.question import Answer, Question
from classroom.votes import Ballot
from ui import browser_state, codecs, figures, link
from ui.boxes import box
from ui.plain import plain
from ui.questions import PictureQuestion
from ui.remembered import Remembered
from ui.room import ballot

_PICTURE = 128  # pixels: four abreast in half the page, two on a phone
_DEAL = codecs.integer(0, 999_999)
#: Hears of every guess that is asked, where a page is run without a visitor
#: (:mod:`ui.tours.rehearsal`): its name, words, answer, reason, options.
listener: Callable[[str, str, str, str, Sequence[str]], None] | None = None
#: What :func:`given` has told the page in this run.
_TOLD: Remembered[float | None] = Remembered("_guess_given", None)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
#: A thousand and more as the app writes it; it may be a decimal comma as well.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


def deal(name: str) -> np.random.Generator:
    """The random numbers of the present question, from the link; make the question with them."""
    seed = link.dealt_from()
    given = [] if seed is None else [seed]
    return np.random.default_rng([_turn(name), *given, *name.encode()])


def turn(name: str) -> int:
    """How often another question has been asked for: 0 at first."""
    return _turn(name)


def _turn(name: str) -> int:
    return link.get(name, 0, _DEAL, label=f"Which question is dealt ({name})")


def _next(name: str) -> None:
    link.put(name, _turn(name) + 1, _DEAL)


def given(name: str) -> float | None:
    """The number that was answered to the present question of :func:`number`, before it is drawn.

    For a page that hides something until the student has committed to a guess. While the class
    votes on it, it is not given before the teacher reveals it.
    """
    vote = ballot.of(name, _turn(name))
    found = parse(_typed(name, vote))
    _TOLD.of(name).put(found)
    if vote is None:
        return found
    if not vote.revealed:
        return None
    return float(vote.last or 0)  # who did not answer sees it now, too


def secret(*names: str) -> bool:
    """Whether the class votes on one of these guesses, and the teacher has not revealed it yet."""
    return any(not vote.revealed for vote in _votes(names))


def voted(*names: str) -> bool:
    """Whether the class votes on one of these guesses, or has voted: no switch puts it away."""
    return bool(_votes(names))


def _votes(names: Sequence[str]) -> list[Ballot]:
    found = [ballot.of(name, _turn(name)) for name in names]
    return [vote for vote in found if vote is not None]


def _another(name: str) -> dict[str, Any]:
    """What the button that deals the next question is; a task may hold the present one."""
    return {
        "key": f"{name}_another",
        "type": "tertiary",
        "on_click": _next,
        "args": (name,),
        "disabled": link.held(name),
    }


def _typed(name: str, vote: Ballot | None) -> str:
    return str(browser_state.value(f"{name}_answer_{ballot.slot(_turn(name), vote)}") or "")


def parse(text: str) -> float | None:
    """What a student types as a number: "−3", "3,5", " 12 "; ``None`` if it is none."""
    bare = _bare(text)
    if not _NUMBER.fullmatch(bare):
        return _grouped(text)
    value = float(bare.replace(",", "."))
    return value if math.isfinite(value) else None


def _bare(text: str) -> str:
    return text.strip().replace("−", "-").replace(" ", "")


def _grouped(text: str) -> float | None:
    """The number whose thousands are set off by commas, as in "1,728"; ``None`` if none are."""
    bare = _bare(text)
    return float(bare.replace(",", "")) if _GROUPED.fullmatch(bare) else None


def answered(text: str, answer: float, tolerance: float) -> float | None:
    """What a student typed to a question with this answer.

    "1,728" is 1728 where a whole number is asked for, unless a decimal comma makes it right.
    """
    value, whole = parse(text), _grouped(text)
    if value is None or whole is None or abs(value - answer) <= tolerance:
        return value
    return whole if float(answer).is_integer() else value


def number(
    name: str,
    question: str,
    answer: float,
    explain: str,
    *,
    tolerance: float = 0.005,
    known: Sequence[tuple[float, str]] = (),
) -> bool | None:
    """A question whose answer is typed as a number.

    Args:
        name: Short and unique to the page; the same as given to :func:`deal`.
        question: What is asked (Markdown).
        answer: The right number, computed with ``cnn``.
        explain: Shown after the answer, right or wrong, with the numbers (Markdown).
        tolerance: How far off still counts as right.
        known: Wrong answers with what leads to each, for the teacher's histogram.

    Returns:
        Whether the present answer is right; ``None`` while there is none.
    """
    turn = _turn(name)
    vote = ballot.of(name, turn)
    slot = ballot.slot(turn, vote)
    asked = ballot.question(name, turn, question, answer, tolerance=tolerance, known=known)
    if listener is not None:
        listener(name, question, _shown(answer), explain, ())
    over = vote is not None and vote.revealed
    with st.container(key=f"guess_{name}"):
        st.markdown(f"**Guess.** {question}")
        with st.form(f"{name}_form_{slot}", border=False), st.container(horizontal=True):
            typed = st.text_input(
                "Your answer",
                key=f"{name}_answer_{slot}",
                label_visibility="collapsed",
                placeholder="Your answer",
                width=160,
                disabled=over,
            )
            go = "Check" if vote is None else "Hand in"
            st.form_submit_button(go, key=f"{name}_check_{slot}", disabled=over)
            st.form_submit_button("Another", **_another(name))
        if vote is None or asked is None:
            result = _judge_number(typed, answer, tolerance, explain)
        else:
            result = _voted(vote, asked, _number(typed, answer, tolerance), explain)
        ballot.lead(asked)
    # After a restart of the server it is the drawn field that brings the answer back.
    told = _TOLD.of(name)
    if told.known and told.take() != parse(typed):
        st.rerun()
    return result


def _shown(answer: float) -> str:
    """A right answer, to as many digits as anybody would type; all of those of a whole number."""
    shown = f"{int(answer):,}" if float(answer).is_integer() else f"{answer:.4g}"
    return shown.replace("-", "−")


def _number(typed: str, answer: float, tolerance: float) -> float | None:
    """The number that was typed; says so where it is none."""
    found = answered(typed, answer, tolerance)
    if found is None and typed.strip():
        st.markdown(f"“{plain(typed[:40])}” is not a number; write one like −3 or 2.5.")
    return found


def _voted(vote: Ballot, asked: Question, given: Answer | None, explain: str) -> bool | None:
    """Hand the answer in; judge it once the teacher has revealed the vote."""
    if not ballot.same(vote, asked):
        ballot.elsewhere()
        return None

    def shown(answer: Answer) -> str:
        return plain(asked.label(answer))

    vote = ballot.hand_in(vote, given)
    if not vote.revealed:
        ballot.waiting(vote, shown)
        return None
    if vote.last is None:
        st.markdown(f"**{shown(asked.right)}.** {explain}")
    else:
        _reveal(asked.same(vote.last, asked.right), shown(vote.last), explain)
    ballot.shares(vote.class_)
    return None if vote.last is None else asked.same(vote.last, asked.right)


def _judge_number(typed: str, answer: float, tolerance: float, explain: str) -> bool | None:
    given = _number(typed, answer, tolerance)
    if given is None:
        return None
    right = abs(given - answer) <= tolerance
    _reveal(right, plain(typed), explain)
    return right


def pick(
    name: str,
    question: str,
    options: Mapping[str, str] | Sequence[str],
    answer: str,
    explain: str,
    *,
    pictures: Sequence[np.ndarray] | None = None,
    known: Mapping[str, str] | None = None,
) -> bool | None:
    """A question whose answer is one of a few options.

    Args:
        name: Short and unique to the page; the same as given to :func:`deal`.
        question: What is asked (Markdown).
        options: Names, or name → label.
        answer: The name of the right one.
        explain: Shown after the answer, right or wrong (Markdown).
        pictures: One uint8 array (H, W) or (H, W, 3) for each option, shown above it.
        known: Name of a wrong option → what it is, for the teacher's histogram.

    Returns:
        Whether the present answer is right; ``None`` while there is none.
    """
    labels = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
    if answer not in labels:
        raise ValueError(f"guess {name!r}: answer {answer!r} is none of {list(labels)}")
    turn = _turn(name)
    vote = ballot.of(name, turn)
    why = tuple((known or {}).items())
    asked = ballot.question(name, turn, question, answer, options=labels, known=why)
    if listener is not None:
        listener(name, question, labels[answer], explain, list(labels.values()))
    with st.container(key=f"guess_{name}"):
        st.markdown(f"**Guess.** {question}")
        if pictures is not None:
            with st.container(key=f"pictures_{name}", horizontal=True):
                for picture, label in zip(pictures, labels.values(), strict=True):
                    figures.image(picture, caption=label, width=_PICTURE, alt=f"Picture {label}")
        with st.container(horizontal=True, vertical_alignment="center"):
            chosen = st.pills(
                "Your answer",
                list(labels),
                format_func=lambda option: labels[option],
                key=f"{name}_pick_{ballot.slot(turn, vote)}",
                label_visibility="collapsed",
                disabled=vote is not None and vote.revealed,
                wrap=True,
            )
            st.button("Another", **_another(name))
        if vote is not None and asked is not None:
            result = _voted(vote, asked, chosen, explain)
        else:
            result = None if chosen is None else chosen == answer
            if chosen is not None:
                _reveal(chosen == answer, labels[chosen], explain)
        ballot.lead(asked)
    return result


def picture(name: str, asked: PictureQuestion) -> bool | None:
    """The same as :func:`pick`, of a question that holds its pictures, each uint8."""
    return pick(
        name,
        asked.words,
        asked.options,
        asked.answer,
        asked.explain,
        pictures=asked.pictures,
        known=asked.known,
    )


def _reveal(right: bool, given: str, explain: str) -> None:
    verdict = "**Yes.**" if right else f"**Not {given}.**"
    with box(f"verdict_{'right' if right else 'wrong'}", explain):
        st.markdown(f"{verdict} {explain}")
