"""Every name of the front door, and every argument of it: nonsense is refused in one sentence.

What is refused, and that it is named: a value of the wrong type by every argument, one that is out
of its range by those that have a range. See ``test_wrong_input.py`` for the functions' arrays.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnn
from cnn import functional as F
from cnn.settings import MOST_NUMBERS
from tests.cnn.test_wrong_input import CASES, arrays_of, dy_of

INF, NAN = float("inf"), float("nan")
DIGITS = cnn.generate_digits(4, seed=0)
IMAGES, LABELS = DIGITS.floats(), DIGITS.labels
NET = cnn.Sequential(cnn.MaxPool2d(4), cnn.Conv2d(1, 2, 3, rng=0), cnn.Flatten())
NET = cnn.Sequential(*NET, cnn.Linear(50, 10, rng=0))
ONE = {"net": NET, "x": IMAGES[0]}
MANY = {"net": NET, "images": IMAGES, "labels": LABELS}
PARAMS = {"params": {"w": np.zeros(3)}}
CONV = {"in_channels": 2, "out_channels": 2, "kernel_size": 3}

#: A call of each name that is right; those left out need no argument.
RIGHT: dict[str, dict[str, Any]] = {
    "SGD": PARAMS,
    "Adam": PARAMS,
    "AdamW": PARAMS,
    "AdaptiveAvgPool2d": {"output_size": 2},
    "AdaptiveMaxPool2d": {"output_size": 2},
    "AvgPool2d": {"kernel_size": 2},
    "BatchNorm2d": {"num_features": 3},
    "Conv2d": CONV,
    "ConvTranspose2d": CONV,
    "Dataset": {"images": DIGITS.images, "labels": LABELS, "classes": DIGITS.classes},
    "GroupNorm": {"num_groups": 2, "num_channels": 4},
    "InstanceNorm2d": {"num_features": 3},
    "LayerNorm": {"normalized_shape": 3},
    "Linear": {"in_features": 2, "out_features": 3},
    "LocalResponseNorm": {"size": 3},
    "MaxPool2d": {"kernel_size": 2},
    "Residual": {"body": cnn.ReLU()},
    "accuracy": MANY,
    "build": {"spec": [{"kind": "relu"}], "input_shape": (1, 4, 4)},
    "fit": {**MANY, "epochs": 1, "report": None},
    "fit_digit": {"ink": np.eye(30)},
    "generate_digits": {"count": 2},
    "grad_cam": {**ONE, "target": 0},
    "input_gradient": {**ONE, "target": 0},
    "load": {"file": "there is none.npz"},
    "load_fashion": {"folder": "there is none"},
    "load_mnist": {"folder": "there is none"},
    "occlusion": {**ONE, "size": 14, "stride": 14},
    "predict": {"net": NET, "images": IMAGES},
    "save": {"net": NET, "file": "net.npz"},
    "snapshot": ONE,
    "spec_of": {"net": NET},
    "split": {"dataset": DIGITS},
    "to_numpy": {"net": NET},
    "to_pytorch": {"net": NET},
    "window_sum": {"layer": cnn.Conv2d(1, 2, 3), "x": IMAGES[0], "index": (0, 0, 0)},
}

#: What no argument can be.
NONSENSE = (object(), {"a": "b"}, b"x", 1j, {1, 2}, [["a"]], NAN, -INF)

#: By the argument's name: what is beyond its range, whoever has it.
OUTSIDE: dict[str, tuple[Any, ...]] = {
    "eps": (-1, INF, True),
    "momentum": (-1, INF),
    "dampening": (-1, 2),
    "lr": (-1, INF),
    "weight_decay": (-1, INF),
    "p": (-0.1,),
    "label_smoothing": (-0.1, 1.1),
    "alpha": (INF,),
    "beta": (INF,),
    "k": (-1,),
    "negative_slope": (INF,),
    "threshold": (INF,),
    "margin": (INF,),
    "dtype": ("abc", None, int, "int8", complex, [], (1, 2, 3)),
    "init": ("abc", None, []),
    "mode": ("abc", None, []),
    "padding_mode": ("abc", None, []),
    "reduction": ("abc", None, []),
    "approximate": ("abc", None, []),
    "schedule": ("abc", None, []),
    "optimizer": ("abc", None, []),
    "loss": ("abc", None, []),
    "part": ("abc", None, []),
    "of": ("abc", None, []),
    "bias": ("no", 2),
    "ceil_mode": ("no", None, 2),
    "count_include_pad": ("no", None, 2),
    "elementwise_affine": ("no", None, 2),
    "nesterov": ("no", None, 2),
    "training": ("no", None, 2),
    "use_input_stats": ("no", None, 2),
    "swap": ("no", None, 2),
    "return_indices": ("no", None, 2),
    "dim": (True, 9, None),
    "rng": (-1, 1.5, True),
    "seed": (-1, 1.5, True),
    "ignore_index": (1.5, None),
    "output_size": (0, 10**6, 10**30, (1, 10**6), True),
    "kernel_size": (0, 10**12, 10**30, True),
    "in_channels": (0, 10**12, 10**30, True),
    "out_channels": (0, 10**12, 10**30, True),
    "num_features": (0, 10**12, 10**30, True),
    "num_channels": (0, 10**12, 10**30, True),
    "normalized_shape": (0, 10**12, (10**6, 10**6), ()),
    "in_features": (0, 10**12, 10**30, True),
    "out_features": (0, 10**12, 10**30, True),
    "padding": (-1, 10**12, 10**30, True),
    "stride": (0, 10**12, 10**30, True),
    "dilation": (0, 10**12, 10**30, True),
    "body": (None, cnn.ReLU, [cnn.ReLU()]),
    "shortcut": (cnn.ReLU, [cnn.ReLU()]),
    "activation": (cnn.ReLU, "abc"),
    "layers": (None, cnn.ReLU, (1, 2, 3), ("a", 2)),
    "bodies": (None, cnn.ReLU, (1, 2, 3), ("a", 2)),
    "classes": (None, "0123456789", (1, 2)),
    "images": (None, "abc"),
    "labels": ("abc", [0.5, 1.5]),
    "target": (None, 0.5, True, -1, 10),
    "step": (-1, 0.5),
    "total": (-1, 0.5),
    "epochs": (-1, 0.5),
    "batch_size": (0, 0.5),
    "report": ("abc", 3),
    "validation": (-0.1, 1.1),
    "count": (-1, 0.5, 10**30),
    "ink": (None, "abc", np.zeros(3)),
    "style": (None, "abc"),
    "way": ("abc", 3),
    "net": (None, 3, cnn.ReLU()),
    "fill": (None, "abc"),
    "border": (None, "abc"),
    "maps": ("abc", (1, 2), 3),
    "weights": (None, 3),
    "input_shape": (3, (), (0, 4, 4), (None,)),
}
#: What is nonsense or too much elsewhere, and means something there.
MEANS: dict[tuple[str, str], tuple[Any, ...]] = {
    ("occlusion", "stride"): (10**12, 10**30),  # one place
    ("pad", "value"): (NAN, -INF),
    ("pad_backward", "value"): (NAN, -INF),
}


def arguments(f: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    signature = inspect.signature(f)
    yield from (p for p in signature.parameters.values() if p.name != "self")


def is_one_sentence(error: ValueError, where: str) -> None:
    """``argument: got …, need …`` or, inside a network or a table, the layer's name before it."""
    assert re.match(r"^([\w ()?]+: )?[\w, ]+: .*(need|got)", str(error)), f"{where}: {error}"
    assert "\n" not in str(error), where


