"""What a link sets stays set, also on a slow network and when the server is started anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import IDLE, OpenPage, settle

Serve = Callable[[str | Path], str]

APP = "tests/browser/apps/controls_app.py"
#: Nothing stands at its default, and nothing at what Streamlit would choose by itself.
LINK = (
    "t_n=15&t_k=9&t_x=0.8&t_still=7&t_odd=5&t_on=1&t_word=there"
    "&t_segmented=b&t_pills=c&t_radio=b&t_select=c&t_w=eye~1,2;3,4&t_f=3"
)
STATE = (
    "STATE n=15 k=9 x=0.8 still=7 odd=5 on=True word=there"
    " segmented=b pills=c radio=b select=c w=[1.0, 2.0, 3.0, 4.0]"
)
PROGRAMS = re.compile(
    r"/(Selectbox|ButtonGroup|Slider|NumberInput|TextInput|Radio|Checkbox|BidiComponent)\.[^/]*\.js"
)


def state(page: Page) -> str:
    return page.get_by_text(re.compile("^STATE ")).inner_text()


def settings(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def shown(page: Page) -> dict[str, object]:
    """What the controls themselves show."""
    return page.evaluate(
        """() => {
          const at = (key, what) => document.querySelector(`.st-key-${key} ${what}`);
          const marked = ':is(input:checked, [aria-checked=true])';
          const chosen = (key) => at(key, marked)?.closest('label, button')?.innerText;
          return {
            n: at('t_n', 'input').value, k: at('t_k', 'input').value, x: at('t_x', 'input').value,
            still: at('t_still', 'input').value, f: at('t_f', 'input').value,
            odd: at('t_odd', 'input').value, on: at('t_on', 'input').checked,
            word: at('t_word', 'input').value, select: at('t_select', 'input').value,
            radio: chosen('t_radio'), segmented: chosen('t_segmented'), pills: chosen('t_pills'),
          } }"""
    )


SHOWN = {
    "n": "15", "k": "9", "x": "0.8", "still": "7", "f": "3", "odd": "5", "on": True,
    "word": "there", "select": "Ce", "radio": "Be", "segmented": "Be", "pills": "Ce",
}  # fmt: skip


def runs(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^RUN \d+$")).inner_text().split()[1])


def run_again(page: Page) -> None:
    before = runs(page)
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text(f"RUN {before + 1}", exact=True)).to_be_visible()
    page.wait_for_function(IDLE)


def test_widgets_whose_programs_arrive_late_keep_what_the_link_says(
    serve: Serve, open_page: OpenPage
) -> None:
    page = open_page("about:blank", wait=False)
    held: list[Route] = []
    page.route(PROGRAMS, lambda route: held.append(route))
    page.goto(f"{serve(APP)}/convolution?{LINK}")
    run_again(page)
    run_again(page)
    kinds = {match[1] for route in held if (match := PROGRAMS.search(route.request.url))}
    assert len(kinds) == 8, "each kind of widget was held back"
    page.unroute(PROGRAMS)  # which lets them through
    settle(page)
    assert shown(page) == SHOWN
    run_again(page)  # the widgets say what they hold
    settle(page)
    assert state(page) == STATE
    assert settings(page) == parse_qs(LINK)
