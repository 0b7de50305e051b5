"""A guess that the class votes on: what a student's page and the teacher's show of it.

:mod:`ui.guess` asks :func:`of` whether there is a vote on the question that it shows. If so, the
answer is handed in and not judged; once the teacher has revealed it, it is judged as always, and
the class's answers stand below. The field is a new one in each round: nothing that was typed
before is ever handed in by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from classroom import leading, students, votes
from classroom.classes import Teacher
from classroom.leading import Offer
from classroom.question import Answer, Question
from classroom.tally import Group
from classroom.trouble import Over, Trouble, Unkept
from classroom.votes import Ballot, Result
from ui import lessons, link
from ui.plain import plain
from ui.remembered import Remembered
from ui.room import me

#: Seconds between two looks of the teacher's page at a vote.
EVERY = 1.0
#: The longest bar, in characters.
_LONGEST = 10
_WRONG = Remembered("_room_vote_problem", "")
#: The vote on a question as it was found last.
_LAST: Remembered[Ballot | None] = Remembered("_room_ballot", None)


#: The guess of this run of the page that the class votes on, not yet revealed; "" for none.
_OPEN = Remembered("_room_open_vote", "")


# --- a student ----------------------------------------------------------------------------------


def of(name: str, turn: int) -> Ballot | None:
    """The vote of this visitor's class on this guess; None without one, or without a class."""
    seat, page = me.student(), link.page()
    if seat is None:
        return None
    last = _LAST.of(f"{page}_{name}_{turn}")
    try:
        found = votes.ballot(seat, page, name, turn)
    except Over:
        found = None
    except Unkept:  # as it was: nothing is judged that was not revealed
        found = last.get()
    last.put(found)
    if found is not None and not found.revealed:
        _OPEN.put(name)
    return found


def begin() -> None:
    """Before a page asks its guesses."""
    _OPEN.put("")


def asked_here() -> str:
    """Name of the guess of this page that the class votes on; "" without one; at a run's end."""
    return _OPEN.get()


def slot(turn: int, vote: Ballot | None) -> str:
    """What keeps the field of one question, vote and round apart from all others."""
    return str(turn) if vote is None else f"{turn}_vote{vote.vote}_{vote.round}"


def same(vote: Ballot, asked: Question | None) -> bool:
    """Whether it is this question that the class votes on; with other settings it may not be."""
    seat = me.student()
    if seat is None or asked is None:
        return False
    return me.ask(lambda: votes.matches(seat, vote.vote, asked)) is not False


def elsewhere() -> None:
    """The class votes on the question of another setting."""
    st.markdown(
        "The class votes on this question, as it is asked with other settings: the button above "
        "the page takes you there."
    )


def hand_in(vote: Ballot, given: Answer | None) -> Ballot:
    """Hand the answer in, if it is a new one; the vote as it is then."""
    seat = me.student()
    if seat is None or given is None or vote.revealed or vote.mine[vote.round - 1] == given:
        return vote
    try:
        votes.answer(seat, vote.vote, given)
    except Trouble as trouble:
        st.markdown(f"**{trouble}**")
        return vote
    mine = (given, vote.mine[1]) if vote.round == 1 else (vote.mine[0], given)
    return Ballot(vote.vote, vote.round, vote.revealed, mine)


def waiting(vote: Ballot, shown: Callable[[Answer], str]) -> None:
    """What a student sees until the reveal."""
    first, second = vote.mine
    now = first if vote.round == 1 else second
    if now is not None:
        st.markdown(
            f"Handed in: **{shown(now)}**. You can change it until your teacher reveals it."
        )
    elif vote.round == 1:
        st.markdown("The class votes on this one: answer by yourself.")
    else:
        before = "" if first is None else f" Before, you said **{shown(first)}**."
        st.markdown(f"Talk about it, then answer again.{before}")


def shares(groups: tuple[tuple[Group, ...], ...]) -> None:
    """The class's answers: a table with a bar for each, the second round beside the first."""
    st.markdown(_table(groups))


# --- the teacher --------------------------------------------------------------------------------


