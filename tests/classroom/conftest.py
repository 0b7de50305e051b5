"""A class in a file of its own, under a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from classroom import classes, codes, students
from classroom.classes import Teacher
from classroom.clock import Instant
from classroom.folder import FILE
from classroom.store import Store
from classroom.students import Student


@dataclass
class Machine:
    """A machine's counter and the clock on its wall."""

    moment: Instant = field(default_factory=lambda: Instant("first", 1000.0, 1.7e9))

    def __call__(self) -> Instant:
        return self.moment

    def wait(self, seconds: float) -> None:
        now = self.moment
        self.moment = Instant(now.boot, now.ticks + seconds, now.wall + seconds)

    def turn_the_clock(self, seconds: float) -> None:
        self.moment = replace(self.moment, wall=self.moment.wall + seconds)

    def start_anew(self, boot: str, off_for: float) -> None:
        self.moment = Instant(boot, 20.0, self.moment.wall + off_for)


@dataclass
class Lesson:
    """A class with what a test wants to do with it."""

    store: Store
    machine: Machine
    key: str
    teacher: Teacher
    another: Callable[[], Student]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "class" / FILE


@pytest.fixture
def store(path: Path, machine: Machine) -> Iterator[Store]:
    made = Store(path, instant=machine)
    yield made
    made.close()


@pytest.fixture
def lesson(store: Store, machine: Machine) -> Lesson:
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    return Lesson(
        store,
        machine,
        begun.key,
        teacher,
        lambda: students.join(store, begun.code, codes.new_key()),
    )
