"""A class in two browsers: one leads, one joins, comes back, is shown the way, and leaves."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, settle


def ribbon(page: Page) -> str:
    return page.locator(".st-key-room_ribbon").inner_text()


def test_a_class_from_the_first_code_to_the_last_word(
    app_url: str, open_page: OpenPage, browser: Browser
) -> None:
    teacher = open_page(f"{app_url}/teach")
    teacher.get_by_role("button", name="Start a class").click()
    code = teacher.locator(".st-key-room_code h1").inner_text()
    settle(teacher)
    with browser.new_context() as another:
        student = another.new_page()
        student.goto(f"{app_url}/join?class={code}")
        student.get_by_role("button", name="Join", exact=True).click()
        expect(student.get_by_text("You are in class")).to_be_visible()
        student.wait_for_function("code => document.cookie.includes(code)", arg=code)
        student.goto(f"{app_url}/pooling")  # another connection: the browser brings its seat
        settle(student)
        assert code in ribbon(student)

        teacher.goto(f"{app_url}/padding?pa_n=11")
        settle(teacher)
        expect(teacher.locator(".st-key-room_ribbon")).to_contain_text("1 student here")
        teacher.get_by_role("button", name="Bring everyone here").click()
        go = student.get_by_role("button", name="The class is at Padding and stride")
        expect(go).to_be_visible(timeout=20_000)  # without a touch, and nothing else has moved
        assert student.url.endswith("/pooling")
        go.click()
        student.wait_for_url("**/padding?pa_n=11")
        settle(student)
        expect(go).to_have_count(0)

        student.get_by_role("button", name="leave").click()
        expect(student.locator(".st-key-room_ribbon")).to_have_count(0)
        settle(student)
        student.reload()
        settle(student)
        expect(student.locator(".st-key-room_ribbon")).to_have_count(0)
