"""Several filters on one input, ready-made or the student's own: their weights and their maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cnn.arrays import Array
from cnn.window.geometry import Window
from ui import lesson, link, samples
from ui.channels import filters
from ui.components.matrix_field.matrix_field import matrix_field
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.components.window_stage.numbers import Setting
from ui.exercise.exercise import Exercise
from ui.matrix.own_matrix import OWN, Own, filters_for, inside
from ui.matrix.reading import FILTERS, MOST_FILTERS

INPUTS = {"picture": "Colour picture", OWN: "Your own: type or paste"}
WHOSE = {"ready": "Ready-made", OWN: "Your own: type or paste"}
#: So many ready-made filters at first.
FIRST = 4
OWN_INPUT = Own("ch_own", "ch_in", "Your input")
OWN_FILTERS = Own("ch_fown", "ch_of", "Your filters", FILTERS, "weight")


@dataclass(frozen=True)
class Bank:
    """What the view shows.

    Attributes:
        x: (C, H, W).
        weight: (F, C, kh, kw).
        names: Of the filters.
        stride: In both directions.
        padding: On all sides.
        own_input: Whether the input is the student's,
        own_filters: and the filters.
        said: How the filters were fitted to the input; "" where they are as they were.
    """

    x: Array
    weight: Array
    names: Sequence[str]
    stride: int
    padding: int
    own_input: bool
    own_filters: bool
    said: str = ""

    @cached_property
    def maps(self) -> Array:
        """(F, OH, OW)."""
        return filters.feature_maps(self.x, self.weight, self.stride, self.padding)

    @property
    def exercise(self) -> Exercise:
        """The same as an exercise on paper."""
        window = Window.of(self.weight.shape[2:], self.stride, self.padding)
        weight = self.weight if len(self.weight) > 1 else self.weight[0]
        return Exercise(self.x, Setting("conv", window), weight)

    @property
    def sizes(self) -> dict[str, int]:
        """For the formulas under the stage."""
        count, depth, kh, kw = self.weight.shape
        _, oh, ow = self.maps.shape
        _, h, w = self.x.shape
        found = {"f": count, "d": depth, "kh": kh, "kw": kw, "h": h, "w": w, "oh": oh, "ow": ow}
        return found | {"p": self.padding, "s": self.stride, "total": self.weight.size + count}


def controls(picture: Array) -> Bank:
    """The controls, and what they choose; ``picture`` (3, H, W) is the input that is not typed."""
    chosen = link.choice(
        "Input", "ch_in", INPUTS, "picture", kind="select", on_change=OWN_INPUT.begin
    )
    whose = link.choice(
        "Filters are", "ch_of", WHOSE, "ready", kind="select", on_change=OWN_FILTERS.begin
    )
    # Of one's own there are as many as were typed.
    count = FIRST if whose == OWN else link.slider("Filters", "ch_count", 1, MOST_FILTERS, FIRST)
    stride = link.slider("Stride", "ch_s", 1, 3, 1)
    padding = link.slider("Padding", "ch_p", 0, 2, 0)
    x = OWN_INPUT.matrix(samples.integers(1, 5, 3).x) if chosen == OWN else picture
    room = tuple(n + 2 * padding for n in x.shape[1:])
    names, ready = filters.bank(count)
    ready = ready[:, : len(x)]
    if whose == OWN:
        kernels, cut = inside(OWN_FILTERS.matrix(_kernels(ready)), room)
        weight, said = filters_for(kernels, len(x))
        names = [f"filter {number}" for number in range(len(weight))]
    else:
        kernels, cut = inside(_kernels(ready), room)
        weight = kernels.reshape(*ready.shape[:2], *kernels.shape[1:])
        fewer = f"Of each filter, the first {len(x)} of {len(picture)} kernels."
        said = "" if len(x) == len(picture) else fewer
    OWN_FILTERS.start_from(_kernels(weight))
    words = f"{said} {cut}".strip()
    return Bank(x, weight, names, stride, padding, chosen == OWN, whose == OWN, words)


def _kernels(weight: Array) -> Array:
    """(F·C, kh, kw): the kernels of all filters, one after the other."""
    return weight.reshape(-1, *weight.shape[2:])


def show_input(bank: Bank) -> None:
    """The input as a picture."""
    title = filters.shape("input" if bank.own_input else "picture", bank.x)
    tiles = Tiles(title, bank.x[None], kind="rgb", limit=1.0)
    if bank.own_input:
        tiles = Tiles(title, bank.x, kind=samples.own(bank.x).kind, captions=_channels(bank))
    tile_grid(
        "ch_picture",
        [tiles],
        side=84 if bank.own_input else 190,
        legend=bank.own_input,
        projector=lesson.projector(),
    )


def show_weights(bank: Bank) -> None:
    """A row of kernels for each channel of the input, one for each filter."""
    count, _, kh, kw = bank.weight.shape
    names = _channels(bank) if bank.own_input else filters.COLOURS
    top = float(abs(bank.weight).max())
    rows = [
        Tiles(f"{name}: {count} × {kh} × {kw}", bank.weight[:, c], kind="weight", limit=top)
        for c, name in enumerate(f"weights for {name}" for name in names)
    ]
    tile_grid("ch_weights", rows, side=36 if count < 7 else 28, projector=lesson.projector())


def show_maps(bank: Bank) -> None:
    """The feature maps, one for each filter."""
    title = filters.shape("feature maps", bank.maps)
    tile_grid(
        "ch_bank",
        [Tiles(title, bank.maps, captions=bank.names)],
        side=114,
        projector=lesson.projector(),
    )


def show_own(bank: Bank) -> None:
    """Where the student types and pastes, and the maps as numbers where they can be read."""
    if bank.own_input:
        OWN_INPUT.show(bank.x)
    if bank.own_filters:
        OWN_FILTERS.show(_kernels(bank.weight), each=bank.weight.shape[1])
    if bank.said:
        lesson.text(bank.said)
    if bank.own_input:
        matrix_field(
            "ch_numbers",
            bank.maps,
            title="Feature maps",
            most=bank.maps.shape,
            kind="activation",
            editable=False,
            each=1,
            projector=lesson.projector(),
        )


def _channels(bank: Bank) -> list[str]:
    return [f"channel {c}" for c in range(len(bank.x))]
