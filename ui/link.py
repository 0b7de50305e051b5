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

Widgets: :func:`slider`, :func:`choice`, :func:`toggle`, :func:`number`, :func:`text`. ``name`` is
widget key and URL parameter at once: short, unique to the page (``"cv_k"``).

Values that a component owns: :func:`get`, and :func:`put` from the component's callback, which
runs before the page does.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st

from ui import codecs
from ui.codecs import Codec
from ui.components.address.address import address

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")
Kind = Literal["segmented", "select", "pills", "radio"]

#: Settings that belong to the whole lab: kept by every page's link, left alone by reset.
SHARED = ("projector",)
_STATE = "_link"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAX_TEXT = 20_000


@dataclass
class _Link:
    chosen: dict[str, str] = field(default_factory=dict)  # name → text, for the whole session
    defaults: dict[str, str] = field(default_factory=dict)  # name → text, on this page
    ranges: dict[str, object] = field(default_factory=dict)  # name → what its widget allows
    arrived: set[str] = field(default_factory=set)  # named by the address, not yet taken up
    page: str | None = None
    epoch: int = 0
    begun: bool = False  # the page is running, and not all its settings are known yet


def _link() -> _Link:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = _Link()
    return cast("_Link", st.session_state[_STATE])


# --- the page -----------------------------------------------------------------------------------


def begin(page: str) -> None:
    """Start a run of ``page`` (its slug). On entering it, what the address says wins."""
    link = _link()
    link.defaults = {}
    link.begun = True
    if link.page == page:
        return
    link.page = page
    link.epoch += 1
    for name, value in st.query_params.items():
        if _NAME.fullmatch(name) and len(value) <= _MAX_TEXT:
            link.chosen[name] = value
            link.arrived.add(name)


def query() -> str:
    """The present page's settings that differ from their defaults, as a query string."""
    link = _link()
    pairs = {
        name: link.chosen[name]
        for name, default in link.defaults.items()
        if link.chosen.get(name, default) != default
    }
    return urlencode(pairs, safe=",;!:")


def sync(key: str = "page") -> None:
    """Write the settings to the address bar; :func:`ui.lesson.close` does it for a page.

    Inside a fragment use :func:`fragment`, which calls this after each of its runs.
    """
    page = _link().page or ""
    if key == "page":
        _link().begun = False
    # Streamlit keeps "__" in a component's key for itself.
    name = f"link-{page or 'home'}-{key}".replace("__", "-")
    address(name, page=page, query=query())


def fragment(
    function: Callable[P, R] | None = None,
    *,
    run_every: float | None = None,
    key: str | None = None,
) -> Callable[..., Any]:
    """``st.fragment`` that also keeps the address up to date: ``@link.fragment``."""
    if function is None:
        return functools.partial(fragment, run_every=run_every, key=key)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        result = function(*args, **kwargs)
        # While the page runs, settings further down are not known yet: an address written now
        # would lack them, and the browser may take it up last.
        if not _link().begun:
            sync(function.__name__)
        return result

    return st.fragment(run, run_every=run_every, key=key)


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


def assign(**values: object) -> None:
    """Set widgets by name, in a callback: ``on_click=link.assign, kwargs={"cv_k": 5}``.

    Values are what the widget would return; one that does not fit becomes the default.
    """
    link = _link()
    for name, value in values.items():
        link.chosen[name] = _plain(value)
        link.arrived.add(name)
    link.epoch += 1


def go(page: str, **values: object) -> None:
    """Open another lesson with these settings: ``link.go("pooling", po_k=3)``."""
    from ui import lessons

    assign(**values)
    st.switch_page(lessons.by_slug(page).file)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return codecs.BOOL.encode(value)
    if isinstance(value, int):
        return codecs.INT.encode(value)
    if isinstance(value, float):
        return codecs.FLOAT.encode(value)
    return str(value)


# --- values that components own -----------------------------------------------------------------


def get(name: str, default: T, codec: Codec[T]) -> T:
    """The value of ``name`` in the link; ``default`` if there is none or it cannot be read."""
    link = _link()
    link.defaults[name] = codec.encode(default)
    link.arrived.discard(name)
    return _read(name, default, codec)


