"""The sections of "Draw a digit" that look inside: the dot on the map, the patches of a unit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, frames, settle, until
from tests.browser.test_draw import draw, opened, query, way

PLANE = ".dot-map .plane"


def here(page: Page) -> str:
    return page.locator(PLANE).get_attribute("data-here") or ""


def test_the_dot_moves_while_the_pen_moves_and_an_answer_stays_short(
    open_page: OpenPage, app_url: str
) -> None:
    page = open_page("about:blank", wait=False)
    received: list[str | bytes] = []
    page.on("websocket", lambda s: s.on("framereceived", lambda frame: received.append(frame)))
    page.goto(f"{app_url}/draw?d_more=map")
    settle(page)
    assert here(page)
    page.locator(".pad [name='clear']").click()
    expect(page.locator(PLANE)).to_have_attribute("data-here", "")
    before = int(page.locator(".pad").get_attribute("data-sequence") or 0)
    received.clear()
    (stroke,) = way(3)
    places = []
    for part in (stroke[: len(stroke) // 2], stroke[len(stroke) // 2 :]):
        draw(page, [part], finish=False, steps=3)
        page.wait_for_function(
            f"""was => [...document.querySelectorAll('*')].some((e) => {{
              const plane = e.shadowRoot?.querySelector('{PLANE}');
              return plane && plane.dataset.here && plane.dataset.here !== was; }})""",
            arg=places[-1] if places else "",
        )
        places.append(here(page))  # the mouse is still down
    page.mouse.up()
    answers = int(page.locator(".pad").get_attribute("data-sequence") or 0) - before
    assert answers >= 2 and sum(map(len, received)) < 30_000 * answers


@pytest.mark.parametrize("height", [844, 664])
def test_on_a_phone_the_dot_is_seen_while_a_finger_draws(
    height: int, open_page: OpenPage, app_url: str
) -> None:
    page = open_page(f"{app_url}/draw?d_more=map", width=390, height=height, touch=True)
    paper, plane = page.locator(".pad .paper"), page.locator(PLANE)
    paper.evaluate("(paper) => paper.scrollIntoView({ block: 'end' })")
    frames(page)
    below, above = paper.bounding_box(), plane.bounding_box()
    assert above and below
    assert above["y"] > 40 and above["y"] + above["height"] <= below["y"]  # below the header
    assert below["y"] + below["height"] <= height + 1
    before = here(page)
    cdp = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.1), ("touchMove", 0.5), ("touchMove", 0.9)):
        spot = {"x": below["x"] + 9, "y": below["y"] + share * below["height"]}
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
    until(page, lambda: here(page) not in ("", before))  # the finger is still down
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_dot_is_gone_to_by_keys_and_picked_into_the_link(
    open_page: OpenPage, app_url: str
) -> None:
    page = opened_map(open_page, f"{app_url}/draw?d_more=map&d_layer=pool2")
    page.locator(PLANE).focus()
    page.keyboard.press("ArrowUp")
    first = page.locator(".dot-map .answer").inner_text()
    assert first.startswith("LeNet-5 reads ")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('d_dot=')")
    assert query(page)["d_dot"][0].isdecimal()
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('d_dot=')")
    # Another layer: the same dots, elsewhere.
    before = here(page)
    page.locator(".st-key-d_layer").get_by_text("pixels (784)").click()
    page.wait_for_function("location.search.includes('d_layer=input')")
    until(page, lambda: here(page) not in ("", before))


def opened_map(open_page: OpenPage, url: str) -> Page:
    page = open_page(url)
    settle(page)
    page.locator(PLANE).wait_for()
    frames(page)
    return page


def test_a_click_on_a_unit_brings_its_patches_and_grows_its_picture(
    open_page: OpenPage, app_url: str
) -> None:
    page = opened(open_page, f"{app_url}/draw?d_more=looks&d_sel=conv2")
    expect(page.get_by_text("conv2, map", exact=False).first).to_be_visible()
    scene = page.locator(".network-view .scene")
    scene.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("/d_sel=conv2[.]/.test(location.search)")
    (selected,) = query(page)["d_sel"]
    unit = selected.split(".")[1]
    head = page.locator(".st-key-draw_further p", has_text=f"conv2, map {unit}")
    expect(head.first).to_be_visible(timeout=20_000)
    expect(page.locator(".st-key-draw_patches img")).to_have_count(9)
    film = page.locator(".film")
    expect(film).to_have_attribute("data-position", "40", timeout=20_000)  # it has grown
    page.get_by_role("button", name="First step").click()
    expect(film.locator(".readout")).to_have_text("step 0 of 40")
    page.wait_for_function("location.search.includes('d_step=0')")


def test_more_is_allowed_and_the_answer_changes(open_page: OpenPage, app_url: str) -> None:
    page = opened(open_page, f"{app_url}/draw?d_more=fool&d_eps=0")
    after = page.locator(".film .strip .caption").nth(1)
    expect(after).to_contain_text("reads 3")
    page.locator(".film .timeline").focus()
    page.keyboard.press("End")
    expect(after).not_to_contain_text("reads 3")
    expect(page.locator(".film .readout")).to_have_text("ε = 0.25")
    page.wait_for_function("location.search.includes('d_eps=0.25')")
