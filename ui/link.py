"""Everything a student can set is in the link, and comes back from it.

One dictionary a session holds the text of every setting ever chosen, by name; a page's link is
the part of it that the page uses and that differs from the defaults. It is read from the address
when a page is entered, and written to the address (by the tiny component ``address``) when a page
has run. A text that cannot be read is silently the default.

Why not Streamlit's own ``bind="query-params"``: measured on 1.67, going back to a page pushes one
entry of browser history for each restored parameter, under the address of the page just left, so
that Back walks through addresses that never existed; values that components own cannot be bound;
and only the widgets of the present run are kept. Here the address is replaced, never pushed:
Back is the page before.

Three things hold on a slow network and after a restart of the server, too:

* Streamlit sends a value that was set through the session once, with the run that set it, and the
  program of a widget's kind may arrive later: a widget that mounts then starts at the default of
  its own call and reports that as chosen. So every run hands every widget its present value as its
  default. The identity of a widget with a key does not depend on it.
* The browser sends every widget's value with every message. One that was sent before the browser
  had taken up a reset or a preset holds the former values, which must not come back. Each message
  also holds the address as the browser has it: where that lacks the new setting, the former value
  is not the student's word.
* A browser that connects again finds a server that knows nothing. The address that comes with its
  first message is the present one (Streamlit by itself would send that of the page's load, so
  :func:`sync` tells it every change), and where a widget's own value comes along, that counts: it
  may be newer.

A teacher's task (:mod:`ui.room.task`) may hold some settings: then nothing sets them, neither the
address nor a message nor a preset, and the widget is disabled or not drawn. It is here that they
are held, where settings are read.

Widgets: :func:`slider`, :func:`choice`, :func:`toggle`, :func:`number`, :func:`text`. ``name`` is
widget key and URL parameter at once: short, unique to the page (``"cv_k"``).

Values that a component owns: :func:`get`, and :func:`put` from the component's callback, which
runs before the page does.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from classroom.tasks import Task
from ui import codecs
from ui.codecs import Codec
from ui.components.address.address import address
from ui.room import task

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")
Kind = Literal["segmented", "select", "pills", "radio"]

#: Settings that belong to the whole lab: kept by every page's link, left alone by reset.
SHARED = ("projector", "tour")
_STATE = "_link"
_TASK = "task"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAX_TEXT = 20_000


@dataclass
class _Link:
    chosen: dict[str, str] = field(default_factory=dict)  # name → text, for the whole session
    defaults: dict[str, str] = field(default_factory=dict)  # name → text, on this page
    ranges: dict[str, object] = field(default_factory=dict)  # name → what its widget allows
    arrived: set[str] = field(default_factory=set)  # given from elsewhere, not yet drawn
    former: dict[str, list[object]] = field(default_factory=dict)  # name → replaced, see _outdated
    labels: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)  # see changes
    owned: dict[str, str] = field(default_factory=dict)  # name → label, of a component's values
    hangs_on: dict[str, str] = field(default_factory=dict)  # name → what it is held with
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # page → name → default
    last: dict[str, str] = field(default_factory=dict)  # what the page's link last held
    shown: dict[str, object] = field(default_factory=dict)  # name → its widget's when it was drawn
    task: Task | None = None  # what holds some of the page's settings
    page: str | None = None
    epoch: int = 0
    begun: bool = False  # the page is running, and not all its settings are known yet
    whole: bool = False  # something was done that a part of the page cannot show
    fresh: bool = True  # the session's first run


@dataclass
class _Found(threading.local):
    """What this thread found last: a thread runs pages for one session only."""

    run: object = None
    link: _Link | None = None


_FOUND = _Found()


def _link() -> _Link:
    """This session's.

    A page asks for it some hundred times, and a look into Streamlit's session state costs more
    than all else that is done with it here: a fifth of what a page with many controls took.
    """
    run = get_script_run_ctx()
    if run is None or _FOUND.run is not run or _FOUND.link is None:
        if _STATE not in st.session_state:
            st.session_state[_STATE] = _Link()
        _FOUND.run, _FOUND.link = run, cast("_Link", st.session_state[_STATE])
    return _FOUND.link


# --- the page -----------------------------------------------------------------------------------


def begin(page: str) -> None:
    """Start a run of ``page`` (its slug). On entering it, what the address says wins."""
    link = _link()
    link.defaults, link.shown = {}, {}
    link.begun, link.whole = True, False
    if link.page != page:
        link.fresh = link.page is None
        link.page = page
        link.epoch += 1
        for name, value in st.query_params.items():
            if _NAME.fullmatch(name) and len(value) <= _MAX_TEXT:
                link.chosen[name] = value
                # In a session's first run no widget can have another value, unless the browser
                # has connected again: then its own is at least as new as the address.
                if not link.fresh:
                    link.arrived.add(name)
    before, link.task = link.task, task.present(page, _carried(), link.task)
    if link.task != before:
        link.epoch += 1


def query() -> str:
    """The present page's settings that differ from their defaults, as a query string."""
    return query_of(_pairs())


