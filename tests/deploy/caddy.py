"""Finds a Caddy for the tests of several processes, or says plainly what to do.

Order: what ``make class`` finds, then a copy beside the virtual environment's own programs. Run as
a script with ``--install`` (``make test`` does) it fetches that copy from the distribution's
package. The package itself is not installed: it would start a web server on this machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy import caddy

OWN = Path(sys.prefix) / "caddy" / "caddy"
HELP = (
    "No Caddy was found for the tests of several processes. Install your system's (macOS: brew "
    "install caddy), or set CADDY to the path of one, and run `make test` again."
)


def find() -> str | None:
    """Path of a Caddy, or None."""
    return caddy.find() or (str(OWN) if OWN.is_file() else None)


def install() -> str | None:
    """Try to get one out of Debian's or Ubuntu's package; its path, or None."""
    if shutil.which("apt-get") and shutil.which("dpkg"):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if not _fetched(place):
                sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
                _quietly([*sudo, "apt-get", "update", "-qq"], place)
            if _fetched(place):
                _quietly(["dpkg", "-x", str(next(place.glob("*.deb"))), folder], place)
                _keep(place / "usr" / "bin" / "caddy")
    return find()


def _fetched(place: Path) -> bool:
    if not any(place.glob("*.deb")):
        _quietly(["apt-get", "download", "-qq", "caddy"], place)
    return any(place.glob("*.deb"))


def _keep(program: Path) -> None:
    """Whole, or not at all: another run of the tests may do the same just now."""
    if program.is_file():
        OWN.parent.mkdir(exist_ok=True)
        part = OWN.with_name(f"caddy.{os.getpid()}")
        shutil.copy2(program, part)
        part.replace(OWN)


def _quietly(command: list[str], place: Path) -> None:
    nowhere = subprocess.DEVNULL
    try:
        subprocess.run(command, cwd=place, stdout=nowhere, stderr=nowhere, timeout=300)
    except (OSError, subprocess.TimeoutExpired):
        return


if __name__ == "__main__":
    found = find() or (install() if "--install" in sys.argv else None)
    if found is None:
        sys.exit(HELP)
    print(f"tests of several processes use {found}")
