"""What the browser says of a widget, or of a component of ours, under its key.

Streamlit keeps it, from the first time that it was drawn, and has it before a run begins: a page
may ask what it will be while it draws what stands above. It is what the student did last, and so
not to be believed: a component's state in particular is read with care by the one who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def known(key: str) -> bool:
    """Whether there is anything under this key."""
    return key in st.session_state


def value(key: str) -> Any:
    """What the widget has; None where it was not drawn yet, or holds nothing."""
    return st.session_state.get(key)


def give(key: str, value: object) -> None:
    """Have the widget take up this value when it is drawn next, which it must be after this."""
    st.session_state[key] = value


def state_of(key: str) -> Mapping[str, Any]:
    """The component's state as a mapping; empty before the first message."""
    state = value(key)
    return state if isinstance(state, Mapping) else {}