def query_of(pairs: Mapping[str, str]) -> str:
    """These settings as a query string."""
    return urlencode(pairs, safe=",;!:")


def standing() -> dict[str, str]:
    """What the present page's link holds, at the end of a run of the page."""
    return {name: text for name, text in _pairs().items() if name not in (*SHARED, _TASK)}


def _pairs() -> dict[str, str]:
    link = _link()
    carried = _carried()
    pairs = {_TASK: link.chosen[_TASK]} if carried and carried.lesson == link.page else {}
    return pairs | {
        name: link.chosen[name]
        for name, default in link.defaults.items()
        if link.chosen.get(name, default) != default
    }


# --- what a task holds --------------------------------------------------------------------------


def page() -> str:
    """The slug of the present page."""
    return _link().page or ""


def present_task() -> Task | None:
    """The task that holds on the present page."""
    return _link().task


def dealt_from() -> int | None:
    """A task's seed of the present page's guesses, where it has one."""
    return task.seed(page(), _link().task)


def held(name: str) -> bool:
    """Whether a task says what this setting is, so that nobody here can set it."""
    link = _link()
    names = {name, link.hangs_on.get(name, name)}
    return link.task is not None and any(link.task.holds(link.page or "", n) for n in names)


def hang(name: str, on: str) -> None:
    """``name`` is held whenever ``on`` is: a matrix with the control that chooses it."""
    _link().hangs_on[name] = on


def _hidden(name: str) -> bool:
    link = _link()
    return link.task is not None and not link.task.shows(link.page or "", name)


def _carried() -> Task | None:
    """The task that came with the link."""
    text = _link().chosen.get(_TASK)
    if text is None:
        return None
    try:
        return task.CODEC.decode(text)
    except ValueError:
        del _link().chosen[_TASK]
        return None


def sync(key: str = "page") -> None:
    """Write the settings to the address bar; :func:`ui.lesson.close` does it for a page.

    Inside a fragment use :func:`fragment`, which calls this after each of its runs.
    """
    link = _link()
    page = link.page or ""
    # Streamlit keeps "__" in a component's key for itself.
    name = f"link-{page or 'home'}-{key}".replace("__", "-")
    link.last = _pairs()
    link.names.setdefault(page, {}).update(link.defaults)
    address(name, page=page, query=query(), whole=key == "page")
    # Streamlit's own idea of the address goes with every message. It would push an entry of the
    # browser's history; the component above sees to it that none is, once it is there, which in
    # the first run it is not. The address of that run is the one that Streamlit has.
    if not link.fresh:
        st.query_params.from_dict(_pairs())
    if key == "page":
        link.begun = link.fresh = False


def fragment(
    function: Callable[P, R] | None = None,
    *,
    run_every: float | None = None,
    key: str | None = None,
) -> Callable[..., Any]:
    """``st.fragment`` that also keeps the address up to date: ``@link.fragment``.

    What several controls say within one moment the browser sends as one message, and asks for the
    part of the page that the first of them stands in. Where others have changed, too, the whole
    page runs after it: else a key pressed while the drawing pad speaks would be lost.
    """
    if function is None:
        return functools.partial(fragment, run_every=run_every, key=key)

    @functools.wraps(function)
    def synced(*args: P.args, **kwargs: P.kwargs) -> R:
        result = function(*args, **kwargs)
        # While the page runs, settings further down are not known yet: an address written now
        # would lack them, and the browser may take it up last.
        if not _link().begun:
            if _concerns_more():
                st.rerun()
            sync(function.__name__)
        return result

    return st.fragment(synced, run_every=run_every, key=key)


def need_whole_page() -> None:
    """What happens now is more than a part of the page can show; in a callback."""
    _link().whole = True


def _concerns_more() -> bool:
    """Whether there is news of controls that stand in no part that has just been drawn."""
    link = _link()
    return link.whole or any(
        name in st.session_state and st.session_state[name] != value
        for name, value in link.shown.items()
    )


