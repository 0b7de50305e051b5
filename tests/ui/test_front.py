"""Streamlit's HTML names what every page needs, so that a browser asks for all of it at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.ui.asking import Asking
from ui import lessons
from ui.serving import front
from ui.serving.answers import packed
from ui.serving.files import FILES, Files

STATIC = Path(front.file_util.get_static_dir())
PAGE = {"Accept": "text/html,application/xhtml+xml"}


def asking(files: Files = FILES) -> Asking:
    def streamlits(request: Request) -> Response:
        if "if-modified-since" in request.headers:
            return Response(status_code=304)
        html, headers = (STATIC / "index.html").read_bytes(), {"ETag": "old"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            html, headers["Content-Encoding"] = packed(html), "gzip"
        return HTMLResponse(html, headers=headers)

    app = Starlette(
        routes=[
            Route("/other", lambda _: HTMLResponse("<head></head><body></body>")),
            Route("/plain", lambda _: PlainTextResponse("plain")),
            Route("/", streamlits),
            Route("/{page}", streamlits),
        ]
    )
    return Asking(front.Front(app, static=STATIC, files=files))


def test_the_page_names_the_scripts_that_every_page_needs() -> None:
    answer = asking().get("/", PAGE)
    assert answer.status == 200 and answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/html")
    named = re.findall(r'rel="modulepreload" crossorigin href="\./([^"]+)"', answer.text)
    assert len(named) == len(set(named))
    for stem in front.STREAMLITS:
        assert sum(Path(name).name.startswith(f"{stem}.") for name in named) == 1, stem
    for name in named:
        if name.startswith("static/"):
            assert (STATIC / name).is_file()
        else:
            assert FILES.get(name.removeprefix(f"components/{FILES.version}/"))
    for name in (*front.OURS, "shared/wire.js", "shared/inflate.js"):
        assert f"components/{FILES.version}/{name}" in named


def ahead(path: str) -> list[str]:
    """What is asked for after all that every page needs."""
    text = asking().get(path, PAGE).text
    return re.findall(r'<link rel="[^>]+ fetchpriority="low" crossorigin href="\./([^"]+)"', text)


@pytest.mark.parametrize(
    "page", (lessons.HOME, *lessons.shown()), ids=lambda page: page.slug or "home"
)
def test_after_that_it_names_what_the_page_asked_for_draws_first(page: lessons.Lesson) -> None:
    named = ahead(f"/{page.slug}")
    assert len(named) == len(set(named))
    for name in named:
        if name.startswith("static/"):
            assert (STATIC / name).is_file()
        else:
            assert FILES.get(name.removeprefix(f"components/{FILES.version}/")), name
    for component in page.draws:
        for kind in ("js", "css"):
            assert f"components/{FILES.version}/{component}/{component}.{kind}" in named
    for stem in page.uses:
        found = [name for name in named if Path(name).name.startswith(f"{stem}.")]
        assert len(found) == 1, stem


def test_of_a_page_that_is_none_the_home_page_s_are_named() -> None:
    assert ahead("/nothing") == ahead("/") != ahead("/draw")


def test_the_page_knows_its_server_before_streamlits_program_runs() -> None:
    """Without it that tries ``/draw/_stcore/health`` first, and waits for two answers."""
    for path in ("/", "/draw"):
        text = asking().get(path, PAGE).text
        assert text.count(front.SERVER) == 1
        # A module runs when the whole page is read, and a script where it stands.
        assert text.index(front.SERVER) < text.index("</head>")
        assert '<script type="module"' in text


def test_the_style_sheet_comes_after_streamlits_own_and_before_the_page() -> None:
    text = asking().get("/", PAGE).text
    sheet = text.index(f"./components/{FILES.version}/page/style.css")
    assert text.index("</head>") < sheet < text.index('<div id="root">')
    file = FILES.get("page/style.css")
    assert file and b".st-key-lesson_head" in file.body


def test_a_browser_keeps_no_page_that_names_older_files() -> None:
    answer = asking().get("/", PAGE)
    assert "etag" not in answer.headers
    conditions = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert asking().get("/", PAGE | conditions).status == 200


def test_a_changed_file_is_named_anew(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    script = tmp_path / "shared" / "mount.js"
    script.write_text('import "./wire.js";', "utf-8")
    (tmp_path / "shared" / "wire.js").write_text("1;", "utf-8")
    files = Files(tmp_path, watched=True)
    page = asking(files)
    first = page.get("/", PAGE).text
    assert f"./components/{files.version}/shared/wire.js" in first
    script.write_text("1;  // it needs nothing now", "utf-8")
    second = page.get("/", PAGE).text
    assert f"./components/{files.version}/shared/mount.js" in second
    assert "shared/wire.js" not in second


@pytest.mark.parametrize(
    ("path", "headers"), [("/other", PAGE), ("/plain", PAGE), ("/plain", {"Accept": "image/png"})]
)
def test_the_rest_is_left_as_it_is(path: str, headers: dict[str, str]) -> None:
    answer = asking().get(path, headers)
    assert answer.status == 200 and "modulepreload" not in answer.text


def test_a_component_is_told_all_that_it_imports() -> None:
    table = front.imports(FILES)
    assert {"draw_pad/draw_pad.js", "draw_pad/marks.js", "shared/field.js"} <= set(
        table["draw_pad"]
    )
    for component, scripts in table.items():
        given = {*scripts, *front.closure(front.OURS, FILES.text)}
        for name in given:
            text = FILES.text(name)
            assert text is not None, f"{component} imports {name}"
            assert set(front.closure([name], FILES.text)) <= given


def test_what_a_script_may_ask_for_later_is_not_asked_for_at_once() -> None:
    texts = {
        "a/a.js": 'import{x as y}from"./b.js";import"../s/c.js";const z=()=>import("./never.js")',
        "a/b.js": 'export * from "../s/c.js";',
        "s/c.js": 'import "../a/a.js"; // round again',
        "a/never.js": "",
    }
    assert front.closure(["a/a.js"], texts.get) == ["a/a.js", "a/b.js", "s/c.js"]
