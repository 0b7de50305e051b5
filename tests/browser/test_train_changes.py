"""In a real browser: the rate changes while a run goes on; the run comes back, its file too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from cnn.learn.changes import changes_of
from cnn.learn.outside import read_run
from cnn.learn.training import network_of
from cnn.nets import storage
from tests.browser.conftest import settle
from tests.browser.training import LONG, at_rest, press, step_of, wait_for_step


def change_rate(page: Page, value: str) -> None:
    field = page.get_by_label("Learning rate", exact=True)
    field.fill(value)
    field.press("Enter")


def test_the_rate_changes_while_a_run_goes_on_and_it_comes_back_with_its_file(
    app_url: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(app_url + LONG + "&tr_view=learned")
    press(page, "Train")
    wait_for_step(page, 20)
    change_rate(page, "0.0005")
    line = page.get_by_text("learning rate 0.002 → 0.0005")
    expect(line).to_be_visible(timeout=20_000)
    changed_at = int(line.inner_text().split("after step ")[1].split(", ")[0].replace(",", ""))
    wait_for_step(page, changed_at + 20)
    stopped = at_rest(page)

    page.reload()
    settle(page)
    expect(page.get_by_text(f"step {stopped:,} of")).to_be_visible(timeout=20_000)
    expect(line).to_be_visible()
    press(page, "One step")
    expect(page.get_by_text(f"step {stopped + 1:,} of")).to_be_visible(timeout=20_000)

    with page.expect_download() as loading:
        press(page, "The whole run (.npz)")
    path = tmp_path / "monday.npz"
    loading.value.save_as(path)
    state, _ = read_run(path.read_bytes())
    assert state.step == stopped + 1
    assert [(c.step, c.name) for c in changes_of(state)] == [(changed_at, "lr")]

    press(page, "Start again")
    expect(page.get_by_text("step 0 of")).to_be_visible(timeout=20_000)
    page.get_by_text("A run or weights from a file").click()
    page.locator("input[type=file]").first.set_input_files(path)
    press(page, "Go on with it")
    expect(page.get_by_text(f"goes on from step {stopped + 1:,}")).to_be_visible(timeout=20_000)
    press(page, "One step")
    expect(page.get_by_text(f"step {stopped + 2:,} of")).to_be_visible(timeout=20_000)
    assert step_of(page) == stopped + 2

    # Its weights alone are what a new run begins with.
    alone = tmp_path / "tuesday.npz"
    alone.write_bytes(storage.to_bytes(network_of(state)))
    page.locator("input[type=file]").first.set_input_files(alone)
    press(page, "Begin with these weights")
    expect(page.get_by_text("Its first weights are those of the file “tuesday”")).to_be_visible(
        timeout=20_000
    )
    expect(page.get_by_text("step 0 of")).to_be_visible()
