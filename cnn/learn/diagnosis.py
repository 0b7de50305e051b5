"""Names what goes wrong in a training run, in words, with the likely cause.

Looked at after a batch's forward and backward pass, while the layers still hold both. A cause is
named only where the network itself shows it: its layers, its weights beside those it began with,
and what the batch left in them.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import ReLU, Sigmoid, Tanh
from cnn.layers.layer import Layer
from cnn.learn.state import Diagnosis, FirstWeights, History, RunConfig
from cnn.nets.network import Sequential
from cnn.nets.spec import build

#: Steps that the plateau looks back over, and the share of progress that still counts as some.
WINDOW = 60
PROGRESS = 0.01
#: A gradient this small, everywhere, moves nothing at float32.
NO_GRADIENT = 1e-9
#: The first layer's gradient beside the last one's, below which it has vanished.
VANISHED = 1e-4
#: Share of units that tells of a whole layer.
MOST = 0.9
#: A loss this small has nothing left to teach.
FITTED = 1e-4
#: How far weights have moved, ‖W − W₀‖ / ‖W₀‖: hardly, and far.
HARDLY, FAR = 0.02, 2.0


def diagnose(
    config: RunConfig, history: History, net: Sequential, first: FirstWeights | None = None
) -> Diagnosis | None:
    """The worst thing that can be said of the run just now, or None.

    Args:
        config: Of the run.
        history: What it has seen.
        net: As it is now; its layers still hold the last batch.
        first: The weights that it began with, where they are those of a file.
    """
    run = _Evidence(config, history, net, first)
    values = [*history.loss[-1:], *history.check_loss[-1:]]
    if not all(math.isfinite(value) for value in values):
        return _not_a_number(run, "the loss is no longer a number")
    if not all(np.isfinite(value).all() for value in net.parameters().values()):
        return _not_a_number(run, "weights are no longer numbers")
    return _dead(run) or _silent(run) or _vanishing(run) or _plateau(run)


class _Evidence:
    """A run as a diagnosis looks at it; what costs something is worked out when asked for."""

    def __init__(
        self,
        config: RunConfig,
        history: History,
        net: Sequential,
        first: FirstWeights | None = None,
    ) -> None:
        self.config, self.history, self.net, self.first = config, history, net, first
        self.layers = list(net.named_layers())

    @cached_property
    def began(self) -> dict[str, Array]:
        """The parameters that the run began with."""
        if self.first is not None:
            return self.first.parameters
        config = self.config
        rng = np.random.default_rng(config.seed)
        return build(config.blocks, config.input_shape, rng=rng, init=config.init).parameters()

    def moved(self, name: str) -> float:
        """‖W − W₀‖ / ‖W₀‖ of a parameter; infinite where it began at 0 and is not 0 now."""
        first, now = self.began[name], self.net.parameters()[name]
        size, change = float(np.linalg.norm(first)), float(np.linalg.norm(now - first))
        return change / size if size else (math.inf if change else 0.0)

    def turned(self, name: str) -> float:
        """As :meth:`moved`, of the direction alone: weight decay shrinks weights, unturned."""
        first, now = self.began[name], self.net.parameters()[name]
        sizes = float(np.linalg.norm(first)), float(np.linalg.norm(now))
        if not all(sizes):
            return math.inf
        return float(np.linalg.norm(now / sizes[1] - first / sizes[0]))

    @property
    def weights(self) -> dict[str, Array]:
        """The weights (not the biases) of convolutions and dense layers, by path."""
        found = self.net.parameters().items()
        return {name: value for name, value in found if name.endswith("weight") and value.ndim > 1}

    def all_alike(self) -> str | None:
        """A layer whose units all have the same weights, but for rounding."""
        for name, weight in self.weights.items():
            apart = np.abs(weight - weight[:1]).max(initial=0.0)
            if len(weight) > 1 and apart <= 1e-3 * np.abs(weight).max():
                return name.removesuffix(".weight")
        return None

    def zero(self) -> str | None:
        """A layer whose weights are all exactly 0."""
        for name, weight in self.weights.items():
            if not weight.any():
                return name.removesuffix(".weight")
        return None

    def began_at_zero(self) -> bool:
        """Whether the weights of the run began at 0."""
        return not any(self.began[name].any() for name in self.weights)

    def before(self, name: str) -> tuple[str, Layer] | None:
        """The last layer with weights before layer ``name``."""
        found = None
        for path, layer in self.layers:
            if path == name:
                return found
            if "weight" in layer.params:
                found = path, layer
        return None


_SYMMETRIC = (
    "All weights began at 0: every unit of a layer then gets the same gradient and stays like the "
    "others, and through weights of 0 no gradient passes back. Choose random first weights."
)


_EITHER_WAY = (
    "The learning rate may be too low to leave the start, or so high that it jumps about; try a "
    "factor of 10 either way, or other first weights."
)


def _not_a_number(run: _Evidence, what: str) -> Diagnosis:
    history, rate = run.history, run.config.lr
    step = history.step[-1] if history.step else 0
    finite = [v for v in history.loss if math.isfinite(v)]
    grew = len(finite) > 1 and max(finite) > 3 * finite[0]
    last = f" The loss had grown to {max(finite):.3g} before that." if grew else ""
    if not finite:
        cause = (
            "It was none before any weight had moved: the first weights are too large for this "
            "network, or the images hold such numbers. Choose other first weights."
        )
    elif run.config.optimizer != "adamw" and rate * run.config.weight_decay > 2:
        cause = (
            f"The weight decay ({run.config.weight_decay:g}) times the learning rate ({rate:g}) "
            "is above 2, so that every step overshoots 0 and the weights grow. Lower either."
        )
    else:
        cause = (
            f"Most likely the learning rate ({rate:g}) is too high: every step overshoots, the "
            "weights grow until they overflow. Divide it by 10 and start again."
        )
    seen = f"At step {step} {what}.{last}"
    return Diagnosis("NaN", seen, cause, fatal=True)


def _dead(run: _Evidence) -> Diagnosis | None:
    for name, layer in run.layers:
        if isinstance(layer, ReLU) and layer.y is not None and layer.y.size and not layer.y.any():
            return Diagnosis(
                "Dead network",
                f"Every output of {name} is 0, for every image of the batch.",
                _why_dead(run, name, layer),
            )
    return None


def _why_dead(run: _Evidence, name: str, layer: Layer) -> str:
    """What holds every sum that enters this ReLU at or below 0."""
    stuck = "A ReLU that never fires passes no gradient back, so the layers before it are stuck. "
    found = run.before(name)
    if found is None or layer.x is None:
        return stuck + "All that enters it is 0 or less."
    path, feeding = found
    weight, bias = feeding.params["weight"], feeding.params.get("bias")
    if not weight.any():
        if run.began_at_zero():
            return stuck + _SYMMETRIC
        return stuck + f"The weights of {path} have become 0: lower the weight decay."
    if feeding.x is not None and not feeding.x.any():
        return stuck + f"All that enters {path} is 0 as well."
    if run.turned(f"{path}.weight") < HARDLY and _still(run, path):
        return stuck + (
            f"The sums of {path} were below 0 from the start, with hardly a weight moved: take "
            "another seed or other first weights, more units, or leaky ReLU."
        )
    if bias is not None and bias.max() < 0 and _fires_without(layer.x, bias):
        return stuck + (
            f"Steps have pushed the biases of {path} below 0 (their mean is {bias.mean():.2g}): "
            "use a lower learning rate, or leaky ReLU, and start again."
        )
    return stuck + (
        f"Steps have turned the weights of {path} so that all its sums are below 0: use a lower "
        "learning rate, or leaky ReLU, and start again."
    )


def _still(run: _Evidence, path: str) -> bool:
    """Whether the biases of layer ``path`` are where they began, beside what its weights sum to."""
    name = f"{path}.bias"
    if name not in run.began:
        return True
    change = np.abs(run.net.parameters()[name] - run.began[name]).max(initial=0.0)
    weight = run.began[f"{path}.weight"]
    return bool(change < HARDLY * math.sqrt(weight[0].size) * float(weight.std()))


def _fires_without(sums: Array, bias: Array) -> bool:
    """Whether some sum would be above 0 were it not for its bias."""
    if len(sums) != len(bias):
        return False
    highest = sums.reshape(len(bias), -1).max(axis=1)
    return bool((highest - bias > 0).any())


def _silent(run: _Evidence) -> Diagnosis | None:
    gradients = run.net.gradients()
    if not gradients or any(np.abs(g).max(initial=0.0) >= NO_GRADIENT for g in gradients.values()):
        return None
    seen = "Every gradient is practically 0: no weight moves."
    return Diagnosis("No gradient", seen, _why_silent(run))


def _why_silent(run: _Evidence) -> str:
    history = run.history
    if history.loss and history.loss[-1] < FITTED:
        return f"The batch is fitted perfectly: its loss is {history.loss[-1]:.2g}."
    if saturated := _saturated(run):
        return (
            f"{saturated} is saturated: nearly all its outputs lie at an end of its range, where "
            f"its slope is 0. {_less(run)}"
        )
    if run.zero():
        return _SYMMETRIC if run.began_at_zero() else f"The weights of {run.zero()} are all 0."
    if mostly := _mostly_off(run):
        return f"Nearly all outputs of {mostly} are 0, and a ReLU at 0 passes no gradient back."
    return "The weights on the way back are so small that nothing of the gradient is left."


def _less(run: _Evidence) -> str:
    """What keeps sums small; first weights of 0 cannot be smaller."""
    weights = "" if run.began_at_zero() else " or smaller first weights"
    return f"Use a lower learning rate{weights}, and start again."


def _saturated(run: _Evidence) -> str | None:
    """The last sigmoid or tanh that is, by name; one that is passes nothing to those before."""
    for name, layer in reversed(run.layers):
        if isinstance(layer, Sigmoid | Tanh) and layer.y is not None:
            y = layer.y
            derivative = y * (1 - y) if isinstance(layer, Sigmoid) else 1 - y * y
            if (derivative < 1e-3).mean() > MOST:
                return name
    return None


def _mostly_off(run: _Evidence) -> str | None:
    for name, layer in reversed(run.layers):
        if isinstance(layer, ReLU) and layer.y is not None and (layer.y == 0).mean() > MOST:
            return name
    return None


def _vanishing(run: _Evidence) -> Diagnosis | None:
    gradients = list(run.net.gradients().items())
    if not gradients:
        return None
    (name, gradient), (_, end) = gradients[0], gradients[-1]
    first, last = float(np.abs(gradient).mean()), float(np.abs(end).mean())
    if not (last > 0 and first < VANISHED * last):
        return None
    times = last / first if first else math.inf
    seen = (
        f"The gradient of {name} is {times:,.0f} times smaller than that of the last layer."
        if times < 1e15
        else f"The gradient of {name} is 0: nothing of it comes back from the last layer."
    )
    return Diagnosis("Vanishing gradient", seen, _why_vanishing(run))


def _why_vanishing(run: _Evidence) -> str:
    if run.began_at_zero() and not _saturated(run):
        return _SYMMETRIC
    if run.zero():
        return f"The weights of {run.zero()} are all 0."
    lost = _lost_on_the_way(run)
    bends = {kind: share for kind, share in lost.items() if kind in ("Sigmoid", "Tanh")}
    if sum(bends.values()) > lost.get("weights", 0.0):
        kinds = " or ".join(kind.lower() for kind in sorted(bends))
        saturated = _saturated(run)
        so = f" ({saturated} is saturated)" if saturated else ""
        return (
            f"Each {kinds} on the way back multiplies by a slope below 1{so}. Use ReLU, batch norm "
            "or fewer layers."
        )
    if lost.get("ReLU", 0.0) > lost.get("weights", 0.0):
        off = _mostly_off(run)
        where = f"Nearly all outputs of {off}" if off else "Most outputs of its ReLUs"
        return f"{where} are 0, and a ReLU at 0 passes no gradient back. Lower the learning rate."
    least = min(run.weights, key=lambda name: float(run.weights[name].std()))
    size = float(run.weights[least].std())
    return (
        "Each layer on the way back multiplies by its weights, and these are small (those of "
        f"{least.removesuffix('.weight')} are about {size:.1g}). Choose first weights that suit "
        "the size of the layers, Kaiming or Xavier, or a lower weight decay."
    )


def _lost_on_the_way(run: _Evidence) -> dict[str, float]:
    """By what power of ten the gradient shrank in activations of each kind, and in "weights"."""
    lost: dict[str, float] = {}
    for _, layer in run.layers:
        if layer.dy is None or layer.dx is None:
            continue
        into, out = _size(layer.dy), _size(layer.dx)
        if into <= 0 or out <= 0:
            continue
        kind = "weights" if "weight" in layer.params else type(layer).__name__
        lost[kind] = lost.get(kind, 0.0) + math.log10(into / out)
    return lost


def _size(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def _plateau(run: _Evidence) -> Diagnosis | None:
    history = run.history
    if len(history.loss) < 2 * WINDOW:
        return None
    before = float(np.mean(history.loss[-2 * WINDOW : -WINDOW]))
    now = float(np.mean(history.loss[-WINDOW:]))
    accuracy = float(np.mean(history.accuracy[-WINDOW:]))
    if now < before * (1 - PROGRESS) or accuracy > 0.9:
        return None
    chance = 1 / run.config.classes
    guesses = accuracy < chance + 0.1 * (1 - chance)
    return Diagnosis(
        "Plateau",
        f"The training loss stayed at {now:.3g} over the last {2 * WINDOW} steps "
        f"(accuracy {accuracy:.0%}).",
        _why_it_guesses(run, chance) if guesses else _why_it_stays(run),
    )


def _why_it_guesses(run: _Evidence, chance: float) -> str:
    words = f"It still guesses: {run.config.classes} classes by chance give {chance:.0%}. "
    if run.began_at_zero() and run.all_alike():
        return words + _SYMMETRIC
    if decay := _decayed(run):
        return words + decay
    if saturated := _saturated(run):
        return words + (f"{saturated} is saturated, where its slope is 0. {_less(run)}")
    if run.began_at_zero():
        return words + _EITHER_WAY
    far = max(run.moved(name) for name in run.weights)
    if far < HARDLY:
        return words + (
            f"Its weights have moved by {far:.1%} only: the learning rate ({run.config.lr:g}) is "
            "too low to leave the start. Try ten times as much."
        )
    if far > FAR:
        return words + (
            f"Its weights are far from where they began: the learning rate ({run.config.lr:g}) is "
            "so high that it jumps about. Try a tenth."
        )
    return words + _EITHER_WAY


def _why_it_stays(run: _Evidence) -> str:
    if decay := _decayed(run):
        return decay
    rate, most = run.history.lr[-1], max(run.history.lr)
    if rate < 0.05 * most:
        return (
            f"The schedule has lowered the learning rate to {rate:.2g}: hardly a weight moves any "
            "more. That is how the run was meant to end; a network that is larger, or trained "
            "longer, may get further."
        )
    lower = "" if rate < most else " (try a schedule that lowers it)"
    return (
        f"The learning rate may now be too high to settle{lower}, or the network too small for "
        "the data."
    )


def _decayed(run: _Evidence) -> str | None:
    """One sentence if the weight decay has pulled the weights of a layer to almost nothing."""
    if not run.config.weight_decay:
        return None
    for name, weight in run.weights.items():
        first = float(np.linalg.norm(run.began[name]))
        if first and float(np.linalg.norm(weight)) < 0.1 * first:
            return (
                f"The weight decay ({run.config.weight_decay:g}) has pulled the weights of "
                f"{name.removesuffix('.weight')} to a tenth or less. Lower it."
            )
    return None
