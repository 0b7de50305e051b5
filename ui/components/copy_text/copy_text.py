"""A text to copy: it stands in a field, and a button puts it on the clipboard.

Over plain http there is no clipboard for pages; then the text is selected in the field, from which
it can be copied by hand.
"""

from __future__ import annotations

from ui.components.base import register

_MOUNT = register("copy_text")


def copy_text(key: str, text: str, *, label: str, projector: bool = False) -> None:
    """Draw it.

    Args:
        key: Streamlit key, unique on the page.
        text: What is copied, as it stands.
        label: What it is, for a screen reader.
        projector: Larger type.
    """
    _MOUNT(key=key, data={"text": text, "label": label, "projector": projector})
