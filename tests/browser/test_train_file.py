"""In a real browser: a file of one's own, from the upload to a trained step, and after a reload."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import brought_files as made
from tests.browser.conftest import settle
from tests.browser.test_accessibility import Auditor


def test_a_file_is_brought_looked_at_trained_on_and_still_there_after_a_reload(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}/train?tr_data=file&tr_preset=one&tr_epochs=1&tr_batch=32")
    data = made.digits(60)
    file = {
        "name": "digits <b>mine.csv",
        "mimeType": "text/csv",
        "buffer": made.kaggle(255 - data.images, data.labels),
    }
    page.locator(".st-key-tr_file_0 input[type=file]").set_input_files([file])  # type: ignore[list-item]
    use = page.get_by_role("button", name="Train on it")
    expect(use).to_be_visible(timeout=30_000)
    expect(page.get_by_text("digits <b>mine.csv").first).to_be_visible()
    settle(page)
    assert page.locator("[class*=st-key-tr_file_]").count() == 0
    auditor = Auditor(page)
    auditor.look("what was found")
    assert auditor.wrong == {}
    use.click()
    page.get_by_role("button", name="One step", exact=True).click()
    expect(page.get_by_text("step 1 of 2")).to_be_visible(timeout=30_000)
    settle(page)  # the tab knows its run
    page.reload()
    expect(page.get_by_text("step 1 of 2")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("digits <b>mine.csv").first).to_be_visible()
