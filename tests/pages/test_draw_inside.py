"""What it looks for, and what fools it, as sections of "Draw a digit"."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.datasets import DIGITS
from cnn.nets.spec import build
from tests.pages.test_draw import draw, ink_of, sent, start
from tests.ui.test_draw_parts import reading
from ui import networks, readers, trained_net
from ui.draw import fooling


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def found_first() -> int | None:
    return fooling.attempt(reading("3"), None).fooling.smallest


def test_what_is_open_in_the_network_is_what_is_asked_about() -> None:
    at = start(d_more="looks", d_sel="conv2.3")
    assert not at.exception
    assert "**conv2, map 3**" in said(at)
    grown = sent(at, "film")
    assert [strip["shape"] for strip in grown["strips"]] == [[41, 14, 14]] * 2
    assert grown["at"] == 40 and grown["plays"]
    at.session_state["d_view"] = {
        "selection": {"layer": "fc2", "map": 7, "row": None, "col": None, "count": 1}
    }
    at.run()
    assert "**fc2, unit 7**" in said(at)
    assert sent(at, "film")["content"] != grown["content"]
    at.session_state["d_view"] = {"selection": {"layer": None, "count": 2}}
    at.run()
    assert "the one for 3" in said(at)


def test_a_grown_class_is_said_to_be_sure_with_its_own_number() -> None:
    at = start(d_more="looks", d_net="dense")
    captions = sent(at, "film")["strips"][0]["captions"]
    assert captions[-1].startswith("answer ") and captions[-1].endswith("over 99.9%")
    assert "Dense network reads the picture on the left as 3 with over 99.9%" in said(at)
    assert sent(at, "film")["lines"][2]["name"] == "best digit"


def test_a_dead_unit_is_said_to_be_dead() -> None:
    at = start(d_more="looks", d_sel="relu4.74")
    assert not at.exception
    assert sent(at, "film")["strips"][1]["title"] == "Blurred and shifted"
    assert "No digit excites it" in said(at)


@pytest.mark.parametrize("target", ["any", "8"])
def test_the_link_says_how_much_may_change_and_to_what(target: str) -> None:
    at = start(d_more="fool", d_eps="0.2", d_target=target)
    assert not at.exception
    found = fooling.attempt(reading("3"), None if target == "any" else 8)
    film = sent(at, "film")
    assert film["at"] == 20 and len(film["readouts"]) == 26
    assert film["mark"]["at"] == found.fooling.smallest
    label = int(found.chances[20].argmax())
    assert film["strips"][1]["captions"][20].startswith(f"reads {label}, ")
    assert film["strips"][3]["captions"][20].startswith("reads 3, ")
    pixels = film["strips"][1]["pixels"].reshape(26, 28, 28)
    np.testing.assert_array_equal(pixels, np.rint(found.images * 255))
    assert "Dense network reads" in film["notes"][20]
    assert f"From ε = {fooling.BOUNDS[found.fooling.smallest or 0]:.2f} on" in said(at)
    bears = fooling.bearing(readers.network("lenet"))
    assert f"for {bears.random} of 100" in said(at) and f"for {bears.aimed} of 10" in said(at)
    nonsense = start(d_more="fool", d_eps="7", d_target="cat")
    assert not nonsense.exception and sent(nonsense, "film")["at"] == found_first()


def test_of_a_network_that_nothing_moves_no_moral_is_drawn() -> None:
    net = build(networks.head_blocks("dense", 10), (1, 28, 28), init="zeros")
    net.eval()
    at = AppTest.from_file("../../app.py", default_timeout=60)
    at.session_state[trained_net._TAKEN.name] = trained_net.Taken(net, DIGITS, None)
    at.query_params["d_net"], at.query_params["d_more"] = trained_net.NAME, "fool"
    at.switch_page("pages/draw.py")
    at.run()
    assert not at.exception
    assert "aiming makes no difference" in said(at) and "adds up" not in said(at)
    at.button_group(key="d_more").set_value("map").run()
    assert "the classes do not come apart" in said(at)


def test_what_it_says_already_and_a_blank_sheet_need_no_fooling() -> None:
    at = start(d_more="fool", d_target="3")
    assert "It says 3 already" in said(at)
    assert not any("film" in e.proto.component_name for e in at.get("bidi_component"))
    draw(at, np.zeros((112, 112)))
    at.run()
    assert not at.exception and "Draw something first" in said(at)
    draw(at, ink_of("8"), 2)
    at.run()
    assert "on LeNet-5 says 3" in said(at)
