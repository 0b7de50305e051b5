"""In a real browser: a large network runs with its progress told, and a click opens a map."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

NOTE_WHAT_IS_TOLD = """() => { window.told = '';
  new MutationObserver(() => {
    window.told += document.querySelector('.st-key-fn_progress')?.textContent ?? ''; })
    .observe(document.body, { childList: true, characterData: true, subtree: true }); }"""


def test_a_network_runs_with_progress_and_a_tile_opens_its_map(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/famous?fn_view=run&fn_net=efficientnet_lite0")
    told = page.locator(".st-key-fn_progress")
    page.evaluate(NOTE_WHAT_IS_TOLD)  # for it may be gone again before it is looked at
    page.get_by_role("button", name="Run it").click()
    times = page.locator(".st-key-fn_times")
    expect(times).to_contain_text("the slowest is", timeout=60_000)
    unit = page.locator(".st-key-fn_opened")
    expect(unit).to_contain_text("conv_stem, map", timeout=60_000)
    expect(told).to_have_count(0)
    assert re.search(r"being loaded|is there|Layer \d+ of \d+|before you", page.evaluate("told"))
    before = unit.inner_text()
    page.locator(".st-key-fn_looked .tile").nth(5).click()
    expect(unit).not_to_have_text(before, timeout=30_000)
    expect(unit).to_contain_text("It sees 3×3 cells")
