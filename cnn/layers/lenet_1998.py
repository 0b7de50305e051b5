"""The layers that LeNet-5 had in 1998 and networks have since dropped.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proceedings of the IEEE 86 (1998), section II.B.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers import initialisation as initial
from cnn.layers.convolution import Conv2d, check_channels, check_maps
from cnn.layers.layer import Layer, SameShape
from cnn.layers.pooling import SumPool2d
from cnn.settings import PairLike, generator
from cnn.window.geometry import Window


class ScaledTanh(SameShape):
    """y = amplitude · tanh(slope · x); 1.7159 and ⅔ make ±1 map to ±1, where the curve bends most.

    Appendix A of the paper: targets of ±1 then lie off the flat ends, where learning would stall.
    """

    def __init__(self, amplitude: float = 1.7159, slope: float = 2 / 3) -> None:
        super().__init__()
        self.amplitude = amplitude
        self.slope = slope

    def forward(self, x: Array) -> Array:
        """Any shape to the same."""
        x = numbers(x, "x")
        self.x = x
        self.y = self.amplitude * np.tanh(self.slope * x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Any shape; amplitude · slope · (1 − tanh²) is slope · (amplitude − y² / amplitude)."""
        dy = self.upstream(dy)
        _, y = self.passed()
        derivative = self.slope * (self.amplitude - y * y / self.amplitude)
        self.dy, self.dx = dy, dy * derivative
        return self.dx


class Subsample2d(Layer):
    """Pooling with two trained numbers a channel: y = weight · (sum of the window) + bias.

    (C, H, W, N) to (C, OH, OW, N). Where the weight is small the unit after it is nearly linear
    and the layer only blurs; where it is large the layer is a noisy "or" or "and" of its window.

    Args:
        channels: C; ``weight`` and ``bias`` are (C,).
        kernel_size: The window, one number or (rows, columns).
        stride: From window to window; the window's own size if not given.
        rng: Draws the weights; unseeded if not given.
        dtype: Of the parameters.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: PairLike,
        stride: PairLike | None = None,
        *,
        rng: np.random.Generator | int | None = None,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        self.channels = channels
        self.pool = SumPool2d(kernel_size, stride)
        self.window = self.pool.window
        rng = generator(rng, "rng")
        cells = int(np.prod(self.window.kernel))
        # As the paper starts all weights: uniform within ±2.4 / fan in.
        self.params["weight"] = initial.uniform((channels,), 2.4 / cells, rng, dtype)
        self.params["bias"] = np.zeros(channels, dtype)

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, OH, OW, N)."""
        x = numbers(x, "x")
        check_channels(x, self.channels)
        weight, bias = self.params["weight"], self.params["bias"]
        self.x = x
        self.y = self.pool.forward(x) * weight[:, None, None, None]
        self.y += bias[:, None, None, None]
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, OH, OW, N) to (C, H, W, N); fills ``grads``."""
        dy = self.upstream(dy)
        _, sums = self.pool.passed()
        self.dy = dy
        self.grads["weight"] = (dy * sums).sum(axis=(1, 2, 3))
        self.grads["bias"] = dy.sum(axis=(1, 2, 3))
        weight = self.params["weight"]
        self.dx = self.pool.backward(dy * weight[:, None, None, None]) if need_dx else None
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, OH, OW)."""
        check_maps(shape, self.channels)
        return self.pool.output_shape(shape)

    def receptive_step(self, shape: Shape) -> Window:
        """The window."""
        return self.window

    def multiply_adds(self, shape: Shape) -> int:
        """One for each input a unit sees, as the paper counts connections."""
        cells = int(np.prod(self.window.kernel))
        return cells * int(np.prod(self.output_shape(shape)))


