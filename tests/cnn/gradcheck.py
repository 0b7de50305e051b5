"""Gradients held against central differences, in float64.

For a function ``f`` and a random ``dy`` the scalar L = Σ dy · f(…) has gradients that a backward
pass claims to know. Each entry of each input is moved by ±step, and the change of L must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cnn.arrays import Array
from cnn.layers.layer import Layer


def numeric_gradient(f: Callable[[], float], array: Array, step: float = 1e-6) -> Array:
    """d f / d array by central differences; ``f`` reads ``array``, which is moved in place."""
    gradient = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        value = array[place]
        array[place] = value + step
        above = f()
        array[place] = value - step
        below = f()
        array[place] = value
        gradient[place] = (above - below) / (2 * step)
    return gradient


def check(
    f: Callable[..., Array | float],
    arrays: Sequence[Array],
    backward: Callable[..., Sequence[Array | None]],
    *,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> None:
    """Assert that ``backward(dy, *arrays)`` gives the gradients of ``f(*arrays)``.

    Args:
        f: From the arrays to an array or a number.
        arrays: Its inputs; turned into float64. Stay away from kinks by more than 1e-6.
        backward: From ``dy`` (shaped as ``f``'s result) and the arrays to one gradient for each
            array; None for one that has none and isn't checked.
        names: Of the arrays, for the message.
        tolerance: Allowed error, absolute and relative.
        seed: Of the random ``dy``.
    """
    arrays = [np.array(array, dtype=np.float64) for array in arrays]
    y = np.asarray(f(*arrays))
    dy = np.random.default_rng(seed).standard_normal(y.shape)
    gradients = backward(dy, *arrays)
    assert len(gradients) == len(arrays), f"{len(gradients)} gradients for {len(arrays)} arrays"
    for index, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        if gradient is None:
            continue
        name = names[index] if names else f"argument {index}"
        expected = numeric_gradient(lambda: float(np.sum(dy * f(*arrays))), array)
        assert_close(gradient, expected, name, tolerance)


def check_layer(layer: Layer, x: Array, *, tolerance: float = 1e-6, seed: int = 0) -> None:
    """Assert that a layer's ``dx`` and every entry of ``grads`` are right.

    Args:
        layer: Made with ``dtype=np.float64``; must do the same at each forward (seed its dropout).
        x: Batch last; turned into float64.
        tolerance: Allowed error, absolute and relative.
        seed: Of the random ``dy``.
    """
    x = np.array(x, dtype=np.float64)
    dy = np.random.default_rng(seed).standard_normal(layer.forward(x).shape)

    def loss() -> float:
        return float(np.sum(dy * layer.forward(x)))

    dx = layer.backward(dy.copy())
    assert dx is not None
    gradients = {name: gradient.copy() for name, gradient in layer.grads.items()}
    assert gradients.keys() == layer.params.keys()
    assert_close(dx, numeric_gradient(loss, x), "dx", tolerance)
    for name, param in layer.params.items():
        assert_close(gradients[name], numeric_gradient(loss, param), name, tolerance)


def assert_close(got: Array, expected: Array, name: str, tolerance: float) -> None:
    """Assert equal shapes and values, and say where they differ the most."""
    assert got.shape == expected.shape, f"{name}: shape {got.shape}, expected {expected.shape}"
    error = np.abs(got - expected) / (1 + np.abs(expected))
    if error.size and error.max() > tolerance:
        place = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
        raise AssertionError(
            f"d/d {name} at {place}: got {got[place]:.8g}, central difference "
            f"{expected[place]:.8g} (error {error.max():.2g} > {tolerance:g})"
        )
