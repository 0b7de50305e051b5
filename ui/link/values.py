"""A value in the link, read and written; a component's own are nowhere else."""

from __future__ import annotations

from typing import TypeVar

from ui.codecs import Codec
from ui.link.holding import held
from ui.link.memory import current

T = TypeVar("T")


def get(name: str, default: T, codec: Codec[T], label: str = "") -> T:
    """The value of ``name`` in the link; ``default`` if there is none or it cannot be read.

    With a ``label`` a teacher can lock it; the component is then to be told (:func:`held`).
    """
    link = current()
    link.defaults[name] = codec.encode(default)
    link.arrived.discard(name)
    if label:
        link.owned[name] = label
    value = read(name, default, codec)
    if held(name):
        link.chosen[name] = codec.encode(value)
    return value


def chosen(name: str) -> bool:
    """Whether this session, or a link that it came by, has ever set ``name``."""
    return name in current().chosen


def put(name: str, value: T, codec: Codec[T]) -> None:
    """Set ``name`` in the link. In a component's callback, or anywhere before the page closes."""
    if held(name):
        return
    current().chosen[name] = codec.encode(value)


def read(name: str, default: T, codec: Codec[T]) -> T:
    """The value of ``name`` as the task holds it or the link has it; else ``default``."""
    link = current()
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
