"""The class's answers, counted: what the histogram shows.

Numbers are grouped: those that count as right together, those with a known reason together, the
rest by equal value, to the decimals that the question tells apart. Where there are very many
different ones, the rare wrong ones without a reason are one group, "others".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from classroom.question import Answer, Question

#: Groups of a histogram that the back row can read.
GROUPS = 12


@dataclass(frozen=True)
class Group:
    """Answers that count as one.

    Attributes:
        answer: Of the group; None for all the others.
        label: As it is shown.
        count: How many gave it.
        right: Whether it is right.
        because: What leads to it, where that is known.
    """

    answer: Answer | None
    label: str
    count: int
    right: bool = False
    because: str = ""


def tally(question: Question, answers: Sequence[Answer]) -> tuple[Group, ...]:
    """Group and count.

    Options come in their own order, chosen or not; numbers in ascending order, then the others. The
    right number is among them, whether or not anybody gave it.
    """
    if question.options:
        chosen = Counter(answers)
        found = [_group(question, name, chosen[name]) for name in question.options]
        return tuple(found)
    counted = Counter(_stands_for(question, float(one)) for one in answers)
    if counted:
        counted[question.right] += 0
    groups = [_group(question, value, count) for value, count in counted.items()]
    kept, rest = _most_telling(groups)
    kept.sort(key=lambda group: float(group.answer or 0))
    return (*kept, Group(None, "others", rest)) if rest else tuple(kept)


def _group(question: Question, answer: Answer, count: int) -> Group:
    right = question.same(answer, question.right)
    because = "" if right else question.because(answer)
    return Group(answer, question.label(answer), count, right, because)


def _stands_for(question: Question, answer: float) -> Answer:
    """The answer that this one counts as."""
    named = [question.right, *(value for value, _ in question.known)]
    for value in named:
        if question.same(answer, value):
            return value
    return round(answer, _decimals(question.tolerance)) + 0.0


def _decimals(tolerance: float) -> int:
    """Decimals after which numbers that far apart are the same: 2 for 0.005."""
    return 10 if tolerance <= 0 else min(10, max(0, -math.floor(math.log10(2 * tolerance))))


def _most_telling(groups: list[Group]) -> tuple[list[Group], int]:
    """At most ``GROUPS`` of them, and how many answers are in none of these."""
    if len(groups) <= GROUPS:
        return groups, 0
    groups = sorted(groups, key=lambda g: (g.right, bool(g.because), g.count), reverse=True)
    return groups[: GROUPS - 1], sum(group.count for group in groups[GROUPS - 1 :])
