"""A run on the training page: begun, waited for and paused, for the tests of it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from cnn.learn.checkpoint import from_bytes
from jobs import shelf
from tests.browser.conftest import settle

#: A run of 5,000 steps: it is not over before a slow test has done what it does while it goes on.
LONG = "/train?tr_data=shapes&tr_count=2000&tr_preset=allconv&tr_epochs=50&tr_batch=16"


def step_of(page: Page) -> int:
    text = page.get_by_text(re.compile(r"step [\d,]+ of")).first.inner_text()
    found = re.search(r"step ([\d,]+) of", text)
    assert found
    return int(found[1].replace(",", ""))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def wait_for_step(page: Page, least: int) -> None:
    page.wait_for_function(
        "least => Number(/step ([\\d,]+) of/.exec(document.body.innerText)?.[1].replace(',', ''))"
        " >= least",
        arg=least,
        timeout=60_000,
    )


def at_rest(page: Page) -> int:
    """Pause the run, unless the page was away for so long that it is; the step where it stays."""
    buttons = page.get_by_role("button", name=re.compile("^(Pause|Train)$"))
    expect(buttons).to_be_visible(timeout=30_000)
    if buttons.inner_text() == "Pause":
        buttons.click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=20_000)
    settle(page)
    return step_of(page)


def kept(folder: Path) -> list[int]:
    """The steps of the runs that outlive their server."""
    files = folder.glob(f"*{shelf.ENDING}")
    return [from_bytes(file.read_bytes())[0].step for file in files]
