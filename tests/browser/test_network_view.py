"""The network view in Chromium: what is drawn is what ``cnn`` computed, level by level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cnn.data.handwriting import generate
from cnn.explain import Snapshot, snapshot, unit_field
from cnn.nets.container import Container
from cnn.nets.storage import load
from tests.browser.conftest import ROOT, OpenPage, settle, until
from ui import network_unit
from ui.components.network_view.views import Selection
from ui.network_panels import NetworkView
from ui.palette import ACCENT, DIVERGING

APP = "tests/browser/apps/network_app.py"
DIGIT = 3

Serve = Callable[[str], str]
View = Callable[..., Page]


@pytest.fixture(scope="module")
def net() -> Container:
    return load(ROOT / "assets" / "lenet.npz")


@pytest.fixture(scope="module")
def snap(net: Container) -> Snapshot:
    return snapshot(net, generate(64, 7).floats()[DIGIT])


@pytest.fixture
def view(serve: Serve, open_page: OpenPage) -> View:
    """``view(query, …)``: the scratch page once the network is painted."""

    def open_it(query: str = "", **options: Any) -> Page:
        page = open_page(serve(APP) + query, **options)
        expect(page.locator(".network-view[data-sequence]")).to_be_visible(timeout=20_000)
        return page

    return open_it


def shown(value: float, decimals: int = 2) -> str:
    """A number as the view writes it."""
    text = f"{abs(value):.{decimals}f}"
    return "−" + text if value < 0 and float(text) != 0 else text


def tile(page: Page, layer: str, index: int | None = None) -> Any:
    """The canvas of a map, or of all units of a layer."""
    place = f'[data-map="{index}"]' if index is not None else ""
    return page.locator(f'canvas.tile:is(.map, .units)[data-layer="{layer}"]{place}').first


def cell_at(page: Page, layer: str, index: int, row: int, col: int) -> tuple[float, float]:
    """The middle of a cell on the screen."""
    node = tile(page, layer, index)
    box = node.bounding_box()
    rows, cols = node.evaluate("c => [c.height, c.width]")
    return (
        box["x"] + (col + 0.5) * box["width"] / cols,
        box["y"] + (row + 0.5) * box["height"] / rows,
    )


def level(page: Page, name: str) -> None:
    expect(page.locator(f'.network-view[data-level="{name}"]')).to_be_visible()
    page.locator(".network-view").evaluate(
        "view => Promise.allSettled(view.getAnimations({ subtree: true }).map((a) => a.finished))"
    )


def opened(page: Page, text: str) -> None:
    """Python knows what is open, and what it answers (weights, for one) has its place."""
    expect(page.get_by_text(f"open: {text}", exact=True)).to_be_visible()
    settle(page, calm=3)


def watch_fields(page: Page) -> None:
    page.evaluate(
        "() => { window.fields = []; window.addEventListener('convscope:field', "
        "e => window.fields.push(e.detail)); }"
    )


def colour_of(value: float, limit: float, theme: str) -> np.ndarray:
    """Of the activation scale."""
    stops = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in DIVERGING["activation"][theme]]
    t = (np.clip(value / limit, -1, 1) + 1) * 2
    return np.array([np.interp(t, range(5), [stop[i] for stop in stops]) for i in range(3)])


def pixels(page: Page, layer: str, index: int) -> np.ndarray:
    """(H, W, 3) of a map's canvas, one pixel a cell."""
    data, rows, cols = tile(page, layer, index).evaluate(
        "c => [[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data],"
        " c.height, c.width]"
    )
    return np.array(data).reshape(rows, cols, 4)[:, :, :3]


def accent_near(page: Page, x: float, y: float, theme: str = "light") -> bool:
    """Whether a mark in the accent colour passes within 3 px of a point of the screen."""
    rgb = [int(ACCENT[theme][i : i + 2], 16) for i in (1, 3, 5)]
    found: bool = page.locator("canvas.marks").evaluate(
        """(c, [x, y, rgb]) => {
          const box = c.getBoundingClientRect(), s = c.width / box.width;
          const d = c.getContext('2d').getImageData((x - box.left - 3) * s, (y - box.top - 3) * s,
                                                    6 * s, 6 * s).data;
          for (let i = 0; i < d.length; i += 4)
            if (d[i + 3] > 200 && rgb.every((v, k) => Math.abs(v - d[i + k]) < 12)) return true;
          return false; }""",
        [x, y, rgb],
    )
    return found


