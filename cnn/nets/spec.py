"""A network as a table: a list of plain dicts, one a block, that any file or link can carry.

::

    lenet = [
        {"kind": "conv", "out_channels": 6, "kernel_size": 5, "padding": 2},
        {"kind": "relu"},
        {"kind": "max_pool", "kernel_size": 2},
        {"kind": "linear", "out_features": 10},
    ]
    net = build(lenet, (1, 28, 28))

A block has a ``kind``, a ``name`` if it wants one of its own, and the arguments of its layer as in
PyTorch. What follows from the block before is worked out: in_channels, in_features, num_features,
and the flatten before the first linear.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnn.arrays import Shape
from cnn.layers import initialisation as initial
from cnn.layers.dense import Flatten
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.nets.container import Container, Row
from cnn.nets.kinds import KINDS, NESTED, Kind
from cnn.nets.network import Branches, Residual, Sequential
from cnn.settings import choice, float_type, generator, real, whole
from cnn.window.padding_asked import resolve_padding

Block = dict[str, Any]
Spec = list[Block]


#: Networks inside networks inside networks: none needs more.
DEEPEST = 50


class SpecError(ValueError):
    """A block that does not fit.

    Attributes:
        block: Its place, from 0; for a nested one that of the outermost block.
        field: The setting that is wrong, if one can be named.
    """

    def __init__(self, block: int, kind: str, cause: Exception) -> None:
        super().__init__(f"block {block + 1} ({kind}): {cause}")
        self.block = block
        first = str(cause).split(":", 1)[0]
        self.field: str | None = first if first.isidentifier() else None
        if isinstance(cause, SpecError):
            self.field = cause.field


@dataclass(frozen=True)
class _Options:
    """What the layers of one build share."""

    rng: np.random.Generator
    dtype: type
    init: str
    most_bytes: float = math.inf  #: that all arrays together may take
    taken: list[int] = field(default_factory=list)  #: by each layer so far

    def take(self, layer: Layer) -> None:
        """Count a layer's arrays; a ValueError if they are too many."""
        own = (*layer.params.values(), *layer.bufs.values())
        self.taken.append(sum(array.nbytes for array in own))
        if self.most_bytes < math.inf and sum(self.taken) > self.most_bytes:
            raise ValueError(f"layer: got more than {self.most_bytes:,} bytes of weights")


def build(
    spec: Sequence[Block],
    input_shape: Shape | None = None,
    *,
    rng: np.random.Generator | int | None = None,
    dtype: type = np.float32,
    init: str = initial.DEFAULT,
    most_bytes: float = math.inf,
) -> Sequential:
    """The network of a spec, in training mode.

    Args:
        spec: The blocks.
        input_shape: Of one sample, (C, H, W) or (F,). If it is not given, the blocks must say
            their in_channels and so on themselves, and nothing is checked.
        rng: Draws the weights, and a seed for each dropout: a generator, a seed, or nothing.
        dtype: Of the parameters.
        init: One of :data:`cnn.layers.initialisation.SCHEMES`; "zeros" takes no time even for
            large networks.
        most_bytes: That all arrays together may take.

    Raises:
        SpecError: (a ValueError) a block does not fit. The message says which, which number is
            wrong and what would fit.
        ValueError: ``spec`` is no list, or ``input_shape`` no shape.
    """
    if not isinstance(spec, list | tuple):
        raise ValueError(f"spec: got {type(spec).__name__}, need a list of blocks")
    if input_shape is not None and (np.ndim(input_shape) != 1 or not len(input_shape)):
        raise ValueError(f"input_shape: got {input_shape!r}, need (C, H, W) or (F,)")
    choice(init, "init", initial.SCHEMES)
    if not real(most_bytes, "most_bytes") >= 0:
        raise ValueError(f"most_bytes: got {most_bytes}, need 0 or more")
    options = _Options(generator(rng, "rng"), float_type(dtype), init, most_bytes)
    shape = None if input_shape is None else tuple(whole(n, "input_shape", 1) for n in input_shape)
    net, _ = _sequence(spec, shape, options)
    net.input_shape = shape
    return net


@dataclass(frozen=True)
class Outline:
    """What a spec comes to, as far as it fits.

    Attributes:
        blocks: For every block that fits, its rows of the summary; most have one.
        error: What is wrong with the first that does not, or None.
    """

    blocks: list[list[Row]]
    error: SpecError | None

    @property
    def rows(self) -> list[Row]:
        """All rows, one after another."""
        return [row for block in self.blocks for row in block]


def outline(spec: Sequence[Block], input_shape: Shape) -> Outline:
    """Shapes, parameters and multiply–adds of a spec, without drawing any weights.

    A spec that does not fit is outlined up to the block in question; nothing is raised then.
    """
    error = None
    fitting = list(spec)
    try:
        net = build(fitting, input_shape, init="zeros")
    except SpecError as wrong:
        error = wrong
        fitting = fitting[: wrong.block]
        net = build(fitting, input_shape, init="zeros")
    by_layer: dict[str, list[Row]] = {name: [] for name in net.layers}
    for row in net.summary(input_shape):
        by_layer[row.name.partition(".")[0]].append(row)
    blocks: list[list[Row]] = []
    waiting: list[Row] = []
    for layer, rows in zip(net, by_layer.values(), strict=True):
        waiting += rows
        own = len(blocks) < len(fitting) and fitting[len(blocks)]
        if own and own.get("kind") == "linear" and isinstance(layer, Flatten):
            continue  # a flatten that was put before a linear belongs to the linear's block
        blocks.append(waiting)
        waiting = []
    return Outline(blocks, error)


