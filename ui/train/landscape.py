"""The loss around the weights of a run, as a landscape, with the way that the run took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.explain.landscape import Plane, path_plane, random_plane, share_in_plane
from cnn.learn.cost import run_cost
from cnn.learn.state import RunState
from jobs import worker
from jobs.runner import View
from ui import figures, link, palette
from ui.palette import Theme
from ui.remembered import Remembered
from ui.train import heavy

PLANES = {"path": "Along the run", "random": "Two random directions"}
#: Points of a side, and as few where a network is much work.
POINTS, FEWEST_POINTS = 21, 11
#: Seconds of work in all, and images at most and at least.
SECONDS = 2.0
MOST_IMAGES, FEWEST_IMAGES = 200, 16
#: Points that a worker is asked for at a time: others have their turn between.
AT_ONCE = 63
#: How much further than the run went, and how far in a plane that it did not shape.
MARGIN, AROUND = 1.25, 1.0
#: How high the picture goes, in heights of the highest point of the way.
CAP = 1.5
#: Said in place of a landscape.
NO_NUMBERS = (
    "Its numbers are no numbers any more, and no landscape lies around them. Start again with a "
    "smaller learning rate."
)


@dataclass(frozen=True)
class Landscape:
    """What is drawn.

    Attributes:
        x: (POINTS,) of the columns.
        y: (POINTS,) of the rows.
        loss: (rows, columns); NaN where it is no number.
        path: (M, 3) the run's moments: x, y, and the loss of the surface below.
        steps: Of the moments.
        share: How much of the way lies in the plane, 0 to 1.
        images: How many the loss is the mean of.
    """

    x: Array
    y: Array
    loss: Array
    path: Array
    steps: tuple[int, ...]
    share: float
    images: int

    @property
    def now(self) -> float:
        """The loss in the middle, of the network as it is; NaN where it is no number."""
        middle = len(self.x) // 2
        return float(self.loss[middle, middle])

    @property
    def cap(self) -> float:
        """Where the picture ends: what towers over the way would press all of it flat."""
        return min(float(np.nanmax(self.loss)), CAP * float(np.nanmax(self.path[:, 2])))


#: Of what it was worked out, and what was found.
_KEPT: Remembered[tuple[object, Landscape] | None] = Remembered("_landscape", None)


def show(run: View, data: Split, log: bool) -> None:
    """The landscape of a run that rests; computed once, by a worker, when it is asked for.

    Raises:
        NotDone: the workers are too busy for it.
    """
    state = run.state
    if state.stopped:
        st.markdown(NO_NUMBERS)
        return
    if len(state.moments) < 3:
        st.markdown("Train first: the landscape is drawn around the weights of a run that rests.")
        return
    kind = link.choice("Plane", "tr_plane", PLANES, "path")
    key = (run.identity, state.step, kind)
    kept = _KEPT.get()
    if kept is None or kept[0] != key:
        try:
            found = work_out(state, data, kind)
        except np.linalg.LinAlgError:  # a ValueError, too
            st.markdown(NO_NUMBERS)
            return
        except ValueError:
            st.markdown("The run has gone in one line so far: train on, and it has a plane.")
            return
        kept = (key, found)
        _KEPT.put(kept)
    found = kept[1]
    if not np.isfinite(found.now):
        st.markdown(NO_NUMBERS)
        return
    figures.show(
        surface(found, figures.theme(), log),
        "tr_surface",
        alt=said(found),
        height=430,
    )
    st.markdown(words(found, kind))


def work_out(state: RunState, data: Split, kind: str) -> Landscape:
    """Compute it, with a bar that fills meanwhile.

    Args:
        state: The run; not so much as three moments raise ValueError.
        data: Its data.
        kind: One of :data:`PLANES`.
    """
    way = {moment.step: moment.parameters for moment in state.moments}
    way[state.step] = state.parameters
    moments = list(way.values())
    if kind == "path":
        plane = path_plane(state.parameters, moments)
    else:
        plane = random_plane(state.parameters, np.random.default_rng(state.config.seed))
    places = np.array([plane.place(weights) for weights in moments])  # (M, 2)
    points, images = extent(state, len(data.train))
    x, y = _axes(places, points, kind)
    losses = _losses(state, plane, [(a, b) for b in y for a in x], images)
    loss = np.array(losses).reshape(points, points)
    loss[~np.isfinite(loss)] = np.nan
    below = [_read(loss, x, y, a, b) for a, b in places]
    return Landscape(
        x,
        y,
        loss,
        np.column_stack([places, below]),
        tuple(way),
        share_in_plane(plane, moments),
        images,
    )


def extent(state: RunState, samples: int) -> tuple[int, int]:
    """Points of a side, and images, that a network of this size is looked at with."""
    forward = run_cost(state.config).seconds / 3
    for points in (POINTS, FEWEST_POINTS):
        images = int(SECONDS / (points * points * forward))
        if images >= FEWEST_IMAGES:
            return points, min(images, MOST_IMAGES, samples)
    return FEWEST_POINTS, min(FEWEST_IMAGES, samples)


def _axes(places: Array, points: int, kind: str) -> tuple[Array, Array]:
    """The run's own extent with some room, its end among the points."""
    if kind == "random":
        axis = np.linspace(-AROUND, AROUND, points)
        return axis, axis
    found = []
    for low, high in zip(places.min(axis=0), places.max(axis=0), strict=True):
        reach = MARGIN * max(-low, high, 1e-6)
        found.append(np.linspace(-reach, reach, points))
    return found[0], found[1]


