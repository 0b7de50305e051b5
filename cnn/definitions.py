r"""What every operation is: its equation, and the equation written as plain loops.

Nothing here is fast, nothing is clever, and nothing but NumPy's arrays is needed. The rest of
:mod:`cnn` computes the same numbers a thousand times faster; its tests hold it against this file.
So whoever asks what a convolution *is*, or what its gradient is, finds the answer here.

Arrays are (N, C, H, W): sample, channel, row, column. A window has kh × kw *taps*. Pairs are
(rows, columns), padding is (top, bottom, left, right), and the arguments have PyTorch's names.
``dy`` stands for ∂L/∂y, the gradient of some loss L at the output; a function ``f_gradient`` or
``f_…_gradient`` gives ∂L/∂(its input).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from cnn.arrays import Array, Pair, Shape, Sides

Place = tuple[int, ...]

# --- convolution --------------------------------------------------------------------------------


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


# --- pooling ------------------------------------------------------------------------------------


def windows(
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> list[list[list[Pair]]]:
    """For each output row and column the cells (row, column) under its window, padding too.

    Cells of the padding have a negative row or column, or one of at least ``size`` (H, W).

    Arguments as :func:`max_pool2d`'s.
    """
    starts = []
    for axis in (0, 1):
        n, (before, after) = size[axis], padding[2 * axis : 2 * axis + 2]
        reach = dilation[axis] * (kernel_size[axis] - 1) + 1
        found, at = [], -before
        while at + reach <= n + after:
            found.append(at)
            at += stride[axis]
        # With ceil_mode one more window may stick out, if it starts in the input or before it.
        if ceil_mode and at - stride[axis] + reach < n + after and at < n:
            found.append(at)
        starts.append(found)
    taps = [(i * dilation[0], j * dilation[1]) for i, j in np.ndindex(kernel_size)]
    return [[[(row + i, column + j) for i, j in taps] for column in starts[1]] for row in starts[0]]


def max_pool2d(
    x: Array,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """y[n, c, r, q] = the largest x[n, c, ·, ·] under the window at (r, q); padding never wins.

    Of equal cells the first in reading order wins. A NaN wins over all numbers, and of several the
    last (as in PyTorch): what went wrong is not to be overlooked.

    Args:
        x: (N, C, H, W).
        kernel_size: The window.
        stride: Cells from one window to the next.
        padding: Rows and columns around x that windows may cover.
        dilation: Cells from one tap to the next.
        ceil_mode: One more window may stick out at the end.

    Returns:
        The maxima (N, C, OH, OW), −∞ where a window sees padding only; and the place of each in
        its map, as row · W + column.
    """
    height, width = x.shape[2:]
    places = windows((height, width), kernel_size, stride, padding, dilation, ceil_mode)
    y = np.full((*x.shape[:2], len(places), len(places[0])), -np.inf)
    indices = np.zeros(y.shape, np.int64)
    for n, c, r, q in np.ndindex(y.shape):
        for row, column in places[r][q]:
            if not (0 <= row < height and 0 <= column < width):
                continue
            value = x[n, c, row, column]
            if value > y[n, c, r, q] or math.isnan(value):
                y[n, c, r, q] = value
                indices[n, c, r, q] = row * width + column
    return y, indices


def max_pool2d_gradient(dy: Array, indices: Array, size: Pair) -> Array:
    """∂L/∂x, (N, C, H, W): ∂L/∂y goes to the cell that won its window, and to no other.

    ∂y/∂x is 1 for the winner: the output *is* that cell. A little more or less of any other cell
    changes nothing. A cell that wins several windows gets the sum.

    Args:
        dy: (N, C, OH, OW).
        indices: As :func:`max_pool2d` gives them.
        size: (H, W) of the input.
    """
    dx = np.zeros((*dy.shape[:2], *size))
    for n, c, r, q in np.ndindex(dy.shape):
        row, column = divmod(int(indices[n, c, r, q]), size[1])
        dx[n, c, row, column] += dy[n, c, r, q]
    return dx


def avg_pool2d(
    x: Array,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """y[n, c, r, q] = Σ of x[n, c, ·, ·] under the window at (r, q), divided by a count.

    The count is :func:`divisor`. Arguments and shapes as :func:`max_pool2d`.
    """
    height, width = x.shape[2:]
    places = windows((height, width), kernel_size, stride, padding, ceil_mode=ceil_mode)
    y = np.zeros((*x.shape[:2], len(places), len(places[0])))
    for n, c, r, q in np.ndindex(y.shape):
        for row, column in places[r][q]:
            if 0 <= row < height and 0 <= column < width:
                y[n, c, r, q] += x[n, c, row, column]
        y[n, c, r, q] /= divisor_override or divisor(
            places[r][q], (height, width), padding, count_include_pad
        )
    return y


def divisor(places: list[Pair], size: Pair, padding: Sides, count_include_pad: bool) -> int:
    """How many cells of a window count: those of the input, and with ``count_include_pad`` those
    of the padding. What ``ceil_mode`` lets stick out beyond it never counts.
    """
    (height, width), (top, bottom, left, right) = size, padding
    if count_include_pad:
        return sum(
            -top <= row < height + bottom and -left <= column < width + right
            for row, column in places
        )
    return sum(0 <= row < height and 0 <= column < width for row, column in places)


def avg_pool2d_gradient(
    dy: Array,
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """∂L/∂x, (N, C, H, W): every cell of a window gets the same share, ∂L/∂y over the count.

    Arguments as :func:`avg_pool2d`'s.
    """
    height, width = size
    places = windows(size, kernel_size, stride, padding, ceil_mode=ceil_mode)
    dx = np.zeros((*dy.shape[:2], height, width))
    for n, c, r, q in np.ndindex(dy.shape):
        count = divisor_override or divisor(places[r][q], size, padding, count_include_pad)
        for row, column in places[r][q]:
            if 0 <= row < height and 0 <= column < width:
                dx[n, c, row, column] += dy[n, c, r, q] / count
    return dx


# --- classification -----------------------------------------------------------------------------


def softmax(z: Array) -> Array:
    """p[n, k] = e^{z[n, k]} / Σ_j e^{z[n, j]}: positive numbers that add up to 1, (N, K).

    Numerator and denominator may be multiplied by e^{−m}; with m the largest score no power is
    larger than 1, and nothing overflows.

    Args:
        z: (N, K) scores, also called logits.
    """
    p = np.zeros(z.shape)
    for n in range(len(z)):
        m = max(z[n])
        total = sum(math.exp(score - m) for score in z[n])
        for k in range(z.shape[1]):
            p[n, k] = math.exp(z[n, k] - m) / total
    return p


def cross_entropy(z: Array, target: Array) -> float:
    """L = −1/N · Σ_n log p[n, t[n]]: how surprised the network is by the right class.

    Args:
        z: (N, K) scores.
        target: (N,) class numbers t.
    """
    p = softmax(z)
    return -sum(math.log(p[n, t]) for n, t in enumerate(target)) / len(z)


def cross_entropy_gradient(z: Array, target: Array) -> Array:
    """∂L/∂z[n, k] = (p[n, k] − 1{k = t[n]}) / N: softmax minus target, (N, K).

    −log p_t = −z_t + log Σ_j e^{z_j}. The first term has gradient −1 at t and 0 elsewhere; the
    second has e^{z_k} / Σ_j e^{z_j} = p_k.
    """
    dz = softmax(z)
    for n, t in enumerate(target):
        dz[n, t] -= 1
    return dz / len(z)


# --- batch normalisation ------------------------------------------------------------------------


def batch_norm(x: Array, weight: Array, bias: Array, eps: float = 1e-5) -> Array:
    """y = γ_c · x̂ + β_c with x̂ = (x − μ_c) / √(σ²_c + ε), as in training.

    μ_c and σ²_c are mean and variance (divided by M) of the M = N·H·W numbers of channel c.
    Ioffe and Szegedy, "Batch Normalization" (2015).

    Args:
        x: (N, C, H, W).
        weight: γ, (C,).
        bias: β, (C,).
        eps: ε, keeps the root away from 0.
    """
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        normalised, _ = standardised(x[:, c], eps)
        y[:, c] = weight[c] * normalised + bias[c]
    return y


def standardised(x: Array, eps: float) -> tuple[Array, float]:
    """((x − μ) / σ, σ) of any array, with μ its mean and σ = √(variance + ε)."""
    mean = x.sum() / x.size
    variance = ((x - mean) ** 2).sum() / x.size
    sigma = math.sqrt(variance + eps)
    return (x - mean) / sigma, sigma


def batch_norm_gradient(
    dy: Array, x: Array, weight: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) of :func:`batch_norm`.

    ∂L/∂γ_c = Σ ∂L/∂y · x̂,   ∂L/∂β_c = Σ ∂L/∂y,   and with means over the M numbers of a channel

    ∂L/∂x = γ_c / σ_c · (∂L/∂y − mean(∂L/∂y) − x̂ · mean(∂L/∂y · x̂))

    Moving one x moves μ and σ too, and with them all M outputs. The mean has ∂μ/∂x = 1/M, which
    takes the mean of the gradients away; σ has ∂σ/∂x = x̂/M, which takes away their part along x̂.
    What is left cannot change mean or variance: those are fixed by the normalisation anyway.
    """
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for c in range(x.shape[1]):
        normalised, sigma = standardised(x[:, c], eps)
        g = dy[:, c]
        dweight[c], dbias[c] = (g * normalised).sum(), g.sum()
        along = normalised * dweight[c] / g.size
        dx[:, c] = weight[c] / sigma * (g - dbias[c] / g.size - along)
    return dx, dweight, dbias


