"""Networks: layers one after another, added, or side by side.

A network is a layer whose children are layers. Every layer has a name, given or counted by kind
(conv1, relu1, pool1, conv2, …), and a path of names leads to one deep inside:
``net["conv3_1.body.bn2"]``. :mod:`cnn.nets.spec` makes networks from plain tables,
:mod:`cnn.nets.storage` keeps them in files.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.layer import Layer, a_layer
from cnn.layers.more_activations import MORE_ACTIVATIONS
from cnn.nets.container import Container, Fields, Row, row_of, sees, stack_of
from cnn.settings import choice
from cnn.window.receptive_field import Branching, Step, receptive_field

__all__ = ["Branches", "Container", "Residual", "Row", "Sequential", "stack_of"]

#: What a layer is called if it is given no name; a number follows.
SHORT_NAMES = {
    "Conv2d": "conv",
    "ConvTranspose2d": "upconv",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "SumPool2d": "pool",
    "GlobalAvgPool2d": "pool",
    "AdaptiveAvgPool2d": "pool",
    "GlobalMaxPool2d": "pool",
    "AdaptiveMaxPool2d": "pool",
    "GroupNorm": "gn",
    "LayerNorm": "ln",
    "InstanceNorm2d": "inorm",
    "BatchNorm2d": "bn",
    "LocalResponseNorm": "lrn",
    "Dropout": "drop",
    "Flatten": "flatten",
    "Linear": "fc",
    "LeakyReLU": "lrelu",
    "Sequential": "block",
    "Residual": "res",
    "Branches": "branches",
}


class Sequential(Container):
    """Layers one after another.

    Args:
        *layers: Layers, or (name, layer) pairs. A layer without a name is called by its kind and
            counted: conv1, relu1, pool1, conv2, … With no layers at all, y is x.

    Raises:
        ValueError: a name is used twice, or has a dot in it.
    """

    def __init__(self, *layers: Layer | tuple[str, Layer]) -> None:
        super().__init__(_named(layers))

    def forward(self, x: Array) -> Array:
        """Through every layer in turn; a ValueError says in which it arose."""
        x = numbers(x, "x")
        self.input_shape = x.shape[:-1]
        self.x = x
        for name, layer in self.layers.items():
            try:
                x = layer.forward(x)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        self.y = x
        return x

    def backward(self, dy: Array, need_dx: bool = False) -> Array | None:
        """Through every layer, last one first.

        A training step has no use for d loss / d input: unless ``need_dx``, it is not computed,
        and layers before the first with parameters are left alone.
        """
        dy = self.upstream(dy)
        self.dy = dy
        layers = list(self.layers.values())
        first = 0 if need_dx else _first_trained(layers)
        for i in reversed(range(first, len(layers))):
            if need_dx or i > first:
                dy = layers[i].input_gradient(dy)
            else:
                layers[i].backward(dy, need_dx=False)
        self.dx = dy if need_dx else None
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """Shape after the last layer; a ValueError says in which ``shape`` does not fit."""
        for name, layer in self.layers.items():
            try:
                shape = layer.output_shape(shape)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return shape

    def receptive_stack(self, shape: Shape) -> list[Step]:
        """Those of every layer in turn."""
        stack: list[Step] = []
        for layer in self:
            stack += stack_of(layer, shape)
            shape = layer.output_shape(shape)
        return stack

    def rows(
        self, prefix: str, shape: Shape, fields: Fields | None, whole: tuple[int, ...]
    ) -> tuple[list[Row], Shape, Fields | None]:
        """Those of every layer in turn; arguments and errors as :meth:`Container.rows`."""
        rows: list[Row] = []
        for name, layer in self.layers.items():
            try:
                if isinstance(layer, Container):
                    inner, shape, fields = layer.rows(f"{prefix}{name}.", shape, fields, whole)
                    rows += inner
                else:
                    row, shape, fields = row_of(prefix + name, layer, shape, fields, whole)
                    rows.append(row)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return rows, shape, fields


def _named(layers: tuple[Layer | tuple[str, Layer], ...]) -> dict[str, Layer]:
    counts: Counter[str] = Counter()
    named: dict[str, Layer] = {}
    for entry in layers:
        if isinstance(entry, tuple) and len(entry) == 2:
            name, layer = entry
        else:
            kind = type(entry).__name__
            short = SHORT_NAMES.get(kind, kind.lower())
            counts[short] += 1
            name, layer = f"{short}{counts[short]}", entry
        a_layer(layer, "layers")
        if not _is_name(name) or name in named:
            taken = ", ".join(named) or "none"
            raise ValueError(
                f"name: got {name!r}, need one without dots, not among {taken}, in "
                f"letters that print"
            )
        named[name] = layer
    return named


def _is_name(name: object) -> bool:
    """Whether a path, a file and a program can hold it."""
    return isinstance(name, str) and name.isprintable() and "." not in name and name != ""


def _first_trained(layers: list[Layer]) -> int:
    """Place of the first layer with parameters, inside or of its own."""
    for i, layer in enumerate(layers):
        if layer.parameters():
            return i
    return len(layers)


class Parallel(Container):
    """Base of layers whose children all read the same x and whose outputs are joined."""

    def receptive_stack(self, shape: Shape) -> list[Step]:
        """One branching."""
        return [Branching(tuple(stack_of(body, shape) for body in self._bodies().values()))]

    def _bodies(self) -> dict[str, Layer]:
        raise NotImplementedError

    def rows(
        self, prefix: str, shape: Shape, fields: Fields | None, whole: tuple[int, ...]
    ) -> tuple[list[Row], Shape, Fields | None]:
        """Those of every body, and one for what joins them; see :meth:`Container.rows`."""
        rows: list[Row] = []
        for name, body in self._bodies().items():
            if isinstance(body, Container):
                rows += body.rows(f"{prefix}{name}.", shape, fields, whole)[0]
            else:
                rows.append(row_of(prefix + name, body, shape, fields, whole)[0])
        after = self.output_shape(shape)
        if len(after) < 3:
            fields = None
        elif fields is not None:
            fields = receptive_field(self.receptive_stack(shape), fields)
        kind = type(self).__name__
        rows.append(Row(prefix[:-1], kind, after, 0, 0, *sees(fields, whole)))
        return rows, after, fields


class Residual(Parallel):
    """activation(body(x) + shortcut(x)): the body only learns what to add to x.

    He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016).

    Args:
        body: Any layer.
        shortcut: x itself if not given; a 1×1 convolution where the body changes the shape.
        activation: After the sum: a name in :data:`cnn.layers.activations.ACTIVATIONS`, a layer,
            or none.

    Raises:
        ValueError: one of them is no layer, or the activation is not known.
    """

    passing = (*Parallel.passing, "sum")

    def __init__(
        self,
        body: Layer,
        shortcut: Layer | None = None,
        activation: str | Layer | None = None,
    ) -> None:
        if isinstance(activation, str):
            kinds = {**ACTIVATIONS, **MORE_ACTIVATIONS}
            activation = kinds[choice(activation, "activation", kinds, "or a layer or None")]()
        given = {"body": body, "shortcut": shortcut, "activation": activation}
        layers = {
            name: a_layer(layer, name)
            for name, layer in given.items()
            if layer is not None or name == "body"
        }
        super().__init__(layers)
        #: What the activation sees: body(x) + shortcut(x).
        self.sum: Array | None = None

    @property
    def body(self) -> Layer:
        """What is learned: the term that is added to x."""
        return self.layers["body"]

    @property
    def shortcut(self) -> Layer | None:
        """What x passes on its way to the sum, if anything."""
        return self.layers.get("shortcut")

    @property
    def activation(self) -> Layer | None:
        """What the sum passes, if anything."""
        return self.layers.get("activation")

    def forward(self, x: Array) -> Array:
        """(…, N): the sum and its activation, shaped as what the body gives.

        Raises:
            ValueError: x does not fit, or body and shortcut give different shapes.
        """
        x = numbers(x, "x")
        self.x = x
        added = self.body.forward(x)
        kept = x if self.shortcut is None else self.shortcut.forward(x)
        if added.shape != kept.shape:
            raise ValueError(_unlike(kept.shape[:-1], added.shape[:-1]))
        self.sum = added + kept
        self.y = self.sum if self.activation is None else self.activation.forward(self.sum)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x. With s = body(x) + shortcut(x), both terms get the gradient of their sum:

        dL/dx = body′(x)ᵀ · dL/ds + shortcut′(x)ᵀ · dL/ds

        and where the shortcut is x itself, dL/ds goes back as it is, past all of the body's layers.
        """
        dy = self.upstream(dy)
        self.dy, self.dx = dy, None
        dsum = dy if self.activation is None else self.activation.input_gradient(dy)
        if need_dx:
            kept = dsum if self.shortcut is None else self.shortcut.input_gradient(dsum)
            self.dx = self.body.input_gradient(dsum) + kept
        else:
            for term in (self.body, self.shortcut):
                if term is not None:
                    term.backward(dsum, need_dx=False)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """The body's; a ValueError if the shortcut's is another."""
        added = self.body.output_shape(shape)
        kept = shape if self.shortcut is None else self.shortcut.output_shape(shape)
        if added != kept:
            raise ValueError(_unlike(kept, added))
        return added

    def _bodies(self) -> dict[str, Layer]:
        return {"body": self.body, "shortcut": self.shortcut or Sequential()}