def epoch() -> int:
    """Grows whenever values came from elsewhere than the controls (address, reset, assign).

    A component that keeps a value of its own sends it along as data and takes up the value
    given by Python when the epoch changes.
    """
    return _link().epoch


def reset(prefix: str = "") -> None:
    """Back to the defaults: every setting of this page whose name starts with ``prefix``.

    Call it in a callback (``on_click=link.reset``), before the widgets are drawn.
    """
    link = _link()
    for name in [n for n in link.defaults if n.startswith(prefix) and n not in SHARED]:
        link.chosen.pop(name, None)
        link.arrived.add(name)
    link.epoch += 1
    need_whole_page()


def assign(**values: object) -> None:
    """Set widgets by name, in a callback: ``on_click=link.assign, kwargs={"cv_k": 5}``.

    Values are what the widget would return; one that does not fit becomes the default.
    """
    link = _link()
    for name, value in values.items():
        link.chosen[name] = text_of(value)
        link.arrived.add(name)
    link.epoch += 1


def go(page: str, **values: object) -> None:
    """Open another lesson with these settings: ``link.go("pooling", po_k=3)``."""
    from ui import lessons

    assign(**values)
    st.switch_page(lessons.by_slug(page).file)


def settings() -> dict[str, str]:
    """What the present page's link holds, as it stands on the screen; for others to take."""
    return {name: text for name, text in _link().last.items() if name not in (*SHARED, _TASK)}


def controls() -> dict[str, str]:
    """The controls of the present page that have been drawn so far: name → what it is called."""
    link = _link()
    return {n: link.labels[n][0] for n in link.defaults if n in link.labels and n not in SHARED}


def owned() -> dict[str, str]:
    """The same of what is changed in components: it can be locked, but not hidden."""
    link = _link()
    return {n: link.owned[n] for n in link.defaults if n in link.owned}


def texts(prefix: str) -> dict[str, str]:
    """The present page's settings of that prefix that were drawn so far, as the link writes them.

    Given to :func:`assign` they are all as they were, the defaults too.
    """
    link = _link()
    return {
        n: link.chosen.get(n, text) for n, text in link.defaults.items() if n.startswith(prefix)
    }


def changes(most: int = 3) -> list[str]:
    """The first few of these settings in words, where a control has some: "Stride = 2"."""
    link = _link()
    found = [(link.labels[name], text) for name, text in settings().items() if name in link.labels]
    return [f"{label} = {options.get(text, text)}" for (label, options), text in found[:most]]


def has(wanted: Mapping[str, str]) -> bool:
    """Whether all these settings are as they are wanted."""
    link = _link()
    usual = link.names.get(link.page or "", {})
    return all(link.chosen.get(n, usual.get(n)) == text for n, text in wanted.items())


def take(page: str, wanted: Mapping[str, str]) -> None:
    """Open a page exactly as somebody else had set it up; see :func:`settings`."""
    from ui import lessons

    link = _link()
    for name in link.names.get(page, {}).keys() - set(SHARED):
        link.chosen.pop(name, None)
        link.arrived.add(name)
    for name, text in wanted.items():
        if _NAME.fullmatch(name) and name not in SHARED:
            link.chosen[name] = text
            link.arrived.add(name)
    link.epoch += 1
    st.switch_page(lessons.by_slug(page).file)


def text_of(value: object) -> str:
    """What stands in the link for the value of a widget."""
    if isinstance(value, bool):
        return codecs.BOOL.encode(value)
    if isinstance(value, int):
        return codecs.INT.encode(value)
    if isinstance(value, float):
        return codecs.FLOAT.encode(value)
    return str(value)


# --- values that components own -----------------------------------------------------------------


def get(name: str, default: T, codec: Codec[T], label: str = "") -> T:
    """The value of ``name`` in the link; ``default`` if there is none or it cannot be read.

    With a ``label`` a teacher can lock it; the component is then to be told (:func:`held`).
    """
    link = _link()
    link.defaults[name] = codec.encode(default)
    link.arrived.discard(name)
    if label:
        link.owned[name] = label
    value = _read(name, default, codec)
    if held(name):
        link.chosen[name] = codec.encode(value)
    return value


def chosen(name: str) -> bool:
    """Whether this session, or a link that it came by, has ever set ``name``."""
    return name in _link().chosen


def put(name: str, value: T, codec: Codec[T]) -> None:
    """Set ``name`` in the link. In a component's callback, or anywhere before the page closes."""
    if held(name):
        return
    _link().chosen[name] = codec.encode(value)


