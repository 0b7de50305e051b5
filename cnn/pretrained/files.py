"""Trained weights in files: which network they belong to, and that network.

``.pth`` and ``.pt`` are PyTorch's (:mod:`~cnn.pretrained.torch_files`), ``.safetensors`` those of
:mod:`~cnn.pretrained.safetensors`, ``.npz`` what :func:`cnn.nets.storage.save` writes. A file is
recognised by the names in it, not by its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cnn.arrays import Array
from cnn.nets import storage
from cnn.nets.storage import FileError
from cnn.pretrained.recipes import RECIPES, Pretrained, Recipe
from cnn.pretrained.safetensors import read_safetensors
from cnn.pretrained.tensors import Tensor, mapped
from cnn.pretrained.torch_files import read_torch

READERS: dict[str, Callable[[Array], dict[str, Tensor]]] = {
    ".pth": read_torch,
    ".pt": read_torch,
    ".safetensors": read_safetensors,
}
SUFFIXES = (*READERS, ".npz")
#: Files of a folder that are looked at.
MOST_FILES = 100


@dataclass(frozen=True)
class Found:
    """A file of weights in a folder.

    Attributes:
        path: Where it is.
        recipe: Of the network that it belongs to; None if that is none of ours.
        problem: Why it cannot be used, a sentence; "" if it can.
        stamp: Tells it from another one that takes its name: its time and its length.
    """

    path: Path
    recipe: Recipe | None
    problem: str = ""
    stamp: str = ""


def scan(folder: Path) -> list[Found]:
    """The files of weights in a folder, by name; only what describes the numbers is read.

    A folder that is not there has none.
    """
    paths = (path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    return [_found(path) for path in sorted(path for path in paths if path.is_file())[:MOST_FILES]]


def _found(path: Path) -> Found:
    try:
        status = path.stat()
        recipe, tensors = _opened(path)
        if tensors is not None:
            recipe.check(tensors)
    except FileError as error:
        return Found(path, None, str(error))
    except OSError as error:
        return Found(path, None, f"file: it cannot be opened ({error.strerror})")
    return Found(path, recipe, stamp=f"{status.st_mtime_ns} {status.st_size}")


def load(path: Path) -> Pretrained:
    """The network whose weights are in a file, with all that belongs to it.

    Raises:
        FileError: the file is damaged, or that of a network that is not known here.
        OSError: it cannot be opened.
    """
    recipe, tensors = _opened(path)
    if tensors is not None:
        return Pretrained(recipe, recipe.build(tensors))
    net = recipe.architecture.build(init="zeros")
    storage.load_into(net, path, whole=False)
    net.eval()
    return Pretrained(recipe, net)


def _opened(path: Path) -> tuple[Recipe, dict[str, Tensor] | None]:
    """What a file belongs to, and its tensors; None for those of a file of ours."""
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return _recognised(storage.names_in(path), own=True), None
    if suffix not in READERS:
        raise FileError(f"file: got {path.name}, need one of {', '.join(SUFFIXES)}")
    tensors = READERS[suffix](mapped(path))
    return _recognised(tensors, own=False), tensors


def _recognised(names: Iterable[str], own: bool) -> Recipe:
    """The recipe that shares most names with a file, if they are more than half of all.

    Args:
        names: In the file.
        own: They are our paths, not those of the recipe's source.
    """
    given = set(names)
    shares = {}
    for recipe in RECIPES:
        needed = set(recipe.keys if own else recipe.keys.values())
        shares[recipe] = len(given & needed) / len(needed)
    best = max(shares, key=lambda recipe: shares[recipe])
    if shares[best] <= 1 / 2:
        known = ", ".join(recipe.architecture.name for recipe in RECIPES)
        raise FileError(f"file: its names are those of no network known here ({known})")
    return best
