"""The file: shared by processes, killed in mid-write, full, locked, damaged, taken away."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from classroom import classes, codes, drawings, folder, limits, polling, students, votes
from classroom.question import Question
from classroom.store import Store, from_environment
from classroom.trouble import Refused, Unkept
from tests.classroom.conftest import Lesson

ROOT = Path(__file__).parents[2]
QUESTION = Question("padding", "pa_g1", 0, "How many?", right=7)
#: What another process runs first: the file, a class's code, and a vote are its arguments.
BEGIN = """
import sys
from pathlib import Path
from classroom import codes, students, votes
from classroom.store import Store
store, code, vote = Store(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
"""


def process(work: str, path: Path, *values: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BEGIN + work, str(path), *map(str, values)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def sound(path: Path) -> bool:
    db = sqlite3.connect(path)
    try:
        return db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    finally:
        db.close()


@pytest.mark.slow
def test_two_processes_write_at_once_and_every_vote_counts_once(path: Path) -> None:
    store = Store(path)
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    vote = votes.call(teacher, QUESTION)
    work = """
for _ in range(15):
    student = students.join(store, code, codes.new_key())
    for answer in (6, 8, 7):
        votes.answer(student, vote, answer)
"""
    both = [process(work, path, begun.code, vote) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    result = votes.result(teacher, vote)
    assert result.answered == (30,)
    assert [(group.answer, group.count) for group in result.groups[0]] == [(7, 30)]


def test_two_processes_that_make_the_file_at_the_same_moment_find_one(tmp_path: Path) -> None:
    path = tmp_path / "class" / folder.FILE
    failed: list[BaseException] = []
    start = threading.Barrier(6)

    def begin() -> None:
        try:
            start.wait()
            classes.start(Store(path))
        except BaseException as error:
            failed.append(error)

    all_ = [threading.Thread(target=begin) for _ in range(6)]
    for one in all_:
        one.start()
    for one in all_:
        one.join()
    assert not failed
    with Store(path).reading() as desk:
        assert desk.count("SELECT count(*) FROM class") == 6


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_a_write_loses_nothing_committed(path: Path) -> None:
    store = Store(path)
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    vote = votes.call(teacher, QUESTION)
    work = """
import time
for _ in range(5):
    votes.answer(students.join(store, code, codes.new_key()), vote, 7)
with store.writing() as desk:
    desk.run("UPDATE answer SET value = '99'")
    desk.run("DELETE FROM student WHERE id > 2")
    print("in the middle", flush=True)
    time.sleep(60)
"""
    one = process(work, path, begun.code, vote)
    assert one.stdout is not None and one.stdout.readline() == "in the middle\n"
    one.send_signal(signal.SIGKILL)
    one.wait(10)
    one.stdout.close()
    hasty = Store(path, patience=0)  # nobody waits for the dead
    votes.answer(students.join(hasty, begun.code, codes.new_key()), vote, 7)
    groups = votes.result(teacher, vote).groups[0]
    assert [(group.answer, group.count) for group in groups] == [(7, 6)]
    assert sound(path)


@pytest.mark.slow
def test_a_process_killed_at_any_moment_has_kept_what_it_said_it_kept(path: Path) -> None:
    store = Store(path)
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    vote = votes.call(teacher, QUESTION)
    work = """
while True:
    votes.answer(students.join(store, code, codes.new_key()), vote, 7)
    print("kept", flush=True)
"""
    said = 0
    for lines in (1, 4, 9):
        one = process(work, path, begun.code, vote)
        assert one.stdout is not None
        for _ in range(lines):
            one.stdout.readline()
        one.send_signal(signal.SIGKILL)
        said += lines + len(one.stdout.read().splitlines())
        one.wait(10)
        one.stdout.close()
    answered = votes.result(teacher, vote).answered[0]
    assert said <= answered <= said + 3  # one that was kept may not have been said
    assert sound(path)


def test_what_one_process_keeps_is_there_for_all_after_another_has_closed_the_file(
    path: Path,
) -> None:
    store = Store(path)
    classes.start(store)
    with store.reading(), store.reading():  # two at the same moment: a second connection
        pass
    another = process(
        """
with store.reading() as desk:
    print(desk.count("SELECT count(*) FROM class"))
store.close()
""",
        path,
        "-",
        0,
    )
    assert another.communicate(timeout=60)[0].split() == ["1"]
    classes.start(store)
    with Store(path).reading() as desk:
        mine = desk.count("SELECT count(*) FROM class")
    another = process(
        """
with store.reading() as desk:
    print(desk.count("SELECT count(*) FROM class"))
""",
        path,
        "-",
        0,
    )
    assert another.communicate(timeout=60)[0].split() == [str(mine)] == ["2"]


def fill(student: students.Student, most: int) -> int:
    """Hand in drawings until the file takes no more."""
    for count in range(most):
        image = np.random.default_rng(count).random((28, 28))
        try:
            drawings.hand_in(student, image)
        except Unkept:
            return count
    raise AssertionError("the file took everything")


@pytest.fixture
def small(path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(limits, "DRAWINGS", 10_000)
    monkeypatch.setattr(limits, "MESSAGES", 10_000)
    return Store(path, most_bytes=200_000)


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_what_was_kept_stays(small: Store, path: Path) -> None:
    begun = classes.start(small)
    teacher = classes.lead(small, begun.key)
    student = students.join(small, begun.code, codes.new_key())
    drawings.ask(teacher, 4)
    count = fill(student, 500)
    with pytest.raises(Unkept) as caught:
        drawings.hand_in(student, np.random.default_rng(9999).random((28, 28)))
    assert str(caught.value) == (
        "The class cannot keep this just now; please try again in a moment."
    )
    full = "The class can take nothing more: there is no room left on the disk or in its file."
    assert caught.value.teacher == full
    assert polling.look(teacher).trouble == full  # though it only reads
    assert polling.look(student).trouble == ""
    assert len(drawings.handed_in(teacher)) == len(drawings.mine(student)) == count
    assert students.known(small, begun.code, codes.new_key()) is None
    classes.end(teacher)  # and there is room again
    assert classes.start(small).code and sound(path)


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_one_sentence_too(path: Path) -> None:
    """The system's own refusal, in the middle of a write, where SQLite has not foreseen it."""
    work = """
import resource
import numpy as np
from classroom import classes, drawings, limits
from classroom.trouble import Unkept
limits.DRAWINGS = limits.MESSAGES = 10_000
begun = classes.start(store)
teacher = classes.lead(store, begun.key)
student = students.join(store, begun.code, codes.new_key())
drawings.ask(teacher, 4)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
for count in range(5000):
    try:
        drawings.hand_in(student, np.random.default_rng(count).random((28, 28)))
    except Unkept as error:
        print(error.teacher)
        print(count == len(drawings.handed_in(teacher)))
        break
"""
    one = process(work, path, "-", 0)
    said, _ = one.communicate(timeout=60)
    sentence, kept = said.splitlines()
    assert sentence.startswith(("The disk failed", "The class can take nothing more"))
    assert kept == "True"


def test_a_locked_file_is_one_sentence_and_reading_goes_on(path: Path) -> None:
    store = Store(path, patience=0.05)
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    student = students.join(store, begun.code, codes.new_key())
    vote = votes.call(teacher, QUESTION)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unkept) as caught:
        votes.answer(student, vote, 7)
    assert "held by another program" in caught.value.teacher
    assert polling.look(student).news and votes.result(teacher, vote).answered == (0,)
    assert "held by another program" in polling.look(teacher).trouble
    holder.execute("ROLLBACK")
    holder.close()
    votes.answer(student, vote, 7)
    assert votes.result(teacher, vote).answered == (1,)


