"""What the exported programs have in common: how a table's settings are written as text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from cnn.nets.container import Container
from cnn.nets.kinds import KINDS, NESTED
from cnn.nets.spec import Block, Spec

#: From a block and its path in the network to its line; a ValueError if there is none.
Writer = Callable[[Block, str], str]


def refuse(path: str, why: str) -> ValueError:
    """The error for a block that no program can hold."""
    return ValueError(f"net: cannot write {path} as a program ({why})")


def number(value: Any) -> str:
    """A setting as Python reads it back."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def quoted(name: str) -> str:
    """A name as a string of the program, whatever is in it; a ValueError for what is no string."""
    if not isinstance(name, str):
        raise ValueError(f"weights: got {name!r}, need the name of a file")
    return json.dumps(name, ensure_ascii=False)


def pair(value: Any) -> tuple[int, int]:
    """(rows, columns) of a setting of a table."""
    return (value[0], value[1]) if isinstance(value, list | tuple) else (value, value)


def sides(value: Any) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of any padding that a table holds."""
    if isinstance(value, list | tuple) and len(value) == 4:
        return value[0], value[1], value[2], value[3]
    rows, columns = pair(value)
    return rows, rows, columns, columns


def uneven(block: Block) -> bool:
    """A padding that PyTorch's layers have no argument for."""
    top, bottom, left, right = sides(block["padding"])
    return top != bottom or left != right


def blocks_inside(block: Block) -> list[tuple[str, Spec]]:
    """Names and tables of what is inside a block; none for a plain one."""
    kind = block["kind"]
    if kind == "sequence":
        return [("", block["layers"])]
    if kind == "branches":
        return list(zip(block["names"], block["bodies"], strict=True))
    if kind != "residual":
        return []
    inside = [("body", block["body"])]
    return inside if block["shortcut"] is None else [*inside, ("shortcut", block["shortcut"])]


def activation_of(block: Block) -> Block | None:
    """A residual block's activation as a block."""
    activation: str | Block | None = block["activation"]
    if not isinstance(activation, str):
        return activation
    kind = KINDS[activation]
    settings = {name: kind.arguments[name].default for name in kind.settings}
    return {"kind": activation, **settings}


def starts_with_maps(net: Container, spec: Spec) -> bool:
    """Whether the input is (N, C, H, W), not (N, F)."""
    if net.input_shape is not None:
        return len(net.input_shape) == 3
    decisive = (block["kind"] for block in _plain(spec))
    for kind in decisive:
        if kind == "flatten" or KINDS[kind].maps:
            return True
        if kind in ("linear", "radial_basis"):
            return False
    return True


def _plain(spec: Spec) -> Iterator[Block]:
    """All blocks with none inside, in order."""
    for block in spec:
        if block["kind"] not in NESTED:
            yield block
        for _, inner in blocks_inside(block):
            yield from _plain(inner)
