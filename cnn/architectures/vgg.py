"""VGG: nothing but 3×3 convolutions, deeper and deeper.

Two 3×3 convolutions see as much as one 5×5 and three as much as one 7×7, with fewer weights and
a ReLU more between them. K. Simonyan and A. Zisserman, "Very Deep Convolutional Networks for
Large-Scale Image Recognition", ICLR 2015 (arXiv:1409.1556), table 1, columns D and E.
"""

from __future__ import annotations

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import conv_relu, dropout, linear, max_pool
from cnn.nets.spec import Spec

#: One row a stage: how many 3×3 convolutions, and their filters. A 2×2 max pool ends each stage.
VGG_16_STAGES = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
VGG_19_STAGES = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))
DENSE = (4096, 4096, 1000)


def spec(stages: tuple[tuple[int, int], ...], dense: tuple[int, ...] = DENSE) -> Spec:
    """The network of a table of stages: convolutions, then dense layers with dropout."""
    rows: Spec = []
    for s, (count, filters) in enumerate(stages, start=1):
        for i in range(1, count + 1):
            rows += conv_relu(f"{s}_{i}", filters, 3, padding=1)
        rows.append(max_pool(f"pool{s}", 2, 2))
    rows.append({"kind": "flatten"})
    for i, features in enumerate(dense[:-1], start=6):
        rows += [linear(f"fc{i}", features), {"kind": "relu", "name": f"relu{i}"}, dropout(0.5)]
    return [*rows, linear(f"fc{5 + len(dense)}", dense[-1])]


def _stages(stages: tuple[tuple[int, int], ...]) -> tuple[Stage, ...]:
    """The shapes in the paper: each pool halves 224."""
    return tuple(
        Stage(f"conv{s}_x, pool", f"pool{s}", (filters, 224 >> s, 224 >> s))
        for s, (_, filters) in enumerate(stages, start=1)
    )


VGG_16 = Architecture(
    slug="vgg16",
    name="VGG-16",
    year=2014,
    authors="Karen Simonyan, Andrew Zisserman",
    paper="Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015",
    link="https://arxiv.org/abs/1409.1556",
    idea="Only 3×3 filters, stacked deep: small steps see as far as large filters, for less.",
    input_shape=(3, 224, 224),
    spec=spec(VGG_16_STAGES),
    parameters=138_357_544,
    multiply_adds=15_470_264_320,
    counted="products of convolutions and dense layers, biases not counted: 15.47 G",
    stages=_stages(VGG_16_STAGES),
    top1=74.4,
    top5=91.9,
    measured="ImageNet validation, one network, one scale, whole image (table 3, row D)",
)

VGG_19 = Architecture(
    slug="vgg19",
    name="VGG-19",
    year=2014,
    authors="Karen Simonyan, Andrew Zisserman",
    paper="Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015",
    link="https://arxiv.org/abs/1409.1556",
    idea="VGG-16 with three convolutions more: depth alone hardly helps any more.",
    input_shape=(3, 224, 224),
    spec=spec(VGG_19_STAGES),
    parameters=143_667_240,
    multiply_adds=19_632_062_464,
    counted="products of convolutions and dense layers, biases not counted: 19.63 G",
    stages=_stages(VGG_19_STAGES),
    top1=74.5,
    top5=92.0,
    measured="ImageNet validation, one network, one scale, whole image (table 3, row E)",
)
