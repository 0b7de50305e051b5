"""Reads what a page sent to a component, as the component would."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest


def sent(at: AppTest, component: str, key: str | None = None) -> dict[str, Any]:
    """The data of the only (or the ``key``ed) component of that name on the page."""
    found = [
        element.proto
        for element in at.get("bidi_component")
        if element.proto.component_name == f"convscope_{component}"
        and (key is None or element.proto.id.endswith(f"-{key}"))
    ]
    assert len(found) == 1, f"{len(found)} components {component!r} with key {key!r}"
    data: dict[str, Any] = json.loads(found[0].json)
    return data


def array(packed: dict[str, Any]) -> np.ndarray:
    """The other end of :func:`ui.components.arrays.pack`."""
    values = np.frombuffer(base64.b64decode(packed["data"]), dtype="<f4")
    return values.reshape(packed["shape"])
