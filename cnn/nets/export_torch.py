"""A network as a PyTorch module."""

from __future__ import annotations

import keyword

from cnn.nets.container import Container
from cnn.nets.kinds import NESTED
from cnn.nets.program import (
    activation_of,
    blocks_inside,
    number,
    pair,
    quoted,
    refuse,
    sides,
    starts_with_maps,
    uneven,
)
from cnn.nets.spec import Block, Spec
from cnn.nets.table import spec_of

#: What a module of PyTorch calls its own; no layer can have such a name.
_TAKEN = """
T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda
double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter
get_submodule half insert ipu load_state_dict modules mtia named_buffers named_children
named_modules named_parameters parameters pop register_backward_hook register_buffer
register_forward_hook register_forward_pre_hook register_full_backward_hook
register_full_backward_pre_hook register_load_state_dict_post_hook
register_load_state_dict_pre_hook register_module register_parameter
register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ self set_extra_state
set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""
TAKEN = frozenset(_TAKEN.split())
#: Modules for paddings other than zeros.
PADS = {"reflect": "ReflectionPad2d", "replicate": "ReplicationPad2d", "circular": "CircularPad2d"}
DTYPES = {"float64": "double", "float16": "half"}

RESIDUAL = '''

class Residual(nn.Module):
    """activation(body(x) + shortcut(x))."""

    def __init__(self, body, shortcut, activation):
        super().__init__()
        self.body, self.shortcut, self.activation = body, shortcut, activation

    def forward(self, x):
        y = self.body(x) + (x if self.shortcut is None else self.shortcut(x))
        return y if self.activation is None else self.activation(y)
'''
BRANCHES = '''

class Branches(nn.Module):
    """Bodies side by side on the same x, their outputs stacked over channels."""

    def __init__(self, **bodies):
        super().__init__()
        for name, body in bodies.items():
            self.add_module(name, body)

    def forward(self, x):
        return torch.cat([body(x) for body in self.children()], 1)
'''


def to_pytorch(net: Container, weights: str = "weights.npz") -> str:
    """A module ``Net`` and ``load()``, which fills it from the same weights.

    Args:
        net: Made of layers that PyTorch has too.
        weights: The file that ``load`` reads, as :func:`cnn.nets.storage.save` writes it.

    Raises:
        ValueError: a layer that cannot be written so.
    """
    spec = spec_of(net)
    writer = _Writer(starts_with_maps(net, spec))
    made, called = [], []
    for block in spec:
        name = _checked(block["name"], block["name"])
        if _padded_apart(block):
            called.append(f"        x = {_pad_call(block)}")
        made.append(f"        self.{name} = {writer.module(block, name, inside=False)}")
        called.append(f"        x = self.{name}(x)")
    classes = "".join(text for name, text in (("Residual", RESIDUAL), ("Branches", BRANCHES))
                      if any(f"{name}(" in line for line in made))  # fmt: skip
    first = next(iter(net.parameters().values()), None)
    to_dtype = "" if first is None else DTYPES.get(first.dtype.name, "")
    ordered = any("OrderedDict(" in line for line in made)
    imported = "from collections import OrderedDict\n\n" if ordered else ""
    return f'''"""A trained convolutional network in PyTorch."""

{imported}import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
{classes}

class Net(nn.Module):
    """Images (N, C, H, W) to logits (N, K)."""

    def __init__(self):
        super().__init__()
{chr(10).join(made)}

    def forward(self, x):
{chr(10).join(called)}
        return x


def load(path={quoted(weights)}):
    """The trained network, ready to answer."""
    net = Net(){f".{to_dtype}()" if to_dtype else ""}
    with np.load(path, allow_pickle=False) as file:
        state = {{name: torch.from_numpy(file[name]) for name in file.files if name != "header"}}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    return net.eval()


if __name__ == "__main__":
    print(load())
'''


def _checked(name: str, path: str) -> str:
    """A name that can be an attribute of a module."""
    plain = name.isidentifier() and name.isascii() and not name.startswith("_")
    if not plain or keyword.iskeyword(name) or name in TAKEN:
        raise refuse(path, "its name cannot be an attribute in PyTorch")
    return name


def _padded_apart(block: Block) -> bool:
    """Whether its padding is none that PyTorch's layer has an argument for."""
    if block["kind"] not in ("conv", "max_pool", "avg_pool", "sum_pool"):
        return False
    return uneven(block)


