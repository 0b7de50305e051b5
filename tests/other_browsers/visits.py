"""The short run: each lesson opens, is drawn, one control is moved, and its effect is seen."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from tests.browser.conftest import RESTLESS, SETTLED
from tests.other_browsers.driver import ARROW_RIGHT, Driver, press, stroke, wait_for

#: Every element, those inside of components included.
_ALL = """((root) => { const all = (root) => [...root.querySelectorAll('*')].flatMap(
  (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]); return all(root); })(document)"""

#: All words on the page, and what is said to those who do not see it.
_WORDS = f"""{_ALL}.flatMap((e) => [e.getAttribute('aria-label') ?? '',
  ...(/STYLE|SCRIPT/.test(e.tagName) ? [] : [...e.childNodes].filter((n) => n.nodeType === 3)
    .map((n) => n.data))]).join('\\n')"""

#: How many pictures have something on them: canvases that are not of one colour, drawings, cells
#: with a number, and bars with a length; in our components, which have roots of their own, and
#: Plotly's figures.
_PICTURES = f"""{_ALL}.filter((e) => e.getClientRects().length
  && (e.getRootNode() instanceof ShadowRoot || e.closest('.js-plotly-plot'))).filter((e) => {{
  if (e.matches('[role=gridcell]')) return e.textContent.trim() !== '';
  if (e.matches('.bar .fill')) return e.getBoundingClientRect().width > 0;
  if (e.tagName === 'svg') return e.querySelectorAll('path, rect, line, circle').length > 2;
  if (e.tagName !== 'CANVAS' || !e.width || !e.height) return false;
  const pixels = new Uint32Array(
    e.getContext('2d').getImageData(0, 0, e.width, e.height).data.buffer);
  return pixels.some((pixel) => pixel !== pixels[0]);
}}).length"""

_LOOKS = 3  # in a row that find nothing changed

#: Where Streamlit says that something went wrong.
_TROUBLE = """[...document.querySelectorAll('[data-testid="stException"], [data-testid="stAlert"]')]
  .map((e) => e.innerText)"""


@dataclass(frozen=True)
class Visit:
    """What is done on a page.

    Attributes:
        slug: Of the lesson.
        act: ``key`` (the arrow to the right), ``click``, or ``draw``.
        control: The label or the words of what is moved.
        words: What is on the page afterwards, and was not before.
        first: Words of what is clicked before, if anything.
        pictures: Whether something is drawn on it before.
        query: Settings with which it is opened.
    """

    slug: str
    act: str
    control: str
    words: str
    first: str = ""
    pictures: bool = True
    query: str = ""


VISITS = (
    Visit("", "click", "Blur", "weight row 0, column 0 = 0.11"),
    Visit("convolution", "key", "Bias", "9.5"),
    Visit("padding", "key", "Padding p", "11 × 11"),
    Visit("filters", "click", "Negate", "weight row 0, column 0 = 1"),
    Visit("channels", "key", "Bias", "0.10"),
    Visit("activations", "key", "Temperature T", "max)/1.1)"),
    Visit("pooling", "click", "Average", "÷ cells"),
    Visit("dense", "click", "Sigmoid", "4·1 weights"),
    Visit("exercises", "key", "How many", "Exercise 1 of 7", pictures=False),
    Visit("draw", "draw", "Drawing pad", "It reads 1", first="Clear"),
    Visit("draw", "click", "First step (Home)", "step 0 of", query="?d_more=looks"),
    Visit("draw", "click", "First bound (Home)", "ε = 0.00", query="?d_more=fool"),
    Visit("draw", "key", "A map of 300 digits", "3. LeNet-5 reads 3", query="?d_more=map"),
    Visit("train", "click", "One step", "step 1 of"),
    Visit("train", "click", "50 images", "Watch the curves part", query="?tr_view=try"),
    Visit("train", "key", "A map of 300 images", "It says ", query="?tr_view=map"),
    Visit("train", "click", "Dropout", "Who drops out", query="?tr_view=layer"),
    Visit(
        "train",
        "click",
        "Train",
        "Each point of the ground is a whole set of weights",
        query="?tr_view=land&tr_preset=one&tr_count=100&tr_epochs=3&tr_batch=12",
    ),
    Visit(
        "train",
        "click",
        "Shift, turn and warp a little",
        "16 variants",
        query="?tr_view=data",
    ),
    Visit("backpropagation", "click", "Play (Space)", "backward · 8 of 16"),
    Visit("why", "key", "Kernel", "64 filters of 5×5"),
    Visit("famous", "click", "Parameters", "Parameters (logarithmic)"),
    Visit("famous", "click", "Open all", "conv1_1", query="?fn_view=walk"),
    Visit("teach", "click", "Start a class", "Nobody is here yet.", pictures=False),
    Visit("join", "click", "Join", "A code has five letters and digits", pictures=False),
)


def visit(driver: Driver, url: str, page: Visit) -> None:
    """Go through one lesson; an AssertionError, TimeoutError or RuntimeError says what failed."""
    driver.open(f"{url}/{page.slug}{page.query}")
    settle(driver)
    if page.pictures:
        wait_for(driver, _PICTURES, "nothing is drawn")
    if page.first:
        stroke(driver, [_middle(driver, page.first)])
        settle(driver)
    assert page.words not in driver.evaluate(_WORDS), f"“{page.words}” stands there before"
    _act(driver, page)
    wait_for(driver, f"{_WORDS}.includes({json.dumps(page.words)})", f"“{page.words}” is not seen")
    settle(driver)
    assert not driver.evaluate(_TROUBLE), driver.evaluate(_TROUBLE)
    assert not driver.errors(), driver.errors()


def settle(driver: Driver) -> None:
    """Wait until the server has answered, and everything has been drawn and stays so."""
    now = json.dumps([time.monotonic_ns(), _LOOKS, RESTLESS])
    wait_for(driver, f"({SETTLED})({now})", "the page does not come to rest")


def _act(driver: Driver, page: Visit) -> None:
    x, y = _middle(driver, page.control)
    if page.act == "key":
        driver.evaluate(f"({_found(page.control)}.focus(), true)")
        press(driver, ARROW_RIGHT)
    elif page.act == "click":
        stroke(driver, [(x, y)])
    else:
        stroke(driver, [(x, y + step) for step in range(-70, 71, 10)])


def _middle(driver: Driver, label: str) -> tuple[float, float]:
    """The middle of a control in the window, after it has been brought there."""
    box: dict[str, Any] = wait_for(
        driver,
        f"""((e) => {{ if (!e) return null; e.scrollIntoView({{ block: 'center' }});
          const box = e.getBoundingClientRect();
          return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }}; }})({_found(label)})""",
        f"there is no “{label}”",
    )
    return box["x"], box["y"]


def _found(label: str) -> str:
    """An expression: the control of that label or with those words, in sight."""
    wanted = json.dumps(label)
    return f"""{_ALL}.find((e) => e.getClientRects().length
      && e.matches('button, input, [role=application]')
      && ((e.getAttribute('aria-label') ?? '').startsWith({wanted})
        || e.textContent.trim() === {wanted}))"""
