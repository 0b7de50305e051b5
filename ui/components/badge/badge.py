"""What this browser remembers of the class, over a reload and in all its tabs: two cookies.

They are sent when a connection begins (``st.context.cookies``), so that the first run of a page
knows them. They are this site's alone, and gone after as many seconds as a class lives.
"""

from __future__ import annotations

from collections.abc import Mapping

from classroom import limits
from ui.components.base import register

_MOUNT = register("badge")


def badge(cookies: Mapping[str, str]) -> None:
    """Have the browser keep these, by name; "" forgets one. It draws nothing.

    Args:
        cookies: Names and values of letters, digits, ``.``, ``_`` and ``-`` only.
    """
    _MOUNT(key="badge", data={"cookies": dict(cookies), "seconds": int(limits.LIFETIME)})
