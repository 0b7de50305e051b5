"""The components' scripts and styles as files: what is served, to whom, and for how long."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from tests.ui.asking import Asking
from ui.serving import answers, files
from ui.serving.answers import FOR_GOOD


def place(folder: Path) -> Path:
    """A folder of components: what may leave, and what may not."""
    for name, text in {
        "shared/base.css": ".root {}",
        "dial/dial.js": 'import { turn } from "./turn.js";',
        "dial/turn.js": "export const turn = 1;" * 50,
        "dial/dial.css": ".dial {}",
        "dial/dial.py": "SECRET = 1",
        "dial/dial.html": "<p>",
        "dial/.hidden.js": "const secret = 1;",
        "dial/deep/inner.js": "const secret = 1;",
        "stub.js": "VERSION",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.setattr(files, "FILES", files.Files(place(tmp_path)))
    return Asking(Starlette(routes=[files.route()]))


def test_a_script_is_kept_for_good_under_the_hash_of_all_files(asking: Asking) -> None:
    answer = asking.get(f"/components/{files.FILES.version}/dial/turn.js")
    assert (answer.status, answer.text) == (200, "export const turn = 1;" * 50)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == FOR_GOOD
    assert answer.headers["content-encoding"] == "gzip" and len(answer.body) < 200
    style = asking.get(f"/components/{files.FILES.version}/dial/dial.css")
    assert style.headers["content-type"].startswith("text/css")


def test_a_second_try_has_another_address_and_finds_the_same(asking: Asking) -> None:
    answer = asking.get(f"/components/{files.FILES.version}-3/dial/dial.css")
    assert (answer.status, answer.text) == (200, ".dial {}")
    assert answer.headers["cache-control"] == FOR_GOOD


def test_under_the_hash_of_other_files_it_is_not_kept(asking: Asking) -> None:
    """A page that was opened before the app was updated, or comes from another process."""
    answer = asking.get("/components/0123456789ab/dial/dial.css")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")


def test_who_has_the_file_is_told_so(asking: Asking) -> None:
    address = f"/components/{files.FILES.version}/dial/dial.js"
    tag = asking.get(address).headers["etag"]
    again = asking.get(address, {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert asking.get(address, {"If-None-Match": '"other"'}).status == 200


def test_who_cannot_unpack_gets_it_as_it_is(asking: Asking) -> None:
    address = f"/components/{files.FILES.version}/dial/dial.css"
    answer = asking.get(address, {"Accept-Encoding": "identity"})
    assert answer.body == b".dial {}" and "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "dial/dial.py",
        "dial/dial.html",
        "dial/.hidden.js",
        "dial/deep/inner.js",
        "dial/../dial/dial.js",
        "dial/..%2Fstub.js",
        "dial/%2e%2e/stub.js",
        "stub.js",
        "dial/",
        "dial/other.js",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_served(asking: Asking, path: str) -> None:
    assert asking.get(f"/components/{files.FILES.version}/{path}").status == 404


def test_of_the_real_folder_every_script_and_style_is_served_and_nothing_else() -> None:
    found = [p for p in files.COMPONENTS.glob("*/*") if p.suffix in (".js", ".css")]
    wanted = {f"{path.parent.name}/{path.name}": path for path in found} | files.SHEETS
    assert len(wanted) > 50
    for name, path in wanted.items():
        served = files.FILES.get(name)
        assert served and served.body == path.read_bytes()
    assert set(files.FILES) == set(wanted)


def test_behind_a_base_path_the_address_begins_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILES", files.Files(place(tmp_path)))
    monkeypatch.setattr(answers.st, "get_option", {"server.baseUrlPath": "/lab/"}.__getitem__)
    asking = Asking(Starlette(routes=[files.route()]))
    assert asking.get("/lab/components/x/dial/dial.css").status == 200
    assert asking.get("/components/x/dial/dial.css").status == 404


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda folder: (folder / "dial" / "dial.js").write_text("other"),
    "added": lambda folder: (folder / "dial" / "new.js").write_text("new"),
    "removed": lambda folder: (folder / "dial" / "turn.js").unlink(),
    "renamed": lambda folder: (folder / "dial" / "turn.js").rename(folder / "dial" / "t.js"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_works_on_the_files_gets_the_changed_one_under_another_address(
    tmp_path: Path, change: str
) -> None:
    watched = files.Files(place(tmp_path), watched=True)
    still = files.Files(tmp_path)
    before = watched.version
    assert still.version == before
    os.utime(tmp_path / "dial" / "dial.js", (1, 1))
    assert watched.version == before, "the content counts, not the time"
    CHANGES[change](tmp_path)
    after = watched.version
    assert after != before and still.version == before
    assert (watched.get("dial/turn.js") is None) == (change in ("removed", "renamed"))


def test_styles_come_with_the_shared_ones_first(tmp_path: Path) -> None:
    found = files.Files(place(tmp_path))
    assert found.styles("dial") == ["shared/base.css", "dial/dial.css"]
