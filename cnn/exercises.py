"""Checks the exercises: ``python -m cnn.exercises`` tells which of them are solved.

The exercises themselves are the files in the folder ``exercises/``. A file's functions are called
with a dozen small cases, and what they give is held to :mod:`cnn.definitions`. The first case that
is wrong is shown with its numbers.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from cnn import definitions
from cnn.arrays import Array
from cnn.layers.activations import ReLU
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.pooling import MaxPool2d
from cnn.nets.network import Sequential

#: What the layers of exercise 8 are, with their output shapes.
LENET = (
    (Conv2d, (6, 28, 28)), (ReLU, (6, 28, 28)), (MaxPool2d, (6, 14, 14)),
    (Conv2d, (16, 10, 10)), (ReLU, (16, 10, 10)), (MaxPool2d, (16, 5, 5)),
    (Flatten, (400,)), (Linear, (120,)), (ReLU, (120,)), (Linear, (84,)), (ReLU, (84,)),
    (Linear, (10,)),
)  # fmt: skip


class Wrong(Exception):
    """An answer that is not right; the message says what was asked, expected and given."""


@dataclass(frozen=True)
class Result:
    """What came of one exercise.

    Attributes:
        name: Of its file, without ``.py``.
        state: "solved", "not begun" or "wrong".
        why: One or a few lines if it is wrong.
    """

    name: str
    state: str
    why: str = ""


def check(name: str, folder: Path) -> Result:
    """Run the cases of one exercise in ``folder``.

    Raises:
        KeyError: There is no exercise of that name.
    """
    cases = EXERCISES[name]
    try:
        cases(_load(folder / f"{name}.py"))
    except NotImplementedError:
        return Result(name, "not begun")
    except Wrong as wrong:
        return Result(name, "wrong", str(wrong))
    except FileNotFoundError:
        return Result(name, "wrong", f"there is no file {name}.py in the folder {folder}")
    except Exception as error:  # whatever a student's code may raise
        return Result(name, "wrong", _where(error, f"{name}.py"))
    return Result(name, "solved")


def _load(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    spec = importlib.util.spec_from_file_location(f"exercise_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"path: got {path}, need a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _where(error: Exception, file: str) -> str:
    """An error in a student's code, with the line where it arose."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {said}"
    lines = [
        f.lineno
        for f in traceback.extract_tb(error.__traceback__)
        if f.filename[-len(file) :] == file
    ]
    return f"line {lines[-1]}: {said}" if lines else said


def expect(what: str, got: object, expected: Array | float) -> None:
    """Raise :class:`Wrong` unless ``got`` has the shape and the numbers of ``expected``."""
    if got is None:
        raise Wrong(f"{what} gave nothing: is there a return?")
    try:
        given = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} gave {type(got).__name__}, no numbers") from None
    target = np.asarray(expected, dtype=float)
    if given.shape != target.shape:
        raise Wrong(f"{what} has shape {given.shape}, need {target.shape}")
    off = ~np.isclose(given, target, rtol=1e-6, atol=1e-8)
    if off.any():
        place = tuple(int(i) for i in np.argwhere(off)[0])
        where = f"[{', '.join(map(str, place))}]" if place else ""
        raise Wrong(f"{what}{where} is {given[place]:.6g}, need {target[place]:.6g}")


def _numbers(*shape: int, seed: int = 0) -> Array:
    """Small whole numbers, easy to follow by hand."""
    return np.random.default_rng([seed, *shape]).integers(-3, 6, shape).astype(float)


def _convolution(m: ModuleType) -> None:
    for x, w in (
        ((1, 1, 3, 3), (1, 1, 2, 2)),
        ((2, 3, 5, 4), (4, 3, 3, 2)),
        ((1, 2, 4, 6), (1, 2, 1, 1)),
    ):
        given, weight, bias = _numbers(*x), _numbers(*w), _numbers(w[0])
        what = f"conv2d of x {x} with weight {w}"
        expect(what, m.conv2d(given.copy(), weight, bias), definitions.conv2d(given, weight, bias))


def _padding(m: ModuleType) -> None:
    for p in (0, 1, 3):
        x = _numbers(2, 1, 2, 3)
        expect(
            f"zero_pad with padding {p}",
            m.zero_pad(x.copy(), p),
            definitions.zero_padded(x, (p,) * 4),
        )
    for n, k, s, p in ((5, 3, 1, 0), (5, 3, 2, 1), (6, 3, 2, 0), (7, 2, 3, 0), (28, 5, 1, 2)):
        size = len(definitions.windows((n, n), (k, k), (s, s), (p,) * 4))
        what = f"output_size(n={n}, kernel_size={k}, stride={s}, padding={p})"
        expect(what, m.output_size(n, k, s, p), size)
    for s, p in ((1, 1), (2, 0), (2, 1), (3, 2)):
        x, weight = _numbers(1, 2, 6, 5), _numbers(2, 2, 3, 3)
        right = definitions.conv2d(x, weight, stride=(s, s), padding=(p,) * 4)
        expect(f"conv2d with stride {s} and padding {p}", m.conv2d(x.copy(), weight, s, p), right)


def _pools() -> Iterator[tuple[Array, int, int, str]]:
    for shape, k, s in (
        ((1, 1, 4, 4), 2, 2),
        ((2, 3, 5, 7), 2, 2),
        ((1, 2, 5, 5), 3, 1),
        ((1, 1, 6, 6), 2, 3),
    ):
        yield _numbers(*shape), k, s, f"x {shape}, kernel_size {k}, stride {s}"
    yield np.ones((1, 1, 4, 4)), 2, 2, "x of nothing but ones, kernel_size 2, stride 2"
    yield -1 - np.abs(_numbers(1, 1, 4, 4)), 2, 2, "x of negative numbers, kernel_size 2, stride 2"