def _sequence(
    spec: Sequence[Block], shape: Shape | None, options: _Options
) -> tuple[Sequential, Shape | None]:
    """The layers of a list of blocks, and the shape after them."""
    if not isinstance(spec, list | tuple):
        raise ValueError(f"layers: got {spec!r}, need a list of blocks")
    layers: list[Layer | tuple[str, Layer]] = []
    names: set[str] = set()
    for i, block in enumerate(spec):
        kind = str(block.get("kind")) if isinstance(block, dict) else "?"
        try:
            if deeper(block, _inside, 3 * DEEPEST):  # a block in a list in a list is one network
                raise ValueError(f"kind: got blocks nested too deeply, need {DEEPEST} at most")
            if not isinstance(block, dict):
                raise ValueError(f"kind: got {block!r}, need a dict with a kind")
            if kind == "linear" and shape is not None and len(shape) == 3:
                flatten = Flatten()
                shape = flatten.output_shape(shape)
                layers.append(flatten)
            layer = _layer(block, shape, options)
            shape = None if shape is None else layer.output_shape(shape)
            name = block.get("name")
            if name is not None and (name in names or "." in name or not name):
                raise ValueError(f"name: got {name!r}, need one without dots that is not taken")
        except (ValueError, TypeError) as error:
            raise SpecError(i, kind, error) from error
        if name is None:
            layers.append(layer)
        else:
            names.add(name)
            layers.append((name, layer))
    return Sequential(*layers), shape


def _layer(block: Block, shape: Shape | None, options: _Options) -> Layer:
    kind = block.get("kind")
    settings = {key: value for key, value in block.items() if key not in ("kind", "name")}
    if kind in NESTED:
        _check_settings(settings, NESTED[kind], required=NESTED[kind][:1])
        return _nested(kind, settings, shape, options)
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}, need one of {', '.join((*KINDS, *NESTED))}")
    return _plain(KINDS[kind], settings, shape, options)


def _plain(kind: Kind, settings: dict[str, Any], shape: Shape | None, options: _Options) -> Layer:
    if kind.maps and shape is not None and len(shape) != 3:
        raise ValueError(
            f"kind: got {shape[0]} features from the block before, need maps (C, H, W); this "
            f"block belongs before the first flatten or linear"
        )
    if kind.inferred and shape is not None:
        given = settings.get(kind.inferred, shape[0])
        if given != shape[0]:
            raise ValueError(f"{kind.inferred}: got {given}, need {shape[0]} as the block before")
        settings[kind.inferred] = shape[0]
    needed = [n for n in kind.settings if kind.arguments[n].default is inspect.Parameter.empty]
    _check_settings(settings, kind.settings, needed)
    if shape is not None and isinstance(settings.get("padding"), str):
        # "same" with a stride depends on the size, which only the network knows.
        settings["padding"] = resolve_padding(
            settings["padding"],
            settings["kernel_size"],
            settings.get("stride") or 1,
            settings.get("dilation", 1),
            shape[1:],
        )
    given_here = {"rng": options.rng, "dtype": options.dtype, "init": options.init}
    if kind.layer is Dropout:
        given_here["rng"] = np.random.default_rng(options.rng.integers(2**63))
    given_here = {name: value for name, value in given_here.items() if name in kind.arguments}
    layer = kind.layer(**settings, **given_here)
    options.take(layer)
    return layer


def _nested(
    kind: str, settings: dict[str, Any], shape: Shape | None, options: _Options
) -> Container:
    if kind == "sequence":
        return _sequence(settings["layers"], shape, options)[0]
    if kind == "branches":
        bodies = [_sequence(body, shape, options)[0] for body in settings["bodies"]]
        names = settings.get("names")
        if names is None:
            return Branches(*bodies)
        if len(names) != len(bodies):
            raise ValueError(f"names: got {len(names)}, need one for each of {len(bodies)} bodies")
        return Branches(*zip(names, bodies, strict=True))
    shortcut, activation = settings.get("shortcut"), settings.get("activation")
    return Residual(
        _sequence(settings["body"], shape, options)[0],
        None if shortcut is None else _sequence(shortcut, shape, options)[0],
        _layer(activation, None, options) if isinstance(activation, dict) else activation,
    )


def deeper(value: Any, inside: Callable[[Any], Iterable[Any]], most: int) -> bool:
    """Whether something lies more than ``most`` levels inside of ``value``.

    Args:
        value: Dicts and lists, or a network.
        inside: What lies directly inside of a value.
        most: Levels that will do.
    """
    level = [value]
    for _ in range(most + 1):
        level = list({id(inner): inner for outer in level for inner in inside(outer)}.values())
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    """The dicts and lists directly inside a dict or a list."""
    if not isinstance(value, dict | list | tuple):
        return []
    values = value.values() if isinstance(value, dict) else value
    return [v for v in values if isinstance(v, dict | list | tuple)]


def _check_settings(
    settings: dict[str, Any], known: Sequence[str], required: Sequence[str]
) -> None:
    for name in settings:
        if name not in known:
            raise ValueError(f"{name}: no such setting; there are {', '.join(known) or 'none'}")
    for name in required:
        if name not in settings:
            raise ValueError(f"{name}: got nothing, and it has no default")
