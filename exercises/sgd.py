"""Exercise 7: stochastic gradient descent with momentum and weight decay."""

import numpy as np


def step(
    param: np.ndarray,
    gradient: np.ndarray,
    velocity: np.ndarray,
    lr: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> None:
    """Change ``param`` and ``velocity`` in place.

    g = gradient + weight_decay · param
    velocity = momentum · velocity + g
    param = param − lr · velocity

    Hint: ``param = …`` makes a new array; ``param[...] = …`` or ``param -= …`` changes this one.
    """
    raise NotImplementedError
