"""A residual block in the builder: a few numbers for the student, a body and a shortcut for cnn.

In the list of blocks it is flat, like the others: ``{"kind": "residual", "out_channels": 8, …}``.
What :mod:`cnn.nets.spec` builds has layers inside, and whether the shortcut needs a convolution
depends on what comes in.
"""

from __future__ import annotations

from cnn.arrays import Shape
from cnn.nets.spec import Block, Spec, outline

KIND = "residual"
FRESH: Block = {
    "kind": KIND,
    "out_channels": 8,
    "kernel_size": 3,
    "convolutions": 2,
    "stride": 1,
    "batch_norm": 0,
}


def expanded(blocks: Spec, input_shape: Shape) -> Spec:
    """The blocks with every residual one as :func:`cnn.nets.spec.build` takes it.

    Args:
        blocks: As the builder has them.
        input_shape: Of one sample, (C, H, W).
    """
    found: Spec = []
    for block in blocks:
        found.append(_whole(block, _channels(found, input_shape)) if is_flat(block) else block)
    return found


def is_flat(block: Block) -> bool:
    """Whether it is a residual block in the builder's own form."""
    return block.get("kind") == KIND and "body" not in block


def flat(block: Block) -> Block:
    """The builder's form of a whole one, as far as it has one."""
    body: Spec = block["body"]
    convolutions = [inner for inner in body if inner["kind"] == "conv"]
    first = convolutions[0] if convolutions else {}
    return {
        "kind": KIND,
        "out_channels": first.get("out_channels"),
        "kernel_size": first.get("kernel_size"),
        "convolutions": len(convolutions),
        "stride": first.get("stride"),
        "batch_norm": int(any(inner["kind"] == "batch_norm" for inner in body)),
    }


def _channels(before: Spec, input_shape: Shape) -> int | None:
    """Channels that come out of these blocks; None where they give no maps, or do not fit."""
    found = outline(before, input_shape)
    shape = found.rows[-1].output_shape if found.rows else input_shape
    return shape[0] if found.error is None and len(shape) == 3 else None


def _whole(block: Block, channels: int | None) -> Block:
    filters, stride = block["out_channels"], block["stride"]
    norm: Spec = [{"kind": "batch_norm"}] if block["batch_norm"] else []
    body: Spec = []
    for place in range(block["convolutions"]):
        body += [{"kind": "relu"}] if place else []
        body += [_conv(filters, block["kernel_size"], 1 if place else stride), *norm]
    keeps = stride == 1 and channels in (filters, None)
    shortcut = None if keeps else [_conv(filters, 1, stride), *norm]
    return {"kind": KIND, "body": body, "shortcut": shortcut, "activation": "relu"}


def _conv(filters: int, kernel: int, stride: int) -> Block:
    return {
        "kind": "conv",
        "out_channels": filters,
        "kernel_size": kernel,
        "stride": stride,
        "padding": kernel // 2,
    }
