"""A network as a readable script in plain NumPy."""

from __future__ import annotations

from cnn.nets.container import Container
from cnn.nets.numpy_functions import HELPERS, NEEDS
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
from cnn.nets.spec import Block, Spec
from cnn.nets.table import spec_of

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
