"""The server deletes classes that are over, at its start and while it runs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from classroom import classes, folder, limits
from classroom.store import Store
from tests.ui.asking import aside
from ui.serving import keeping


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    return Store(tmp_path / "class" / folder.FILE)


def left(store: Store) -> int:
    with store.reading() as desk:
        return desk.count("SELECT count(*) FROM class")


def test_a_class_that_is_over_is_deleted_and_another_is_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes.start(store)
    keeping.tidy()
    assert left(store) == 1
    monkeypatch.setattr(limits, "LIFETIME", 0.0)
    keeping.tidy()
    assert left(store) == 0


def test_no_file_is_made_where_there_was_no_class(store: Store) -> None:
    keeping.tidy()
    assert not store.path.parent.exists()


def test_a_damaged_file_does_not_end_the_server(store: Store) -> None:
    classes.start(store)
    store.close()
    store.path.write_bytes(b"no database" * 1000)
    keeping.tidy()


def test_it_looks_again_while_the_server_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    monkeypatch.setattr(keeping, "tidy", lambda: looks.append(time.monotonic()))

    async def serve() -> None:
        async with keeping.deleting(0.001), asyncio.timeout(20):
            while len(looks) < 3:
                await asyncio.sleep(0.001)

    aside(serve())
    assert len(looks) >= 3
