"""EfficientNet-Lite0: a network for phones, out of blocks that look at each channel by itself.

M. Tan and Q. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML
2019 (arXiv:1905.11946), table 1, in the form for small machines of 2020: no squeeze-and-excitation,
and ReLU6 in place of swish. Its block is the inverted residual of MobileNetV2 (Sandler et al.,
2018): a 1×1 convolution widens, a *depthwise* one looks (a kernel for each channel, as many groups
as channels), a 1×1 narrows, and where the shape has stayed the same the input is added. Padding is
TensorFlow's "same": where a stride of 2 leaves an odd cell over, it goes to the bottom and right.
"""

from __future__ import annotations

from typing import Any

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import conv, dropout, linear, named, residual
from cnn.nets.spec import Block, Spec
from cnn.settings import PairLike

#: One row a stage: blocks, kernel of the depthwise convolution, stride of the first block, how
#: many times wider it is inside, channels that come out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM, HEAD = 32, 1280

EPS = 1e-3  # of the batch norms, as in the authors' code

Stages = tuple[tuple[int, int, int, int, int], ...]


def conv_norm(name: str, number: int, filters: int, kernel: PairLike, **options: Any) -> Spec:
    """A convolution without bias whose padding is "same", its batch norm, and a ReLU6.

    Args:
        name: Of the convolution.
        number: Of batch norm and ReLU6 beside it.
        filters: Channels that come out.
        kernel: One number or (rows, columns).
        **options: Those of Conv2d: stride, groups.
    """
    layer = conv(filters, kernel, padding="same", bias=False, **options)
    norm = {"kind": "batch_norm", "eps": EPS, "name": f"bn{number}"}
    return [named(name, layer), norm, {"kind": "relu6", "name": f"relu{number}"}]


def inverted_residual(
    name: str, channels: int, filters: int, kernel: int, stride: int, widening: int
) -> Block:
    """One block: 1×1 up, depthwise, 1×1 down, and the sum where the shapes allow it.

    Args:
        name: Of the block.
        channels: That come in.
        filters: Channels that come out.
        kernel: Side of the depthwise convolution's.
        stride: Of the depthwise convolution.
        widening: How many times as many channels there are inside; at 1 nothing widens.
    """
    inside = widening * channels
    body = conv_norm("expand", 1, inside, 1) if widening > 1 else []
    body = [*body, *conv_norm("depthwise", 2, inside, kernel, stride=stride, groups=inside)]
    body += conv_norm("project", 3, filters, 1)[:-1]  # what is added is not cut off
    if stride == 1 and channels == filters:
        return residual(name, body, shortcut=None, activation=None)
    return named(name, {"kind": "sequence", "layers": body})


def spec(stages: Stages = STAGES, stem: int = STEM, head: int = HEAD, classes: int = 1000) -> Spec:
    """The network of a table of stages.

    Args:
        stages: A row as those of :data:`STAGES` for each.
        stem: Filters of the first convolution.
        head: Filters of the last one.
        classes: How many there are to tell apart.
    """
    rows = conv_norm("conv_stem", 1, stem, 3, stride=2)
    channels = stem
    for s, (blocks, kernel, stride, widening, filters) in enumerate(stages, start=1):
        for b in range(1, blocks + 1):
            step = stride if b == 1 else 1
            rows.append(
                inverted_residual(f"block{s}_{b}", channels, filters, kernel, step, widening)
            )
            channels = filters
    return [
        *rows,
        *conv_norm("conv_head", 2, head, 1),
        {"kind": "global_avg_pool", "name": "average"},
        {"kind": "flatten"},
        dropout(0.2),
        linear("fc", classes),
    ]


EFFICIENTNET_LITE0 = Architecture(
    slug="efficientnet_lite0",
    name="EfficientNet-Lite0",
    year=2020,
    authors="Mingxing Tan, Quoc Le, Renjie Liu",
    paper="EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019; "
    "the lite form: TensorFlow's models for phones, 2020",
    link="https://arxiv.org/abs/1905.11946",
    idea="A kernel for each channel, then 1×1: a point below ResNet-50 at a fifth of its weights.",
    input_shape=(3, 224, 224),
    spec=spec(),
    parameters=4_652_008,
    multiply_adds=385_187_552,
    counted="products of convolutions and the dense layer: 0.385 G; the authors' table says 407 M",
    stages=(
        Stage("stage 1", "conv_stem", (32, 112, 112)),
        Stage("stage 2", "block1_1.bn3", (16, 112, 112)),
        Stage("stage 3", "block2_2", (24, 56, 56)),
        Stage("stage 4", "block3_2", (40, 28, 28)),
        Stage("stage 5", "block4_3", (80, 14, 14)),
        Stage("stage 6", "block5_3", (112, 14, 14)),
        Stage("stage 7", "block6_4", (192, 7, 7)),
        Stage("stage 8", "block7_1.bn3", (320, 7, 7)),
        Stage("stage 9", "conv_head", (1280, 7, 7)),
    ),
    top1=75.1,
    measured="ImageNet validation, one centre crop (the authors' release, float32)",
)