# --- normalisation within a sample --------------------------------------------------------------


def group_norm(x: Array, num_groups: int, weight: Array, bias: Array, eps: float = 1e-5) -> Array:
    """y = γ_c · x̂ + β_c with x̂ = (x − μ) / √(σ² + ε), μ and σ² of one group of one sample.

    The C channels fall into ``num_groups`` groups of neighbours. With a group for each channel this
    is instance norm; with a single group it is layer norm over (C, H, W), but that layer norm has a
    γ and β for each number. Wu and He, "Group Normalization" (2018).

    Args:
        x: (N, C, H, W).
        num_groups: Divides C.
        weight: γ, (C,).
        bias: β, (C,).
        eps: ε, keeps the root away from 0.
    """
    y = np.zeros(x.shape)
    for n, channels in groups_of(x, num_groups):
        normalised, _ = standardised(x[n, channels], eps)
        y[n, channels] = normalised
    for c in range(x.shape[1]):
        y[:, c] = weight[c] * y[:, c] + bias[c]
    return y


def groups_of(x: Array, num_groups: int) -> list[tuple[int, slice]]:
    """Every group of every sample: its sample and its channels."""
    size = x.shape[1] // num_groups
    return [(n, slice(g * size, (g + 1) * size)) for n, g in np.ndindex(len(x), num_groups)]


