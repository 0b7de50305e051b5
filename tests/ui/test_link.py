"""The link: what it keeps, what it restores, what it ignores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui import link


def page() -> None:
    """A page with one control of each kind; ``st.session_state["page"]`` says which page it is."""
    import numpy as np
    import streamlit as st

    from ui import codecs, link

    kernel = codecs.matrix(3, 3, -9, 9)
    link.begin(st.session_state.get("page", "first"))
    found: dict[str, Any] = {}
    if st.session_state.get("page", "first") == "first":
        found["n"] = link.slider("n", "t_n", 2, 20, 10)
        found["k"] = link.slider("k", "t_k", 1, found["n"], 3)
        found["x"] = link.slider("x", "t_x", 0.0, 1.0, 0.5, 0.1)
        found["odd"] = link.number("odd", "t_odd", 1, 9, 3, 2)
        found["on"] = link.toggle("on", "t_on")
        found["word"] = link.text("word", "t_word", "hello", max_chars=8)
        for kind in ("segmented", "pills", "radio", "select"):
            found[kind] = link.choice(kind, f"t_{kind}", {"a": "Ah", "b": "Be"}, "a", kind)
        found["w"] = link.get("t_w", np.eye(2), kernel)
        st.button("grow", on_click=lambda: link.put("t_w", np.full((1, 2), 0.5), kernel))
        st.button("reset", on_click=link.reset)
        st.button("six", on_click=link.assign, kwargs={"t_k": 6, "t_on": True, "t_x": 0.7})
        if st.session_state.get("more"):
            found["extra"] = link.slider("extra", "t_extra", 0, 5, 1)
    st.session_state["found"] = found
    st.session_state["query"] = link.query()
    st.session_state["epoch"] = link.epoch()


def start(**params: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def found(at: AppTest) -> dict[str, Any]:
    result: dict[str, Any] = at.session_state["found"]
    return result


def test_defaults_leave_the_link_empty() -> None:
    at = start()
    assert at.session_state["query"] == ""
    assert found(at)["k"] == 3 and isinstance(found(at)["k"], int)
    assert found(at)["x"] == 0.5 and isinstance(found(at)["x"], float)


def test_every_kind_of_value_is_written_and_restored() -> None:
    at = start()
    at.slider(key="t_n").set_value(8)
    at.slider(key="t_k").set_value(5)
    at.slider(key="t_x").set_value(0.3)
    at.number_input(key="t_odd").set_value(7)
    at.toggle(key="t_on").set_value(True)
    at.text_input(key="t_word").set_value("ä &=+")
    at.segmented_control(key="t_segmented").set_value("b")
    at.pills(key="t_pills").set_value("b")
    at.radio(key="t_radio").set_value("b")
    at.selectbox(key="t_select").set_value("b")
    at.run()
    at.button[0].click().run()
    before, query = found(at), at.session_state["query"]

    from urllib.parse import parse_qsl

    again = start(**dict(parse_qsl(query)))
    after = found(again)
    assert again.session_state["query"] == query
    np.testing.assert_array_equal(after.pop("w"), before.pop("w"))
    assert after == before
    assert after == {
        "n": 8, "k": 5, "x": 0.3, "odd": 7, "on": True, "word": "ä &=+",
        "segmented": "b", "pills": "b", "radio": "b", "select": "b",
    }  # fmt: skip


@pytest.mark.parametrize(
    "params",
    [
        {"t_n": "99"},
        {"t_n": "abc"},
        {"t_n": ""},
        {"t_n": "3.5"},
        {"t_k": "11"},
        {"t_x": "nan"},
        {"t_odd": "-1"},
        {"t_on": "yes"},
        {"t_word": "much too long"},
        {"t_segmented": "zz", "t_pills": "", "t_radio": "1", "t_select": "Ah"},
        {"t_w": "1,2;3"},
        {"t_w": "100"},
        {"kernel_v0": "7", "_link": "x", "UPPER": "1", "t_other": "5"},
        {"t_n": "9" * 30_000},
    ],
)
def test_what_cannot_be_read_is_the_default_and_leaves_the_link(params: dict[str, str]) -> None:
    at = start(**params)
    assert at.session_state["query"] == ""
    assert found(at)["n"] == 10 and found(at)["word"] == "hello"
    np.testing.assert_array_equal(found(at)["w"], np.eye(2))


def test_a_range_that_shrinks_moves_the_value_and_keeps_it() -> None:
    at = start(t_n="9", t_k="8")
    at.slider(key="t_n").set_value(5).run()
    assert found(at)["k"] == 5
    at.slider(key="t_n").set_value(12).run()
    assert found(at)["k"] == 5, "kept, not reset, when the range grows again"
    assert at.session_state["query"] == "t_n=12&t_k=5"


def test_a_range_of_one_value_is_shown_and_disabled() -> None:
    def narrow() -> None:
        import streamlit as st

        from ui import link

        link.begin("p")
        st.session_state["k"] = link.slider("k", "t_k", 4, 4, 9)

    at = AppTest.from_function(narrow, default_timeout=60).run()
    assert not at.exception
    assert at.slider(key="t_k").disabled and at.session_state["k"] == 4


def test_state_survives_another_page() -> None:
    at = start(t_k="7")
    at.toggle(key="t_on").set_value(True).run()
    at.button[0].click().run()
    at.session_state["page"] = "second"
    at.run()
    assert found(at) == {} and at.session_state["query"] == ""
    at.session_state["page"] = "first"
    at.query_params.clear()
    at.run()
    assert found(at)["k"] == 7 and found(at)["on"] is True
    np.testing.assert_array_equal(found(at)["w"], [[0.5, 0.5]])
    assert at.session_state["query"] == "t_k=7&t_on=1&t_w=0.5,0.5"


def test_the_address_wins_on_entering_a_page_and_only_then() -> None:
    at = start(t_k="7")
    at.query_params["t_k"] = "2"
    at.run()
    assert found(at)["k"] == 7, "a run of the same page does not look at the address"
    at.session_state["page"] = "second"
    at.run()
    at.session_state["page"] = "first"
    at.run()
    assert found(at)["k"] == 2


def test_a_control_that_is_not_shown_is_not_in_the_link_and_returns_as_it_was() -> None:
    at = start()
    at.session_state["more"] = True
    at.run()
    at.slider(key="t_extra").set_value(4).run()
    assert at.session_state["query"] == "t_extra=4"
    at.session_state["more"] = False
    at.run()
    assert at.session_state["query"] == ""
    at.session_state["more"] = True
    at.run()
    assert found(at)["extra"] == 4


def test_reset_and_assign_move_the_epoch_and_the_widgets() -> None:
    at = start()
    epoch = at.session_state["epoch"]
    at.button[2].click().run()
    assert (found(at)["k"], found(at)["on"], found(at)["x"]) == (6, True, 0.7)
    assert at.slider(key="t_k").value == 6
    assert at.session_state["epoch"] > epoch
    at.button[0].click().run()
    epoch = at.session_state["epoch"]
    at.button[1].click().run()
    assert at.session_state["query"] == ""
    assert (found(at)["k"], found(at)["on"]) == (3, False)
    np.testing.assert_array_equal(found(at)["w"], np.eye(2))
    assert at.session_state["epoch"] > epoch


def test_wrong_use_is_named() -> None:
    with pytest.raises(ValueError, match="t_c"):
        link.choice("c", "t_c", ["a"], "b")
    with pytest.raises(ValueError, match="t_s"):
        link.slider("s", "t_s", 5, 4, 4)


def test_a_value_is_known_before_its_widget_is_drawn() -> None:
    def early() -> None:
        import streamlit as st

        from ui import codecs, link

        link.begin("p")
        st.session_state["early"] = link.now("t_on", False, codecs.BOOL)
        st.session_state["late"] = link.toggle("on", "t_on")
        st.button("reset", on_click=link.reset)

    at = AppTest.from_function(early, default_timeout=60)
    at.query_params["t_on"] = "1"
    for act, value in (
        (lambda: None, True),
        (lambda: at.toggle(key="t_on").set_value(False), False),
        (lambda: at.toggle(key="t_on").set_value(True), True),
        (lambda: at.button[0].click(), False),
    ):
        act()
        at.run()
        assert at.session_state["early"] is at.session_state["late"] is value


def test_every_run_gives_every_widget_its_present_value_as_its_default() -> None:
    """A widget whose program arrives late starts there: see the module's docstring."""
    params = {"t_n": "8", "t_k": "5", "t_x": "0.3", "t_odd": "7", "t_on": "1", "t_word": "there"}
    at = start(**params, t_segmented="b", t_pills="b", t_radio="b", t_select="b")
    for _ in range(2):
        at.run()
        defaults = [at.slider(key=f"t_{name}").proto.default[0] for name in ("n", "k", "x")]
        assert defaults == [8, 5, 0.3]
        assert at.number_input(key="t_odd").proto.default == 7
        assert at.toggle(key="t_on").proto.default is True
        assert at.text_input(key="t_word").proto.default == "there"
        assert list(at.segmented_control(key="t_segmented").proto.default) == [1]
        assert list(at.pills(key="t_pills").proto.default) == [1]
        assert at.radio(key="t_radio").proto.default == 1
        assert at.selectbox(key="t_select").proto.default == 1
    at.slider(key="t_k").set_value(4)
    at.toggle(key="t_on").set_value(False)
    at.run()
    assert at.slider(key="t_k").proto.default[0] == 4
    assert at.toggle(key="t_on").proto.default is False