class PartialConv2d(Layer):
    """A convolution whose maps each see only some of the input's maps.

    (C, H, W, N) to (O, OH, OW, N). Leaving connections out kept the network small and forced the
    maps to differ. ``weight`` holds one kernel for each connection, (connections, kh, kw), in the
    order of the table; ``bias`` is (O,).

    Args:
        in_channels: C.
        inputs: For each of the O maps, the input maps that it sees.
        kernel_size: One number or (rows, columns).
        rng: Draws the weights; unseeded if not given.
        dtype: Of the parameters.
        init: One of :data:`cnn.layers.initialisation.SCHEMES`, for each map by the number of its
            own inputs.

    Raises:
        ValueError: The table names a map that is not there, or one twice, or none.
    """

    def __init__(
        self,
        in_channels: int,
        inputs: Sequence[Sequence[int]],
        kernel_size: PairLike,
        *,
        rng: np.random.Generator | int | None = None,
        dtype: type = np.float32,
        init: str = initial.DEFAULT,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.inputs = tuple(tuple(seen) for seen in inputs)
        for seen in self.inputs:
            if not seen or len(set(seen)) < len(seen) or not set(seen) <= set(range(in_channels)):
                raise ValueError(
                    f"inputs: got {seen}, need different maps out of 0 to {in_channels - 1}"
                )
        # The product runs as a full convolution with zeros where nothing is connected.
        self.full = Conv2d(in_channels, len(self.inputs), kernel_size, dtype=dtype, init="zeros")
        self._to = np.repeat(np.arange(len(self.inputs)), [len(seen) for seen in self.inputs])
        self._from = np.concatenate(self.inputs).astype(np.int64)
        self.window = self.full.window
        rng = generator(rng, "rng")
        drawn = [
            initial.weight((1, len(s), *self.window.kernel), init, rng, dtype)[0]
            for s in self.inputs
        ]
        self.params["weight"] = np.concatenate(drawn)
        self.params["bias"] = np.zeros(len(self.inputs), dtype)

    def full_weight(self) -> Array:
        """(O, C, kh, kw), with zeros where nothing is connected."""
        weight = np.zeros_like(self.full.params["weight"])
        weight[self._to, self._from] = self.params["weight"]
        return weight

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (O, OH, OW, N)."""
        x = numbers(x, "x")
        self.full.params["weight"] = self.full_weight()
        self.full.params["bias"] = self.params["bias"]
        self.x, self.y = x, self.full.forward(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(O, OH, OW, N) to (C, H, W, N); fills ``grads``."""
        dy = self.upstream(dy)
        self.dy, self.dx = dy, self.full.backward(dy, need_dx)
        if not self.frozen:
            self.grads["weight"] = self.full.grads["weight"][self._to, self._from]
            self.grads["bias"] = self.full.grads["bias"]
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (O, OH, OW)."""
        return self.full.output_shape(shape)

    def receptive_step(self, shape: Shape) -> Window:
        """The window."""
        return self.window

    def multiply_adds(self, shape: Shape) -> int:
        """Of the connections that are there."""
        _, height, width = self.output_shape(shape)
        return self.params["weight"].size * height * width


class RadialBasis(Layer):
    """Minus the squared distance to a fixed code: y_k = −Σ_j (x_j − code_kj)².

    (F, N) to (K, N). The paper gives the distance itself, smallest wins; with the sign turned the
    largest wins as in every other network, and the softmax of y is the paper's loss (its
    equation 9) but for a constant. The codes are not trained: they are a buffer, (K, F).

    Args:
        codes: For each class a string of ``#`` (+1) and ``.`` (−1).
        dtype: Of the codes.

    Raises:
        ValueError: The strings differ in length or have other marks.
    """

    def __init__(self, codes: Sequence[str], dtype: type = np.float32) -> None:
        super().__init__()
        if len({len(code) for code in codes}) != 1 or set("".join(codes)) - {"#", "."}:
            raise ValueError("codes: need one string of # and . for each class, all equally long")
        self.codes = tuple(codes)
        signs = [[1 if mark == "#" else -1 for mark in code] for code in codes]
        self.bufs["weight"] = np.array(signs, dtype)

    def forward(self, x: Array) -> Array:
        """(F, N) to (K, N)."""
        x = numbers(x, "x")
        codes = self.bufs["weight"]
        self._check(x.shape[:-1], "x")
        self.x = x
        difference = x[None] - codes[:, :, None]
        self.y = -np.einsum("kfn,kfn->kn", difference, difference)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(K, N) to (F, N): d y_k / d x_j = −2 (x_j − code_kj)."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        codes = self.bufs["weight"]
        self.dy = dy
        self.dx = 2 * (codes.T @ dy - x * dy.sum(axis=0))
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(F,) to (K,)."""
        self._check(shape, "shape")
        return (len(self.codes),)

    def _check(self, shape: Shape, name: str) -> None:
        if tuple(shape) != (len(self.codes[0]),):
            raise ValueError(f"{name}: got features {shape}, need ({len(self.codes[0])},)")

    def multiply_adds(self, shape: Shape) -> int:
        """One squared difference for each pair of an input and a class."""
        return len(self.codes) * len(self.codes[0])
