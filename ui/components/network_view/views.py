"""What the network view is told about one forward pass: layers, a selection, one unit's weights.

Plain values, so that the component knows nothing of how a network is built and `cnn` knows nothing
of a browser. :mod:`ui.network_panels` makes them from a network of `cnn`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cnn.arrays import Pair

#: "all": every unit hears every map or unit of its source; "same": map i hears map i only;
#: "none": nothing feeds it (the input).
Connection = Literal["all", "same", "none"]
Level = Literal["network", "layer", "map", "cell"]


@dataclass(frozen=True)
class Selection:
    """How far the student has zoomed in: network → layer → map → cell.

    Attributes:
        layer: Name of the open layer, or None for the whole network.
        map: Channel (or unit of a dense layer), from 0.
        row: Row of the cell in that map, from 0; None unless a cell is open.
        col: Its column.
    """

    layer: str | None = None
    map: int | None = None
    row: int | None = None
    col: int | None = None

    @property
    def level(self) -> Level:
        """The deepest level that is open."""
        if self.layer is None:
            return "network"
        if self.map is None:
            return "layer"
        return "map" if self.row is None or self.col is None else "cell"

    def to_text(self) -> str:
        """``""``, ``"conv2"``, ``"conv2.3"`` or ``"conv2.3.4.5"``: the form used in a link."""
        parts = [self.layer, self.map, self.row, self.col]
        return ".".join(str(part) for part in parts if part is not None)

    @classmethod
    def from_text(cls, text: str) -> Selection:
        """The inverse of :meth:`to_text`; anything else is the whole network."""
        name, *numbers = text.split(".")
        if not name or len(numbers) not in (0, 1, 3) or not all(n.isdecimal() for n in numbers):
            return cls()
        return cls(name, *(int(n) for n in numbers))

    @classmethod
    def from_mapping(cls, value: object) -> Selection:
        """From what the browser sent; a missing or broken value is the whole network."""
        if not isinstance(value, Mapping) or not isinstance(value.get("layer"), str):
            return cls()
        numbers = [value.get(key) for key in ("map", "row", "col")]
        whole = [n if isinstance(n, int) and n >= 0 else None for n in numbers]
        if whole[0] is None:
            return cls(value["layer"])
        if whole[1] is None or whole[2] is None:
            return cls(value["layer"], whole[0])
        return cls(value["layer"], *whole)


@dataclass(frozen=True)
class Window:
    """Which cells of the layer's own input one of its cells reads, in (height, width) pairs.

    ``padding`` is what lies before the first row and column.
    """

    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)


@dataclass(frozen=True)
class FieldOnInput:
    """The receptive field of the cells of a map on the network's input, (height, width) pairs.

    Cell (r, c) sees rows ``start[0] + jump[0] * r`` … ``+ size[0] - 1`` and columns likewise;
    the part outside the image is padding.
    """

    jump: Pair
    size: Pair
    start: Pair


@dataclass(frozen=True)
class LayerView:
    """One layer of one forward pass.

    Attributes:
        name: Unique in the network: "conv1".
        kind: "input", "conv", "dense", "pool", "activation", "norm" or "other".
        values: What the layer gave: (C, H, W) maps or (F,) units. Fewer maps than the layer has
            are allowed (the first ones); ``channels`` then tells the true count.
        title: What it is, in a few words: "convolution 5×5".
        source: Name of the layer that feeds it; None for the input.
        connect: How its maps hang on the maps of the source.
        parameters: Count of trained numbers.
        channels: Maps or units of the layer; by default those of ``values``.
        window: What one cell reads from the source's maps; None for dense layers.
        field: Receptive field on the network's input; None where a cell sees everything.
        edges: Strength of each connection (channels, channels of the source), signed if the
            connection is one number, else ≥ 0; only its proportions matter.
        kernels: (O, I/groups, kh, kw), for a convolution whose kernels may be shown at once.
        bias: (O,), with ``kernels``.
        groups: Of the convolution.
        scale: A fixed end of the colour scale; values beyond it widen the scale. By default the
            largest |value| of this pass.
    """

    name: str
    kind: str
    values: np.ndarray
    title: str = ""
    source: str | None = None
    connect: Connection = "none"
    parameters: int = 0
    channels: int | None = None
    window: Window | None = None
    field: FieldOnInput | None = None
    edges: np.ndarray | None = None
    kernels: np.ndarray | None = None
    bias: np.ndarray | None = None
    groups: int = 1
    scale: float | None = None

    def __post_init__(self) -> None:
        if self.values.ndim not in (1, 3):
            raise ValueError(
                f"values of layer {self.name!r} must be (C, H, W) or (F,), "
                f"but have shape {self.values.shape}"
            )


@dataclass(frozen=True)
class Term:
    """One product of a sum: ``value`` × ``weight`` from a cell or a unit of the source."""

    map: int
    row: int
    col: int
    value: float
    weight: float
    product: float


@dataclass(frozen=True)
class UnitWeights:
    """The weights of the selected map or unit, and for a dense unit its whole sum.

    Attributes:
        layer: The layer's name.
        unit: Its map or unit.
        weight: (I, kh, kw) kernels of a convolution's map; (C, H, W) or (F,) of a dense unit,
            arranged like its source.
        bias: Added once.
        product: weight × input of a dense unit, arranged alike; None for a convolution.
        raised: Σ of the products above zero.
        lowered: Σ of the products below zero.
        total: What the forward pass gave for this unit: raised + lowered + bias.
        strongest: The terms with the largest products first.
        weakest: The terms with the most negative products first.
    """

    layer: str
    unit: int
    weight: np.ndarray
    bias: float = 0.0
    product: np.ndarray | None = None
    raised: float = 0.0
    lowered: float = 0.0
    total: float | None = None
    strongest: Sequence[Term] = ()
    weakest: Sequence[Term] = ()