def put(name: str, value: T, codec: Codec[T]) -> None:
    """Set ``name`` in the link. In a component's callback, or anywhere before the page closes."""
    _link().chosen[name] = codec.encode(value)


def _read(name: str, default: T, codec: Codec[T]) -> T:
    link = _link()
    if name not in link.chosen:
        return default
    try:
        return codec.decode(link.chosen[name])
    except ValueError:
        del link.chosen[name]
        return default


def now(name: str, default: T, codec: Codec[T]) -> T:
    """The value that the widget ``name`` will have when it is drawn, further down the page."""
    if name in st.session_state and name not in _link().arrived:
        return cast("T", st.session_state[name])
    return _read(name, default, codec)


# --- widgets ------------------------------------------------------------------------------------


def _seed(
    name: str, default: T, codec: Codec[T], fit: Callable[[T], T], allows: object = None
) -> None:
    """Give the widget ``name`` its value before it is drawn, where it has none that fits.

    A widget whose range changes is a new widget to Streamlit and would start again at its
    minimum; it gets its former value, moved into the new range.
    """
    link = _link()
    link.defaults[name] = codec.encode(default)
    if name in link.arrived or name not in st.session_state:
        link.arrived.discard(name)
        st.session_state[name] = fit(_read(name, default, codec))
    else:
        present = st.session_state[name]
        fitted = fit(present)
        if fitted != present or link.ranges.get(name, allows) != allows:
            st.session_state[name] = fitted
    link.ranges[name] = allows


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

    _seed(name, default, codec, fit, (lo, hi, step))
    fixed = hi == lo
    value = st.slider(
        label,
        lo,
        hi + step if fixed else hi,
        step=step,
        key=name,
        help=help,
        format=format,
        disabled=disabled or fixed,
    )
    return _keep(name, value, codec)


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
    whole = all(isinstance(v, int) for v in (lo, hi, default, step))
    kind: type = int if whole else float
    lo, hi, step = kind(lo), kind(hi), kind(step)
    if hi < lo:
        raise ValueError(f"number {name!r}: hi must be at least lo, got {lo} to {hi}")
    default = kind(min(max(default, lo), hi))
    codec: Codec[Any] = codecs.integer(lo, hi) if whole else codecs.real(lo, hi)

    def fit(value: float | None) -> float:
        return default if value is None else kind(min(max(value, lo), hi))

    _seed(name, default, codec, fit, (lo, hi, step))
    value = st.number_input(
        label, lo, hi, step=step, key=name, help=help, format=format, disabled=disabled
    )
    return _keep(name, default if value is None else value, codec)


def toggle(
    label: str, name: str, default: bool = False, *, help: str | None = None, disabled: bool = False
) -> bool:
    """A switch in the link."""
    _seed(name, default, codecs.BOOL, bool)
    value = st.toggle(label, key=name, help=help, disabled=disabled)
    return _keep(name, value, codecs.BOOL)


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
    codec = codecs.text(max_chars)
    _seed(name, default, codec, str)
    value = st.text_input(
        label,
        key=name,
        max_chars=max_chars,
        placeholder=placeholder,
        help=help,
        disabled=disabled,
    )
    return _keep(name, value, codec)


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
    names = list(labels)
    codec = codecs.one_of(labels)

    def fit(value: str | None) -> str:
        return value if value in labels else default

    _seed(name, default, codec, fit, names)
    common: dict[str, Any] = {
        "key": name,
        "format_func": lambda option: labels.get(option, option),
        "help": help,
        "disabled": disabled,
        "on_change": on_change,
        "label_visibility": label_visibility,
    }
    if kind == "segmented":
        value = st.segmented_control(label, names, required=True, **common)
    elif kind == "pills":
        value = st.pills(label, names, required=True, **common)
    elif kind == "radio":
        value = st.radio(label, names, **common)
    elif kind == "select":
        value = st.selectbox(label, names, **common)
    else:
        raise ValueError(f"kind must be segmented, pills, radio or select, got {kind!r}")
    return _keep(name, fit(value), codec)


def _keep(name: str, value: T, codec: Codec[T]) -> T:
    _link().chosen[name] = codec.encode(value)
    return value