def _unlike(kept: Shape, added: Shape) -> str:
    return (
        f"shortcut: got {kept} to add to the body's {added}, need the same shape; a 1×1 "
        f"convolution with the body's channels and stride makes it"
    )


class Branches(Parallel):
    """Bodies side by side on the same x, their outputs stacked over channels.

    Szegedy et al., "Going deeper with convolutions" (2015).

    Args:
        *bodies: Layers, or (name, layer) pairs; without a name branch1, branch2, …

    Raises:
        ValueError: there are none, or a name is used twice.
    """

    def __init__(self, *bodies: Layer | tuple[str, Layer]) -> None:
        if not bodies:
            raise ValueError("bodies: got none, need one or more")
        named = [
            body if isinstance(body, tuple) else (f"branch{i}", body)
            for i, body in enumerate(bodies, start=1)
        ]
        super().__init__(_named(tuple(named)))

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (ΣO, OH, OW, N): the outputs of all bodies, stacked.

        Raises:
            ValueError: x does not fit, or the bodies' heights and widths differ.
        """
        x = numbers(x, "x")
        self.x = x
        outputs = [body.forward(x) for body in self]
        self._check([y.shape[:-1] for y in outputs])
        self.y = np.concatenate(outputs)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x: every body gets its channels' gradient; what comes back is added."""
        dy = self.upstream(dy)
        self.dy, self.dx = dy, None
        begin = 0
        for body in self:
            _, y = body.passed()  # (O, OH, OW, N)
            end = begin + len(y)
            gradient = body.backward(dy[begin:end], need_dx)
            begin = end
            if gradient is not None:
                self.dx = gradient if self.dx is None else self.dx + gradient
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """Channels add up; a ValueError if height and width do not agree."""
        shapes = [body.output_shape(shape) for body in self]
        self._check(shapes)
        return sum(s[0] for s in shapes), *shapes[0][1:]

    def _bodies(self) -> dict[str, Layer]:
        return self.layers

    def _check(self, shapes: list[Shape]) -> None:
        if len({shape[1:] for shape in shapes}) != 1:
            given = ", ".join(f"{name} {s}" for name, s in zip(self.layers, shapes, strict=True))
            raise ValueError(f"bodies: got {given}, need the same height and width in each")
