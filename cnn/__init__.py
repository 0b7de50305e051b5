"""A convolutional neural network in plain NumPy, written to be read, and to be used::

    import cnn

    train, test = cnn.split(cnn.generate_digits(3000, seed=1))
    layers = [cnn.Conv2d(1, 6, 5, padding=2), cnn.ReLU(), cnn.MaxPool2d(2)]
    layers += [cnn.Conv2d(6, 16, 5), cnn.ReLU(), cnn.MaxPool2d(2)]
    net = cnn.Sequential(*layers, cnn.Flatten(), cnn.Linear(400, 10))
    cnn.fit(net, train.floats(), train.labels, epochs=3)
    print(f"{cnn.accuracy(net, test.floats(), test.labels):.1%} of unseen digits are read")
    print(cnn.predict(net, test.floats()[:10]), test.labels[:10])
    cnn.save(net, "digits.npz")

It is a book as well: one idea a file, one chapter a folder, and each chapter can be read from
those above it; ``cnn/README.md`` is the reader's guide. Begin with :mod:`cnn.definitions`: every
operation and its gradient as plain loops under its equation. (:mod:`cnn.arrays` and
:mod:`cnn.settings` say what arguments may be; they can be skipped.) Then

1. :mod:`cnn.window`: where windows fall, what they cover and what they see; gather and scatter.
2. :mod:`cnn.layers`: forward and backward, one kind a file; in ``convolving`` the fast ways.
   :mod:`cnn.functional` is their public face, with PyTorch's names, arguments and NCHW arrays.
3. :mod:`cnn.nets`: layers put together, written as tables, kept in files; the famous ones are
   in :mod:`cnn.architectures`.
4. :mod:`cnn.data`: labelled images, digits from pen strokes, files and their preparation.
5. :mod:`cnn.learn`: losses, optimizers, schedules, first the plain loop (``fit``), then a run
   that is a plain state (``state``, ``training``).
6. :mod:`cnn.explain`: looking inside.
7. :mod:`cnn.pretrained`: the famous networks with weights that others trained and published.

Inside a network arrays are batch last, (C, H, W, N); public functions take (N, C, H, W).
"""

from cnn import functional
from cnn.architectures import ARCHITECTURES
from cnn.data.augment import Augmentation
from cnn.data.datasets import Dataset, load_fashion, load_mnist, split
from cnn.data.handwriting import generate as generate_digits
from cnn.data.preprocess import fit_digit
from cnn.explain import grad_cam, input_gradient, occlusion, snapshot, window_sum
from cnn.layers.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from cnn.layers.adaptive_pooling import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
)
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.dropout import Dropout
from cnn.layers.group_normalisation import GroupNorm
from cnn.layers.instance_normalisation import InstanceNorm2d
from cnn.layers.layer import Layer
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.local_response import LocalResponseNorm
from cnn.layers.more_activations import ELU, Hardswish, ReLU6, SiLU, Softplus
from cnn.layers.pooling import AvgPool2d, MaxPool2d
from cnn.layers.softmax import Softmax
from cnn.learn.fit import accuracy, fit, predict
from cnn.learn.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from cnn.learn.optimizers import SGD, Adam, AdamW
from cnn.nets.export import to_numpy, to_pytorch
from cnn.nets.network import Branches, Residual, Sequential
from cnn.nets.spec import build
from cnn.nets.storage import load, save
from cnn.nets.table import spec_of

__all__ = [
    "ARCHITECTURES",
    "ELU",
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "Augmentation",
    "AvgPool2d",
    "BCEWithLogitsLoss",
    "BatchNorm2d",
    "Branches",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dataset",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "GroupNorm",
    "Hardswish",
    "InstanceNorm2d",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "MSELoss",
    "MaxPool2d",
    "ReLU",
    "ReLU6",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "accuracy",
    "build",
    "fit",
    "fit_digit",
    "functional",
    "generate_digits",
    "grad_cam",
    "input_gradient",
    "load",
    "load_fashion",
    "load_mnist",
    "occlusion",
    "predict",
    "save",
    "snapshot",
    "spec_of",
    "split",
    "to_numpy",
    "to_pytorch",
    "window_sum",
]
