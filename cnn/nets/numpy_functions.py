"""The functions that a NumPy script of a network is made of, as text.

:mod:`cnn.nets.export_numpy` puts those into a script that its network needs. They are written to be
read by whoever takes the script away: each by itself, (N, C, H, W), no word longer than it must be.
"""

from __future__ import annotations

#: The text of each function by its name, in the order of a script.
HELPERS = {
    "windows": '''
def windows(x, kernel, stride, padding, dilation, fill, mode="constant"):
    """(N, C, H, W) to its windows (N, C, OH, OW, kh, kw)."""
    top, bottom, left, right = padding
    more = {"constant_values": fill} if mode == "constant" else {}
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), mode, **more)
    spread = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    view = np.lib.stride_tricks.sliding_window_view(x, spread, axis=(2, 3))
    return view[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
''',
    "stretched": '''
def stretched(x, kernel, stride, padding, dilation):
    """The padding, with what the last windows stick out where sizes are rounded up."""
    padding = list(padding)
    for n, k, s, d, axis in zip(x.shape[2:], kernel, stride, dilation, (0, 2)):
        padded = n + padding[axis] + padding[axis + 1]
        count = -(-(padded - d * (k - 1) - 1) // s) + 1
        if (count - 1) * s >= n + padding[axis]:
            count -= 1
        padding[axis + 1] += max(0, (count - 1) * s + d * (k - 1) + 1 - padded)
    return padding
''',
    "conv2d": '''
def conv2d(x, weight, bias, stride, padding, dilation, groups=1, mode="constant"):
    """Every output cell is the sum of a window times the kernel, plus the bias."""
    w = windows(x, weight.shape[2:], stride, padding, dilation, 0.0, mode)
    parts = zip(np.split(w, groups, axis=1), np.split(weight, groups))
    sums = [np.einsum("nchwij,ocij->nohw", part, k, optimize=True) for part, k in parts]
    y = np.concatenate(sums, axis=1)
    return y if bias is None else y + bias[:, None, None]
''',
    "partial_conv2d": '''
def partial_conv2d(x, weight, bias, inputs):
    """A convolution whose maps each see only some of the input's."""
    maps, first = [], 0
    for seen, b in zip(inputs, bias):
        kernels = weight[first : first + len(seen)][None]
        first += len(seen)
        maps.append(conv2d(x[:, seen], kernels, b[None], (1, 1), (0, 0, 0, 0), (1, 1)))
    return np.concatenate(maps, axis=1)
''',
    "conv_transpose2d": '''
def conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation):
    """Every input cell stamps its value times the kernel onto the output."""
    (n, channels, height, width), (_, depth, kh, kw) = x.shape, weight.shape
    (top, bottom, left, right), (more_rows, more_columns) = padding, output_padding
    rows = stride[0] * (height - 1) + dilation[0] * (kh - 1) + 1 + more_rows
    columns = stride[1] * (width - 1) + dilation[1] * (kw - 1) + 1 + more_columns
    y = np.zeros((n, groups, depth, rows, columns), x.dtype)
    x = x.reshape(n, groups, channels // groups, height, width)
    kernels = weight.reshape(groups, channels // groups, depth, kh, kw)
    for i in range(kh):
        for j in range(kw):
            r, c = i * dilation[0], j * dilation[1]
            past = r + stride[0] * (height - 1) + 1, c + stride[1] * (width - 1) + 1
            stamp = np.einsum("ngchw,gco->ngohw", x, kernels[..., i, j], optimize=True)
            y[..., r : past[0] : stride[0], c : past[1] : stride[1]] += stamp
    y = y.reshape(n, groups * depth, rows, columns)
    y = y[:, :, top : rows - bottom, left : columns - right]
    return y if bias is None else y + bias[:, None, None]
''',
    "max_pool2d": '''
def max_pool2d(x, kernel, stride, padding, dilation):
    """The largest of each window."""
    return windows(x, kernel, stride, padding, dilation, -np.inf).max(axis=(4, 5))
''',
    "avg_pool2d": '''
def avg_pool2d(x, kernel, stride, padding):
    """The mean of each window, padding counted as zeros."""
    return windows(x, kernel, stride, padding, (1, 1), 0.0).mean(axis=(4, 5))
''',
    "sum_pool2d": '''
def sum_pool2d(x, kernel, stride, padding):
    """The sum of each window."""
    return windows(x, kernel, stride, padding, (1, 1), 0.0).sum(axis=(4, 5))
''',
    "window_counts": '''
def window_counts(x, kernel, stride, padding, stretched, count_padding):
    """Cells that each window's mean divides by; what sticks out of the padding is none."""
    around = ((0, 0), (0, 0), padding[:2], padding[2:])
    cells = np.pad(np.ones((1, 1, *x.shape[2:]), x.dtype), around, constant_values=count_padding)
    more = [s - p for s, p in zip(stretched, padding)]
    return windows(cells, kernel, stride, more, (1, 1), 0).sum(axis=(4, 5))
''',
    "adaptive_avg_pool2d": '''
def adaptive_avg_pool2d(x, size):
    """Means over stretches that divide the input into ``size``."""
    for axis, count in zip((2, 3), size):
        n = x.shape[axis]
        ends = [(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]
        means = [x.take(range(*e), axis).mean(axis=axis, keepdims=True) for e in ends]
        x = np.concatenate(means, axis=axis)
    return x
''',
    "batch_norm": '''
def batch_norm(x, mean, var, weight, bias, eps):
    """Each channel less its mean, over its standard deviation, scaled and shifted."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    scale = weight / np.sqrt(var + eps)
    return x * scale.reshape(shape) + (bias - mean * scale).reshape(shape)
''',
    "adaptive_max_pool2d": '''
def adaptive_max_pool2d(x, size):
    """Maxima over stretches that divide the input into ``size``."""
    for axis, count in zip((2, 3), size):
        n = x.shape[axis]
        ends = [(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]
        found = [x.take(range(*e), axis).max(axis=axis, keepdims=True) for e in ends]
        x = np.concatenate(found, axis=axis)
    return x
''',
    "group_norm": '''
def group_norm(x, groups, weight, bias, eps):
    """Each group of a sample's channels less its mean, over its standard deviation."""
    rows = x.reshape(len(x), groups, int(np.prod(x.shape[1:])) // groups)
    rows = rows - rows.mean(axis=2, keepdims=True)
    rows = rows / np.sqrt((rows**2).mean(axis=2, keepdims=True) + eps)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return rows.reshape(x.shape) * weight.reshape(shape) + bias.reshape(shape)
''',
    "instance_norm": '''
def instance_norm(x, weight, bias, eps):
    """Each channel of each sample less its mean, over its standard deviation."""
    x = x - x.mean(axis=(2, 3), keepdims=True)
    x = x / np.sqrt((x**2).mean(axis=(2, 3), keepdims=True) + eps)
    weight, bias = np.reshape(weight, (-1, 1, 1)), np.reshape(bias, (-1, 1, 1))
    return x * weight + bias
''',
    "layer_norm": '''
def layer_norm(x, axes, weight, bias, eps):
    """The last axes of each sample less their mean, over their standard deviation."""
    last = tuple(range(-axes, 0))
    x = x - x.mean(axis=last, keepdims=True)
    return x / np.sqrt((x**2).mean(axis=last, keepdims=True) + eps) * weight + bias
''',
    "elu": '''
def elu(x, alpha):
    """x where x > 0, else alpha * (exp(x) - 1)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
''',
    "softplus": '''
def softplus(x, beta, threshold):
    """log(1 + exp(beta * x)) / beta; x itself above the threshold."""
    soft = (np.log1p(np.exp(-np.abs(beta * x))) + np.maximum(beta * x, 0)) / beta
    return np.where(beta * x > threshold, x, soft)
''',
    "local_response_norm": '''
def local_response_norm(x, size, alpha, beta, k):
    """Each number over the activity of ``size`` neighbouring channels."""
    rim = [(0, 0), (size // 2, (size - 1) // 2)] + [(0, 0)] * (x.ndim - 2)
    squares = np.pad(x * x, rim)
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (k + alpha / size * total) ** beta
''',
    "linear": '''
def linear(x, weight, bias):
    """(N, F) to (N, O)."""
    y = x @ weight.T
    return y if bias is None else y + bias
''',
    "radial_basis": '''
def radial_basis(x, codes):
    """Minus the squared distance to each code."""
    return -((x[:, None] - codes) ** 2).sum(axis=2)
''',
    "flatten": '''
def flatten(x):
    """(N, C, H, W) to (N, C * H * W)."""
    return x.reshape(len(x), int(np.prod(x.shape[1:])))
''',
    "softmax": '''
def softmax(x):
    """exp(x) over its sum, along the channels."""
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
''',
    "sigmoid": '''
def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
''',
    "erf": '''
def erf(x):
    """Abramowitz and Stegun 7.1.26; the error is below 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    p = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
    poly = t * (p[0] + t * (p[1] + t * (p[2] + t * (p[3] + t * p[4]))))
    return np.sign(x) * (1 - poly * np.exp(-(x**2)))
''',
}

#: Which of them a function calls.
NEEDS = {
    "conv2d": ("windows",),
    "partial_conv2d": ("windows", "conv2d"),
    "max_pool2d": ("windows",),
    "avg_pool2d": ("windows",),
    "sum_pool2d": ("windows",),
    "window_counts": ("windows",),
}