def field_edges(page: Page, box: tuple[int, int, int, int]) -> list[tuple[float, float]]:
    """Middles of the four sides of a box of pixels, on the input's tile."""
    area = tile(page, "input", 0).bounding_box()
    cell = area["width"] / 28
    row0, row1, col0, col1 = (edge * cell for edge in box)
    left, top = area["x"], area["y"]
    return [
        (left + (col0 + col1) / 2, top + row0),
        (left + (col0 + col1) / 2, top + row1),
        (left + col0, top + (row0 + row1) / 2),
        (left + col1, top + (row0 + row1) / 2),
    ]


def test_the_whole_network_and_what_feeds_what(view: View, net: Container, snap: Snapshot) -> None:
    page = view()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    # Columns: every layer's maps with its shape; the maps' pixels are its numbers.
    rows = {row.name: row for row in net.summary()}
    for name in ("conv1", "relu1", "pool1", "conv2", "relu2", "pool2"):
        maps, height, width = snap[name].y.shape
        tiles = page.locator(f'canvas.map[data-layer="{name}"]')
        assert tiles.count() == maps
        sizes = tiles.evaluate_all("all => all.map(c => `${c.height} ${c.width}`)")
        assert set(sizes) == {f"{height} {width}"}
        head = page.locator(f'.head[data-layer="{name}"]').inner_text()
        assert name in head and f"{maps}×{height}×{width}" in head
        parameters = f"{rows[name].parameters:,} parameters"
        assert (parameters in head) == (rows[name].parameters > 0)
    for name, units in (("fc1", 120), ("relu3", 120), ("fc2", 84), ("relu4", 84)):
        assert tile(page, name).evaluate("c => c.width * c.height") == units
    values = snap["conv2"].y
    seen = pixels(page, "conv2", 9)
    for row, col in ((0, 0), (4, 7), (9, 3)):
        wanted = colour_of(float(values[9, row, col]), float(np.abs(values).max()), "light")
        assert seen[row, col] == pytest.approx(wanted, abs=4)
    # Classes: true figures.
    probabilities = page.locator(".probability-number").all_inner_texts()
    assert probabilities == [shown(float(p), 3) for p in snap.probabilities]
    logits = page.locator(".logit-number").all_inner_texts()
    assert logits == [shown(float(z)) for z in snap.scores]
    widths = page.locator(".bar-row .probability .fill").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect().width / b.parentElement.clientWidth)"
    )
    assert widths == pytest.approx(snap.probabilities.tolist(), abs=0.02)
    # All of it on one screen.
    box = page.locator(".network-view").bounding_box()
    assert box is not None and box["width"] <= 1280 and box["height"] <= 540
    # A cell shows its receptive field here and tells the others.
    watch_fields(page)
    for layer, index, row, col in (("conv2", 9, 4, 7), ("pool2", 3, 0, 4), ("conv1", 1, 0, 27)):
        page.mouse.move(*cell_at(page, layer, index, row, col))
        expected = unit_field(net, layer, (index, row, col))
        page.wait_for_function(
            "area => String(window.fields.at(-1)?.area) === String(area)",
            arg=list(expected.unclipped),
        )
        assert page.evaluate("window.fields.at(-1).target") == "pad"
        assert all(accent_near(page, *edge) for edge in field_edges(page, expected.clipped))
        words = page.locator(".words").inner_text()
        assert f"{layer} · map {index} · row {row}, column {col}" in words
        assert f"= {shown(float(snap[layer].y[index, row, col]))}" in words
        assert page.locator("canvas.tile.dim").count() > 0
    # Only what the map hears and what hears it stays lit.
    dim = page.locator("canvas.tile.dim").evaluate_all("a => a.map(c => c.dataset.layer)")
    assert "input" not in dim and dim.count("conv1") == 5 and dim.count("conv2") == 0
    page.mouse.move(5, 5)
    expect(page.locator("canvas.tile.dim")).to_have_count(0)
    assert page.evaluate("window.fields.at(-1).area") is None
    # One scale for the whole network: the faint layers pale.
    page.get_by_role("button", name="per network").click()
    largest = max(float(np.abs(v.y).max()) for v in snap.views.values())
    wanted = colour_of(float(values[9, 4, 7]), largest, "light")
    assert pixels(page, "conv2", 9)[4, 7] == pytest.approx(wanted, abs=4)
    # Folded, a column shows the activation alone.
    page.get_by_role("button", name="fold activations").click()
    level(page, "network")
    assert page.locator('canvas.map[data-layer="conv1"]').count() == 0
    folded = page.locator('.head[data-layer="relu1"]')  # where there is room, with all its names
    assert "relu1" in folded.inner_text() and folded.get_attribute("title") == "conv1 + relu1"
    assert not errors


