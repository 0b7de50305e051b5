"""Runs on the shelf: found again by another process, bounded, and by their key alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cnn.data.recipes import load_recipe
from cnn.learn.state import Budget
from cnn.learn.training import advance
from jobs import shelf as shelves
from jobs.keeper import Keeper
from jobs.shelf import Shelf
from tests.jobs.running import RECIPE, fresh


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_run_is_found_by_another_process(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    keeper = Keeper(Shelf(folder))
    state = advance(fresh(), load_recipe(RECIPE), Budget(steps=7))
    keeper.keep("secret", state, RECIPE)
    keeper.flush()
    asked = (
        "import sys; from pathlib import Path; from jobs.keeper import Keeper; "
        "from jobs.shelf import Shelf; found = Keeper(Shelf(Path(sys.argv[1]))).find('secret'); "
        "print(found[0].step, found[0].history.loss == eval(sys.argv[2]), found[1].count)"
    )
    command = [sys.executable, "-c", asked, str(folder), repr(state.history.loss)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["7", "True", "300"]


def test_a_key_finds_its_own_run_and_the_folder_tells_no_key(tmp_path: Path) -> None:
    keeper = Keeper(Shelf(tmp_path / "runs"))
    keeper.keep("secret", fresh(), RECIPE)
    keeper.flush()
    for other in ("", "secre", "secret ", "../secret", "\x00", "é" * 300, "\ud800"):
        assert keeper.find(other) is None
    assert not [name for name in files(tmp_path / "runs") if "secret" in name]
    keeper.drop("secret")
    assert keeper.find("secret") is None
    assert files(tmp_path / "runs") == []


def test_the_newest_state_counts_and_one_at_rest_is_written_at_once(tmp_path: Path) -> None:
    keeper = Keeper(Shelf(tmp_path / "runs"), every=3600)
    data = load_recipe(RECIPE)
    state = fresh()
    for _ in range(3):
        state = advance(state, data, Budget(steps=1))
        keeper.keep("a", state, RECIPE)
    found = keeper.find("a")
    assert found is not None and found[0].step == 3  # whether it is written yet or not
    keeper.keep("a", advance(state, data, Budget(steps=1)), RECIPE, at_rest=True)
    with keeper._changed:
        assert keeper._changed.wait_for(lambda: not keeper._waiting and not keeper._writing, 20)
    again = Keeper(Shelf(tmp_path / "runs")).find("a")
    assert again is not None and again[0].step == 4


def test_the_shelf_is_bounded_in_number_size_and_age(tmp_path: Path) -> None:
    now = [1e9]
    shelf = Shelf(tmp_path, most_files=5, most_bytes=1000, oldest=60, clock=lambda: now[0])
    for i in range(9):
        now[0] += 1
        shelf.put(str(i), b"x" * 100)
    assert [shelf.get(str(i)) is not None for i in range(9)] == [False] * 4 + [True] * 5
    assert not shelf.put("large", b"x" * 2000)
    now[0] += 1
    shelf.put("half", b"x" * 700)
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) <= 1000
    assert shelf.get("half") is not None
    now[0] += 61
    assert shelf.get("half") is None
    shelf.put("new", b"x")
    assert len(files(tmp_path)) == 1


def test_what_a_broken_off_writing_left_goes_and_other_files_stay(tmp_path: Path) -> None:
    now = [1e9]
    shelf = Shelf(tmp_path, clock=lambda: now[0])
    (tmp_path / "half.1234.part").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("mine")
    for name in ("half.1234.part", "notes.txt"):
        os.utime(tmp_path / name, (1e9 - 9e6, 1e9 - 9e6))
    shelf.put("a", b"run")
    assert "notes.txt" in files(tmp_path) and "half.1234.part" not in files(tmp_path)


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path) -> None:
    ours = Shelf(tmp_path / "a" / "runs")
    assert ours.put("k", b"run")
    assert (tmp_path / "a" / "runs").stat().st_mode & 0o777 == 0o700
    (tmp_path / "a" / "runs").chmod(0o777)
    assert ours.get("k") is None and not ours.put("k", b"run")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    assert not Shelf(tmp_path / "link").put("k", b"run")


def test_a_damaged_file_and_a_folder_that_cannot_be_are_runs_that_are_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    shelf.put("a", b"no run at all")
    assert Keeper(shelf).find("a") is None
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert not Shelf(blocked).put("a", b"x")
    assert not Shelf(blocked / "under").put("a", b"x")
    assert Shelf(blocked / "under").get("a") is None


def test_the_one_who_starts_the_app_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(shelves.VARIABLE, str(tmp_path / "there"))
    found = shelves.from_environment()
    assert found is not None and found.folder == tmp_path / "there"
    monkeypatch.setenv(shelves.VARIABLE, "off")
    assert shelves.from_environment() is None
    monkeypatch.delenv(shelves.VARIABLE)
    assert shelves.from_environment() is not None


def test_what_was_trained_on_a_class_s_drawings_is_not_kept(tmp_path: Path) -> None:
    keeper = Keeper(Shelf(tmp_path / "runs"))
    theirs = replace(RECIPE, source="class")
    keeper.keep("theirs", fresh(), theirs)
    keeper.keep_beside("theirs", {"one": (fresh(), theirs)})
    keeper.keep_beside("mine", {"one": (fresh(), theirs), "two": (fresh(), RECIPE)})
    keeper.flush()
    assert keeper.find("theirs") is None and keeper.find_beside("theirs") == {}
    assert list(keeper.find_beside("mine")) == ["two"]
