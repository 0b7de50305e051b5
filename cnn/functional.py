"""The public face: functions with PyTorch's names, arguments and (N, C, H, W) arrays.

Whoever knows ``torch.nn.functional`` knows these. This file is their index: each is written where
its layer is, and thin over the kernels that the layers of a network use. The gradient of
``f(x, …)`` is ``f_backward(dy, x, …)`` with the same arguments after ``dy``, the gradient at the
output; it gives a tuple with one gradient for each array that ``f`` takes, None for an array that
was not given. All raise a ValueError that names the argument which does not fit.

One number or a (rows, columns) pair is accepted wherever PyTorch accepts both. Padding may also be
(top, bottom, left, right), or a name: see :func:`cnn.window.padding_asked.resolve_padding`.
"""

from __future__ import annotations

from cnn.layers.activations import (
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from cnn.layers.batch_normalisation import batch_norm, batch_norm_backward
from cnn.layers.convolution_functions import (
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    convolve2d_true,
    convolve2d_true_backward,
)
from cnn.layers.dense import linear, linear_backward
from cnn.layers.dropout import dropout, dropout_backward
from cnn.layers.group_normalisation import group_norm, group_norm_backward
from cnn.layers.instance_normalisation import instance_norm, instance_norm_backward
from cnn.layers.layer_normalisation import layer_norm, layer_norm_backward
from cnn.layers.local_response import local_response_norm, local_response_norm_backward
from cnn.layers.more_activations import (
    elu,
    elu_backward,
    hardswish,
    hardswish_backward,
    relu6,
    relu6_backward,
    silu,
    silu_backward,
    softplus,
    softplus_backward,
)
from cnn.layers.padding_functions import pad, pad_backward
from cnn.layers.pooling_functions import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    adaptive_max_pool2d,
    adaptive_max_pool2d_backward,
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    sum_pool2d,
    sum_pool2d_backward,
)
from cnn.layers.reshaping import (
    fold,
    fold_backward,
    interpolate,
    interpolate_backward,
    unfold,
    unfold_backward,
)
from cnn.layers.softmax import log_softmax, log_softmax_backward, softmax, softmax_backward
from cnn.learn.cross_entropy import cross_entropy, cross_entropy_backward
from cnn.learn.elementwise_losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    mse_loss,
    mse_loss_backward,
)
from cnn.learn.triplet import triplet_margin_loss, triplet_margin_loss_backward

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "convolve2d_true",
    "convolve2d_true_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "fold",
    "fold_backward",
    "gelu",
    "gelu_backward",
    "group_norm",
    "group_norm_backward",
    "hardswish",
    "hardswish_backward",
    "instance_norm",
    "instance_norm_backward",
    "interpolate",
    "interpolate_backward",
    "layer_norm",
    "layer_norm_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "log_softmax",
    "log_softmax_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "pad",
    "pad_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "sum_pool2d",
    "sum_pool2d_backward",
    "tanh",
    "tanh_backward",
    "triplet_margin_loss",
    "triplet_margin_loss_backward",
    "unfold",
    "unfold_backward",
]
