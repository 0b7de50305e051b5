"""The graph walks, answers pointer, key and touch without the server, and shows numbers of cnn."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, settle
from tests.browser.test_lessons import until_address
from ui.backpropagation import example, graph

LAST = 15
#: Where the walk stands at each message to the server.
NOTES_WHERE_THE_WALK_IS = """
window.sentAt = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)];
  const graph = roots.map((root) => root?.querySelector(".graph")).find(Boolean);
  window.sentAt.push(graph?.dataset.position);
  return send.apply(this, message);
};
"""


def stage_of(page: Page) -> Locator:
    return page.locator(".graph")


def matrix(stage: Locator, title: str) -> Locator:
    """The cells of the matrix of that accessible name."""
    return stage.locator(f'[role="grid"][aria-label^="{title}, "] .ng-cell')


def numbers(cells: Locator) -> list[float]:
    return [float(text.replace("−", "-")) for text in cells.all_inner_texts()]


def test_the_walk_needs_no_server_and_ends_at_every_number_of_cnn(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page("about:blank", wait=False, reduced_motion=True)
    page.add_init_script(NOTES_WHERE_THE_WALK_IS)
    page.goto(f"{app_url}/backpropagation")
    settle(page)
    stage = stage_of(page)
    expect(stage).to_have_attribute("data-position", str(graph.FORWARD))
    assert set(matrix(stage, "∂E/∂f").all_inner_texts()) == {"·"}
    page.evaluate("sentAt.length = 0")
    stage.get_by_label("Speed").select_option("4")
    stage.get_by_role("button", name="Play (Space)").click()
    expect(stage).to_have_attribute("data-position", str(LAST))
    expect(stage.get_by_role("button", name="Play (Space)")).to_be_visible()
    until_address(page, "bp_walk", str(LAST))
    assert set(page.evaluate("sentAt")) == {str(LAST)}, "playing talks to the server"
    found = example.both_passes(example.Example())
    for name in ("z1", "a1", "o", "e", "do", "dz2", "db", "dw", "dz1", "df", "dx"):
        shown = np.array(numbers(matrix(stage, graph.TITLES[name])))
        size = np.abs(found[name]).max()
        power = 10.0 ** np.floor(np.log10(size)) if size < 0.1 else 1.0
        np.testing.assert_allclose(shown, found[name].ravel() / power, atol=0.0051, err_msg=name)

    stage.focus()
    page.keyboard.press("ArrowLeft")
    expect(stage).to_have_attribute("data-position", str(LAST - 1))
    assert set(matrix(stage, "∂E/∂X").all_inner_texts()) == {"·"}
    expect(stage.locator(".code .lit")).to_have_text("df = correlate(X, dZ1)")
    page.keyboard.press("Home")
    expect(stage).to_have_attribute("data-position", "0")
    until_address(page, "bp_walk", "0")
    page.keyboard.press("End")
    until_address(page, "bp_walk", str(LAST))
    settle(page)
    page.evaluate("sentAt.length = 0")
    matrix(stage, "∂E/∂f").first.hover()
    expect(stage.locator(".words")).to_contain_text("∂E/∂f[0, 0] = 0.1·(−0.0119907)")
    assert stage.locator(".ng-cell.lit").count() == 1 + 4 + 4
    assert page.evaluate("sentAt.length") == 0, "pointing talks to the server"
    page.reload()
    settle(page)
    expect(stage).to_have_attribute("data-position", str(LAST))
    beside = stage.locator(".board:not(.below) .code")
    expect(beside, "the program stays beside the graph when all is filled").to_be_in_viewport()
    page.get_by_role("button", name="Reset").click()
    expect(stage).to_have_attribute("data-position", str(graph.FORWARD))


def test_a_step_is_on_the_screen_with_the_key_that_asks_for_it(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/backpropagation")
    seen = stage_of(page).evaluate(
        """(root) => {
          const seen = [];
          for (let i = 0; i < 9; i++) {
            root.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
            seen.push([root.dataset.position, root.querySelector(".words").textContent]);
          }
          return seen;
        }"""
    )  # no frame and no message lies between a key and what it shows
    steps = graph.steps(example.both_passes(example.Example()))
    assert seen == [[str(i), steps[i].words] for i in range(graph.FORWARD + 1, LAST + 1)]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_weight_is_typed_a_number_tapped_and_nothing_sticks_out(
    app_url: str, open_page: OpenPage, width: int, theme: str
) -> None:
    page = open_page(
        f"{app_url}/backpropagation", width=width, height=900, theme=theme, touch=width < 500
    )
    stage = stage_of(page)
    z2 = matrix(stage, "Z₂").first
    expect(z2).to_have_text("0.126")
    weight = matrix(stage, "W").first
    weight.scroll_into_view_if_needed()
    (weight.tap if width < 500 else weight.click)()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    moved = example.Example(w=np.array([[1.5], [-0.4], [0.3], [-0.2]]))
    expect(z2).to_have_text(f"{example.both_passes(moved)['z2'][0, 0]:.3f}")
    page.wait_for_url(re.compile(r"bp_w=own(~|%7E)1\.5;"))
    (z2.tap if width < 500 else z2.click)()
    expect(stage.locator(".words")).to_contain_text("Z₂ = 1.5·0.71095")
    stage.press("Escape")
    expect(stage.locator(".words")).to_contain_text("E = ½ (y − O)²")
    over = page.evaluate(
        """() => { const m = document.querySelector('[data-testid="stMain"]');
        return m.scrollWidth - m.clientWidth; }"""
    )
    assert over <= 0
    page.reload()
    settle(page)
    expect(matrix(stage, "W").first).to_have_text("1.5")


def test_a_weight_of_a_dense_layer_lights_what_it_joins(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/dense?de_maps=2")
    stage = stage_of(page)
    matrix(stage, "W").nth(3).hover()
    expect(stage.locator(".words")).to_contain_text("w[2, 2]·x₂")
    lit = stage.locator(".ng-cell.lit")
    assert lit.count() == 3
    assert {"x row 2, column 1", "z row 2, column 1", "W row 2, column 2"} == {
        str(cell.get_attribute("aria-label")).split(" = ")[0] for cell in lit.all()
    }
    matrix(stage, "z").first.hover()
    expect(stage.locator(".words")).to_contain_text("z₁ = ")
    assert stage.locator(".ng-cell.lit").count() == 1 + 8 + 8 + 1
