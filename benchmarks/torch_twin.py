"""The same network in PyTorch, with the very same weights: made from the layers, not by hand."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from cnn.layers.activations import ReLU
from cnn.layers.adaptive_pooling import GlobalAvgPool2d
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.layers.local_response import LocalResponseNorm
from cnn.layers.more_activations import ReLU6
from cnn.layers.pooling import AvgPool2d, MaxPool2d
from cnn.nets.network import Branches, Residual, Sequential


class Sum(nn.Module):
    """activation(body(x) + shortcut(x))."""

    def __init__(self, body: nn.Module, shortcut: nn.Module, activation: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut, self.activation = body, shortcut, activation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, O, OH, OW)."""
        return self.activation(self.body(x) + self.shortcut(x))


class Stack(nn.Module):
    """Bodies side by side, stacked over channels."""

    def __init__(self, bodies: list[nn.Module]) -> None:
        super().__init__()
        self.bodies = nn.ModuleList(bodies)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, O, OH, OW)."""
        return torch.cat([body(x) for body in self.bodies], dim=1)


def twin(layer: Layer) -> nn.Module:
    """``layer`` as a module in evaluation mode that reads the same arrays."""
    if isinstance(layer, Sequential):
        return nn.Sequential(*(twin(inner) for inner in layer)).eval()
    if isinstance(layer, Residual):
        parts = (layer.body, layer.shortcut, layer.activation)
        return Sum(*(nn.Identity() if part is None else twin(part) for part in parts))
    if isinstance(layer, Branches):
        return Stack([twin(body) for body in layer])
    return _plain(layer)


def _plain(layer: Layer) -> nn.Module:
    makers: dict[type[Layer], Callable[..., nn.Module]] = {
        Conv2d: _conv,
        Linear: lambda m: nn.Linear(m.in_features, m.out_features, "bias" in m.params, "meta"),
        BatchNorm2d: lambda m: nn.BatchNorm2d(m.num_features, m.eps, device="meta"),
        LocalResponseNorm: lambda m: nn.LocalResponseNorm(m.size, m.alpha, m.beta, m.k),
        MaxPool2d: lambda m: nn.MaxPool2d(m.window.kernel, m.window.stride, m.window.padding[::2]),
        AvgPool2d: lambda m: nn.AvgPool2d(
            m.window.kernel, m.window.stride, m.window.padding[::2],
            count_include_pad=m.count_include_pad,
        ),
        GlobalAvgPool2d: lambda m: nn.AdaptiveAvgPool2d(1),
        ReLU: lambda m: nn.ReLU(),
        ReLU6: lambda m: nn.ReLU6(),
        Flatten: lambda m: nn.Flatten(),
        Dropout: lambda m: nn.Dropout(m.p),
    }  # fmt: skip
    module = makers[type(layer)](layer)
    _fill(module, layer)
    if isinstance(layer, Conv2d) and _uneven(layer):
        top, bottom, left, right = layer.window.padding
        module = nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), module)
    return module.eval()


def _fill(module: nn.Module, layer: Layer) -> None:
    """The layer's own arrays as the module's."""
    arrays = {**layer.params, **layer.bufs}
    state = {name: torch.from_numpy(array) for name, array in arrays.items()}
    if isinstance(layer, BatchNorm2d):
        state["num_batches_tracked"] = torch.tensor(0)
    module.load_state_dict(state, assign=True)


def _uneven(layer: Conv2d) -> bool:
    """Whether a padding module has to stand before it: PyTorch pads both ends alike."""
    top, bottom, left, right = layer.window.padding
    return top != bottom or left != right


def _conv(layer: Conv2d) -> nn.Conv2d:
    window = layer.window
    return nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        window.kernel,
        window.stride,
        (0, 0) if _uneven(layer) else window.padding[::2],
        window.dilation,
        layer.groups,
        "bias" in layer.params,
        device="meta",
    )
