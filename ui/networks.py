"""Networks to start from, and the last layer that every classifier ends in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cnn.learn.cost import Cost, cost_of
from cnn.nets.container import Row
from cnn.nets.spec import Block, Spec
from ui import residual


def conv(out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0) -> Block:
    """A convolution block."""
    return {
        "kind": "conv",
        "out_channels": out_channels,
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": padding,
    }


def dense(out_features: int) -> Block:
    """A dense block."""
    return {"kind": "linear", "out_features": out_features}


def pool(kernel_size: int = 2, kind: str = "max_pool") -> Block:
    """A pooling block, its stride its window."""
    return {"kind": kind, "kernel_size": kernel_size, "stride": kernel_size, "padding": 0}


RELU: Block = {"kind": "relu"}

#: How a network ends: K numbers, one a class; or one number that tells two classes apart.
HEADS = {
    "dense": "Dense layer",
    "conv": "1×1 convolution, then the mean of each map",
    "sigmoid": "Dense layer with a sigmoid",
    "single": "One unit with a sigmoid, for two classes",
}


@dataclass(frozen=True)
class Preset:
    """A network and the settings that belong to it."""

    title: str
    blocks: Spec
    head: str = "dense"
    settings: dict[str, Any] = field(default_factory=dict)  #: link names → values


PRESETS: dict[str, Preset] = {
    "lenet": Preset(
        "LeNet-5",
        [
            conv(6, 5, padding=2),
            RELU,
            pool(),
            conv(16, 5),
            RELU,
            pool(),
            dense(120),
            RELU,
            dense(84),
            RELU,
        ],
    ),
    "tutorial": Preset(
        "LeNet with 120–100–10",
        [
            conv(6, 5, padding=2),  # 28×28 with two cells around it: the tutorial's 32×32
            RELU,
            pool(),
            conv(16, 5),
            RELU,
            pool(),
            dense(120),
            RELU,
            dense(100),
            RELU,
        ],
    ),
    "one": Preset("One filter", [conv(1, 5), RELU, pool()]),
    "dense": Preset("Dense only", [dense(64), RELU]),
    "allconv": Preset(
        "All convolutions",
        [conv(8, 3, 2, 1), RELU, conv(16, 3, 2, 1), RELU, conv(32, 3, 1, 1), RELU],
        head="conv",
    ),
    "resnet": Preset(
        "A small ResNet",
        [
            conv(8, 3, padding=1),
            RELU,
            pool(),
            residual.FRESH,
            residual.FRESH,
            residual.FRESH | {"out_channels": 16, "stride": 2},
            residual.FRESH | {"out_channels": 16},
        ],
        head="conv",
    ),
    "first": Preset(
        "The first network of many tutorials",
        [conv(3, 5), {"kind": "sigmoid"}],
        head="single",
        settings={
            "tr_loss": "half_mse",
            "tr_opt": "sgd",
            "tr_lr": 0.05,  # from 0.1 on some first steps raise the loss
            "tr_count": 250,
            "tr_classes": "two",
            "tr_epochs": 30,
            "tr_batch": 20,
        },
    ),
}


def head_blocks(head: str, classes: int) -> Spec:
    """The blocks that turn the last features into one number a class, or into one for two."""
    if head == "conv":
        return [conv(classes, 1), {"kind": "global_avg_pool"}, {"kind": "flatten"}]
    if head == "single":
        return [dense(1), {"kind": "sigmoid"}]
    if head == "sigmoid":
        return [dense(classes), {"kind": "sigmoid"}]
    return [dense(classes)]


@dataclass(frozen=True)
class Setting:
    """A number of a block that a student may change."""

    name: str
    label: str
    lo: float
    hi: float
    step: float = 1


KIND_TITLES = {
    "conv": "Convolution",
    "batch_norm": "Batch norm",
    residual.KIND: "Residual block",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "gelu": "GELU",
    "max_pool": "Max pool",
    "avg_pool": "Average pool",
    "dropout": "Dropout",
    "linear": "Dense",
}

SETTINGS: dict[str, tuple[Setting, ...]] = {
    "conv": (
        Setting("out_channels", "Filters", 1, 64),
        Setting("kernel_size", "Kernel", 1, 15),
        Setting("stride", "Stride", 1, 4),
        Setting("padding", "Padding", 0, 7),
    ),
    residual.KIND: (
        Setting("out_channels", "Filters", 1, 64),
        Setting("kernel_size", "Kernel", 1, 7, 2),
        Setting("convolutions", "Convolutions", 1, 3),
        Setting("stride", "Stride", 1, 4),
        Setting("batch_norm", "Batch norm (1: yes)", 0, 1),
    ),
    "max_pool": (
        Setting("kernel_size", "Window", 1, 7),
        Setting("stride", "Stride", 1, 4),
        Setting("padding", "Padding", 0, 3),
    ),
    "avg_pool": (
        Setting("kernel_size", "Window", 1, 7),
        Setting("stride", "Stride", 1, 4),
        Setting("padding", "Padding", 0, 3),
    ),
    "dropout": (Setting("p", "Share dropped", 0.0, 0.9, 0.05),),
    "linear": (Setting("out_features", "Units", 1, 512),),
}

FRESH: dict[str, Block] = {
    "conv": conv(8, 3, padding=1),
    residual.KIND: residual.FRESH,
    "max_pool": pool(),
    "avg_pool": pool(kind="avg_pool"),
    "dropout": {"kind": "dropout", "p": 0.2},
    "linear": dense(32),
}

MOST_BLOCKS = 24
#: What a server that thirty students share can carry, for one of them.
MOST_PARAMETERS = 2_000_000
MOST_MULTIPLY_ADDS = 30_000_000
#: Numbers in the windows of one convolution, for one image.
MOST_PATCHES = 500_000
#: Of one step: on one core, in all and where it cannot be interrupted; and held at once.
MOST_SECONDS = 2.0
MOST_SECONDS_AT_ONCE = 0.6
MOST_BYTES = 400_000_000
#: The batch sizes that can be chosen.
LEAST_BATCH, MOST_BATCH, BATCH_STEP = 4, 256, 4


def too_large(rows: list[Row], batch_size: int) -> str | None:
    """One sentence if a network is more than one of many students may train here."""
    return _network_too_large(rows) or _step_too_large(cost_of(rows), batch_size)


def _step_too_large(cost: Cost, batch_size: int) -> str | None:
    if _can_be_carried(cost, batch_size):
        return None
    seconds, held = batch_size * cost.seconds, cost.micro_batch(batch_size) * cost.bytes
    most = MOST_SECONDS if cost.divisible else MOST_SECONDS_AT_ONCE
    whole = "" if cost.divisible else " (batch norm needs the whole batch at once)"
    sizes = range(batch_size - batch_size % BATCH_STEP, 0, -BATCH_STEP)
    fits = next((size for size in sizes if _can_be_carried(cost, size)), None)
    smaller = f"Make the batch at most {fits}, or use" if fits else "Use"
    return (
        f"One step of this network on a batch of {batch_size} would take about {seconds:.1f} s and "
        f"{held / 1e6:,.0f} MB; on a server that a class shares, at most {most:g} s and "
        f"{MOST_BYTES / 1e6:.0f} MB{whole}. {smaller} fewer blocks, filters or units, a larger "
        "stride, or pool earlier."
    )


def _can_be_carried(cost: Cost, batch_size: int) -> bool:
    most = MOST_SECONDS if cost.divisible else MOST_SECONDS_AT_ONCE
    held = cost.micro_batch(batch_size) * cost.bytes
    return batch_size * cost.seconds <= most and held <= MOST_BYTES


def _network_too_large(rows: list[Row]) -> str | None:
    parameters = sum(row.parameters for row in rows)
    work = sum(row.multiply_adds for row in rows)
    patches = max(
        (r.multiply_adds // r.output_shape[0] for r in rows if len(r.output_shape) == 3), default=0
    )
    for what, got, most in (
        ("parameters", parameters, MOST_PARAMETERS),
        ("multiply–adds an image", work, MOST_MULTIPLY_ADDS),
        ("numbers in the windows of one convolution", patches, MOST_PATCHES),
    ):
        if got > most:
            return (
                f"This network has {got:,} {what}; on a server that a class shares, at most "
                f"{most:,}. Use fewer filters or units, a larger stride, or pool earlier."
            )
    return None


def fresh(kind: str) -> Block:
    """A new block of that kind, with usual numbers."""
    return dict(FRESH.get(kind, {"kind": kind}))


def checked(read: Any) -> tuple[str, Spec]:
    """A (preset, blocks) pair from a link, or ValueError: known kinds, known numbers, in range."""
    owner, blocks = read
    if owner not in PRESETS or not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        raise ValueError("not a network")
    return owner, [_checked_block(block) for block in blocks]


def _checked_block(block: Any) -> Block:
    kind = block["kind"]
    if kind not in KIND_TITLES:
        raise ValueError(f"no such block: {kind!r}")
    found: Block = {"kind": kind}
    for setting in SETTINGS.get(kind, ()):
        value = block[setting.name]
        whole = isinstance(setting.lo, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise ValueError(f"{setting.name} is no number")
        between = whole and setting.step > 1 and (value - setting.lo) % setting.step
        if not setting.lo <= value <= setting.hi or between:
            raise ValueError(f"{setting.name} is out of range")
        found[setting.name] = value
    return found
