"""What a browser must be able to do for the short run, whatever its protocol."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parents[2]
#: Of the window, in CSS pixels.
WIDTH, HEIGHT = 1440, 900
PATIENCE = 60.0  # seconds
#: Keys without a letter, as WebDriver names them.
ARROW_RIGHT = "\ue014"


class NotHere(Exception):
    """A browser or what it needs is not installed; the message is one sentence."""


class Driver(Protocol):
    """One window of one browser."""

    def open(self, url: str) -> None:
        """Go to a page and come back at once; errors in its scripts are noted from here on."""

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, as JSON has it."""

    def perform(self, actions: list[dict[str, Any]]) -> None:
        """Sources of input and what they do, as WebDriver's "perform actions" has them."""

    def errors(self) -> list[str]:
        """Uncaught errors in the page's scripts so far."""

    def screenshot(self) -> bytes:
        """What is in the window, as a PNG."""

    def close(self) -> None:
        """End the browser."""


def press(driver: Driver, key: str) -> None:
    """Press a key and let it go, wherever the focus is."""
    driver.perform(
        [
            {
                "type": "key",
                "id": "keys",
                "actions": [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}],
            }
        ]
    )


def stroke(driver: Driver, points: Sequence[tuple[float, float]]) -> None:
    """Put the mouse down at the first point, move along the others, lift it; one point: a click."""
    moves = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 30} for x, y in points
    ]
    down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    driver.perform(
        [
            {
                "type": "pointer",
                "id": "mouse",
                "parameters": {"pointerType": "mouse"},
                "actions": [moves[0], down, *moves[1:], up],
            }
        ]
    )


def wait_for(driver: Driver, expression: str, what: str) -> Any:
    """The first value of an expression that counts as true; TimeoutError if it takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := driver.evaluate(expression):
            return value
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {PATIENCE:.0f} s")
