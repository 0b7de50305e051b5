"""Every page, view and open panel in both themes, by axe-core: WCAG 2.2 A and AA, best practices.

One tab walks through a lesson: it opens every fold and every panel, and looks at each view. What
does not depend on colour is looked at in one theme, contrast in both; and contrast, which takes
longer than all the other rules together, only where something is not as it was when last looked at.
Of an open panel, too, only that is looked at: the page around it has been a moment before.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import PAPER, OpenPage, settle
from ui import lessons

PAGES = (lessons.HOME, *lessons.shown())
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
#: The controls that choose a view: one of these at a time is on the page.
VIEWS = "[class*='st-key-'][class*='_view'] button, [class*='st-key-'][class*='_more'] button"
RUN = """async (options) => {
  // What is switched off may be pale (WCAG 1.4.3); axe does not see that its label is.
  const off = '.stElementContainer:has(:disabled, [aria-disabled="true"])';
  const unseen = window.unseen(options.theme);
  const looked = options.whole ? [document] : unseen;
  const include = looked.filter((element) => !element.closest?.(off)); // the nearer one decides
  if (!include.length) return [];
  window.contrasted = new Set(unseen.flatMap(window.within));
  const where = { include, exclude: document.querySelector(off) ? [off] : [] };
  const found = await axe.run(where,
    { resultTypes: ['violations'], elementRef: true, runOnly: options.rules });
  // Streamlit's file field is a section with a label and the role of none.
  const known = (rule, node) => rule.id === 'presentation-role-conflict'
    && node.element.matches('[data-testid="stFileUploaderDropzone"]');
  return found.violations.flatMap((rule) => rule.nodes
    .filter((node) => !known(rule, node))
    .map((node) => `${rule.id}: ${node.target.flat(9).join(' ')}: `
      + `${node.failureSummary.split('\\n')[1].trim()}`));
}"""

#: ``unseen(theme)``: what has another look or other words than what was found at its place so far
#: in this theme; each with all that is in it. Contrast is looked at in ``contrasted`` alone.
MEMORY = """() => {
  const names = new Map(); // of all that was ever found, each at its place in another
  const seen = { light: new Set(), dark: new Set() };
  const words = (element) => [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('|');
  const looks = (element) => [element.tagName, ...[...element.attributes].map((a) => a.value)]
    .join('|') + words(element);
  const inside = (element) => [...element.children, ...(element.shadowRoot?.children ?? [])];
  const named = (element, place, around) => {
    const key = `${around} ${place} ${looks(element)}`;
    if (!names.has(key)) names.set(key, names.size);
    return names.get(key);
  };
  window.within = (element) => [element, ...inside(element).flatMap(window.within)];
  window.unseen = (theme) => {
    const found = [];
    const visit = (element, place, around, inNew) => {
      const name = named(element, place, around);
      const isNew = !seen[theme].has(name);
      if (isNew && !inNew) found.push(element);
      seen[theme].add(name);
      inside(element).forEach((child, at) => visit(child, at, name, isNew));
    };
    visit(document.body, 0, '', false);
    return found;
  };
  const contrast = axe._audit.rules.find((rule) => rule.id === 'color-contrast');
  const usual = contrast.matches;
  contrast.matches = (element, ...more) => window.contrasted.has(element)
    && usual.call(contrast, element, ...more);
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
        # One run for all rules: what axe gathers of a page costs as much as what it asks of it.
        self._run(where, {"theme": self.theme, "rules": TAGS, "whole": True})
        self.turn()
        self._run(where, {"theme": self.theme, "rules": CONTRAST})

    def glance(self, where: str, rules: list[str]) -> None:
        """Look at what is new alone, in this theme alone."""
        self._run(where, {"theme": self.theme, "rules": rules})

    def turn(self) -> None:
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


def panels(page: Page, auditor: Auditor, rules: list[str]) -> None:
    """Open one panel after the other and look at it."""
    body = page.get_by_test_id("stPopoverBody")
    for panel in page.get_by_test_id("stPopover").get_by_role("button").all():
        panel.click()
        body.wait_for()
        settle(page)
        auditor.glance(panel.inner_text(), rules)
        page.keyboard.press("Escape")
        body.wait_for(state="hidden")


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
    panels(page, auditor, TAGS)
    auditor.turn()
    panels(page, auditor, CONTRAST)
    assert not auditor.wrong, "\n".join(f"{at}: {it}" for it, at in auditor.wrong.items())


# Each of these is wrong in one theme alone, or in both for another reason than its colours.
FAULTY = """<!doctype html><html lang="en"><title>Faults</title><style>
  .stApp { background: rgb(255, 255, 255); color: #111; }
  .pale { color: #bbb; }
  .dim { color: #444; }
  @media (prefers-color-scheme: dark) {
    .stApp { background: rgb(20, 22, 26); color: #eee; }
  }
</style>
<main class="stApp"><h1>Faults</h1><p class="pale">pale</p><p class="dim">dim</p>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9"><b>fine</b>
<div></div></main>"""


def test_what_is_wrong_is_seen_once_it_is_there_and_in_the_theme_it_is_in(
    open_page: OpenPage,
) -> None:
    page = open_page("about:blank", wait=False)
    page.set_content(FAULTY)
    auditor = Auditor(page)

    def found() -> dict[str, str]:
        noted = {": ".join(it.split(": ")[:2]): at for it, at in auditor.wrong.items()}
        auditor.wrong.clear()
        return noted

    auditor.look("at first")
    assert found() == {
        "image-alt: img": "at first, light",
        "color-contrast: .pale": "at first, light",
        "color-contrast: .dim": "at first, dark",
    }
    auditor.look("again")
    assert found() == {"image-alt: img": "again, dark"}, "its colours are as they were"
    page.evaluate(
        """() => {
          document.querySelector('img').alt = 'a dot';
          document.querySelector('b').className = 'pale';
          document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML
            = '<span style="color: #444">in a component</span>';
        }"""
    )
    auditor.look("changed")
    assert found() == {
        "color-contrast: b": "changed, light",
        "color-contrast: div span": "changed, dark",
    }
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
          '<section><button></button><u class="dim">dim</u></section>')"""
    )
    auditor.glance("a panel", TAGS)
    assert found() == {
        "button-name: button": "a panel, dark",
        "color-contrast: u": "a panel, dark",
    }


def test_nothing_stands_in_the_way_of_who_is_on_a_tour(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/padding?tour=from_pixels_to_a_digit.3&pa_n=9", reduced_motion=True)
    page.locator(".st-key-tour_bar .return").wait_for()
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
