"""The page "Draw a digit" as a student uses it: drawing, watching, opening, coming back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from cnn.nets.container import stack_of
from cnn.window.receptive_field import receptive_field
from tests.browser.conftest import OpenPage, frames, settle
from tests.cnn.pad_drawings import WAYS
from ui import presets, readers

Points = list[tuple[float, float]]
CLASSES = ".bar-row[data-class]"


def opened(open_page: OpenPage, url: str, **how: Any) -> Page:
    page = open_page(url, **how)
    rest(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    frames(page)
    return page


def rest(page: Page) -> None:
    """Until Python has answered the drawing that is on the paper, and the view shows it."""
    frames(page)
    page.locator(".pad[data-busy='false']").wait_for(state="attached", timeout=20_000)
    sent = page.locator(".pad").get_attribute("data-sequence")
    if sent:
        page.locator(f".network-view[data-sequence='{sent}']").wait_for(
            state="attached", timeout=20_000
        )


def draw(page: Page, strokes: list[Points], finish: bool = True, steps: int = 1) -> None:
    """With the mouse: strokes in units of the paper's side, so many moves from point to point.

    Python answers nearly every move, and the view shows each answer: few moves are quickly drawn.
    """
    box = page.locator(".pad .ink").bounding_box()
    assert box

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    for i, stroke in enumerate(strokes):
        page.mouse.move(*at(stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*at(point), steps=steps)
        if finish or i < len(strokes) - 1:
            page.mouse.up()
    if finish:
        rest(page)


def way(digit: int, variant: int = 0) -> list[Points]:
    """One of the ways of drawing a digit, 0.66 of the paper high and in its middle."""
    strokes = WAYS[digit][variant]
    xs = [x for stroke in strokes for x, _ in stroke]
    ys = [y for stroke in strokes for _, y in stroke]
    scale = 0.66 / max(max(xs) - min(xs), max(ys) - min(ys))
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    return [
        [(0.5 + (x - middle[0]) * scale, 0.5 + (y - middle[1]) * scale) for x, y in stroke]
        for stroke in strokes
    ]


def bars(page: Page) -> list[float]:
    """The ten probabilities as they stand on the screen."""
    return [
        float(text) for text in page.locator(f"{CLASSES} .probability-number").all_inner_texts()
    ]


def logits(page: Page) -> list[str]:
    return page.locator(f"{CLASSES} .logit-number").all_inner_texts()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.fixture(scope="module")
def drawn(browser: Browser, app_url: str) -> Iterator[Page]:
    """One page that several tests draw on."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{app_url}/draw")
    settle(page)
    rest(page)
    yield page
    page.close()


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_drawn_with_the_mouse_is_read(digit: int, drawn: Page) -> None:
    drawn.locator(".pad [name='clear']").click()
    draw(drawn, way(digit))
    expect(drawn.locator(".pad .answer")).to_contain_text(f"It reads {digit},")
    shares = bars(drawn)
    assert shares.index(max(shares)) == digit
    assert sum(shares) == pytest.approx(1, abs=0.006)


