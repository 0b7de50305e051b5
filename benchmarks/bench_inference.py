"""Famous networks on one image, and one digit through LeNet-5 with every layer kept to look at.

Both sides run the same network with the same weights; before anything is timed, their outputs are
compared.
"""

from __future__ import annotations

import argparse
from functools import partial

from benchmarks import harness  # first: it sets the number of threads

# isort: split
import numpy as np
import torch
from torch import nn

from benchmarks.harness import CHANNELS_LAST, NUMPY, TORCH, Case, Work
from benchmarks.torch_twin import twin
from cnn import explain
from cnn.architectures import ARCHITECTURES
from cnn.nets.folding import folded
from cnn.nets.network import Sequential

#: slug, target for the ratio to PyTorch's default
NETWORKS = (
    ("lenet", None),
    ("alexnet", None),
    ("alexnet_single", None),
    ("vgg16", 1.1),
    ("resnet50", None),
    ("inception_v4", None),
    ("efficientnet_lite0", 1.5),
)
#: Networks that the app runs with their batch norms folded in.
FOLDED = ("efficientnet_lite0",)
LOOKS = "LeNet-5 on one digit, every layer's output kept"
ATTRIBUTIONS = {
    "gradients of all ten classes": explain.input_gradients,
    "occlusion 5×5 at every pixel": explain.occlusion,
    "Grad-CAM of one class": partial(explain.grad_cam, target=3),
}


def network(slug: str) -> Sequential:
    """In evaluation mode."""
    net = ARCHITECTURES[slug].build(0)
    net.eval()
    return net


def sample(slug: str) -> np.ndarray:
    """One image, (1, C, H, W)."""
    shape = (1, *ARCHITECTURES[slug].input_shape)
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def ours(slug: str) -> Work:
    """A forward pass in NumPy, from NCHW."""
    net = network(slug)
    return partial(folded(net) if slug in FOLDED else net, sample(slug))


def theirs(slug: str, layout: str) -> Work:
    """The same in PyTorch."""
    module, x = twin(network(slug)), torch.from_numpy(sample(slug))
    if layout == CHANNELS_LAST:
        module = module.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    return partial(_infer, module, x)


def _infer(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return module(x)


def looks() -> Work:
    """A snapshot of one digit in NumPy."""
    return partial(explain.snapshot, network("lenet"), sample("lenet")[0])


def their_looks() -> Work:
    """The same in PyTorch: a hook on every module keeps its output."""
    module, kept = twin(network("lenet")), {}
    for name, inner in module.named_children():
        inner.register_forward_hook(lambda _, __, y, name=name: kept.__setitem__(name, y))
    return partial(_infer, module, torch.from_numpy(sample("lenet")))


def attribution(name: str) -> Work:
    """One explanation of one digit."""
    x = sample("lenet")[0] * (np.hypot(*(np.indices((28, 28)) - 13.5)) < 9)  # ink in the middle
    return partial(ATTRIBUTIONS[name], network("lenet"), x)


def check(options: argparse.Namespace) -> None:
    """Compare the outputs of the networks that ``options`` ask for.

    Raises:
        AssertionError: they differ by more than float32's rounding explains.
    """
    for slug, _ in NETWORKS:
        if options.only in ARCHITECTURES[slug].name:
            one, other = ours(slug)(), theirs(slug, TORCH)()
            assert isinstance(one, np.ndarray) and isinstance(other, torch.Tensor)
            gap = np.abs(one - other.numpy()).max() / np.abs(one).max()
            assert gap < 1e-4, f"{slug}: outputs differ by {gap:.1e} of the largest"


def cases() -> list[Case]:
    """The networks, the snapshot, the explanations."""
    found = []
    for slug, target in NETWORKS:
        layouts = {layout: partial(theirs, slug, layout) for layout in (TORCH, CHANNELS_LAST)}
        contenders = {NUMPY: partial(ours, slug), **layouts}
        found.append(Case(f"{ARCHITECTURES[slug].name} on one image", contenders, target))
    found.append(Case(LOOKS, {NUMPY: looks, TORCH: their_looks}))
    for name in ATTRIBUTIONS:
        found.append(Case(f"LeNet-5, {name}", {NUMPY: partial(attribution, name)}))
    return found


if __name__ == "__main__":
    options = harness.parse()
    check(options)
    print(harness.header(options.memory))
    harness.measured("One image", cases(), options)
