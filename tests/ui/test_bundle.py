"""Streamlit's own scripts reach the browser compressed, and compressed once."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.ui.asking import Asking
from ui.serving import bundle
from ui.serving.answers import FOR_GOOD


@pytest.fixture
def packed(tmp_path: Path) -> Asking:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "index.abc.js").write_text("const long = 1;" * 500, "utf-8")
    (tmp_path / "js" / "font.woff2").write_bytes(b"font")
    rest = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("Streamlit's own"))])
    return Asking(bundle.PackedBundle(rest, folder=tmp_path, prefix="/static/"))


def test_a_script_of_the_bundle_is_answered_from_a_packed_copy(
    packed: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []
    plain = bundle._pack
    monkeypatch.setattr(bundle, "_pack", lambda path: times.append(path) or plain(path))
    for _ in range(3):
        answer = packed.get("/static/js/index.abc.js")
        assert answer.text == "const long = 1;" * 500
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < 200
        assert answer.headers["cache-control"] == FOR_GOOD
    assert len(times) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/font.woff2", {}),
        ("/static/js/other.js", {}),
        ("/static/../secret.js", {}),
        ("/static/js/index.abc.js", {"Accept-Encoding": "identity"}),
        ("/static/js/index.abc.js", {"Range": "bytes=0-9"}),
        ("/elsewhere", {}),
    ],
)
def test_the_rest_is_left_to_streamlit(packed: Asking, path: str, headers: dict) -> None:
    assert packed.get(path, headers=headers).text == "Streamlit's own"


def test_the_copy_is_the_file() -> None:
    """Of Streamlit's own entry script."""
    folder = Path(bundle.file_util.get_static_dir()) / "static"
    script = next(folder.glob("js/index.*.js"))
    assert gzip.decompress(bundle._pack(script)) == script.read_bytes()


def test_fonts_are_answered_with_what_was_cut_from_them(tmp_path: Path) -> None:
    """Only in place of the very file; a new version of Streamlit has another name."""
    (tmp_path / "media").mkdir()
    rest = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("the whole font"))])
    cut = next(bundle.CUT.glob("*.woff2"))
    newer = "media/MaterialSymbols-Rounded.newer.woff2"
    for name in (f"media/{cut.name}", newer):
        (tmp_path / name).write_bytes(b"the whole font")
    fonts = Asking(bundle.PackedBundle(rest, folder=tmp_path, prefix="/static/"))
    answer = fonts.get(f"/static/media/{cut.name}")
    assert answer.body == cut.read_bytes() and answer.headers["content-type"] == "font/woff2"
    assert answer.headers["cache-control"] == FOR_GOOD
    assert fonts.get(f"/static/{newer}").text == "the whole font"


def test_the_cut_fonts_are_of_this_streamlit_and_small() -> None:
    """If this fails after an update of Streamlit: run assets/make_fonts.py."""
    media = Path(bundle.file_util.get_static_dir()) / "static" / "media"
    cut = list(bundle.CUT.glob("*.woff2"))
    assert len(cut) == 3 and all((media / path.name).is_file() for path in cut)
    assert sum(path.stat().st_size for path in cut) < 170_000


def test_every_icon_that_is_used_is_in_the_cut_font() -> None:
    cut = set((bundle.CUT / "icons.txt").read_text("ascii").split())
    static = Path(bundle.file_util.get_static_dir()) / "static"
    root = bundle.CUT.parents[1]
    sources = [*static.glob("js/*.js"), *root.glob("ui/**/*.py"), *root.glob("pages/*.py")]
    used = {
        name
        for source in sources
        for name in re.findall(r":material/([a-z0-9_]+)", source.read_text("utf-8"))
    }
    assert used and used <= cut