RECORD = """() => { window.texts = []; const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.texts.push(text); return draw.call(this, text, ...rest); }; }"""


def test_down_to_a_cell_back_to_the_pixels_and_out(view: View, snap: Snapshot) -> None:
    page = view()
    page.evaluate(RECORD)
    page.mouse.click(*cell_at(page, "conv2", 9, 5, 5))
    level(page, "layer")
    opened(page, "conv2")
    assert page.locator(".crumbs [aria-current]").inner_text() == "conv2"
    assert page.locator("canvas.strip").count() == 16
    page.evaluate("window.texts.length = 0")
    page.mouse.click(*cell_at(page, "conv2", 9, 5, 5))
    level(page, "map")
    opened(page, "conv2.9")
    # The numbers in the cells are the activations.
    page.wait_for_function(
        "numbers => texts.some((_, i) => numbers.every((n, k) => texts[i + k] === n))",
        arg=[shown(float(v)) for v in snap["conv2"].y[9].ravel()],
    )
    assert page.locator("canvas.kernel").count() == 6
    page.mouse.click(*cell_at(page, "conv2", 9, 4, 6))
    level(page, "cell")
    opened(page, "conv2.9.4.6")
    assert page.locator(".panel-value").inner_text() == shown(float(snap["conv2"].y[9, 4, 6]))
    expect(page.locator(".stBidiComponent")).to_have_count(2)  # with the window stage below
    # An input cell is the next cell; so back to the pixels, each inside the last one's window.
    here = ("conv2", 9, 4, 6)
    for layer, index, row, col in (
        ("pool1", 2, 7, 9), ("relu1", 2, 15, 19), ("conv1", 2, 15, 19), ("input", 0, 16, 17),
    ):  # fmt: skip
        page.mouse.click(*cell_at(page, layer, index, row, col))
        level(page, "cell")
        opened(page, f"{layer}.{index}.{row}.{col}")
        value = snap.x[0] if layer == "input" else snap[layer].y[index]
        assert page.locator(".panel-value").inner_text() == shown(float(value[row, col]))
        here = (layer, index, row, col)
    assert here[0] == "input"
    # Escape, one level at a time; a layer of one map has no level of its own.
    page.locator(".scene").focus()
    for name, text in (("map", "input.0"), ("network", "")):
        page.keyboard.press("Escape")
        level(page, name)
        opened(page, text)
    page.mouse.click(*cell_at(page, "pool1", 2, 5, 5))
    level(page, "layer")
    opened(page, "pool1")
    page.mouse.click(*cell_at(page, "pool1", 4, 5, 5))
    level(page, "map")
    opened(page, "pool1.4")
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    level(page, "layer")
    opened(page, "pool1")
    box = tile(page, "pool1", 4).bounding_box()
    assert accent_near(page, box["x"] + 20, box["y"] + box["height"] + 3)  # it stays marked
    page.locator(".crumbs button").first.click()
    level(page, "network")
    opened(page, "")


def test_a_dense_unit_names_its_strongest_inputs(
    view: View, net: Container, snap: Snapshot
) -> None:
    page = view("?open=fc1.21")
    level(page, "map")
    weights = network_unit.unit_weights(NetworkView.of(snap), Selection("fc1", 21))
    assert weights is not None and weights.total is not None
    terms = [*weights.strongest, *weights.weakest]
    rows = page.locator(".term")
    assert rows.count() == len(terms)
    for row, term in zip(rows.all_inner_texts(), terms, strict=True):
        parts = row.split("\n")
        assert parts[0] == f"map {term.map} [{term.row}, {term.col}]"
        assert parts[1] == f"{shown(term.value)} × {shown(term.weight)}"
        assert parts[-1] == shown(term.product)
    total = page.locator(".term-total").inner_text()
    assert total.startswith(shown(weights.raised)) and total.endswith(shown(weights.total))
    assert page.locator("canvas.weight").count() == page.locator("canvas.product").count() == 16
    rows.first.click()
    level(page, "cell")
    first = terms[0]
    opened(page, f"pool2.{first.map}.{first.row}.{first.col}")
    # A page may open something itself; the view follows and stays its own master afterwards.
    page.get_by_role("button", name="elsewhere").click()
    opened(page, "pool1.2")
    level(page, "map")
    page.locator(".scene").focus()
    page.keyboard.press("Escape")
    opened(page, "pool1")
    level(page, "layer")
    settle(page)
    level(page, "layer")


