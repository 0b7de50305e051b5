"""A file that went with its server is asked for again, once, and the next one is taken."""

from __future__ import annotations

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from ui.upload import GONE


def script() -> None:
    import streamlit as st

    from ui.upload import upload, uploaded

    def heard() -> None:
        given = uploaded("xx")
        st.session_state.setdefault("heard", []).append(given and given.name)

    found = upload("A file", "xx", on_change=heard)
    st.markdown("none" if found is None else found.name)


def said(at: AppTest) -> list[str]:
    assert not at.exception
    return [one.value for one in at.markdown]


def test_a_file_that_is_gone_is_asked_for_and_another_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = AppTest.from_function(script, default_timeout=60).run()
    assert said(at) == ["none"]
    at.file_uploader[0].upload("one.png", b"1").run()
    assert said(at) == ["one.png"]
    with monkeypatch.context() as gone:
        gone.setattr(MemoryUploadedFileManager, "get_files", lambda self, **_: [])
        at.run()
    (field,) = at.file_uploader
    assert said(at) == [GONE, "none"] and field.key != "xx"
    assert said(at.run()) == [GONE, "none"], "until there is another one"
    at.file_uploader[0].upload("two.png", b"2").run()
    assert said(at) == ["two.png"]
    assert at.session_state["heard"] == ["one.png", None, "two.png"]
    at.file_uploader[0].set_value(None).run()
    assert said(at) == ["none"], "taken away by hand, it is not missed"
