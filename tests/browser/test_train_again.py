"""A run in a real browser: begun anew, and found again after a reload, killed workers and a
killed server."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from jobs import shelf
from tests.browser.conftest import ROOT, OpenPage, settle, start, until
from tests.browser.training import LONG, at_rest, kept, press, step_of, wait_for_step


def test_start_again_and_one_step_is_step_one(app_url: str, open_page: Callable[..., Page]) -> None:
    """Whatever the old run still had under way: three times, with the same settings and others."""
    page = open_page(app_url + LONG)
    for turn in range(3):
        press(page, "Train")
        wait_for_step(page, 30)
        press(page, "Start again")
        if turn == 1:
            field = page.get_by_label("Learning rate", exact=True)
            field.fill("0.001")
            field.press("Enter")
        press(page, "One step")
        expect(page.get_by_text("step 1 of")).to_be_visible(timeout=20_000)
        # A late slice would come within a second.
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            assert step_of(page) == 1
            page.wait_for_timeout(100)
        press(page, "Start again")
        expect(page.get_by_text("step 0 of")).to_be_visible(timeout=20_000)


def test_a_run_is_found_again_by_its_tab_and_by_no_other(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(app_url + LONG)
    press(page, "Train")
    wait_for_step(page, 30)
    page.wait_for_function("() => sessionStorage.getItem('convscope.run')")
    page.reload()
    wait_for_step(page, 30)
    paused = at_rest(page)
    page.reload()
    expect(page.get_by_text(f"step {paused:,} of")).to_be_visible(timeout=30_000)
    assert "run" not in page.url.split("?")[1].split("=")

    other = page.context.new_page()
    other.goto(page.url)
    settle(other)
    expect(other.get_by_text("step 0 of")).to_be_visible()
    # A duplicated tab brings the key along: it gets a copy, and the first keeps its run.
    key = page.evaluate("() => sessionStorage.getItem('convscope.run')")
    other.evaluate("key => sessionStorage.setItem('convscope.run', key)", key)
    other.reload()
    expect(other.get_by_text("This tab has a copy of the run")).to_be_visible(timeout=30_000)
    press(other, "One step")
    expect(other.get_by_text(f"step {paused + 1:,} of")).to_be_visible(timeout=30_000)
    assert step_of(page) == paused
    assert other.evaluate("() => sessionStorage.getItem('convscope.run')") != key


def workers_of(server: int) -> list[psutil.Process]:
    """A server's training workers."""
    below = psutil.Process(server).children()
    return [one for one in below if any("spawn_main" in word for word in one.cmdline())]


def test_a_run_outlives_its_workers_and_its_server_and_where_it_does_not_the_page_says_so(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(shelf.VARIABLE, str(tmp_path / "runs"))
    log = tmp_path / "server.log"
    process, url = start(ROOT / "app.py", log)
    port = int(url.rsplit(":", 1)[1])
    try:
        page = open_page(url + LONG)
        press(page, "Train")
        wait_for_step(page, 1)
        workers = workers_of(process.pid)
        assert workers
        for worker in workers:
            worker.kill()
        wait_for_step(page, step_of(page) + 30)
        expect(page.get_by_text("The run stopped")).to_have_count(0)

        paused = at_rest(page)
        page.wait_for_function("() => sessionStorage.getItem('convscope.run')")
        until(page, lambda: paused in kept(tmp_path / "runs"))
        process.kill()
        process.wait()
        process, _ = start(ROOT / "app.py", log, port)
        # The browser connects by itself; nobody reloads.
        expect(page.get_by_text("This run was found again at step")).to_be_visible(timeout=60_000)
        assert step_of(page) == paused
        press(page, "One step")
        expect(page.get_by_text(f"step {paused + 1:,} of")).to_be_visible(timeout=30_000)

        page.evaluate("() => sessionStorage.setItem('convscope.run', '0'.repeat(32))")
        page.reload()
        gone = page.get_by_text("The run that this tab trained is gone")
        expect(gone).to_be_visible(timeout=30_000)
        expect(page.get_by_text("step 0 of")).to_be_visible()
    finally:
        process.kill()
        process.wait()