def test_keys_alone(view: View, snap: Snapshot) -> None:
    page = view(reduced_motion=True)
    scene = page.locator(".scene")
    live = page.locator('.network-view [aria-live="polite"]')
    scene.focus()
    page.keyboard.press("ArrowRight")
    expect(live).to_contain_text("drawing")
    page.keyboard.press("ArrowRight")
    expect(live).to_contain_text("conv1 · map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(live).to_contain_text("relu1 · map")
    where = live.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator('.network-view[data-level="layer"]')).to_be_visible()
    expect(live).to_contain_text("relu1, ReLU: 6 maps of 28 by 28")
    # Nothing moves for those who asked for rest.
    running = page.locator("canvas.tile").evaluate_all(
        "all => all.reduce((n, c) => n + c.getAnimations().length, 0)"
    )
    assert running == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator('.network-view[data-level="map"]')).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    index = int(live.inner_text().split("map ")[1].split(" ")[0])
    expect(live).to_contain_text("row 15, column 15")
    page.keyboard.press("Enter")
    opened(page, f"relu1.{index}.15.15")
    page.keyboard.press("ArrowLeft")
    value = shown(float(snap["relu1"].y[index, 15, 14]))
    expect(live).to_contain_text(f"row 15, column 14 is {value}")
    opened(page, f"relu1.{index}.15.14")
    # Enter follows the strongest input, back to the pixels.
    for layer in (f"conv1.{index}", "input.0"):
        page.keyboard.press("Enter")
        opened(page, f"{layer}.15.14")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="conv1 →").click()
    page.get_by_role("button", name="relu1 →").click()
    page.get_by_role("button", name="network", exact=True).click()
    expect(page.locator('.network-view[data-level="network"]')).to_be_visible()
    assert where.startswith("relu1")
    # The summary names the answer; a class is reached as well.
    expect(live).to_contain_text(f"Most probable: {int(np.argmax(snap.scores))}")


# A busy laptop: data overtake data, and Streamlit cleans up after the call that was overtaken.
BUSY = """() => setInterval(() => {
  for (const end = performance.now() + 150; performance.now() < end; ) Math.sqrt(end); }, 160)"""


def test_fifty_updates_repaint_the_same_canvases(view: View) -> None:
    page = view("?moving", wait=False)
    page.evaluate(
        """() => { window.painted = 0;
          const pen = CanvasRenderingContext2D.prototype, put = pen.putImageData;
          pen.putImageData = function (...rest) { window.painted++; return put.apply(this, rest); };
          const view = (function find(root) {
            for (const e of root.querySelectorAll('*')) {
              if (e.classList.contains('network-view')) return e;
              const inner = e.shadowRoot && find(e.shadowRoot); if (inner) return inner; } })
              (document);
          window.updates = 0; window.before = [...view.querySelectorAll('canvas')];
          window.steps = new Set(); window.pictures = new Set();
          window.same = () => { const now = [...view.querySelectorAll('canvas')];
            return view.isConnected && now.length === before.length
              && now.every((c, i) => c === before[i]); };
          const map = view.querySelector('canvas.map[data-layer="conv1"][data-map="0"]');
          new MutationObserver((seen) => {
            window.updates += seen.length;
            window.steps.add(Number(view.dataset.sequence));
            window.pictures.add(map.toDataURL()); })
            .observe(view, { attributeFilter: ['data-sequence'] }); }"""
    )
    page.evaluate(BUSY)
    page.wait_for_function("window.steps.size >= 50", timeout=60_000)
    assert page.evaluate("window.same()")
    painted, updates, tiles = page.evaluate("[painted, updates, before.length]")
    assert updates <= painted <= 2 * tiles * updates, "each map is painted once an update"
    pictures, steps = page.evaluate("[pictures.size, [...steps]]")
    assert pictures == len({step % 64 for step in steps}), "64 digits take turns"
    # Opening a layer works while the numbers move, and they move there too.
    page.mouse.click(*cell_at(page, "conv2", 9, 5, 5))
    level(page, "layer")
    first = pixels(page, "conv2", 9)
    until(page, lambda: not np.array_equal(first, pixels(page, "conv2", 9)))


