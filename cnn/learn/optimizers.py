"""Optimizers: how the parameters move when the gradients are known.

They do what PyTorch's of the same name do. Parameters change in place. The work goes in blocks
that fit the processor's cache, with scratch space of one block: the hundred million weights of a
VGG need no temporary array of their size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.settings import choice, flag, not_negative, real, share

#: Numbers worked on at a time: 128 kB each in float32.
BLOCK = 32 * 1024


class Optimizer:
    """Base: keeps for every parameter some arrays of its shape (``slots``) and counts the steps.

    Args:
        params: Arrays by name, C-contiguous; they are changed in place by ``step``.
        lr: Learning rate; may be given anew at each step.
        weight_decay: Pull of every parameter towards 0.

    Raises:
        ValueError: lr or weight_decay is negative or no number, or an array is not contiguous.
    """

    slot_names: tuple[str, ...] = ()

    def __init__(self, params: Mapping[str, Array], lr: float, weight_decay: float = 0.0) -> None:
        not_negative(lr, "lr")
        not_negative(weight_decay, "weight_decay")
        if not isinstance(params, Mapping):
            raise ValueError(f"params: got {type(params).__name__}, need arrays by their names")
        for name, param in params.items():
            if not isinstance(param, np.ndarray) or param.dtype.kind != "f":
                got = getattr(param, "dtype", type(param).__name__)
                raise ValueError(f"params: got {got} for {name!r}, need arrays of floats")
            if not param.flags.c_contiguous:
                raise ValueError(
                    f"params: got {name!r} in pieces, need C-contiguous arrays to change"
                )
        self.params = dict(params)
        self.settings: dict[str, Any] = {"lr": lr, "weight_decay": weight_decay}
        self.steps = 0
        self.slots = {
            name: {slot: np.zeros_like(param) for slot in self.slot_names}
            for name, param in self.params.items()
        }
        self._scratch: dict[np.dtype, tuple[Array, Array]] = {}

    @property
    def lr(self) -> float:
        """Learning rate of the next step; a ValueError if it is set to less than 0 or no number."""
        lr: float = self.settings["lr"]
        return lr

    @lr.setter
    def lr(self, value: float) -> None:
        not_negative(value, "lr")
        self.settings["lr"] = value

    def step(self, grads: Mapping[str, Array], lr: float | None = None) -> None:
        """Move every parameter, given the gradient of each under the same name.

        Raises:
            ValueError: a gradient is missing or of another shape.
        """
        if lr is not None:
            self.lr = lr
        for name, param in self.params.items():
            if name not in grads or grads[name].shape != param.shape:
                got = f"shape {grads[name].shape}" if name in grads else "nothing"
                raise ValueError(f"grads: got {got} for {name!r}, need shape {param.shape}")
        self.steps += 1
        for name, param in self.params.items():
            arrays = [param, grads[name], *self.slots[name].values()]
            flat = [array.reshape(-1) for array in arrays]  # (size,) each, views
            for begin in range(0, param.size, BLOCK):
                block = slice(begin, begin + BLOCK)
                self._update(*(array[block] for array in flat))

    def _update(self, param: Array, grad: Array, *slots: Array) -> None:
        """Move one flat block of one parameter."""
        raise NotImplementedError

    def _space(self, like: Array) -> tuple[Array, Array]:
        """Two scratch arrays of the size of a block."""
        if like.dtype not in self._scratch:
            self._scratch[like.dtype] = np.empty(BLOCK, like.dtype), np.empty(BLOCK, like.dtype)
        first, second = self._scratch[like.dtype]
        return first[: like.size], second[: like.size]

    def _decayed(self, grad: Array, param: Array, space: Array) -> Array:
        """Grad + weight_decay · param: the gradient of a loss with an L2 penalty."""
        decay = self.settings["weight_decay"]
        if not decay:
            return grad
        np.multiply(param, decay, out=space)
        space += grad
        return space

    def state(self) -> dict[str, Any]:
        """All that the next step depends on but the parameters: plain dicts and copied arrays."""
        return {
            "kind": type(self).__name__,
            "steps": self.steps,
            "settings": dict(self.settings),
            "slots": {
                name: {slot: array.copy() for slot, array in slots.items()}
                for name, slots in self.slots.items()
            },
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a :meth:`state`; its arrays are copied.

        Raises:
            ValueError: the state is another optimizer's or another network's.
        """
        kind = type(self).__name__
        if state["kind"] != kind:
            raise ValueError(f"state: got one of {state['kind']}, need one of {kind}")
        shapes, given = (
            {name: {slot: a.shape for slot, a in slots.items()} for name, slots in of.items()}
            for of in (self.slots, state["slots"])
        )
        if shapes != given:
            raise ValueError(f"state: got arrays {given}, need {shapes}")
        self.steps = state["steps"]
        self.settings = dict(state["settings"])
        for name, slots in state["slots"].items():
            for slot, array in slots.items():
                self.slots[name][slot][...] = array


