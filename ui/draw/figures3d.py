"""The network as planes one behind the other, to be turned: every layer's maps on one plane.

One mesh a layer, one colour a cell, so that what is drawn are the numbers themselves and not a
smoothed surface. The colours are those of the network view.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnn.arrays import Array
from ui import palette
from ui.components.network_view.views import LayerView
from ui.palette import Theme
from ui.plain import in_figure

#: Cells between two maps of a plane.
GAP = 2.0
#: Side of a unit's square, in cells of a map.
UNIT = 4.0
#: From plane to plane, in cells: map by map, and where every map hears every other.
NEAR, FAR = 36.0, 54.0
#: Hairlines: the theme's border colour.
OUTLINE = {"light": "#dcdcd8", "dark": "#34383f"}
#: From the left, in front, a little above.
EYE = {"x": -1.55, "y": -2.25, "z": 0.55}


#: Length of the whole in units of the scene; with an orthographic camera this is the zoom.
SPAN = 4.6


def layers_3d(
    layers: Sequence[LayerView],
    theme: Theme,
    *,
    probabilities: Array | None = None,
    classes: Sequence[str] = (),
    label: str = "drawing",
) -> go.Figure:
    """A turnable picture of one forward pass, the input at the left.

    Args:
        layers: As for the network view, input first.
        theme: Of the surface it stands on.
        probabilities: (K,), drawn as the last plane.
        classes: Their names, written beside them.
        label: What the input is called.
    """
    planes = [_Plane.of(layer.values) for layer in layers]
    names = [label, *(in_figure(layer.name) for layer in layers[1:])]
    places = np.cumsum([0.0, *(NEAR if v.connect == "same" else FAR for v in layers[1:])])
    figure = go.Figure()
    for plane, place, layer, name in zip(planes, places, layers, names, strict=True):
        ink = layer.kind == "input"
        figure.add_trace(_mesh(plane, float(place), theme, ink, layer.scale, name))
    if probabilities is not None:
        planes.append(_Plane(np.asarray(probabilities).reshape(-1, 1, 1), 1, 2 * UNIT, 0.6))
        places = np.append(places, places[-1] + FAR)
        names.append("probabilities")
        figure.add_trace(_mesh(planes[-1], float(places[-1]), theme, True, 1.0, names[-1]))
        if len(classes) == len(probabilities):
            figure.add_trace(_classes(planes[-1], float(places[-1]), classes, theme))
    figure.add_trace(_outlines(planes, places, theme))
    figure.add_trace(_titles(planes, places, names, theme))
    return _framed(figure, planes, float(places[-1]))


class _Plane:
    """Maps side by side on one plane: y to the right, z upwards, both around 0."""

    def __init__(self, values: Array, columns: int, cell: float, gap: float) -> None:
        count, rows, cols = values.shape
        self.values = values
        self.cell = cell
        pitch_y, pitch_z = cols * cell + gap, rows * cell + gap
        self.width = columns * pitch_y - gap
        self.height = math.ceil(count / columns) * pitch_z - gap
        at = np.arange(count)
        #: Left and upper edge of every map. Seen from the left, y runs from right to left.
        self.left = self.width / 2 - (at % columns) * pitch_y
        self.top = self.height / 2 - (at // columns) * pitch_z

    @classmethod
    def of(cls, values: Array) -> _Plane:
        """Maps (C, H, W), or units (F,) as squares: a few in a column, many as a block."""
        count = len(values)
        if values.ndim == 1:
            columns = 1 if count <= 12 else math.ceil(math.sqrt(count))
            return cls(values.reshape(-1, 1, 1), columns, 2 * UNIT if columns == 1 else UNIT, 0.6)
        return cls(values, max(1, math.floor(math.sqrt(count))), 1.0, GAP)

    def corners(self) -> tuple[Array, Array]:
        """y and z of the corners of all cells, four a cell."""
        _, rows, cols = self.values.shape
        y = self.left[:, None, None] - np.arange(cols) * self.cell
        z = self.top[:, None, None] - np.arange(rows)[:, None] * self.cell
        y, z = np.broadcast_arrays(y, z)
        low, under = y - self.cell, z - self.cell
        return (
            np.stack([y, low, low, y], axis=-1).ravel(),
            np.stack([z, z, under, under], axis=-1).ravel(),
        )


def _mesh(
    plane: _Plane, place: float, theme: Theme, ink: bool, scale: float | None, name: str
) -> go.Mesh3d:
    y, z = plane.corners()
    values = plane.values.ravel()
    first = 4 * np.arange(values.size, dtype=np.int32)
    limit = max(scale or 0.0, float(np.abs(values).max(initial=0.0))) or 1.0
    grey = [[0, palette.GREY[theme][0]], [1, palette.GREY[theme][1]]]
    return go.Mesh3d(
        x=np.full(y.size, place, np.float32),
        y=y.astype(np.float32),
        z=z.astype(np.float32),
        # Two triangles a cell, of one colour.
        i=np.repeat(first, 2),
        j=np.stack([first + 1, first + 2], axis=1).ravel(),
        k=np.stack([first + 2, first + 3], axis=1).ravel(),
        intensity=np.repeat(values, 2).astype(np.float32),
        intensitymode="cell",
        colorscale=grey if ink else palette.plotly_scale("activation", theme),
        cmin=0 if ink else -limit,
        cmax=limit,
        showscale=False,
        flatshading=True,
        lighting={"ambient": 1, "diffuse": 0, "specular": 0, "fresnel": 0, "roughness": 1},
        name=name,
        hovertemplate=f"{name}<extra></extra>",
    )


def _outlines(planes: Sequence[_Plane], places: Array, theme: Theme) -> go.Scatter3d:
    """A hairline around every map, so that an empty one can be seen too; all in one trace."""
    corners = []
    for plane, place in zip(planes, places, strict=True):
        if plane.values.shape[1:] == (1, 1):
            continue
        rows, cols = plane.values.shape[1:]
        for left, top in zip(plane.left, plane.top, strict=True):
            right, under = left - cols * plane.cell, top - rows * plane.cell
            path = [(left, top), (right, top), (right, under), (left, under), (left, top)]
            corners += [(place, y, z) for y, z in path] + [(math.nan,) * 3]
    x, y, z = np.array(corners, np.float32).reshape(-1, 3).T
    line = {"color": OUTLINE[theme], "width": 1}
    return go.Scatter3d(x=x, y=y, z=z, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _titles(
    planes: Sequence[_Plane], places: Array, names: Sequence[str], theme: Theme
) -> go.Scatter3d:
    """Below each plane its layer's name."""
    under = np.array([-plane.height / 2 - 9 - 0.16 * plane.width for plane in planes])
    return _text(places, np.zeros(len(names)), under, names, theme)


