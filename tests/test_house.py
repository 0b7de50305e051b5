"""The layers of the house, held: who may import whom, and that nothing leaves the machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMPONENTS = ROOT / "ui" / "components"
FOLDERS = ("cnn", "classroom", "ui", "jobs", "pages", "deploy")
#: folder → the project's folders it may import from
MAY = {"cnn": {"cnn"}, "classroom": {"classroom"}, "jobs": {"cnn", "jobs"}}
MAY["ui"] = {"cnn", "classroom", "ui", "jobs"}
MAY["pages"] = {"cnn", "ui", "jobs"}  # to a class they speak through ui
MAY["deploy"] = {"deploy", "ui"}  # it starts the app, and names this machine's addresses


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Top-level names that a file imports, at any depth of the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_point_one_way(folder: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): bad
        for path in sources(folder)
        if (bad := (imports(path) & set(FOLDERS)) - MAY[folder])
    }
    assert not wrong


@pytest.mark.parametrize("folder", ["cnn", "classroom"])
def test_cnn_and_the_class_need_numpy_and_the_standard_library_alone(folder: str) -> None:
    allowed = {"numpy", folder, *sys.stdlib_module_names}
    wrong = {
        str(path.relative_to(ROOT)): bad
        for path in sources(folder)
        if (bad := imports(path) - allowed)
    }
    assert not wrong


@pytest.mark.parametrize("folder", ["cnn", "classroom"])
def test_modules_can_be_read_one_after_another(folder: str) -> None:
    """None needs, however indirectly, a module that needs it; types count too."""
    needs = {
        _module(path): {name for name in _modules_imported(path) if name.startswith(f"{folder}.")}
        for path in sources(folder)
    }
    while ready := {name for name, needed in needs.items() if not needed & needs.keys()}:
        needs = {name: needed for name, needed in needs.items() if name not in ready}
    assert not needs


#: The chapters of cnn, in the order in which they are read.
CHAPTERS = (
    "arrays",
    "settings",
    "definitions",
    "window",
    "layers",
    "nets",
    "data",
    "learn",
    "explain",
    "architectures",
    "pretrained",
    "exercises",
)


def test_a_chapter_of_cnn_needs_only_those_before_it() -> None:
    above = {
        "functional": CHAPTERS,
        "architectures": ("arrays", "settings", "window", "layers", "nets"),
    }
    wrong = {}
    for path in sources("cnn"):
        chapter = _chapter(_module(path))
        if chapter:
            before = above.get(chapter) or CHAPTERS[: CHAPTERS.index(chapter)]
            needed = {_chapter(name) for name in _modules_imported(path) if name[:4] == "cnn."}
            if bad := needed - {*before, chapter}:
                wrong[str(path.relative_to(ROOT))] = bad
    assert not wrong


def test_the_chapters_of_the_class_are_listed_in_the_order_in_which_they_are_read() -> None:
    text = (ROOT / "classroom" / "__init__.py").read_text("utf-8")
    listed = re.findall(r":mod:`~classroom\.(\w+)`", text.split("Its chapters")[1])
    chapters = list(dict.fromkeys(listed))
    assert sorted(chapters) == sorted(p.stem for p in sources("classroom") if p.stem[0] != "_")
    wrong = {}
    for place, chapter in enumerate(chapters):
        named = _modules_imported(ROOT / "classroom" / f"{chapter}.py")
        needed = {name.split(".")[1] for name in named if name.startswith("classroom.")}
        if bad := (needed & set(chapters)) - set(chapters[:place]):
            wrong[chapter] = bad
    assert not wrong


def _chapter(module: str) -> str:
    """``cnn.layers.dense`` is in ``layers``; the package itself is in none."""
    return module.split(".")[1] if "." in module else ""


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _modules_imported(path: Path) -> set[str]:
    """Modules that a file imports: of ``from a import b`` both ``a`` and ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_what_a_caller_does_wrong_is_raised_not_asserted() -> None:
    """``python -O`` leaves assertions out, and they say nothing of what was given and needed."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("cnn", "jobs")
        for path in sources(folder)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert not wrong


def test_who_takes_three_arguments_lists_them_or_names_who_does() -> None:
    """A public function of cnn, or a method."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources("cnn")
        for part in [ast.parse(path.read_text("utf-8"))]
        for holder in (part, *(one for one in part.body if isinstance(one, ast.ClassDef)))
        for node in holder.body
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_"
        if len({a.arg for a in (*node.args.args, *node.args.kwonlyargs)} - {"self", "cls"}) >= 3
        if not re.search(r"Args:|:(?:func|meth|class):|rguments as", ast.get_docstring(node) or "")
    ]
    assert not wrong


