"""A run whose numbers overflowed: no NaN and no infinity reaches a component or a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.learn.one_step import histogram
from cnn.learn.state import Moment, RunConfig
from cnn.learn.training import begin
from cnn.nets.storage import load
from tests.pages.opening import words
from tests.pages.payload import received, sent
from tests.pages.training import press, start, until
from ui import networks, readers, trained_net
from ui.draw import at_rest, live
from ui.train import charts, outcome
from ui.trained_net import Taken

NOT_A_NUMBER = re.compile(r"(?<![\w/])[-−]?(nan|inf|infinity|NaN|Infinity|∞)(?![\w/])")
OVERFLOWN = {
    "tr_opt": "sgd",
    "tr_lr": "10",
    "tr_loss": "half_mse",
    "tr_epochs": "20",
}


def texts(at: AppTest) -> Iterator[str]:
    """Every text on the page, but for the name that the diagnosis gives it."""
    for kind in ("markdown", "caption", "latex", "button", "subheader", "selectbox", "table"):
        for element in at.get(kind):
            yield str(getattr(element, "value", "")).replace("**NaN.**", "")
    for frame in at.dataframe:
        yield frame.value.to_string()


def check(at: AppTest) -> None:
    assert not at.exception
    for text in texts(at):
        assert not NOT_A_NUMBER.search(text), text
    for element in at.get("bidi_component"):
        received(element.proto)


@pytest.fixture(scope="module")
def over() -> AppTest:
    """The training page after a run that overflowed, at *What it learned*."""
    at = start(tr_view="learned", **OVERFLOWN)
    press(at, "Train")
    until(at, "**NaN.**")
    at.run()
    return at


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("view", ["maps", "hist", "step", "compare", "learned"])
def test_every_view_of_a_run_that_overflowed(over: AppTest, view: str, log: bool) -> None:
    over.pills(key="tr_view").set_value(view)
    over.toggle(key="tr_log").set_value(log).run()
    check(over)
    assert "validation accuracy" not in next(m.value for m in over.markdown if "step " in m.value)


def test_nothing_is_said_to_be_class_0(over: AppTest) -> None:
    over.pills(key="tr_view").set_value("learned").run()
    said = words(over)
    assert re.search(r"For (\d+) of \1 images the network says nothing", said)
    assert "→" not in said
    assert not np.any(sent(over, "confusion")["counts"])
    assert set(sent(over, "confusion")["recall"]) == {"0"}
    assert set(sent(over, "confusion")["precision"]) == {"–"}


def test_what_is_saved_is_the_last_moment_whose_weights_are_numbers() -> None:
    blocks = [*networks.PRESETS["dense"].blocks, *networks.head_blocks("dense", 10)]
    fresh = begin(RunConfig(blocks, (1, 28, 28), 10, 64))
    bad = {name: value * np.float32("nan") for name, value in fresh.parameters.items()}
    moments = tuple(
        Moment(step, parameters, {}, np.zeros((10, 10), np.int64))
        for step, parameters in ((0, fresh.parameters), (4, fresh.parameters), (6, bad))
    )
    net, step = outcome.last_sound(replace(fresh, step=7, parameters=bad, moments=moments))
    assert step == 4
    assert all(np.isfinite(value).all() for value in net.state_dict().values())
    assert outcome.last_sound(replace(fresh, step=1, parameters=bad))[1] == 0
    assert outcome.last_sound(replace(fresh, step=7))[1] == 7


def drawing_page(section: str, network: str) -> AppTest:
    """The drawing page with a network of no numbers among those that can be chosen."""
    net = load(readers.ASSETS / "lenet.npz")
    for value in net.parameters().values():
        value[...] = np.nan
    at = AppTest.from_file("../../app.py", default_timeout=90)
    at.session_state[trained_net._TAKEN.name] = Taken(net, tuple("0123456789"), None)
    for name, value in {"d_net": network, "d_more": section, "d_sel": "fc3.2"}.items():
        at.query_params[name] = value
    at.switch_page("pages/draw.py")
    at.run()
    check(at)
    return at


def test_beside_a_network_of_no_numbers_the_others_are_compared() -> None:
    at = drawing_page("two", "lenet")
    said = "\n".join(m.value for m in at.markdown)
    assert f"{trained_net.TITLE} says nothing" in said
    for chart in at.get("plotly_chart"):
        assert trained_net.TITLE not in chart.proto.spec
        assert "null" not in chart.proto.spec


@pytest.mark.parametrize("section", at_rest.SECTIONS)
def test_the_drawing_page_with_a_network_of_no_numbers(section: str) -> None:
    at = drawing_page(section, trained_net.NAME)
    if section == live.MAP:
        assert set(sent(at, "dot_map")["answers"]) == {f"{trained_net.TITLE} says nothing."}
    else:
        assert sent(at, "network_view")["probabilities"] == [{"number": "nan"}] * 10
    assert sent(at, "draw_pad")["text"] == readers.SAYS_NOTHING


def test_a_histogram_says_how_much_of_it_is_no_number() -> None:
    values = histogram(np.array([1, 2, np.nan, np.inf], np.float32))
    assert values.lost == 0.5
    assert charts.histogram_panel("t", values, "weight").note == "50.0% are no numbers"
    huge = histogram(np.full(4, 3e38, np.float32))
    assert np.isfinite([huge.mean, huge.spread, huge.limit]).all()
    nothing = histogram(np.full(4, np.nan, np.float32))
    assert charts.histogram_panel("t", nothing, "weight").note == "all are no numbers"