def _read(name: str, default: T, codec: Codec[T]) -> T:
    link = _link()
    if link.task is not None and held(name):
        text = link.task.settings.get(name)
    else:
        text = link.chosen.get(name)
    if text is None:
        return default
    try:
        return codec.decode(text)
    except ValueError:
        link.chosen.pop(name, None)
        return default


def now(name: str, default: T, codec: Codec[T]) -> T:
    """The value that the widget ``name`` will have when it is drawn, further down the page."""
    there = name in st.session_state and name not in _link().arrived and not held(name)
    if there and not _outdated(name):
        return cast("T", st.session_state[name])
    return _read(name, default, codec)


# --- widgets ------------------------------------------------------------------------------------


def _seed(
    name: str, default: T, codec: Codec[T], fit: Callable[[T], T], allows: object = None
) -> T:
    """The value that the widget ``name`` shall have, to be given to it as its own default.

    Where the browser shows another one it is also set, for the browser to take up: after a reset,
    a preset, an address, and where the range has changed. (A widget whose range changes is a new
    widget to Streamlit; it gets its former value, moved into the new range.)
    """
    link = _link()
    link.defaults[name] = codec.encode(default)
    before, link.ranges[name] = link.ranges.get(name, allows), allows
    if held(name):
        link.arrived.add(name)  # whatever the browser says
    kept = fit(_read(name, default, codec))
    if name not in st.session_state:
        link.former.pop(name, None)
        if name in link.arrived:
            st.session_state[name] = kept
        return kept
    present = st.session_state[name]
    if name in link.arrived:
        if present != kept:
            link.former.setdefault(name, []).append(present)
        st.session_state[name] = kept
    elif _outdated(name):
        st.session_state[name] = kept
    else:
        kept = fit(present)
        if kept != present or before != allows:
            st.session_state[name] = kept
    return kept


def _outdated(name: str) -> bool:
    """Whether the widget's value was sent by a browser that has not seen it replaced yet."""
    link = _link()
    if name not in link.former:
        return False
    text, default = link.chosen.get(name), link.defaults.get(name)
    seen = st.query_params.get(name) == (None if text == default else text)
    if not seen and st.session_state.get(name) in link.former[name]:
        return True
    del link.former[name]
    return False


