"""A tour in a browser: walked with a remote control, left and come back to, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, settle
from ui import lessons
from ui.tours import plan, progress, shelf
from ui.tours.plan import Answers, Dealt
from ui.tours.progress import Place
from ui.tours.reading import Tour
from ui.tours.rehearsal import Asked

TOURS = shelf.shelf().tours
PATIENCE = 20_000  # milliseconds for a page on a busy machine; a step is not waited for otherwise


def link(name: str, number: int = 1) -> str:
    return progress.link_to(Place(TOURS[name], number))


def bar(page: Page, part: str) -> Locator:
    return page.locator(f".st-key-tour_bar .{part}")


def at_step(page: Page, tour: Tour, number: int) -> None:
    """The page is the step's, as it is written, and the bar says so."""
    step = tour.steps[number - 1]
    page.wait_for_url(lambda url: f"tour={tour.name}.{number}" in url)
    title = lessons.by_slug(step.lesson).title
    expect(page.locator("h1").first).to_have_text(title, timeout=PATIENCE)
    expect(bar(page, "count")).to_have_text(f"{number} of {len(tour.steps)}", timeout=PATIENCE)
    expect(bar(page, "sentence")).to_have_text(step.sentence, timeout=PATIENCE)
    expect(bar(page, "return")).to_be_hidden(timeout=PATIENCE)
    wanted = [f"{name}={text}" for name, text in step.settings.items()]
    page.wait_for_url(lambda url: all(one in url for one in wanted), timeout=PATIENCE)
    if step.guess:
        guess = page.locator(f".st-key-guess_{step.guess}")
        expect(guess).to_have_count(1, timeout=PATIENCE)
        expect(bar(page, "guess")).to_be_visible()


@pytest.mark.parametrize("name", TOURS)
def test_a_tour_is_walked_from_its_first_step_to_its_last(
    name: str, app_url: str, open_page: OpenPage
) -> None:
    tour = TOURS[name]
    page = open_page(f"{app_url}{link(name)}")
    for number in range(1, len(tour.steps) + 1):
        at_step(page, tour, number)
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    at_step(page, tour, len(tour.steps) - 1)
    page.reload()
    at_step(page, tour, len(tour.steps) - 1)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_bar_takes_no_key_from_what_has_the_focus(app_url: str, open_page: OpenPage) -> None:
    tour = TOURS["how_a_filter_sees"]
    page = open_page(f"{app_url}{link(tour.name, 2)}")
    slider = page.get_by_role("slider", name="Bias")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**cv_b=0.5*")
    settle(page)
    expect(bar(page, "return")).to_be_visible()
    stage = page.get_by_role("group", name="input, output").first
    stage.focus()
    readout = page.locator(".readout").first
    before = readout.inner_text()
    page.keyboard.press("ArrowRight")
    expect(readout).not_to_have_text(before)
    answer = page.get_by_label("Your answer").first
    answer.fill("12")
    page.keyboard.press("ArrowLeft")
    expect(bar(page, "count")).to_have_text("2 of 7")
    bar(page, "return").click()  # as it is written again
    page.wait_for_url(lambda url: "cv_b" not in url)
    at_step(page, tour, 2)
    slider.focus()
    page.keyboard.press("PageDown")  # which no remote control means for a slider
    at_step(page, tour, 3)
    page.mouse.click(5, 400)
    page.keyboard.press("ArrowLeft")
    at_step(page, tour, 2)


def test_what_is_pressed_while_the_pad_speaks_is_not_lost(
    app_url: str, open_page: OpenPage
) -> None:
    """The browser sends both as one message, for the part of the page that the pad stands in."""
    tour = TOURS["from_pixels_to_a_digit"]
    number = next(n for n, step in enumerate(tour.steps, 1) if step.lesson == "draw")
    page = open_page(f"{app_url}{link(tour.name, number)}", reduced_motion=True)
    switch = page.locator(".st-key-d_fit input")
    sample = page.locator("[name='sample-7']").element_handle()
    switch.evaluate("(fit, sample) => { sample.click(); fit.click(); }", sample)
    page.wait_for_url(re.compile("(?=.*d_pre=7)(?=.*d_fit=0)"))
    expect(page.locator(".pad .seen")).to_contain_text("not fitted")
    sample = page.locator("[name='sample-2']").element_handle()
    page.evaluate(
        "(sample) => { sample.click();"
        " document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'PageDown', bubbles: true, composed: true })); }",
        sample,
    )
    at_step(page, tour, number + 1)


def test_on_a_phone_the_bar_covers_nothing_that_is_needed(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}{link('how_a_filter_sees', 7)}", 390, 844, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    top = bar(page, "inner").evaluate("e => e.getBoundingClientRect().top")
    assert top > 844 * 0.65
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 1e6)")
    foot = page.locator(".st-key-lesson_foot").evaluate("e => e.getBoundingClientRect().bottom")
    assert foot < top
    bar(page, "guess").click()
    first = page.locator(".st-key-guess_fi_g1 button").first
    page.wait_for_function(
        "at => { const box = document.querySelector('.st-key-guess_fi_g1')"
        ".getBoundingClientRect(); return box.top < at && box.bottom > 60; }",
        arg=top,
    )
    expect(first).to_be_focused()
    bar(page, "end").click()
    expect(bar(page, "count")).to_have_count(0)
    settle(page)
    assert "tour=" not in page.url
    page.keyboard.press("PageUp")
    settle(page)
    assert "tour=" not in page.url


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", TOURS)
def test_a_lesson_plan_prints_on_few_sheets_with_the_answers_on_their_own(
    name: str, paper: str, open_page: OpenPage
) -> None:
    tour = TOURS[name]
    asked = Asked("How **wide** is it? " * 4, "4", "Because it is so. " * 6)
    dealt = tuple(Dealt(n, asked) for n in range(plan.QUESTIONS))
    guessing = [(n, step) for n, step in enumerate(tour.steps, 1) if step.guess]
    whole = [Answers(n, step, dealt) for n, step in guessing]
    page = open_page("about:blank", wait=False)
    sheets = {}
    for answers in ([], whole):
        page.set_content(plan.page(tour, "http://192.168.178.21:8501", answers))
        sheets[len(answers)] = pages_of(page.pdf(format=paper))
    assert sheets[0] <= 1 + len(tour.steps) // 4
    assert sheets[0] < sheets[len(whole)] <= sheets[0] + 1 + len(whole) // 2
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
