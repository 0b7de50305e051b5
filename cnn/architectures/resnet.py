"""ResNet-50: blocks that add to their input instead of replacing it.

K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016
(arXiv:1512.03385), table 1. A bottleneck block squeezes with 1×1, looks with 3×3, widens with 1×1
and adds its input. Where a stage halves the map, the paper strides the first 1×1 (v1), which never
looks at three quarters of its input; the later form strides the 3×3 (v1.5) and is more accurate.
"""

from __future__ import annotations

from typing import Literal

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import conv_norm, linear, max_pool, residual
from cnn.nets.spec import Spec

#: One row a stage: its name in the paper, blocks, filters of the bottleneck, stride of its first
#: block. A block gives 4 × its bottleneck's filters.
RESNET_50_STAGES = (
    ("conv2", 3, 64, 1),
    ("conv3", 4, 128, 2),
    ("conv4", 6, 256, 2),
    ("conv5", 3, 512, 2),
)
WIDENING = 4

Stages = tuple[tuple[str, int, int, int], ...]


def bottleneck(name: str, width: int, stride: int, widen: bool, stride_on: Literal[1, 3]) -> Spec:
    """One block: 1×1, 3×3, 1×1 and the sum.

    Args:
        name: Of the block.
        width: Channels inside; :data:`WIDENING` times as many come out.
        stride: Of the block.
        widen: Give the shortcut a 1×1 convolution of its own.
        stride_on: The kernel that carries the stride, the first (1) or the second (3).
    """
    first, second = (stride, 1) if stride_on == 1 else (1, stride)
    body = [
        *conv_norm(width, 1, stride=first),
        *conv_norm(width, 3, stride=second, padding=1),
        *conv_norm(WIDENING * width, 1, relu=False),
    ]
    shortcut = conv_norm(WIDENING * width, 1, stride=stride, relu=False) if widen else None
    return [residual(name, body, shortcut)]


def spec(stages: Stages, stride_on: Literal[1, 3] = 3, stem: int = 64, classes: int = 1000) -> Spec:
    """The network of a table of stages.

    Args:
        stages: Name, blocks, width and stride of each.
        stride_on: The kernel that carries the stride, as in :func:`bottleneck`.
        stem: Filters of the first convolution.
        classes: How many there are to tell apart.
    """
    rows = [*conv_norm(stem, 7, stride=2, padding=3), max_pool("pool1", 3, 2, padding=1)]
    for name, blocks, width, stride in stages:
        for i in range(1, blocks + 1):
            first = i == 1
            rows += bottleneck(f"{name}_{i}", width, stride if first else 1, first, stride_on)
    return [
        *rows,
        {"kind": "global_avg_pool", "name": "average"},
        {"kind": "flatten"},
        linear("fc", classes),
    ]


_STAGES = (
    Stage("conv1", "conv1", (64, 112, 112)),
    Stage("pool1", "pool1", (64, 56, 56)),
    Stage("conv2_x", "conv2_3", (256, 56, 56)),
    Stage("conv3_x", "conv3_4", (512, 28, 28)),
    Stage("conv4_x", "conv4_6", (1024, 14, 14)),
    Stage("conv5_x", "conv5_3", (2048, 7, 7)),
)

RESNET_50 = Architecture(
    slug="resnet50",
    name="ResNet-50",
    year=2015,
    authors="Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun",
    paper="Deep Residual Learning for Image Recognition, CVPR 2016",
    link="https://arxiv.org/abs/1512.03385",
    idea="Each block adds to its input, so that a hundred layers train as easily as ten (v1.5).",
    input_shape=(3, 224, 224),
    spec=spec(RESNET_50_STAGES, stride_on=3),
    parameters=25_557_032,
    multiply_adds=4_089_184_256,
    counted="products of convolutions and the dense layer; norms and sums not counted: 4.09 G",
    stages=_STAGES,
    top1=76.1,
    top5=92.9,
    measured="ImageNet validation, one centre crop (torchvision's first weights)",
)

RESNET_50_V1 = Architecture(
    slug="resnet50_v1",
    name="ResNet-50 (v1)",
    year=2015,
    authors="Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun",
    paper="Deep Residual Learning for Image Recognition, CVPR 2016",
    link="https://arxiv.org/abs/1512.03385",
    idea="The paper's own form: the stride sits on the first 1×1 of a block.",
    input_shape=(3, 224, 224),
    spec=spec(RESNET_50_STAGES, stride_on=1),
    parameters=25_557_032,
    multiply_adds=3_857_973_248,
    counted="products of convolutions and the dense layer; the paper rounds down to 3.8 G",
    stages=_STAGES,
    top1=75.3,
    top5=92.2,
    measured="ImageNet validation, one centre crop (the authors' release)",
)
