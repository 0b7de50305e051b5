"""Receptive fields: which input cells a unit deep inside a network sees.

Two ways, both from Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
Networks" (Distill, 2019). :func:`receptive_field` goes forward and gives one rule for all units of
a layer: unit ``i`` sees ``size`` cells from ``start + i·jump``. :func:`unit_window` goes backward
from one unit and gives its cells exactly, also at the borders and through transposed
convolutions.

A *stack* is a sequence of :class:`~cnn.window.geometry.Window`, :class:`Transposed` and
:class:`Branching`, in the order in which the data meets them. Layers that work on each cell alone
(activations, batch norm) move nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cnn.arrays import Pair
from cnn.settings import check_room
from cnn.window.geometry import AxisGeometry, Window, transposed_output_size


@dataclass(frozen=True)
class Transposed:
    """The geometry of a transposed convolution; fields as in ``Window``."""

    kernel: Pair
    stride: Pair = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: Pair = (1, 1)
    output_padding: Pair = (0, 0)

    def output_size(self, height: int, width: int) -> Pair:
        """(rows, columns) of the output; a ValueError if there is none, or far too much."""
        (kh, kw), (sh, sw), (dh, dw) = self.kernel, self.stride, self.dilation
        top, bottom, left, right = self.padding
        extra_rows, extra_columns = self.output_padding
        rows = transposed_output_size(height, kh, sh, (top, bottom), extra_rows, dh)
        columns = transposed_output_size(width, kw, sw, (left, right), extra_columns, dw)
        check_room((rows, columns), "stride" if max(self.stride) > 1 else "dilation")
        return rows, columns


@dataclass(frozen=True)
class Branching:
    """Stacks side by side whose outputs are added or concatenated; () is the identity."""

    branches: tuple[Sequence[Step], ...]


Step = Window | Transposed | Branching
Cells = frozenset[int]  # along one axis


@dataclass(frozen=True)
class Field:
    """What the units of one layer see of one axis of the input.

    Unit i sees cells ``start + i·jump`` to ``start + i·jump + size − 1``; cells < 0 are padding.

    Attributes:
        size: Receptive field in cells.
        jump: Cells from one unit's field to the next one's; a fraction after upsampling.
        start: First cell of unit 0.
    """

    size: int = 1
    jump: int | Fraction = 1
    start: int | Fraction = 0

    @property
    def centre(self) -> float:
        """Middle of the field of unit 0, in cells."""
        return float(self.start) + (self.size - 1) / 2

    def cells(self, unit: int) -> Pair:
        """(first, past) of the cells that ``unit`` sees, not clipped to the input.

        Exact without transposed convolutions; with them see :func:`unit_window`.
        """
        first = self.start + unit * self.jump
        return -(-first.numerator // first.denominator), int(first + self.size)

    def through(self, kernel: int, stride: int = 1, before: int = 0, dilation: int = 1) -> Field:
        """The field after one more convolution or pooling.

        Args:
            kernel: Cells of its window along the axis.
            stride: Its step.
            before: Its padding at the start.
            dilation: Distance between the window's cells.
        """
        size = self.size + int((kernel - 1) * dilation * self.jump)
        return Field(size, self.jump * stride, self.start - before * self.jump)

    def through_transposed(
        self, kernel: int, stride: int = 1, before: int = 0, dilation: int = 1
    ) -> Field:
        """The largest field of any unit after a transposed convolution.

        Args:
            kernel: Cells of its window along the axis.
            stride: Its step.
            before: Its padding at the start.
            dilation: Distance between the window's cells.
        """
        reach = (kernel - 1) * dilation
        seen = reach // stride + 1
        jump = Fraction(self.jump) / stride
        start = self.start + -((reach - before) // stride) * self.jump
        size = self.size + int((seen - 1) * self.jump)
        return Field(size, int(jump) if jump.denominator == 1 else jump, start)


def merge_fields(fields: Iterable[Field]) -> Field:
    """The field of units that see all of ``fields``: from the first start to the last end.

    Raises:
        ValueError: The jumps differ, so the branches drift apart from unit to unit.
    """
    fields = list(fields)
    jumps = sorted({field.jump for field in fields})
    if len(jumps) != 1:
        given = ", ".join(str(jump) for jump in jumps)
        raise ValueError(f"branches: got jumps {given}, need the same jump (stride) in each")
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    return Field(int(end - start), jumps[0], start)


def receptive_field(
    stack: Iterable[Step], begin: tuple[Field, Field] | None = None
) -> tuple[Field, Field]:
    """Fields (rows, columns) of the units after ``stack``.

    Args:
        stack: The steps, input first.
        begin: Fields of the units before the stack; the input's own by default. Feeding back the
            result goes through a network step by step.
    """
    rows, columns = begin or (Field(), Field())
    for step in stack:
        if isinstance(step, Branching):
            ends = [receptive_field(branch, (rows, columns)) for branch in step.branches]
            rows, columns = (merge_fields(axis) for axis in zip(*ends, strict=True))
            continue
        (kh, kw), (sh, sw), (dh, dw) = step.kernel, step.stride, step.dilation
        top, _, left, _ = step.padding
        if isinstance(step, Transposed):
            rows = rows.through_transposed(kh, sh, top, dh)
            columns = columns.through_transposed(kw, sw, left, dw)
        else:
            rows = rows.through(kh, sh, top, dh)
            columns = columns.through(kw, sw, left, dw)
    return rows, columns


def stack_output_size(stack: Iterable[Step], height: int, width: int) -> Pair:
    """(rows, columns) of the units after ``stack``.

    Args:
        stack: From the input on.
        height: Rows of the input.
        width: Its columns.

    Raises:
        ValueError: A window does not fit, or branches end in different sizes.
    """
    for step in stack:
        height, width = _step_output_size(step, height, width)
    return height, width


def _step_output_size(step: Step, height: int, width: int) -> Pair:
    if not isinstance(step, Branching):
        return step.output_size(height, width)
    sizes = {stack_output_size(branch, height, width) for branch in step.branches}
    if len(sizes) != 1:
        raise ValueError(f"branches: got output sizes {sorted(sizes)}, need the same in each")
    return sizes.pop()


def unit_window(
    stack: Sequence[Step],
    row: int,
    column: int,
    input_size: Sequence[int],
    clip: bool = True,
) -> tuple[int, int, int, int]:
    """The input cells that one unit after ``stack`` sees.

    Args:
        stack: The steps, input first.
        row: The unit's row after the stack.
        column: Its column.
        input_size: (H, W) of the input.
        clip: Leave out padding, at every layer on the way, so that the answer holds exactly the
            outermost cells that can change the unit. Otherwise padding counts as cells, and the
            answer may lie partly outside of the input: what :class:`Field` says.

    Returns:
        (row0, row1, col0, col1), half open: ``x[row0:row1, col0:col1]``.

    Raises:
        ValueError: There is no such unit.
    """
    size = stack_output_size(stack, *input_size)
    for name, at, limit in zip(("row", "column"), (row, column), size, strict=True):
        if not 0 <= at < limit:
            raise ValueError(f"{name}: got {at}, need 0 to {limit - 1}")
    rows, columns = _trace(
        stack, (frozenset((row,)), frozenset((column,))), input_size[0], input_size[1], clip
    )
    return (*_bounds(rows), *_bounds(columns))


def _bounds(cells: Cells) -> Pair:
    """(first, past); (0, 0) for a unit that sees nothing but padding."""
    return (min(cells), max(cells) + 1) if cells else (0, 0)


def _trace(
    stack: Sequence[Step], cells: tuple[Cells, Cells], height: int, width: int, clip: bool
) -> tuple[Cells, Cells]:
    """Cells (rows, columns) after ``stack`` to the cells of its input that they read."""
    sizes = [(height, width)]
    for step in stack:
        sizes.append(_step_output_size(step, *sizes[-1]))
    for step, (h, w) in zip(reversed(stack), reversed(sizes[:-1]), strict=True):
        if isinstance(step, Branching):
            ends = [_trace(branch, cells, h, w, clip) for branch in step.branches]
            rows, columns = (frozenset().union(*axis) for axis in zip(*ends, strict=True))
        elif isinstance(step, Transposed):
            rows, columns = (_read_transposed(step, axis, cells[axis]) for axis in (0, 1))
        else:
            axes = step.axes(h, w)
            rows, columns = (_read(axes[axis], cells[axis]) for axis in (0, 1))
        if clip:
            rows, columns = rows.intersection(range(h)), columns.intersection(range(w))
        cells = rows, columns
    return cells


def _read(axis: AxisGeometry, outputs: Cells) -> Cells:
    return frozenset(cell for output in outputs for cell in axis.window(output))


def _read_transposed(step: Transposed, axis: int, outputs: Cells) -> Cells:
    stride, before = step.stride[axis], step.padding[2 * axis]
    reach = [tap * step.dilation[axis] for tap in range(step.kernel[axis])]
    places = (output + before - tap for output in outputs for tap in reach)
    return frozenset(place // stride for place in places if place % stride == 0)
