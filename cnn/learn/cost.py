"""What training costs, a step and what is stored of a run, told from a network's table beforehand.

Rules of thumb, measured on one core of a laptop: right within a factor of two, which is enough to
refuse what a shared server cannot carry and to cut a long step into parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, prod

from cnn.learn.state import RunConfig
from cnn.nets.container import Row
from cnn.nets.spec import outline

#: Nanoseconds of a forward and a backward pass: for each multiply–add, and for each number that is
#: copied into the windows of a convolution.
PER_MULTIPLY_ADD = 0.2
PER_WINDOW_NUMBER = 2.0
#: Nanoseconds for each number that a layer gives, by its kind.
PER_OUTPUT = {
    "Conv2d": 5.0, "ConvTranspose2d": 5.0, "Linear": 5.0, "Flatten": 0.5, "Dropout": 5.0,
    "ReLU": 2.0, "LeakyReLU": 3.0, "Sigmoid": 8.0, "Tanh": 8.0, "GELU": 22.0,
    "MaxPool2d": 45.0, "AvgPool2d": 15.0, "BatchNorm2d": 7.0, "LocalResponseNorm": 30.0,
}  # fmt: skip
OTHERWISE = 10.0
#: Bytes for each number that a layer gives: the number, its gradient, what the way back needs.
BYTES_PER_OUTPUT = 18
#: A number in the windows, there and on the way back; one convolution holds them at a time.
BYTES_PER_WINDOW_NUMBER = 8
#: Layers that look at the whole batch at once while training: it cannot be cut.
WHOLE_BATCH = ("BatchNorm2d",)
#: What a part of a step may take, so that a slice of training can end inside the step, and hold.
PART_SECONDS = 0.15
PART_BYTES = 150e6
#: Moments that a run stores; a LeNet's take 250 kB each.
MOST_MOMENTS = 40
#: Bytes of parameters in all stored moments of a run.
MOMENT_BYTES = 16_000_000


@dataclass(frozen=True)
class Cost:
    """Of one sample, forward and backward.

    Attributes:
        seconds: On one core.
        bytes: Held at once.
        divisible: Whether a batch may be worked on in parts.
    """

    seconds: float
    bytes: float
    divisible: bool

    def micro_batch(self, batch_size: int) -> int:
        """Samples that go through the network together in a step of ``batch_size``.

        It follows from the table alone, so that the same seed gives the same run on any machine.
        """
        return self.at_once(batch_size) if self.divisible else batch_size

    def at_once(self, samples: int) -> int:
        """So many of ``samples`` are a part that does not take too long or hold too much."""
        most = min(PART_SECONDS / self.seconds, PART_BYTES / self.bytes)
        return max(1, min(samples, int(most)))


def cost_of(rows: Iterable[Row]) -> Cost:
    """The cost of a network from the rows of its summary."""
    nanoseconds, held, windows, divisible = 1.0, 1.0, 0, True
    for row in rows:
        outputs = prod(row.output_shape)
        in_windows = row.multiply_adds // row.output_shape[0] if len(row.output_shape) == 3 else 0
        nanoseconds += outputs * PER_OUTPUT.get(row.kind, OTHERWISE)
        nanoseconds += row.multiply_adds * PER_MULTIPLY_ADD + in_windows * PER_WINDOW_NUMBER
        held += outputs * BYTES_PER_OUTPUT
        windows = max(windows, in_windows)
        divisible = divisible and row.kind not in WHOLE_BATCH
    return Cost(nanoseconds / 1e9, held + windows * BYTES_PER_WINDOW_NUMBER, divisible)


def run_cost(config: RunConfig) -> Cost:
    """What one sample of a step of a run costs."""
    return cost_of(_rows(config))


def most_moments(config: RunConfig) -> int:
    """How many moments a run stores: a server holds those of a whole class."""
    size = 4 * sum(row.parameters for row in _rows(config))
    return max(4, min(MOST_MOMENTS, MOMENT_BYTES // max(1, size)))


def keep_every(config: RunConfig) -> int:
    """Steps between two stored moments: so many that they are no more than they may be.

    It follows from the settings alone, so that slicing a run changes nothing.
    """
    checks = ceil(config.total_steps / config.check_every)
    return config.check_every * ceil(checks / most_moments(config))


def _rows(config: RunConfig) -> list[Row]:
    return outline(config.blocks, config.input_shape).rows