def test_what_an_array_is_stands_in_one_place() -> None:
    """Names of types that several files need are written down once, in ``cnn.arrays``."""
    shared = re.compile(r"^(Array|Shape|Pair|Sides)\b[^=\n]*=", re.MULTILINE)
    wrong = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in sources(folder)
        if path.name != "arrays.py" and shared.search(path.read_text("utf-8"))
    ]
    assert not wrong


def test_jobs_know_nothing_of_streamlit() -> None:
    assert not [p for p in sources("jobs") if "streamlit" in imports(p)]


def test_pages_hold_no_arithmetic_and_no_drawing_code() -> None:
    """A page composes; numpy's and plotly's work is done in ``cnn`` and ``ui``."""
    wrong = [str(p.relative_to(ROOT)) for p in sources("pages") if imports(p) & {"numpy", "plotly"}]
    assert not wrong


def test_components_ask_nothing_of_any_host() -> None:
    """No address in what the browser runs; a module imports those that lie beside it."""
    reach = re.compile(
        r"https?://(?!www\.w3\.org/)|XMLHttpRequest|WebSocket|EventSource|sendBeacon|@import (?!{)"
        r"|^(?:import|export)\b[^;]*\bfrom \"(?!\.{1,2}/)|^import \"",
        re.MULTILINE,
    )
    files = [*COMPONENTS.rglob("*.js"), *COMPONENTS.rglob("*.css")]
    assert files
    assert not [str(p.relative_to(ROOT)) for p in files if reach.search(p.read_text("utf-8"))]


def test_only_what_mounts_components_and_a_student_s_ribbon_fetch_while_they_run() -> None:
    fetches = re.compile(r"\bfetch\(|\bimport\(")
    found = {p for p in COMPONENTS.rglob("*.js") if fetches.search(p.read_text("utf-8"))}
    wanted = ("stub.js", "shared/mount.js", "listener/listener.js")
    assert found == {COMPONENTS / name for name in wanted}


