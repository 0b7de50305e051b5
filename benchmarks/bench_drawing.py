"""How long after the pen moves the answer is on screen: the page "Draw a digit" in Chromium.

Needs no PyTorch. Digits are drawn with the mouse. For every pointer event the clock runs from its
arrival in the page to the animation frame after the network view has shown a drawing that
contains it, bars included; and again with the map of digits in its place. As in the app, drawings
are not queued: an event that comes while an answer is on its way waits for the next.

    python -m benchmarks.bench_drawing
"""

from __future__ import annotations

import math
import statistics
import sys
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_browser import served
from tests.browser import chromium
from tests.browser.conftest import FLAGS, settle
from ui import presets, readers
from ui.components.draw_pad.draw_pad import DrawPadState

STROKES = 12
POINTS = 60
PAUSE = 14  # ms between two pointer events: those of an ordinary mouse

#: Times of pointer events, of drawings sent, and of frames that show an answer.
WATCH = """() => {
  const find = (selector) => [...document.querySelectorAll('*')]
    .map((e) => e.shadowRoot?.querySelector(selector)).find(Boolean);
  const log = (window.__log = { moved: [], sent: [], shown: [] });
  const note = (event) => event.buttons && log.moved.push(performance.now());
  window.addEventListener('pointermove', note, true);
  const watch = (element, then) => new MutationObserver(then).observe(
    element, { attributes: true, attributeFilter: ['data-sequence'] });
  const pad = find('.pad');
  const view = find('.network-view, .dot-map');
  watch(pad, () => log.sent.push([Number(pad.dataset.sequence), performance.now()]));
  watch(view, () => {
    const sequence = Number(view.dataset.sequence);
    requestAnimationFrame(() => log.shown.push([sequence, performance.now()]));
  });
}"""


def drawn(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds for each pointer event, and for each drawing that was sent."""
    page.locator(".pad [name='clear']").click()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    box = page.locator(".pad .ink").bounding_box()
    assert box
    for stroke in range(STROKES):
        for i in range(POINTS):
            turn = 1.8 * math.pi * i / POINTS
            x = box["x"] + box["width"] * (0.5 + (0.2 + 0.01 * stroke) * math.sin(turn))
            y = box["y"] + box["height"] * (0.5 - 0.35 * math.cos(turn))
            page.mouse.move(x, y)
            if i == 0:
                page.mouse.down()
            page.wait_for_timeout(PAUSE)
        page.mouse.up()
        page.wait_for_timeout(300)
        if stroke % 2:  # every other time the page gets to work out what takes longer
            page.locator(".pad [name='clear']").click()
            page.wait_for_timeout(1500)
    log = page.evaluate("window.__log")
    shown = dict(log["shown"])
    waits = []
    for moved in log["moved"]:
        contains = [sequence for sequence, at in log["sent"] if at >= moved]
        if contains and contains[0] in shown:
            waits.append(shown[contains[0]] - moved)
    trips = [shown[sequence] - at for sequence, at in log["sent"] if sequence in shown]
    return sorted(waits), sorted(trips)


def forward_pass() -> float:
    """Median milliseconds for one reading with all that the view shows of it."""
    network, state = readers.network("lenet"), DrawPadState(presets.all_presets()[3].ink())
    found = []
    for _ in range(60):
        begun = time.perf_counter()
        reading = readers.read(network, state, True)
        reading.view.layers()
        found.append(1e3 * (time.perf_counter() - begun))
    return statistics.median(found[10:])


def main() -> None:
    """Print what was measured beside what is wanted."""
    path = chromium.find()
    if path is None:
        sys.exit(chromium.HELP)
    print(f"forward pass with all that the view needs: {forward_pass():.1f} ms (wanted: 5)")
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for beside, section in (("network", "why"), ("map of digits", "map")):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{url}/draw?d_more={section}")
            settle(page)
            page.wait_for_timeout(1500)
            report(beside, *drawn(page))
            page.close()
        browser.close()


def report(beside: str, waits: list[float], trips: list[float]) -> None:
    """Print the times with one thing beside the pad, each list sorted."""

    def at(values: list[float], share: float) -> float:
        return values[int(share * (len(values) - 1))]

    print(f"with the {beside} beside the pad: {len(waits)} pointer events, {len(trips)} answers")
    print(f"pointer move to bars: median {at(waits, 0.5):.0f} ms (wanted: 120), ", end="")
    print(f"95th percentile {at(waits, 0.95):.0f} ms (wanted: 250)")
    print(f"one answer: median {at(trips, 0.5):.0f} ms")


if __name__ == "__main__":
    main()