@pytest.mark.parametrize("name", [name for name in cnn.__all__ if callable(getattr(cnn, name))])
def test_nonsense_is_refused_in_one_sentence_by_every_argument(name: str, tmp_path: Path) -> None:
    f, right = getattr(cnn, name), dict(RIGHT.get(name, {}))
    if name == "save":
        right["file"] = tmp_path / "net.npz"
    for argument in arguments(f):
        if argument.kind is inspect.Parameter.VAR_KEYWORD:  # whatever JSON can hold
            continue
        for wrong in (*NONSENSE, *OUTSIDE.get(argument.name, ())):
            where = f"{name}({argument.name}={wrong!r})"
            if _means_something(name, argument.name, wrong):
                continue
            with pytest.raises(ValueError, match=": ") as told:
                if argument.kind is inspect.Parameter.VAR_POSITIONAL:
                    f(wrong)
                else:
                    f(**{**right, argument.name: wrong})
                pytest.fail(where)
            is_one_sentence(told.value, where)


def _means_something(name: str, argument: str, value: Any) -> bool:
    return any(value is one or value == one for one in MEANS.get((name, argument), ()))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_settings_out_of_their_range_are_refused_by_every_function(case: dict[str, Any]) -> None:
    given, kwargs, dy = arrays_of(case), case["kwargs"], dy_of(case)
    for name in (case["function"], f"{case['function']}_backward"):
        f = getattr(F, name)
        first = [dy] if name.endswith("_backward") else []
        for argument in arguments(f):
            if argument.name in (*given, "dy") or _is_array(argument):
                continue
            for wrong in (*NONSENSE, *OUTSIDE.get(argument.name, ())):
                where = f"{name}({argument.name}={wrong!r})"
                if _means_something(name, argument.name, wrong):
                    continue
                with pytest.raises(ValueError, match=": ") as told:
                    f(*first, **given, **{**kwargs, argument.name: wrong})
                    pytest.fail(where)
                is_one_sentence(told.value, where)


