"""What layers took when somebody ran them last, on the whole server."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from jobs.large.network import Layer

_TIMES: dict[str, dict[str, float]] = {}
_LOCK = threading.Lock()


def keep(slug: str, layers: Sequence[Layer]) -> None:
    """Remember the seconds of each layer of the architecture ``slug``."""
    with _LOCK:
        _TIMES[slug] = {one.name: one.seconds for one in layers}


def seconds(slug: str) -> dict[str, float] | None:
    """Path of the layer → seconds, as measured last; None if nobody has run it yet."""
    with _LOCK:
        found = _TIMES.get(slug)
        return None if found is None else dict(found)
