"""A page with a drawing pad: opens it, draws on it and reads its ink, for the tests of it."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Page

from cnn.data.preprocess import resample
from tests.browser.conftest import OpenPage, frames, settle

SIDE = 112


def opened(open_page: OpenPage, url: str, **how: Any) -> Page:
    """A page whose pad has been painted."""
    page = open_page(url, **how)
    page.locator(".pad[data-busy='false']").wait_for(state="attached", timeout=20_000)
    page.evaluate("document.fonts.ready.then(() => true)")
    frames(page)
    return page


def facts(page: Page) -> dict[str, str]:
    text = page.get_by_test_id("stText").first.inner_text()
    return dict(re.findall(r"(\w+)=(\S+)", text))


def ink(page: Page) -> np.ndarray:
    """(112, 112) whole numbers 0 to 255, as Python has them."""
    raw = base64.b64decode(page.locator("[data-ink]").get_attribute("data-ink") or "")
    return np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE).astype(int)


def place(page: Page) -> Callable[[float, float], tuple[float, float]]:
    """From the pad's own coordinates (0 to 1) to the screen."""
    box = page.locator(".ink").bounding_box()
    assert box

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    return at


def stroke(page: Page, points: list[tuple[float, float]], pause: float = 0) -> None:
    at = place(page)
    page.mouse.move(*at(*points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*at(*point))
        if pause:
            page.wait_for_timeout(pause)
    page.mouse.up()


def arc(count: int = 24) -> list[tuple[float, float]]:
    """An open curve that is nowhere symmetric."""
    turn = [1.7 * math.pi * i / (count - 1) for i in range(count)]
    return [(0.5 + 0.25 * math.sin(t), 0.45 - 0.3 * math.cos(t)) for t in turn]


def rest(page: Page) -> None:
    """Until Python has the drawing that is on the paper."""
    frames(page)
    page.locator(".pad[data-busy='false']").wait_for(state="attached", timeout=20_000)
    settle(page, calm=3)


def paper(page: Page) -> np.ndarray:
    """(112, 112) 0 to 255: the ink on the screen, as much of it as lies over each pixel."""
    found = page.locator(".ink").evaluate(
        """(canvas) => { const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          let text = "";
          for (let i = 3; i < data.length; i += 4) text += String.fromCharCode(data[i]);
          return [width, btoa(text)]; }"""
    )
    side, raw = found
    alpha = np.frombuffer(base64.b64decode(raw), np.uint8).reshape(side, side)
    return resample(alpha.astype(np.float32), SIDE, SIDE)


def assert_paper_shows_the_ink(page: Page, what: str) -> None:
    """But for the soft rim of a line, which is told from a distance and painted as an area."""
    rest(page)
    frames(page)
    known, shown = ink(page), paper(page)
    differs = np.abs(known - shown)
    assert differs.max() < 110, what
    assert differs.mean() < 0.06 * max(10, np.minimum(known, shown).mean()) + 0.15, what


def press(page: Page, name: str) -> None:
    page.locator(f".pad [name='{name}']").click()
    rest(page)
