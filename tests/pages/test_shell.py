"""Every page of the table runs, in the frame, with its neighbours at the foot."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ui import lessons

PAGES = (lessons.HOME, *lessons.shown())


def start(page: lessons.Lesson, **params: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page(page.file)
    return at.run()


def links(at: AppTest) -> list[str]:
    return [element.proto.label for element in at.get("page_link")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug or "home")
def test_a_page_runs_in_the_frame(page: lessons.Lesson) -> None:
    at = start(page)
    assert not at.exception
    words = [m.value for m in at.markdown]
    assert at.toggle(key="projector").value is False
    assert any(b.label == "Reset" for b in at.button)
    if page is lessons.HOME:
        assert all(entry.title in links(at) for entry in lessons.shown())
        return
    assert words[0] == f"# {page.title}" and words[1] == page.why
    before, after = lessons.neighbours(page.slug)
    assert f"← {before.title if before else 'Home'}" in links(at)
    assert (f"{after.title} →" if after else "All lessons") in links(at)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug or "home")
def test_a_page_survives_reset_and_projector(page: lessons.Lesson) -> None:
    at = start(page, projector="1")
    assert not at.exception and at.toggle(key="projector").value is True
    next(b for b in at.button if b.label == "Reset").click()
    at.run()
    assert not at.exception and at.toggle(key="projector").value is True


def test_the_projector_stays_on_from_page_to_page() -> None:
    at = start(lessons.HOME, projector="1")
    for page in lessons.shown()[:2]:
        at.switch_page(page.file).run()
        assert at.toggle(key="projector").value is True


def test_the_kernel_of_the_home_page_is_in_the_link() -> None:
    assert start(lessons.HOME, home_k="box").pills(key="home_k").value == "box"
    assert start(lessons.HOME, home_k="nothing").pills(key="home_k").value == "sobel_x"
