"""A folder that is named in the environment: whatever stands there breaks no page."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui import folders


def test_a_folder_is_followed_to_where_it_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CONVSCOPE_TEST", raising=False)
    assert folders.named("CONVSCOPE_TEST", tmp_path) == tmp_path.resolve()
    monkeypatch.setenv("CONVSCOPE_TEST", str(tmp_path / "a" / ".." / "b"))
    assert folders.named("CONVSCOPE_TEST", tmp_path) == tmp_path.resolve() / "b"


def test_the_home_of_nobody_and_links_in_a_circle_are_folders_in_which_nothing_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for text in ("~nobody-of-this-name/weights", str(circle)):
        monkeypatch.setenv("CONVSCOPE_TEST", text)
        assert not folders.named("CONVSCOPE_TEST", tmp_path).is_dir()
