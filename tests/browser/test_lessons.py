"""The lessons on convolution, padding, pooling and channels, as a class uses them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from cnn.window import named_kernels
from tests.browser.conftest import PAPER, OpenPage, settle, until
from tests.browser.stage import centre, panel, place_of, value

LESSONS = ("convolution", "padding", "pooling", "channels")


def query(page: Page) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(urlparse(page.url).query).items()}


def until_address(page: Page, name: str, text: str | None) -> None:
    """Wait until the address has (or no longer has) the setting."""
    page.wait_for_function(
        "([name, text]) => new URLSearchParams(location.search).get(name) === text",
        arg=[name, text],
    )


def ready(page: Page) -> None:
    settle(page)
    page.locator(".stage [data-row]").first.wait_for()


def type_in_kernel(page: Page, cell: int, text: str) -> None:
    page.locator(".kernel").first.locator(".ng-cell").nth(cell).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_every_lesson_plays_to_the_end_and_asks_nobody(app_url: str, open_page: OpenPage) -> None:
    page = open_page("about:blank", wait=False)
    sent: list[str] = []
    outside: list[str] = []
    errors: list[str] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda _: sent.append("frame")))
    page.on("request", lambda r: outside.append(r.url) if "//127.0.0.1" not in r.url else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path, last in (
        ("convolution", (1, 1)),
        ("padding?pa_n=4&pa_s=2", (1, 1)),
        ("pooling?po_k=4&po_s=4", (1, 1)),
        ("channels", (9, 9)),
    ):
        page.goto(f"{app_url}/{path}")
        ready(page)
        before = len(sent)
        page.locator(".speed").select_option("8")
        page.locator(".play").click()
        page.locator(".play[data-playing=false]").wait_for(timeout=30_000)
        assert place_of(page) == last, path
        for key, cell in (("Home", (0, 0)), ("ArrowRight", (0, 1)), ("ArrowDown", (1, 1))):
            page.locator(".stage").press(key)
            assert place_of(page) == cell, path
        page.locator(".stage").press("Escape")
        point = panel(page, "output")
        page.mouse.move(*centre(point, 0, 0))
        assert place_of(page) == (0, 0), path
        assert before > 0 and len(sent) == before, f"{path}: playing and pointing send nothing"
    outside = [u for u in outside if u.split(":")[0] in ("http", "https", "ws", "wss")]
    assert not outside and not errors


def test_an_edited_kernel_lives_in_the_link(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/convolution")
    ready(page)
    assert value(page, "y") == 9
    type_in_kernel(page, 0, "seven")
    message = page.locator(".ng-message").first
    expect(message).to_have_text("“seven” is not a number; the cell keeps 1.")
    page.keyboard.press("Escape")
    assert value(page, "y") == 9, "the last good state stays"

    type_in_kernel(page, 0, "-2,5")
    until_address(page, "cv_w", "corner~-2.5,1;0,1")
    assert value(page, "y") == -2.5 + 7 + 1
    page.reload()
    ready(page)
    assert value(page, "y") == 5.5, "a reload brings it back"

    # An input cell, by the keyboard alone; then to another lesson and back.
    where = panel(page, "input")
    page.mouse.click(*centre(where, 0, 0))
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.wait_for_function("decodeURIComponent(location.search).includes('cv_x=example~4')")
    assert value(page, "y") == 4 * -2.5 + 7 + 1
    settle(page)
    page.get_by_role("link", name="Padding and stride →").click()
    page.wait_for_url("**/padding*")
    ready(page)
    page.get_by_role("link", name="← Convolution").click()
    page.wait_for_url("**/convolution*")
    ready(page)
    assert value(page, "y") == -2
    until_address(page, "cv_w", "corner~-2.5,1;0,1")

    # Put back the preset; and straight after an edit, reset everything.
    page.get_by_role("button", name="Put the kernel back").click()
    until_address(page, "cv_w", None)
    until(page, lambda: value(page, "y") == 4 + 7 + 1)  # the address is told before the stage
    type_in_kernel(page, 3, "3")
    until_address(page, "cv_w", "corner~1,1;0,3")
    page.get_by_role("button", name="Reset").click()
    until_address(page, "cv_w", None)
    settle(page)
    assert value(page, "y") == 9
    until(page, lambda: query(page) == {})

    # A drag: up is more; Python hears the last value.
    box = page.locator(".kernel").first.locator(".ng-cell").nth(1).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=8)
    page.mouse.up()
    page.wait_for_function("/cv_w=corner~1,[2-9];0,1/.test(decodeURIComponent(location.search))")


def test_a_cell_is_guessed_before_it_is_shown(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/convolution?cv_ask=1")
    ready(page)
    outputs = {(0, 0): 9, (0, 1): 32, (1, 0): 14, (1, 1): 26}
    shown = page.locator("[data-row=y] .value")
    expect(shown).to_have_text("?")
    guess = page.locator(".st-key-guess_cv_g0")
    right = outputs[place_of(page)]
    for answer, verdict in ((right + 1, f"Not {right + 1}."), (right, "Yes.")):
        guess.get_by_placeholder("Your answer").fill(str(answer))
        guess.get_by_role("button", name="Check").click()
        expect(guess).to_contain_text(verdict)
        settle(page)
        expect(shown).to_have_text(str(right))
    guess.get_by_role("button", name="Another").click()
    until_address(page, "cv_g0", "1")
    settle(page)
    expect(shown).to_have_text("?")

    # The one with pictures: four in a row, and picking one is checked.
    pick = page.locator(".st-key-guess_cv_g2")
    tops = pick.locator("img").evaluate_all("all => all.map(i => i.getBoundingClientRect().y)")
    assert len(tops) == 4 and len({round(y) for y in tops}) == 1
    for letter in "ABCD":
        pick.locator("button", has_text=re.compile(f"^{letter}$")).click()
        expect(pick).to_contain_text(re.compile("Yes|Not " + letter))
        if "Yes" in pick.inner_text():
            break
    else:
        raise AssertionError("one of the four is right")


def test_a_point_of_a_chart_sets_its_slider(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/padding")
    ready(page)
    slider = page.locator(".st-key-pa_s").get_by_role("slider")
    assert slider.input_value() == "1"
    chart = page.locator(".st-key-pa_sizes figure", has_text="stride s").locator("svg")
    chart.locator("circle:not(.here)").nth(1).click(force=True)
    until_address(page, "pa_s", "2")
    settle(page)
    assert slider.input_value() == "2"
    slider.focus()
    page.keyboard.press("ArrowRight")
    until_address(page, "pa_s", "3")


def test_a_phone_scrolls_one_way_and_is_tapped(app_url: str, open_page: OpenPage) -> None:
    page = open_page("about:blank", width=390, height=844, touch=True, theme="dark", wait=False)
    for lesson in LESSONS:
        page.goto(f"{app_url}/{lesson}")
        ready(page)
        for theme, cell in (("dark", (1, 1)), ("light", (0, 1))):
            wear(page, theme)
            assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390, lesson
            where = centre(panel(page, "output"), *cell)
            page.evaluate("y => document.querySelector('.stMain').scrollBy(0, y - 400)", where[1])
            page.touchscreen.tap(*centre(panel(page, "output"), *cell))
            shown = page.locator(".readout").inner_text()
            assert shown.startswith(f"[{cell[0]}, {cell[1]}]"), (lesson, theme)
    for view in ("bank", "mix", "depth"):
        page.goto(f"{app_url}/channels?ch_view={view}")
        settle(page)
        for theme in PAPER:
            wear(page, theme)
            assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390, view


def wear(page: Page, theme: str) -> None:
    """Put the theme on, which needs no page of its own."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    expect(page.locator(".stApp")).to_have_css("background-color", PAPER[theme])
    settle(page)


