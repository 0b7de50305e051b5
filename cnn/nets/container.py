"""What all networks share: named layers inside, their arrays by path, and a summary.

:mod:`cnn.nets.network` has the networks themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.window.receptive_field import Branching, Field, Step, receptive_field

Fields = tuple[Field, Field]


@dataclass(frozen=True)
class Row:
    """One line of a summary.

    Attributes:
        name: Path of the layer; a Residual or Branches has a line too, for its sum or stack.
        kind: Its class, e.g. "Conv2d".
        output_shape: Of one sample, (C, H, W) or (F,).
        parameters: Trainable numbers of its own; the column adds up to the network's.
        multiply_adds: For one sample, of its own.
        receptive_field: Rows and columns that one unit sees, padding included. Units after a
            Flatten see the whole input.
        jump: Rows and columns of the input from one unit to the next; None if a unit sees all.
    """

    name: str
    kind: str
    output_shape: Shape
    parameters: int
    multiply_adds: int
    receptive_field: tuple[int, ...]
    jump: tuple[int | Fraction, int | Fraction] | None


class Container(Layer):
    """Base of layers made of named layers.

    Arrays of the layers inside go by the path of the layer and their own name:
    ``"conv1.weight"``, ``"conv2_1.body.bn1.running_mean"``.
    """

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        super().__init__()
        self.layers = dict(layers)
        #: Shape of one sample, once known: from the spec or from the first forward pass.
        self.input_shape: Shape | None = None

    def children(self) -> Iterator[tuple[str, Layer]]:
        """Name and layer of each layer directly inside."""
        return iter(self.layers.items())

    def __getitem__(self, name: str | int) -> Layer:
        """The layer of that name, path or place."""
        if isinstance(name, int):
            return list(self.layers.values())[name]
        first, _, rest = name.partition(".")
        if first not in self.layers:
            raise KeyError(f"no layer {first!r}; there are {', '.join(self.layers)}")
        layer = self.layers[first]
        if not rest:
            return layer
        if not isinstance(layer, Container):
            raise KeyError(f"{first!r} has no layers inside; got {name!r}")
        return layer[rest]

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers.values())

    def __call__(self, x: Array) -> Array:
        """(N, C, H, W) or (N, F) in, (N, K) or (N, C, H, W) out, in the parameters' dtype."""
        x = numbers(x, "x")
        dtype = next((array.dtype for array in self.parameters().values()), x.dtype)
        return super().__call__(x.astype(dtype, copy=False))

    def upstream(self, dy: Array) -> Array:
        """As a layer's; before any forward pass it is for the layers inside to say so."""
        return numbers(dy, "dy") if self.y is None else super().upstream(dy)

    def named_layers(self, containers: bool = False) -> Iterator[tuple[str, Layer]]:
        """Path and layer of every layer that has none inside, in the order of the data.

        With ``containers`` also the others, each before what is inside.
        """
        for name, layer in self.layers.items():
            if not isinstance(layer, Container):
                yield name, layer
                continue
            if containers:
                yield name, layer
            for path, inner in layer.named_layers(containers):
                yield f"{name}.{path}", inner

    def parameters(self) -> dict[str, Array]:
        """The trainable arrays themselves, by path."""
        return _by_path((path, layer.params) for path, layer in self.named_layers())

    def gradients(self) -> dict[str, Array]:
        """d loss / d parameter by path, shaped alike, as the last backward pass left it."""
        return _by_path((path, layer.grads) for path, layer in self.named_layers())

    def buffers(self) -> dict[str, Array]:
        """Arrays that are kept but not trained, by path."""
        return _by_path((path, layer.bufs) for path, layer in self.named_layers())

    def train(self, mode: bool = True) -> None:
        """Switch the whole network to training: dropout drops, batch norm uses the batch."""
        self.training = mode
        for _, layer in self.named_layers(containers=True):
            layer.training = mode

    def eval(self) -> None:
        """Switch the whole network to evaluation."""
        self.train(False)

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters and buffers, by path."""
        arrays = {**self.parameters(), **self.buffers()}
        return {path: array.copy() for path, array in arrays.items()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Copy the values of ``state`` into the network's own arrays.

        Raises:
            ValueError: a name is missing or unknown, or a shape differs. Nothing is changed then.
        """
        own = {**self.parameters(), **self.buffers()}
        missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
        if missing or unknown:
            raise ValueError(
                f"state: lacks {', '.join(missing) or 'nothing'}; "
                f"has no place for {', '.join(unknown) or 'nothing'}"
            )
        for path, array in own.items():
            if np.shape(state[path]) != array.shape:
                raise ValueError(
                    f"state: got shape {np.shape(state[path])} for {path}, need {array.shape}"
                )
        for path, array in own.items():
            array[...] = state[path]

    def rng_state(self) -> dict[str, Any]:
        """Where the generators of the dropout layers are, by path: plain dicts."""
        return {path: layer.generator_state() for path, layer in self._random_layers().items()}

    def load_rng_state(self, state: Mapping[str, Any]) -> None:
        """Take the generators back to a :meth:`rng_state`.

        Raises:
            ValueError: it is that of a network with other dropout layers.
        """
        layers = self._random_layers()
        if layers.keys() != state.keys():
            raise ValueError(f"state: got generators {list(state)}, need {list(layers)}")
        for path, layer in layers.items():
            layer.set_generator_state(state[path])

    def _random_layers(self) -> dict[str, Dropout]:
        return {path: layer for path, layer in self.named_layers() if isinstance(layer, Dropout)}

    def count_parameters(self) -> int:
        """Trainable numbers."""
        return sum(array.size for array in self.parameters().values())

    def multiply_adds(self, shape: Shape) -> int:
        """For one sample of ``shape``, all layers together; raises as :meth:`summary`."""
        return sum(row.multiply_adds for row in self.summary(shape))

    def summary(self, input_shape: Shape | None = None) -> list[Row]:
        """One row for every layer, in the order of the data.

        Args:
            input_shape: Of one sample, (C, H, W) or (F,); where it is known it may be left out.

        Raises:
            ValueError: the shape is not known, or does not fit; the message names the layer.
        """
        shape = input_shape or self.input_shape
        if shape is None:
            raise ValueError("input_shape: got None, need (C, H, W) or (F,) of one sample")
        begin = (Field(), Field()) if len(shape) == 3 else None
        return self.rows("", shape, begin, shape[1:] or shape)[0]

    def rows(
        self, prefix: str, shape: Shape, fields: Fields | None, whole: tuple[int, ...]
    ) -> tuple[list[Row], Shape, Fields | None]:
        """Rows of what is inside, and shape and fields (None: all of the input) after it.

        Args:
            prefix: What the paths inside begin with, "" or "block1.".
            shape: Of one sample before the container.
            fields: What a unit sees there of the input, down and across.
            whole: Rows and columns of the input, or its features.

        Raises:
            ValueError: ``shape`` does not fit; the message names the layer.
        """
        raise NotImplementedError

    def receptive_stack(self, shape: Shape) -> list[Step]:
        """The windows and branchings that an input of ``shape`` meets.

        :mod:`cnn.window.receptive_field` works out from them what a unit sees.
        """
        raise NotImplementedError

    def receptive_step(self, shape: Shape) -> Step | None:
        """The whole stack as one step."""
        return Branching((tuple(self.receptive_stack(shape)),))


