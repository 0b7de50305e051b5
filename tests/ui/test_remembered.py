"""What a session remembers: of one type, under one name, for itself alone."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    """Says what it remembers, and takes what was wanted."""
    import streamlit as st

    from ui.remembered import Begun, Remembered

    said, many = Remembered("_test_said", ""), Begun[list[int]]("_test_many", list)
    st.markdown(f"known {said.known}, now {said.get()!r}, taken {said.take()!r}")
    many.get().append(1)
    st.markdown(f"{len(many.get())} runs")
    st.button("say", on_click=lambda: said.put("No."))


def words(at: AppTest) -> list[str]:
    assert not at.exception
    return [m.value for m in at.markdown]


def test_what_was_put_is_there_until_it_is_taken() -> None:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert words(at)[0] == "known False, now '', taken ''"
    assert words(at.button[0].click().run())[0] == "known True, now 'No.', taken 'No.'"
    assert words(at.run())[0] == "known False, now '', taken ''"


def test_each_session_begins_its_own() -> None:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert words(at.run())[1] == "2 runs"
    assert words(AppTest.from_function(page, default_timeout=60).run())[1] == "1 runs"


def pads() -> None:
    """Counts the runs of two pads, the second one in every other run only."""
    import streamlit as st

    from ui.remembered import Remembered

    runs = Remembered("_test_runs", 0)
    runs.put(runs.get() + 1)
    for pad in ("left", "right")[: 1 + runs.get() % 2]:
        runs.of(pad).put(runs.of(pad).get() + 1)
    st.markdown(f"{runs.get()}: {runs.of('left').get()}, {runs.of('right').get()}")


def test_each_of_several_things_has_its_own() -> None:
    at = AppTest.from_function(pads, default_timeout=60).run()
    assert words(at.run().run()) == ["3: 3, 2"]