def test_thirty_who_meet_a_locked_file_wait_together_and_not_one_after_another(
    path: Path,
) -> None:
    store = Store(path, patience=0.5)
    classes.start(store)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began, told = time.monotonic(), []

    def write() -> None:
        try:
            classes.tidy(store)
        except Unkept as error:
            told.append(error.teacher)

    all_ = [threading.Thread(target=write) for _ in range(30)]
    for one in all_:
        one.start()
    for one in all_:
        one.join()
    holder.close()
    assert len(told) == 30 and all("held by another program" in one for one in told)
    assert time.monotonic() - began < 10  # one after another it would be fifteen seconds


def test_thirty_votes_at_the_same_moment_are_each_counted_once(path: Path) -> None:
    store = Store(path)
    begun = classes.start(store)
    teacher = classes.lead(store, begun.key)
    voters = [students.join(store, begun.code, codes.new_key()) for _ in range(30)]
    vote = votes.call(teacher, QUESTION)
    start = threading.Barrier(30)

    def answer(student: students.Student, value: int) -> None:
        start.wait()
        votes.answer(student, vote, value)

    all_ = [
        threading.Thread(target=answer, args=(student, 6 + place % 2))
        for place, student in enumerate(voters)
    ]
    for one in all_:
        one.start()
    for one in all_:
        one.join()
    groups = votes.result(teacher, vote).groups[0]
    assert [(group.answer, group.count) for group in groups] == [(6, 15), (7, 15)]


