"""What a tab keeps for the server comes back to it after a reload, and to no other tab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, settle


def recalled(page: Page, value: str | None) -> None:
    expect(page.get_by_text("RECALLED")).to_have_text(f"RECALLED {value}", timeout=20_000)


def test_a_text_comes_back_after_a_reload_in_its_own_tab_only(
    serve: Callable[[str | Path], str], open_page: OpenPage
) -> None:
    url = serve("tests/browser/apps/keepsake_app.py")
    page = open_page(url)
    recalled(page, None)
    page.get_by_label("word").fill("<b>&'é")
    page.get_by_label("word").press("Enter")
    page.get_by_role("button", name="keep").click()
    page.wait_for_function("() => sessionStorage.getItem('convscope.word') !== null")
    page.reload()
    recalled(page, "<b>&'é")
    other = page.context.new_page()
    other.goto(url)
    settle(other)
    recalled(other, None)

    page.get_by_role("button", name="forget").click()
    page.wait_for_function("() => sessionStorage.getItem('convscope.word') === null")
    page.reload()
    settle(page)
    recalled(page, None)


def test_a_tab_without_storage_is_a_tab_that_kept_nothing(
    serve: Callable[[str | Path], str], open_page: OpenPage
) -> None:
    page = open_page("about:blank", wait=False)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "Object.defineProperty(Storage.prototype, 'getItem', "
        "{ value() { throw new DOMException('no', 'SecurityError'); } });"
        "Object.defineProperty(Storage.prototype, 'setItem', "
        "{ value() { throw new DOMException('full', 'QuotaExceededError'); } });"
    )
    page.goto(serve("tests/browser/apps/keepsake_app.py"))
    settle(page)
    page.get_by_label("word").fill("kept")
    page.get_by_label("word").press("Enter")
    page.get_by_role("button", name="keep").click()
    settle(page)
    recalled(page, None)
    assert not errors
