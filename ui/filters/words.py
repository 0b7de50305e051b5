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


def formula(setting: Setting, coloured: bool) -> str:
    """The page's formula for a setting: which channels are added, what is done with two kernels."""
    summed = coloured and setting.channels == "sum"
    c = "c," if coloured else ""
    apart = "c," if coloured and not summed else ""
    over_channels = r"\sum_{c \,<\, 3}\;" if summed else ""
    x = r"\tilde x" if setting.first is not None else "x"
    even = setting.sides[0] == setting.sides[2]
    up, left = "p", "p" if even else "q"
    answer = {"one": "y", "magnitude": "a", "direction": "a"}[setting.combine]
    lines = (
        rf"{answer}_{{{apart}i,j}} = {over_channels}\sum_{{u \,<\, <kh>}}\;\sum_{{v \,<\, <kw>}}"
        rf" w_{{u,v}}\; {x}_{{{c}\,si+u-{up},\;sj+v-{left}}}"
    )
    both = {
        "one": "",
        "magnitude": rf",\quad y_{{{apart}i,j}} = \sqrt{{a_{{{apart}i,j}}^2 + b_{{{apart}i,j}}^2}}",
        "direction": r",\quad y_{i,j} = \operatorname{atan2}(b_{i,j},\, a_{i,j})",
    }[setting.combine]
    padding = r"p = <p>" if even else r"p = <p>,\; q = <q>"
    place = rf"s = <s>,\; {padding}"
    return rf"{lines}{both} \qquad {place} \qquad \sum w = <total> \qquad \sum |w| = <size>"


def letters(setting: Setting) -> str:
    """What the letters of :func:`formula` stand for that only some settings have; else nothing."""
    said = []
    if setting.first is not None:
        said.append("$\\tilde x$ is the picture after the kernel that goes over it first.")
    if setting.combine != "one":
        said.append("$b$ is the same sum as $a$ with the turned twin of the kernel.")
    return " ".join(said)


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "Less than 1%"


def numbers(setting: Setting) -> dict[str, float]:
    """The numbers of the page's formula."""
    kernel = setting.kernels[0]
    return {
        "kh": kernel.shape[0],
        "kw": kernel.shape[1],
        "s": setting.stride,
        "p": setting.sides[0],
        "q": setting.sides[2],
        "total": _rounded(kernel.sum()),
        "size": _rounded(np.abs(kernel).sum()),
    }


def _rounded(value: float) -> float:
    """Without the last bits of a sum: 9 · (1/9) is 1."""
    return round(float(value), 9) + 0.0


def what_sums_mean(setting: Setting, coloured: bool) -> str:
    """What Σw says about even areas, and how far the answer can go.

    Args:
        setting: The kernels, and what is done with their answers.
        coloured: Whether the picture has three channels.
    """
    kernel = setting.kernels[0]
    if not kernel.any():
        return "All weights are zero: the answer is zero everywhere. Type a number into the kernel."
    total = _rounded(kernel.sum())
    return f"{_even(total, setting, coloured)} {_range(setting, coloured)}"


def response_of(setting: Setting, coloured: bool) -> str:
    """Whose frequency response is shown, where that is not the whole result's."""
    if setting.combine != "one":
        return "By the kernel alone, without its twin: "
    return "In each channel: " if coloured else ""


def _even(total: float, setting: Setting, coloured: bool) -> str:
    """What becomes of an area of one brightness, away from the rim."""
    if total == 0:
        return "The weights sum to 0, so an even area gives 0: only changes answer."
    if setting.combine == "direction":
        return "The weights do not sum to 0: even areas have a direction too, which means nothing."
    first = 1.0 if setting.first is None else _rounded(setting.first.sum())
    channels = 3 if coloured and setting.channels == "sum" else 1
    factor = _rounded(total * first * channels)
    if setting.combine == "magnitude":
        factor = abs(factor) * 2**0.5
    added = ", of red, green and blue together" if channels == 3 else ""
    what = "an even grey area" if channels == 3 else "an even area"
    result = (
        "keeps its brightness"
        if abs(factor - 1) < 1e-6
        else f"is multiplied by {figures.minus(factor)}"
    )
    return f"The weights sum to {_plainly(total)}{added}: {what} {result}."


def _range(setting: Setting, coloured: bool) -> str:
    """Bounds of the answer for pixels from 0 to 255."""
    low, high = bounds(setting, coloured)
    if setting.combine == "direction":
        return f"The strength behind the angle is at most {figures.minus(high, 0)}."
    return (
        "With pixels from 0 to 255 the answer lies between "
        f"{figures.minus(low, 0)} and {figures.minus(high, 0)}."
    )


def bounds(setting: Setting, coloured: bool) -> tuple[float, float]:
    """(low, high) that no answer leaves, for pixels from 0 to 255.

    A kernel that goes first widens what the next one sees; three channels add up to three times
    the range; the strength of two answers is the length of both.
    """
    low, high = 0.0, 255.0
    if setting.first is not None:
        low, high = _reach(setting.first, low, high)
    channels = 3 if coloured and setting.channels == "sum" else 1
    ends = [_reach(kernel, low, high) for kernel in setting.kernels]
    if setting.combine == "one":
        return channels * ends[0][0], channels * ends[0][1]
    across, down = (max(-least, most) for least, most in ends)
    return 0.0, channels * float(np.hypot(across, down))


def _reach(kernel: Array, low: float, high: float) -> tuple[float, float]:
    """The least and the greatest sum of a window whose cells lie between ``low`` and ``high``."""
    up, down = float(np.clip(kernel, 0, None).sum()), float(np.clip(kernel, None, 0).sum())
    return up * low + down * high, up * high + down * low


def _plainly(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
