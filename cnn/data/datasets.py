"""Labelled images: what they are, where they come from, how they are divided and disturbed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnn.arrays import Array
from cnn.data.download import Progress, fetch
from cnn.data.idx import read_idx
from cnn.settings import choice, generator, not_negative, share

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Dataset:
    """Images with labels.

    Attributes:
        images: (N, C, H, W) uint8, 0 to 255.
        labels: (N,) int64, index into ``classes``.
        classes: Names of the classes.
        name: What a page calls these data.

    Raises:
        ValueError: The arrays do not fit each other.
    """

    images: Array
    labels: Array
    classes: tuple[str, ...]
    name: str = ""

    def __post_init__(self) -> None:
        for name, array in (("images", self.images), ("labels", self.labels)):
            if not isinstance(array, np.ndarray):
                raise ValueError(f"{name}: got {type(array).__name__}, need an array")
        if not isinstance(self.classes, tuple | list) or not all(
            isinstance(name, str) for name in self.classes
        ):
            raise ValueError(f"classes: got {self.classes!r}, need a tuple of names")
        if not isinstance(self.name, str):
            raise ValueError(f"name: got {self.name!r}, need a name")
        if self.images.ndim != 4 or self.images.dtype != np.uint8:
            got = f"{self.images.shape} {self.images.dtype}"
            raise ValueError(f"images: got {got}, need (N, C, H, W) uint8")
        if self.labels.shape != self.images.shape[:1] or self.labels.dtype.kind not in "iu":
            got = f"{self.labels.shape} {self.labels.dtype}"
            raise ValueError(f"labels: got {got}, need {len(self.images)} integers")
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            got = f"{self.labels.min()} to {self.labels.max()}"
            raise ValueError(f"labels: got {got}, need 0 to {len(self.classes) - 1}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        return self.images.shape[1:]

    def floats(self, indices: Array | slice | None = None) -> Array:
        """Images as float32 in [0, 1], (N, C, H, W); all of them or those at ``indices``."""
        chosen = self.images if indices is None else self.images[indices]
        return chosen.astype(np.float32) / np.float32(255)

    def take(self, indices: Array | slice, name: str | None = None) -> Dataset:
        """The samples at ``indices``, in that order."""
        return Dataset(self.images[indices], self.labels[indices], self.classes, name or self.name)

    def counts(self) -> Array:
        """(classes,) how many samples of each class there are."""
        return np.bincount(self.labels, minlength=len(self.classes))


@dataclass(frozen=True)
class Split:
    """Training and validation data of one run."""

    train: Dataset
    validation: Dataset


@dataclass(frozen=True)
class Source:
    """A data set in four IDX files: where they lie on the network and how to know them.

    ``checksums`` are MD5 sums by file name, as its makers or keepers published them.
    """

    name: str
    classes: tuple[str, ...]
    urls: tuple[str, ...]
    checksums: dict[str, str]


MNIST = Source(
    name="MNIST",
    classes=DIGITS,
    urls=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    checksums={
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
)
FASHION = Source(
    name="Fashion-MNIST",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    urls=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    checksums={
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
)


def load_mnist(folder: str | Path, part: str = "train") -> Dataset:
    """MNIST's handwritten digits; arguments and errors as :func:`load`."""
    return load(MNIST, folder, part)


def load_fashion(folder: str | Path, part: str = "train") -> Dataset:
    """Fashion-MNIST's pictures of clothes; arguments and errors as :func:`load`."""
    return load(FASHION, folder, part)


