"""The accuracies that were published, each with how it was measured and where it is written.

Two figures are comparable only if they were measured alike. :attr:`Accuracy.one_crop` marks those
of one network on one centre crop of ImageNet's 50,000 validation pictures; papers of the time
averaged crops, sizes or whole networks.
"""

from __future__ import annotations

from dataclasses import dataclass

TORCHVISION = "torchvision, docs.pytorch.org/vision (IMAGENET1K_V1)"


@dataclass(frozen=True)
class Accuracy:
    """One published figure.

    Attributes:
        top1: Pictures whose first guess is right, in per cent.
        protocol: On what, and how it was measured.
        source: Where it is written; if ``paper``, where in it.
        one_crop: One network, one centre crop of the validation pictures.
        paper: It stands in the paper that describes the network.
    """

    top1: float
    protocol: str
    source: str
    one_crop: bool = False
    paper: bool = False


def _one_crop(top1: float, source: str, size: int = 224) -> Accuracy:
    return Accuracy(top1, f"one centre crop, {size}×{size}", source, one_crop=True)


#: By slug of the architecture, the comparable figure first where there is one.
ACCURACIES: dict[str, tuple[Accuracy, ...]] = {
    "lenet_1998": (
        Accuracy(99.05, "MNIST's test digits, not ImageNet", "section III", paper=True),
    ),
    "alexnet": (Accuracy(59.3, "mean of ten crops, 224×224", "table 2", paper=True),),
    "alexnet_single": (_one_crop(56.522, TORCHVISION),),
    "vgg16": (
        _one_crop(71.592, TORCHVISION),
        Accuracy(74.4, "the whole picture, sizes mixed in training", "table 3, D", paper=True),
    ),
    "vgg19": (
        _one_crop(72.376, TORCHVISION),
        Accuracy(74.5, "the whole picture, sizes mixed in training", "table 3, E", paper=True),
    ),
    "resnet50": (_one_crop(76.13, TORCHVISION),),
    "resnet50_v1": (
        _one_crop(75.3, "the authors' release, github.com/KaimingHe/deep-residual-networks"),
    ),
    "inception_v4": (
        _one_crop(80.156, "timm, results-imagenet.csv (inception_v4.tf_in1k)", 299),
        Accuracy(80.0, "one crop, 299×299", "table 2", paper=True),
    ),
    "efficientnet_lite0": (
        _one_crop(75.1, "the authors' table, github.com/tensorflow/tpu (efficientnet/lite)"),
    ),
}

#: Errors among the first five guesses in the contest of 2012, in per cent: the winners' entry, an
#: average of several networks of which one was a variant, and the next team's (AlexNet's paper).
CONTEST_2012 = (15.3, 26.2)


def comparable(slug: str) -> float | None:
    """Top-1 on one centre crop, in per cent, where somebody has published it."""
    found = ACCURACIES.get(slug, ())
    return next((each.top1 for each in found if each.one_crop), None)
