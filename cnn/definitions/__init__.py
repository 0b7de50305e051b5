"""What every operation is: its equation, and the equation written as plain loops.

Nothing here is fast, nothing is clever, and nothing but NumPy's arrays is needed. The rest of
:mod:`cnn` computes the same numbers a thousand times faster; its tests hold it against these files.
So whoever asks what a convolution *is*, or what its gradient is, finds the answer here.

Arrays are (N, C, H, W): sample, channel, row, column. A window has kh × kw *taps*. Pairs are
(rows, columns), padding is (top, bottom, left, right), and the arguments have PyTorch's names.
``dy`` stands for ∂L/∂y, the gradient of some loss L at the output; a function ``f_gradient`` or
``f_…_gradient`` gives ∂L/∂(its input).

1. :mod:`~cnn.definitions.convolution`: cross-correlation, its gradients, the transposed one.
2. :mod:`~cnn.definitions.pooling`: the largest or the mean of a window.
3. :mod:`~cnn.definitions.classification`: softmax and cross-entropy.
4. :mod:`~cnn.definitions.normalisation`: batch norm and group norm.
5. :mod:`~cnn.definitions.resizing`: interpolation.
"""

from __future__ import annotations

from cnn.definitions.classification import cross_entropy, cross_entropy_gradient, softmax
from cnn.definitions.convolution import (
    conv2d,
    conv2d_bias_gradient,
    conv2d_input_gradient,
    conv2d_weight_gradient,
    conv_transpose2d,
    output_shape,
    products,
    without_padding,
    zero_padded,
)
from cnn.definitions.normalisation import (
    batch_norm,
    batch_norm_gradient,
    group_norm,
    group_norm_gradient,
    groups_of,
    standardised,
)
from cnn.definitions.pooling import (
    avg_pool2d,
    avg_pool2d_gradient,
    divisor,
    max_pool2d,
    max_pool2d_gradient,
    windows,
)
from cnn.definitions.resizing import interpolate, interpolate_gradient, shares

__all__ = [
    "avg_pool2d",
    "avg_pool2d_gradient",
    "batch_norm",
    "batch_norm_gradient",
    "conv2d",
    "conv2d_bias_gradient",
    "conv2d_input_gradient",
    "conv2d_weight_gradient",
    "conv_transpose2d",
    "cross_entropy",
    "cross_entropy_gradient",
    "divisor",
    "group_norm",
    "group_norm_gradient",
    "groups_of",
    "interpolate",
    "interpolate_gradient",
    "max_pool2d",
    "max_pool2d_gradient",
    "output_shape",
    "products",
    "shares",
    "softmax",
    "standardised",
    "windows",
    "without_padding",
    "zero_padded",
]
