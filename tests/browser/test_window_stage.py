"""The window stage in Chromium: it moves, it answers the pointer, its numbers are NumPy's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnn.window.coverage import coverage_2d
from cnn.window.geometry import Window
from tests.browser.apps.stage_app import stage_arrays
from tests.browser.conftest import OpenPage, frames, settle, until
from tests.browser.stage import (
    CONFIGS,
    centre,
    lit,
    messages_sent,
    number,
    panel,
    place_of,
    point,
    texts,
    value,
    visit,
)


def expected(config: dict[str, Any], i: int, j: int) -> tuple[list[np.ndarray], float]:
    """Products of each channel and their sum with the bias: the loops a student would write."""
    arrays = stage_arrays(config)
    x, w = arrays["x"], arrays["weight"]
    top, bottom, left, right = config.get("padding", (0, 0, 0, 0))
    mode = {"zeros": "constant", "replicate": "edge"}.get(config.get("padding_mode", "zeros"))
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right)), mode=mode or "reflect")
    (sh, sw), (dh, dw) = config.get("stride", (1, 1)), config.get("dilation", (1, 1))
    products = []
    for c in range(len(x)):
        product = np.zeros(w.shape[1:])
        for a in range(w.shape[1]):
            for b in range(w.shape[2]):
                product[a, b] = padded[c, i * sh + a * dh, j * sw + b * dw] * w[c, a, b]
        products.append(product)
    return products, sum(p.sum() for p in products) + config.get("bias", 0.0)


def test_the_sums_on_screen_are_numpys_and_add_up(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(*CONFIGS))
    for n, config in enumerate(CONFIGS):
        stage = page.locator(".stage").nth(n)
        check_sum(stage, config, (0, 0))
        stage.locator(".forward").click()
        check_sum(stage, config, place_of(stage))
        stage.locator(".last").click()
        check_sum(stage, config, place_of(stage))


def check_sum(stage: Page | Locator, config: dict[str, Any], cell: tuple[int, int]) -> None:
    products, total = expected(config, *cell)
    decimals = max(
        len(t.partition(".")[2]) for t in texts(stage.locator("[data-row=y] .value, .product"))
    )
    near = {"abs": 0.5001 * 10**-decimals + 1e-5}
    for c, product in enumerate(products):
        shown = texts(stage.locator(f".tile[data-c='{c}'] .product"))
        if shown:  # of many channels only the one in focus is written out
            assert [number(t) for t in shown] == pytest.approx(product.ravel().tolist(), **near)
            foot = stage.locator(f".channel:has(.tile[data-c='{c}'])")
            adds_up(shown, foot.locator("footer").inner_text(), value(stage, f"channel{c}"))
        assert value(stage, f"channel{c}") == pytest.approx(product.sum(), **near)
    name = "z" if config.get("activation") else "y"
    assert value(stage, name) == pytest.approx(total, **near)
    if config.get("activation") == "relu":
        assert value(stage, "y") == pytest.approx(max(total, 0), **near)
    parts = [f"channel{c}" for c in range(len(products))] + ["bias"]
    if stage.locator("[data-row=rounding]").is_visible():
        parts.append("rounding")
    assert sum(value(stage, part) for part in parts) == pytest.approx(value(stage, name), abs=1e-9)


def adds_up(products: list[str], foot: str, total: float) -> None:
    """The products as shown, and the rounding as stated, give the sum as shown."""
    rounding = number(foot.partition("rounding ")[2].rstrip(")")) if "rounding" in foot else 0.0
    assert sum(number(t) for t in products) + rounding == pytest.approx(total, abs=1e-9)


def test_playing_reaches_the_end_and_sends_nothing(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page("about:blank", wait=False)
    sent = messages_sent(page)
    visit(page, stage_url(size=[1, 6, 7], padding=[1, 0, 0, 1]))
    before = len(sent)
    assert before > 0, "the counter hears the page's own messages"
    page.locator(".speed").select_option("8")
    page.locator(".play").click()
    page.locator(".play[data-playing=false]").wait_for(timeout=20_000)
    rows, columns = 5, 6
    assert place_of(page) == (rows - 1, columns - 1)
    frames(page)
    assert lit(page, "output", 0, 0), "every output stays revealed"

    # Hover both ways; nothing of it asks the server.
    page.keyboard.press("Escape")
    arrays = stage_arrays({"size": [1, 6, 7]})
    fed = coverage_2d((6, 7), 3, padding=(1, 0, 0, 1))
    for row, column in ((0, 0), (2, 3), (5, 6)):
        point(page, "input", row + 1, column)
        sentence = page.locator(".sentence").inner_text()
        shown = int(arrays["x"][0, row, column])
        assert sentence.startswith(f"x[{row}, {column}] = {shown} ".replace("-", "−"))
        assert f"feeds {fed[row, column]} output" in sentence
    point(page, "output", 1, 4)
    assert place_of(page) == (1, 4)
    check_sum(page, {"size": [1, 6, 7], "padding": (1, 0, 0, 1)}, (1, 4))
    assert len(sent) == before, "playing and pointing are the browser's own business"


def test_pointing_lights_both_sides_and_pauses(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(size=[1, 6, 6], stride=[1, 2], reveal="whole"))
    page.locator(".play").click()
    assert page.locator(".play").get_attribute("data-playing") == "true"
    point(page, "input", 2, 2)
    assert page.locator(".play").get_attribute("data-playing") == "false"
    rows, columns = Window.of(3, (1, 2)).axes(6, 6)
    for row, column in ((2, 2), (2, 4), (0, 1)):
        point(page, "input", row, column)
        readers = {(i, j) for i, _ in rows.readers(row) for j, _ in columns.readers(column)}
        plural = "s" if len(readers) != 1 else ""
        sentence = page.locator(".sentence").inner_text()
        assert sentence.endswith(f"feeds {len(readers)} output{plural}.")
    point(page, "input", 5, 5)
    assert "feeds no output" in page.locator(".sentence").inner_text(), "the floor drops it"

    # The window lights when its output is pointed at.
    point(page, "output", 3, 1)
    where = panel(page, "input")
    edge = page.locator(".overlay").evaluate(
        """(canvas, [x, y]) => {
          const box = canvas.getBoundingClientRect();
          return [...canvas.getContext('2d').getImageData(x - box.x, y - box.y, 1, 1).data];
        }""",
        [where["x"] + 3.5 * where["cw"], where["y"] + 3 * where["ch"]],
    )
    assert edge[0] > 180 and edge[1] < 60 and edge[3] > 200, "the accent, on the window's edge"

    # A weight lights every input it touches, and its term in the sum.
    page.locator(".kernel .ng-cell").nth(5).hover()
    frames(page)
    assert "w[1, 2]" in page.locator(".sentence").inner_text()
    assert "touches 8 inputs" in page.locator(".sentence").inner_text()
    for row in range(6):
        for column in range(6):
            touched = 1 <= row <= 4 and column in (2, 4)
            inside = row <= 3 and column <= 3  # the window's own marks may be here
            if touched or not inside:
                assert lit(page, "input", row, column) == touched
    assert texts(page.locator(".tile.lit .pair")) == [texts(page.locator(".tile .pair"))[5]]

    # A click pins; Escape lets go.
    page.mouse.click(*centre(panel(page, "output"), 2, 1))
    point(page, "output", 0, 0)
    assert place_of(page) == (0, 0)
    page.mouse.move(5, 5)
    assert place_of(page) == (2, 1), "back to the pinned cell"
    page.mouse.click(*centre(panel(page, "input"), 2, 2))
    page.mouse.move(5, 5)
    assert "feeds" in page.locator(".sentence").inner_text()
    page.locator(".stage").press("Escape")
    assert page.locator(".sentence").inner_text() == ""


def test_a_kernel_walked_by_keys_lights_what_each_weight_touches(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(size=[1, 6, 6], stride=[1, 2], editable=True))
    sentence = page.locator(".sentence")
    cells = page.locator(".kernel .ng-cell")
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    expect(sentence).to_contain_text("w[1, 0]")
    for column in (1, 2):
        page.keyboard.press("ArrowRight")
        expect(sentence).to_contain_text(f"w[1, {column}]")
    expect(sentence).to_contain_text("touches 8 inputs")
    frames(page)
    assert lit(page, "input", 4, 4) and not lit(page, "input", 5, 5)
    expect(page.locator(".tile.lit")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(sentence).to_contain_text("w[1, 2]")
    page.locator(".stage").focus()
    expect(sentence).to_have_text("")


def test_keys_step_jump_and_speak(stage_url: Callable[..., str], open_page: OpenPage) -> None:
    page = open_page(stage_url(size=[1, 5, 6]), reduced_motion=True)
    stage = page.locator(".stage")
    stage.focus()
    for key, cell in (
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("ArrowLeft", (1, 0)),
        ("ArrowUp", (0, 0)),
        ("End", (2, 3)),
        ("Home", (0, 0)),
    ):
        page.keyboard.press(key)
        assert place_of(page) == cell
    _, total = expected({"size": [1, 5, 6]}, 0, 0)
    summary = page.locator(".summary")
    assert summary.get_attribute("aria-live") == "polite"
    expect(summary).to_contain_text("Output row 0, column 0:")
    spoken = summary.inner_text()
    assert number(spoken.rstrip(".").rsplit(" ", 1)[1]) == total
    page.keyboard.press("Space")
    assert page.locator(".play").get_attribute("data-playing") == "true"
    page.keyboard.press("Space")
    assert page.locator(".play").get_attribute("data-playing") == "false"
    page.keyboard.press("Tab")
    outline = page.evaluate(
        """() => { let at = document.activeElement;
          while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          const style = getComputedStyle(at);
          return style.outlineStyle + style.boxShadow; }"""
    )
    assert outline != "nonenone", "the focus is seen"

    # One by one: the sum grows term by term before the window goes on.
    page.locator(".terms").click()
    page.locator(".first").press("ArrowRight")
    products, total = expected({"size": [1, 5, 6]}, 0, 0)
    assert value(page, "channel0") == products[0].ravel()[:2].sum()
    assert page.locator(".tile.ahead").count() == 7
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert value(page, "y") == total
    page.keyboard.press("ArrowRight")
    assert place_of(page) == (0, 1)


def test_a_kernel_cell_is_typed_and_dragged(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(size=[1, 5, 5], editable=True, editable_input=True))
    first = stage_arrays({"size": [1, 5, 5]})

    def python_has(name: str, values: np.ndarray) -> None:
        """Wait until Python says so; how long it takes is another matter."""
        for _ in range(50):
            settle(page)
            found = json.loads(page.locator("[data-testid=stCode]").inner_text())[name]
            if np.allclose(found, values):
                return
        raise AssertionError(f"{name}: Python has {found}, the browser {values.tolist()}")

    cell = page.locator(".kernel").first.locator(".ng-cell").nth(4)
    cell.click()
    page.keyboard.type("seven")
    page.keyboard.press("Enter")
    kept = int(first["weight"][0, 1, 1])
    message = page.locator(".ng-message")
    expect(message).to_have_text(f"“seven” is not a number; the cell keeps {kept}.")
    page.keyboard.press("Escape")
    expect(message).to_have_text("")
    python_has("kernel", first["weight"])

    cell.click()
    page.keyboard.type("-2,5")
    page.keyboard.press("Enter")
    assert cell.inner_text() == "−2.5"
    kernel = first["weight"].copy()
    kernel[0, 1, 1] = -2.5
    python_has("kernel", kernel)
    assert value(page, "y") == pytest.approx((first["x"][0, :3, :3] * kernel[0]).sum())

    # Up by four notches; Python gets the last value, not every one on the way.
    box = page.locator(".kernel").first.locator(".ng-cell").nth(0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 33, steps=12)
    page.mouse.up()
    kernel[0, 0, 0] += 0.4
    python_has("kernel", kernel)

    # The input's cells too.
    where = panel(page, "input")
    page.mouse.click(*centre(where, 0, 1))
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    new = first["x"].copy()
    new[0, 0, 1] = 9
    python_has("input", new)
    assert value(page, "y") == pytest.approx((new[0, :3, :3] * kernel[0]).sum())


def test_the_kernel_grid_alone(stage_url: Callable[..., str], open_page: OpenPage) -> None:
    page = open_page(stage_url(grid=True, kernel=[7, 7]))
    page.locator(".ng-cell").nth(48).click()
    page.keyboard.type("1/4")
    page.keyboard.press("Enter")
    page.get_by_text("0.25]]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pooling_names_the_winner_and_routes_the_gradient(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    config = {"kind": "max", "size": [1, 6, 6], "kernel": [2, 2], "gradient": [3, 3]}
    page = open_page(stage_url(**config, backward=False))
    arrays = stage_arrays(config)
    window = arrays["x"][0, :2, 2:4]
    page.locator(".forward").click()
    assert value(page, "y0") == window.max()
    row, column = np.unravel_index(window.argmax(), (2, 2))
    assert page.locator("[data-row=won0] .value").inner_text() == f"x[{row}, {column + 2}]"
    assert number(page.locator(".tile.winner .product").inner_text()) == window.max()
    page.locator(".backward").click()
    assert value(page, "dz") == arrays["gradient"][0, 1]
    shares = [number(t) for t in texts(page.locator(".tile .product"))]
    wanted = np.zeros(4)
    wanted[window.argmax()] = arrays["gradient"][0, 1]
    assert shares == wanted.tolist()

    visit(page, stage_url(kind="avg", size=[1, 4, 4], kernel=[2, 2]))
    block = stage_arrays({"size": [1, 4, 4]})["x"][0, :2, :2]
    assert [number(t) for t in texts(page.locator(".tile .product"))] == block.ravel().tolist()
    assert value(page, "sum0") / value(page, "count0") == pytest.approx(value(page, "y0"))
    assert value(page, "y0") == block.mean()


def test_a_hidden_cell_stays_a_question(stage_url: Callable[..., str], open_page: OpenPage) -> None:
    page = open_page(
        stage_url(
            size=[1, 5, 5],
            hide_output=[[1, 1]],
            start_cell=[1, 1],
            reveal="whole",
            report_cell=True,
        )
    )
    assert place_of(page) == (1, 1)
    assert page.locator("[data-row=y] .value").inner_text() == "?"
    assert set(texts(page.locator(".tile .product"))) == {"?"}
    page.locator(".forward").click()
    assert value(page, "y") == expected({"size": [1, 5, 5]}, 1, 2)[1]

    # What is pinned reaches Python where the page asks for it.
    page.mouse.click(*centre(panel(page, "output"), 2, 0))
    page.get_by_text('"cell": [2, 0]').wait_for()


def test_a_phone_is_tapped_and_does_not_scroll_sideways(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(size=[1, 6, 6]), width=390, height=844, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.touchscreen.tap(*centre(panel(page, "output"), 1, 2))
    assert page.locator(".readout").inner_text().startswith("[1, 2]")
    assert value(page, "y") == expected({"size": [1, 6, 6]}, 1, 2)[1]
    page.touchscreen.tap(*centre(panel(page, "input"), 2, 2))
    assert "feeds 9 outputs" in page.locator(".sentence").inner_text()
    sizes = page.locator(".control:visible").evaluate_all(
        "nodes => nodes.map(n => Math.min(n.offsetWidth, n.offsetHeight))"
    )
    assert min(sizes) >= 40
    for config in (
        {"size": [3, 32, 32], "picture": True, "input_kind": "rgb", "padding": [1, 1, 1, 1]},
        {"size": [1, 12, 12], "kernel": [5, 5], "whole": False, "compare": True},
        {"size": [6, 14, 14], "kernel": [5, 5], "whole": False, "input_kind": "activation"},
    ):
        visit(page, stage_url(**config))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for p in page.locator(".stage").evaluate("stage => stage.panels"):
            assert p["x"] + p["cols"] * p["cw"] <= 390


def test_the_theme_is_followed_live_and_the_picture_is_sharp(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page(stage_url(x=[[[0, 1], [2, 3]]], weight=[[[1, 1], [0, 1]]]), scale=2)
    canvas = page.locator(".maps canvas").first

    def colour(row: int, column: int) -> list[int]:
        where = panel(page, "input")
        spot = centre(where, row, column)
        found = canvas.evaluate(
            """(canvas, [x, y]) => {
              const box = canvas.getBoundingClientRect();
              const ratio = canvas.width / box.width;
              const at = [(x - box.x) * ratio, (y - box.y) * ratio];
              return [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
            }""",
            [spot[0] - where["cw"] * 0.4, spot[1] - where["ch"] * 0.4],
        )
        return list(found)

    assert canvas.evaluate("c => c.width / c.getBoundingClientRect().width") == 2
    assert min(colour(0, 0)[:3]) > 245 and max(colour(1, 1)[:3]) < 50, "ink is dark on light"
    page.emulate_media(color_scheme="dark")
    until(page, lambda: max(colour(0, 0)[:3]) < 50 and min(colour(1, 1)[:3]) > 220)  # light on dark
