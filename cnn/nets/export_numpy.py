"""A network as a readable script in plain NumPy."""

from __future__ import annotations

from cnn.nets.container import Container
from cnn.nets.program import (
    Writer,
    activation_of,
    blocks_inside,
    number,
    pair,
    quoted,
    refuse,
    sides,
)
from cnn.nets.spec import Block, Spec, spec_of

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
NEEDS = {
    "conv2d": ("windows",),
    "partial_conv2d": ("windows", "conv2d"),
    "max_pool2d": ("windows",),
    "avg_pool2d": ("windows",),
    "sum_pool2d": ("windows",),
    "window_counts": ("windows",),
}
#: NumPy's names of the paddings.
PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def to_numpy(net: Container, weights: str = "weights.npz") -> str:
    """A script that needs NumPy alone: ``python model.py`` shows a forward pass.

    Args:
        net: Made of layers that :mod:`cnn.nets.spec` knows.
        weights: The file that the script reads, as :func:`cnn.nets.storage.save` writes it.

    Raises:
        ValueError: a layer that cannot be written so.
    """
    lines = _lines(spec_of(net), "")
    body = "\n".join(f"    {line}" for line in lines)
    helpers = {name for name in HELPERS if f"{name}(" in body}
    helpers |= {needed for name in helpers for needed in NEEDS.get(name, ())}
    functions = "\n".join(text for name, text in HELPERS.items() if name in helpers)
    shape = net.input_shape or (1, 28, 28)
    sizes = ", ".join(map(str, shape))
    return f'''"""A trained convolutional network in plain NumPy; images are (N, C, H, W)."""

import numpy as np

{functions}

def load(path={quoted(weights)}):
    """The weights by name."""
    with np.load(path, allow_pickle=False) as file:
        return {{name: file[name] for name in file.files if name != "header"}}


def forward(x, p):
    """Images (N, {sizes}) to logits (N, K); p are the weights."""
{body}
    return x


if __name__ == "__main__":
    images = np.zeros((1, {sizes}), np.float32)
    print(forward(images, load()))
'''


def _lines(spec: Spec, prefix: str) -> list[str]:
    """The lines that take x through the blocks of a table."""
    lines: list[str] = []
    for block in spec:
        path = prefix + block["name"]
        if block["kind"] == "sequence":
            lines += _lines(block["layers"], f"{path}.")
        elif block["kind"] == "residual":
            lines += _residual(block, path)
        elif block["kind"] == "branches":
            lines += _branches(block, path)
        else:
            lines.append(f"x = {_written(block, path)}")
    return lines


def _residual(block: Block, path: str) -> list[str]:
    depth = path.count(".")
    kept, added = f"kept{depth}", f"added{depth}"
    bodies = dict(blocks_inside(block))
    lines = [f"{kept} = x  # {path}", *_lines(bodies["body"], f"{path}.body.")]
    lines += [f"{added} = x", f"x = {kept}"]
    lines += _lines(bodies.get("shortcut", []), f"{path}.shortcut.")
    lines.append(f"x = {added} + x")
    activation = activation_of(block)
    return lines if activation is None else [*lines, *_lines([{**activation, "name": "activation"}],
                                                             f"{path}.")]  # fmt: skip


def _branches(block: Block, path: str) -> list[str]:
    depth = path.count(".")
    kept, parts = f"kept{depth}", f"parts{depth}"
    lines = [f"{kept}, {parts} = x, []  # {path}"]
    for name, body in blocks_inside(block):
        lines += [f"x = {kept}", *_lines(body, f"{path}.{name}."), f"{parts}.append(x)"]
    return [*lines, f"x = np.concatenate({parts}, axis=1)"]


def _written(block: Block, path: str) -> str:
    if block["kind"] not in _NUMPY:
        raise refuse(path, f"there is no line for a {block['kind']}")
    return _NUMPY[block["kind"]](block, path)


def _p(path: str, name: str) -> str:
    return f"p[{quoted(f'{path}.{name}')}]"


def _bias(block: Block, path: str) -> str:
    return _p(path, "bias") if block.get("bias", True) else "None"


def _conv(b: Block, path: str) -> str:
    more = f", {b['groups']}" if b["groups"] != 1 else ""
    if b["padding_mode"] != "zeros":
        more += f', mode="{PAD_MODES[b["padding_mode"]]}"'
    return (
        f"conv2d(x, {_p(path, 'weight')}, {_bias(b, path)}, {pair(b['stride'])}, "
        f"{sides(b['padding'])}, {pair(b['dilation'])}{more})"
    )


def _conv_transpose(b: Block, path: str) -> str:
    return (
        f"conv_transpose2d(x, {_p(path, 'weight')}, {_bias(b, path)}, {pair(b['stride'])}, "
        f"{sides(b['padding'])}, {pair(b['output_padding'])}, {b['groups']}, "
        f"{pair(b['dilation'])})"
    )


def _padding(b: Block) -> str:
    """A pooling's padding, or the call that works it out where sizes are rounded up."""
    if not b["ceil_mode"]:
        return str(sides(b["padding"]))
    kernel, stride = pair(b["kernel_size"]), pair(b["stride"])
    dilation = pair(b.get("dilation", 1))
    return f"stretched(x, {kernel}, {stride}, {sides(b['padding'])}, {dilation})"


