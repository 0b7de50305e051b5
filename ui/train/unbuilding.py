"""The builder's blocks of a network that is there already, wherever it comes from.

The reading may guess: what it finds counts only if it builds the same network, setting by setting.
"""

from __future__ import annotations

from typing import Any

from cnn.arrays import Shape
from cnn.nets.network import Sequential
from cnn.nets.spec import Block, Spec, build
from cnn.nets.table import spec_of
from ui import networks, residual

#: Layers that the builder puts in by itself.
BY_ITSELF = "flatten"


def unbuilt(spec: Spec, input_shape: Shape, classes: int) -> tuple[str, Spec]:
    """(head, blocks) of a network as the builder has them.

    Args:
        spec: The network.
        input_shape: Of one sample, (C, H, W).
        classes: That it tells apart.

    Raises:
        ValueError: it cannot be built there: one sentence says why.
    """
    wanted = spec_of(build(spec, input_shape, init="zeros"))
    layers = [_short(block) for block in wanted if block["kind"] != BY_ITSELF]
    for head in ("single", "sigmoid", "conv", "dense"):
        tail = networks.head_blocks(head, classes)
        short = [block for block in tail if block["kind"] != BY_ITSELF]
        if layers[-len(short) :] == short:
            break
    else:
        raise ValueError("Its network ends otherwise than those of this page.")
    try:
        _, blocks = networks.checked(("lenet", layers[: -len(short)]))
        same = nameless(spec_of(built(blocks, head, input_shape, classes))) == nameless(wanted)
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise ValueError("Its network has blocks or numbers that there are not here.")
    return head, blocks


def whole(blocks: Spec, head: str, input_shape: Shape, classes: int) -> Spec:
    """The builder's blocks and the end, as they are built."""
    return [*residual.expanded(blocks, input_shape), *networks.head_blocks(head, classes)]


def built(blocks: Spec, head: str, input_shape: Shape, classes: int) -> Sequential:
    """The network of the builder's blocks, its weights still zeros."""
    return build(whole(blocks, head, input_shape, classes), input_shape, init="zeros")


def nameless(spec: Any) -> Any:
    """A table without the names of its layers, which compute nothing."""
    if isinstance(spec, dict):
        return {key: nameless(value) for key, value in spec.items() if key != "name"}
    return [nameless(block) for block in spec] if isinstance(spec, list) else spec


def _short(block: Block) -> Block:
    """A block with the settings that the builder has, and no others."""
    kind = block["kind"]
    if kind == residual.KIND:
        return residual.flat(block)
    settings = networks.SETTINGS.get(kind, ())
    return {"kind": kind, **{s.name: block.get(s.name) for s in settings}}
