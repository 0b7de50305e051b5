"""The drawing pad in a browser: every way of holding the pen, and what reaches Python."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.data import strokes
from tests.browser.conftest import OpenPage, frames
from tests.browser.pad import (
    SIDE,
    arc,
    assert_paper_shows_the_ink,
    facts,
    ink,
    opened,
    paper,
    place,
    press,
    rest,
    stroke,
)
from ui import presets


def test_ink_arrives_while_the_mouse_moves_and_everything_can_be_undone(
    open_page: OpenPage, pad_url: str
) -> None:
    page = opened(open_page, pad_url)
    assert ink(page).sum() == 0
    assert page.locator(".invitation").is_visible()

    # Half a stroke: Python has ink before the pen is lifted.
    at = place(page)
    page.mouse.move(*at(*arc()[0]))
    page.mouse.down()
    for point in arc()[1:12]:
        page.mouse.move(*at(*point))
        page.wait_for_timeout(30)
    page.wait_for_function("/sequence=([2-9]|\\d\\d).*moving=True/.test(document.body.innerText)")
    half = ink(page).sum()
    assert half > 0
    for point in arc()[12:]:
        page.mouse.move(*at(*point))
    page.mouse.up()
    rest(page)
    whole = ink(page)
    assert whole.sum() > 1.5 * half
    # The ink lies where the pen went: everything within a pen's width of the curve.
    rows, columns = np.nonzero(whole > 0)
    path = np.array(arc(400)) * SIDE
    distance = np.hypot(path[:, :1] - columns - 0.5, path[:, 1:] - rows - 0.5).min(0)
    assert distance.max() < 4.5 + 2

    stroke(page, [(0.2, 0.9), (0.5, 0.9), (0.8, 0.9)])
    rest(page)
    both = ink(page)
    assert both.sum() > whole.sum()
    press(page, "undo")
    np.testing.assert_array_equal(ink(page), whole)
    press(page, "redo")
    np.testing.assert_array_equal(ink(page), both)

    press(page, "eraser")
    stroke(page, [(0.1, 0.9), (0.5, 0.9), (0.9, 0.9)])
    rest(page)
    np.testing.assert_array_equal(ink(page)[:90], whole[:90])
    assert ink(page)[98:104].sum() == 0
    press(page, "pen")
    press(page, "invert")
    assert ink(page)[0, 0] == 255
    press(page, "invert")
    assert ink(page)[0, 0] == 0
    press(page, "clear")
    assert ink(page).sum() == 0
    assert page.locator(".invitation").is_visible()
    assert page.locator(".pad [role='status']").inner_text() == "0 of ink."
    for _ in range(4):
        press(page, "undo")
    np.testing.assert_array_equal(ink(page), both)
    # A new stroke forgets what was undone.
    stroke(page, [(0.5, 0.1)])
    expect(page.locator(".pad [name='redo']")).to_be_disabled()


def test_the_steps_of_the_preparation_are_shown(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    page.locator("[name='sample-5']").click()
    rest(page)
    caption = page.locator(".steps").inner_text()
    assert re.search(r"Fitted into 15×20 pixels, moved \d (right|left)", caption)
    count = """() => [...document.querySelectorAll('*')]
        .map((e) => e.shadowRoot?.querySelector('.marks')).filter(Boolean)
        .map((c) => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })[0]"""
    page.mouse.move(2, 2)
    frames(page)
    assert page.evaluate(count) > 200
    page.locator(".pad [name='marking']").click()
    page.mouse.move(2, 2)
    frames(page)
    assert page.evaluate(count) == 0
    # Another component points at the middle of the network's image: outlined on the drawing.
    page.evaluate(
        "window.dispatchEvent(new CustomEvent('convscope:field',"
        " {detail: {target: 'pad', area: [4, 24, 4, 24]}}))"
    )
    frames(page)
    assert page.evaluate(count) > 1000


@pytest.mark.parametrize("name", ["2", "5tilt", "8thick", "9thin", "face"])
def test_a_sample_in_the_link_is_there_at_once_and_is_what_python_draws(
    name: str, open_page: OpenPage, pad_url: str
) -> None:
    preset = presets.by_id(name)
    assert preset
    page = opened(open_page, f"{pad_url}/?preset={name}")
    expected = np.rint(preset.ink() * 255)
    np.testing.assert_allclose(ink(page), expected, atol=1)
    assert facts(page)["sequence"] == "0"
    # The first stroke takes its place; undone, the browser's own ink of the sample comes back.
    stroke(page, [(0.05, 0.95)])
    rest(page)
    assert facts(page)["preset"] == "None"
    assert ink(page)[:90].sum() == 0
    press(page, "undo")
    assert ink(page).sum() == 0
    press(page, "undo")
    assert facts(page)["preset"] == name
    np.testing.assert_allclose(ink(page), expected, atol=1)


#: Of the ink that Python had while it was drawn.
NOTE_THE_SUMS = """() => { window.sums = [];
  new MutationObserver(() => {
    const [, sum] = /sum=([\\d.]+) .* moving=True/.exec(document.body.innerText) ?? [];
    if (Number(sum)) window.sums.push(Number(sum)); })
    .observe(document.body, { childList: true, characterData: true, subtree: true }); }"""


def test_a_sample_draws_itself_and_the_pen_may_interrupt(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    page.evaluate(NOTE_THE_SUMS)
    for _ in range(10):  # a slow machine may not answer before it is drawn
        page.locator("[name='sample-8']").click()
        rest(page)
        assert facts(page)["preset"] == "8"
        whole = float(facts(page)["sum"])
        if any(part < 0.8 * whole for part in page.evaluate("sums")):
            break
        press(page, "clear")
    else:
        raise AssertionError("Python had none of it before it was whole")
    page.locator("[name='sample-1']").click()
    page.wait_for_timeout(100)
    stroke(page, [(0.1, 0.1)])
    rest(page)
    preset = presets.by_id("1")
    assert preset
    one = np.rint(preset.ink() * 255)
    np.testing.assert_allclose(ink(page)[30:], one[30:], atol=1)

    still = opened(open_page, pad_url, reduced_motion=True)
    still.locator("[name='sample-8']").click()
    rest(still)
    assert facts(still)["sequence"] == "1"  # drawn whole, in one go


def test_the_same_ink_at_every_density_of_pixels(open_page: OpenPage, pad_url: str) -> None:
    inks = []
    for scale in (1, 2, 3):
        page = opened(open_page, pad_url, scale=scale)
        stroke(page, arc())
        rest(page)
        inks.append(ink(page))
        page.close()
    assert inks[0].sum() > 0
    for other in inks[1:]:
        assert np.abs(other - inks[0]).max() <= 8  # of 255: less than a thirtieth of a pixel
        assert abs(other.sum() - inks[0].sum()) < 0.002 * inks[0].sum()


def test_a_finger_draws_and_does_not_scroll(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url, width=390, height=844, touch=True)
    page.locator(".samples").scroll_into_view_if_needed()
    at = place(page)
    cdp = page.context.new_cdp_session(page)
    scroll = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scroll)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        marks = [{"x": at(*p)[0], "y": at(*p)[1], "id": i} for i, p in enumerate(points)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": marks})

    touch("touchStart", (0.5, 0.8))
    for i in range(1, 9):
        touch("touchMove", (0.5, 0.8 - 0.08 * i))
    # A second finger changes nothing.
    touch("touchStart", (0.5, 0.16), (0.9, 0.9))
    touch("touchMove", (0.5, 0.14), (0.8, 0.8))
    touch("touchEnd")
    rest(page)
    drawn = ink(page)
    assert drawn[30:80, 50:62].sum() > 0
    assert drawn[:, 70:].sum() == 0
    assert page.evaluate(scroll) == before
    overflow = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{overflow}.scrollWidth - {overflow}.clientWidth") == 0


def wander(rng: np.random.Generator) -> list[tuple[float, float]]:
    """A tap, a touch that trembles, a short line or a long one that may leave the paper."""
    count = int(rng.choice([1, 1, 2, 3, 12]))
    length = float(rng.choice([0.001, 0.004, 0.02, 0.2]))
    points = np.cumsum(
        np.concatenate([rng.uniform(0, 1, (1, 2)), rng.normal(0, length, (count - 1, 2))]), 0
    )
    return [(float(x), float(y)) for x, y in points]


@pytest.mark.parametrize("pointer", ["mouse", "pen", "touch"])
def test_what_is_on_the_paper_is_what_python_has(
    pointer: str, open_page: OpenPage, pad_url: str
) -> None:
    page = opened(open_page, pad_url, scale=2, touch=pointer == "touch")
    page.locator(".paper").scroll_into_view_if_needed()
    cdp, at, rng = page.context.new_cdp_session(page), place(page), np.random.default_rng(7)

    def send(kind: int, point: tuple[float, float], force: float) -> None:
        spot = dict(zip("xy", at(*point), strict=True))
        if pointer == "touch":
            name = ("touchStart", "touchMove", "touchEnd")[kind]
            cdp.send(
                "Input.dispatchTouchEvent",
                {"type": name, "touchPoints": [] if kind == 2 else [{**spot, "force": force}]},
            )
            return
        name = ("mousePressed", "mouseMoved", "mouseReleased")[kind]
        held = {"button": "left", "buttons": int(kind < 2), "pointerType": pointer, "clickCount": 1}
        cdp.send("Input.dispatchMouseEvent", {"type": name, **held, **spot, "force": force})

    def draw(points: list[tuple[float, float]]) -> None:
        forces = rng.uniform(0.05, 1, len(points))
        for i, point in enumerate(points):
            send(min(i, 1), point, float(forces[i]))
        send(2, points[-1], 0)

    draw([(0.5, 0.5)])
    assert_paper_shows_the_ink(page, "a tap")
    assert paper(page).max() > 250
    for turn in range(6):
        tool = "eraser" if rng.random() < 0.35 else "pen"
        page.locator(f".pad [name='{tool}']").click()
        page.locator(".pad .width input").fill(str(rng.integers(3, 25)))
        points = wander(rng)
        draw(points)
        assert_paper_shows_the_ink(page, f"{tool}, stroke {turn}: {points}")
    for change in ("undo", "invert", "sample-8", "undo"):
        page.locator(f".pad [name='{change}']").click()
        assert_paper_shows_the_ink(page, change)


def test_a_stylus_draws_wider_when_pressed_harder(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    cdp = page.context.new_cdp_session(page)
    at = place(page)

    def line(x: float, force: float) -> None:
        for kind, y in (("mousePressed", 0.2), *(("mouseMoved", 0.2 + 0.1 * i) for i in range(7))):
            spot = dict(zip("xy", at(x, y), strict=True))
            pen = {"pointerType": "pen", "force": force, "button": "left", "buttons": 1}
            cdp.send("Input.dispatchMouseEvent", {"type": kind, "clickCount": 1, **pen, **spot})
        end = {"type": "mouseReleased", "pointerType": "pen", "button": "left", "buttons": 0}
        cdp.send("Input.dispatchMouseEvent", {**end, **spot})

    line(0.25, 0.2)
    line(0.75, 0.9)
    rest(page)
    light, hard = ((ink(page)[50, half] > 127).sum() for half in (slice(0, 56), slice(56, 112)))
    assert 4 <= light <= 7  # 0.64 of 9
    assert 12 <= hard <= 15  # 1.48 of 9


def test_the_keyboard_draws(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    paper = page.locator(".paper")
    assert "arrow keys" in (paper.get_attribute("aria-label") or "")
    page.locator(".pad .width input").focus()
    page.keyboard.press("Tab")
    assert page.locator(".keys").is_visible()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    rest(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pad [role='status']")).to_contain_text("54 across, 68 down")
    corners = np.array([[56, 36], [56, 76], [57, 76]]) / SIDE
    np.testing.assert_allclose(ink(page), np.rint(255 * strokes.draw([corners], SIDE, 9)), atol=1)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    page.keyboard.press("Control+z")
    rest(page)
    assert ink(page).sum() == 0
    page.keyboard.press("Control+Shift+Z")
    rest(page)
    assert ink(page).sum() > 0
    page.keyboard.press("Delete")
    rest(page)
    assert ink(page).sum() == 0


def test_the_pen_may_leave_the_paper_and_come_back(open_page: OpenPage, pad_url: str) -> None:
    page = opened(open_page, pad_url)
    stroke(page, [(0.5, 0.5), (0.9, 0.5), (1.3, 0.5), (1.3, 0.7), (0.9, 0.7), (0.5, 0.7)])
    rest(page)
    drawn = ink(page)
    assert drawn[56, 106] == 255
    assert drawn[78, 100] > 0
    press(page, "clear")
    # Pressed outside, drawn from the edge.
    stroke(page, [(1.2, 0.3), (1.1, 0.3), (0.98, 0.3), (0.7, 0.3), (0.5, 0.3)])
    rest(page)
    drawn = ink(page)
    assert drawn[34, 60:104].min() == 255
    assert drawn[34, :50].max() == 0
    press(page, "clear")
    # Lifted outside: what comes back is not drawing any more.
    stroke(page, [(0.5, 0.5), (0.9, 0.5), (1.3, 0.5)])
    page.mouse.move(*place(page)(0.5, 0.9))
    rest(page)
    assert ink(page)[90:].sum() == 0
