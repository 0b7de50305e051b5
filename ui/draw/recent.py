"""What was worked out last for a network: a page asks again at every turn of a knob."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from ui import readers
from ui.readers import Network

T = TypeVar("T")
_MOST = 32


def remembered(of: Network, key: Hashable, make: Callable[[], T]) -> T:
    """``make()``, kept with the network for the next time that it is asked for under this key.

    Args:
        of: The network that it is about.
        key: All that it depends on beside the network.
        make: Works it out; nobody changes the result.
    """
    kept: OrderedDict[Hashable, Any] = readers.made_once(of, _shelf)
    found = kept.get(key)
    if found is None:
        found = kept[key] = make()
        while len(kept) > _MOST:
            kept.popitem(last=False)
    return cast("T", found)


def _shelf(of: Network) -> OrderedDict[Hashable, Any]:
    """An empty one, for each network its own."""
    return OrderedDict()