def test_a_phone_and_both_themes(view: View, snap: Snapshot) -> None:
    page = view(width=390, height=844, touch=True, scale=2)

    def fits() -> None:
        right = page.locator(".network-view canvas, .network-view .text, .bar-row").evaluate_all(
            "all => Math.max(...all.map(c => c.getBoundingClientRect().right))"
        )
        assert right <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    fits()
    tops = [
        tile(page, name, index).bounding_box()["y"]
        for name, index in (("input", 0), ("relu1", 0), ("pool1", 0), ("relu2", 0), ("relu3", None))
    ]
    assert tops == sorted(tops) and len(set(tops)) == 5
    values = snap["relu1"].y
    row, col = np.unravel_index(int(values[1].argmax()), values[1].shape)
    for theme in ("light", "dark", "light"):  # live
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.wait_for_function(
            "t => [...document.querySelectorAll('*')].some(e => "
            "e.shadowRoot?.querySelector(`.network-view[data-theme=${t}]`))",
            arg=theme,
        )
        wanted = colour_of(float(values[1, row, col]), float(np.abs(values).max()), theme)
        assert pixels(page, "relu1", 1)[row, col] == pytest.approx(wanted, abs=4)
    tile(page, "relu2", 4).tap()
    level(page, "layer")
    fits()
    page.get_by_role("button", name="← conv2").tap()
    opened(page, "conv2")
    level(page, "layer")
    tile(page, "conv2", 9).tap()
    level(page, "map")
    fits()
    tile(page, "conv2", 9).tap(position={"x": 20, "y": 20})
    level(page, "cell")
    opened(page, "conv2.9.0.0")
    fits()
    assert page.locator(".panel-value").inner_text() == shown(float(snap["conv2"].y[9, 0, 0]))


@pytest.mark.parametrize("name", ["dense", "allconv", "tutorial"])
def test_other_networks(view: View, name: str) -> None:
    page = view(f"?net={name}&width=880")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    total = sum(float(p) for p in page.locator(".probability-number").all_inner_texts())
    assert total == pytest.approx(1, abs=0.01)
    boxes = page.locator("canvas.tile").evaluate_all(
        "all => all.map(c => c.getBoundingClientRect()).map(b => [b.left, b.right])"
    )
    whole = page.locator(".network-view").bounding_box()
    assert whole is not None
    assert min(b[0] for b in boxes) >= whole["x"] - 1
    assert max(b[1] for b in boxes) <= whole["x"] + whole["width"] + 1
    # Through every layer from the input on, by the button to the next one.
    tile(page, "input", 0).click()
    names = []
    while page.locator('.steps button:has-text("→")').count():
        page.locator('.steps button:has-text("→")').click()
        names.append(page.locator(".crumbs [aria-current]").inner_text())
        # A layer of one unit opens that unit.
        opened(page, "fc1.0" if name == "tutorial" and names[-1] == "fc1" else names[-1])
    assert len(names) == {"dense": 3, "allconv": 10, "tutorial": 3}[name]
    level(page, "map" if name == "tutorial" else "layer")
    if name != "tutorial":
        page.locator("canvas.units").click(position={"x": 8, "y": 8})
    opened(page, f"{names[-1]}.0")
    level(page, "map")
    assert not errors


def test_a_network_whose_weights_are_no_numbers_is_told_not_drawn_as_zeros(view: View) -> None:
    page = view("?net=overflown")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    assert set(page.locator(".probability-number").all_inner_texts()) == {"NaN"}
    assert not page.locator(".bar-row.best").count()
    expect(page.locator(".network-view")).to_contain_text("its scores are no numbers")
    accent = [int(ACCENT["light"][i : i + 2], 16) for i in (1, 3, 5)]
    assert (pixels(page, "relu1", 0) == accent).all()
    tile(page, "conv1", 0).click()
    level(page, "layer")
    assert not page.get_by_text("SyntaxError").count()
    assert not errors
