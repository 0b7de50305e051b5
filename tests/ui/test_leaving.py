"""What still waits of a page that was left becomes a run of the new one."""

from __future__ import annotations

from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui.link.leaving import _asks_for_a_part


def test_only_a_waiting_question_for_a_part_of_a_page_counts() -> None:
    waiting = ScriptRequests()
    assert not _asks_for_a_part(waiting)
    waiting.request_rerun(RerunData(fragment_id="pad"))
    assert _asks_for_a_part(waiting)
    waiting.request_rerun(RerunData())  # a run of the whole page covers its parts
    assert not _asks_for_a_part(waiting)
    waiting.on_scriptrunner_ready()
    assert not _asks_for_a_part(waiting)
    waiting.request_rerun(RerunData(fragment_id="pad"))
    waiting.on_scriptrunner_ready()  # it is being answered
    assert not _asks_for_a_part(waiting)
    waiting.request_rerun(RerunData(fragment_id="pad"))
    waiting.request_stop()
    assert not _asks_for_a_part(waiting)