def load(source: Source, folder: str | Path, part: str = "train") -> Dataset:
    """Read one part of a data set.

    Args:
        source: ``MNIST`` or ``FASHION``.
        folder: Where the files lie, gzipped or not.
        part: ``"train"`` or ``"test"``.

    Raises:
        FileNotFoundError: A file is missing; the message says which.
        ValueError: A file is damaged, images and labels do not fit, or ``part`` is unknown.
    """
    if not isinstance(folder, str | Path):
        raise ValueError(f"folder: got {folder!r}, need a path")
    stems = {"train": "train", "test": "t10k"}
    choice(part, "part", stems)
    images = read_idx(_find(folder, f"{stems[part]}-images", "idx3-ubyte"))
    labels = read_idx(_find(folder, f"{stems[part]}-labels", "idx1-ubyte"))
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(
            f"labels: got shape {labels.shape} beside images {images.shape} in {folder}, need one "
            f"label for each image"
        )
    return Dataset(images[:, None], labels.astype(np.int64), source.classes, source.name)


def _find(folder: str | Path, stem: str, kind: str) -> Path:
    folder = Path(folder)
    names = [f"{stem}{dot}{kind}{end}" for dot in "-." for end in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"There is no {names[1]} (nor {names[0]}) in the folder {folder}.")


def download(
    source: Source,
    folder: str | Path,
    progress: Callable[[Progress], None] | None = None,
    urls: Sequence[str] | None = None,
) -> None:
    """Fetch the four files of a data set into ``folder``; those already there are kept.

    Args:
        source: ``MNIST`` or ``FASHION``.
        folder: Made if it is not there.
        progress: Called now and then with what has arrived.
        urls: Other places to fetch from, each ending in ``/``.

    Raises:
        cnn.data.download.DownloadError: No place could be reached, or all sent something else.
    """
    for name, checksum in source.checksums.items():
        places = [url + name for url in urls or source.urls]
        fetch(places, Path(folder) / name, checksum, progress)


def split(dataset: Dataset, validation: float = 0.2, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Divide into training and validation data, each class in the same proportion.

    Args:
        dataset: What to divide.
        validation: Share that is held out, 0 to 1. A class of two samples or more gives at least
            one and keeps at least one, if the share is neither 0 nor 1.
        seed: Same seed, same division.

    Returns:
        (training, validation), both in random order.

    Raises:
        ValueError: ``validation`` is no share.
    """
    if not isinstance(dataset, Dataset):
        raise ValueError(f"dataset: got {type(dataset).__name__}, need a Dataset")
    share(validation, "validation")
    rng = generator(seed, "seed")
    kept, held = [], []
    for label in range(len(dataset.classes)):
        members = rng.permutation(np.flatnonzero(dataset.labels == label))
        count = round(len(members) * validation)
        if 0 < validation < 1 and len(members) > 1:
            count = min(max(count, 1), len(members) - 1)
        held.append(members[:count])
        kept.append(members[count:])
    return (
        dataset.take(rng.permutation(np.concatenate(kept))),
        dataset.take(rng.permutation(np.concatenate(held))),
    )


def noisy(dataset: Dataset, pixels: float = 0.0, labels: float = 0.0, seed: int = 0) -> Dataset:
    """A copy with disturbed pixels, disturbed labels or both.

    Args:
        dataset: What to copy.
        pixels: Standard deviation of Gaussian noise, white being 1.
        labels: Share of the samples, 0 to 1, that get a label drawn from the other classes.
        seed: Same seed, same noise.

    Raises:
        ValueError: ``pixels`` is negative or ``labels`` is no share.
    """
    not_negative(pixels, "pixels")
    share(labels, "labels")
    rng = generator(seed, "seed")
    images, given = dataset.images, dataset.labels
    if pixels:
        grain = rng.standard_normal(images.shape, np.float32) * np.float32(255 * pixels)
        images = np.clip(np.rint(images + grain), 0, 255).astype(np.uint8)
    if labels and len(dataset.classes) > 1:
        wrong = rng.permutation(len(given))[: round(labels * len(given))]
        given = given.copy()
        given[wrong] += rng.integers(1, len(dataset.classes), len(wrong))
        given %= len(dataset.classes)
    return replace(dataset, images=images, labels=given)