def _losses(
    state: RunState, plane: Plane, points: list[tuple[float, float]], images: int
) -> list[float]:
    """Of all points, a part at a time."""
    bar = st.progress(0.0, "Looking at the loss round about …")
    found: list[float] = []
    try:
        while len(found) < len(points):
            part = points[len(found) : len(found) + AT_ONCE]
            found += heavy.asked_of_run(worker.losses, state, plane, part, images)
            bar.progress(len(found) / len(points), "Looking at the loss round about …")
    finally:
        bar.empty()
    return found


def _read(loss: Array, x: Array, y: Array, at_x: float, at_y: float) -> float:
    """The surface at a point, between its own points."""
    rows = [float(np.interp(at_x, x, row)) for row in loss]
    return float(np.interp(at_y, y, rows))


def surface(found: Landscape, theme: Theme, log: bool) -> go.Figure:
    """The figure: the surface in the colours of positive numbers, the way in the accent colour."""
    top = found.cap
    ends = palette.plotly_scale("activation", theme)[2:]
    scale = [[i / 2, colour] for i, (_, colour) in enumerate(ends)]
    lift = 1.0 if not log else 1.02  # the line lies on the surface, not half in it
    height = found.path[:, 2] * lift + (0.0 if log else 0.01 * top)
    line = {"color": palette.ACCENT[theme], "width": 6}
    quiet = {"showspikes": False, "showbackground": False, "color": palette.GREY[theme][1]}
    figure = go.Figure(
        [
            go.Surface(
                x=found.x,
                y=found.y,
                z=np.minimum(found.loss, top),
                colorscale=scale,
                cmin=0,
                cmax=top,
                showscale=False,
                contours={"z": {"show": True, "color": palette.GREY[theme][1], "width": 1}},
                hovertemplate="loss %{z:.3g}<extra></extra>",
            ),
            go.Scatter3d(
                x=found.path[:, 0],
                y=found.path[:, 1],
                z=height,
                mode="lines+markers",
                line=line,
                marker={"size": 3, "color": palette.ACCENT[theme]},
                customdata=np.array(found.steps),
                hovertemplate="step %{customdata}<extra></extra>",
            ),
            _ends(found, height, theme),
        ]
    )
    figure.update_layout(
        scene={
            "xaxis": {**quiet, "title": "", "showticklabels": False},
            "yaxis": {**quiet, "title": "", "showticklabels": False},
            "zaxis": {**quiet, "title": "loss", "type": "log" if log else "linear"},
            "aspectmode": "manual",
            "aspectratio": {"x": 1.25, "y": 1.25, "z": 0.6},
            # From above: the rim must not hide the way.
            "camera": {
                "eye": {"x": 0.78, "y": -1.05, "z": 1.3},
                "center": {"x": 0, "y": 0, "z": -0.15},
            },
            "dragmode": "orbit",
        },
        paper_bgcolor="rgba(0,0,0,0)",
        uirevision="landscape",
    )
    return figure


def _ends(found: Landscape, height: Array, theme: Theme) -> go.Scatter3d:
    """Where the way begins and ends, in words."""
    return go.Scatter3d(
        x=found.path[[0, -1], 0],
        y=found.path[[0, -1], 1],
        z=height[[0, -1]],
        mode="text",
        text=["start", "end"],
        textposition="top center",
        textfont={"color": palette.ACCENT[theme], "size": 15},
        hoverinfo="skip",
    )


def said(found: Landscape) -> str:
    """The picture in a sentence."""
    return (
        f"The loss around the weights of the run, from {np.nanmin(found.loss):.2f} to "
        f"{np.nanmax(found.loss):.2f}; the way of the run goes from {_number(found.path[0, 2])} to "
        f"{_number(found.path[-1, 2])}."
    )


def _number(loss: float) -> str:
    """A loss of the way; what lies between points where there is none has none."""
    return f"{loss:.2f}" if np.isfinite(loss) else "no number"


def words(found: Landscape, kind: str) -> str:
    """What is seen, with its numbers."""
    intro = (
        f"Each point of the ground is a whole set of weights, its height their loss on "
        f"{found.images} training images. The middle is the network as it is now: "
        f"**{found.now:.3f}**."
    )
    if found.cap < np.nanmax(found.loss):
        intro += (
            f" What is higher than {found.cap:.2g} is cut off (up to {np.nanmax(found.loss):.2g})."
        )
    if kind == "path":
        return (
            f"{intro} The plane is laid through the way that the run took, so that as much as can "
            f"be of it lies in the plane: **{found.share:.0%}**, counted in squared distances. "
            "The line is that way, from its stored moments."
        )
    return (
        f"{intro} The directions are random, each filter of them as long as the network’s own "
        "(Li et al. 2018): one step along one of them moves each filter as far as it is long. "
        f"Of the way that the run took, **{found.share:.1%}** lies in this plane: among so many "
        "directions two random ones are hardly ever those that training goes."
    )
