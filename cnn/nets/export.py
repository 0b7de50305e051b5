"""A trained network as a program that stands alone: a readable NumPy script, or a PyTorch module.

Both read the weights from the ``.npz`` that :mod:`cnn.nets.storage` writes. What one of them
cannot say as the network has it is refused with a sentence, not written nearly right.
"""

from __future__ import annotations

from cnn.nets.export_numpy import to_numpy
from cnn.nets.export_torch import to_pytorch

__all__ = ["to_numpy", "to_pytorch"]
