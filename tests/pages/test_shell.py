"""Every page of the table runs, in the frame, with its neighbours at the foot."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.payload import counted
from ui import lessons

ROOT = Path(__file__).parents[2]
#: Bytes of all messages, 150 kB with what Streamlit adds to them.
MOST_MESSAGES = 147_000
#: Of those that a step of a slider brings: 25 kB.
MOST_OF_A_STEP = 23_000
#: Kinds of elements → Streamlit's programs, whose names those of their files begin with.
PROGRAMS = {
    "button_group": "ButtonGroup",
    "download_button": "DownloadButton",
    "file_uploader": "FileUploader",
    "image": "ImageList",
    "number_input": "NumberInput",
    "progress": "Progress",
    "selectbox": "Selectbox",
    "slider": "Slider",
    "text_input": "TextInput",
}
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
def test_a_page_runs_in_the_frame(page: lessons.Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch) as size:
        at = start(page)
    assert not at.exception
    assert 5_000 < size() < MOST_MESSAGES, "bytes that a first visit brings"
    assert not at.get("plotly_chart"), "Plotly is more than all else that a visit brings"
    drawn = [element.proto.component_name for element in at.get("bidi_component")]
    assert {f"convscope_{name}" for name in page.draws} <= set(drawn), "no script comes in vain"
    used = {program for kind, program in PROGRAMS.items() if at.get(kind)}
    if at.latex or any("$" in m.value for m in at.markdown):
        used.add("rehype-katex")
    assert used == set(page.uses), "all come with the page, and none in vain"
    words = [m.value for m in at.markdown if not m.allow_html]
    assert at.toggle(key="projector").value is False
    assert any(b.label == "Reset" for b in at.button)
    if page is lessons.HOME:
        assert all(entry.title in links(at) for entry in lessons.shown())
        return
    assert words[0] == f"# {page.title}" and words[1] == page.why
    before, after = lessons.neighbours(page.slug)
    assert f"← {before.title if before else 'Home'}" in links(at)
    assert (f"{after.title} →" if after else "All lessons") in links(at)


def test_a_step_of_a_slider_is_a_short_message(monkeypatch: pytest.MonkeyPatch) -> None:
    at = start(lessons.by_slug("padding"))
    with counted(monkeypatch) as size:
        for name, value in (("pa_p", 2), ("pa_s", 3)):
            at.slider(key=name).set_value(value).run()
            assert not at.exception and 5_000 < size() < MOST_OF_A_STEP


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


def test_a_lesson_can_open_another_with_settings(tmp_path: Path) -> None:
    first = lessons.shown()[0]
    (tmp_path / "pages").mkdir()
    for path in (ROOT / "pages").glob("*.py"):
        (tmp_path / "pages" / path.name).symlink_to(path)
    (tmp_path / first.file).unlink()
    (tmp_path / first.file).write_text(
        "import streamlit as st\n"
        "from ui import lesson, link\n"
        f"lesson.begin('{first.slug}')\n"
        "if st.button('jump'):\n"
        "    link.go('', home_k='box')\n",
        "utf-8",
    )
    (tmp_path / "app.py").write_text((ROOT / "app.py").read_text("utf-8"), "utf-8")
    at = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=60)
    at.switch_page(first.file).run()
    at.button[0].click().run()
    assert not at.exception
    assert at.pills(key="home_k").value == "box"
