"""Where windows fall, and how many there are. Integers only.

A convolution or a pooling slides a window along each axis. Everything that can be said about it
without looking at a pixel is here. One axis has ``n`` input cells, ``before`` + ``after`` cells of
padding, a window of ``kernel`` taps that lie ``dilation`` cells apart, and moves by ``stride``.
Output cell ``o`` reads, with tap ``t``, the input cell ``o·stride + t·dilation − before``.

The arithmetic of sizes follows Dumoulin and Visin, "A guide to convolution arithmetic for deep
learning" (2016). How much padding a name asks for is in
:mod:`cnn.window.padding_asked`, what a unit sees through many windows in
:mod:`cnn.window.receptive_field`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cnn.arrays import Pair, Sides
from cnn.settings import PairLike, check_room, flag, pair, whole
from cnn.window.padding_asked import PaddingLike, resolve_padding


@dataclass(frozen=True)
class Tap:
    """The cells that one tap of the kernel joins: ``outputs[i]`` reads ``inputs[i]``.

    Outputs whose tap falls on padding are left out, so padding never has to be stored.
    """

    outputs: slice
    inputs: slice


@dataclass(frozen=True)
class AxisGeometry:
    """One axis of a sliding window, worked out.

    Attributes:
        n: Input cells.
        kernel: Taps of the window.
        stride: Cells from one window to the next.
        before: Cells of padding before the first input cell.
        after: Cells of padding after the last one.
        dilation: Cells from one tap to the next.
        size: Output cells.
    """

    n: int
    kernel: int
    stride: int
    before: int
    after: int
    dilation: int
    size: int

    @property
    def effective_kernel(self) -> int:
        """Cells from the first tap to the last, both included: d·(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        """Input cells and padding."""
        return self.before + self.n + self.after

    @property
    def reach(self) -> int:
        """Cells from the start of the first window to the end of the last."""
        return (self.size - 1) * self.stride + self.effective_kernel

    @property
    def dropped(self) -> int:
        """Cells at the far end, padding included, that the floor drops: no window gets there."""
        return max(0, self.padded - self.reach)

    @property
    def dropped_input(self) -> int:
        """How many of the dropped cells are input, not padding."""
        return max(0, self.dropped - self.after)

    @property
    def overhang(self) -> int:
        """Cells by which the last window sticks out of the padded input (``ceil_mode`` only)."""
        return max(0, self.reach - self.padded)

    @property
    def inside(self) -> bool:
        """Whether every tap of every window falls on input, none on padding."""
        return self.before == 0 and self.reach <= self.n

    @property
    def tiles(self) -> bool:
        """Whether windows lie side by side inside the input: no gaps, no overlap, no padding."""
        return self.inside and self.stride == self.kernel and self.dilation == 1

    @cached_property
    def taps(self) -> tuple[Tap, ...]:
        """For each tap, which outputs read which inputs."""
        return tuple(self._tap(t * self.dilation - self.before) for t in range(self.kernel))

    def _tap(self, shift: int) -> Tap:
        first = max(0, -(shift // self.stride))
        past = min(self.size, (self.n - 1 - shift) // self.stride + 1)
        if past <= first:
            return Tap(slice(0, 0), slice(0, 0))
        start = first * self.stride + shift
        stop = (past - 1) * self.stride + shift + 1
        return Tap(slice(first, past), slice(start, stop, self.stride))

    @property
    def covered(self) -> int:
        """Cells, the padding included, as far as any window or input cell lies."""
        return max(self.before + self.n, self.reach)

    @property
    def inner(self) -> slice:
        """Where the input lies among the cells when the padding is counted."""
        return slice(self.before, self.before + self.n)

    def under(self, tap: int) -> slice:
        """The cells that a tap reads, one for each output, the padding counted and included."""
        first = tap * self.dilation
        return slice(first, first + (self.size - 1) * self.stride + 1, self.stride)

    def window(self, output: int) -> range:
        """Input cells that ``output`` reads, one per tap; those < 0 or ≥ n lie in the padding."""
        start = output * self.stride - self.before
        return range(start, start + self.effective_kernel, self.dilation)

    def readers(self, cell: int) -> tuple[Pair, ...]:
        """(output, tap) of every window that reads input ``cell``, outputs rising."""
        pairs = ((cell + self.before - t * self.dilation, t) for t in range(self.kernel))
        found = ((at // self.stride, t) for at, t in pairs if at % self.stride == 0)
        return tuple(sorted((o, t) for o, t in found if 0 <= o < self.size))


def output_geometry(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: PairLike = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> AxisGeometry:
    """One axis worked out: ⌊(n + before + after − d·(k − 1) − 1) / s⌋ + 1 output cells.

    Args:
        n: Input cells.
        kernel: Taps of the window.
        stride: Cells from one window to the next.
        padding: Cells added at both ends, or (before, after).
        dilation: Cells from one tap to the next.
        ceil_mode: Round up instead: a last window may stick out of the padded input, but only
            if it starts inside the input or the padding before it, as PyTorch has it.

    Raises:
        ValueError: The window does not fit even once.
    """
    before, after = pair(padding, "padding", least=0)
    return _axis(
        whole(n, "input size", 1),
        whole(kernel, "kernel_size", 1),
        whole(stride, "stride", 1),
        before,
        after,
        whole(dilation, "dilation", 1),
        flag(ceil_mode, "ceil_mode"),
    )


@lru_cache(maxsize=4096)
def _axis(
    n: int, kernel: int, stride: int, before: int, after: int, dilation: int, ceil_mode: bool
) -> AxisGeometry:
    effective = dilation * (kernel - 1) + 1
    room = before + n + after - effective
    size = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (size - 1) * stride >= n + before:
        size -= 1
    if size < 1:
        fits = (before + n + after - 1) // dilation + 1
        raise ValueError(
            f"kernel_size: {kernel} taps at dilation {dilation} span {effective} cells, but the "
            f"input has {n} with padding {before} + {after}; need kernel_size ≤ {fits} or "
            f"{-room} more cells of padding"
        )
    return AxisGeometry(n, kernel, stride, before, after, dilation, size)


def output_size(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: PairLike = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Output cells along one axis; arguments as :func:`output_geometry`."""
    return output_geometry(n, kernel, stride, padding, dilation, ceil_mode).size


def transposed_output_size(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: PairLike = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Output cells of a transposed convolution: s·(n − 1) + d·(k − 1) + 1 − before − after + extra.

    A convolution with these settings takes that many cells back to ``n``. With a stride several
    sizes go to the same ``n``; ``output_padding`` (< stride or < dilation) says which one is meant.

    Arguments as :func:`output_geometry`'s.

    Raises:
        ValueError: a number is out of its range, or padding takes all cells away.
    """
    n, kernel = whole(n, "input size", 1), whole(kernel, "kernel_size", 1)
    stride, dilation = whole(stride, "stride", 1), whole(dilation, "dilation", 1)
    before, after = pair(padding, "padding", least=0)
    extra = whole(output_padding, "output_padding", 0)
    if extra >= max(stride, dilation):
        raise ValueError(
            f"output_padding: got {extra}, need less than the stride {stride} "
            f"or the dilation {dilation}"
        )
    size = stride * (n - 1) + dilation * (kernel - 1) + 1 - before - after + extra
    if size < 1:
        raise ValueError(
            f"padding: {before} + {after} removes all of the {size + before + after} output cells; "
            f"need at most {size + before + after - 1} in all"
        )
    return size


def adaptive_bounds(n: int, size: int) -> list[Pair]:
    """The ``size`` stretches (first, past) of ``n`` cells that adaptive pooling averages.

    Stretch i is ⌊i·n/size⌋ … ⌈(i + 1)·n/size⌉, PyTorch's rule; neighbours may overlap.
    """
    n, size = whole(n, "input size", 1), whole(size, "output_size", 1)
    return [(i * n // size, -(-(i + 1) * n // size)) for i in range(size)]


@dataclass(frozen=True)
class Window:
    """A window that slides over rows and columns: the geometry of one convolution or pooling.

    Attributes:
        kernel: Taps (rows, columns).
        stride: (rows, columns).
        padding: Cells (top, bottom, left, right).
        dilation: (rows, columns).
        ceil_mode: Round the output size up, see :func:`output_geometry`.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Sides = (0, 0, 0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False

    @classmethod
    def of(
        cls,
        kernel_size: PairLike,
        stride: PairLike = 1,
        padding: PaddingLike = 0,
        dilation: PairLike = 1,
        ceil_mode: bool = False,
        input_size: Sequence[int] | None = None,
    ) -> Window:
        """From arguments as users write them; see :func:`resolve_padding` for ``padding``."""
        sides = resolve_padding(padding, kernel_size, stride, dilation, input_size)
        return cls(
            pair(kernel_size, "kernel_size"),
            pair(stride, "stride"),
            sides,
            pair(dilation, "dilation"),
            flag(ceil_mode, "ceil_mode"),
        )

    def axes(self, height: int, width: int) -> tuple[AxisGeometry, AxisGeometry]:
        """Rows and columns over an input of ``height`` × ``width``, worked out.

        Raises:
            ValueError: the window does not fit even once, or the padding is beyond all reason.
        """
        (kh, kw), (sh, sw), (dh, dw) = self.kernel, self.stride, self.dilation
        top, bottom, left, right = self.padding
        rows = _axis(height, kh, sh, top, bottom, dh, self.ceil_mode)
        columns = _axis(width, kw, sw, left, right, dw, self.ceil_mode)
        if rows.size * columns.size > height * width:  # more padding than window
            check_room((rows.size, columns.size), "padding")
        return rows, columns

    def output_size(self, height: int, width: int) -> Pair:
        """(rows, columns) of the output."""
        rows, columns = self.axes(height, width)
        return rows.size, columns.size