def group_norm_gradient(
    dy: Array, x: Array, num_groups: int, weight: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) of :func:`group_norm`.

    As :func:`batch_norm_gradient`, with means over a group of a sample in place of a channel of the
    batch. γ differs within a group, so it is multiplied first: with g = γ · ∂L/∂y

    ∂L/∂x = 1/σ · (g − mean(g) − x̂ · mean(g · x̂))
    """
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for n, channels in groups_of(x, num_groups):
        normalised, sigma = standardised(x[n, channels], eps)
        g = weight[channels, None, None] * dy[n, channels]
        dx[n, channels] = (g - g.mean() - normalised * (g * normalised).mean()) / sigma
        dweight[channels] += (dy[n, channels] * normalised).sum(axis=(1, 2))
        dbias[channels] += dy[n, channels].sum(axis=(1, 2))
    return dx, dweight, dbias


# --- resizing -----------------------------------------------------------------------------------


def interpolate(x: Array, size: Pair, mode: str = "nearest") -> Array:
    """``x`` (N, C, H, W) resized to (N, C, *size).

    y[n, c, r, q] = Σ_u Σ_v a_r[u] · a_q[v] · x[n, c, u, v]

    with shares a of the rows and columns that add up to 1: see :func:`shares`.
    """
    rows, columns = (shares(n, count, mode) for n, count in zip(x.shape[2:], size, strict=True))
    y = np.zeros((*x.shape[:2], *size))
    for n, c, r, q in np.ndindex(y.shape):
        for u, v in np.ndindex(x.shape[2:]):
            y[n, c, r, q] += rows[r, u] * columns[q, v] * x[n, c, u, v]
    return y


def interpolate_gradient(dy: Array, size: Pair, mode: str = "nearest") -> Array:
    """∂L/∂x, (N, C, *size): every cell gets its shares of the gradients of what read it.

    Arguments as :func:`interpolate`'s.
    """
    rows, columns = (shares(n, count, mode) for n, count in zip(size, dy.shape[2:], strict=True))
    dx = np.zeros((*dy.shape[:2], *size))
    for n, c, r, q in np.ndindex(dy.shape):
        for u, v in np.ndindex(size):
            dx[n, c, u, v] += rows[r, u] * columns[q, v] * dy[n, c, r, q]
    return dx


def shares(n: int, size: int, mode: str) -> Array:
    """(size, n): how much of each of ``n`` cells goes into each of ``size``.

    "nearest": output i is the cell ⌊i · n/size⌋. "bilinear": the middle of output i lies at
    t = (i + ½) · n/size − ½, not before the first cell; the cells at ⌊t⌋ and one further share by
    how near they are, 1 − (t − ⌊t⌋) and t − ⌊t⌋.
    """
    found = np.zeros((size, n))
    for i in range(size):
        if mode == "nearest":
            found[i, i * n // size] = 1
            continue
        t = max((i + 0.5) * n / size - 0.5, 0)
        low = min(int(t), n - 1)
        found[i, low] += 1 - (t - low)
        found[i, min(low + 1, n - 1)] += t - low
    return found
