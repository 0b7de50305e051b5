"""The activations in space: every layer a plane of cells, to be turned by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.layer import Array
from ui import figures, palette
from ui import network_panels as panels
from ui.draw.lab import Reading

#: Side of the tallest plane and the way from one plane to the next.
HEIGHT = 28.0
STEP = 27.0
#: How far the planes are turned out of the picture's plane.
TURN = np.deg2rad(40)
GAP = 0.18  # between maps, as a share of their side


@dataclass(frozen=True)
class Plane:
    """One layer in space.

    Attributes:
        name: The layer.
        maps: (C, H, W), units as (F, 1, 1).
        across: Maps a row.
        side: Width of one cell.
    """

    name: str
    maps: Array
    across: int
    side: float


def planes(reading: Reading) -> list[Plane]:
    """The shown layers; an activation's values stand where the layer before it would."""
    found: list[Plane] = []
    for place in panels.places(reading.network.net, reading.arrays).values():
        if place.layer is not None and panels.kind_of(place.layer) == "activation":
            found[-1] = _plane(found[-1].name, place.values)
        else:
            found.append(_plane(place.name, place.values))
    return found


def _plane(name: str, values: Array) -> Plane:
    if values.ndim == 1:
        maps = values[:, None, None]
        across = 1 if len(values) <= 12 else int(np.ceil(np.sqrt(len(values) / 2)))
    else:
        maps, across = values, int(np.ceil(np.sqrt(len(values) / 1.5)))
    rows = int(np.ceil(len(maps) / across))
    tall = rows * maps.shape[1] + (rows - 1) * GAP * maps.shape[1]
    return Plane(name, maps, across, HEIGHT / tall)


def mesh(plane: Plane) -> tuple[Array, Array, Array, Array]:
    """Corners and triangles of a plane of cells.

    Returns:
        Places of the corners, to the right (V,) and up (V,), 0 in the middle; (T, 3) triangles;
        (T,) the value each triangle shows.
    """
    count, height, width = plane.maps.shape
    rows = -(-count // plane.across)
    corner = np.arange((height + 1) * (width + 1)).reshape(height + 1, width + 1)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    one = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3)
    first = (np.arange(count) * corner.size)[:, None, None]
    triangles = (one[None] + first).reshape(-1, 3)
    place = np.arange(count)
    left = (place % plane.across) * width * (1 + GAP)
    top = (place // plane.across) * height * (1 + GAP)
    whole = (
        (plane.across * (1 + GAP) - GAP) * width,
        (rows * (1 + GAP) - GAP) * height,
    )
    y = np.broadcast_to(left[:, None, None] + np.arange(width + 1), (count, height + 1, width + 1))
    z = np.broadcast_to(
        top[:, None, None] + np.arange(height + 1)[:, None], (count, height + 1, width + 1)
    )
    y, z = (y - whole[0] / 2) * plane.side, (whole[1] / 2 - z) * plane.side
    values = np.repeat(plane.maps.reshape(-1), 2)
    return y.reshape(-1), z.reshape(-1), triangles, values


def figure(reading: Reading) -> go.Figure:
    """Planes one behind the other, input first."""
    theme = figures.theme()
    scene = go.Figure()
    stack = planes(reading)
    for i, plane in enumerate(stack):
        right, up, triangles, values = mesh(plane)
        ink = plane.name == panels.INPUT
        limit = 1.0 if ink else float(np.abs(values).max()) or 1.0
        grey = [[0, palette.GREY[theme][0]], [1, palette.GREY[theme][1]]]
        scene.add_mesh3d(
            x=(i * STEP + right * np.cos(TURN)).astype(np.float32),
            y=(right * np.sin(TURN)).astype(np.float32),
            z=up.astype(np.float32),
            i=triangles[:, 0].astype(np.uint16),
            j=triangles[:, 1].astype(np.uint16),
            k=triangles[:, 2].astype(np.uint16),
            intensity=values.astype(np.float32),
            intensitymode="cell",
            colorscale=grey if ink else palette.plotly_scale("activation", theme),
            cmin=0.0 if ink else -limit,
            cmax=limit,
            showscale=False,
            flatshading=True,
            lighting={"ambient": 1, "diffuse": 0, "specular": 0, "fresnel": 0},
            hovertemplate=f"{plane.name}: %{{intensity:.2f}}<extra></extra>",
        )
    scene.add_scatter3d(
        x=[i * STEP for i in range(len(stack))],
        y=[0.0] * len(stack),
        z=[HEIGHT / 2 + 3] * len(stack),
        mode="text",
        text=[plane.name for plane in stack],
        hoverinfo="skip",
    )
    last = stack[-1]
    scene.add_scatter3d(
        x=[(len(stack) - 1) * STEP + last.side] * len(last.maps),
        y=[0.0] * len(last.maps),
        z=(HEIGHT / 2 - (np.arange(len(last.maps)) * (1 + GAP) + 0.5) * last.side).tolist(),
        mode="text",
        text=[f"  {k}" + (f": {p:.0%}" if p >= 0.01 else "") for k, p in _shares(reading)],
        textposition="middle right",
        hoverinfo="skip",
    )
    hidden = {"visible": False}
    scene.update_layout(
        scene={
            "xaxis": hidden,
            "yaxis": hidden,
            "zaxis": hidden,
            "aspectmode": "data",
            "camera": {
                "eye": {"x": 0.24, "y": -1.2, "z": 0.36},
                "center": {"x": 0, "y": 0, "z": -0.03},
                "projection": {"type": "orthographic"},
            },
            "dragmode": "orbit",
        },
        uirevision="keep",
    )
    return scene


def _shares(reading: Reading) -> list[tuple[int, float]]:
    return [(k, float(p)) for k, p in enumerate(reading.probabilities)]


def show(reading: Reading) -> None:
    """The figure and how to hold it."""
    scene = figure(reading)
    figures.show(
        scene,
        "d_solid",
        alt="The layers of the network as planes of coloured cells, one behind the other, from "
        f"the drawing to the ten classes. {reading.sentence}",
        height=400,
    )
    st.caption(
        "Drag to turn, scroll or pinch to come nearer. Each plane has its own colour scale; the "
        "numbers are those of the view above."
    )
