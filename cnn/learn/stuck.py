"""Why no gradient arrives, or hardly any: units that never fire, saturated ones, small weights.

Each function looks for one kind, and names its cause only where the network itself shows it.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import ReLU
from cnn.layers.layer import Layer
from cnn.learn.evidence import HARDLY, Evidence, last_mostly_off, last_saturated
from cnn.learn.state import Diagnosis

#: A gradient this small, everywhere, moves nothing at float32.
NO_GRADIENT = 1e-9
#: The first layer's gradient beside the last one's, below which it has vanished.
VANISHED = 1e-4
#: A loss this small has nothing left to teach.
FITTED = 1e-4

SYMMETRIC = (
    "All weights began at 0: every unit of a layer then gets the same gradient and stays like the "
    "others, and through weights of 0 no gradient passes back. Choose random first weights."
)


def dead(run: Evidence) -> Diagnosis | None:
    """A ReLU of which no output is above 0, for any image of the batch."""
    for name, layer in run.layers:
        if isinstance(layer, ReLU) and layer.y is not None and layer.y.size and not layer.y.any():
            return Diagnosis(
                "Dead network",
                f"Every output of {name} is 0, for every image of the batch.",
                _why_dead(run, name, layer),
            )
    return None


def _why_dead(run: Evidence, name: str, layer: Layer) -> str:
    """What holds every sum that enters this ReLU at or below 0."""
    stuck = "A ReLU that never fires passes no gradient back, so the layers before it are stuck. "
    found = run.before(name)
    if found is None or layer.x is None:
        return stuck + "All that enters it is 0 or less."
    path, feeding = found
    weight, bias = feeding.params["weight"], feeding.params.get("bias")
    if not weight.any():
        if run.began_at_zero():
            return stuck + SYMMETRIC
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


def _still(run: Evidence, path: str) -> bool:
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
    highest = sums.reshape(len(bias), -1).max(axis=1)  # of (O, OH·OW·N)
    return bool((highest - bias > 0).any())


def silent(run: Evidence) -> Diagnosis | None:
    """Every gradient is practically 0."""
    gradients = run.net.gradients()
    if not gradients or any(np.abs(g).max(initial=0.0) >= NO_GRADIENT for g in gradients.values()):
        return None
    seen = "Every gradient is practically 0: no weight moves."
    return Diagnosis("No gradient", seen, _why_silent(run))


def _why_silent(run: Evidence) -> str:
    history = run.history
    if history.loss and history.loss[-1] < FITTED:
        return f"The batch is fitted perfectly: its loss is {history.loss[-1]:.2g}."
    if saturated := last_saturated(run):
        return (
            f"{saturated} is saturated: nearly all its outputs lie at an end of its range, where "
            f"its slope is 0. {less(run)}"
        )
    if run.zero():
        return SYMMETRIC if run.began_at_zero() else f"The weights of {run.zero()} are all 0."
    if mostly := last_mostly_off(run):
        return f"Nearly all outputs of {mostly} are 0, and a ReLU at 0 passes no gradient back."
    return "The weights on the way back are so small that nothing of the gradient is left."


def less(run: Evidence) -> str:
    """What keeps sums small; first weights of 0 cannot be smaller."""
    weights = "" if run.began_at_zero() else " or smaller first weights"
    return f"Use a lower learning rate{weights}, and start again."


def vanishing(run: Evidence) -> Diagnosis | None:
    """The first layer's gradient is tiny beside the last one's."""
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


def _why_vanishing(run: Evidence) -> str:
    if run.began_at_zero() and not last_saturated(run):
        return SYMMETRIC
    if run.zero():
        return f"The weights of {run.zero()} are all 0."
    lost = _lost_on_the_way(run)
    bends = {kind: share for kind, share in lost.items() if kind in ("Sigmoid", "Tanh")}
    if sum(bends.values()) > lost.get("weights", 0.0):
        kinds = " or ".join(kind.lower() for kind in sorted(bends))
        saturated = last_saturated(run)
        so = f" ({saturated} is saturated)" if saturated else ""
        return (
            f"Each {kinds} on the way back multiplies by a slope below 1{so}. Use ReLU, batch norm "
            "or fewer layers."
        )
    if lost.get("ReLU", 0.0) > lost.get("weights", 0.0):
        off = last_mostly_off(run)
        where = f"Nearly all outputs of {off}" if off else "Most outputs of its ReLUs"
        return f"{where} are 0, and a ReLU at 0 passes no gradient back. Lower the learning rate."
    least = min(run.weights, key=lambda name: float(run.weights[name].std()))
    size = float(run.weights[least].std())
    return (
        "Each layer on the way back multiplies by its weights, and these are small (those of "
        f"{least.removesuffix('.weight')} are about {size:.1g}). Choose first weights that suit "
        "the size of the layers, Kaiming or Xavier, or a lower weight decay."
    )


def _lost_on_the_way(run: Evidence) -> dict[str, float]:
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