def test_on_a_projector_the_sum_is_above_the_fold(app_url: str, open_page: OpenPage) -> None:
    page = open_page("about:blank", wait=False)
    low: dict[str, float] = {}
    for path in (
        "convolution?",
        "convolution?cv_in=digit&cv_k=sobel_x&",
        "convolution?cv_in=picture&cv_k=sobel_x&",
        "padding?",
        "pooling?",
        "channels?",
    ):
        page.goto(f"{app_url}/{path}projector=1")
        ready(page)
        page.locator(".stage.projector").wait_for()
        bottom = page.locator(".stage .sum").evaluate("e => e.getBoundingClientRect().bottom")
        if bottom > 900:
            low[path] = bottom
    assert not low


def test_a_link_from_elsewhere_opens_with_what_fits(app_url: str, open_page: OpenPage) -> None:
    page = open_page("about:blank", wait=False)
    for path in (
        "convolution?cv_w=corner~a,b&cv_x=~&cv_in=moon&cv_b=inf&cv_k=&cv_seed=-1&cv_ask=2&old=1",
        "convolution?cv_w=corner~1,1,1;0,0,0;1,1,1&cv_g0=x&cv_g1=-1&cv_g2=1e9",
        "padding?pa_n=2&pa_f=99&pa_p=-1&pa_s=0&pa_mode=half&pa_fill=water&pw_n=x",
        "pooling?po_kind=median&po_k=1&po_s=9&po_p=7&po_in=&po_shift=x",
        "channels?ch_view=none&ch_k=zz&ch_b=NaN&ch_w=edges~1",
    ):
        page.goto(f"{app_url}/{path}")
        ready(page)
        assert page.locator("[data-testid=stException]").count() == 0, path
        if path.startswith("convolution"):
            assert value(page, "y") == 9
            found = page.locator(".kernel").first.locator(".ng-cell").all_inner_texts()
            assert [float(t) for t in found] == named_kernels.corner().ravel().tolist()
