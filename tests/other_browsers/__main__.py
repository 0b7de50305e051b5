"""Runs :mod:`tests.other_browsers.visits` in each browser that is here.

python -m tests.other_browsers [lesson …] [--pictures FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import start
from tests.other_browsers import firefox, webkit
from tests.other_browsers.driver import ROOT, Driver, NotHere
from tests.other_browsers.visits import VISITS, visit
from ui import lessons

BROWSERS: tuple[tuple[str, Callable[[], Driver]], ...] = (
    (firefox.NAME, firefox.Firefox),
    (webkit.NAME, webkit.WebKit),
)


def main() -> int:
    """Print one line a lesson and browser; 1 if any of them failed."""
    parser = argparse.ArgumentParser(description="A short run of each lesson in other browsers.")
    parser.add_argument("lessons", nargs="*", help="slugs (default: every one)")
    parser.add_argument("--pictures", type=Path, help="a folder for what each page looked like")
    options = parser.parse_args()
    failed = 0
    if missing := {entry.slug for entry in lessons.shown()} - {page.slug for page in VISITS}:
        print(f"no run is written for: {', '.join(sorted(missing))}")
        failed += len(missing)
    with tempfile.TemporaryDirectory() as folder:
        server, url = start(ROOT / "app.py", Path(folder) / "server.log")
        try:
            for name, begin in BROWSERS:
                failed += _run(name, begin, url, options.lessons, options.pictures)
        finally:
            server.terminate()
            server.wait(timeout=60)
    return int(failed > 0)


def _run(
    name: str, begin: Callable[[], Driver], url: str, only: list[str], pictures: Path | None
) -> int:
    """How many lessons fail in one browser."""
    try:
        driver = begin()
    except NotHere as why:
        print(why)
        return 0
    failed = 0
    with contextlib.closing(driver):
        for page in VISITS:
            title = page.slug or "home"
            if only and title not in only:
                continue
            try:
                visit(driver, url, page)
                print(f"{name:8} {title:12} passed", flush=True)
            except (AssertionError, TimeoutError, RuntimeError) as wrong:
                failed += 1
                print(f"{name:8} {title:12} FAILED: {wrong}", flush=True)
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                (pictures / f"{name}-{title}{page.query.replace('?', '-')}.png").write_bytes(
                    driver.screenshot()
                )
    return failed


if __name__ == "__main__":
    sys.exit(main())
