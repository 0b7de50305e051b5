"""A trained network as a program that stands alone: a readable NumPy script, or a PyTorch module.

Both read the weights from the ``.npz`` that :mod:`cnn.nets.storage` writes. They take the plain
layers that the training page offers, one after another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnn.nets.container import Container
from cnn.nets.spec import Block, spec_of

HELPERS = {
    "windows": '''
def windows(x, kernel, stride, padding, dilation, fill):
    """(N, C, H, W) to its windows (N, C, OH, OW, kh, kw)."""
    top, bottom, left, right = padding
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    spread = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    view = np.lib.stride_tricks.sliding_window_view(x, spread, axis=(2, 3))
    return view[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
''',
    "conv2d": '''
def conv2d(x, weight, bias, stride, padding, dilation):
    """Every output cell is the sum of a window times the kernel, plus the bias."""
    w = windows(x, weight.shape[2:], stride, padding, dilation, 0.0)
    y = np.einsum("nchwij,ocij->nohw", w, weight, optimize=True)
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
    "batch_norm": '''
def batch_norm(x, mean, var, weight, bias, eps):
    """Each channel less its mean, over its standard deviation, scaled and shifted."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    scale = weight / np.sqrt(var + eps)
    return x * scale.reshape(shape) + (bias - mean * scale).reshape(shape)
''',
    "linear": '''
def linear(x, weight, bias):
    """(N, F) to (N, O)."""
    y = x @ weight.T
    return y if bias is None else y + bias
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
NEEDS = {"conv2d": ("windows",), "max_pool2d": ("windows",), "avg_pool2d": ("windows",)}


def to_numpy(net: Container, weights: str = "weights.npz") -> str:
    """A script that needs NumPy alone: ``python model.py`` shows a forward pass.

    Args:
        net: Plain layers one after another.
        weights: The file that the script reads, as :func:`cnn.nets.storage.save` writes it.

    Raises:
        ValueError: a layer that cannot be written so.
    """
    lines, helpers = [], set()
    for block in spec_of(net):
        line, needed = _written(block, _NUMPY)
        lines.append(f"    x = {line}")
        for helper in needed:
            helpers |= {helper, *NEEDS.get(helper, ())}
    functions = "\n".join(text for name, text in HELPERS.items() if name in helpers)
    shape = net.input_shape or (1, 28, 28)
    return f'''"""A trained convolutional network in plain NumPy; images are (N, C, H, W)."""

import numpy as np

{functions}

def load(path="{weights}"):
    """The weights by name."""
    with np.load(path, allow_pickle=False) as file:
        return {{name: file[name] for name in file.files if name != "header"}}


def forward(x, p):
    """Images (N, {", ".join(map(str, shape))}) to logits (N, K); p are the weights."""
{chr(10).join(lines)}
    return x


if __name__ == "__main__":
    images = np.zeros((1, {", ".join(map(str, shape))}), np.float32)
    print(forward(images, load()))
'''


def to_pytorch(net: Container, weights: str = "weights.npz") -> str:
    """A module ``Net`` and ``load()``, which fills it from the same weights.

    Raises:
        ValueError: a layer that cannot be written so.
    """
    made, called = [], []
    for block in spec_of(net):
        name = block["name"]
        made.append(f"        self.{name} = nn.{_written(block, _TORCH)[0]}")
        if block["kind"] in ("conv", "max_pool", "avg_pool") and _uneven(block):
            top, bottom, left, right = _sides(block["padding"])
            value = ', value=float("-inf")' if block["kind"] == "max_pool" else ""
            called.append(f"        x = F.pad(x, ({left}, {right}, {top}, {bottom}){value})")
        called.append(f"        x = self.{name}(x)")
    return f'''"""A trained convolutional network in PyTorch."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    """Images (N, C, H, W) to logits (N, K)."""

    def __init__(self):
        super().__init__()
{chr(10).join(made)}

    def forward(self, x):
{chr(10).join(called)}
        return x


def load(path="{weights}"):
    """The trained network, ready to answer."""
    net = Net()
    with np.load(path, allow_pickle=False) as file:
        state = {{name: torch.from_numpy(file[name]) for name in file.files if name != "header"}}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    return net.eval()


if __name__ == "__main__":
    print(load())
'''


def _written(
    block: Block, table: dict[str, Callable[[Block], tuple[str, ...]]]
) -> tuple[str, tuple[str, ...]]:
    kind = block["kind"]
    unknown = kind not in table
    if unknown or block.get("groups", 1) != 1 or block.get("padding_mode", "zeros") != "zeros":
        raise ValueError(f"net: cannot write {block['name']} ({kind}) as a program")
    if block.get("ceil_mode") or not block.get("count_include_pad", True):
        raise ValueError(f"net: cannot write the rounding or mean of {block['name']} as a program")
    line, *helpers = table[kind](block)
    return line, tuple(helpers)


