"""The controls: Streamlit's widgets, with their values in the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from ui import codecs
from ui.codecs import Codec
from ui.link.holding import held, hidden
from ui.link.memory import current
from ui.link.newer import heard, keep, seed
from ui.link.parts import note_shown

Kind = Literal["segmented", "select", "pills", "radio"]


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
    kind, lo, hi, default, step = _range(name, lo, hi, default, step)
    whole, fixed = kind is int, hi == lo
    codec: Codec[Any] = codecs.integer(lo, hi, step) if whole else codecs.real(lo, hi)

    def fit(value: float) -> float:
        inside = min(max(value, lo), hi)
        return kind(lo + (inside - lo) // step * step) if whole else kind(inside)

    present = seed(name, default, codec, fit, (lo, hi, step))
    if hidden(name):
        return keep(name, present, codec)
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
    return keep(name, fit(note_shown(name, value)), codec)


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
    kind, lo, hi, default, step = _range(name, lo, hi, default, step)
    codec: Codec[Any] = codecs.integer(lo, hi) if kind is int else codecs.real(lo, hi)

    def fit(value: float | None) -> float:
        return default if value is None else kind(min(max(value, lo), hi))

    present = seed(name, default, codec, fit, (lo, hi, step))
    if hidden(name):
        return keep(name, present, codec)
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
    return keep(name, fit(note_shown(name, value)), codec)


def _range(
    name: str, lo: float, hi: float, default: float, step: float
) -> tuple[type, Any, Any, Any, Any]:
    """Whether it is of whole numbers or of floats, and the four as such, the default inside."""
    kind: type = int if all(isinstance(v, int) for v in (lo, hi, default, step)) else float
    if hi < lo:
        raise ValueError(f"{name}: hi must be at least lo, got {lo} to {hi}")
    return kind, kind(lo), kind(hi), kind(min(max(default, lo), hi)), kind(step)


def toggle(
    label: str, name: str, default: bool = False, *, help: str | None = None, disabled: bool = False
) -> bool:
    """A switch in the link."""
    _call(name, label, {"0": "off", "1": "on"})
    present = seed(name, default, codecs.BOOL, bool)
    if hidden(name):
        return keep(name, present, codecs.BOOL)
    off = disabled or held(name)
    value = st.toggle(label, value=present, key=name, help=_why(name, help), disabled=off)
    return keep(name, note_shown(name, value), codecs.BOOL)


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
    present = seed(name, default, codec, str)
    if hidden(name):
        return keep(name, present, codec)
    value = st.text_input(
        label,
        value=present,
        key=name,
        max_chars=max_chars,
        placeholder=placeholder,
        help=_why(name, help),
        disabled=disabled or held(name),
    )
    return keep(name, note_shown(name, value), codec)


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
    list with longer labels, "select" for many. Where they do not fit beside each other they take
    several rows, so that none is out of sight.
    """
    labels = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
    if default not in labels:
        raise ValueError(f"choice {name!r}: default {default!r} is none of {list(labels)}")
    _call(name, label, labels)
    names = list(labels)
    codec = codecs.one_of(labels)

    def fit(value: str | None) -> str:
        return value if value in labels else default

    present = seed(name, default, codec, fit, names)
    if hidden(name):
        return keep(name, present, codec)
    common: dict[str, Any] = {
        "key": name,
        "format_func": lambda option: labels.get(option, option),
        "help": _why(name, help),
        "disabled": disabled or held(name),
        "on_change": heard(name, on_change),
        "label_visibility": label_visibility,
    }
    if kind == "segmented":
        value = st.segmented_control(
            label, names, default=present, required=True, wrap=True, **common
        )
    elif kind == "pills":
        value = st.pills(label, names, default=present, required=True, wrap=True, **common)
    elif kind == "radio":
        value = st.radio(label, names, index=names.index(present), **common)
    elif kind == "select":
        value = st.selectbox(label, names, index=names.index(present), **common)
    else:
        raise ValueError(f"kind must be segmented, pills, radio or select, got {kind!r}")
    return keep(name, fit(note_shown(name, value)), codec)


def _why(name: str, help: str | None) -> str | None:
    """The help of a control: why it cannot be turned, where a task holds it."""
    return "Your teacher has set this for the task." if held(name) else help


def _call(name: str, label: str, options: Mapping[str, str] | None = None) -> None:
    """What the control is called, and its options, for a sentence that says how it stands."""
    current().labels[name] = (label, options or {})
