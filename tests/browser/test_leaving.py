"""A page that is left while something on it still speaks."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, settle
from ui import lessons

# In one task of the browser: the page is left, and a sample begins to draw itself.
LEAVE_SPEAKING = """(href) => {
  document.querySelector(`[data-testid="stPageLink"] a[href$="${href}"]`).click();
  for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]'))
    host.shadowRoot.querySelector("[name='sample-5']")?.click();
}"""


def test_what_the_drawing_pad_says_while_the_page_is_left_brings_nothing_back(
    app_url: str, open_page: OpenPage
) -> None:
    before, after = lessons.neighbours("draw")
    assert before and after
    for lesson in (before, after):
        page = open_page(f"{app_url}/draw")
        page.evaluate(LEAVE_SPEAKING, lesson.slug)
        page.wait_for_url(f"**/{lesson.slug}*")
        settle(page)
        expect(page.locator("h1")).to_have_text(lesson.title)
        expect(page.get_by_test_id("stException")).to_have_count(0)