def question(
    name: str,
    turn: int,
    words: str,
    right: Answer,
    *,
    options: Mapping[str, str] | None = None,
    tolerance: float = 0.0,
    known: Sequence[tuple[Answer, str]] = (),
) -> Question | None:
    """The guess as a question to vote on; None outside a class, or where it cannot be one."""
    if me.teacher() is None and me.student() is None:
        return None
    try:
        return Question(
            link.page(), name, turn, words, right, options or {}, tolerance, tuple(known)
        )
    except Trouble:
        return None


def lead(asked: Question | None) -> None:
    """Below a guess, for who leads a class: call the vote, watch it, reveal it."""
    leader = me.teacher()
    if leader is None or asked is None:
        return
    where = (asked.lesson, asked.name, asked.turn)
    found = me.ask(lambda: votes.called(leader, *where))
    if said := _WRONG.take():
        st.markdown(f"**{said}**")
    if found is None:
        st.button(
            "Let the class vote",
            key=f"room_vote_{asked.name}_{asked.turn}",
            on_click=_tell,
            args=(lambda: _call(leader, asked),),
            help="Students see a button that leads to this question; no page tells right or wrong.",
        )
    else:
        _live(leader, found.vote)


@st.fragment(run_every=EVERY)
def _live(leader: Teacher, vote: int) -> None:
    found = me.ask(lambda: votes.result(leader, vote))
    if found is None:
        return
    with st.container(key=f"room_vote_live_{vote}"):
        st.markdown(f"**Vote.** {_progress(leader, found)}")
        with st.container(horizontal=True):
            _steps(leader, found)
        if found.revealed:
            shares(found.groups)
        else:
            with st.expander("What they answered (off the projector)"):
                shares(found.groups)


def _steps(leader: Teacher, found: Result) -> None:
    vote = found.vote

    def button(label: str, act: Callable[[Teacher, int], None]) -> None:
        key = f"room_vote_{act.__name__}_{vote}"
        if st.button(label, key=key):
            _tell(lambda: act(leader, vote))
            st.rerun()

    if not found.revealed and found.round == 1:
        button("Second round", votes.again)
    if not found.revealed:
        button("Reveal", votes.reveal)
    button("Drop the vote", votes.drop)


def _progress(leader: Teacher, found: Result) -> str:
    here = me.ask(lambda: students.present(leader)) or 0
    rounds = [f"{count} answered" for count in found.answered]
    told = rounds[0] if len(rounds) == 1 else f"first {rounds[0]}, then {rounds[1]}"
    return f"{told}; {here} {'student is' if here == 1 else 'students are'} here."


def _call(leader: Teacher, asked: Question) -> None:
    votes.call(leader, asked)
    title = lessons.by_slug(asked.lesson).title
    place = {**link.settings(), asked.name: str(asked.turn)}
    leading.offer(leader, Offer(asked.lesson, place, f"{title}, and votes"))


def _tell(act: Callable[[], None]) -> None:
    try:
        act()
    except Trouble as trouble:
        _WRONG.put(getattr(trouble, "teacher", str(trouble)))


# --- the table ----------------------------------------------------------------------------------


def _table(groups: tuple[tuple[Group, ...], ...]) -> str:
    """Markdown: one line for each answer, one column for each round."""
    kinds = _in_order(groups)
    most = max((group.count for one in groups for group in one), default=0)
    heads = ["Answered"] if len(groups) == 1 else ["First", "Then"]
    why = any(group.because for group in kinds)
    lines = [["Answer", *heads, *(["How one gets there"] if why else [])]]
    lines.append(["---"] * len(lines[0]))
    for kind in kinds:
        counts = [_count(one, kind) for one in groups]
        label = f"**{plain(kind.label)}** ✓" if kind.right else plain(kind.label)
        bars = [f"{'█' * round(_LONGEST * count / (most or 1))} {count}" for count in counts]
        lines.append([label, *bars, *([plain(kind.because)] if why else [])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _in_order(groups: tuple[tuple[Group, ...], ...]) -> list[Group]:
    """Every kind of answer once, in the order in which the rounds have them."""
    found = {group.label: group for one in groups for group in one}
    if all(isinstance(group.answer, float) or group.answer is None for group in found.values()):
        return sorted(found.values(), key=_place)
    return list(found.values())


def _place(group: Group) -> float:
    """Numbers in ascending order, all the others last."""
    return math.inf if group.answer is None else float(group.answer)


def _count(groups: tuple[Group, ...], kind: Group) -> int:
    return next((group.count for group in groups if group.label == kind.label), 0)
