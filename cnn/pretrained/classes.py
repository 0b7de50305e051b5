"""The names of ImageNet's classes; source and licence stand in the file itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("imagenet.txt")


@cache
def imagenet_classes() -> tuple[str, ...]:
    """1,000 names, in the order of a network's outputs."""
    lines = FILE.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
