"""Cross-correlation, its three gradients, and the transposed convolution, as loops."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnn.arrays import Array, Pair, Shape, Sides

Place = tuple[int, ...]


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """Cross-correlation, which deep learning calls convolution.

    y[n, o, r, q] = b[o] + Σ_c Σ_i Σ_j  w[o, c, i, j] · x̂[n, c, r·s + i·d, q·s + j·d]

    where x̂ is x with zeros around it, s the stride and d the dilation (of rows, of columns). The
    kernel w is laid on x̂ with its corner at (r·s, q·s), and what lies on each other is multiplied.
    With G groups filter o sees only its own C/G channels.

    Args:
        x: (N, C, H, W).
        weight: (O, C/groups, kh, kw): O filters, each with a kernel for every channel it sees.
        bias: (O,), or None for zeros.
        stride: Cells from one window to the next.
        padding: Rows and columns of zeros around x.
        dilation: Cells from one tap of the kernel to the next.
        groups: Channels and filters fall into so many parts that don't mix.

    Returns:
        (N, O, OH, OW).
    """
    padded = zero_padded(x, padding)
    y = np.zeros(output_shape(padded.shape, weight.shape, stride, dilation))
    for at_y, at_w, at_x in products(y.shape, weight.shape, stride, dilation, groups):
        y[at_y] += weight[at_w] * padded[at_x]
    if bias is not None:
        for n, o, r, q in np.ndindex(y.shape):
            y[n, o, r, q] += bias[o]
    return y


def output_shape(padded: Shape, weight: Shape, stride: Pair, dilation: Pair) -> Shape:
    """(N, O, OH, OW): how often the window fits into the (N, C, H, W) of the padded input.

    OH = ⌊(H − d·(kh − 1) − 1) / s⌋ + 1, and OW likewise.

    Args:
        padded: (N, C, H, W), the padding included.
        weight: (O, C/groups, kh, kw).
        stride: Of rows and of columns.
        dilation: Likewise.
    """
    sizes = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(padded[2:], weight[2:], stride, dilation, strict=True)
    ]
    return padded[0], weight[0], *sizes


def products(
    y: Shape, weight: Shape, stride: Pair, dilation: Pair, groups: int
) -> Iterator[tuple[Place, Place, Place]]:
    """Every product of a convolution, as three places: in y, in the weight, in the padded input.

    The same triples are all there is to its gradients. A product w · x̂ that was added to y passes
    ∂L/∂y on to both its factors: times x̂ to the weight, times w to the input.

    Args:
        y: (N, O, OH, OW).
        weight: (O, C/groups, kh, kw).
        stride: Of rows and of columns.
        dilation: Likewise.
        groups: Input and output channels fall into that many groups that don't mix.
    """
    outputs, channels, kh, kw = weight
    for n, o, r, q in np.ndindex(y):
        first = o // (outputs // groups) * channels  # the first channel of this filter's group
        for c, i, j in np.ndindex(channels, kh, kw):
            row, column = r * stride[0] + i * dilation[0], q * stride[1] + j * dilation[1]
            yield (n, o, r, q), (o, c, i, j), (n, first + c, row, column)


def conv2d_weight_gradient(
    dy: Array,
    x: Array,
    weight_shape: Shape,
    stride: Pair = (1, 1),
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """∂L/∂w, shaped as the weight.

    ∂L/∂w[o, c, i, j] = Σ_n Σ_r Σ_q  ∂L/∂y[n, o, r, q] · x̂[n, c, r·s + i·d, q·s + j·d]

    A weight is used at every place of the output, so its gradient is a sum over all of them.

    Arguments as :func:`conv2d`'s.
    """
    padded = zero_padded(x, padding)
    dweight = np.zeros(weight_shape)
    for at_y, at_w, at_x in products(dy.shape, weight_shape, stride, dilation, groups):
        dweight[at_w] += dy[at_y] * padded[at_x]
    return dweight


def conv2d_bias_gradient(dy: Array) -> Array:
    """∂L/∂b[o] = Σ_n Σ_r Σ_q ∂L/∂y[n, o, r, q]: the bias was added everywhere. (O,)."""
    dbias = np.zeros(dy.shape[1])
    for n, o, r, q in np.ndindex(dy.shape):
        dbias[o] += dy[n, o, r, q]
    return dbias


def conv2d_input_gradient(
    dy: Array,
    weight: Array,
    size: Pair,
    stride: Pair = (1, 1),
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """∂L/∂x, (N, C, H, W) for ``size`` (H, W).

    ∂L/∂x̂[n, c, u, v] = Σ over all (o, r, q, i, j) with r·s + i·d = u and q·s + j·d = v
                        of ∂L/∂y[n, o, r, q] · w[o, c, i, j]

    An input cell hears from every window it lay in, through the weight that lay on it. The cells of
    the padding hear too, but they are no input.

    Arguments as :func:`conv2d`'s.
    """
    top, bottom, left, right = padding
    rows, columns = size[0] + top + bottom, size[1] + left + right
    dpadded = np.zeros((len(dy), weight.shape[1] * groups, rows, columns))
    for at_y, at_w, at_x in products(dy.shape, weight.shape, stride, dilation, groups):
        dpadded[at_x] += dy[at_y] * weight[at_w]
    return without_padding(dpadded, padding)


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Sides = (0, 0, 0, 0),
    output_padding: Pair = (0, 0),
    groups: int = 1,
    dilation: Pair = (1, 1),
) -> Array:
    """Transposed convolution: every input cell stamps its value times the kernel onto the output.

    y[n, o, r·s + i·d, q·s + j·d] += w[c, o, i, j] · x[n, c, r, q]   for all c, r, q, i, j

    and then ``padding`` rows and columns are cut off. This is :func:`conv2d_input_gradient` with
    other names: forward it does what a convolution's backward pass does.

    Args:
        x: (N, C, H, W).
        weight: (C, O/groups, kh, kw).
        bias: (O,), or None for zeros.
        stride: Cells from one stamp to the next.
        padding: Rows and columns that are cut off the output.
        output_padding: Rows and columns of zeros added at the bottom and right before that.
        groups: Channels fall into so many parts that don't mix.
        dilation: Cells from one tap of the kernel to the next.

    Returns:
        (N, O, OH, OW) with OH = s·(H − 1) + d·(kh − 1) + 1 + output_padding − top − bottom.
    """
    full = [
        s * (n - 1) + d * (k - 1) + 1 + extra
        for n, k, s, d, extra in zip(
            x.shape[2:], weight.shape[2:], stride, dilation, output_padding, strict=True
        )
    ]
    y = np.zeros((len(x), weight.shape[1] * groups, *full))
    for at_x, at_w, at_y in products(x.shape, weight.shape, stride, dilation, groups):
        y[at_y] += x[at_x] * weight[at_w]
    if bias is not None:
        for n, o, r, q in np.ndindex(y.shape):
            y[n, o, r, q] += bias[o]
    return without_padding(y, padding)


def zero_padded(x: Array, padding: Sides) -> Array:
    """x̂: ``x`` (N, C, H, W) with zeros around it."""
    top, bottom, left, right = padding
    samples, channels, height, width = x.shape
    padded = np.zeros((samples, channels, top + height + bottom, left + width + right))
    padded[:, :, top : top + height, left : left + width] = x
    return padded


def without_padding(padded: Array, padding: Sides) -> Array:
    """The inner part of ``padded`` (N, C, H, W): the way back from :func:`zero_padded`."""
    top, bottom, left, right = padding
    height, width = padded.shape[2:]
    return padded[:, :, top : max(top, height - bottom), left : max(left, width - right)]
