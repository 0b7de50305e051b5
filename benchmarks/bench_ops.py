"""Convolution and pooling, forward and backward, on the shapes of LeNet-5 and VGG-16."""

from __future__ import annotations

from functools import partial

from benchmarks import harness  # first: it sets the number of threads

# isort: split
import numpy as np
import torch

from benchmarks.harness import CHANNELS_LAST, NUMPY, TORCH, Case, Work
from cnn.layers.convolution import Conv2d
from cnn.layers.layer import Layer
from cnn.layers.pooling import AvgPool2d, MaxPool2d

#: name, (C, H, W, N), layer arguments
CONVOLUTIONS: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = (
    ("LeNet conv 1→6 5×5 pad 2, 28², batch 64", (1, 28, 28, 64), (6, 5, 1, 2)),
    ("LeNet conv 6→16 5×5, 14², batch 64", (6, 14, 14, 64), (16, 5, 1, 0)),
    ("LeNet conv 16→120 5×5, 5², batch 64", (16, 5, 5, 64), (120, 5, 1, 0)),
    ("VGG conv 3→64 3×3 pad 1, 224², batch 1", (3, 224, 224, 1), (64, 3, 1, 1)),
    ("VGG conv 64→64 3×3 pad 1, 224², batch 1", (64, 224, 224, 1), (64, 3, 1, 1)),
    ("VGG conv 128→128 3×3 pad 1, 112², batch 1", (128, 112, 112, 1), (128, 3, 1, 1)),
    ("VGG conv 256→256 3×3 pad 1, 56², batch 1", (256, 56, 56, 1), (256, 3, 1, 1)),
    ("VGG conv 512→512 3×3 pad 1, 14², batch 1", (512, 14, 14, 1), (512, 3, 1, 1)),
    ("VGG conv 64→64 3×3 pad 1, 32², batch 16", (64, 32, 32, 16), (64, 3, 1, 1)),
    ("ResNet conv 3→64 7×7 stride 2, 224², batch 1", (3, 224, 224, 1), (64, 7, 2, 3)),
    ("ResNet conv 256→64 1×1, 56², batch 1", (256, 56, 56, 1), (64, 1, 1, 0)),
    ("depthwise 144 3×3 pad 1, 56², batch 1", (144, 56, 56, 1), (144, 3, 1, 1, 1, 144)),
    ("depthwise 144 5×5 stride 2, 56², batch 1", (144, 56, 56, 1), (144, 5, 2, 2, 1, 144)),
    ("depthwise 480 3×3 pad 1, 14², batch 1", (480, 14, 14, 1), (480, 3, 1, 1, 1, 480)),
)
POOLINGS: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = (
    ("LeNet {} pool 2×2, 6×28², batch 64", (6, 28, 28, 64), (2,)),
    ("LeNet {} pool 2×2, 16×10², batch 64", (16, 10, 10, 64), (2,)),
    ("VGG {} pool 2×2, 64×224², batch 1", (64, 224, 224, 1), (2,)),
    ("VGG {} pool 2×2, 512×28², batch 1", (512, 28, 28, 1), (2,)),
    ("ResNet {} pool 3×3 stride 2 pad 1, 64×112²", (64, 112, 112, 1), (3, 2, 1)),
)


LAYERS: dict[str, type[Layer]] = {"conv": Conv2d, "max": MaxPool2d, "mean": AvgPool2d}
MODULES: dict[str, type[torch.nn.Module]] = {
    "conv": torch.nn.Conv2d,
    "max": torch.nn.MaxPool2d,
    "mean": torch.nn.AvgPool2d,
}


def ours(kind: str, shape: tuple[int, ...], settings: tuple[int, ...], backward: bool) -> Work:
    """A layer's work on ``shape`` (C, H, W, N)."""
    rng = np.random.default_rng(0)
    layer: Layer = LAYERS[kind](*settings)
    x = rng.standard_normal(shape, dtype=np.float32)
    if not backward:
        layer.training = False
        return partial(layer.forward, x)
    dy = rng.standard_normal(layer.forward(x).shape, dtype=np.float32)
    return partial(layer.backward, dy)


def theirs(
    kind: str, shape: tuple[int, ...], settings: tuple[int, ...], backward: bool, layout: str
) -> Work:
    """The same work by PyTorch's module; ``shape`` is ours."""
    module = MODULES[kind](*settings)
    memory_format = torch.channels_last if layout == CHANNELS_LAST else torch.contiguous_format
    module.to(memory_format=memory_format)
    channels, height, width, samples = shape
    x = torch.randn(samples, channels, height, width).contiguous(memory_format=memory_format)
    if not backward:
        return partial(_inference, module, x)
    y = module(x.requires_grad_())
    dy = torch.randn(y.shape).contiguous(memory_format=memory_format)
    return partial(torch.autograd.grad, y, [x, *module.parameters()], dy, retain_graph=True)


def _inference(module: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return module(x)


def case(
    name: str, kind: str, shape: tuple[int, ...], settings: tuple[int, ...], backward: bool
) -> Case:
    """One row of the table."""
    work = (kind, shape, settings, backward)
    others = {layout: partial(theirs, *work, layout) for layout in (TORCH, CHANNELS_LAST)}
    way = "backward" if backward else "forward"
    return Case(f"{name}, {way}", {NUMPY: partial(ours, *work), **others})


def cases() -> list[Case]:
    """All of them, forward and backward."""
    found = []
    for name, shape, settings in CONVOLUTIONS:
        for backward in (False, True):
            found.append(case(name, "conv", shape, (shape[0], *settings), backward))
    for kind in ("max", "mean"):
        for name, shape, settings in POOLINGS:
            for backward in (False, True):
                found.append(case(name.format(kind), kind, shape, settings, backward))
    return found


if __name__ == "__main__":
    options = harness.parse()
    print(harness.header(options.memory))
    harness.measured("Operations", cases(), options)