def _max_pooling(m: ModuleType) -> None:
    for x, k, s, words in _pools():
        right, _ = definitions.max_pool2d(x, (k, k), (s, s))
        expect(f"max_pool2d of {words}", m.max_pool2d(x.copy(), k, s), right)


def _max_pooling_gradient(m: ModuleType) -> None:
    for x, k, s, words in _pools():
        y, indices = definitions.max_pool2d(x, (k, k), (s, s))
        dy = _numbers(*y.shape, seed=1)
        right = definitions.max_pool2d_gradient(dy, indices, x.shape[2:])
        got = m.max_pool2d_gradient(dy.copy(), x.copy(), k, s)
        expect(f"max_pool2d_gradient for {words}", got, right)


def _convolution_gradient(m: ModuleType) -> None:
    for shape, (o, k) in (((1, 1, 3, 3), (1, 2)), ((2, 3, 5, 4), (2, 3)), ((1, 2, 4, 4), (3, 1))):
        x, weight = _numbers(*shape), _numbers(o, shape[1], k, k)
        dy = _numbers(shape[0], o, shape[2] - k + 1, shape[3] - k + 1, seed=1)
        words = f"x {shape}, {o} filters {k}×{k}"
        right = definitions.conv2d_weight_gradient(dy, x, weight.shape)
        expect(f"weight_gradient for {words}", m.weight_gradient(dy.copy(), x.copy(), k), right)
        right = definitions.conv2d_input_gradient(dy, weight, shape[2:])
        expect(f"input_gradient for {words}", m.input_gradient(dy.copy(), weight.copy()), right)


def _softmax_cross_entropy(m: ModuleType) -> None:
    target = np.array([2, 0, 1])
    for words, z in (
        ("small scores", _numbers(3, 4)),
        ("scores of a thousand", 300 * _numbers(3, 4)),
    ):
        expect(f"softmax of {words}", m.softmax(z.copy()), definitions.softmax(z))
    for z in (_numbers(3, 3), _numbers(3, 5) / 2):
        what = f"of scores {z.shape} with target {target.tolist()}"
        expect(
            f"cross_entropy {what}",
            m.cross_entropy(z.copy(), target),
            definitions.cross_entropy(z, target),
        )
        right = definitions.cross_entropy_gradient(z, target)
        got = m.cross_entropy_gradient(z.copy(), target.copy())
        expect(f"cross_entropy_gradient {what}", got, right)


def _sgd(m: ModuleType) -> None:
    for lr, momentum, decay in ((0.1, 0.0, 0.0), (0.5, 0.9, 0.0), (0.1, 0.9, 0.01)):
        param, velocity = _numbers(2, 3), np.zeros((2, 3))
        right_param, right_velocity = param.copy(), velocity.copy()
        for turn in range(3):
            gradient = _numbers(2, 3, seed=turn)
            m.step(param, gradient.copy(), velocity, lr, momentum, decay)
            right_velocity = momentum * right_velocity + gradient + decay * right_param
            right_param = right_param - lr * right_velocity
            words = f"after step {turn + 1} with lr {lr}, momentum {momentum}, weight_decay {decay}"
            expect(f"velocity {words}", velocity, right_velocity)
            expect(f"param {words}", param, right_param)


def _lenet(m: ModuleType) -> None:
    net = m.lenet()
    if not isinstance(net, Sequential):
        raise Wrong(f"lenet() gave {type(net).__name__}, need a cnn.Sequential")
    if len(net) != len(LENET):
        raise Wrong(f"lenet() has {len(net)} layers, need {len(LENET)}")
    shape: tuple[int, ...] = (1, 28, 28)
    for place, (layer, (kind, after)) in enumerate(zip(net, LENET, strict=True), 1):
        if type(layer) is not kind:
            raise Wrong(f"layer {place} is {type(layer).__name__}, need {kind.__name__}")
        shape = layer.output_shape(shape)
        if shape != after:
            raise Wrong(f"layer {place}, {kind.__name__}, gives {shape}, need {after}")
        window = getattr(layer, "window", None)
        if kind is Conv2d and window is not None and window.kernel != (5, 5):
            raise Wrong(f"layer {place} has a kernel of {window.kernel}, need (5, 5)")
    counts = [sum(p.size for p in layer.params.values()) for layer in net if layer.params]
    expect("parameters_of_each_layer()", m.parameters_of_each_layer(), np.array(counts))


#: The exercises in their order, and what checks them.
EXERCISES: dict[str, Callable[[ModuleType], None]] = {
    "convolution": _convolution,
    "padding": _padding,
    "max_pooling": _max_pooling,
    "max_pooling_gradient": _max_pooling_gradient,
    "convolution_gradient": _convolution_gradient,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sgd": _sgd,
    "lenet": _lenet,
}


def main(arguments: list[str] | None = None) -> int:
    """Print what is solved; the number of exercises that are not."""
    parser = argparse.ArgumentParser(prog="python -m cnn.exercises", description="Check exercises.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(EXERCISES)}; all if none is named")
    parser.add_argument(
        "--folder", type=Path, default=Path("exercises"), help="where the files are"
    )
    chosen = parser.parse_args(arguments)
    for name in chosen.names:
        if name not in EXERCISES:
            parser.error(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
    if not chosen.folder.is_dir():
        parser.error(f"there is no folder {chosen.folder}; name another with --folder")
    results = [check(name, chosen.folder) for name in chosen.names or EXERCISES]
    for result in results:
        print(f"{result.name:24}{result.state}")
        if result.why:
            print(f"    {result.why}")
    solved = sum(result.state == "solved" for result in results)
    print(f"{solved} of {len(results)} solved")
    return len(results) - solved


if __name__ == "__main__":
    sys.exit(main())
