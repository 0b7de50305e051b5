"""AlexNet: the network that won ImageNet in 2012, and its later single-column form.

A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet Classification with Deep Convolutional Neural
Networks", NIPS 2012: two GPUs hold half the filters each, so that conv2, conv4 and conv5 see only
their own half (two groups). The paper says 224×224, but its 55×55 maps need 227×227.
A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014
(arXiv:1404.5997): one column, fewer filters, no response normalisation.
"""

from __future__ import annotations

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import conv_relu, dropout, linear, max_pool
from cnn.nets.spec import Spec

#: filters, kernel, stride, padding, groups, then: normalise?, pool?
TABLE_2012 = (
    (96, 11, 4, 0, 1, True, True),
    (256, 5, 1, 2, 2, True, True),
    (384, 3, 1, 1, 1, False, False),
    (384, 3, 1, 1, 2, False, False),
    (256, 3, 1, 1, 2, False, True),
)
TABLE_2014 = (
    (64, 11, 4, 2, 1, False, True),
    (192, 5, 1, 2, 1, False, True),
    (384, 3, 1, 1, 1, False, False),
    (256, 3, 1, 1, 1, False, False),
    (256, 3, 1, 1, 1, False, True),
)
DENSE = (4096, 4096, 1000)

# The paper's α = 1e-4 multiplies the sum over 5 channels; here, as in PyTorch, α multiplies their
# mean, hence 5e-4.
RESPONSE_NORM = {"kind": "lrn", "size": 5, "alpha": 5e-4, "beta": 0.75, "k": 2.0}

Table = tuple[tuple[int, int, int, int, int, bool, bool], ...]


def spec(table: Table, dense: tuple[int, ...] = DENSE, dropout_first: bool = False) -> Spec:
    """The network of a table.

    Args:
        table: A row for each convolution.
        dense: Units of the dense layers, the last one's the classes.
        dropout_first: Dropout stands before the dense layers (2014), not after them (2012).
    """
    rows: Spec = []
    for i, (filters, kernel, stride, padding, groups, normalise, pool) in enumerate(table, start=1):
        options = {"stride": stride, "padding": padding, "groups": groups}
        rows += conv_relu(str(i), filters, kernel, **options)
        if normalise:
            rows.append({**RESPONSE_NORM, "name": f"norm{i}"})
        if pool:
            rows.append(max_pool(f"pool{i}", 3, 2))
    rows.append({"kind": "flatten"})
    for i, features in enumerate(dense[:-1], start=6):
        layer = [linear(f"fc{i}", features), {"kind": "relu", "name": f"relu{i}"}]
        rows += [dropout(0.5), *layer] if dropout_first else [*layer, dropout(0.5)]
    return [*rows, linear(f"fc{5 + len(dense)}", dense[-1])]


ALEXNET = Architecture(
    slug="alexnet",
    name="AlexNet",
    year=2012,
    authors="Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton",
    paper="ImageNet Classification with Deep Convolutional Neural Networks, NIPS 2012",
    link="https://proceedings.neurips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html",
    idea="ReLU, dropout, two GPUs: several of it made 15.3% errors in 2012, the next team 26.2%.",
    input_shape=(3, 227, 227),
    spec=spec(TABLE_2012),
    parameters=60_965_224,
    multiply_adds=724_406_816,
    counted="products of convolutions and dense layers, biases not counted: 724 M",
    stages=(
        Stage("conv1", "conv1", (96, 55, 55)),
        Stage("pool1", "pool1", (96, 27, 27)),
        Stage("conv2", "conv2", (256, 27, 27)),
        Stage("pool2", "pool2", (256, 13, 13)),
        Stage("conv3", "conv3", (384, 13, 13)),
        Stage("conv4", "conv4", (384, 13, 13)),
        Stage("conv5", "conv5", (256, 13, 13)),
        Stage("pool5", "pool5", (256, 6, 6)),
    ),
    top1=59.3,
    top5=81.8,
    measured="ImageNet validation, one network, mean of ten crops (table 2)",
)

ALEXNET_SINGLE = Architecture(
    slug="alexnet_single",
    name="AlexNet, one column",
    year=2014,
    authors="Alex Krizhevsky",
    paper="One weird trick for parallelizing convolutional neural networks, 2014",
    link="https://arxiv.org/abs/1404.5997",
    idea="The same network without the split in two halves: the form most libraries ship.",
    input_shape=(3, 224, 224),
    spec=spec(TABLE_2014, dropout_first=True),
    parameters=61_100_840,
    multiply_adds=714_188_480,
    counted="products of convolutions and dense layers, biases not counted: 0.71 G",
    stages=(
        Stage("conv1", "conv1", (64, 55, 55)),
        Stage("pool1", "pool1", (64, 27, 27)),
        Stage("conv2", "conv2", (192, 27, 27)),
        Stage("pool2", "pool2", (192, 13, 13)),
        Stage("conv3", "conv3", (384, 13, 13)),
        Stage("conv4", "conv4", (256, 13, 13)),
        Stage("conv5", "conv5", (256, 13, 13)),
        Stage("pool5", "pool5", (256, 6, 6)),
    ),
    top1=56.5,
    top5=79.1,
    measured="ImageNet validation, one centre crop (torchvision's weights)",
)