IMPORT = re.compile(r'^import \{\s([^}]+?),?\s\} from "([^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def scripts() -> list[Path]:
    return sorted(COMPONENTS.glob("*/*.js"))


def imported_by(path: Path) -> list[tuple[set[str], Path]]:
    """Names, and the file that they come from."""
    found = IMPORT.findall(path.read_text("utf-8"))
    return [(set(re.split(r",\s+", n)), (path.parent / file).resolve()) for n, file in found]


def test_every_import_names_a_file_and_what_it_exports() -> None:
    wrong = []
    for path in scripts():
        for names, file in imported_by(path):
            given = set(EXPORT.findall(file.read_text("utf-8"))) if file.exists() else set()
            if names - given:
                wrong.append(f"{path.relative_to(COMPONENTS)}: {names - given} of {file.name}")
    assert not wrong


def test_scripts_can_be_read_one_after_another() -> None:
    """None needs, however indirectly, a module that needs it."""
    needs = {path: {file for _, file in imported_by(path)} for path in scripts()}
    while ready := {path for path, files in needs.items() if not files & needs.keys()}:
        needs = {path: files for path, files in needs.items() if path not in ready}
    assert not needs


def test_a_component_takes_from_its_own_folder_and_the_shared_one() -> None:
    assert not [
        f"{path.relative_to(COMPONENTS)} imports {file.relative_to(COMPONENTS)}"
        for path in scripts()
        for _, file in imported_by(path)
        if file.parent.name not in (path.parent.name, "shared")
    ]


def test_what_a_session_remembers_has_a_name_and_a_type() -> None:
    """Streamlit's own dictionary, where anything goes, is touched by those that give it types."""
    owners = {Path("ui/remembered.py"), Path("ui/browser_state.py")}
    bare = re.compile(r"\bst\.session_state\b|import .*\bsession_state\b")
    found = {
        path.relative_to(ROOT)
        for path in (*sources("ui"), *sources("pages"), ROOT / "app.py")
        if bare.search(path.read_text("utf-8"))
    }
    assert found == owners


def test_what_one_lesson_needs_lies_in_a_folder_named_as_its_page() -> None:
    lessons = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert not [path.name for path in (ROOT / "ui").glob("*.py") if path.stem in lessons]


def test_no_lesson_takes_from_another_ones_folder() -> None:
    """What two share lies in ``ui/`` itself."""
    lessons = {path.stem for path in (ROOT / "pages").glob("*.py")}
    wrong = {}
    for path in sources("ui"):
        own = path.relative_to(ROOT / "ui").parts[0]
        named = [name.split(".") for name in _modules_imported(path) if name.startswith("ui.")]
        others = {name[1] for name in named} & lessons - {own}
        if own in lessons and others:
            wrong[str(path.relative_to(ROOT))] = others
    assert not wrong


def test_a_module_s_name_says_what_is_in_it() -> None:
    empty = {"axis", "common", "helpers", "kept", "lab", "misc", "nonlinear", "own", "place"}
    empty |= {"rule", "slow", "taken", "tools", "utils"}
    assert not [str(path.relative_to(ROOT)) for path in sources("ui") if path.stem in empty]


def test_names_of_what_is_remembered_are_unique() -> None:
    made = re.compile(r"\b(?:Remembered|Begun)(?:\[.*\])?\(\s*\"(\w+)\"")
    texts = [path.read_text("utf-8") for path in sources("ui") if path.name != "remembered.py"]
    names = [name for text in texts for name in made.findall(text)]
    assert len(names) > 40
    assert sorted(set(names)) == sorted(names)


def test_nothing_unpickles() -> None:
    wrong = []
    for folder in ("cnn", "classroom", "ui", "pages"):
        for path in sources(folder):
            text = path.read_text("utf-8")
            if "pickle" in imports(path) or "allow_pickle=True" in text:
                wrong.append(str(path.relative_to(ROOT)))
            for call in re.finditer(r"np\.load\(", text):
                if "allow_pickle=False" not in text[call.end() : call.end() + 120]:
                    wrong.append(f"{path.relative_to(ROOT)}: {text[call.start() :][:60]}")
    assert not wrong


def test_the_first_start_on_a_machine_asks_nothing() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["showEmailPrompt"] is False
    assert config["browser"]["gatherUsageStats"] is False


def test_a_visitor_costs_no_search_through_all_modules() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["fileWatcherType"] == "none"


def test_no_page_is_rewritten_for_a_visitor_and_none_shows_a_bare_expression() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"]["magicEnabled"] is False
    shown = [
        f"{path.name}:{node.lineno}"
        for path in sources("pages")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call | ast.Constant)
    ]
    assert not shown


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_papers_point_at_files_that_are_there(paper: str) -> None:
    text = (ROOT / paper).read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    folders = "cnn|classroom|ui|jobs|pages|deploy|assets|benchmarks|tests"
    named = re.findall(rf"`((?:{folders})/[\w./]*)`", text)
    assert not [name for name in (*linked, *named) if not (ROOT / name).exists()]


def test_a_page_under_test_has_its_time_on_a_busy_machine() -> None:
    """Left to itself, Streamlit's gives up after three seconds."""
    hasty = []
    for path in sources("tests"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "AppTest.from_" in text else ():
            opens = isinstance(node, ast.Call) and re.fullmatch(
                r"AppTest\.from_\w+", ast.unparse(node.func)
            )
            if opens and not any(word.arg == "default_timeout" for word in node.keywords):
                hasty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not hasty


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony
    said = set(re.findall(r"^([a-z]+):.*  ## .+", text, re.MULTILINE))
    assert said == set(phony[1].split())
