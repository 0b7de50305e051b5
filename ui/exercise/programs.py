"""Programs that work an exercise out and print its numbers: in NumPy as loops, in PyTorch."""

from __future__ import annotations

from cnn.arrays import Array
from ui.exercise.exercise import Exercise
from ui.matrix import writing
from ui.matrix.writing import number

_NUMPY_ACTIVATIONS = {
    "relu": "np.maximum(y, 0)",
    "sigmoid": "1 / (1 + np.exp(-y))",
    "tanh": "np.tanh(y)",
}
_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def numpy_program(exercise: Exercise) -> str:
    """A program with NumPy alone; every sum is written out as a loop."""
    window = exercise.setting.window
    top, bottom, left, right = _sides(exercise)
    (sh, sw), (dh, dw), (kh, kw) = window.stride, window.dilation, window.kernel
    lines = ["import numpy as np", "", *_array("x", exercise.x, "np.array", "channel, row, column")]
    if exercise.weight is not None:
        axes = "filter, channel, row, column" if exercise.several else "channel, row, column"
        lines += _array("w", exercise.weight, "np.array", axes)
        lines.append(f"b = {number(exercise.bias)}")
    count, height, width = exercise.y.shape
    cells = f"i * {sh} : i * {sh} + {dh * (kh - 1) + 1} : {dh}"
    cells += f", j * {sw} : j * {sw} + {dw * (kw - 1) + 1} : {dw}"
    lines += [
        f"sides = (0, 0), ({top}, {bottom}), ({left}, {right})",
        f"padded = np.pad(x, sides, {_numpy_fill(exercise)})",
        f"y = np.zeros(({count}, {height}, {width}))",
        f"for i in range({height}):",
        f"    for j in range({width}):",
        f"        window = padded[:, {cells}]",
        f"        y[:, i, j] = {_numpy_cell(exercise)}",
    ]
    activation = exercise.setting.activation
    if activation:
        lines.append(f"y = {_NUMPY_ACTIVATIONS[activation]}")
    return "\n".join([*lines, f"print({'y[0]' if count == 1 else 'y'})", ""])


def _numpy_cell(exercise: Exercise) -> str:
    kind = exercise.setting.kind
    if kind == "conv":
        return f"np.sum(window * w{', axis=(1, 2, 3)' if exercise.several else ''}) + b"
    function = {"max": "max", "avg": "mean", "sum": "sum"}[kind]
    return f"window.{function}(axis=(1, 2))"


def _numpy_fill(exercise: Exercise) -> str:
    fill = exercise.setting.fill
    if exercise.setting.kind == "max":
        return "constant_values=-np.inf"
    if isinstance(fill, str) and fill in _MODES:
        return f'mode="{_MODES[fill]}"'
    return f"constant_values={0 if isinstance(fill, str) else number(fill)}"


def torch_program(exercise: Exercise) -> str:
    """A program with PyTorch's own functions."""
    lines = ["import torch", "import torch.nn.functional as F", ""]
    lines += _array("x", exercise.x, "torch.tensor", "sample, channel, row, column", batch=True)
    if exercise.weight is not None:
        lines += _array(
            "w",
            exercise.weight,
            "torch.tensor",
            "filter, channel, row, column",
            batch=not exercise.several,
        )
        biases = ", ".join([number(exercise.bias)] * len(exercise.y))
        lines.append(f"b = torch.tensor([{biases}], dtype=torch.float64)")
    top, bottom, left, right = _sides(exercise)
    fill = exercise.setting.fill
    if exercise.setting.kind == "max":
        how = ', value=float("-inf")'
    elif isinstance(fill, str) and fill in _MODES:
        how = f', mode="{fill}"'
    else:
        how = "" if isinstance(fill, str) else f", value={number(fill)}"
    if any((top, bottom, left, right)):
        lines.append(f"x = F.pad(x, ({left}, {right}, {top}, {bottom}){how})")
    lines.append(f"y = {_torch_call(exercise)}")
    if exercise.setting.activation:
        lines.append(f"y = torch.{exercise.setting.activation}(y)")
    return "\n".join([*lines, f"print({'y[0, 0]' if len(exercise.y) == 1 else 'y[0]'})", ""])


def _torch_call(exercise: Exercise) -> str:
    window = exercise.setting.window
    kernel, stride, dilation = window.kernel, window.stride, window.dilation
    kind = exercise.setting.kind
    if kind == "conv":
        return f"F.conv2d(x, w, b, stride={stride}, dilation={dilation})"
    if kind == "max":
        return f"F.max_pool2d(x, {kernel}, stride={stride}, dilation={dilation})"
    times = f" * {kernel[0] * kernel[1]}" if kind == "sum" else ""
    return f"F.avg_pool2d(x, {kernel}, stride={stride}){times}"


def _sides(exercise: Exercise) -> tuple[int, int, int, int]:
    """Padding, with what a last window that sticks out asks for."""
    return exercise.numbers.sides


def _array(name: str, values: Array, call: str, axes: str, batch: bool = False) -> list[str]:
    """``x = np.array([[…]])`` over several lines, with what its axes are."""
    dtype = "torch.float64" if call.startswith("torch") else "float"
    several = values.ndim == 4
    lists = _filters(values) if several else writing.python(values)
    lists = lists.replace("], [", "],\n    [")
    index = "" if several or len(values) > 1 else "[None]"
    index += "[None]" if batch else ""
    shape = ", ".join(map(str, ((1,) if batch else ()) + values.shape))
    return [f"{name} = {call}(\n    {lists}, dtype={dtype}\n){index}  # ({shape}): {axes}"]


def _filters(values: Array) -> str:
    """Filters (F, C, kh, kw) as nested lists, four deep however many channels there are."""
    each = [", ".join(writing.python(kernel[None]) for kernel in one) for one in values]
    return f"[{', '.join(f'[{one}]' for one in each)}]"
