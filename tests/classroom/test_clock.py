"""Clocks that jump, machines that start anew: a class lives as long as it should."""

from __future__ import annotations

import time

import pytest

from classroom import classes, limits
from classroom.clock import Instant, elapsed, instant
from classroom.store import Store
from classroom.trouble import Over
from tests.classroom.conftest import Lesson, Machine

DAY = 86_400.0


def lives(lesson: Lesson) -> bool:
    try:
        classes.lead(lesson.store, lesson.key)
    except Over:
        return False
    return True


def hours_left(lesson: Lesson) -> float:
    """Until the class ends by itself."""
    with lesson.store.reading() as desk:
        return (classes.require(desk, lesson.teacher.room) + limits.LIFETIME - desk.now) / 3600


def test_this_machine_tells_the_time() -> None:
    before = instant()
    time.sleep(0.002)
    assert 0.001 < elapsed(before, instant()) < 60


def test_a_class_is_over_after_its_time_and_not_before(lesson: Lesson) -> None:
    lesson.machine.wait(limits.LIFETIME - 1)
    assert lives(lesson) and hours_left(lesson) == pytest.approx(1 / 3600)
    lesson.machine.wait(1)
    assert not lives(lesson)


def test_a_clock_that_jumps_ahead_ends_no_lesson(lesson: Lesson) -> None:
    lesson.machine.turn_the_clock(2000 * DAY)
    classes.tidy(lesson.store)
    assert lives(lesson)
    lesson.machine.wait(limits.LIFETIME)
    assert not lives(lesson)


def test_a_clock_that_is_turned_back_keeps_no_class_longer(lesson: Lesson) -> None:
    lesson.machine.turn_the_clock(-2000 * DAY)
    classes.tidy(lesson.store)
    lesson.machine.wait(limits.LIFETIME)
    assert not lives(lesson)


def test_a_class_outlives_a_machine_that_starts_anew_and_ages_meanwhile(lesson: Lesson) -> None:
    lesson.machine.start_anew("second", off_for=3600)
    assert hours_left(lesson) == pytest.approx(11)
    classes.tidy(lesson.store)  # from here on the new run counts
    lesson.machine.turn_the_clock(500 * DAY)
    lesson.machine.wait(3600)
    assert hours_left(lesson) == pytest.approx(10)


def test_a_machine_that_was_off_overnight_has_no_class_left(lesson: Lesson) -> None:
    lesson.machine.start_anew("second", off_for=DAY)
    assert not lives(lesson)


def test_a_machine_whose_clock_starts_in_the_past_keeps_the_class(lesson: Lesson) -> None:
    lesson.machine.start_anew("second", off_for=-9000 * DAY)
    classes.tidy(lesson.store)
    assert hours_left(lesson) == pytest.approx(12)


def test_the_reading_never_goes_back(store: Store, machine: Machine) -> None:
    readings = []
    for seconds in (0, -500, 1e6, -1e6, 3):
        machine.turn_the_clock(seconds)
        machine.wait(11)
        with store.writing() as desk:
            readings.append(desk.now)
    assert readings == sorted(readings)
    assert readings[-1] - readings[0] == pytest.approx(44)


def test_where_a_run_has_no_name_the_longer_opinion_counts() -> None:
    before = Instant("", 100.0, 1000.0)
    assert elapsed(before, Instant("", 160.0, 1010.0)) == 60
    assert elapsed(before, Instant("", 5.0, 5000.0)) == 4000
    assert elapsed(before, Instant("", 5.0, 500.0)) == 0