def test_half_way_through_a_stroke_the_bars_have_moved(drawn: Page) -> None:
    page = drawn
    page.locator(".pad [name='clear']").click()
    rest(page)
    page.wait_for_timeout(600)
    empty = logits(page)
    (three,) = way(3)
    draw(page, [three[: len(three) // 2]], finish=False)
    page.wait_for_function(
        "before => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector("
        "'.bar-row[data-class=\"3\"] .logit-number') && e.shadowRoot.querySelector("
        "'.bar-row[data-class=\"3\"] .logit-number').textContent !== before)",
        arg=empty[3],
    )
    half = logits(page)
    assert half != empty
    box = page.locator(".pad .ink").bounding_box()
    assert box
    for x, y in three[len(three) // 2 :]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.up()
    rest(page)
    assert logits(page) != half
    assert max(bars(page)) == bars(page)[3]


def test_a_stroke_brings_25_kb_an_answer_and_a_reload_brings_all_of_it_again(
    open_page: OpenPage, app_url: str
) -> None:
    page = open_page("about:blank", wait=False)
    received: list[str | bytes] = []
    page.on("websocket", lambda s: s.on("framereceived", lambda frame: received.append(frame)))
    page.goto(f"{app_url}/draw")
    settle(page)
    rest(page)
    draw(page, way(1))  # says what the browser holds
    page.locator(".pad [name='clear']").click()
    rest(page)
    before = int(page.locator(".pad").get_attribute("data-sequence") or 0)
    received.clear()
    answers = 0
    while answers <= 3:  # however many moves go into one answer
        page.mouse.up()
        draw(page, way(8), finish=False, steps=3)
        frames(page)
        answers = int(page.locator(".pad").get_attribute("data-sequence") or 0) - before
    assert sum(map(len, received)) < 25_000 * answers
    page.mouse.up()
    page.reload()
    rest(page)
    assert len(bars(page)) == 10


def test_ten_quick_strokes_leave_no_queue(drawn: Page) -> None:
    page = drawn
    page.locator(".pad [name='clear']").click()
    rest(page)
    view = page.locator(".network-view")
    rows = [[(0.1, 0.05 + 0.09 * i), (0.9, 0.05 + 0.09 * i)] for i in range(10)]
    draw(page, rows, steps=3)
    last = page.locator(".pad").get_attribute("data-sequence")
    assert view.get_attribute("data-sequence") == last
    page.wait_for_timeout(1500)
    assert page.locator(".pad").get_attribute("data-sequence") == last  # nothing came after


def test_the_receptive_field_is_the_one_that_the_geometry_gives(
    open_page: OpenPage, app_url: str
) -> None:
    page = opened(open_page, f"{app_url}/draw?d_sel=conv2.3.4.5")
    net = readers.network("lenet").net
    layers = list(net.layers.values())[: list(net.layers).index("conv2") + 1]
    rows, columns = receptive_field(stack_of(type(net)(*layers), (1, 28, 28)))
    expected = [*rows.cells(4), *columns.cells(5)]
    assert page.evaluate("globalThis.convscopeFields.get('d_pad')") == expected
    # The window stage shows the same cell's sum; it is the value in the map.
    assert page.locator(".stage, [class*=stage]").count() > 0

    # Escape leads out, one level at a time, and the address follows.
    page.locator(".network-view .scene").focus()
    for left in ("conv2.3", "conv2", None):
        page.keyboard.press("Escape")
        page.wait_for_function(
            "text => new URLSearchParams(location.search).get('d_sel') === text", arg=left
        )
    assert page.evaluate("globalThis.convscopeFields.get('d_pad')") is None


def test_a_link_gives_the_same_view_and_a_stroke_leaves_it(
    open_page: OpenPage, app_url: str
) -> None:
    link = f"{app_url}/draw?d_pre=4-or-9&d_sel=conv2&d_fit=0&d_more=none"
    page = opened(open_page, link)
    first = (page.locator(".pad .answer").inner_text(), page.get_by_test_id("stTable").inner_text())
    assert "It reads" in first[0]
    page.reload()
    settle(page)
    rest(page)
    again = (page.locator(".pad .answer").inner_text(), page.get_by_test_id("stTable").inner_text())
    assert again == first
    assert query(page) == parse_qs(urlparse(link).query)
    # A sample is in the link as soon as it is there; an own drawing only says that it is one.
    page.locator("[name='sample-7']").click()
    page.wait_for_function("location.search.includes('d_pre=7')", timeout=20_000)
    expect(page.get_by_test_id("stTable")).not_to_have_text(first[1], timeout=20_000)
    draw(page, [[(0.1, 0.9), (0.2, 0.9)]])
    page.wait_for_function("location.search.includes('d_pre=own')", timeout=20_000)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    page.wait_for_function("location.search === ''", timeout=20_000)
    expect(page.locator(".pad .answer")).to_contain_text("It reads 3", timeout=20_000)
    expect(page.locator("[name='sample-3']")).to_have_attribute("aria-pressed", "true")


def test_the_drawing_is_there_after_another_page(open_page: OpenPage, app_url: str) -> None:
    page = opened(open_page, f"{app_url}/draw")
    draw(page, way(2))
    before = logits(page)
    page.get_by_role("link", name=re.compile("^← ")).click()
    page.wait_for_url(re.compile("^(?!.*draw)"))
    settle(page)
    page.go_back()
    settle(page)
    rest(page)
    expect(page.locator(".pad .answer")).to_contain_text("It reads 2")
    assert logits(page) == before


def test_a_photograph_replaces_the_drawing_and_can_be_undone(
    open_page: OpenPage, app_url: str
) -> None:
    page = opened(open_page, f"{app_url}/draw?d_pre=1")
    preset = presets.by_id("2")
    assert preset
    pixels = (255 * (0.9 - 0.6 * preset.ink())).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize((480, 480)).save(out, "JPEG")
    page.get_by_role("button", name="Use a photograph").click()
    page.locator(".st-key-d_photo input[type=file]").set_input_files(
        files=[{"name": "two.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}]
    )
    expect(page.get_by_text("dark on light; it is on the pad")).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")
    expect(page.locator(".pad .answer")).to_contain_text("It reads 2,", timeout=20_000)
    page.locator(".pad [name='undo']").click()
    expect(page.locator(".pad .answer")).to_contain_text("It reads 1,", timeout=20_000)


@pytest.mark.parametrize(
    ("theme", "width", "height"), [("light", 390, 844), ("dark", 390, 844), ("light", 360, 640)]
)
def test_on_a_phone_pad_and_answer_are_seen_together(
    theme: str, width: int, height: int, open_page: OpenPage, app_url: str
) -> None:
    page = opened(open_page, f"{app_url}/draw", width=width, height=height, touch=True, theme=theme)
    wide = "(() => { const m = document.querySelector('[data-testid=stMain]');"
    assert page.evaluate(wide + "return m.scrollWidth - m.clientWidth })()") == 0
    page.locator(".pad .paper").evaluate("(paper) => paper.scrollIntoView({ block: 'nearest' })")
    box = page.locator(".pad .ink").bounding_box()
    assert box and box["width"] > 250
    scroll = wide + "return m.scrollTop })()"
    before = page.evaluate(scroll)
    cdp = page.context.new_cdp_session(page)
    for kind, y in (("touchStart", 0.1), *(("touchMove", 0.1 + 0.1 * i) for i in range(1, 9))):
        spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + y * box["height"]}
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
    # The finger is still down: the answer stands above the paper, the first maps below it.
    expect(page.locator(".pad .best li").first).to_contain_text("1", timeout=20_000)
    above, below = (page.locator(f".pad {part}").bounding_box() for part in (".best", ".maps"))
    assert above and below
    assert 0 <= above["y"] < above["y"] + above["height"] <= box["y"]
    assert box["y"] + box["height"] <= below["y"] < below["y"] + below["height"] <= height
    colours = page.locator(".pad .maps").evaluate(
        """(canvas) => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )
    assert colours > 20
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    rest(page)
    expect(page.locator(".pad .answer")).to_contain_text("It reads 1,")
    assert page.evaluate(scroll) == before


def test_an_own_drawing_comes_back_after_a_reload(open_page: OpenPage, app_url: str) -> None:
    page = opened(open_page, f"{app_url}/draw")
    draw(page, way(2))
    page.wait_for_function("location.search.includes('d_pre=own')", timeout=20_000)
    page.reload()
    settle(page)
    expect(page.locator(".pad .answer")).to_contain_text("It reads 2,", timeout=20_000)
    # A link says what is drawn, whatever the tab remembers.
    page.goto(f"{app_url}/draw?d_pre=7")
    settle(page)
    expect(page.locator(".pad .answer")).to_contain_text("It reads 7,", timeout=20_000)
