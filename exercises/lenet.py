"""Exercise 8: a network from its shapes.

Build with ``cnn``'s layers (``cnn.Conv2d``, ``cnn.ReLU``, ``cnn.MaxPool2d``, ``cnn.Flatten``,
``cnn.Linear``) a ``cnn.Sequential`` that takes an image of shape (1, 28, 28) through

    (6, 28, 28)    5×5 convolution
    (6, 28, 28)    ReLU
    (6, 14, 14)    max pooling
    (16, 10, 10)   5×5 convolution
    (16, 10, 10)   ReLU
    (16, 5, 5)     max pooling
    (400,)         flatten
    (120,)         dense
    (120,)         ReLU
    (84,)          dense
    (84,)          ReLU
    (10,)          dense

and count its trainable numbers by hand.
"""

import cnn


def lenet() -> cnn.Sequential:
    """The network. Which padding keeps 28 at 28 under a 5×5 kernel?"""
    raise NotImplementedError


def parameters_of_each_layer() -> list[int]:
    """The trainable numbers (weights and biases) of the five layers that have some, in order.

    By arithmetic, not by asking the network: kernels, channels, filters, one bias for each filter.
    """
    raise NotImplementedError
