"""Figures in the colours of the lab: small charts that change rarely, and arrays as pictures.

Plotly re-creates its element whenever its data changes, so what moves several times a second is
drawn by a component instead. Text, grid and background come from Streamlit's theme and follow it
live; the colours of the data come from :mod:`ui.palette`.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
import plotly.io
import streamlit as st
from PIL import Image

from cnn.arrays import Array
from ui import codecs, link, palette
from ui.palette import Kind, Theme

_CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True}


def theme() -> Theme:
    """The surface we stand on: ``"light"`` or ``"dark"``."""
    return "dark" if st.context.theme.type == "dark" else "light"


def big() -> bool:
    """Whether figures are drawn for the back row."""
    return link.now("projector", False, codecs.BOOL)


def show(figure: go.Figure, key: str, *, alt: str, height: int = 260) -> None:
    """Draw a Plotly figure in the house's manner.

    Args:
        figure: Anything of Plotly's.
        key: Unique to the page.
        alt: What it shows, in a sentence, for those who cannot see it.
        height: In pixels.
    """
    chart(laid_out(figure, height, big()), key, alt=alt)


def chart(figure: go.Figure, key: str, *, alt: str) -> None:
    """Draw a figure that has been laid out; see :func:`show`."""
    st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt)


class Ready(go.Figure):
    """A figure that nobody changes any more, for many to see: what is sent is worked out once.

    Plotly copies every property of a figure each time that it is shown, which takes longer than
    all else that is done with a small one.
    """

    def to_dict(self) -> dict[str, Any]:
        """As any figure's, each time another one."""
        if not hasattr(self, "_text"):
            self._text = plotly.io.to_json(super().to_dict(), validate=False)
        found: dict[str, Any] = json.loads(self._text)
        return found


def laid_out(figure: go.Figure, height: int, large: bool) -> go.Figure:
    """The figure in the house's manner: margins, type, no toolbar.

    Plotly checks every property again, which takes longer than drawing; who shows the same figure
    to everybody keeps what this gives.
    """
    size = 18 if large else 14
    figure.update_layout(
        height=round(height * 1.2) if large else height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": size},
        hoverlabel={"font": {"size": size}},
        showlegend=figure.layout.showlegend or False,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        modebar={"remove": ["zoom", "pan"]},
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, title_standoff=6, tickfont={"size": size})
    figure.update_yaxes(automargin=True, title_standoff=6, tickfont={"size": size})
    return figure


def curves(
    lines: Mapping[str, tuple[Sequence[float] | Array, Sequence[float] | Array]],
    x_label: str,
    y_label: str,
    *,
    here: tuple[float, float] | None = None,
) -> go.Figure:
    """Lines over one axis.

    Args:
        lines: name → (x, y). The name is written at the line's end, so there is no legend to
            look up; one unnamed line is given as ``{"": (x, y)}``.
        x_label: The horizontal axis.
        y_label: The vertical axis.
        here: The present point, marked in the accent colour.
    """
    name = theme()
    width = 3 if big() else 2
    figure = go.Figure()
    for colour, (label, (x, y)) in zip(_cycle(name, len(lines)), lines.items(), strict=True):
        x, y = np.asarray(x), np.asarray(y)
        line = {"color": colour, "width": width}
        mode = "lines+markers" if len(x) <= 1 else "lines"
        figure.add_scatter(x=x, y=y, mode=mode, line=line, name=label)
        if label and len(x):
            figure.add_annotation(
                x=x[-1],
                y=y[-1],
                text=label,
                font={"color": colour},
                showarrow=False,
                xanchor="left",
                xshift=6,
            )
    if here is not None:
        figure.add_scatter(
            x=[here[0]],
            y=[here[1]],
            mode="markers",
            name="here",
            marker={"color": palette.ACCENT[name], "size": 12 if big() else 10},
        )
    figure.update_layout(xaxis_title=x_label, yaxis_title=y_label)
    return figure


