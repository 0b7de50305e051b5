"""The button that copies the link to what is on screen."""

from __future__ import annotations

from ui.components.base import register

_mount = register("copy_link")


def copy_link(key: str, *, projector: bool = False) -> None:
    """A quiet button; it copies the whole address and says so."""
    _mount(key=key, data={"projector": projector}, width="content", height="content")
