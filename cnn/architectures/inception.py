"""Inception-v4: several filter sizes side by side, their maps stacked.

C. Szegedy, S. Ioffe, V. Vanhoucke and A. Alemi, "Inception-v4, Inception-ResNet and the Impact of
Residual Connections on Learning", AAAI 2017 (arXiv:1602.07261), figures 3 to 9. Each module is a
table: one row a branch, one cell a layer. ``(filters, kernel)`` keeps the size of the map,
``(filters, kernel, "V")`` is the paper's V, a valid convolution, and ``(…, "V2")`` strides by 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.rows import branches, conv_norm, dropout, linear
from cnn.nets.spec import Spec

# 7×1 is written (7, 1): height, then width.
MAX, AVG = "max", "avg"

STEM_HEAD = ((32, 3, "V2"), (32, 3, "V"), (64, 3))
STEM_1 = ((MAX,), ((96, 3, "V2"),))
STEM_2 = (
    ((64, 1), (96, 3, "V")),
    ((64, 1), (64, (7, 1)), (64, (1, 7)), (96, 3, "V")),
)
STEM_3 = (((192, 3, "V2"),), (MAX,))

INCEPTION_A = (
    (AVG, (96, 1)),
    ((96, 1),),
    ((64, 1), (96, 3)),
    ((64, 1), (96, 3), (96, 3)),
)
REDUCTION_A = (
    (MAX,),
    ((384, 3, "V2"),),
    ((192, 1), (224, 3), (256, 3, "V2")),
)
INCEPTION_B = (
    (AVG, (128, 1)),
    ((384, 1),),
    ((192, 1), (224, (1, 7)), (256, (7, 1))),
    ((192, 1), (192, (1, 7)), (224, (7, 1)), (224, (1, 7)), (256, (7, 1))),
)
REDUCTION_B = (
    (MAX,),
    ((192, 1), (192, 3, "V2")),
    ((256, 1), (256, (1, 7)), (320, (7, 1)), (320, 3, "V2")),
)
# A list inside a branch is a fork: its cells lie side by side.
FORK = [(256, (1, 3)), (256, (3, 1))]
INCEPTION_C = (
    (AVG, (256, 1)),
    ((256, 1),),
    ((384, 1), FORK),
    ((384, 1), (448, (1, 3)), (512, (3, 1)), FORK),
)

#: The whole network: name, table, how many times.
MODULES = (
    ("stem_1", STEM_1, 1),
    ("stem_2", STEM_2, 1),
    ("stem_3", STEM_3, 1),
    ("inception_a", INCEPTION_A, 4),
    ("reduction_a", REDUCTION_A, 1),
    ("inception_b", INCEPTION_B, 7),
    ("reduction_b", REDUCTION_B, 1),
    ("inception_c", INCEPTION_C, 3),
)


def turned(branch: tuple[Any, ...]) -> tuple[Any, ...]:
    """A branch whose 1×n stand where the n×1 stood, and the other way round; a fork stays."""

    def cell_turned(entry: Any) -> Any:
        if not isinstance(entry, tuple) or not isinstance(entry[1], tuple):
            return entry
        filters, (rows, columns), *valid = entry
        return (filters, (columns, rows), *valid)

    return tuple(map(cell_turned, branch))


def pooling_last(table: tuple[Any, ...]) -> tuple[Any, ...]:
    """A table whose first branch, the pooling one, has become the last."""
    return (*table[1:], table[0])


#: The network as the authors' own code has it, and every trained weight with it: the pooling
#: branches stand last, and the longest branches turn their kernels the other way round. All
#: counts and shapes of maps stay the same, so that no sum tells the two apart.
CODE_MODULES = (
    ("stem_1", STEM_1, 1),
    ("stem_2", (STEM_2[0], turned(STEM_2[1])), 1),
    ("stem_3", STEM_3, 1),
    ("inception_a", pooling_last(INCEPTION_A), 4),
    ("reduction_a", pooling_last(REDUCTION_A), 1),
    ("inception_b", pooling_last((*INCEPTION_B[:3], turned(INCEPTION_B[3]))), 7),
    ("reduction_b", pooling_last(REDUCTION_B), 1),
    ("inception_c", pooling_last((*INCEPTION_C[:3], turned(INCEPTION_C[3]))), 3),
)

EPS = 1e-3  # of the batch norms, as in the authors' code


def cell(entry: Any, width: float = 1.0) -> Spec:
    """One cell of a table as rows of a spec; ``width`` scales the filters."""
    if entry == MAX:
        return [{"kind": "max_pool", "kernel_size": 3, "stride": 2}]
    if entry == AVG:
        options = {"kernel_size": 3, "stride": 1, "padding": 1, "count_include_pad": False}
        return [{"kind": "avg_pool", **options}]
    if isinstance(entry, list):
        return [branches(*(cell(side, width) for side in entry))]
    filters, kernel, *valid = entry
    rows, columns = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    padding = (0, 0) if valid else (rows // 2, columns // 2)
    stride = 2 if valid == ["V2"] else 1
    filters = max(1, round(width * filters))
    return conv_norm(filters, (rows, columns), eps=EPS, stride=stride, padding=padding)


def module(table: Any, name: str, width: float = 1.0) -> dict[str, Any]:
    """A table of branches as one row of a spec.

    Args:
        table: A row for each branch, a cell for each layer.
        name: Of the module.
        width: Scales the filters.
    """
    bodies = [[row for entry in branch for row in cell(entry, width)] for branch in table]
    return branches(*bodies, name=name)


def spec(classes: int = 1000, width: float = 1.0, modules: Any = MODULES) -> Spec:
    """Inception-v4 (figure 9).

    Args:
        classes: How many there are to tell apart.
        width: Scales the filters.
        modules: :data:`MODULES`, or :data:`CODE_MODULES`.
    """
    rows = [row for entry in STEM_HEAD for row in cell(entry, width)]
    for name, table, times in modules:
        names = [name] if times == 1 else [f"{name}{i}" for i in range(1, times + 1)]
        rows += [module(table, each, width) for each in names]
    return [
        *rows,
        {"kind": "global_avg_pool", "name": "average"},
        {"kind": "flatten"},
        dropout(0.2),
        linear("fc", classes),
    ]


INCEPTION_V4 = Architecture(
    slug="inception_v4",
    name="Inception-v4",
    year=2016,
    authors="Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke, Alex Alemi",
    paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning, "
    "AAAI 2017",
    link="https://arxiv.org/abs/1602.07261",
    idea="Filters of several sizes side by side; 7×1 after 1×7 sees 7×7 at two sevenths the cost.",
    input_shape=(3, 299, 299),
    spec=spec(),
    parameters=42_679_816,
    multiply_adds=12_253_974_624,
    counted="products of convolutions and the dense layer; norms and pools not counted: 12.25 G",
    stages=(
        Stage("stem, first 3 convolutions", "relu3", (64, 147, 147)),
        Stage("stem, first fork", "stem_1", (160, 73, 73)),
        Stage("stem, second fork", "stem_2", (192, 71, 71)),
        Stage("stem", "stem_3", (384, 35, 35)),
        Stage("4 × Inception-A", "inception_a4", (384, 35, 35)),
        Stage("Reduction-A", "reduction_a", (1024, 17, 17)),
        Stage("7 × Inception-B", "inception_b7", (1024, 17, 17)),
        Stage("Reduction-B", "reduction_b", (1536, 8, 8)),
        Stage("3 × Inception-C", "inception_c3", (1536, 8, 8)),
    ),
    top1=80.0,
    top5=95.0,
    measured="ImageNet validation, one crop, one network (table 2)",
)

#: In the order of the authors' code; see :data:`CODE_MODULES`.
INCEPTION_V4_CODE = replace(
    INCEPTION_V4,
    slug="inception_v4_code",
    spec=spec(modules=CODE_MODULES),
    top1=80.2,
    measured="ImageNet validation, one centre crop of 299 (timm's copy of the authors' weights)",
)
