"""The map of digits on "Draw a digit": beside the pad, moved by a stroke, set by the link."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data import strokes
from tests.cnn.pad_drawings import WAYS
from tests.pages.payload import HELD
from tests.pages.test_draw import draw, ink_of, sent, start
from ui import readers
from ui.draw import planes


def names(at: AppTest) -> list[str]:
    found = [e.proto.component_name for e in at.get("bidi_component")]
    return [name.removeprefix("convscope_") for name in found]


@pytest.mark.parametrize("name", readers.NAMES)
def test_the_map_stands_beside_the_pad_in_place_of_the_network(name: str) -> None:
    at = start(d_net=name)
    assert "network_view" in names(at) and "dot_map" not in names(at)
    at.button_group(key="d_more").set_value("map").run()
    assert not at.exception
    assert "dot_map" in names(at) and "network_view" not in names(at)
    assert "whose place *Map of digits* takes" in "\n".join(m.value for m in at.markdown)
    shown = sent(at, "dot_map")
    assert len(shown["samples"]["labels"]) == len(shown["answers"]) == 300
    assert len(shown["places"]) == 600
    same = planes.planes(readers.network(name))[planes.default(readers.network(name))].same
    assert any(readers.percent(same) in c.value for c in at.caption)
    at.button_group(key="d_more").set_value("why").run()
    assert "network_view" in names(at) and "dot_map" not in names(at)


@pytest.mark.parametrize("name", readers.NAMES)
def test_a_stroke_moves_the_dot_and_its_answer_is_short(name: str) -> None:
    """No longer than with the network in sight: the 300 dots and their pictures travel once."""
    at = start(d_net=name, d_more="map")
    first = sent(at, "dot_map")
    places = [first["here"]]
    for number, share in enumerate((0.3, 0.7, 1.0), 1):
        ways = [0.15 + 0.7 * np.array(way[: round(share * len(way))]) for way in WAYS[8][0]]
        draw(at, strokes.draw(ways, 112, 9), number, held=[*HELD])
        at.run()
        answer = [
            e.proto
            for e in at.get("bidi_component")
            if e.proto.component_name.endswith(("_map", "_pad", "_address"))
        ]
        assert len(answer) == 3 and sum(p.ByteSize() for p in answer) < 12_000
        shown = sent(at, "dot_map")
        assert shown["samples"] is first["samples"] and shown["places"] is first["places"]
        assert shown["sequence"] == number
        places.append(shown["here"])
    assert len({tuple(place) for place in places}) == 4


def test_the_link_holds_layer_and_dot() -> None:
    at = start(d_more="map", d_layer="pool2", d_dot="12", d_sel="conv2.3")
    shown = sent(at, "dot_map")
    assert shown["picked"] == 12
    np.testing.assert_array_equal(
        shown["places"], planes.planes(readers.network("lenet"))["pool2"].at.value
    )
    nonsense = start(d_more="map", d_layer="conv9", d_dot="5000")
    assert not nonsense.exception
    assert sent(nonsense, "dot_map")["picked"] is None


def test_nothing_on_the_pad_is_nowhere_on_the_map() -> None:
    at = start(d_more="map")
    draw(at, np.zeros((112, 112)))
    at.run()
    shown = sent(at, "dot_map")
    assert shown["here"] is None and shown["near"] == []
    draw(at, ink_of("7"), 2)
    at.run()
    labels = sent(at, "dot_map")["samples"]["labels"]
    assert labels[sent(at, "dot_map")["near"][0]] == 7
