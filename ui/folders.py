"""A folder that the person who starts the app names in the environment."""

from __future__ import annotations

import os
from pathlib import Path


def named(variable: str, otherwise: Path) -> Path:
    """The folder, whole and followed to where it lies.

    One that cannot be followed (the home of nobody, links in a circle) is given as it was written:
    nothing will be found in it.

    Args:
        variable: In the environment.
        otherwise: What holds if the variable is empty or not set.
    """
    path = Path(os.environ.get(variable) or otherwise)
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError):
        return path
