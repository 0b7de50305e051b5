"""How long a student waits: the real app in Chromium, from the key press to the changed pixels.

Needs no PyTorch. Each row presses a control many times; the clock starts at the browser's own
``keydown`` (or pointer) event and stops at the animation frame after the change is in the page.
Last, how smoothly a stage plays: from one frame to the next, and what drawing each one takes.

    python -m benchmarks.bench_browser
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import FLAGS, settle

ROOT = Path(__file__).parents[1]

#: Starts the clock at the next input event, stops it when ``read()`` gives something else.
WATCH = """(read) => {
  const now = new Function('return ' + read);
  const before = now();
  window.__waited = new Promise((done) => {
    const begin = () => {
      const t0 = performance.now();
      const look = () => {
        if (now() !== before) requestAnimationFrame(() => done(performance.now() - t0));
        else if (performance.now() - t0 > 5000) done(-1);
        else requestAnimationFrame(look);
      };
      look();
    };
    window.addEventListener('keydown', begin, { once: true, capture: true });
  });
}"""

#: Text of every open shadow root: a component's labels change with its data.
SHADOWS = (
    "[...document.querySelectorAll('*')].filter(e => e.shadowRoot)"
    ".map(e => e.shadowRoot.textContent).join('|')"
)


#: The sum under the magnifier: painted in the frame after both pictures.
LENS = (
    "[...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.lens .numbers'))"
    ".map(e => e?.textContent ?? '').join('')"
)


#: A picture of 64×64×3 whose every window is played, in the tests' page of one stage.
STAGE = "tests/browser/apps/stage_app.py"
PLAYED: dict[str, Any] = {
    "size": [3, 64, 64],
    "picture": True,
    "input_kind": "rgb",
    "padding": [1, 1, 1, 1],
}
FRAME = 17  # milliseconds of a screen of 60 Hz

#: How long each animation frame's own work takes.
SPENT = """
  const real = window.requestAnimationFrame.bind(window);
  window.spent = [];
  window.requestAnimationFrame = (act) => real((now) => {
    const start = performance.now();
    act(now);
    window.spent.push(performance.now() - start);
  });
"""

#: Plays, and gives [gaps between frames, drawing of each] of the next 240 frames.
PLAY = """() => new Promise((done) => {
  const times = [];
  window.spent.length = 0;
  const count = (now) => {
    times.push(now);
    if (times.length < 241) requestAnimationFrame(count);
    else {
      const drawing = window.spent.sort((a, b) => a - b);
      done([times.slice(1).map((t, n) => t - times[n]), drawing.slice(drawing.length / 2)]);
    }
  };
  requestAnimationFrame(count); })"""


@dataclass(frozen=True)
class Row:
    """One control: where it is, which slider; what to watch, and a picture to upload before."""

    name: str
    path: str
    label: str
    target: float
    read: str = SHADOWS
    side: int = 0


ROWS = (
    Row("padding p, 7×7 stage", "/padding", "Padding p", 200),
    Row("stride s, 7×7 stage", "/padding", "Stride s", 200),
    Row("bias, digit 28×28", "/convolution?cv_in=digit&cv_k=sobel_x", "Bias", 200),
    Row("window, pooling 8×8", "/pooling", "Window", 200),
    Row(
        "kernel, picture 512×512 RGB",
        "/filters?fi_pic=upload&fi_col=rgb&fi_kernel_of=gaussian",
        "σ, its width",
        250,
        LENS,
        512,
    ),
    Row(
        "the same, three results",
        "/filters?fi_pic=upload&fi_col=rgb&fi_kernel_of=gaussian&fi_ch=each",
        "σ, its width",
        250,
        LENS,
        512,
    ),
)
PRESSES = 21


@contextlib.contextmanager
def started(script: str = "app.py") -> Iterator[tuple[str, int]]:
    """A script on a free port: its address and the server's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    quiet = subprocess.DEVNULL
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
                break
            time.sleep(0.2)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(timeout=60)


@contextlib.contextmanager
def served(script: str = "app.py") -> Iterator[str]:
    """A script on a free port."""
    with started(script) as (url, _):
        yield url


def picture(side: int) -> FilePayload:
    """A square photograph, as a file: noise, which no packing makes smaller."""
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return {"name": "noise.png", "mimeType": "image/png", "buffer": out.getvalue()}


def waits(page: Page, row: Row) -> list[float]:
    """Milliseconds from key to picture, one for each press."""
    if row.side:
        page.set_input_files("input[type=file]", files=[picture(row.side)])
        settle(page)
    slider = page.get_by_role("slider", name=row.label)
    slider.focus()
    found = []
    for press in range(PRESSES):
        page.evaluate(WATCH, row.read)
        page.keyboard.press("ArrowRight" if press % 2 == 0 else "ArrowLeft")
        found.append(float(page.evaluate("window.__waited")))
        settle(page)
    return [ms for ms in found[1:] if ms >= 0]


def late(found: list[float]) -> float:
    """What 19 of 20 are below."""
    return sorted(found)[int(0.95 * (len(found) - 1))]


def line(name: str, found: list[float], target: float) -> None:
    median = statistics.median(found)
    print(f"{name:32} {median:8.1f} {late(found):8.1f} {target:8.0f}", flush=True)


def controls(browser: Browser) -> None:
    """One line a control."""
    with served() as url:
        for row in ROWS:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(url + row.path)
            settle(page)
            line(row.name, waits(page, row), row.target)
            page.close()


def frames(browser: Browser) -> None:
    """Two lines: between frames, and for one of them."""
    with served(STAGE) as url:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(SPENT)
        page.goto(f"{url}/?c={urllib.parse.quote(json.dumps(PLAYED))}")
        settle(page)
        page.locator(".play").click()
        gaps, drawing = page.evaluate(PLAY)
        line("playing 64×64×3: frame to frame", gaps, FRAME)
        line("  drawing of a frame", drawing, FRAME / 2)
        page.close()


def main() -> None:
    """Print one line a control, then those of playing."""
    path = chromium.find()
    if path is None:
        sys.exit(chromium.HELP)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        print(f"{'':32} {'median':>8} {'p95':>8} {'target':>8}   (ms, key to picture)")
        controls(browser)
        frames(browser)
        browser.close()


if __name__ == "__main__":
    main()
