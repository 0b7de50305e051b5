"""Finds a Chromium for the browser tests, or says plainly what to do.

Order: ``$CHROMIUM``, a system browser, Playwright's own download. The one without windows comes
first: it draws the same pages with a fifth less processor time. Run as a script with ``--install``
(``make test`` does) it tries to get one: Playwright's own first, then the distribution's package
where we may install it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
PACKAGES = ("chromium-headless-shell", "chromium")  # Debian's; Ubuntu has only the second
HELP = (
    "No Chromium was found for the browser tests. Do one of these and run `make test` again:\n"
    "  * install your system's Chromium or Chrome (Debian, Ubuntu: apt install chromium),\n"
    "  * or run: .venv/bin/python -m playwright install chromium,\n"
    "  * or set CHROMIUM to the path of a Chromium or Chrome binary."
)


def find() -> str | None:
    """Path of a usable Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named and Path(named).exists():
        return named
    for name in SYSTEM:
        path = shutil.which(name)
        if path:
            return path
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> str | None:
    """Try to get a Chromium; its path, or None."""
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    if find() is None and shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        _quietly([*sudo, "apt-get", "update", "-qq"])
        for package in PACKAGES:
            if find() is None:
                _quietly([*sudo, "apt-get", "install", "-y", "-qq", package])
    return find()


def _quietly(command: list[str]) -> None:
    try:
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
    except (OSError, subprocess.TimeoutExpired):
        return


if __name__ == "__main__":
    found = find() or (install() if "--install" in sys.argv else None)
    if found is None:
        sys.exit(HELP)
    print(f"browser tests use {found}")
