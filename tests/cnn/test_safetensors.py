"""A network of ours as safetensors: written, read back, and what is damaged refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from cnn.nets.export_safetensors import to_safetensors
from cnn.nets.spec import build
from cnn.nets.storage import FileError
from cnn.pretrained.own import load_safetensors

SPEC = [
    {"kind": "conv", "out_channels": 2, "kernel_size": 3},
    {"kind": "batch_norm"},
    {"kind": "relu"},
    {"kind": "dropout", "p": 0.25},
    {"kind": "linear", "out_features": 4},
]


def written(dtype: type = np.float32, variance: float = 1.0) -> bytes:
    net = build(SPEC, (1, 8, 8), rng=1, dtype=dtype)
    for name, array in net.buffers().items():
        if name.endswith("running_var"):
            array[0] = variance
    return to_safetensors(net, classes=["a", "b", "c", "ü"], steps=7)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_it_comes_back_with_its_table_and_what_was_said_of_it(dtype: type) -> None:
    net = build(SPEC, (1, 8, 8), rng=1, dtype=dtype)
    again, meta = load_safetensors(written(dtype))
    assert meta == {"classes": ["a", "b", "c", "ü"], "steps": 7}
    assert again.input_shape == (1, 8, 8) and not again.training
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[name], array)
        assert again.state_dict()[name].dtype == array.dtype


def test_the_numbers_lie_aligned_and_side_by_side() -> None:
    data = written()
    length = int.from_bytes(data[:8], "little")
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    spans = sorted(e["data_offsets"] for n, e in header.items() if n != "__metadata__")
    assert spans[0][0] == 0 and spans[-1][1] == len(data) - 8 - length
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert all(isinstance(v, str) for v in header["__metadata__"].values()), "the format wants text"


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(ValueError, match="float64"):
        written(np.float64)
    net = build(SPEC, (1, 8, 8), rng=1)
    next(iter(net.parameters().values()))[...] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        to_safetensors(net)
    with pytest.raises(ValueError, match="without parameters"):
        to_safetensors(build([{"kind": "flatten"}], (1, 8, 8)))


def table(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file with another table."""
    data = written()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    found = json.loads(header["__metadata__"]["convscope"])
    change(found)
    header["__metadata__"]["convscope"] = json.dumps(found)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def no_table() -> bytes:
    data = written()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    del header["__metadata__"]
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def with_nan() -> bytes:
    return written()[:-4] + np.float32("nan").tobytes()


DAMAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "no table": (no_table, "not what network"),
    "NaN": (with_nan, "NaN"),
    "a variance below 0": (lambda: written(variance=-1e-3), "negative variance"),
    "cut": (lambda: written()[:-8], "outside"),
    "nothing": (lambda: b"", "header"),
    "a layer less": (lambda: table(lambda t: t["spec"].pop(1)), "another network"),
    "other sizes": (lambda: table(lambda t: t["spec"][0].update(out_channels=3)), "damaged|shape"),
    "a giant": (lambda: table(lambda t: t["spec"][-1].update(out_features=10**9)), "damaged"),
    "a giant picture": (lambda: table(lambda t: t.update(input_shape=[1, 10**6, 10**6])), "input"),
    "no spec": (lambda: table(lambda t: t.pop("spec")), "damaged"),
    "rubbish for a spec": (lambda: table(lambda t: t.update(spec="__import__")), "damaged"),
    "no list of sizes": (lambda: table(lambda t: t.update(input_shape=7)), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_one_sentence(name: str) -> None:
    make, said = DAMAGES[name]
    with pytest.raises(FileError, match=said) as refused:
        load_safetensors(make())
    assert "\n" not in str(refused.value)
