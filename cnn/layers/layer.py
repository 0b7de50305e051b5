"""What every layer of a network is: a forward pass, a backward pass, parameters.

Inside a network arrays are *batch last*: images are (C, H, W, N) and features are (F, N). One
sample's neighbours then lie far apart but the same pixel of all samples lies together, so that
every slice is a few long contiguous rows and a convolution is one matrix product without a
transpose. ``layer(x)`` takes and gives the public layout instead: (N, C, H, W) or (N, F).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cnn.arrays import Array, Shape, batch_first, batch_last, numbers

if TYPE_CHECKING:
    from cnn.window.receptive_field import Step


class Layer:
    """Base of all layers.

    After ``forward`` the layer holds plain references ``x`` and ``y``; after ``backward`` also
    ``dy`` and ``dx``, and ``grads`` has an array for every entry of ``params``. Nothing is
    copied: the pages look at these arrays, and the next step overwrites the references.

    The short names ``params``, ``grads`` and ``bufs`` are the layer's own arrays; the methods
    ``parameters()``, ``gradients()`` and ``buffers()`` also give those of layers inside it.

    Attributes:
        params: Trainable arrays by name (``weight``, ``bias``); optimizers change them in place.
        grads: d loss / d param, same names and shapes, valid after ``backward``.
        bufs: Arrays that are saved but not trained (running statistics).
        training: True during training; dropout and batch norm look at it.
        frozen: True where only d loss / d input is asked for: ``backward`` then leaves ``grads``
            of convolutions, batch norms and dense layers alone.
    """

    #: Attributes that hold what the last passes left; they are not pickled.
    passing: tuple[str, ...] = ("x", "y", "dy", "dx")

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self.bufs: dict[str, Array] = {}
        self.training = True
        self.frozen = False
        self.x: Array | None = None
        self.y: Array | None = None
        self.dy: Array | None = None
        self.dx: Array | None = None

    def forward(self, x: Array) -> Array:
        """Batch-last ``x``, (C, H, W, N) or (F, N), to batch-last ``y``."""
        raise NotImplementedError

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """From d loss / d y, shaped as y, to d loss / d x, shaped as x; fills ``grads``.

        ``need_dx=False`` lets the first layer of a network skip the gradient nobody reads.
        """
        raise NotImplementedError

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of one sample after this layer, given the shape before: (C, H, W) or (F,)."""
        raise NotImplementedError

    def multiply_adds(self, shape: Shape) -> int:
        """Multiply–adds for one sample of ``shape``; 0 where there are no weights."""
        return 0

    def receptive_step(self, shape: Shape) -> Step | None:
        """The window through which an output cell sees an input of ``shape`` (C, H, W).

        None where each cell sees only its own place; see :mod:`cnn.window.receptive_field`.
        """
        return None

    def parameters(self) -> dict[str, Array]:
        """The trainable arrays themselves, those of layers inside by their path."""
        return dict(self.params)

    def gradients(self) -> dict[str, Array]:
        """d loss / d parameter, named and shaped alike, as the last backward pass left it."""
        return dict(self.grads)

    def buffers(self) -> dict[str, Array]:
        """The arrays that are kept but not trained, those of layers inside by their path."""
        return dict(self.bufs)

    def children(self) -> Iterator[tuple[str, Layer]]:
        """Named layers inside this one; none for a plain layer."""
        return iter(())

    def __getstate__(self) -> dict[str, Any]:
        """A pickled or copied layer is as if it had just been made, with these parameters."""
        return {**vars(self), **dict.fromkeys(self.passing), "grads": {}}

    def __call__(self, x: Array) -> Array:
        """Forward in the public layout: (N, C, H, W) or (N, F) in, the same kind out."""
        x = numbers(x, "x")
        if x.ndim < 2:
            raise ValueError(f"x: got shape {x.shape}, need (N, C, H, W) or (N, F)")
        return batch_first(self.forward(batch_last(x)))

    def upstream(self, dy: Array) -> Array:
        """``dy``, if it can be the gradient at the output of the last forward pass.

        Raises:
            RuntimeError: there was none.
            ValueError: it has another shape.
        """
        _, y = self.passed()
        dy = numbers(dy, "dy")
        if dy.shape != y.shape:
            raise ValueError(f"dy: got shape {dy.shape}, need the output's {y.shape}")
        return dy

    def passed(self) -> tuple[Array, Array]:
        """x and y of the last forward pass.

        Raises:
            RuntimeError: there was none.
        """
        if self.x is None or self.y is None:
            raise RuntimeError(f"{type(self).__name__}: backward needs a forward pass first")
        return self.x, self.y

    def input_gradient(self, dy: Array) -> Array:
        """d loss / d x: :meth:`backward` where it is certain that ``dx`` is needed.

        Raises:
            RuntimeError: there was no forward pass, or the layer gives no gradient.
            ValueError: ``dy`` has another shape than y.
        """
        dx = self.backward(dy, need_dx=True)
        if dx is None:
            raise RuntimeError(f"{type(self).__name__}: backward gave None, need d loss / d x")
        return dx


def a_layer(value: Any, name: str) -> Layer:
    """``value`` if it is a layer; a ValueError that names the argument otherwise."""
    if not isinstance(value, Layer):
        what = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
        raise ValueError(f"{name}: got {what}, need a layer")
    return value


class SameShape(Layer):
    """Base of layers whose output has the shape of their input."""

    def output_shape(self, shape: Shape) -> Shape:
        """``shape`` itself."""
        return shape
