"""Every page, view and open panel in both themes, by axe-core: WCAG 2.2 A and AA, best practices.

One tab walks through a lesson: it opens every fold and every panel, and looks at each view. What
does not depend on colour is looked at in one theme, contrast in both; and contrast, which takes
longer than all the other rules together, only where something is not as it was when last looked at.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, settle
from ui import lessons

PAGES = (lessons.HOME, *lessons.shown())
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}
#: The controls that choose a view: one of these at a time is on the page.
VIEWS = "[class*='st-key-'][class*='_view'] button, [class*='st-key-'][class*='_more'] button"
RUN = """async (options) => {
  // What is switched off may be pale (WCAG 1.4.3); axe does not see that its label is.
  const off = '.stElementContainer:has(:disabled, [aria-disabled="true"])';
  const looked = options.unseen ? window.unseen(options.unseen) : [document];
  const include = looked.filter((element) => !element.closest?.(off)); // the nearer one decides
  if (!include.length) return [];
  const where = { include, exclude: document.querySelector(off) ? [off] : [] };
  const found = await axe.run(where,
    { resultTypes: ['violations'], elementRef: true, ...options.axe });
  // Streamlit's file field is a section with a label and the role of none.
  const known = (rule, node) => rule.id === 'presentation-role-conflict'
    && node.element.matches('[data-testid="stFileUploaderDropzone"]');
  return found.violations.flatMap((rule) => rule.nodes
    .filter((node) => !known(rule, node))
    .map((node) => `${rule.id}: ${node.target.flat(9).join(' ')}: `
      + `${node.failureSummary.split('\\n')[1].trim()}`));
}"""

#: ``unseen(theme)``: what is new, or has another look or other words than when last asked for in
#: this theme; each with all that is in it.
MEMORY = """() => {
  const memories = { light: new WeakMap(), dark: new WeakMap() };
  const words = (element) => [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('|');
  const looks = (element) => [...element.attributes].map((a) => a.value).join('|') + words(element);
  const within = (element) => [...element.children, ...(element.shadowRoot?.children ?? [])];
  window.unseen = (theme) => {
    const known = memories[theme];
    const collect = (element) => known.get(element) === looks(element)
      ? within(element).flatMap(collect) : [element];
    const note = (element) => {
      known.set(element, looks(element));
      within(element).forEach(note);
    };
    const found = collect(document.body);
    note(document.body);
    return found;
  };
}"""


class Auditor:
    """Looks at a page as it stands, in the theme it has and in the other; notes what is wrong."""

    def __init__(self, page: Page, theme: str = "light") -> None:
        self.page, self.theme = page, theme
        self.wrong: dict[str, str] = {}
        self.arrive()

    def arrive(self) -> None:
        """The page was loaded anew: it knows neither axe nor what was looked at."""
        self.page.evaluate(AXE_SCRIPT)
        self.page.evaluate(MEMORY)

    def look(self, where: str) -> None:
        but_contrast = {"runOnly": TAGS, "rules": {"color-contrast": {"enabled": False}}}
        contrast = {"runOnly": ["color-contrast"]}
        self._run(where, {"axe": but_contrast})
        self._run(where, {"axe": contrast, "unseen": self.theme})
        self._turn()
        self._run(where, {"axe": contrast, "unseen": self.theme})

    def _turn(self) -> None:
        """Put on the other theme."""
        self.theme = "dark" if self.theme == "light" else "light"
        self.page.emulate_media(color_scheme="dark" if self.theme == "dark" else "light")
        self.page.wait_for_function(
            "paper => getComputedStyle(document.querySelector('.stApp')).backgroundColor === paper"
            " && document.getAnimations().every((one) => one.playState !== 'running')",
            arg=PAPER[self.theme],
        )

    def _run(self, where: str, options: dict[str, Any]) -> None:
        for found in self.page.evaluate(RUN, options):
            self.wrong.setdefault(found, f"{where}, {self.theme}")


def unfold(page: Page) -> None:
    """Open every fold of the view."""
    page.evaluate("for (const fold of document.querySelectorAll('details:not([open]) > summary'))"
                  " fold.click()")  # fmt: skip
    settle(page)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.slug or "home")
def test_nothing_stands_in_the_way(
    entry: lessons.Lesson, app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/{entry.slug}", reduced_motion=True)
    auditor = Auditor(page)
    unfold(page)
    auditor.look("at first")
    count = page.locator(VIEWS).count()
    for index in range(1, count):
        # What stood above may be gone: on the drawing page the map takes the network's place.
        gone = max(0, count - page.locator(VIEWS).count())
        button = page.locator(VIEWS).nth(index - gone)
        name = button.inner_text()
        button.click()
        settle(page)
        unfold(page)
        auditor.look(name)
    for panel in page.get_by_test_id("stPopover").get_by_role("button").all():
        panel.click()
        page.get_by_test_id("stPopoverBody").wait_for()
        auditor.look(panel.inner_text())
        page.keyboard.press("Escape")
    assert not auditor.wrong, "\n".join(f"{at}: {it}" for it, at in auditor.wrong.items())


def test_nothing_stands_in_the_way_of_who_is_on_a_tour(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/padding?tour=from_pixels_to_a_digit.3&pa_n=9", reduced_motion=True)
    page.locator(".st-key-tour_bar .return").wait_for()
    page.evaluate(AXE_SCRIPT)
    auditor = Auditor(page)
    auditor.look("the bar")
    assert not auditor.wrong, "\n".join(f"{at}: {it}" for it, at in auditor.wrong.items())


def test_nothing_stands_in_the_way_of_who_leads_a_class(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/teach", reduced_motion=True)
    page.get_by_role("button", name="Start a class").click()
    page.locator(".st-key-room_board").wait_for()
    settle(page)
    page.wait_for_function("() => document.cookie.includes('convscope_lead')")
    auditor = Auditor(page)
    unfold(page)
    auditor.look("the board")
    page.goto(f"{app_url}/padding")
    settle(page)
    page.get_by_role("button", name="Let the class vote").click()
    page.get_by_text("0 answered").wait_for()
    auditor.arrive()
    unfold(page)
    auditor.look("a lesson with a vote")
    assert not auditor.wrong, "\n".join(f"{at}: {it}" for it, at in auditor.wrong.items())
