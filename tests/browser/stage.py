"""A page with a window stage: opens it and reads what it shows, for the tests of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.conftest import frames, settle


def visit(page: Page, url: str) -> None:
    """Go there and wait until the stage stands."""
    page.goto(url)
    settle(page)
    page.locator(".stage [data-row]").first.wait_for()


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", ""))


def texts(found: Locator) -> list[str]:
    return [str(text) for text in found.all_inner_texts()]


def value(within: Page | Locator, row: str) -> float:
    return number(within.locator(f"[data-row={row}] .value").inner_text())


def place_of(within: Page | Locator) -> tuple[int, int]:
    """(row, column) that the stage shows now."""
    words = within.locator(".readout").inner_text().replace(",", "").split()
    return int(words[1]), int(words[3])


def panel(page: Page, kind: str, channel: int = 0) -> dict[str, float]:
    """Where a map stands on the page."""
    panels, left, top = page.locator(".stage").evaluate(
        """stage => { const { left, top } = stage.querySelector('.overlay').getBoundingClientRect();
          return [stage.panels, left, top]; }"""
    )
    found = next(p for p in panels if p["id"] == kind and max(p["c"], 0) == channel)
    return dict(found, x=found["x"] + left, y=found["y"] + top)


def centre(where: dict[str, float], row: int, column: int) -> tuple[float, float]:
    return where["x"] + (column + 0.5) * where["cw"], where["y"] + (row + 0.5) * where["ch"]


def point(page: Page, kind: str, row: int, column: int, channel: int = 0) -> None:
    page.mouse.move(*centre(panel(page, kind, channel), row, column))
    frames(page)


def lit(page: Page, kind: str, row: int, column: int) -> bool:
    """Whether the overlay paints something on that cell's upper edge."""
    where = panel(page, kind)
    x, y = centre(where, row, column)
    return bool(
        page.locator(".overlay").evaluate(
            """(canvas, [x, y]) => {
              const box = canvas.getBoundingClientRect();
              const ratio = canvas.width / box.width;
              const at = [(x - box.x) * ratio, (y - box.y) * ratio];
              return canvas.getContext('2d').getImageData(at[0], at[1], 1, 1).data[3] > 0;
            }""",
            [x, y - where["ch"] * 0.38],
        )
    )


def messages_sent(page: Page) -> list[str]:
    """Everything the page sends to the server from now on; call before `goto`."""
    sent: list[str] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda _: sent.append("frame")))
    return sent


CONFIGS: list[dict[str, Any]] = [
    {"seed": 1, "size": [1, 6, 6], "kernel": [3, 3]},
    {"seed": 2, "size": [2, 5, 7], "kernel": [2, 3], "stride": [2, 1], "padding": [1, 0, 2, 1]},
    {"seed": 3, "size": [1, 9, 8], "kernel": [3, 2], "dilation": [2, 3], "bias": -1.5},
    {"seed": 4, "size": [3, 6, 6], "padding": [1, 1, 1, 1], "padding_mode": "reflect"},
    {"seed": 5, "size": [1, 7, 7], "whole": False, "stride": [3, 2], "bias": 0.25},
    {"seed": 6, "size": [3, 20, 20], "whole": False, "picture": True, "padding": [1, 1, 1, 1],
     "padding_mode": "replicate", "input_kind": "rgb"},
    {"seed": 7, "size": [6, 10, 10], "kernel": [5, 5], "whole": False, "activation": "relu"},
]  # fmt: skip
