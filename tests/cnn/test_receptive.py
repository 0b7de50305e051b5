from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn import functional as F
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, GlobalAvgPool2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.pooling import MaxPool2d
from cnn.window.geometry import Window
from cnn.window.receptive_field import (
    Branching,
    Field,
    Transposed,
    merge_fields,
    receptive_field,
    stack_output_size,
    unit_window,
)

CONV3, CONV1 = Window.of(3, 1, 1), Window.of(1)
POOL2 = Window.of(2, 2)


def vgg16() -> list[Window]:
    return [w for count in (2, 2, 3, 3, 3) for w in (*[CONV3] * count, POOL2)]


def resnet50() -> list[Window | Branching]:
    """TF-slim's, as in the paper's table: strides in a block's last unit, "same" pooling."""
    stack: list[Window | Branching] = [Window.of(7, 2, 3), Window.of(3, 2, (0, 1, 0, 1))]
    for block, units in enumerate((3, 4, 6, 3)):
        for unit in range(units):
            stride = 2 if unit == units - 1 and block < 3 else 1
            body = (CONV1, Window.of(3, stride, 1), CONV1)
            stack.append(Branching((body, (Window.of(1, stride),))))
    return stack


@pytest.mark.parametrize(
    ("stack", "size", "stride", "padding"),
    [(vgg16(), 212, 32, 90), (resnet50(), 483, 32, 239)],
    ids=["VGG-16", "ResNet-50"],
)
def test_published_receptive_fields(stack, size, stride, padding) -> None:
    """Table of Araujo, Norris and Sim (2019)."""
    rows, columns = receptive_field(stack)
    assert rows == columns == Field(size, stride, -padding)


def test_fields_can_be_followed_layer_by_layer() -> None:
    stack = vgg16()
    fields = receptive_field([])
    for step in stack:
        fields = receptive_field([step], fields)
    assert fields == receptive_field(stack)
    assert receptive_field([Window((3, 5), (1, 2), (0, 0, 1, 2))]) == (Field(3, 1), Field(5, 2, -1))
    assert Field(5, 2, -1).centre == 1
    assert Field(5, 2, -1).cells(3) == (5, 10)


windows = st.builds(
    Window,
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(*[st.integers(0, 2)] * 4),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
)
transposed = st.builds(
    Transposed,
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(*[st.integers(0, 1)] * 4),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
)


def forward(stack, x):
    """Sums of magnitudes through a stack of all-ones kernels: what is > 0 depends on x."""
    for step in stack:
        if isinstance(step, Branching):
            x = sum(forward(branch, x) for branch in step.branches)
            continue
        ones = np.ones((1, 1, *step.kernel))
        if isinstance(step, Transposed):
            (top, _, left, _), (height, width) = step.padding, step.output_size(*x.shape[2:])
            wide = F.conv_transpose2d(x, ones, None, step.stride, 0, 0, 1, step.dilation)
            x = wide[:, :, top : top + height, left : left + width]
        else:
            x = F.conv2d(x, ones, None, step.stride, step.padding, step.dilation)
    return x


@limits(max_examples=60)
@given(
    stack=st.lists(st.one_of(windows, transposed), min_size=1, max_size=4),
    size=st.tuples(st.integers(3, 7), st.integers(3, 7)),
    data=st.data(),
)
def test_unit_window_holds_exactly_the_outermost_cells_that_matter(stack, size, data) -> None:
    try:
        rows, columns = stack_output_size(stack, *size)
    except ValueError:
        assume(False)
    impulses = np.eye(size[0] * size[1]).reshape(-1, 1, *size)
    answers = forward(stack, impulses)
    assert answers.shape[2:] == (rows, columns)
    row = data.draw(st.integers(0, rows - 1))
    column = data.draw(st.integers(0, columns - 1))
    seen = answers[:, 0, row, column].reshape(size) > 0
    lines, posts = seen.any(axis=1).nonzero()[0], seen.any(axis=0).nonzero()[0]
    row0, row1, col0, col1 = unit_window(stack, row, column, size)
    if len(lines):
        assert (row0, row1) == (lines[0], lines[-1] + 1)
        assert (col0, col1) == (posts[0], posts[-1] + 1)
    else:
        assert row0 == row1 or col0 == col1
    if all(isinstance(step, Window) for step in stack):
        fields = receptive_field(stack)
        expected = (*fields[0].cells(row), *fields[1].cells(column))
        assert unit_window(stack, row, column, size, clip=False) == expected


def test_padding_hides_cells_at_every_layer() -> None:
    # The second layer's last unit reads one real and one padded unit of the first, which drops a
    # column: nobody sees the last one.
    stack = [Window.of(2, 2), Window.of(2, 1, (0, 0, 0, 1))]
    assert unit_window(stack, 0, 1, (4, 5)) == (0, 4, 2, 4)
    assert unit_window(stack, 0, 1, (4, 5), clip=False) == (0, 4, 2, 6)


def test_branches_see_the_union() -> None:
    inception = Branching(((CONV1,), (CONV1, CONV3), (CONV1, CONV3, CONV3), ()))
    assert receptive_field([inception])[0] == Field(5, 1, -2)
    assert unit_window([inception, POOL2], 1, 1, (8, 8)) == (0, 6, 0, 6)
    x = np.eye(64).reshape(-1, 1, 8, 8)
    seen = forward([inception, POOL2], x)[:, 0, 1, 1].reshape(8, 8) > 0
    assert seen[0:6, 0:6].all() and seen.sum() == 36


def test_branches_must_agree() -> None:
    with pytest.raises(ValueError, match=r"branches: got jumps 1, 2"):
        receptive_field([Branching(((CONV3,), (POOL2,)))])
    with pytest.raises(ValueError, match=r"branches: got output sizes .*\(4, 4\).*\(8, 8\)"):
        stack_output_size([Branching(((CONV3,), (POOL2,)))], 8, 8)
    with pytest.raises(ValueError, match="row: got 9, need 0 to 7"):
        unit_window([CONV3], 9, 0, (8, 8))


def test_upsampling_makes_jumps_fractions() -> None:
    up = Transposed((3, 3), (2, 2), (1, 1, 1, 1))
    assert receptive_field([up])[0] == Field(2, Fraction(1, 2), 0)
    assert receptive_field([POOL2, up])[0].jump == 1
    assert merge_fields([Field(3, 1, -1), Field(1, 1, 0)]) == Field(3, 1, -1)


def test_layers_tell_their_step() -> None:
    shape = (4, 6, 9)
    layers = [
        (Conv2d(4, 2, 3, 2, 1), Window.of(3, 2, 1)),
        (MaxPool2d(2, ceil_mode=True), Window.of(2, 2, ceil_mode=True)),
        (AdaptiveAvgPool2d((3, 3)), Window((2, 3), (2, 3))),
        (GlobalAvgPool2d(), Window((6, 9), (6, 9))),
    ]
    for layer, expected in layers:
        assert layer.receptive_step(shape) == expected
        assert expected.output_size(6, 9) == layer.output_shape(shape)[1:]
    layer = ConvTranspose2d(4, 2, 3, 2, 1, 1)
    assert (
        layer.receptive_step(shape).output_size(6, 9) == layer.output_shape(shape)[1:] == (12, 18)
    )
