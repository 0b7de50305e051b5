"""What the drawing pad keeps and sends, and that its answers leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, settle, until
from tests.browser.pad import SIDE, arc, facts, ink, opened, press, rest, stroke

# Who waits for an answer waits long: what is late on a busy machine is not asked for twice.
PATIENT = """const later = window.setTimeout;
  window.setTimeout = (act, ms, ...rest) => later(act, ms >= 2500 ? 20 * ms : ms, ...rest);"""


def test_quick_strokes_leave_no_queue_and_the_last_is_not_lost(
    open_page: OpenPage, pad_url: str
) -> None:
    page = open_page("about:blank", wait=False)
    page.add_init_script(PATIENT)
    page.goto(f"{pad_url}/?delay=0.25")
    rest(page)
    for row in range(10):
        stroke(page, [(0.1, 0.08 + 0.09 * row), (0.5, 0.08 + 0.09 * row), (0.9, 0.08 + 0.09 * row)])
    at_the_end = int(facts(page)["sequence"])
    rest(page)
    seen = facts(page)
    assert int(seen["sequence"]) <= at_the_end + 3
    assert int(seen["runs"]) == int(seen["sequence"]) + 1  # none was interrupted and done twice
    rows = ink(page)[:, 56]
    assert (np.diff((rows > 128).astype(int)) == 1).sum() == 10


def test_the_drawing_is_there_when_one_comes_back(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    stroke(page, arc())
    rest(page)
    first = ink(page)
    stroke(page, [(0.2, 0.9), (0.8, 0.9)])
    rest(page)
    both = ink(page)
    for _ in range(2):
        page.get_by_text("Away").click()
        settle(page)
        assert page.locator(".paper").count() == 0
        page.get_by_text("Away").click()
        settle(page)
        np.testing.assert_array_equal(ink(page), both)
    press(page, "undo")
    np.testing.assert_array_equal(ink(page), first)
    # In a browser that has forgotten, the picture itself comes back.
    page.get_by_text("Away").click()
    settle(page)
    page.evaluate("globalThis.convscopePads.clear()")
    page.get_by_text("Away").click()
    settle(page)
    stroke(page, [(0.05, 0.95)])
    rest(page)
    press(page, "undo")
    np.testing.assert_array_equal(ink(page), first)

    page.get_by_role("button", name="Load noise").click()
    settle(page)
    rest(page)
    noise = np.rint(255 * np.random.default_rng(0).random((SIDE, SIDE)).astype(np.float32))
    np.testing.assert_array_equal(ink(page), noise)
    press(page, "undo")
    np.testing.assert_array_equal(ink(page), first)


def test_a_drawing_comes_back_after_a_reload_with_its_strokes(
    open_page: OpenPage, pad_url: str
) -> None:
    page = opened(open_page, f"{pad_url}/?recall=1&preset=3")
    page.reload()
    rest(page)
    assert facts(page)["preset"] == "3"  # nothing was drawn: as the link has it
    stroke(page, arc())
    rest(page)
    first = ink(page)
    press(page, "eraser")
    stroke(page, [(0.2, 0.4), (0.8, 0.5)])
    rest(page)
    both = ink(page)
    page.reload()
    page.wait_for_function("/sequence=[1-9]/.test(document.body.innerText)")
    rest(page)
    np.testing.assert_allclose(ink(page), both, atol=3)
    press(page, "undo")
    np.testing.assert_allclose(ink(page), first, atol=3)
    # What is no drawing counts for nothing.
    page.add_init_script("sessionStorage.setItem('convscope.pad.pad', '[{\"kind\": \"stroke\"}]')")
    page.reload()
    rest(page)
    assert facts(page)["preset"] == "3"


def test_answers_leave_nothing_behind(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    count = """() => { const d = document; let n = 0;
        for (const e of d.querySelectorAll('*')) n += e.shadowRoot
            ? e.shadowRoot.querySelectorAll('*').length : 1; return n; }"""
    frames = """async () => { let n = 0; const real = window.requestAnimationFrame;
        window.requestAnimationFrame = (f) => { n++; return real(f); };
        await new Promise((done) => setTimeout(done, 300));
        window.requestAnimationFrame = real; return n; }"""
    stroke(page, arc())
    rest(page)
    page.mouse.move(2, 2)
    settle(page)
    nodes = page.evaluate(count)
    for _ in range(4):
        stroke(page, arc(), pause=5)
    rest(page)
    page.mouse.move(2, 2)
    # At rest nothing is painted.
    until(page, lambda: page.evaluate(count) == nodes and page.evaluate(frames) == 0)


@pytest.fixture(scope="module")
def courier(browser, pad_url: str) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(10**9)  # it would run on between two calls
    page.goto(f"{pad_url}/_stcore/health")
    module = "/components/now/draw_pad/courier.js"
    page.evaluate(f"import('{module}').then(({{ Courier }}) => {{ window.Courier = Courier }})")
    yield page
    page.close()


def test_the_courier_sends_the_newest_waits_and_tries_again(courier: Page) -> None:
    page = courier
    page.evaluate("""() => { window.sent = []; window.ink = 0;
        window.post = new Courier(() => ({ink}), (m) => sent.push([m.sequence, m.ink])); }""")
    page.evaluate("for (ink = 1; ink < 6; ink++) post.touch()")
    assert page.evaluate("sent") == [[1, 1]]
    page.evaluate("ink = 5; post.hear(0)")
    assert page.evaluate("sent") == [[1, 1]]
    page.evaluate("post.hear(1)")
    assert page.evaluate("sent") == [[1, 1], [2, 5]]
    page.clock.run_for(2400)
    assert len(page.evaluate("sent")) == 2
    page.clock.run_for(200)  # patience is over: the newest once more
    assert page.evaluate("sent.at(-1)") == [3, 5]
    page.clock.run_for(4000)
    assert len(page.evaluate("sent")) == 3  # and longer this time
    page.evaluate("post.hear(2)")
    assert len(page.evaluate("sent")) == 3  # an old answer does not count
    page.evaluate("ink = 9; post.touch(); post.hear(3)")
    assert page.evaluate("sent.at(-1)") == [4, 9]
    page.evaluate("post.hear(4)")
    page.clock.run_for(60_000)
    assert len(page.evaluate("sent")) == 4
    # A server that has forgotten is told again.
    page.evaluate("post.hear(0)")
    assert page.evaluate("sent.at(-1)") == [5, 9]
