"""The table of a network that is there already, however it was made.

What :func:`cnn.nets.spec.build` does the other way round: each setting is read off the attribute of
its name, so that the table makes the same network again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cnn.layers.activations import ACTIVATIONS
from cnn.layers.layer import Layer
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.more_activations import MORE_ACTIVATIONS
from cnn.nets.container import Container
from cnn.nets.kinds import IN_WINDOW, KINDS, Kind
from cnn.nets.network import Branches, Residual, Sequential
from cnn.nets.spec import DEEPEST, Block, Spec, deeper


def spec_of(net: Container) -> Spec:
    """The spec of a network; :func:`cnn.nets.spec.build` makes the same one from it.

    Every name and number is written out, so that no input shape is needed.

    Raises:
        ValueError: it has a layer of no known kind, or is no Sequential.
    """
    if not isinstance(net, Sequential):
        raise ValueError(f"net: got a {type(net).__name__}, need a Sequential")
    if deeper(net, _layers_inside, DEEPEST):
        raise ValueError(f"net: got networks nested too deeply, need {DEEPEST} at most")
    return [{**_block(layer), "name": name} for name, layer in net.children()]


def _block(layer: Layer) -> Block:
    if isinstance(layer, Residual):
        body = spec_of(_as_sequence(layer.body))
        shortcut = None if layer.shortcut is None else spec_of(_as_sequence(layer.shortcut))
        activation = _activation(layer.activation)
        return {
            "kind": "residual", "body": body, "shortcut": shortcut, "activation": activation
        }  # fmt: skip
    if isinstance(layer, Branches):
        bodies = [spec_of(_as_sequence(body)) for body in layer]
        return {"kind": "branches", "bodies": bodies, "names": list(layer.layers)}
    if isinstance(layer, Sequential):
        return {"kind": "sequence", "layers": spec_of(layer)}
    for name, kind in KINDS.items():
        if type(layer) is kind.layer:
            return {"kind": name, **_settings(layer, kind)}
    raise ValueError(
        f"layer: got a {type(layer).__name__}, need one of a kind in cnn.nets.kinds.KINDS"
    )


def _as_sequence(layer: Layer) -> Sequential:
    if not isinstance(layer, Sequential):
        raise ValueError(
            f"body: got a {type(layer).__name__}, need a Sequential to write a network as a table"
        )
    return layer


def _activation(layer: Layer | None) -> str | Block | None:
    """The activation of a residual block: its kind alone where that says everything."""
    if layer is None:
        return None
    block = _block(layer)
    plain = type(layer) in {**ACTIVATIONS, **MORE_ACTIVATIONS}.values() and block == _block(
        type(layer)()
    )
    return str(block["kind"]) if plain else block


def _settings(layer: Layer, kind: Kind) -> dict[str, Any]:
    """The arguments that make ``layer`` again, read off its attributes."""
    # A transposed convolution's own geometry is its step; its window is that of the way back.
    window = getattr(layer, "step", None) or getattr(layer, "window", None)

    def read(name: str) -> Any:
        if name == "bias":
            return "bias" in layer.params
        if name in IN_WINDOW and window is not None:
            return getattr(window, IN_WINDOW[name])
        return getattr(layer, name)

    settings = {name: _plainly(read(name)) for name in kind.settings}
    if isinstance(layer, LayerNorm):  # (4, 4) is two axes, not one number for both
        settings["normalized_shape"] = list(layer.normalized_shape)
    return settings


def _plainly(value: Any) -> Any:
    """Tuples as lists and NumPy's numbers as Python's, as JSON has them; equal sides as one."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple | list):
        if value and all(isinstance(v, int) and v == value[0] for v in value) and len(value) > 1:
            return value[0]
        return [_plainly_nested(v) for v in value]
    return value


def _plainly_nested(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _layers_inside(layer: Layer) -> list[Layer]:
    return [inner for _, inner in layer.children()]
