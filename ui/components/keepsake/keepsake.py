"""What this browser tab remembers for the server, over a reload and a restart of the server.

The server forgets a visitor with the connection; the tab does not. A short text that Python made
(the key of a run, say) is given to the tab, which hands it back when a new connection asks::

    found = keepsake.recalled("run")          # early in the page: None, until the tab has answered
    ...
    keepsake.keepsake("run", value=my_key)    # late in the page: None asks, a text is kept

It lies in the tab's session storage: two tabs have two, a link carries none, closing the tab ends
it. Duplicating a tab copies it, so a key that comes back may still be somebody's: ask, before the
run is taken over. What comes back is text from outside like any other.

A component that keeps something without asking the server (a drawing) calls ``remember`` and
``recall`` of ``shared/tab.js`` itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from ui.browser_state import state_of
from ui.components.base import register
from ui.remembered import Begun

_MOUNT = register("keepsake")
LONGEST = 200


def keepsake(name: str, value: str | None = None) -> None:
    """Give the tab ``value`` to keep ("" to forget it), or ask for what it has kept (None).

    Draws nothing; call it once in a run of the page, at the same place each time. An answer makes
    the page run again; there is none where nothing was kept.

    Args:
        name: What is kept, unique in the app.
        value: At most as many characters as :func:`recalled` takes, none of which a person should
            have to keep secret from the owner of the tab.
    """
    _MOUNT(
        key=_key(name),
        data={"name": name, "value": value, "question": _question(name)},
        on_answer_change=_nothing,
    )


def recalled(name: str, longest: int = LONGEST) -> str | None:
    """What the tab had kept when this connection asked; None if nothing, or not answered yet.

    Args:
        name: As given to :func:`keepsake`.
        longest: A longer text counts as none.
    """
    answer = state_of(_key(name)).get("answer")
    # An answer to another question is that of a server before this one.
    if not isinstance(answer, Mapping) or answer.get("question") != _question(name):
        return None
    value = answer.get("value")
    return value if isinstance(value, str) and 0 < len(value) <= longest else None


def _key(name: str) -> str:
    return f"keepsake-{name}"


def _question(name: str) -> str:
    """A number of this session's own."""
    return Begun(f"_keepsake_{name}", lambda: secrets.token_hex(8)).get()


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""
