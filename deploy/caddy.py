"""Where Caddy is: the web server that stands before the app's processes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

HELP = (
    "No Caddy was found, the web server that stands before the app's processes. Install it "
    "(Debian, Ubuntu: apt install caddy; macOS: brew install caddy), or name it: "
    "make class CADDY=/path/to/caddy. Without it, `make run` starts one process."
)


def find() -> str | None:
    """Path of Caddy: the one named by ``CADDY`` in the environment, else the system's; or None."""
    named = os.environ.get("CADDY", "").strip()
    if named:
        return named if os.access(named, os.X_OK) and Path(named).is_file() else None
    return shutil.which("caddy")