def _pair(value: Any) -> tuple[int, int]:
    return (value[0], value[1]) if isinstance(value, list | tuple) else (value, value)


def _sides(value: Any) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of any padding that a spec holds."""
    if isinstance(value, list | tuple) and len(value) == 4:
        return value[0], value[1], value[2], value[3]
    rows, columns = _pair(value)
    return rows, rows, columns, columns


def _uneven(block: Block) -> bool:
    """A padding that PyTorch's layers have no argument for."""
    top, bottom, left, right = _sides(block["padding"])
    return top != bottom or left != right


def _torch_padding(block: Block) -> tuple[int, int]:
    top, _, left, _ = _sides(block["padding"])
    return (0, 0) if _uneven(block) else (top, left)


def _p(block: Block, name: str) -> str:
    return f'p["{block["name"]}.{name}"]'


def _bias(block: Block) -> str:
    return _p(block, "bias") if block.get("bias", True) else "None"


_NUMPY: dict[str, Callable[[Block], tuple[str, ...]]] = {
    "conv": lambda b: (
        f"conv2d(x, {_p(b, 'weight')}, {_bias(b)}, {_pair(b['stride'])}, "
        f"{_sides(b['padding'])}, {_pair(b['dilation'])})",
        "conv2d",
    ),
    "max_pool": lambda b: (
        f"max_pool2d(x, {_pair(b['kernel_size'])}, {_pair(b['stride'])}, "
        f"{_sides(b['padding'])}, {_pair(b['dilation'])})",
        "max_pool2d",
    ),
    "avg_pool": lambda b: (
        f"avg_pool2d(x, {_pair(b['kernel_size'])}, {_pair(b['stride'])}, {_sides(b['padding'])})",
        "avg_pool2d",
    ),
    "global_avg_pool": lambda b: ("x.mean(axis=(2, 3), keepdims=True)",),
    "batch_norm": lambda b: (
        f"batch_norm(x, {_p(b, 'running_mean')}, {_p(b, 'running_var')}, {_p(b, 'weight')}, "
        f"{_p(b, 'bias')}, {b['eps']})",
        "batch_norm",
    ),
    "flatten": lambda b: ("x.reshape(len(x), -1)",),
    "linear": lambda b: (f"linear(x, {_p(b, 'weight')}, {_bias(b)})", "linear"),
    "dropout": lambda b: ("x  # dropout does nothing once training is over",),
    "relu": lambda b: ("np.maximum(x, 0)",),
    "leaky_relu": lambda b: (f"np.where(x > 0, x, {b['negative_slope']} * x)",),
    "sigmoid": lambda b: ("sigmoid(x)", "sigmoid"),
    "tanh": lambda b: ("np.tanh(x)",),
    "gelu": lambda b: ("0.5 * x * (1 + erf(x / np.sqrt(2)))", "erf"),
}

_TORCH: dict[str, Callable[[Block], tuple[str, ...]]] = {
    "conv": lambda b: (
        f"Conv2d({b['in_channels']}, {b['out_channels']}, {_pair(b['kernel_size'])}, "
        f"stride={_pair(b['stride'])}, padding={_torch_padding(b)}, "
        f"dilation={_pair(b['dilation'])}, bias={b.get('bias', True)})",
    ),
    "max_pool": lambda b: (
        f"MaxPool2d({_pair(b['kernel_size'])}, stride={_pair(b['stride'])}, "
        f"padding={_torch_padding(b)}, dilation={_pair(b['dilation'])})",
    ),
    "avg_pool": lambda b: (
        f"AvgPool2d({_pair(b['kernel_size'])}, stride={_pair(b['stride'])}, "
        f"padding={_torch_padding(b)})",
    ),
    "global_avg_pool": lambda b: ("AdaptiveAvgPool2d(1)",),
    "batch_norm": lambda b: (
        f"BatchNorm2d({b['num_features']}, eps={b['eps']}, momentum={b['momentum']})",
    ),
    "flatten": lambda b: ("Flatten()",),
    "linear": lambda b: (
        f"Linear({b['in_features']}, {b['out_features']}, bias={b.get('bias', True)})",
    ),
    "dropout": lambda b: (f"Dropout({b['p']})",),
    "relu": lambda b: ("ReLU()",),
    "leaky_relu": lambda b: (f"LeakyReLU({b['negative_slope']})",),
    "sigmoid": lambda b: ("Sigmoid()",),
    "tanh": lambda b: ("Tanh()",),
    "gelu": lambda b: ("GELU()",),
}