def _pad_call(block: Block) -> str:
    top, bottom, left, right = sides(block["padding"])
    mode = block.get("padding_mode", "zeros")
    more = ', value=float("-inf")' if block["kind"] == "max_pool" else ""
    more = f', mode="{mode}"' if mode != "zeros" else more
    return f"F.pad(x, ({left}, {right}, {top}, {bottom}){more})"


def _pad_module(block: Block) -> str:
    top, bottom, left, right = sides(block["padding"])
    mode = block.get("padding_mode", "zeros")
    around = f"({left}, {right}, {top}, {bottom})"
    if mode != "zeros":
        return f"nn.{PADS[mode]}({around})"
    value = 'float("-inf")' if block["kind"] == "max_pool" else "0.0"
    return f"nn.ConstantPad2d({around}, {value})"


class _Writer:
    """Writes modules, and keeps in mind whether x is maps or features by now."""

    def __init__(self, maps: bool) -> None:
        self.maps = maps

    def module(self, block: Block, path: str, inside: bool = True) -> str:
        """The expression that makes the module of a block.

        Args:
            block: Of a spec.
            path: Where it stands, for a sentence about it.
            inside: Whether it stands in another module.

        Raises:
            ValueError: PyTorch has no such layer.
        """
        kind = block["kind"]
        if kind in NESTED:
            return self._nested(block, path)
        if kind not in _TORCH:
            raise refuse(path, f"PyTorch has no {kind}")
        if kind in ("flatten", "linear"):
            self.maps = False
        return f"nn.{_TORCH[kind](block, path, self.maps)}"

    def sequence(self, spec: Spec, path: str) -> str:
        """Modules one after another, by name."""
        entries = []
        for block in spec:
            name = _checked(block["name"], f"{path}.{block['name']}")
            if _padded_apart(block):
                entries.append(f'("{name}_padding", {_pad_module(block)})')
            entries.append(f'("{name}", {self.module(block, f"{path}.{name}")})')
        names = [entry.split(",")[0] for entry in entries]
        if len(set(names)) < len(names):
            raise refuse(path, "a layer inside has the name of another one's padding")
        return f"nn.Sequential(OrderedDict([{', '.join(entries)}]))"

    def _nested(self, block: Block, path: str) -> str:
        before, inside, after = self.maps, [], self.maps
        for name, spec in blocks_inside(block):
            self.maps = before
            at = f"{path}.{name}" if name else path
            inside.append((name, self.sequence(spec, at)))
            after = self.maps
        self.maps = after
        if block["kind"] == "sequence":
            return inside[0][1]
        if block["kind"] == "branches":
            bodies = (f"{_checked(name, path)}={text}" for name, text in inside)
            return f"Branches({', '.join(bodies)})"
        bodies_by_name = dict(inside)
        activation = activation_of(block)
        last = "None" if activation is None else self.module(activation, f"{path}.activation")
        return f"Residual({bodies_by_name['body']}, {bodies_by_name.get('shortcut')}, {last})"


def _conv(b: Block, path: str, maps: bool) -> str:
    apart = uneven(b)
    top, _, left, _ = sides(b["padding"])
    groups = f", groups={b['groups']}" if b["groups"] != 1 else ""
    mode = b["padding_mode"]
    modes = f', padding_mode="{mode}"' if mode != "zeros" and not apart else ""
    return (
        f"Conv2d({b['in_channels']}, {b['out_channels']}, {pair(b['kernel_size'])}, "
        f"stride={pair(b['stride'])}, padding={(0, 0) if apart else (top, left)}, "
        f"dilation={pair(b['dilation'])}{groups}, bias={b['bias']}{modes})"
    )


def _conv_transpose(b: Block, path: str, maps: bool) -> str:
    if uneven(b):
        raise refuse(path, "PyTorch pads a transposed convolution alike on opposite sides only")
    top, _, left, _ = sides(b["padding"])
    return (
        f"ConvTranspose2d({b['in_channels']}, {b['out_channels']}, {pair(b['kernel_size'])}, "
        f"stride={pair(b['stride'])}, padding={(top, left)}, "
        f"output_padding={pair(b['output_padding'])}, groups={b['groups']}, bias={b['bias']}, "
        f"dilation={pair(b['dilation'])})"
    )


