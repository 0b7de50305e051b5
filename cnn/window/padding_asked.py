"""How much padding is meant: a number, a pair, four sides, or a name such as "same".

Padding may be asked for in all the ways of PyTorch, TensorFlow and ONNX; a window has four numbers,
(top, bottom, left, right).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Pair, Sides
from cnn.settings import PairLike, cells, pair

PaddingLike = int | str | Sequence[int] | Sequence[Sequence[int]]

NAMED_PADDINGS = ("valid", "same", "same_upper", "same_lower", "full")


def same_padding(n: int, kernel: int, stride: int = 1, dilation: int = 1) -> int:
    """Cells of padding, both ends together, that make the output ⌈n / stride⌉ long.

    Arguments as :func:`output_geometry`'s.
    """
    effective = dilation * (kernel - 1) + 1
    return max(0, (-(-n // stride) - 1) * stride + effective - n)


def resolve_padding(
    padding: PaddingLike,
    kernel_size: PairLike,
    stride: PairLike = 1,
    dilation: PairLike = 1,
    input_size: Sequence[int] | None = None,
) -> Sides:
    """Any way of asking for padding to (top, bottom, left, right).

    Args:
        padding: ``"valid"`` (none), ``"same"`` = ``"same_upper"`` (output ⌈n / stride⌉ long; where
            the cells don't halve, the odd one goes to the bottom and right, as PyTorch,
            TensorFlow and ONNX's SAME_UPPER have it), ``"same_lower"`` (the odd one to the top
            and left), ``"full"`` (every window that touches the input), an int, (rows, columns),
            (top, bottom, left, right) or ((top, bottom), (left, right)).
        kernel_size: Taps, one number or (rows, columns).
        stride: One number or (rows, columns).
        dilation: One number or (rows, columns).
        input_size: (H, W); "same" with a stride depends on it.

    Raises:
        ValueError: Unknown name, wrong count, negative, or "same" with a stride and no size.
    """
    kernels = pair(kernel_size, "kernel_size")
    strides, dilations = pair(stride, "stride"), pair(dilation, "dilation")
    if isinstance(padding, str):
        sizes: Sequence[int | None] = (None, None) if input_size is None else input_size
        top, bottom = _named_padding(padding, kernels[0], strides[0], dilations[0], sizes[0])
        left, right = _named_padding(padding, kernels[1], strides[1], dilations[1], sizes[1])
        return top, bottom, left, right
    if not isinstance(padding, Sequence | np.ndarray) or not np.ndim(padding):
        p = cells(padding, "padding", 0)
        return p, p, p, p
    if len(padding) == 2 and all(isinstance(side, Sequence) for side in padding):
        (top, bottom), (left, right) = (pair(side, "padding", 0) for side in padding)  # type: ignore[arg-type]
        return top, bottom, left, right
    sides = [cells(side, "padding", 0) for side in padding]
    if len(sides) == 2:
        return sides[0], sides[0], sides[1], sides[1]
    if len(sides) == 4:
        return sides[0], sides[1], sides[2], sides[3]
    raise ValueError(
        f"padding: got {tuple(padding)}, need one number, (rows, columns) or "
        "(top, bottom, left, right)"
    )


def _named_padding(mode: str, kernel: int, stride: int, dilation: int, n: int | None) -> Pair:
    if mode == "valid":
        return 0, 0
    if mode == "full":
        return dilation * (kernel - 1), dilation * (kernel - 1)
    if mode not in NAMED_PADDINGS:
        raise ValueError(
            f"padding: got {mode!r}, need one of {', '.join(NAMED_PADDINGS)} or numbers"
        )
    if n is None and stride > 1:
        raise ValueError(
            f"padding: {mode!r} with stride {stride} depends on the input's size; "
            "give input_size, or the padding in numbers"
        )
    total = same_padding(n or kernel, kernel, stride, dilation)
    less, more = total // 2, total - total // 2
    return (more, less) if mode == "same_lower" else (less, more)
