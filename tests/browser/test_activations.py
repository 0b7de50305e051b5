"""The point is dragged without the server; where it is let go is in the link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_dragging_the_point(
    app_url: str, open_page: Callable[..., Page], width: int, theme: str
) -> None:
    page = open_page("about:blank", width=width, height=900, theme=theme, wait=False)
    frames: list[object] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda frame: frames.append(frame)))
    page.goto(f"{app_url}/activations?ac_f=sigmoid")
    settle(page)
    plot = page.get_by_role("slider", name=re.compile("Sigmoid and its derivative"))
    assert "f(x) = 0.7311" in str(plot.get_attribute("aria-valuetext"))
    box = plot.bounding_box()
    assert box is not None
    before = len(frames)
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 80)
    page.mouse.down()
    for share in (0.5, 0.4, 0.3, 0.25):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 80)
    text = str(plot.get_attribute("aria-valuetext"))
    assert "x = −" in text
    assert len(frames) == before, "dragging talks to the server"
    page.mouse.up()
    page.wait_for_url(re.compile(r"ac_x=-"))

    plot.focus()
    page.keyboard.press("End")
    assert "x = 5.00, f(x) = 0.9933" in str(plot.get_attribute("aria-valuetext"))
    page.wait_for_url(re.compile(r"ac_x=5"))
    settle(page)
    page.reload()
    settle(page)
    expect(plot).to_have_attribute("aria-valuenow", "5.00")
    over = page.evaluate(
        """() => { const m = document.querySelector('[data-testid="stMain"]');
        return m.scrollWidth - m.clientWidth; }"""
    )
    assert over <= 0
