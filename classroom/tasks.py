"""A task: a lesson set up by the teacher, with what students may turn, see, and are to do.

A task is a plain value. It travels in a link (as JSON that the link packs), and it can be given to
the class; then it holds for everybody in it, whatever their address says. What is locked or hidden
has the task's value, or the lesson's own where the task says none; :meth:`Task.holds` tells, and
whoever reads settings asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from classroom import checks, limits, posted
from classroom.classes import Teacher
from classroom.students import Student
from classroom.trouble import Refused

#: What a lesson's dealt questions and numbers can be dealt from.
SEEDS = 999_999


@dataclass(frozen=True)
class Task:
    """A lesson, set up.

    Attributes:
        lesson: Its slug.
        settings: name → text, as the link has them.
        locked: Names of the controls that are shown, and cannot be turned.
        hidden: Names of the controls that are not shown.
        seed: What is dealt from; None leaves each lesson its own.
        sentence: What to do; it is shown as it stands.

    Raises:
        Refused: Something in it is not what it should be.
    """

    lesson: str
    settings: Mapping[str, str] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    seed: int | None = None
    sentence: str = ""

    def __post_init__(self) -> None:
        checks.slug(self.lesson)
        object.__setattr__(self, "settings", checks.settings(self.settings))
        for attribute in ("locked", "hidden"):
            object.__setattr__(self, attribute, _names(getattr(self, attribute)))
        if self.seed is not None:
            checks.whole(self.seed, "The seed", hi=SEEDS)
        line = checks.text(self.sentence, "The sentence", limits.SENTENCE)
        object.__setattr__(self, "sentence", line)

    def holds(self, lesson: str, name: str) -> bool:
        """Whether a student cannot set this control of this lesson."""
        return lesson == self.lesson and (name in self.locked or name in self.hidden)

    def shows(self, lesson: str, name: str) -> bool:
        """Whether a student sees this control of this lesson."""
        return lesson != self.lesson or name not in self.hidden

    def as_json(self) -> dict[str, object]:
        """What :func:`from_json` reads back; without what is empty, so that links are short."""
        plain: dict[str, object] = {"lesson": self.lesson}
        if self.settings:
            plain["settings"] = dict(self.settings)
        plain |= {key: sorted(names) for key, names in self._held() if names}
        if self.seed is not None:
            plain["seed"] = self.seed
        return plain | ({"sentence": self.sentence} if self.sentence else {})

    def _held(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return ("locked", self.locked), ("hidden", self.hidden)


def from_json(value: object) -> Task:
    """The task that a link or the file holds.

    Raises:
        Refused: It is none.
    """
    known = {"lesson", "settings", "locked", "hidden", "seed", "sentence"}
    found = dict(checks.fields(value, known, "The task"))
    if not isinstance(found.get("lesson"), str):
        raise Refused("The task names no lesson.")
    return Task(**found)  # type: ignore[arg-type]  # it looks at everything itself


def give(teacher: Teacher, task: Task) -> None:
    """From now on this is what the class is to do.

    Raises:
        Over: The class is over.
        Refused: The task is too long.
        Unkept: The file does not take it.
    """
    posted.post(teacher, "task", task.as_json())


def withdraw(teacher: Teacher) -> None:
    """The class has no task any more: everything can be turned again.

    Raises:
        Over: The class is over.
        Unkept: The file does not take it.
    """
    posted.post(teacher, "task", None)


def given(who: Teacher | Student) -> Task | None:
    """The class's present task.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    found = posted.read(who, "task")
    return None if found is None else from_json(found)


def _names(value: object) -> frozenset[str]:
    if not isinstance(value, frozenset | set | list | tuple) or len(value) > limits.SETTINGS:
        raise Refused("The names of controls cannot be read.")
    return frozenset(checks.name(one, "A control") for one in value)
