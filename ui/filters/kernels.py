"""The kernel's controls: a preset with its numbers, an editable grid, four ways to change it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.window import named_kernels as named
from ui import edited, lesson, link
from ui.components.kernel_grid.kernel_grid import kernel_grid
from ui.matrix.own_matrix import Own

LARGEST = 7
#: A kernel of any size, typed or pasted.
PASTED = "paste"
_PASTED = Own("fi_own", "fi_kernel_of", "Your kernel", (1, LARGEST, LARGEST), "weight")
PRESETS = {
    "sobel_x": "Sobel x: upright edges",
    "sobel_y": "Sobel y: level edges",
    "prewitt_x": "Prewitt x",
    "prewitt_y": "Prewitt y",
    "scharr_x": "Scharr x",
    "scharr_y": "Scharr y",
    "laplacian_4": "Laplacian, 4 neighbours",
    "laplacian_8": "Laplacian, 8 neighbours",
    "outline": "Outline",
    "emboss": "Emboss",
    "sharpen": "Sharpen",
    "identity": "Identity",
    "box": "Box blur",
    "gaussian": "Gaussian blur",
    "motion": "Motion blur",
    "gabor": "Gabor: stripes",
    "own": "Your own, from zeros",
    PASTED: "Your own: type or paste",
}
START = "sobel_x"
CHANGES: dict[str, tuple[str, str, Callable[[Array], Array]]] = {
    "normalise": ("Normalise", "Scaled to sum to 1; or, if it sums to 0, to Σ|w| = 2.",
                  named.normalised),
    "transpose": ("Transpose", "Rows become columns.", lambda k: k.T.copy()),
    "rotate": ("Rotate", "A quarter turn clockwise.", lambda k: np.rot90(k, -1).copy()),
    "negate": ("Negate", "Every sign the other way round.", lambda k: 0.0 - k),
}  # fmt: skip
_NAME, _GRID = "fi_w", "fi_kernel"


def kernel() -> Array:
    """Draw the controls; (kh, kw) float64, as the student left it."""
    preset = link.choice("Kernel", "fi_kernel_of", PRESETS, START, kind="select")
    if preset == PASTED:
        return _pasted()
    settings = _settings(preset)
    given = _made(preset, **settings)
    owner = "-".join([preset, *(f"{v:g}" for v in settings.values())])
    values = edited.array(_NAME, _GRID, "kernel", given, owner, "The numbers of the kernel")
    free = not link.held(_NAME)
    kernel_grid(_GRID, values, step=_step(values), editable=free, projector=lesson.projector())
    _changes(owner, values)
    return values


def _pasted() -> Array:
    """A kernel of one's own, of any size."""
    values = _PASTED.matrix(named.PRESETS[START]()[None])
    _PASTED.show(values)
    _changes(PASTED, values[0])
    return values[0]


def _settings(preset: str) -> dict[str, float]:
    """The numbers that a preset has, each in the link under the preset's own name."""
    settings: dict[str, float] = {}
    if preset in ("box", "own", "identity"):
        settings["size"] = link.slider("Size", f"fi_{preset}_k", 1, LARGEST, 3)
    elif preset in ("gaussian", "motion", "gabor"):
        usual = 5 if preset == "gaussian" else 7
        settings["size"] = link.slider("Size", f"fi_{preset}_k", 3, LARGEST, usual, 2)
    if preset == "gaussian":
        settings["sigma"] = link.slider("σ, its width", "fi_sigma", 0.3, 3.0, 1.0, 0.1)
    if preset in ("motion", "gabor"):
        usual = 45 if preset == "motion" else 0
        settings["angle"] = link.slider(
            "Angle", f"fi_{preset}_angle", 0, 165, usual, 15, format="%d°"
        )
    if preset == "gabor":
        settings["wavelength"] = link.slider(
            "Wavelength", "fi_wave", 2.0, 8.0, 4.0, 0.5, format="%.1f px"
        )
    return settings


def _made(preset: str, **settings: float) -> Array:
    if preset == "own":
        size = int(settings["size"])
        return np.zeros((size, size))
    if preset in ("box", "identity"):
        return {"box": named.box, "identity": named.identity}[preset](int(settings["size"]))
    if not settings:
        return named.PRESETS[preset]()
    size = int(settings.pop("size"))
    sized: dict[str, Callable[..., Array]] = {
        "gaussian": named.gaussian,
        "motion": named.motion,
        "gabor": named.gabor,
    }
    return sized[preset](size, **settings)


def _step(values: Array) -> float:
    """A drag's step: whole numbers stay whole, a blur's small weights move in small steps."""
    if np.array_equal(values, np.rint(values)):
        return 1.0
    return 0.1 if np.abs(values).max() >= 0.5 else 0.01


def _changes(owner: str, values: Array) -> None:
    with st.container(horizontal=True, key="fi_changes"):
        for name, (label, help, change) in CHANGES.items():
            st.button(
                label,
                key=f"fi_{name}",
                help=help,
                type="tertiary",
                on_click=_change,
                args=(owner, values, change),
                disabled=link.held(_NAME),
            )


def _change(owner: str, values: Array, change: Callable[[Array], Array]) -> None:
    if owner == PASTED:
        _PASTED.put(change(values)[None])
    else:
        edited.replace(_NAME, owner, change(values))


def turned(values: Array) -> Array:
    """A quarter turn: of a kernel that measures slopes across, the one that measures them down."""
    return np.rot90(values, -1).copy()
