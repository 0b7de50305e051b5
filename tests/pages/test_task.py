"""A task holds what it locks and hides: against the address, the message, the preset, the reset."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, folder, tasks
from classroom.question import Answer, Question
from classroom.store import Store
from classroom.tasks import Task
from tests.pages.opening import words
from tests.pages.payload import received, sent
from tests.pages.test_class import joined, labels, led
from tests.pages.test_draw import draw, ink_of
from tests.pages.test_shell import ROOT, start
from ui import lessons, link
from ui.room import ballot, file, task

PADDING = lessons.by_slug("padding")
LESSONS = [entry for entry in lessons.shown() if entry.group != lessons.TEACH]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def packed(one: Task) -> str:
    return task.CODEC.encode(one)


def give(store: Store, teacher: AppTest, one: Task) -> None:
    tasks.give(classes.lead(store, teacher.session_state["_room"].key), one)


#: Views of the lessons, each with controls that its lesson does not show at first.
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("convolution", {"cv_hw": "1", "cv_copy": "1", "cv_in": "own", "cv_k": "own"}),
    ("padding", {"pa_rect": "1", "pa_uneven": "1", "pa_copy": "1"}),
    ("padding", {"pa_own": "1"}),
    ("channels", {"ch_view": "bank", "ch_in": "own", "ch_of": "own"}),
    ("channels", {"ch_view": "mix"}),
    ("channels", {"ch_view": "depth"}),
    ("pooling", {"po_hw": "1", "po_copy": "1", "po_in": "own"}),
    ("backpropagation", {"bp_view": "conv"}),
    ("backpropagation", {"bp_view": "switch"}),
    ("backpropagation", {"bp_view": "switch", "bp_kind": "max"}),
    ("backpropagation", {"bp_view": "trust"}),
    ("backpropagation", {"bp_view": "step"}),
    ("backpropagation", {"bp_view": "dead"}),
    ("backpropagation", {"bp_view": "real"}),
    ("why", {"wy_view": "steps"}),
    ("why", {"wy_view": "steps", "wy_step": "shared"}),
    ("why", {"wy_view": "near"}),
    ("why", {"wy_view": "along"}),
    ("why", {"wy_view": "stay"}),
    ("why", {"wy_view": "wrong"}),
    ("why", {"wy_view": "uses"}),
    ("famous", {"fn_view": "walk"}),
    ("famous", {"fn_view": "cell"}),
    ("famous", {"fn_view": "ideas"}),
    ("famous", {"fn_view": "spend"}),
    ("draw", {"d_more": "looks"}),
    ("draw", {"d_more": "fool"}),
    ("draw", {"d_more": "map"}),
    ("draw", {"d_more": "if"}),
    ("train", {"tr_data": "file"}),
    ("train", {"tr_view": "layer", "tr_scene": "drop"}),
    ("train", {"tr_view": "learned"}),
    ("train", {"tr_view": "step"}),
    ("train", {"tr_view": "try"}),
)
PLACES = [*((page.slug, dict[str, str]()) for page in LESSONS), *VIEWS]
#: Settings of the whole lab, which no task holds.
SHARED = ("projector", "tour")


def _named(value: str | dict[str, str]) -> str:
    return value if isinstance(value, str) else "&".join(map("=".join, value.items())) or "begun"


@pytest.mark.parametrize(("slug", "view"), PLACES, ids=_named)
def test_no_locked_control_of_any_lesson_is_set_through_the_address(
    slug: str, view: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = lessons.by_slug(slug)
    monkeypatch.setattr(ballot, "question", _to_vote_on)
    free = start(page, **view)
    assert not free.exception, "every guess can be voted on"
    state = free.session_state["_link"]
    names = [name for name in state.defaults if name not in SHARED]
    assert set(names) <= {*state.labels, *state.owned}, "a teacher can lock all that is in the link"
    tried = {name: _other(state, name) for name in names}
    if not view:
        loose = start(page, **tried).session_state["_link"]
        drawn = [name for name in names if name in state.labels]
        moved = [name for name in drawn if loose.chosen.get(name) == tried[name]]
        assert len(moved) > len(drawn) / 2, "otherwise the address sets nothing anyway"
    lock = packed(Task(slug, view, locked=frozenset(names)))
    at = start(page, **{**view, **tried}, task=lock)
    assert not at.exception
    held = at.session_state["_link"]
    stands = {n: held.chosen.get(n, default) for n, default in held.defaults.items() if n in names}
    assert stands == {n: view.get(n, state.defaults[n]) for n in names}
    assert all(widget.disabled for widget in _widgets(at, names))
    assert not _editable(at), "nor by hand, in any component"


def _to_vote_on(name: str, turn: int, words: str, right: Answer, **more: Any) -> None:
    """The question that a class would be asked; raises where it cannot be one."""
    options, known = more.pop("options", {}), more.pop("known", ())
    Question(link.page(), name, turn, words, right, options=options, known=tuple(known), **more)


#: Streamlit's own fields that are no settings: answers, names, files' neighbours, a run's moments.
FIELDS = {
    "ui/draw/own_drawings.py": {"text_input"},
    "ui/draw/photo.py": {"toggle"},
    "ui/exercise/check.py": {"text_input"},
    "ui/guess.py": {"text_input", "pills"},
    "ui/train/compare.py": {"text_input", "multiselect"},
    "ui/train/theatre.py": {"select_slider"},
}
KINDS = {"checkbox", "color_picker", "data_editor", "date_input", "feedback", "multiselect",
         "number_input", "pills", "radio", "segmented_control", "select_slider", "selectbox",
         "slider", "text_area", "text_input", "time_input", "toggle"}  # fmt: skip


def test_every_control_of_a_lesson_is_a_setting_which_a_task_can_hold() -> None:
    found: dict[str, set[str]] = {}
    for path in (*ROOT.glob("pages/*.py"), *ROOT.glob("ui/**/*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("ui/link/", "ui/room/")):
            found[name] = _fields(ast.parse(path.read_text("utf-8")))
    assert {name: fields for name, fields in found.items() if fields} == FIELDS


def _fields(module: ast.Module) -> set[str]:
    """The kinds of fields that it draws other than by :mod:`ui.link`."""
    drawn = [node for node in ast.walk(module) if isinstance(node, ast.Attribute)]
    return {one.attr for one in drawn if one.attr in KINDS and ast.unparse(one.value) != "link"}


def _editable(at: AppTest) -> list[str]:
    """What in the components of a page says that it can be changed."""
    found: list[str] = []

    def look(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                if key in ("editable", "editableInput") and part is True:
                    found.append(path)
                look(part, f"{path}/{key}")

    for element in at.get("bidi_component"):
        look(received(element.proto), element.proto.component_name)
    return found


def _other(state: Any, name: str) -> str:
    """Another text for this setting: an option that is not the default, or another number."""
    options = list(state.labels[name][1]) if name in state.labels else []
    default = state.defaults[name]
    if options:
        return next((one for one in options if one != default), default)
    try:
        number = float(default)
    except ValueError:
        return default + "x"
    near = state.ranges.get(name)
    if isinstance(near, tuple) and len(near) == 3:
        lo, hi, step = near
        number = lo if number != lo else min(lo + step, hi)
        return str(number)
    return str(number + 1)


def _widgets(at: AppTest, names: list[str]) -> list[Any]:
    kinds = (at.slider, at.number_input, at.toggle, at.selectbox, at.radio, at.button_group)
    return [w for kind in kinds for w in kind if w.key in names]


#: Page, its settings, the locked one, the key of the component, and the edit that it sends.
EDITS: list[tuple[str, dict[str, str], str, str, dict[str, Any]]] = [
    ("convolution", {}, "cv_w", "cv_stage", {"kernel": [[[9, 9], [9, 9]]]}),
    ("convolution", {}, "cv_x", "cv_stage", {"input": [[[9, 9, 9]] * 3]}),
    ("padding", {}, "pa_w", "pa_stage", {"kernel": [[[9, 9, 9]] * 3]}),
    ("pooling", {}, "po_x", "po_stage", {"input": [[[9.0] * 8] * 8]}),
    ("filters", {}, "fi_w", "fi_kernel", {"kernel": [[9, 9, 9]] * 3}),
    ("activations", {}, "ac_z", "ac_logits", {"kernel": [[9, 9, 9, 9]]}),
    ("channels", {}, "ch_w", "ch_stage", {"kernel": [[[9.0] * 3] * 3] * 3}),
    ("dense", {}, "de_m", "de_stage", {"m": None}),
    ("dense", {}, "de_w", "de_stage", {"w": None}),
    ("dense", {}, "de_b", "de_stage", {"b": None}),
    ("backpropagation", {}, "bp_p", "bp_graph", {"p": None}),
    ("backpropagation", {}, "bp_f", "bp_graph", {"f": None}),
    ("backpropagation", {}, "bp_w", "bp_graph", {"w": None}),
    ("backpropagation", {}, "bp_b", "bp_graph", {"b": None}),
]


def given_to(at: AppTest, key: str) -> Any:
    """What the component of that key was given, without what changes with every message."""
    (found,) = [
        received(e.proto)
        for e in at.get("bidi_component")
        if e.proto.id.endswith(f"-{key}") and not e.proto.component_name.endswith("listener")
    ]
    changing = ("sequence", "acknowledged", "editable", "editableInput", "fixed", "mark", "pixels")
    return _without(found, changing)


def _without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, names) for k, v in value.items() if k not in names}
    if isinstance(value, list):
        return [_without(v, names) for v in value]
    return value.tolist() if hasattr(value, "tolist") else value


def edit(before: Any, state: str, values: Any) -> dict[str, Any]:
    """The message of an edit; without values every number of the grid becomes another."""
    if values is None:
        grid = before["grids"][state]
        height, width = grid["size"]
        values = [[0.5] * width] * height
    return {state: {"sequence": 1e15, "values": values}}


@pytest.mark.parametrize(("slug", "params", "name", "key", "message"), EDITS, ids=lambda v: str(v))
def test_a_locked_edit_is_not_made_by_the_component_s_own_message(
    slug: str, params: dict[str, str], name: str, key: str, message: dict[str, Any]
) -> None:
    page = lessons.by_slug(slug)
    for locked in (frozenset({name}), frozenset()):
        lock = packed(Task(slug, {}, locked=locked))
        at = start(page, **params, task=lock)
        before = given_to(at, key)
        ((state, values),) = message.items()
        at.session_state[key] = edit(before, state, values)
        at.run()
        assert not at.exception
        changed = given_to(at, key) != before
        assert changed == (not locked), "free, the same message does change it"
        state_of = at.session_state["_link"]
        stands = state_of.chosen.get(name, state_of.defaults[name])
        assert (stands == state_of.defaults[name]) == bool(locked)


@pytest.mark.parametrize(
    ("slug", "params", "name", "key", "message"),
    [
        ("activations", {}, "ac_x", "ac_curve", {"at": 3.0}),
        ("train", {"tr_view": "net"}, "tr_net", "tr_blocks", {"blocks": []}),
        ("backpropagation", {"bp_view": "step"}, "bp_at_b", "bp_ball_b", {"at": 0.0}),
        ("filters", {}, "fi_at", "fi_lens", {"cell": [3, 3]}),
        ("backpropagation", {}, "bp_walk", "bp_graph", {"walk": 3}),
        ("draw", {"d_more": "map"}, "d_dot", "d_map", {"picked": 3}),
        ("draw", {"d_more": "fool"}, "d_eps", "d_fooled", {"at": 20}),
        ("famous", {"fn_view": "cell"}, "fn_layer", "fn_field", {"step": 2}),
        (
            "why",
            {"wy_view": "along"},
            "wy_right",
            "wy_slide",
            {"at": {"sequence": 5.0, "place": [0, 2]}},
        ),
    ],
    ids=lambda v: str(v),
)
def test_a_locked_place_is_not_moved_by_the_component_s_own_message(
    slug: str, params: dict[str, str], name: str, key: str, message: dict[str, Any]
) -> None:
    """Its callback runs before the page; here it is called as Streamlit would."""
    page = lessons.by_slug(slug)
    lock = packed(Task(slug, params, locked=frozenset({name})))
    at = start(page, **params, task=lock)
    state = at.session_state["_link"]
    assert name in state.defaults
    assert _is_told(at, key)
    before = given_to(at, key)
    for _ in range(2):
        at.session_state[key] = message
        at.run()
    assert not at.exception and given_to(at, key) == before
    assert state.chosen.get(name, state.defaults[name]) == state.defaults[name]


def _is_told(at: AppTest, key: str) -> bool:
    """Whether the browser knows that nothing can be moved there."""
    (found,) = [received(e.proto) for e in at.get("bidi_component") if e.proto.id.endswith(key)]
    return found.get("fixed", False) or not found.get("editable", True)


def test_a_locked_drawing_is_the_task_s_whatever_the_pad_sends() -> None:
    lock = Task("draw", {"d_pre": "8thick"}, locked=frozenset({"d_pre"}))
    at = start(lessons.by_slug("draw"), task=packed(lock), d_pre="3")
    before = given_to(at, "d_view")
    pad = sent(at, "draw_pad")
    assert pad["fixed"] and pad["start"] == "8thick"
    assert "d_photo" not in [field.key for field in at.file_uploader]
    draw(at, ink_of("7"), 12)
    at.run()
    assert not at.exception and given_to(at, "d_view") == before
    assert at.session_state["_link"].chosen["d_pre"] == "8thick"
    own = start(lessons.by_slug("draw"), task=packed(Task("draw", locked=frozenset({"d_net"}))))
    assert "d_photo" in [field.key for field in own.file_uploader]
    draw(own, ink_of("7"), 12)
    own.run()
    assert not sent(own, "draw_pad")["fixed"] and "It reads 7" in sent(own, "draw_pad")["text"]


def test_what_is_open_in_the_network_can_be_locked() -> None:
    lock = Task("draw", {"d_sel": "conv2.3"}, locked=frozenset({"d_sel"}))
    at = start(lessons.by_slug("draw"), task=packed(lock))
    chosen = sent(at, "network_view")["selection"]
    selection = {"count": 1, "layer": "conv1", "map": 0, "row": None, "col": None}
    at.session_state["d_view"] = {"selection": selection}
    at.run()
    assert not at.exception and sent(at, "network_view")["selection"] == chosen


LOCK = Task(
    "padding",
    {"pa_n": "11", "pa_f": "5"},
    locked=frozenset({"pa_n", "pa_s", "pa_mode"}),
    hidden=frozenset({"pa_f", "pa_fill"}),
    sentence="Find a padding that <b>keeps</b> the size.",
)


def test_what_is_hidden_is_not_there_and_has_the_task_s_value() -> None:
    at = start(PADDING, task=packed(LOCK), pa_f="3", pa_n="4")
    keys = [slider.key for slider in at.slider]
    assert "pa_f" not in keys and "pa_p" in keys and "pa_fill" not in str(at.selectbox)
    assert at.slider(key="pa_n").value == 11 and at.slider(key="pa_n").disabled
    assert not at.slider(key="pa_p").disabled
    assert "11" in at.latex[0].value and "5" in at.latex[0].value
    assert r"Find a padding that \<b\>keeps" in words(at)


def test_what_is_locked_is_not_set_by_a_forged_message_a_reset_or_a_preset() -> None:
    at = start(PADDING, task=packed(LOCK))
    at.slider(key="pa_n")._value = 4  # no browser of ours would send it
    at.run()
    assert at.slider(key="pa_n").value == 11
    at.slider(key="pa_p").set_value(2).run()
    next(b for b in at.button if b.label == "Reset").click()
    at.run()
    assert at.slider(key="pa_n").value == 11 and at.slider(key="pa_p").value == 1
    assert at.session_state["_link"].chosen["pa_f"] == "5"


def test_a_locked_guess_deals_no_other_question_and_a_seed_deals_its_own() -> None:
    lock = Task("padding", {"pa_g1": "2"}, locked=frozenset({"pa_g1"}))
    at = start(PADDING, task=packed(lock), pa_g1="7")
    asked = [m.value for m in at.markdown if m.value.startswith("**Guess.**")]
    assert at.button(key="pa_g1_another").disabled
    free = start(PADDING, pa_g1="2")
    assert [m.value for m in free.markdown if m.value.startswith("**Guess.**")] == asked
    dealt = {
        next(m.value for m in one.markdown if m.value.startswith("**Guess.**"))
        for one in (start(PADDING, task=packed(Task("padding", seed=n))) for n in range(6))
    }
    assert len(dealt) > 2


@pytest.mark.parametrize("text", ["", "x", "eJw", "%00", "A" * 9000, "<script>"])
def test_a_task_that_cannot_be_read_is_none(text: str) -> None:
    at = start(PADDING, task=text, pa_n="4")
    assert not at.exception and at.slider(key="pa_n").value == 4
    assert not at.slider(key="pa_n").disabled


def test_a_task_holds_on_its_own_lesson_only_and_travels_in_its_link() -> None:
    at = start(PADDING, task=packed(LOCK))
    assert at.session_state["_link"].last["task"] == packed(LOCK)
    at.switch_page("pages/pooling.py").run()
    assert not at.exception and "task" not in at.session_state["_link"].last
    assert not at.slider(key="po_k").disabled


def test_the_class_s_task_holds_for_its_students_whatever_their_address_says(store: Store) -> None:
    teacher, code = led()
    student = joined(code, PADDING)
    student.slider(key="pa_n").set_value(4).run()
    give(store, teacher, LOCK)
    student.run()
    assert student.slider(key="pa_n").value == 11 and student.slider(key="pa_n").disabled
    assert r"Find a padding that \<b\>keeps" in words(student)
    loose = packed(Task("padding", {"pa_n": "3"}, sentence="another"))
    late = joined(code, lessons.by_slug("pooling"))
    late.query_params["task"] = loose
    late.query_params["pa_n"] = "4"
    late.switch_page(PADDING.file).run()
    assert late.slider(key="pa_n").value == 11 and "another" not in words(late)


def test_a_student_elsewhere_is_shown_the_way_to_the_task(store: Store) -> None:
    teacher, code = led()
    student = joined(code, lessons.by_slug("pooling"))
    give(store, teacher, LOCK)
    student.run()
    assert "Your task: Padding and stride → go" in labels(student)
    student.button(key="room_task_go").click().run()
    assert not student.exception and student.slider(key="pa_n").value == 11
    assert not [one for one in labels(student) if one.startswith("Your task")]


def test_when_the_task_is_taken_back_everything_can_be_turned_again(store: Store) -> None:
    teacher, code = led()
    give(store, teacher, LOCK)
    student = joined(code, PADDING)
    assert student.slider(key="pa_n").disabled
    tasks.withdraw(classes.lead(store, teacher.session_state["_room"].key))
    student.run()
    student.slider(key="pa_n").set_value(9).run()
    assert student.slider(key="pa_n").value == 9 and student.slider(key="pa_f").value == 5


def test_a_task_goes_on_while_the_class_s_file_cannot_be_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classroom.trouble import Unkept

    teacher, code = led()
    give(store, teacher, LOCK)
    student = joined(code, PADDING)

    def broken(who: object) -> None:
        raise Unkept("the disk")

    monkeypatch.setattr(tasks, "given", broken)
    student.slider(key="pa_p").set_value(2).run()
    assert not student.exception and student.slider(key="pa_n").disabled


def test_a_teacher_makes_a_page_a_task_and_is_not_held_by_it(store: Store) -> None:
    teacher, code = led()
    teacher.switch_page(PADDING.file).run()
    teacher.slider(key="pa_n").set_value(12).run()
    teacher.multiselect(key="room_task_locked_padding").set_value(["pa_n"])
    teacher.multiselect(key="room_task_hidden_padding").set_value(["pa_d"])
    teacher.text_input(key="room_task_sentence_padding").set_value("Keep the size.").run()
    link = teacher.code[-1].value
    teacher.button(key="room_task_give").click().run()
    assert not teacher.exception and not teacher.slider(key="pa_n").disabled
    given = tasks.given(classes.lead(store, teacher.session_state["_room"].key))
    assert given == Task(
        "padding",
        {"pa_n": "12"},
        frozenset({"pa_n"}),
        frozenset({"pa_d"}),
        sentence="Keep the size.",
    )
    assert "/padding?pa_n=12&task=" in link
    assert task.CODEC.decode(link.partition("task=")[2]) == given
    student = joined(code, PADDING)
    student.button(key="room_task_go").click().run()
    assert student.slider(key="pa_n").value == 12 and student.slider(key="pa_n").disabled
    teacher.button(key="room_task_back").click().run()
    assert tasks.given(classes.lead(store, teacher.session_state["_room"].key)) is None


def test_a_teacher_locks_the_numbers_of_a_kernel_but_cannot_hide_them(store: Store) -> None:
    teacher, _ = led()
    teacher.switch_page("pages/convolution.py").run()
    locked = teacher.multiselect(key="room_task_locked_convolution")
    hidden = teacher.multiselect(key="room_task_hidden_convolution")
    assert "The numbers of the kernel" in locked.options
    assert set(hidden.options) < set(locked.options)
    locked.set_value(["cv_w"]).run()
    teacher.button(key="room_task_give").click().run()
    given = tasks.given(classes.lead(store, teacher.session_state["_room"].key))
    assert given is not None and given.locked == {"cv_w"}


def test_only_who_leads_a_class_makes_tasks() -> None:
    _, code = led()
    for at in (start(PADDING), joined(code, PADDING)):
        assert not [w for w in at.multiselect if w.key and w.key.startswith("room_task")]
