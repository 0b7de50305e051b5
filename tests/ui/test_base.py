"""What is sent to the browser is what was written, less what no browser reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from ui.components import base

NAMES = sorted(p.parent.name for p in base.HERE.glob("*/*.js") if p.stem == p.parent.name)

TOP_LEVEL = re.compile(r"(?:async )?(?:function\*?|const|let|class) (\w+)")


def scripts(name: str) -> list[Path]:
    return [*base.SHARED.glob("*.js"), *(base.HERE / name).glob("*.js")]


@pytest.mark.parametrize("name", NAMES)
def test_no_text_runs_over_several_lines(name: str) -> None:
    """The condition under which leaving out indentation changes nothing."""
    for path in scripts(name):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            code = line.strip()
            if not code.startswith("//"):
                assert code.split(" // ")[0].count("`") % 2 == 0, f"{path.name}:{number}"
                assert "/*" not in code, f"{path.name}:{number}"


@pytest.mark.parametrize("name", NAMES)
def test_the_script_keeps_every_line_of_code(name: str) -> None:
    sent = base._script(base.HERE / name, name).splitlines()
    assert not [line for line in sent if line.startswith(("//", " "))]
    kept = set(sent)
    for path in (base.HERE / name).glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.strip().startswith("//"):
                assert line.strip() in kept
    assert sum(line.startswith("export default") for line in sent) == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_shared_name_that_is_called_is_sent(name: str) -> None:
    sent = base._script(base.HERE / name, name)
    for path in base.SHARED.glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            match = TOP_LEVEL.match(line)
            if match and re.search(rf"\b{match[1]}\b", sent):
                assert line in sent, f"{path.name}: {match[1]}"
    if "PALETTE" in sent:
        assert sent.startswith("const PALETTE = ")


def test_what_needs_nothing_shared_is_sent_alone() -> None:
    sent = base._script(base.HERE / "address", "address")
    assert "PALETTE" not in sent
    own = base._slim((base.HERE / "address" / "address.js").read_text("utf-8"))
    marks = base._slim((base.SHARED / "c_marks.js").read_text("utf-8"))
    assert len(sent) < len(own) + len(marks) + 100
    assert len(sent) < 2300


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_given_twice(name: str) -> None:
    """Shared helpers and a component's own files stand in one scope."""
    found = [
        match[1]
        for path in scripts(name)
        for line in path.read_text("utf-8").splitlines()
        if (match := TOP_LEVEL.match(line))
    ]
    assert found
    assert not sorted({n for n in found if found.count(n) > 1})


def test_a_float_that_is_no_number_travels_as_a_mark() -> None:
    """A browser refuses a whole message for one NaN: JSON does not know it."""
    data = {"a": [1.5, float("nan"), {"b": float("-inf")}], "c": np.float64("inf"), "d": None}
    sent = base.marked(data)
    json.dumps(sent, allow_nan=False)
    assert sent == {
        "a": [1.5, {"number": "nan"}, {"b": {"number": "-inf"}}],
        "c": {"number": "inf"},
        "d": None,
    }
    assert base.marked({"x": (1, True, "nan")}) == {"x": [1, True, "nan"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_component_turns_the_marks_back_before_it_looks(name: str) -> None:
    lines = base._script(base.HERE / name, name).splitlines()
    main = next(i for i, line in enumerate(lines) if line.startswith("export default"))
    assert "withNumbers(component.data)" in lines[main + 1]
    assert "function withNumbers(value) {" in lines


def test_nothing_is_registered_but_through_the_gate() -> None:
    found = [
        path
        for path in base.HERE.parent.rglob("*.py")
        if "components.v2.component(" in path.read_text("utf-8")
    ]
    assert found == [base.HERE / "base.py"]
