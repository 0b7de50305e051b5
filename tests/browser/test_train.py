"""Training in a real browser: to a stated accuracy, paused, stepped, left and found again."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.training import step_of

LINK = "/train?tr_data=shapes&tr_count=800&tr_preset=allconv&tr_epochs=12&tr_batch=32"
CANVAS = """() => [...document.querySelectorAll('*')].map(e => e.shadowRoot)
  .filter(r => r && r.querySelector('.charts canvas')).map(r => r.querySelector('canvas'))[0]"""


def test_a_class_in_training(app_url: str, open_page: Callable[..., Page]) -> None:
    page = open_page(
        app_url
        + LINK.replace("epochs=12", "epochs=30").replace("800", "2000").replace("=32", "=16")
    )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(f"window.__canvas = ({CANVAS})()")
    page.evaluate(
        """() => { window.__drawn = 0; const g = window.__canvas.getContext('2d');
        const clear = g.clearRect.bind(g);
        g.clearRect = (...a) => { window.__drawn++; clear(...a); } }"""
    )

    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=20_000)
    page.wait_for_function("() => window.__drawn > 3", timeout=40_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=20_000)
    settle(page)
    paused = step_of(page)
    assert paused > 0
    page.wait_for_timeout(1200)
    assert step_of(page) == paused, "a paused run goes on"

    page.get_by_role("button", name="One step").click()
    expect(page.get_by_text(f"step {paused + 1:,} of")).to_be_visible(timeout=20_000)

    # To another page and back: the run is where it was.
    page.get_by_role("link", name="ConvScope").first.click()
    settle(page)
    page.go_back()
    expect(page.get_by_text(f"step {paused + 1:,} of")).to_be_visible(timeout=20_000)
    settle(page)

    page.evaluate(f"window.__canvas = ({CANVAS})()")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Finished").first).to_be_visible(timeout=90_000)
    assert page.evaluate(f"window.__canvas === ({CANVAS})()"), "the chart was replaced"
    accuracy = page.get_by_text(re.compile(r"validation accuracy")).first.inner_text()
    found = re.search(r"validation accuracy ([\d.]+)%", accuracy)
    assert found and float(found[1]) >= 90, accuracy
    assert not errors


def keep(page: Page, name: str) -> None:
    page.get_by_label("Keep the run as it is now, by the name of").fill(name)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name=f"Drop {name}")).to_be_visible(timeout=20_000)


def test_two_runs_side_by_side(app_url: str, open_page: Callable[..., Page]) -> None:
    link = LINK.replace("epochs=12", "epochs=2")
    page = open_page(app_url + link + "&tr_view=compare")
    for name, choose in (("fast", None), ("slow", "0.0001")):
        if choose:
            field = page.get_by_label("Learning rate", exact=True)
            field.fill(choose)
            field.press("Enter")
            settle(page)
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_text("Finished").first).to_be_visible(timeout=60_000)
        keep(page, name)
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    page.get_by_role("button", name="Drop slow").click()
    expect(page.get_by_role("button", name="Drop slow")).to_have_count(0)
    assert page.get_by_role("button", name="Drop fast").is_visible()


def test_an_experiment_is_one_click_and_its_run_another(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}/train?tr_view=try&tr_lr=0.5")
    page.get_by_role("button", name="50 images").click()
    expect(page.get_by_text("LeNet-5 trains on 50 images only.")).to_be_visible(timeout=20_000)
    page.wait_for_url(lambda url: "tr_few=50" in url and "tr_lr" not in url)
    page.get_by_role("button", name="One epoch").click()
    expect(page.get_by_text("step 5 of 200")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"Training [\d.]+%; validation"))).to_be_visible()
    page.get_by_role("button", name="1,000 images").click()
    expect(page.get_by_text("step 0 of 168")).to_be_visible(timeout=20_000)
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text("1,000 images in place of 50")).to_be_visible()


def test_the_chart_is_one_element_through_fifty_updates(
    serve: Callable[[str], str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("tests/browser/apps/chart_app.py"))
    page.evaluate(f"window.__canvas = ({CANVAS})()")
    page.evaluate(
        """() => { window.__blank = 0; window.__frames = 0; window.__going = true;
        const c = window.__canvas;
        const look = () => { if (!window.__going) return; window.__frames++;
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let ink = false; for (let i = 3; i < d.length; i += 4) if (d[i]) { ink = true; break; }
          if (!ink || !c.isConnected) window.__blank++;
          requestAnimationFrame(look); }; look(); }"""
    )
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("update 50")).to_be_visible(timeout=60_000)
    page.evaluate("window.__going = false")
    assert page.evaluate(f"window.__canvas === ({CANVAS})()")
    assert page.evaluate("window.__frames") > 20
    assert page.evaluate("window.__blank") == 0


def test_on_a_phone_nothing_sticks_out(app_url: str, open_page: Callable[..., Page]) -> None:
    for view in ("maps", "net", "learned", "try", "layer", "map"):
        url = f"{app_url}{LINK}&tr_view={view}"
        page = open_page(url, width=390, height=844, touch=True, theme="dark")
        over = page.evaluate(
            """() => { const m = document.querySelector('[data-testid="stMain"]');
            return m.scrollWidth - m.clientWidth; }"""
        )
        assert over <= 0, f"{view}: {over}px"


def test_a_trained_network_answers_on_the_drawing_page(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}/train?tr_count=1000&tr_epochs=3&tr_view=learned")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Finished").first).to_be_visible(timeout=90_000)

    # A cell of the confusion matrix opens its images, and the link knows it.
    cell = page.get_by_role("button", name=re.compile("^3 said to be 3:"))
    cell.click()
    expect(page.get_by_text(re.compile("^3, rightly so called")).first).to_be_visible()
    page.wait_for_function("() => location.search.includes('tr_cell=')")
    cell.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile("^The most wrong of")).first).to_be_visible()

    page.get_by_role("button", name="Take it to the drawing page").click()
    page.wait_for_url(re.compile("/draw"))
    settle(page)
    chosen = page.get_by_role("radio", name="Yours, just trained")
    expect(chosen).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text(re.compile(r"It reads \d")).first).to_be_visible(timeout=20_000)
    assert not errors
    page.get_by_text("Compare networks", exact=True).first.click()
    expect(page.get_by_text(re.compile("Yours, just trained: .* parameters"))).to_be_visible()


def titles(page: Page) -> list[str]:
    return page.get_by_role("listitem").locator("b").all_inner_texts()


def test_blocks_are_moved_by_keys_and_by_hand_and_are_in_the_link(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}/train?tr_data=shapes&tr_count=400&tr_preset=one&tr_view=net")
    assert titles(page) == ["Input", "Convolution", "ReLU", "Max pool", "Output: dense layer"]

    page.get_by_role("button", name=re.compile("^Move Max pool")).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("listitem").nth(2)).to_contain_text("Max pool")
    # The focus went with the block: once more.
    expect(page.get_by_role("button", name=re.compile("^Move Max pool, block 2"))).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("listitem").nth(1)).to_contain_text("Max pool")

    filters = page.get_by_role("spinbutton", name="Filters")
    filters.fill("9")
    filters.press("Enter")
    expect(page.get_by_role("listitem").nth(2)).to_contain_text("→ 9 ×")
    kernel = page.get_by_role("spinbutton", name="Kernel")
    kernel.fill("15")
    kernel.press("Enter")
    expect(page.get_by_text(re.compile("Block 2, Convolution: kernel_size")).first).to_be_visible()
    page.get_by_role("spinbutton", name="Kernel").fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()

    page.get_by_label("Kind of block to add").select_option("batch_norm")
    page.get_by_role("button", name="Add block").click()
    expect(page.get_by_role("listitem").nth(4)).to_contain_text("Batch norm")
    # By hand: the last block above the first.
    settle(page)
    handle = page.get_by_role("button", name=re.compile("^Move Batch norm")).bounding_box()
    first = page.get_by_role("listitem").nth(1).bounding_box()
    assert handle and first
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, first["y"] + 4, steps=6)
    page.mouse.up()
    expect(page.get_by_role("listitem").nth(1)).to_contain_text("Batch norm")
    page.get_by_role("button", name=re.compile("^Remove Max pool")).click()
    expect(page.get_by_role("listitem")).to_have_count(5)
    settle(page)

    wanted = titles(page)
    again = open_page(page.url)
    assert titles(again) == wanted == ["Input", "Batch norm", "Convolution", "ReLU", wanted[-1]]
    assert again.get_by_role("spinbutton", name="Filters").input_value() == "9"