def test_a_writer_waits_for_another(path: Path) -> None:
    store = Store(path)
    begun = classes.start(store)
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    soon = threading.Timer(0.1, holder.execute, ["COMMIT"])
    soon.start()
    assert students.join(store, begun.code, codes.new_key()).code == begun.code
    soon.join()
    holder.close()


def test_a_teacher_learns_of_a_file_that_takes_nothing_though_nobody_sends(lesson: Lesson) -> None:
    polling.look(lesson.teacher)
    lesson.store.close()
    lesson.store._patience = 0.05
    lesson.store._tried = -1e9
    lesson.machine.wait(60)
    holder = sqlite3.connect(lesson.store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "held by another program" in polling.look(lesson.teacher).trouble
    holder.close()


@pytest.mark.parametrize("content", [b"no database at all, by no means " * 200, b"SQLite format 3"])
def test_a_damaged_file_is_one_sentence(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    with pytest.raises(Unkept, match="cannot keep") as caught:
        classes.start(Store(path))
    assert "damaged" in caught.value.teacher and str(path) not in caught.value.teacher


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unkept) as caught:
        classes.start(Store(tmp_path / "file" / "class" / folder.FILE))
    assert "cannot be written" in caught.value.teacher


def test_a_folder_that_others_may_write_in_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class").chmod(0o777)
    with pytest.raises(Unkept):
        classes.start(Store(tmp_path / "class" / folder.FILE))


def test_the_file_and_its_folder_are_this_user_s_alone(lesson: Lesson) -> None:
    path = lesson.store.path
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}


def test_a_file_that_was_taken_away_is_a_class_that_is_over(lesson: Lesson) -> None:
    for one in lesson.store.path.parent.iterdir():
        one.unlink()
    with pytest.raises(ValueError, match="over"):
        polling.look(lesson.teacher)
    begun = classes.start(lesson.store)
    other = Store(lesson.store.path, instant=lesson.machine)
    assert classes.lead(other, begun.key).code == begun.code


def test_an_error_inside_undoes_all_of_it_and_the_next_one_works(lesson: Lesson) -> None:
    class Stopped(BaseException):
        pass

    for error in (Refused("no"), Stopped(), sqlite3.ProgrammingError("a fault of ours")):
        with pytest.raises(type(error)), lesson.store.writing() as desk:
            desk.run("DELETE FROM class")
            raise error
        assert classes.lead(lesson.store, lesson.key) == lesson.teacher


def test_what_was_deleted_cannot_be_found_in_any_file(lesson: Lesson) -> None:
    student = lesson.another()
    drawings.ask(lesson.teacher, 4)
    image = np.zeros((28, 28))
    image[::2] = np.linspace(0, 1, 28)
    drawings.hand_in(student, image)
    trace = drawings.picture(image).tobytes()
    files = [one for one in lesson.store.path.parent.iterdir() if one.suffix != ".sqlite3-shm"]
    assert any(trace in one.read_bytes() for one in files)
    classes.end(lesson.teacher)
    assert not any(trace in one.read_bytes() for one in files if one.exists())


def test_files_of_another_release_go_when_they_are_old(lesson: Lesson) -> None:
    old, new = (lesson.store.path.with_name(f"class-{n}.sqlite3") for n in (0, 7))
    for one, age in ((old, limits.LIFETIME + 60), (new, 60)):
        one.write_bytes(b"")
        os.utime(one, (time.time() - age,) * 2)
    classes.end(lesson.teacher)
    assert not old.exists() and new.exists() and lesson.store.path.exists()


def test_the_environment_says_where_the_file_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path))
    store = from_environment()
    assert store is not None and store.path == tmp_path / folder.FILE
    monkeypatch.setenv(folder.VARIABLE, "off")
    assert from_environment() is None
    monkeypatch.delenv(folder.VARIABLE)
    store = from_environment()
    assert store is not None and store.path.parts[-2:] == ("class", folder.FILE)
