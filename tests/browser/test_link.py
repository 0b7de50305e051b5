"""What a link sets stays set, also on a slow network and when the server is started anew."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import IDLE, ROOT, OpenPage, free_port, settle, start, until

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

    def kinds() -> set[str]:
        return {match[1] for route in held if (match := PROGRAMS.search(route.request.url))}

    until(page, lambda: len(kinds()) == 8)  # each kind of widget is held back
    page.unroute(PROGRAMS)  # which lets them through
    settle(page)
    assert shown(page) == SHOWN
    run_again(page)  # the widgets say what they hold
    settle(page)
    assert state(page) == STATE
    until(page, lambda: settings(page) == parse_qs(LINK))


def ends_a_run(message: str | bytes) -> bool:
    """Whether the server says so with it."""
    return ForwardMsg.FromString(message).WhichOneof("type") == "script_finished"


def test_what_was_sent_before_a_preset_or_reset_arrived_does_not_undo_it(
    serve: Serve, open_page: OpenPage
) -> None:
    """Every message holds all values, also those that the browser does not know to be replaced."""
    page = open_page("about:blank", wait=False)
    kept_back: list[str | bytes] = []
    slow = False

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda m: kept_back.append(m) if slow else browser.send(m))
        sockets.append(browser)

    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/_stcore/stream", between)
    page.goto(f"{serve(APP)}/convolution?{LINK}")
    settle(page)
    for button, expected in (
        ("preset", "n=12 k=9 x=0.7 still=7 odd=7 on=True word=two"
                   " segmented=b pills=b radio=b select=b w=[1.0, 2.0, 3.0, 4.0]"),
        ("reset", "n=10 k=3 x=0.5 still=4 odd=3 on=False word=hello"
                  " segmented=a pills=a radio=a select=a w=[1.0, 0.0, 0.0, 1.0]"),
    ):  # fmt: skip
        slow = True
        page.get_by_role("button", name=button, exact=True).click()
        until(page, lambda: any(map(ends_a_run, kept_back)))  # it is over, its answer on the way
        page.get_by_role("button", name="again").click()
        slow = False
        for message in kept_back:
            sockets[-1].send(message)
        kept_back.clear()
        settle(page)
        settle(page)
        assert state(page) == f"STATE {expected}"
    page.locator(".st-key-t_on").get_by_text("on", exact=True).click()
    settle(page)
    assert "on=True" in state(page), "what was replaced can be chosen again"


@dataclass
class Restarted:
    """A server that can be killed and started again under its old address."""

    script: Path
    log: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> str:
        self.process, url = start(self.script, self.log, self.port)
        return url

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[str], Restarted]]:
    begun: list[Restarted] = []

    def of(script: str) -> Restarted:
        begun.append(Restarted(ROOT / script, tmp_path / "server.log", free_port()))
        return begun[-1]

    yield of
    for server in begun:
        server.kill()


def press(page: Page, name: str, key: str) -> None:
    page.locator(f".st-key-{name} input").first.focus()
    page.keyboard.press(key)


def pick(page: Page, name: str, label: str) -> None:
    page.locator(f".st-key-{name}").get_by_text(label, exact=True).click()


def choose(page: Page, name: str, label: str) -> None:
    page.locator(f".st-key-{name} input").click()
    page.get_by_role("option", name=label).click()


def write(page: Page, name: str, text: str) -> None:
    field = page.locator(f".st-key-{name} input").first
    field.fill(text)
    field.press("Enter")


def edit(page: Page, text: str) -> None:
    page.get_by_role("gridcell", name="weight row 0, column 0").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


#: The address after the preset, and the words.
PRESET = (
    "t_n=12&t_k=9&t_x=0.7&t_still=7&t_odd=7&t_on=1&t_word=two"
    "&t_segmented=b&t_pills=b&t_radio=b&t_select=b&t_w=eye~8,2;3,4&t_f=2"
)
PRESET_WORDS = (
    "STATE n=12 k=9 x=0.7 still=7 odd=7 on=True word=two"
    " segmented=b pills=b radio=b select=b w=[8.0, 2.0, 3.0, 4.0] FRAGMENT f=2"
)
#: What is done after the restart, and what of the state it changes.
TOUCHES: list[tuple[Callable[[Page], None], str, str]] = [
    (lambda page: press(page, "t_n", "ArrowRight"), "n=16", "n=17"),
    (lambda page: press(page, "t_n", "ArrowLeft"), "n=17", "n=16"),
    (lambda page: press(page, "t_x", "ArrowLeft"), "x=0.9", "x=0.8"),
    (lambda page: press(page, "t_f", "ArrowRight"), "f=4", "f=5"),
    (lambda page: write(page, "t_odd", "9"), "odd=7", "odd=9"),
    (lambda page: write(page, "t_word", "end"), "word=here", "word=end"),
    (lambda page: pick(page, "t_on", "on"), "on=False", "on=True"),
    (lambda page: pick(page, "t_segmented", "Ah"), "segmented=c", "segmented=a"),
    (lambda page: pick(page, "t_pills", "Ah"), "pills=b", "pills=a"),
    (lambda page: pick(page, "t_radio", "Ah"), "radio=c", "radio=a"),
    (lambda page: choose(page, "t_select", "Ah"), "select=b", "select=a"),
    (lambda page: edit(page, "8"), "w=[5.0,", "w=[8.0,"),
]
CHANGED = (
    "STATE n=16 k=9 x=0.9 still=7 odd=7 on=False word=here"
    " segmented=c pills=b radio=c select=b w=[5.0, 2.0, 3.0, 4.0]"
)


def words(page: Page) -> str:
    """The state, that of the fragment included."""
    return f"{state(page)} {page.get_by_text(re.compile('^FRAGMENT ')).inner_text()}"


def test_after_a_restart_of_the_server_every_control_goes_on_from_what_it_showed(
    server: Callable[[str], Restarted], open_page: OpenPage
) -> None:
    app = server(APP)
    page = open_page(f"{app.begin()}/convolution?{LINK}")
    press(page, "t_n", "ArrowRight")
    press(page, "t_x", "ArrowRight")
    press(page, "t_f", "ArrowRight")
    write(page, "t_odd", "7")
    write(page, "t_word", "here")
    pick(page, "t_on", "on")
    pick(page, "t_segmented", "Ce")
    pick(page, "t_pills", "Be")
    pick(page, "t_radio", "Ce")
    choose(page, "t_select", "Be")
    edit(page, "5")
    settle(page)
    before = f"{CHANGED} FRAGMENT f=4"
    assert words(page) == before
    app.kill()
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)
    app.begin()
    expect(page.get_by_text("RUN 1", exact=True)).to_be_visible(timeout=20_000)
    settle(page)
    assert words(page) == before, "the new server knows what the page shows"
    for touch, was, becomes in TOUCHES:
        touch(page)
        before = before.replace(was, becomes)
        expect(page.get_by_text(re.compile(re.escape(becomes)))).to_be_visible()
        assert words(page) == before
    page.get_by_role("button", name="preset").click()
    expect(page.get_by_text("FRAGMENT f=2", exact=True)).to_be_visible()
    settle(page)
    assert words(page) == PRESET_WORDS
    until(page, lambda: settings(page) == parse_qs(PRESET))
