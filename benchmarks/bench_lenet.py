"""A training step of LeNet-5: forward, loss, backward, optimizer, as every run takes thousands."""

from __future__ import annotations

from functools import partial

from benchmarks import harness  # first: it sets the number of threads

# isort: split
import numpy as np
import torch
from torch import nn

from benchmarks.harness import CHANNELS_LAST, NUMPY, TORCH, Case, Work
from cnn.architectures import lenet
from cnn.arrays import batch_last
from cnn.learn.losses import CrossEntropyLoss
from cnn.learn.optimizers import SGD, Adam, Optimizer
from cnn.nets.spec import build

#: name, batch, target for the ratio to PyTorch's default
BATCHES = ((32, None), (64, 0.80), (128, None))


def batch(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 1, 28, 28) and labels (N,)."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((size, 1, 28, 28), dtype=np.float32)
    return images, rng.integers(0, 10, size)


def ours(size: int, optimizer: str) -> Work:
    """A step in NumPy; the batch arrives as NCHW, so turning it is part of the work."""
    images, labels = batch(size)
    net = build(lenet.modern(), (1, 28, 28), rng=0, init="pytorch")
    criterion = CrossEntropyLoss()
    moves: Optimizer = (
        SGD(net.parameters(), 0.01, momentum=0.9) if optimizer == "SGD" else Adam(net.parameters())
    )

    def step() -> float:
        loss = criterion.forward(net.forward(batch_last(images)), labels)
        net.backward(criterion.backward())
        moves.step(net.gradients())
        return loss

    return step


def theirs(size: int, optimizer: str, channels_last: bool) -> Work:
    """The same step in PyTorch."""
    images, labels = (torch.from_numpy(array) for array in batch(size))
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    if channels_last:
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    criterion = nn.CrossEntropyLoss()
    moves: torch.optim.Optimizer = (
        torch.optim.SGD(net.parameters(), 0.01, momentum=0.9)
        if optimizer == "SGD"
        else torch.optim.Adam(net.parameters())
    )

    def step() -> torch.Tensor:
        moves.zero_grad()
        loss = criterion(net(images), labels)
        loss.backward()
        moves.step()
        return loss.detach()

    return step


def cases() -> list[Case]:
    """Batches of 32, 64 and 128 with SGD, and one with Adam."""
    return [
        Case(
            f"LeNet-5 training step, batch {size}, {optimizer}",
            {
                NUMPY: partial(ours, size, optimizer),
                TORCH: partial(theirs, size, optimizer, False),
                CHANNELS_LAST: partial(theirs, size, optimizer, True),
            },
            target,
        )
        for optimizer, batches in (("SGD", BATCHES), ("Adam", ((64, 0.80),)))
        for size, target in batches
    ]


if __name__ == "__main__":
    options = harness.parse()
    print(harness.header(options.memory))
    harness.measured("Training LeNet-5", cases(), options)