def _pool(name: str, b: Block, more: str = "") -> str:
    return f"{name}(x, {pair(b['kernel_size'])}, {pair(b['stride'])}, {_padding(b)}{more})"


def _avg_pool(b: Block, path: str) -> str:
    if b["divisor_override"] is not None:
        return f"{_pool('sum_pool2d', b)} / {number(b['divisor_override'])}"
    if b["count_include_pad"] and not b["ceil_mode"]:
        return _pool("avg_pool2d", b)
    counts = (
        f"window_counts(x, {pair(b['kernel_size'])}, {pair(b['stride'])}, {sides(b['padding'])}, "
        f"{_padding(b)}, {int(b['count_include_pad'])})"
    )
    return f"{_pool('sum_pool2d', b)} / {counts}"


def _subsample(b: Block, path: str) -> str:
    weight, bias = f"{_p(path, 'weight')}[:, None, None]", f"{_p(path, 'bias')}[:, None, None]"
    kernel, stride = pair(b["kernel_size"]), pair(b["stride"])
    return f"sum_pool2d(x, {kernel}, {stride}, (0, 0, 0, 0)) * {weight} + {bias}"


def _batch_norm(b: Block, path: str) -> str:
    names = ("running_mean", "running_var", "weight", "bias")
    return f"batch_norm(x, {', '.join(_p(path, n) for n in names)}, {number(b['eps'])})"


def _lrn(b: Block, path: str) -> str:
    settings = ", ".join(number(b[name]) for name in ("size", "alpha", "beta", "k"))
    return f"local_response_norm(x, {settings})"


def _affine(b: Block, path: str, name: str) -> str:
    """The parameters if there are any; 1 and 0 change nothing."""
    return f"{_p(path, 'weight')}, {_p(path, 'bias')}" if b[name] else "1, 0"


def _layer_norm(b: Block, path: str) -> str:
    learned = _affine(b, path, "elementwise_affine")
    return f"layer_norm(x, {len(b['normalized_shape'])}, {learned}, {number(b['eps'])})"


def _instance_norm(b: Block, path: str) -> str:
    learned, eps = _affine(b, path, "affine"), number(b["eps"])
    if not b["track_running_stats"]:
        return f"instance_norm(x, {learned}, {eps})"
    running = f"{_p(path, 'running_mean')}, {_p(path, 'running_var')}"
    return f"batch_norm(x, {running}, {learned}, {eps})"


def _gelu(b: Block, path: str) -> str:
    if b["approximate"] == "tanh":
        return "0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))"
    return "0.5 * x * (1 + erf(x / np.sqrt(2)))"


_NUMPY: dict[str, Writer] = {
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "partial_conv": lambda b, path: (
        f"partial_conv2d(x, {_p(path, 'weight')}, {_p(path, 'bias')}, {b['inputs']})"
    ),
    "max_pool": lambda b, path: _pool("max_pool2d", b, f", {pair(b['dilation'])}"),
    "avg_pool": _avg_pool,
    "sum_pool": lambda b, path: _pool("sum_pool2d", b),
    "subsample": _subsample,
    "adaptive_avg_pool": lambda b, path: f"adaptive_avg_pool2d(x, {pair(b['output_size'])})",
    "global_avg_pool": lambda b, path: "x.mean(axis=(2, 3), keepdims=True)",
    "batch_norm": _batch_norm,
    "lrn": _lrn,
    "flatten": lambda b, path: "flatten(x)",
    "linear": lambda b, path: f"linear(x, {_p(path, 'weight')}, {_bias(b, path)})",
    "radial_basis": lambda b, path: f"radial_basis(x, {_p(path, 'weight')})",
    "dropout": lambda b, path: "x  # dropout does nothing once training is over",
    "softmax": lambda b, path: "softmax(x)",
    "adaptive_max_pool": lambda b, path: f"adaptive_max_pool2d(x, {pair(b['output_size'])})",
    "global_max_pool": lambda b, path: "x.max(axis=(2, 3), keepdims=True)",
    "group_norm": lambda b, path: (
        f"group_norm(x, {b['num_groups']}, {_p(path, 'weight')}, {_p(path, 'bias')}, "
        f"{number(b['eps'])})"
    ),
    "layer_norm": _layer_norm,
    "instance_norm": _instance_norm,
    "silu": lambda b, path: "x * sigmoid(x)",
    "hardswish": lambda b, path: "x * np.clip(x + 3, 0, 6) / 6",
    "relu6": lambda b, path: "np.clip(x, 0, 6)",
    "elu": lambda b, path: f"elu(x, {number(b['alpha'])})",
    "softplus": lambda b, path: f"softplus(x, {number(b['beta'])}, {number(b['threshold'])})",
    "relu": lambda b, path: "np.maximum(x, 0)",
    "leaky_relu": lambda b, path: f"np.where(x > 0, x, {number(b['negative_slope'])} * x)",
    "sigmoid": lambda b, path: "sigmoid(x)",
    "tanh": lambda b, path: "np.tanh(x)",
    "scaled_tanh": lambda b, path: f"{number(b['amplitude'])} * np.tanh({number(b['slope'])} * x)",
    "gelu": _gelu,
}