def _is_array(argument: inspect.Parameter) -> bool:
    return "Array" in str(argument.annotation)


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: F.adaptive_avg_pool2d(x, 10**6),
        lambda x: F.adaptive_max_pool2d(x, (10**6, 1)),
        lambda x: F.interpolate(x, 10**6),
        lambda x: F.interpolate(x, scale_factor=1e6),
        lambda x: F.pad(x, (10**6,) * 4),
        lambda x: F.unfold(x, 2, padding=10**6),
        lambda x: F.conv2d(x, np.ones((1, 1, 2, 2)), padding=10**6),
        lambda x: F.conv_transpose2d(x, np.ones((1, 1, 2, 2)), stride=10**6),
        lambda x: F.conv_transpose2d(x, np.ones((1, 1, 2, 2)), dilation=10**6),
        lambda x: cnn.Linear(10**6, 10**6),
        lambda x: cnn.BatchNorm2d(MOST_NUMBERS + 1),
        lambda x: cnn.build([{"kind": "linear", "out_features": 10**12}], (4,)),
    ],
    ids=[
        "means", "maxima", "size", "scale", "rim", "columns", "padding", "stride", "dilation",
        "weights", "channels", "table",
    ],
)  # fmt: skip
def test_a_size_with_too_many_zeros_is_a_sentence_and_no_wait(ask: Callable[..., Any]) -> None:
    """Before any memory is asked for: whether the machine would give it is its own affair."""
    with pytest.raises(ValueError, match=r"need at most [\d,]+"):
        ask(np.ones((1, 1, 4, 4)))


def test_neighbours_that_are_not_there_cost_nothing() -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 2, 2))
    many = F.local_response_norm(x, 10**12, alpha=1e12)
    np.testing.assert_allclose(many, x / (1 + (x**2).sum(axis=1, keepdims=True)) ** 0.75)


def test_every_call_that_is_held_right_here_is_right() -> None:
    """Else the arguments above would be refused for a reason that is not theirs."""
    for name in cnn.__all__:
        if callable(getattr(cnn, name)) and name not in ("load", "load_mnist", "load_fashion"):
            if name == "save":
                continue
            positional = {"Branches": [cnn.ReLU()]}.get(name, [])
            getattr(cnn, name)(*positional, **RIGHT.get(name, {}))
