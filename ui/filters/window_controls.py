"""How the kernel goes over the picture, and where the magnifier is pinned."""

from __future__ import annotations

from cnn.arrays import Array
from cnn.window.padding_asked import resolve_padding
from ui import codecs, link
from ui.components.image_lens.image_lens import pinned_cell
from ui.filters import apply, kernels
from ui.filters.apply import Setting

_PIN = codecs.ints(2, 0, 4096)
_LENS, _AT = "fi_lens", "fi_at"


def setting(x: Array, kernel: Array) -> Setting:
    """Draw the controls; none of them can be set so that the kernel does not fit."""
    size, shape = x.shape[1:], (kernel.shape[0], kernel.shape[1])
    square = shape[0] == shape[1]
    coloured = len(x) == 3
    first_name = link.choice(
        "Before it",
        "fi_first",
        apply.FIRST,
        "none",
        kind="select",
        help="Another kernel goes over the picture first.",
    )
    combine = link.choice(
        "Beside it",
        "fi_two",
        apply.COMBINE if square else {"one": apply.COMBINE["one"]},
        "one",
        kind="select",
        help="The twin is the same kernel, a quarter turn on: Sobel y beside Sobel x. Together "
        "they tell how strong an edge is, and which way it faces. Only a square kernel has one.",
    )
    channels = link.choice(
        "Red, green and blue",
        "fi_ch",
        apply.CHANNELS,
        "sum",
        disabled=not coloured or combine == "direction",
        help="Added up into one result, as in a network; or each by itself, as in a photo program.",
    )
    stride = link.slider("Stride", "fi_s", 1, 4, 1)
    fits = apply.fitting_paddings(size, shape, stride)
    padding = link.choice("Padding", "fi_p", fits, "same")
    sides = resolve_padding(padding, shape, stride, 1, size)
    first = apply.first_kernel(first_name)
    paddings = [sides] if first is None else [sides, apply.same(first)]
    fill = link.choice(
        "The padding holds",
        "fi_fill",
        apply.fitting_fills(size, *paddings),
        "replicate",
        kind="select",
    )
    together = combine == "direction" and coloured
    return Setting(
        kernels=(kernel,) if combine == "one" else (kernel, kernels.turned(kernel)),
        first=first,
        stride=stride,
        sides=sides,
        fill=fill,
        channels="sum" if coloured and (channels == "sum" or together) else "each",
        combine=combine,
    )


def pinned(shape: tuple[int, ...]) -> tuple[int, int] | None:
    """The output cell in the link, if the result (P, OH, OW) has it."""
    at = link.get(_AT, (), _PIN, label="Pinned cell")
    if len(at) != 2 or at[0] >= shape[1] or at[1] >= shape[2]:
        return None
    return int(at[0]), int(at[1])


def held() -> bool:
    """Whether a task holds the pinned cell."""
    return link.held(_AT)


def pin() -> None:
    """A callback: what was pinned or let go goes to the link."""
    link.put(_AT, pinned_cell(_LENS) or (), _PIN)
