"""Networks that know what they see: trained weights, and all that belongs to them.

::

    from cnn import pretrained

    network = pretrained.lite0()  # or pretrained.load(path)
    logits = network.logits(picture)  # (H, W, 3) in grey levels
    network.top(logits)  # [("espresso", 0.951), …]

Read :mod:`~cnn.pretrained.preprocessing` first, then :mod:`~cnn.pretrained.recipes`. The rest reads
files that were written by others, and trusts none of them: :mod:`~cnn.pretrained.tensors` has what
they have in common, :mod:`~cnn.pretrained.pickled` the machine that can build tensors and nothing
else.
"""

from __future__ import annotations

from cnn.nets.storage import FileError
from cnn.pretrained.files import Found, load, scan
from cnn.pretrained.package import NotInstalled, lite0
from cnn.pretrained.preprocessing import Preprocessing
from cnn.pretrained.recipes import RECIPES, Pretrained, Recipe

__all__ = [
    "RECIPES",
    "FileError",
    "Found",
    "NotInstalled",
    "Preprocessing",
    "Pretrained",
    "Recipe",
    "lite0",
    "load",
    "scan",
]
