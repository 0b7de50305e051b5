"""The words the tables are written in: each makes one block, or a few, of a network's spec.

A spec is a list of plain dicts (see :mod:`cnn.nets.spec`); these functions only save typing.
"""

from __future__ import annotations

from typing import Any

from cnn.nets.spec import Block, Spec
from cnn.settings import PairLike


def named(name: str, block: Block) -> Block:
    """The same block under a name of its own."""
    return {**block, "name": name}


def conv(out_channels: int, kernel_size: PairLike, **options: Any) -> Block:
    """A convolution; ``options`` are those of Conv2d: stride, padding, groups, bias."""
    return {"kind": "conv", "out_channels": out_channels, "kernel_size": kernel_size, **options}


def conv_relu(name: str, out_channels: int, kernel_size: PairLike, **options: Any) -> Spec:
    """conv<name>, relu<name>.

    Args:
        name: Ends both names.
        out_channels: Filters.
        kernel_size: One number or (rows, columns).
        **options: As in :func:`conv`.
    """
    return [
        named(f"conv{name}", conv(out_channels, kernel_size, **options)),
        named(f"relu{name}", {"kind": "relu"}),
    ]


def conv_norm(
    out_channels: int,
    kernel_size: PairLike,
    *,
    eps: float = 1e-5,
    relu: bool = True,
    **options: Any,
) -> Spec:
    """A convolution without bias, batch norm (whose shift is the bias), and a ReLU if asked.

    Args:
        out_channels: Filters.
        kernel_size: One number or (rows, columns).
        eps: Of the batch norm.
        relu: Whether a ReLU follows.
        **options: As in :func:`conv`.
    """
    rows: Spec = [
        conv(out_channels, kernel_size, bias=False, **options),
        {"kind": "batch_norm", "eps": eps},
    ]
    return [*rows, {"kind": "relu"}] if relu else rows


def linear(name: str, out_features: int) -> Block:
    """A dense layer."""
    return {"kind": "linear", "out_features": out_features, "name": name}


def max_pool(name: str, kernel_size: int, stride: int, **options: Any) -> Block:
    """A max pool.

    Args:
        name: Its own.
        kernel_size: Side of the window.
        stride: From window to window.
        **options: Those of MaxPool2d: padding, dilation, ceil_mode.
    """
    size = {"kernel_size": kernel_size, "stride": stride}
    return {"kind": "max_pool", **size, **options, "name": name}


def dropout(p: float) -> Block:
    """Dropout with probability ``p`` of a zero."""
    return {"kind": "dropout", "p": p}


def branches(*bodies: Spec, name: str | None = None) -> Block:
    """Bodies side by side on the same input, their outputs stacked over channels."""
    block: Block = {"kind": "branches", "bodies": list(bodies)}
    return block if name is None else named(name, block)


def residual(
    name: str, body: Spec, shortcut: Spec | None, activation: str | None = "relu"
) -> Block:
    """activation(body(x) + shortcut(x)).

    Args:
        name: Its own.
        body: What is added to x.
        shortcut: What x passes; None for x itself.
        activation: After the sum, or None.
    """
    return {
        "kind": "residual",
        "body": body,
        "shortcut": shortcut,
        "activation": activation,
        "name": name,
    }
