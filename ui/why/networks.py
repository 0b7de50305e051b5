"""The small networks that the lesson compares: see ``assets/why.md``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn.arrays import Array, batch_last
from cnn.explain import evaluation_copy
from cnn.layers.softmax import softmax
from cnn.nets import storage
from cnn.nets.network import Sequential

HERE = Path(__file__).resolve().parents[2] / "assets" / "why"
#: What reads digits, by the name in its file.
READERS = {
    "dense": "Dense only",
    "lenet": "LeNet-5",
    "allconv": "All convolutions, then the mean of each map",
}
SHORT = {"dense": "Dense", "lenet": "LeNet-5", "allconv": "All convolutions"}
#: What says where a dot is.
DOTS = {
    "mean": "Stride 1, then the mean",
    "strides": "Strides of 2, then the mean",
    "dense": "Dense only",
}
SHORT_DOTS = {"mean": "Stride 1", "strides": "Strides of 2", "dense": "Dense"}


@dataclass(frozen=True)
class Trained:
    """A network that comes with the lesson, and what was measured of it when it was trained.

    Attributes:
        net: In evaluation mode; ask it through :meth:`logits`.
        facts: Of its file: "accuracy", "by_shift", "turned", "lr".
    """

    net: Sequential
    facts: dict[str, Any]

    @property
    def accuracy(self) -> float:
        """Share of unseen pictures that it reads right, 0 to 1."""
        return float(self.facts["accuracy"])

    @property
    def by_shift(self) -> list[float]:
        """The same when the digits are 0, 1, 2, … pixels off, the mean of four directions."""
        return [float(share) for share in self.facts["by_shift"]]

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(value.size for value in self.net.parameters().values())

    def logits(self, images: Array) -> Array:
        """(N, K) for images (N, 1, H, W)."""
        found: Array = evaluation_copy(self.net).forward(batch_last(images)).T
        return found

    def chances(self, images: Array) -> Array:
        """(N, K) probabilities for images (N, 1, H, W)."""
        return softmax(self.logits(images), 1)


@st.cache_resource(show_spinner=False)
def trained(name: str) -> Trained:
    """The network of that file, e.g. ``"lenet-plain"`` or ``"dot-mean"``."""
    return Trained(*storage.load_with_meta(HERE / f"{name}.npz"))


def says(chances: Array) -> str:
    """An answer in words: "reads 3, 98%"."""
    best = int(np.argmax(chances))
    return f"reads {best}, {float(chances[best]):.0%}"