def _pool(name: str, b: Block, path: str, more: str = "") -> str:
    top, _, left, _ = sides(b["padding"])
    if uneven(b) and (b["ceil_mode"] or not b.get("count_include_pad", True)):
        raise refuse(path, "PyTorch has no rounding up or counting with a padding uneven as this")
    padding = (0, 0) if uneven(b) else (top, left)
    ceil = ", ceil_mode=True" if b["ceil_mode"] else ""
    return (
        f"{name}({pair(b['kernel_size'])}, stride={pair(b['stride'])}, padding={padding}"
        f"{ceil}{more})"
    )


def _avg_pool(b: Block, path: str, maps: bool) -> str:
    more = "" if b.get("count_include_pad", True) else ", count_include_pad=False"
    divisor = 1 if b["kind"] == "sum_pool" else b["divisor_override"]
    if divisor is not None:
        more += f", divisor_override={number(divisor)}"
    return _pool("AvgPool2d", b, path, more)


def _batch_norm(b: Block, path: str, maps: bool) -> str:
    settings = f"{b['num_features']}, eps={number(b['eps'])}, momentum={number(b['momentum'])}"
    return f"BatchNorm{2 if maps else 1}d({settings})"


def _lrn(b: Block, path: str, maps: bool) -> str:
    if not maps:
        raise refuse(path, "PyTorch's LocalResponseNorm takes maps only")
    settings = (f"{name}={number(b[name])}" for name in ("alpha", "beta", "k"))
    return f"LocalResponseNorm({b['size']}, {', '.join(settings)})"


def _gelu(b: Block, path: str, maps: bool) -> str:
    return "GELU()" if b["approximate"] == "none" else 'GELU(approximate="tanh")'


_TORCH = {
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "max_pool": lambda b, path, maps: _pool(
        "MaxPool2d", b, path, f", dilation={pair(b['dilation'])}"
    ),
    "avg_pool": _avg_pool,
    "sum_pool": _avg_pool,
    "adaptive_avg_pool": lambda b, path, maps: f"AdaptiveAvgPool2d({pair(b['output_size'])})",
    "global_avg_pool": lambda b, path, maps: "AdaptiveAvgPool2d(1)",
    "batch_norm": _batch_norm,
    "lrn": _lrn,
    "flatten": lambda b, path, maps: "Flatten()",
    "linear": lambda b, path, maps: (
        f"Linear({b['in_features']}, {b['out_features']}, bias={b['bias']})"
    ),
    "dropout": lambda b, path, maps: f"Dropout({number(b['p'])})",
    "softmax": lambda b, path, maps: "Softmax(dim=1)",
    "adaptive_max_pool": lambda b, path, maps: f"AdaptiveMaxPool2d({pair(b['output_size'])})",
    "global_max_pool": lambda b, path, maps: "AdaptiveMaxPool2d(1)",
    "group_norm": lambda b, path, maps: (
        f"GroupNorm({b['num_groups']}, {b['num_channels']}, eps={number(b['eps'])})"
    ),
    "layer_norm": lambda b, path, maps: (
        f"LayerNorm({b['normalized_shape']}, eps={number(b['eps'])}, "
        f"elementwise_affine={b['elementwise_affine']})"
    ),
    "instance_norm": lambda b, path, maps: (
        f"InstanceNorm2d({b['num_features']}, eps={number(b['eps'])}, "
        f"momentum={number(b['momentum'])}, affine={b['affine']}, "
        f"track_running_stats={b['track_running_stats']})"
    ),
    "silu": lambda b, path, maps: "SiLU()",
    "hardswish": lambda b, path, maps: "Hardswish()",
    "relu6": lambda b, path, maps: "ReLU6()",
    "elu": lambda b, path, maps: f"ELU({number(b['alpha'])})",
    "softplus": lambda b, path, maps: f"Softplus({number(b['beta'])}, {number(b['threshold'])})",
    "relu": lambda b, path, maps: "ReLU()",
    "leaky_relu": lambda b, path, maps: f"LeakyReLU({number(b['negative_slope'])})",
    "sigmoid": lambda b, path, maps: "Sigmoid()",
    "tanh": lambda b, path, maps: "Tanh()",
    "gelu": _gelu,
}