class SGD(Optimizer):
    """Stochastic gradient descent: θ ← θ − lr · v, where v is the gradient or remembers it.

    With momentum μ (Polyak, 1964) v ← μ v + (1 − dampening) g. Nesterov's (1983) looks one step
    ahead: g + μ v takes v's place.

    Args:
        params: As :class:`Optimizer`'s, as are lr and weight_decay.
        lr: Step size.
        momentum: μ; 0 for none.
        dampening: Share of g that v does not take.
        weight_decay: Pull of every parameter towards 0, added to g.
        nesterov: Look one step ahead.

    Raises:
        ValueError: momentum is negative, or nesterov without momentum or with dampening.
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        not_negative(momentum, "momentum")
        share(dampening, "dampening")
        if flag(nesterov, "nesterov") and (momentum == 0 or dampening != 0):
            raise ValueError(
                f"nesterov: got momentum {momentum} and dampening {dampening}, need momentum "
                f"above 0 and dampening 0"
            )
        self.slot_names = ("momentum",) if momentum else ()
        super().__init__(params, lr, weight_decay)
        self.settings.update(momentum=momentum, dampening=dampening, nesterov=nesterov)

    def _update(self, param: Array, grad: Array, *slots: Array) -> None:
        s = self.settings
        first, second = self._space(param)
        direction = self._decayed(grad, param, first)
        if slots:
            (velocity,) = slots
            velocity *= s["momentum"]
            if s["dampening"] and self.steps > 1:  # PyTorch does not dampen the first
                np.multiply(direction, 1 - s["dampening"], out=second)
                velocity += second
            else:
                velocity += direction
            if s["nesterov"]:
                np.multiply(velocity, s["momentum"], out=second)
                second += direction
                direction = second
            else:
                direction = velocity
        np.multiply(direction, s["lr"], out=second)
        param -= second


class Adam(Optimizer):
    """Step sizes of their own for every parameter. With g the gradient of step t:

    m ← β₁·m + (1 − β₁)·g        running mean of the gradient
    v ← β₂·v + (1 − β₂)·g²       running mean of its square
    m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
    θ ← θ − lr · m̂ / (√v̂ + eps)

    m and v start at 0. For gradients of one size g, m after t steps is (1 − β₁)·Σ β₁ⁱ·g over
    i < t, and that geometric sum is (1 − β₁ᵗ)·g: too small by just the factor that m̂ divides by.
    Kingma and Ba, "Adam: a method for stochastic optimization" (2015). Weight decay is added to g.

    Args:
        params: As :class:`Optimizer`'s, as are lr and weight_decay.
        lr: Step size, about the most that a parameter moves in a step.
        betas: (β₁, β₂).
        eps: Keeps the division finite.
        weight_decay: Pull of every parameter towards 0.

    Raises:
        ValueError: lr, eps or weight_decay is negative, or a beta is not in [0, 1).
    """

    slot_names = ("mean", "square")

    def __init__(
        self,
        params: Mapping[str, Array],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        pair = betas if isinstance(betas, tuple | list) else ()
        if len(pair) != 2 or not all(0 <= real(beta, "betas") < 1 for beta in pair):
            raise ValueError(f"betas: got {betas}, need two numbers of at least 0 and below 1")
        not_negative(eps, "eps")
        super().__init__(params, lr, weight_decay)
        self.settings.update(betas=tuple(betas), eps=eps)

    def _update(self, param: Array, grad: Array, *slots: Array) -> None:
        first, second = self._space(param)
        self._adapt(param, self._decayed(grad, param, first), slots, first, second)

    def _adapt(
        self, param: Array, grad: Array, slots: tuple[Array, ...], first: Array, second: Array
    ) -> None:
        """One step without weight decay. ``grad`` may be ``first``, and is used up."""
        s = self.settings
        (beta1, beta2), mean, square = s["betas"], *slots  # m and v
        np.multiply(grad, grad, out=second)
        second *= 1 - beta2
        square *= beta2
        square += second
        np.multiply(grad, 1 - beta1, out=second)
        mean *= beta1
        mean += second

        # √v̂ = √v / √(1 − β₂ᵗ), and the other correction goes into the step size.
        np.sqrt(square, out=second)
        second *= 1 / math.sqrt(1 - beta2**self.steps)
        second += s["eps"]
        np.divide(mean, second, out=first)
        first *= s["lr"] / (1 - beta1**self.steps)
        param -= first


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters directly: θ ← (1 − lr · decay) θ first.

    Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
    Arguments and errors as :class:`Adam`'s.
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def _update(self, param: Array, grad: Array, *slots: Array) -> None:
        first, second = self._space(param)
        if self.settings["weight_decay"]:
            param *= 1 - self.settings["lr"] * self.settings["weight_decay"]
        self._adapt(param, grad, slots, first, second)


OPTIMIZERS = ("sgd", "momentum", "nesterov", "adam", "adamw")


def make_optimizer(
    name: str,
    params: Mapping[str, Array],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> Optimizer:
    """An optimizer by its name.

    Args:
        name: One of :data:`OPTIMIZERS`.
        params: Arrays by name, C-contiguous; each step changes them in place.
        lr: Learning rate.
        momentum: Of "momentum" and "nesterov"; the others do not look at it.
        weight_decay: Pull of every parameter towards 0.

    Raises:
        ValueError: the name is not known, or a setting is out of its range.
    """
    choice(name, "optimizer", OPTIMIZERS)
    if name == "sgd":
        return SGD(params, lr, weight_decay=weight_decay)
    if name in ("momentum", "nesterov"):
        return SGD(params, lr, momentum, weight_decay=weight_decay, nesterov=name == "nesterov")
    if name == "adam":
        return Adam(params, lr, weight_decay=weight_decay)
    return AdamW(params, lr, weight_decay=weight_decay)
