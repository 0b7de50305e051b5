"""LeNet-5, three times: as published in 1998, as taught today, and a tutorial's variant.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proceedings of the IEEE 86 (1998), section II.B and table I. Of the original nothing
is simplified: C3's maps see only some of S2's, pooling is a sum with a trained coefficient and
bias, every unit up to F6 is squashed by 1.7159 tanh(⅔ a), and the output measures the distance to
a drawn 7×12 bitmap of each digit. (The paper's bitmaps were a printed font; these are our own.)
"""

from __future__ import annotations

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import named
from cnn.nets.spec import Block, Spec

#: Table I: the maps of S2 that each of C3's sixteen maps sees. First triples, then fours, then
#: three broken fours, then one that sees all; so no two maps are forced to be alike.
C3_INPUTS = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip

#: What F6 should look like for each digit: 84 = 7 × 12 units, # is +1 and . is −1.
DIGITS = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...##.. ..###.. .#####. ....##. ######. ...###. ####### ..###.. ..###..
.##.##. ..###.. .##.##. ##...## ...###. ##..... ..##... ......# .##.##. .##.##.
##...## .####.. ##...## .....## ..####. ##..... .##.... .....## ##...## ##...##
##...## ...##.. .....## ....##. .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...##.. ....##. ..###.. ##..##. #####.. ##.##.. ....##. .##.##. ##...##
##...## ...##.. ...##.. ....##. ##..##. ....##. ###.##. ...##.. ..###.. .##.###
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. .##.##. ..##.##
##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##..##. .##.##. ..##... .##.##. ....##.
..###.. .###### ####### .#####. ....##. .####.. ..###.. .##.... ..###.. .###...
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def codes(bitmaps: str = DIGITS) -> list[str]:
    """Each class's 84 marks in one string, row by row."""
    rows = [line.split() for line in bitmaps.split("\n") if line]
    return ["".join(marks) for marks in zip(*rows, strict=True)]


def _squashed(name: str, row: Block) -> Spec:
    return [named(name, row), {"kind": "scaled_tanh", "name": f"{name}_squash"}]


SPEC_1998: Spec = [
    *_squashed("c1", {"kind": "conv", "out_channels": 6, "kernel_size": 5}),
    *_squashed("s2", {"kind": "subsample", "kernel_size": 2}),
    *_squashed("c3", {"kind": "partial_conv", "inputs": C3_INPUTS, "kernel_size": 5}),
    *_squashed("s4", {"kind": "subsample", "kernel_size": 2}),
    *_squashed("c5", {"kind": "conv", "out_channels": 120, "kernel_size": 5}),
    {"kind": "flatten"},
    *_squashed("f6", {"kind": "linear", "out_features": 84}),
    {"kind": "radial_basis", "codes": codes(), "name": "output"},
]


def modern(
    filters: tuple[int, int] = (6, 16),
    dense: tuple[int, ...] = (120, 84, 10),
    first_padding: int = 2,
) -> Spec:
    """LeNet-5's layout with today's parts: ReLU, max pooling, plain convolutions, logits.

    Args:
        filters: Of the two convolutions.
        dense: Units of the dense layers, the last one's the classes.
        first_padding: 2 for images of 28×28, 0 for those of 32×32.
    """
    rows: Spec = []
    for count, padding in zip(filters, (first_padding, 0), strict=True):
        rows += [
            {"kind": "conv", "out_channels": count, "kernel_size": 5, "padding": padding},
            {"kind": "relu"},
            {"kind": "max_pool", "kernel_size": 2, "stride": 2},
        ]
    rows.append({"kind": "flatten"})
    for features in dense[:-1]:
        rows += [{"kind": "linear", "out_features": features}, {"kind": "relu"}]
    return [*rows, {"kind": "linear", "out_features": dense[-1]}]


AUTHORS = "Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner"
PAPER = "Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE, 1998"
LINK = "https://doi.org/10.1109/5.726791"
_MODERN_STAGES = (
    Stage("C1", "conv1", (6, 28, 28)),
    Stage("S2", "pool1", (6, 14, 14)),
    Stage("C3", "conv2", (16, 10, 10)),
    Stage("S4", "pool2", (16, 5, 5)),
    Stage("C5", "fc1", (120,)),
)

LENET_1998 = Architecture(
    slug="lenet_1998",
    name="LeNet-5 (1998)",
    year=1998,
    authors=AUTHORS,
    paper=PAPER,
    link=LINK,
    idea="Shared local filters, pooling, and gradients through all of it: it read bank cheques.",
    input_shape=(1, 32, 32),
    spec=SPEC_1998,
    parameters=60_000,
    multiply_adds=332_824,
    counted="the paper's 340,908 connections less 8,084 to biases; the output's 840 included",
    stages=(
        Stage("C1", "c1", (6, 28, 28)),
        Stage("S2", "s2", (6, 14, 14)),
        Stage("C3", "c3", (16, 10, 10)),
        Stage("S4", "s4", (16, 5, 5)),
        Stage("C5", "c5", (120, 1, 1)),
        Stage("F6", "f6", (84,)),
        Stage("Output", "output", (10,)),
    ),
    top1=99.05,
    measured="MNIST test, no distortions in training",
)

LENET = Architecture(
    slug="lenet",
    name="LeNet-5",
    year=1998,
    authors=AUTHORS,
    paper=PAPER,
    link=LINK,
    idea="The same layout with today's parts: plain convolutions, ReLU, max pooling, logits.",
    input_shape=(1, 28, 28),
    spec=modern(),
    parameters=61_706,
    multiply_adds=416_520,
    counted="products of convolutions and dense layers, biases not counted",
    stages=(*_MODERN_STAGES, Stage("F6", "fc2", (84,)), Stage("Output", "fc3", (10,))),
)

LENET_TUTORIAL = Architecture(
    slug="lenet_tutorial",
    name="LeNet, 6–16–120–100–10",
    year=1998,
    authors=AUTHORS,
    paper=PAPER,
    link=LINK,
    idea="The variant of many tutorials: 32×32 images, 100 units before the ten classes.",
    input_shape=(1, 32, 32),
    spec=modern(dense=(120, 100, 10), first_padding=0),
    parameters=63_802,
    multiply_adds=418_600,
    counted="products of convolutions and dense layers, biases not counted",
    stages=(*_MODERN_STAGES, Stage("F6", "fc2", (100,)), Stage("Output", "fc3", (10,))),
)
