"""Opens a page under a link, and reads it: for the tests of every lesson."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def visit(page: str, **params: str) -> AppTest:
    """A page under a link that says so."""
    at = AppTest.from_file("../../app.py", default_timeout=90)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page(f"pages/{page}.py")
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    """What the page says, one text after the other: its formulas after its texts."""
    texts = [*at.markdown, *at.caption, *at.latex]
    return "\n".join(text.value for text in texts if "<style" not in text.value)
