"""What a taken-apart output cell looks like: its window, its products, its sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array


@dataclass(frozen=True)
class Contribution:
    """One input's part in a sum.

    Attributes:
        channel: Of the input.
        row: Of the input; outside of it lies padding.
        column: Likewise.
        x: The input's value.
        weight: What it is multiplied by.
        product: What it adds.
    """

    channel: int
    row: int
    column: int
    x: float
    weight: float
    product: float


@dataclass(frozen=True)
class WindowSum:
    """One output cell: ``z = Σ products + bias``, ``y = activation(z)``.

    C counts the input channels that take part, kh × kw the cells of the window. A dense layer's
    window is all of its input, (F, 1, 1) or the maps that were flattened. All arrays are float64.

    Attributes:
        index: The output cell: (channel, row, column) or (unit,).
        channels: (C,) input channels, with groups not all of them.
        rows: (kh,) input rows of the window; those < 0 or ≥ H lie in the padding.
        columns: (kw,) input columns.
        inside: (kh, kw), False where the window lies on padding.
        x: (C, kh, kw) input values, padding's fill included.
        weight: (C, kh, kw).
        products: (C, kh, kw) what each input adds to the sum.
        bias: Added last; 0 if there is none.
        y: The cell's value, after the activation if one was given.
        name: Path of the layer, where it is known.
    """

    index: tuple[int, ...]
    channels: Array
    rows: Array
    columns: Array
    inside: Array
    x: Array
    weight: Array
    products: Array
    bias: float
    y: float
    name: str = ""

    @property
    def channel_sums(self) -> Array:
        """(C,) each channel's partial sum."""
        sums: Array = self.products.sum(axis=(1, 2))
        return sums

    @property
    def z(self) -> float:
        """The sum, before the activation."""
        return float(self.products.sum()) + self.bias

    def strongest(self, count: int = 5) -> tuple[list[Contribution], list[Contribution]]:
        """The inputs that push most: (upwards, downwards), strongest first; none that add 0."""
        parts = self.x, self.weight, self.products
        return strongest(*parts, count, self.channels, self.rows, self.columns)


def strongest(
    x: Array,
    weight: Array,
    products: Array,
    count: int,
    channels: Array | None = None,
    rows: Array | None = None,
    columns: Array | None = None,
) -> tuple[list[Contribution], list[Contribution]]:
    """The largest and the smallest products: (upwards, downwards), strongest first; no zeros.

    Args:
        x: Inputs, (C, H, W) or (F,).
        weight: What each is multiplied by, the same shape.
        products: What each adds, the same shape.
        count: How many of each.
        channels: (C,) numbers of the channels; 0, 1, … if not given.
        rows: (H,) likewise.
        columns: (W,) likewise.
    """
    shape = (*products.shape, 1, 1)[:3]
    places = [
        np.arange(n) if given is None else given
        for n, given in zip(shape, (channels, rows, columns), strict=True)
    ]
    flat = products.ravel()

    def contribution(at: int) -> Contribution:
        cell = np.unravel_index(at, shape)
        place = (int(axis[i]) for axis, i in zip(places, cell, strict=True))
        return Contribution(*place, *(float(part.flat[at]) for part in (x, weight, products)))

    order = np.argsort(flat, kind="stable")
    up = [contribution(at) for at in order[::-1][:count] if flat[at] > 0]
    return up, [contribution(at) for at in order[:count] if flat[at] < 0]
