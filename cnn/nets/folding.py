"""Batch norms folded into the convolutions before them: the same answers in fewer steps.

In evaluation a batch norm multiplies each channel by one number and adds another, and so does what
follows a convolution's sum anyway: with s = γ/√(variance + eps),

(w · x + b − mean) · s + β = (s w) · x + (b − mean) · s + β.

So the scale goes into the weights, the rest into the bias, and a pass over every map is saved. That
is how networks with batch norm are used once they are trained (Jacob et al., "Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018, section
3.2). In training it does not hold: there mean and variance are the batch's own.
"""

from __future__ import annotations

import copy

import numpy as np

from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d
from cnn.layers.layer import Layer
from cnn.nets.network import Branches, Residual, Sequential


def folded(net: Sequential) -> Sequential:
    """A network of its own, in evaluation mode, without the batch norms that follow convolutions.

    A convolution keeps its name; the batch norm's is gone. Other parameters are the original's own
    arrays. The original is not touched.
    """
    layers: dict[str, Layer] = {}
    last = ""
    for name, layer in net.children():
        before = layers.get(last)
        if isinstance(layer, BatchNorm2d) and isinstance(before, Conv2d):
            layers[last] = _with_norm(before, layer)
            last = ""  # a second batch norm stays
            continue
        layers[name] = _inside(layer)
        last = name
    twin = Sequential(*layers.items())
    twin.input_shape = net.input_shape
    twin.eval()
    return twin


def _inside(layer: Layer) -> Layer:
    """The same for whatever has layers inside; a copy of what has none."""
    if isinstance(layer, Sequential):
        return folded(layer)
    if isinstance(layer, Residual):
        shortcut = None if layer.shortcut is None else _inside(layer.shortcut)
        activation = None if layer.activation is None else _inside(layer.activation)
        return Residual(_inside(layer.body), shortcut, activation)
    if isinstance(layer, Branches):
        return Branches(*((name, _inside(body)) for name, body in layer.children()))
    twin = copy.copy(layer)
    twin.params = dict(layer.params)
    return twin


def _with_norm(conv: Conv2d, norm: BatchNorm2d) -> Conv2d:
    """One convolution for both; ``conv`` is a copy already."""
    scale = norm.params["weight"] / np.sqrt(norm.bufs["running_var"] + norm.eps)  # (O,)
    bias = conv.params.get("bias", 0) - norm.bufs["running_mean"]
    conv.params["weight"] = conv.weight * scale[:, None, None, None]
    conv.params["bias"] = bias * scale + norm.params["bias"]
    return conv
