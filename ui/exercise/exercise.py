"""One exercise: a matrix, a window that slides over it, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cnn.arrays import Array
from cnn.explain import WindowSum, window_sum
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.convolution import Conv2d
from cnn.layers.layer import Layer
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from ui.components.window_stage.numbers import Numbers, Setting, work_out

#: As far off still counts as right: two decimals, as in every guess.
TOLERANCE = 0.005


@dataclass(frozen=True)
class Exercise:
    """A convolution or a pooling of one sample.

    Attributes:
        x: (C, H, W).
        setting: Kind, window, padding's fill, activation.
        weight: (C, kh, kw) of a convolution, (F, C, kh, kw) of one with several filters; None for a
            pooling.
        bias: Added to every sum of a convolution.
    """

    x: Array
    setting: Setting
    weight: Array | None = None
    bias: float = 0.0

    @cached_property
    def filters(self) -> tuple[Exercise, ...]:
        """One for each filter, of which each gives a map; itself where there are not several."""
        if self.weight is None or self.weight.ndim == 3:
            return (self,)
        return tuple(replace(self, weight=weight) for weight in self.weight)

    @property
    def several(self) -> bool:
        """Whether there are several filters."""
        return len(self.filters) > 1

    @cached_property
    def numbers(self) -> Numbers:
        """All of its numbers, by ``cnn``; of several filters those of the first."""
        return work_out(self.x, self.filters[0].weight, self.bias, self.setting)

    @cached_property
    def y(self) -> Array:
        """The answer, (K, OH, OW): K is the number of filters, or C for a pooling."""
        return np.concatenate([one.numbers.y for one in self.filters])

    @property
    def pools(self) -> bool:
        """Whether it is a pooling."""
        return self.setting.kind != "conv"

    def activated(self, z: Array) -> Array:
        """Sums after the activation, where there is one."""
        name = self.setting.activation
        y: Array = z if name is None else ACTIVATIONS[name]().forward(z)
        return y

    def cell(self, index: tuple[int, int, int]) -> WindowSum:
        """One cell of the answer taken apart."""
        if self.several:
            return self.filters[index[0]].cell((0, *index[1:]))
        taken = window_sum(self._layer, self.x, index, self.setting.activation)
        if self.pools or self.setting.fill in ("zeros", 0.0):
            return taken
        # A number around the input is not among a layer's ways of padding.
        return taken if isinstance(self.setting.fill, str) else self._filled(taken)

    def _filled(self, taken: WindowSum) -> WindowSum:
        x = np.where(taken.inside, taken.x, float(self.setting.fill))
        return replace(taken, x=x, products=x * taken.weight)

    @cached_property
    def _layer(self) -> Layer:
        window = self.setting.window
        if self.weight is None:
            return self._pooling()
        fill = self.setting.fill if isinstance(self.setting.fill, str) else "zeros"
        layer = Conv2d(
            len(self.weight),
            1,
            window.kernel,
            window.stride,
            window.padding,
            window.dilation,
            padding_mode=fill,
            dtype=np.float64,
        )
        layer.params["weight"] = np.asarray(self.weight, np.float64)[None]
        layer.params["bias"] = np.array([self.bias])
        return layer

    def _pooling(self) -> Layer:
        window = self.setting.window
        plain = window.kernel, window.stride, window.padding
        if self.setting.kind == "max":
            return MaxPool2d(*plain, window.dilation, window.ceil_mode)
        if self.setting.kind == "sum":
            return SumPool2d(*plain, window.ceil_mode)
        return AvgPool2d(*plain, window.ceil_mode, self.setting.count_include_pad)


def same(given: Array, answer: Array) -> bool:
    """Whether two answers agree, cell by cell."""
    return given.shape == answer.shape and bool(right(given, answer).all())


def right(given: Array, answer: Array) -> Array:
    """Which cells of an answer are right; both of one shape."""
    found: Array = np.abs(given - answer) <= TOLERANCE + 1e-6 * np.abs(answer)
    return found