def _classes(plane: _Plane, place: float, classes: Sequence[str], theme: Theme) -> go.Scatter3d:
    beside = np.full(len(classes), -plane.width / 2 - 4)
    names = [in_figure(name) for name in classes]
    return _text(np.full(len(classes), place), beside, plane.top - plane.cell / 2, names, theme)


def _text(x: Array, y: Array, z: Array, words: Sequence[str], theme: Theme) -> go.Scatter3d:
    return go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="text",
        text=list(words),
        textfont={"color": palette.GREY[theme][1], "size": 13},
        hoverinfo="skip",
        showlegend=False,
    )


def _framed(figure: go.Figure, planes: Sequence[_Plane], length: float) -> go.Figure:
    hidden = {"visible": False, "showbackground": False, "showspikes": False}
    width, height = max(p.width for p in planes), max(p.height for p in planes) + 24
    unit = SPAN / length
    figure.update_layout(
        scene={
            "xaxis": hidden,
            "yaxis": hidden,
            "zaxis": hidden,
            "aspectmode": "manual",
            "aspectratio": {"x": length * unit, "y": width * unit, "z": height * unit},
            "camera": {"eye": EYE, "projection": {"type": "orthographic"}},
            "dragmode": "orbit",
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        # The same figure again keeps the turn that the student gave it.
        uirevision="network",
    )
    return figure