def a_network(value: Any) -> Container:
    """``value`` if it is a network; a ValueError otherwise."""
    if not isinstance(value, Container):
        raise ValueError(f"net: got {type(value).__name__}, need a network")
    return value


def _by_path(named: Iterable[tuple[str, dict[str, Array]]]) -> dict[str, Array]:
    return {f"{path}.{name}": array for path, arrays in named for name, array in arrays.items()}


def stack_of(layer: Layer, shape: Shape) -> list[Step]:
    """The windows of any layer; none where each cell is worked on alone, or there are no cells."""
    if isinstance(layer, Container):
        return layer.receptive_stack(shape)
    step = layer.receptive_step(shape) if len(shape) == 3 else None
    return [] if step is None else [step]


def row_of(
    path: str, layer: Layer, shape: Shape, fields: Fields | None, whole: tuple[int, ...]
) -> tuple[Row, Shape, Fields | None]:
    """The row of one plain layer; shape and fields after it.

    Args:
        path: Of the layer.
        layer: Without layers inside.
        shape: As in :meth:`Container.rows`, which also says what it raises.
        fields: Likewise.
        whole: Likewise.
    """
    after = layer.output_shape(shape)
    if len(after) < 3:
        fields = None  # flattened: from here on a unit sees everything
    elif fields is not None:
        fields = receptive_field(stack_of(layer, shape), fields)
    parameters = sum(array.size for array in layer.params.values())
    kind = type(layer).__name__
    adds = layer.multiply_adds(shape)
    return Row(path, kind, after, parameters, adds, *sees(fields, whole)), after, fields


def sees(
    fields: Fields | None, whole: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int | Fraction, int | Fraction] | None]:
    """Receptive field and jump, as a row shows them."""
    if fields is None:
        return whole, None
    return (fields[0].size, fields[1].size), (fields[0].jump, fields[1].jump)
