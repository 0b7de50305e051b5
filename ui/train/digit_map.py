"""A map of the validation images as the run's network sees them: at the start, in between, now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.explain.components import principal_components
from cnn.explain.neighbours import same_class_share
from cnn.explain.outputs import layer_outputs
from cnn.learn.state import RunState
from cnn.learn.training import begun, network_of
from cnn.nets.network import Sequential
from ui import lesson, link
from ui.components.dot_map.dot_map import dot_map, places, samples
from ui.components.wire import Kept
from ui.train import heavy, learned

WHEN = {"start": "At the start", "between": "In between", "now": "Now"}
#: Images on the map.
MOST = 300


@dataclass(frozen=True)
class Seen:
    """How a network sees some images.

    Attributes:
        step: Of the run.
        points: (N, 2), their places.
        shares: Of the variance, along each axis.
        same: Share of the images whose nearest neighbour on the map is of their class.
        answers: (N,) texts: what the network says of each.
    """

    step: int
    points: Array
    shares: tuple[float, float]
    same: float
    answers: tuple[str, ...]


def show(state: RunState, data: Split) -> None:
    """The map, and how far the classes have come apart at each of the three moments."""
    if heavy.is_heavy(state, 3 * MOST):
        st.markdown("This network is too much work for a map; take a smaller one.")
        return
    some = data.validation.take(slice(0, MOST))
    if len(some) < 3:
        st.markdown("There are too few validation images for a map: take more images.")
        return
    when = link.choice("The run", "tr_when", WHEN, "now")
    moments = networks(state)
    found = {
        name: seen(state, *moment, some.floats(), some.labels, some.classes)
        for name, moment in moments.items()
    }
    shown = found.get(when, found["now"])
    if shown is None:
        st.markdown("Its numbers are no numbers any more. Go back to the start to see a map.")
        return
    if when not in found:
        st.markdown("The run has no stored moment in between yet: this is how it is now.")
    dot_map(
        "tr_map",
        of=samples(some.floats().mean(axis=1), some.labels, some.classes),
        at=places(shown.points),
        answers=Kept(list(shown.answers)),
        axes=(of_variance(shown.shares[0]), of_variance(shown.shares[1])),
        label=f"A map of {len(some)} images by the last hidden layer, step {shown.step}.",
        projector=lesson.projector(),
    )
    st.markdown(words({name: one for name, one in found.items() if one is not None}))


def of_variance(share: float) -> str:
    """What an axis is called."""
    return f"{share:.0%} of the variance"


def networks(state: RunState) -> dict[str, tuple[int, Sequential]]:
    """Name of :data:`WHEN` → step and network then; in between is the stored moment that is
    nearest to half of the way."""
    found = {"start": (0, network_of(begun(state)))}
    half = min(state.moments, key=lambda m: abs(m.step - state.step / 2), default=None)
    if half is not None and 0 < half.step < state.step:
        found["between"] = half.step, network_of(state, half)
    return found | {"now": (state.step, network_of(state))}


def seen(
    state: RunState,
    step: int,
    net: Sequential,
    images: Array,
    labels: Array,
    classes: Sequence[str],
) -> Seen | None:
    """The images by what reaches the network's last layer; None where that is no number.

    Args:
        state: The run.
        step: At which its network is ``net``.
        net: In evaluation mode.
        images: (N, C, H, W).
        labels: (N,).
        classes: Their names.
    """
    before = last_hidden(net)
    hidden = images if before is None else layer_outputs(net, images, [before])[before]
    scores = net(images)
    if not (np.isfinite(hidden).all() and np.isfinite(scores).all()):
        return None
    axes = principal_components(hidden)
    points = axes.place(hidden)
    chances = learned.chances_of(state, scores)
    return Seen(
        step,
        points,
        (float(axes.shares[0]), float(axes.shares[1])),
        same_class_share(points, labels),
        tuple(f"It says {classes[chance.argmax()]}, {chance.max():.0%}." for chance in chances),
    )


def last_hidden(net: Sequential) -> str | None:
    """The layer whose output the last layer with weights reads; None where it reads the images."""
    names = [name for name, _ in net.named_layers()]
    last = max(i for i, (_, layer) in enumerate(net.named_layers()) if "weight" in layer.params)
    return names[last - 1] if last else None


def words(found: dict[str, Seen]) -> str:
    """What the map shows, and how far classes came apart, with the numbers of this run."""
    steps = {one.step: one.same for one in found.values()}
    came = ", ".join(f"step {step:,} for **{same:.0%}**" for step, same in steps.items())
    return (
        "Each sign is an image of the validation set, by the numbers that reach the last layer, "
        "seen from the side where they differ most (their first two **principal components**; each "
        f"moment has its own). The nearest sign is of the same class at {came} of them: the "
        "further the classes come apart, the more easily the last layer draws lines between them."
    )
