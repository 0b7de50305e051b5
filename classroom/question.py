"""A question that the class votes on: what is asked, what is right, what leads to wrong answers.

It is a plain value that the teacher's page makes of a lesson's guess. An answer is a number where
the question has no options, and otherwise the name of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from classroom import checks, limits
from classroom.trouble import Refused

Answer = float | str


@dataclass(frozen=True)
class Question:
    """One guess of one lesson, as it was dealt.

    Attributes:
        lesson: The lesson's slug.
        name: The guess's name on its page.
        turn: Which of its questions was dealt.
        words: What is asked.
        right: The right answer.
        options: name → label; none if a number is asked for.
        tolerance: How far off a number still counts as right.
        known: Wrong answers, each with what leads to it.

    Raises:
        Refused: Something in it is not what it should be.
    """

    lesson: str
    name: str
    turn: int
    words: str
    right: Answer
    options: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.005
    known: tuple[tuple[Answer, str], ...] = ()

    def __post_init__(self) -> None:
        checks.slug(self.lesson)
        checks.name(self.name, "The question")
        checks.whole(self.turn, "The turn", hi=999_999)
        line = checks.text(self.words, "The question", 4 * limits.SENTENCE)
        object.__setattr__(self, "words", line)
        object.__setattr__(self, "options", _options(self.options))
        tolerance = checks.number(self.tolerance, "The tolerance")
        object.__setattr__(self, "tolerance", abs(tolerance))
        object.__setattr__(self, "right", self.answer(self.right))
        if not isinstance(self.known, tuple | list) or len(self.known) > limits.KNOWN:
            raise Refused(f"The known answers must be pairs, at most {limits.KNOWN}.")
        known = tuple(self._pair(one) for one in self.known)
        object.__setattr__(self, "known", known)

    def answer(self, value: object) -> Answer:
        """What was sent, as an answer to this question.

        Raises:
            Refused: It is none of the options, or no number.
        """
        if not self.options:
            return checks.number(value, "The answer")
        if not isinstance(value, str) or value not in self.options:
            raise Refused("The answer is none of the options.")
        return value

    def same(self, one: Answer, other: Answer) -> bool:
        """Whether two answers count as the same."""
        if isinstance(one, str) or isinstance(other, str):
            return one == other
        return abs(one - other) <= self.tolerance

    def label(self, answer: Answer) -> str:
        """The answer as it is shown: an option's label, a number as in 1,728 or −0.5."""
        if isinstance(answer, str):
            return self.options.get(answer) or answer
        return f"{answer:,.10g}".replace("-", "−")

    def because(self, answer: Answer) -> str:
        """What leads to a wrong answer, where that is known; else ""."""
        return next((why for value, why in self.known if self.same(answer, value)), "")

    def as_json(self) -> dict[str, object]:
        """What :func:`from_json` reads back."""
        return {
            "lesson": self.lesson,
            "name": self.name,
            "turn": self.turn,
            "words": self.words,
            "right": self.right,
            "options": dict(self.options),
            "tolerance": self.tolerance,
            "known": [list(pair) for pair in self.known],
        }

    def _pair(self, pair: object) -> tuple[Answer, str]:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise Refused("A known answer is a pair: the answer, and what leads to it.")
        return self.answer(pair[0]), checks.text(pair[1], "The reason", limits.SENTENCE)


def from_json(value: object) -> Question:
    """The question that the file holds.

    Raises:
        Refused: It is none.
    """
    known = {"lesson", "name", "turn", "words", "right", "options", "tolerance", "known"}
    found = dict(checks.fields(value, known, "The question"))
    if not {"lesson", "name", "turn", "words", "right"} <= set(found):
        raise Refused("The question is not complete.")
    return Question(**found)  # type: ignore[arg-type]  # it looks at everything itself


def _options(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > limits.OPTIONS:
        raise Refused(f"The options must be pairs, at most {limits.OPTIONS}.")
    return {
        checks.text(name, "An option", limits.LABEL, empty=False): checks.text(
            label, "An option", limits.LABEL
        )
        for name, label in value.items()
    }