def slider(
    label: str,
    name: str,
    lo: float,
    hi: float,
    default: float,
    step: float = 1,
    *,
    help: str | None = None,
    format: str | None = None,
    disabled: bool = False,
) -> Any:
    """A slider in the link. Whole numbers in, whole numbers out; else floats.

    ``lo`` and ``hi`` may depend on other controls: the value is kept, moved into the new range.
    Where they are equal there is nothing to choose, and the slider is shown disabled.
    """
    _call(name, label)
    whole = all(isinstance(v, int) for v in (lo, hi, default, step))
    kind: type = int if whole else float
    lo, hi, step = kind(lo), kind(hi), kind(step)
    if hi < lo:
        raise ValueError(f"slider {name!r}: hi must be at least lo, got {lo} to {hi}")
    default = kind(min(max(default, lo), hi))
    codec: Codec[Any] = codecs.integer(lo, hi, step) if whole else codecs.real(lo, hi)

    def fit(value: float) -> float:
        inside = min(max(value, lo), hi)
        return kind(lo + (inside - lo) // step * step) if whole else kind(inside)

    fixed = hi == lo
    present = _seed(name, default, codec, fit, (lo, hi, step))
    if _hidden(name):
        return _keep(name, present, codec)
    value = st.slider(
        label,
        lo,
        hi + step if fixed else hi,
        value=present,
        step=step,
        key=name,
        help=_why(name, help),
        format=format,
        disabled=disabled or fixed or held(name),
    )
    return _keep(name, fit(_shown(name, value)), codec)


def number(
    label: str,
    name: str,
    lo: float,
    hi: float,
    default: float,
    step: float = 1,
    *,
    help: str | None = None,
    format: str | None = None,
    disabled: bool = False,
) -> Any:
    """A number to type, in the link; the same rules as :func:`slider`."""
    _call(name, label)
    whole = all(isinstance(v, int) for v in (lo, hi, default, step))
    kind: type = int if whole else float
    lo, hi, step = kind(lo), kind(hi), kind(step)
    if hi < lo:
        raise ValueError(f"number {name!r}: hi must be at least lo, got {lo} to {hi}")
    default = kind(min(max(default, lo), hi))
    codec: Codec[Any] = codecs.integer(lo, hi) if whole else codecs.real(lo, hi)

    def fit(value: float | None) -> float:
        return default if value is None else kind(min(max(value, lo), hi))

    present = _seed(name, default, codec, fit, (lo, hi, step))
    if _hidden(name):
        return _keep(name, present, codec)
    value = st.number_input(
        label,
        lo,
        hi,
        value=present,
        step=step,
        key=name,
        help=_why(name, help),
        format=format,
        disabled=disabled or held(name),
    )
    return _keep(name, fit(_shown(name, value)), codec)


def toggle(
    label: str, name: str, default: bool = False, *, help: str | None = None, disabled: bool = False
) -> bool:
    """A switch in the link."""
    _call(name, label, {"0": "off", "1": "on"})
    present = _seed(name, default, codecs.BOOL, bool)
    if _hidden(name):
        return _keep(name, present, codecs.BOOL)
    off = disabled or held(name)
    value = st.toggle(label, value=present, key=name, help=_why(name, help), disabled=off)
    return _keep(name, _shown(name, value), codecs.BOOL)


def text(
    label: str,
    name: str,
    default: str = "",
    *,
    max_chars: int = 200,
    placeholder: str | None = None,
    help: str | None = None,
    disabled: bool = False,
) -> str:
    """A line of text in the link."""
    _call(name, label)
    codec = codecs.text(max_chars)
    present = _seed(name, default, codec, str)
    if _hidden(name):
        return _keep(name, present, codec)
    value = st.text_input(
        label,
        value=present,
        key=name,
        max_chars=max_chars,
        placeholder=placeholder,
        help=_why(name, help),
        disabled=disabled or held(name),
    )
    return _keep(name, _shown(name, value), codec)


def choice(
    label: str,
    name: str,
    options: Mapping[str, str] | Sequence[str],
    default: str,
    kind: Kind = "segmented",
    *,
    help: str | None = None,
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
    label_visibility: Literal["visible", "hidden", "collapsed"] = "visible",
) -> str:
    """One of several; always exactly one. ``options`` maps the name in the link to the label.

    ``kind``: "segmented" for two to four short options, "pills" for a handful, "radio" for a
    list with longer labels, "select" for many.
    """
    labels = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
    if default not in labels:
        raise ValueError(f"choice {name!r}: default {default!r} is none of {list(labels)}")
    _call(name, label, labels)
    names = list(labels)
    codec = codecs.one_of(labels)

    def fit(value: str | None) -> str:
        return value if value in labels else default

    present = _seed(name, default, codec, fit, names)
    if _hidden(name):
        return _keep(name, present, codec)
    common: dict[str, Any] = {
        "key": name,
        "format_func": lambda option: labels.get(option, option),
        "help": _why(name, help),
        "disabled": disabled or held(name),
        "on_change": _heard(name, on_change),
        "label_visibility": label_visibility,
    }
    if kind == "segmented":
        value = st.segmented_control(label, names, default=present, required=True, **common)
    elif kind == "pills":
        value = st.pills(label, names, default=present, required=True, **common)
    elif kind == "radio":
        value = st.radio(label, names, index=names.index(present), **common)
    elif kind == "select":
        value = st.selectbox(label, names, index=names.index(present), **common)
    else:
        raise ValueError(f"kind must be segmented, pills, radio or select, got {kind!r}")
    return _keep(name, fit(_shown(name, value)), codec)


def _why(name: str, help: str | None) -> str | None:
    """The help of a control: why it cannot be turned, where a task holds it."""
    return "Your teacher has set this for the task." if held(name) else help


def _call(name: str, label: str, options: Mapping[str, str] | None = None) -> None:
    """What the control is called, and its options, for a sentence that says how it stands."""
    _link().labels[name] = (label, options or {})


def _heard(name: str, on_change: Callable[[], None] | None) -> Callable[[], None] | None:
    """``on_change``, deaf to a value that was sent before the browser had seen it replaced."""
    if on_change is None:
        return None

    def changed() -> None:
        if not _outdated(name):
            on_change()

    return changed


def _shown(name: str, value: Any) -> Any:
    """What the widget has, noted for :func:`_concerns_more`."""
    _link().shown[name] = value
    return value


def _keep(name: str, value: T, codec: Codec[T]) -> T:
    link = _link()
    link.arrived.discard(name)  # only now: the run may have been stopped while it was drawn
    link.chosen[name] = codec.encode(value)
    return value
