"""Files that students bring are kept by what they hold: shared, bounded, and gone when too old."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cnn.data.brought.found import Found, to_bytes
from jobs.shelf import Shelf
from jobs.stash import Stash


def found(seed: int) -> Found:
    images = np.random.default_rng(seed).integers(0, 256, (20, 1, 28, 28)).astype(np.uint8)
    return Found(images, np.arange(20) % 2, ("a", "b"), "NumPy file", "x.npz")


def test_two_who_bring_the_same_share_one_copy(tmp_path: Path) -> None:
    stash = Stash(Shelf(tmp_path / "files"))
    first, second = stash.put(to_bytes(found(1))), stash.put(to_bytes(found(1)))
    assert first == second and len(list((tmp_path / "files").iterdir())) == 1
    back = stash.found(first)
    assert back is not None
    np.testing.assert_array_equal(back.images, found(1).images)
    assert stash.shared(first)


def test_another_process_finds_it_and_no_path_is_a_digest(tmp_path: Path) -> None:
    digest = Stash(Shelf(tmp_path)).put(to_bytes(found(1)))
    worker = Stash(Shelf(tmp_path))
    assert worker.found(digest) is not None
    (tmp_path / "secret").write_bytes(to_bytes(found(2)))
    for wrong in ("../secret", "secret", "", digest[:-1], digest.upper(), f"{digest}/"):
        assert worker.found(wrong) is None


def test_the_oldest_go_and_what_is_used_stays(tmp_path: Path) -> None:
    now = [0.0]
    size = len(to_bytes(found(0)))
    shelf = Shelf(tmp_path, most_bytes=3 * size + 500, clock=lambda: now[0])
    stash = Stash(shelf)
    digests = []
    for seed in range(5):
        now[0] += 10
        digests.append(stash.put(to_bytes(found(seed))))
        now[0] += 1
        stash.touch(digests[0])  # somebody trains on it
    there = [stash.found(digest) is not None for digest in digests]
    assert there == [True, False, False, True, True]
    now[0] += 2 * shelf.oldest
    assert stash.found(digests[0]) is None


def test_thirty_students_without_a_folder_take_no_more_than_is_set_aside() -> None:
    size = len(to_bytes(found(0)))
    stash = Stash(None, most_bytes=10 * size)
    digests = [stash.put(to_bytes(found(seed))) for seed in range(30)]
    there = [stash.found(digest) is not None for digest in digests]
    assert sum(map(len, stash._held.values())) <= 10 * size
    assert there[-1] and not there[0] and 8 <= sum(there) <= 10
    assert not stash.shared(digests[-1]), "the workers do not find it"
