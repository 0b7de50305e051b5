"""A component is registered with a stub; what it is given passes one gate."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ui import palette
from ui.components import base
from ui.serving.files import COMPONENTS, FILES, Files

NAMES = sorted(p.parent.name for p in COMPONENTS.glob("*/*.js") if p.stem == p.parent.name)


@pytest.mark.parametrize("name", NAMES)
def test_the_stub_names_its_component_and_stays_small(name: str) -> None:
    """It is sent again with every update."""
    sent = base.stub(name, "0123456789ab")
    assert f'module.prepare("{name}", ["shared/base.css", ' in sent
    assert f'"{name}/{name}.css"]' in sent and "/0123456789ab" in sent
    assert not [line for line in sent.splitlines() if line.startswith(("//", " "))]
    assert not re.search("VERSION|NAME|STYLES", sent)
    assert len(sent) < 1200


@pytest.mark.parametrize("name", NAMES)
def test_a_component_can_be_mounted(name: str) -> None:
    text = (COMPONENTS / name / f"{name}.js").read_text("utf-8")
    assert len(re.findall("^export default function", text, re.MULTILINE)) == 1
    assert FILES.get(f"{name}/{name}.js") and FILES.get(f"{name}/{name}.css")


def test_the_scripts_have_the_colours_of_the_figures() -> None:
    written = (COMPONENTS / "shared" / "palette.js").read_text("utf-8")
    assert written == palette.as_module()


def test_a_changed_file_is_registered_anew_while_somebody_works_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run of the page, or its reload, has the new file."""
    (tmp_path / "dial").mkdir()
    script = tmp_path / "dial" / "dial.js"
    script.write_text("export default function () {}")
    watched = Files(tmp_path, watched=True)
    monkeypatch.setattr(base, "FILES", watched)
    stubs: list[str] = []

    def component(name: str, js: str, **_: Any) -> Callable[..., str]:
        stubs.append(js)
        return lambda data: js

    monkeypatch.setattr(base.st.components.v2, "component", component)
    mount = base.register("dial")
    first = watched.version
    assert first in str(mount(data=1)) and first in str(mount(data=2)) and len(stubs) == 1
    script.write_text("export default function () { return 1; }")
    assert watched.version in str(mount(data=3)) and watched.version != first
    mount(data=4)
    assert len(stubs) == 2


def test_nothing_is_registered_but_through_the_gate() -> None:
    found = [
        path
        for path in COMPONENTS.parent.rglob("*.py")
        if "components.v2.component(" in path.read_text("utf-8")
    ]
    assert found == [COMPONENTS / "base.py"]
