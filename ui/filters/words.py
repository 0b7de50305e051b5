"""What the lesson on filters says in words and formulas, with the present numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import figures, link
from ui.filters.apply import VIEWS, Setting, Shown, view_for

#: Settings worth a look: label → what they set; all else goes back to its start.
EXAMPLES: dict[str, dict[str, object]] = {
    "Edges with their sign": {"fi_kernel_of": "sobel_x"},
    "Blur, then edges": {"fi_kernel_of": "laplacian_8", "fi_first": "gaussian"},
    "Edge strength": {"fi_kernel_of": "sobel_x", "fi_two": "magnitude"},
    "Edge direction": {"fi_kernel_of": "sobel_x", "fi_two": "direction"},
    "Stripes of one direction": {
        "fi_pic": "chart",
        "fi_kernel_of": "gabor",
        "fi_gabor_angle": 45,
        "fi_wave": 5.0,
    },
    "A blur in colour": {
        "fi_kernel_of": "motion",
        "fi_col": "rgb",
        "fi_ch": "each",
    },
}
FORMULA = (
    r"y_{i,j} = \sum_{u \,<\, <k>}\;\sum_{v \,<\, <k>} w_{u,v}\; x_{si+u-p,\;sj+v-p}"
    r" \qquad s = <s>,\; p = <p> \qquad \sum w = <total> \qquad \sum |w| = <size>"
)
_USUAL: dict[str, object] = {"fi_first": "none", "fi_two": "one", "fi_view": "auto"}


def examples() -> None:
    """A line of buttons, one for each of :data:`EXAMPLES`."""
    with st.container(horizontal=True, key="fi_examples", vertical_alignment="center"):
        st.markdown("Try:", width="content")
        for number, (label, settings) in enumerate(EXAMPLES.items()):
            st.button(
                label,
                key=f"fi_example_{number}",
                type="tertiary",
                on_click=link.assign,
                kwargs=_USUAL | settings,
            )


def view(setting: Setting) -> str:
    """How the result is shown: the student's choice, drawn here, as far as it applies."""
    with st.container(horizontal=True, key="fi_views", vertical_alignment="center"):
        st.markdown("Show the result", width="content")
        chosen = link.choice(
            "Show the result",
            "fi_view",
            VIEWS,
            "auto",
            kind="pills",
            label_visibility="collapsed",
            disabled=setting.combine == "direction",
        )
    return view_for(chosen, setting)


def result_title(setting: Setting) -> str:
    """What stands above the result."""
    if setting.combine == "direction":
        return "Direction of the slope"
    return "Strength of the slope" if setting.combine == "magnitude" else "Result"


def about(notes: Sequence[str], shown: Shown) -> str:
    """What was done to the picture on its way in, and what the view hides."""
    said = list(notes)
    if shown.kind == "direction":
        said.append(
            "The angle tells which way it gets brighter: 0° to the right, 90° downwards. "
            "The paler, the weaker."
        )
        return " ".join(said)
    low, high = figures.minus(shown.low, 0), figures.minus(shown.high, 0)
    said.append(f"The result runs from {low} to {high}.")
    if shown.kind == "clipped" and shown.under:
        said.append(f"{_share(shown.under)} of it lies below 0 and is shown black.")
    if shown.kind == "clipped" and shown.over:
        said.append(f"{_share(shown.over)} lies above 255 and is shown white.")
    return " ".join(said)


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "Less than 1%"


def numbers(setting: Setting) -> dict[str, float]:
    """The numbers of the page's formula."""
    kernel = setting.kernels[0]
    return {
        "k": len(kernel),
        "s": setting.stride,
        "p": setting.sides[0],
        "total": _rounded(kernel.sum()),
        "size": _rounded(np.abs(kernel).sum()),
    }


def _rounded(value: float) -> float:
    """Without the last bits of a sum: 9 · (1/9) is 1."""
    return round(float(value), 9) + 0.0


def what_sums_mean(kernel: Array) -> str:
    """What Σw says about even areas, and how far the answer can go."""
    total, size = _rounded(kernel.sum()), _rounded(np.abs(kernel).sum())
    if size == 0:
        return "All weights are zero: the answer is zero everywhere. Type a number into the kernel."
    if total == 0:
        even = "The weights sum to 0, so an even area gives 0: only changes answer."
    elif abs(total - 1) < 1e-6:
        even = "The weights sum to 1, so an even area keeps its brightness."
    else:
        even = f"The weights sum to {figures.minus(total)}: an even area is multiplied by that."
    top = 255 * float(np.clip(kernel, 0, None).sum())
    low = 255 * float(np.clip(kernel, None, 0).sum())
    return (
        f"{even} With pixels from 0 to 255 the answer lies between "
        f"{figures.minus(low, 0)} and {figures.minus(top, 0)}."
    )