def picture(
    values: Array, kind: Kind | None = None, *, limit: float | None = None, low: float = 0.0
) -> Array:
    """An array as an image: uint8 (H, W, 3), in the present theme; not to be written to.

    Args:
        values: (H, W).
        kind: A signed scale, range ±``limit``; None for the grey of inputs, ``low`` to ``limit``.
        limit: max|x| if not given.
        low: What is shown as paper, for grey.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    top = limit if limit is not None else _limit(values)
    if values.size > _SMALL:
        return _coloured(values, kind, top, low, theme())
    return _kept(values.tobytes(), values.shape, kind, top, low, theme())


#: Pictures of up to so many cells are kept: what a page begins with is the same for everybody.
_SMALL = 4096


@functools.lru_cache(maxsize=512)
def _kept(
    cells: bytes, shape: tuple[int, ...], kind: Kind | None, top: float, low: float, name: Theme
) -> Array:
    pixels = _coloured(np.frombuffer(cells).reshape(shape), kind, top, low, name)
    pixels.flags.writeable = False
    return pixels


def _coloured(values: Array, kind: Kind | None, top: float, low: float, name: Theme) -> Array:
    if kind is None:
        colours: Sequence[str] = palette.GREY[name]
        place = (values - low) / ((top - low) or 1.0)
    else:
        colours = palette.DIVERGING[kind][name]
        place = (values / (top or 1.0) + 1) / 2
    stops = np.array([_rgb(c) for c in colours])
    place = np.clip(np.nan_to_num(place), 0, 1) * (len(stops) - 1)
    below = np.minimum(place.astype(int), len(stops) - 2)
    share = (place - below)[..., None]
    mixed: Array = np.rint(stops[below] * (1 - share) + stops[below + 1] * share)
    return mixed.astype(np.uint8)


def image(
    pixels: Array | Sequence[Array],
    *,
    alt: str | list[str],
    caption: str | list[str] | None = None,
    width: int | Literal["stretch"],
) -> None:
    """Show a picture, or several in a row; the style sheet keeps every pixel a square.

    The browser enlarges it. A picture that is larger than it is shown, or in a format that
    Streamlit did not expect, Streamlit would pack anew for every visitor.

    Args:
        pixels: As :func:`png` takes them.
        alt: What it shows, for those who cannot see it.
        caption: Below it; Markdown.
        width: On the screen, in pixels, no fewer than it has; or all the width there is.
    """
    files = png(pixels) if isinstance(pixels, np.ndarray) else [png(each) for each in pixels]
    st.image(files, caption=caption, width=width, alt=alt, output_format="PNG")


#: How much of the ink shows through the colours of what lies over it.
_INK = 0.45


def over_ink(heat: Array, ink: Array, kind: Kind) -> Array:
    """Heat in the colours of its kind, the ink over it: uint8 (H, W, 3).

    Args:
        heat: (H, W) from −1 to 1.
        ink: (H, W) from 0 to 1.
        kind: What the heat is.
    """
    colours = picture(heat, kind, limit=1.0).astype(np.float32)
    dark = picture(np.ones_like(ink), None, limit=1.0)
    share = ink[..., None] * _INK
    return np.rint(colours * (1 - share) + dark * share).astype(np.uint8)


def frame(image: Array, top: int, bottom: int, left: int, right: int, width: int = 2) -> None:
    """Draw a rectangle in the accent colour into uint8 (H, W, 3): rows and columns, half open."""
    colour = _rgb(palette.ACCENT[theme()])
    image[top:bottom, left : left + width] = image[top:bottom, right - width : right] = colour
    image[top : top + width, left:right] = image[bottom - width : bottom, left:right] = colour


def png(pixels: Array) -> bytes:
    """A picture (H, W) or (H, W, 3) of uint8 as a file: what many are shown is packed once."""
    return _packed(pixels.tobytes(), pixels.shape)


@functools.lru_cache(maxsize=512)
def _packed(pixels: bytes, shape: tuple[int, ...]) -> bytes:
    out = io.BytesIO()
    picture = Image.frombytes("RGB" if len(shape) == 3 else "L", (shape[1], shape[0]), pixels)
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def ramp(stops: Sequence[str], count: int) -> list[str]:
    """``count`` colours evenly along ``stops``; Streamlit's chart palettes want ten."""
    colours = np.array([_rgb(c) for c in stops])
    place = np.linspace(0, len(stops) - 1, count)
    mixed = np.stack([np.interp(place, np.arange(len(stops)), c) for c in colours.T], axis=1)
    return ["#" + "".join(f"{round(v):02x}" for v in row) for row in mixed]


def minus(value: float, decimals: int = 2) -> str:
    """A number as text, with a true minus sign."""
    return f"{value:z,.{decimals}f}".replace("-", "−")


def _cycle(name: Theme, count: int) -> list[str]:
    colours = palette.CATEGORICAL[name]
    return [colours[i % len(colours)] for i in range(count)]


def _limit(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
