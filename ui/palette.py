"""The colours of the lab, once, for Python figures and for the components' JavaScript.

Sign has one meaning everywhere: a diverging scale around the surface's own neutral, with ends
of the same OKLCH lightness so that neither sign looks stronger. Inputs and ink are grey.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]
Kind = Literal["activation", "weight", "gradient"]

#: kind → theme → five stops: strongest negative, half, zero, half, strongest positive.
DIVERGING: dict[str, dict[str, tuple[str, str, str, str, str]]] = {
    "activation": {
        "light": ("#9f5102", "#ffa666", "#f4f4f2", "#89c3fe", "#036bb9"),
        "dark": ("#ffa666", "#964c04", "#1e2127", "#0465af", "#89c3fe"),
    },
    "weight": {
        "light": ("#8747aa", "#dca2ff", "#f4f4f2", "#6cd981", "#017f31"),
        "dark": ("#dca2ff", "#8141a4", "#1e2127", "#02782e", "#6cd981"),
    },
    "gradient": {
        "light": ("#8d5d1c", "#e7b375", "#f4f4f2", "#67d2cc", "#097974"),
        "dark": ("#e7b375", "#875814", "#1e2127", "#02736e", "#67d2cc"),
    },
}

#: Inputs and ink: theme → (value 0, value 1). Ink is dark on light paper and light on dark paper.
GREY: dict[str, tuple[str, str]] = {
    "light": ("#ffffff", "#1d2126"),
    "dark": ("#14161a", "#f0f0ee"),
}

#: "You are here": the window, the pinned cell, the chosen class. Used for nothing else.
ACCENT: dict[str, str] = {"light": "#de0368", "dark": "#ff6a95"}

#: Lines that tell things apart and carry no sign (curves of runs, classes).
CATEGORICAL: dict[str, tuple[str, ...]] = {
    "light": ("#036bb9", "#9f5102", "#017f31", "#8747aa", "#097974", "#6b6b00", "#5d6570"),
    "dark": ("#89c3fe", "#ffa666", "#6cd981", "#dca2ff", "#67d2cc", "#d6d06a", "#a9b1bd"),
}


def plotly_scale(kind: Kind, theme: Theme) -> list[list[float | str]]:
    """The diverging scale of ``kind`` as a Plotly colour scale; use it with ``cmid=0``."""
    return [[i / 4, colour] for i, colour in enumerate(DIVERGING[kind][theme])]


def as_json() -> dict[str, object]:
    """Everything above."""
    return {"diverging": DIVERGING, "grey": GREY, "accent": ACCENT, "categorical": CATEGORICAL}


def as_module() -> str:
    """Everything above as ``ui/components/shared/palette.js``, which is written with it."""
    return (
        "// Written from ui/palette.py (`python -m ui.palette`); a test holds the two equal.\n\n"
        f"export const PALETTE = {_literal(as_json())};\n"
    )


def _literal(value: object, indent: str = "") -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = indent + "  "
    lines = [f"{inner}{key}: {_literal(item, inner)},\n" for key, item in value.items()]
    return "{\n" + "".join(lines) + indent + "}"


if __name__ == "__main__":
    module = Path(__file__).parent / "components" / "shared" / "palette.js"
    module.write_text(as_module(), "utf-8")
