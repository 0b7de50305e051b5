"""What a link, a file or a student brings is shown as it stands, and can break no page.

These tests see what a page sends; ``tests/browser/test_from_outside.py`` sees what becomes of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.handwriting import generate
from cnn.nets.spec import build
from ui import collection, guess, lessons, networks, trained_net
from ui.draw.at_rest import SECTIONS

PAGES = (lessons.HOME, *lessons.shown())
#: Short enough for a label: an image, links, HTML, a formula, a colour, an emoji, code, a heading.
MARKUP = (
    "![x](//evil.test/a.png)",
    "[in](//evil.test/login)",
    "<img src=//evil.test/a>",
    "https://evil.test/a",
    "$x^2$ :red[r] :smile:",
    "`a` *b* **c** ~~d~~",
)
#: Numbers and words that a computer refuses in its own ways.
AWKWARD = (
    "9" * 4000,
    "9" * 5000,
    "1e999",
    "nan",
    "-inf",
    "1e-320",
    "٣",
    "²",
    "1_0",
    "3.0",
    "99999999999999999999",
    "-0",
    "",
    "é" * 200,
    "a\0b",
    "../../../etc/passwd",
    "1,1;0,1",
    "1,2;3!4",
    "conv1/99999999999999999999/1,2",
    "2",
    "0.5",
    "-1",
    "own",
    "{}",
    "eJwDAAAAAAE",
)
#: What Streamlit shows as it stands, not as Markdown.
AS_IT_STANDS = {
    "selectbox": {"options", "raw_value", "default"},
    "multiselect": {"options", "default", "raw_values"},
    "text_input": {"value", "default", "placeholder"},
    "image": {"alt"},
    "imgs": {"alt"},
}


def start(page: str, **params: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=90)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page(lessons.by_slug(page).file)
    return at


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from elements(child)


def texts(message: Any, as_it_stands: set[str]) -> Iterator[str]:
    """Every text in what was sent for an element, but those that Streamlit shows as they stand."""
    for field, value in message.ListFields():
        if field.name in as_it_stands or field.name in ("id", "element_id", "form_id", "user_key"):
            continue
        single = isinstance(value, str | bytes) or not hasattr(value, "__iter__")
        for part in [value] if single else value:
            if hasattr(part, "ListFields"):
                yield from texts(part, as_it_stands)
            elif isinstance(part, str | bytes):
                yield part if isinstance(part, str) else part.decode("latin-1")  # a table


def assert_quoted(at: AppTest) -> None:
    """Nothing of ours from outside is where Streamlit reads Markdown, or Plotly HTML."""
    assert not at.exception
    for element in elements(at._tree):
        message = getattr(element, "proto", None)
        if element.type in ("bidi_component", "dataframe") or message is None:
            continue  # they take text as it is
        if getattr(element, "allow_html", False):
            continue  # a style, which is ours
        if element.type == "plotly_chart":
            assert "<img" not in str(json.loads(message.spec))
            continue
        for text in texts(message, AS_IT_STANDS.get(element.type, set())):
            assert not [one for one in MARKUP if one in text], (element.type, text[:300])


def parameters(page: str) -> list[str]:
    at = start(page).run()
    assert not at.exception
    return list(at.session_state["_link"].defaults)


@pytest.mark.parametrize("page", [page.slug for page in PAGES])
def test_every_setting_of_a_page_may_be_rubbish_in_its_link(page: str) -> None:
    names = parameters(page)
    values = (*AWKWARD, *MARKUP)
    for turn in range(3):
        params = {name: values[(7 * i + turn) % len(values)] for i, name in enumerate(names)}
        assert_quoted(start(page, **params).run())


def labelled() -> collection.Collection:
    """Drawings of two kinds, with labels that mean something to Markdown."""
    images = generate(24, 2).floats()[:, 0]
    made = collection.EMPTY
    for i, image in enumerate(images):
        made = made.add(image, MARKUP[i % len(MARKUP)])
    return made


def own_network(outputs: int) -> trained_net.Taken:
    """A network whose layers and answers bear such names; one output is for two of them."""
    layers = (networks.conv(2, 5), networks.RELU, {"kind": "flatten"}, networks.dense(outputs))
    # A layer's name has no dots in it.
    names = (*MARKUP[4:], "<img src=x>", f"{MARKUP[4]} again")
    blocks = [{**layer, "name": name} for layer, name in zip(layers, names, strict=True)]
    net = build(blocks, (1, 28, 28), rng=np.random.default_rng(0))
    net.eval()
    return trained_net.Taken(net, MARKUP[: max(2, outputs)], 0.5)


@pytest.mark.parametrize("outputs", [1, len(MARKUP)])
@pytest.mark.parametrize("section", SECTIONS)
def test_labels_of_a_students_own_are_quoted_on_the_drawing_page(
    section: str, outputs: int
) -> None:
    at = start("draw", d_net=trained_net.NAME, d_more=section)
    at.session_state["own_drawings"] = labelled()
    at.session_state["_taken_network"] = own_network(outputs)
    at.run()
    assert_quoted(at)
    assert at.session_state["_link"].chosen["d_net"] == trained_net.NAME


@pytest.mark.parametrize("view", ["data", "maps", "step", "learned", "compare"])
def test_labels_and_names_of_runs_are_quoted_on_the_training_page(view: str) -> None:
    at = start("train", tr_data="drawings", tr_preset="dense", tr_view=view, tr_epochs="1")
    at.session_state["own_drawings"] = labelled()
    at.run()
    assert_quoted(at)
    if view not in ("learned", "compare"):
        return
    next(b for b in at.button if b.label == "One step").click()
    at.run()
    end = time.monotonic() + 60
    while not any("step 1 of" in m.value for m in at.markdown):
        assert time.monotonic() < end
        time.sleep(0.1)
        at.run()
    assert_quoted(at)
    if view == "compare":
        for name in MARKUP:
            at.text_input[0].set_value(name)
            next(b for b in at.button if b.label == "Keep").click()
            at.run()
            assert_quoted(at)
        assert sum(b.label.startswith("Drop ") for b in at.button) == len(MARKUP)


@pytest.mark.parametrize("typed", MARKUP)
def test_a_guess_that_is_no_number_is_quoted(typed: str) -> None:
    def page(typed: str) -> None:
        from ui import guess, link

        link.begin("padding")
        guess.number("t_g", "How many?", 3, "Three.")

    at = AppTest.from_function(page, kwargs={"typed": typed}, default_timeout=60).run()
    at.text_input[0].set_value(typed)
    at.button[0].click().run()
    assert any("is not a number" in m.value for m in at.markdown)
    assert_quoted(at)
    assert guess.parse("9" * 5000) is None, "a number too large is none"


def test_a_problem_shows_what_it_quotes() -> None:
    def page() -> None:
        from tests.pages.test_from_outside import MARKUP
        from ui import lesson

        for text in MARKUP:
            lesson.problem(f"There is no {text} here.")

    at = AppTest.from_function(page, default_timeout=60).run()
    assert len(at.markdown) == len(MARKUP)
    assert_quoted(at)
