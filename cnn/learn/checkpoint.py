"""A run in a file: everything that going on needs, to the last bit, and no pickles.

One ``.npz``: a header of JSON (settings, recipe, random state, where the run stands), and its
arrays by their place in the state: ``parameters/conv1.weight``, ``slots/conv1.weight/m``,
``moments/0/parameters/conv1.weight``, ``history/loss``.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.data.recipes import Recipe
from cnn.learn.state import Diagnosis, History, Moment, Part, RunConfig, RunState
from cnn.learn.training import network_of
from cnn.nets.storage import FileError

FORMAT = "convscope run"
VERSION = 1
LARGEST_HEADER = 4_000_000

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError, TypeError,
    NotImplementedError, RuntimeError, MemoryError, IndexError, AttributeError, OverflowError,
    SyntaxError,
)  # fmt: skip

Tree = dict[str, Any]


def to_bytes(state: RunState, recipe: Recipe) -> bytes:
    """The whole run; :func:`from_bytes` gives it back."""
    optimizer = dict(state.optimizer)
    slots = optimizer.pop("slots", {})
    settings = asdict(recipe)
    drawings = settings.pop("drawings")
    header = {
        "format": FORMAT,
        "version": VERSION,
        "config": asdict(state.config),
        "recipe": settings,
        "step": state.step,
        "seconds": state.seconds,
        "optimizer": optimizer,
        "rng": state.rng,
        "diagnosis": None if state.diagnosis is None else asdict(state.diagnosis),
        "moments": [moment.step for moment in state.moments],
        "part": None if state.part is None else {"done": state.part.done, "loss": state.part.loss},
    }
    arrays: Tree = {
        "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
        "drawings": np.frombuffer(drawings, np.uint8),
        "parameters": state.parameters,
        "buffers": state.buffers,
        "slots": slots,
        "history": {name: np.array(values) for name, values in asdict(state.history).items()},
        "moments": {str(i): _moment_arrays(moment) for i, moment in enumerate(state.moments)},
    }
    if state.part is not None:
        part = {"confusion": state.part.confusion, "gradients": state.part.gradients}
        arrays["part"] = part
    stream = io.BytesIO()
    np.savez(stream, **_flat(arrays))  # type: ignore[arg-type]
    return stream.getvalue()


def from_bytes(data: bytes) -> tuple[RunState, Recipe]:
    """The run of a file and the recipe of its data.

    Raises:
        FileError: (a ValueError) it is no run saved here, or a damaged one.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return _read(file)
    except FileError:
        raise
    except _DAMAGE as error:
        why = f"{type(error).__name__}: {error}"
        raise FileError(f"file: this is no run saved here, or it is damaged ({why})") from error


def thinned(state: RunState, most_bytes: int) -> RunState:
    """With so few of the stored moments that they take ``most_bytes``: the first, the last, and
    evenly between them. At least the first is kept, for comparing with it.
    """
    moments = state.moments
    if not moments:
        return state
    size = sum(a.nbytes for a in [*moments[0].parameters.values(), *moments[0].buffers.values()])
    most = max(1, most_bytes // max(1, size))
    if len(moments) <= most:
        return state
    kept = np.linspace(0, len(moments) - 1, most).round().astype(int)
    return replace(state, moments=tuple(moments[i] for i in kept))


def _moment_arrays(moment: Moment) -> Tree:
    return {
        "parameters": moment.parameters,
        "buffers": moment.buffers,
        "confusion": moment.confusion,
    }


def _flat(tree: Tree, prefix: str = "") -> dict[str, Array]:
    """Arrays by path, of dictionaries in dictionaries."""
    flat: dict[str, Array] = {}
    for name, value in tree.items():
        path = prefix + name
        flat |= _flat(value, f"{path}/") if isinstance(value, dict) else {path: value}
    return flat


def _nested(flat: dict[str, Array]) -> Tree:
    tree: Tree = {}
    for path, array in flat.items():
        *above, name = path.split("/")
        place = tree
        for step in above:
            place = place.setdefault(step, {})
        place[name] = array
    return tree


def _read(file: zipfile.ZipFile) -> tuple[RunState, Recipe]:
    if file.getinfo("header.npy").file_size > LARGEST_HEADER:
        raise FileError("file: its header is too long for a run")
    header = json.loads(_array(file, "header.npy").tobytes())
    if header["format"] != FORMAT or header["version"] != VERSION:
        raise FileError(f"file: it is no run of version {VERSION}")
    config = header["config"]
    config = RunConfig(**{**config, "input_shape": tuple(config["input_shape"])})
    # Every channel and feature has a number in the file: a few bytes cannot ask for all memory.
    if _largest(config.blocks) > sum(info.file_size for info in file.infolist()):
        raise FileError("file: its network is larger than the file")
    tree = _nested({n.removesuffix(".npy"): _array(file, n) for n in file.namelist()})
    state = _state(config, header, tree)
    network_of(state)  # raises where an array has not the shape of its place
    return state, _recipe(header["recipe"], tree["drawings"])


def _largest(value: Any) -> float:
    """The largest number anywhere in a value from JSON."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0)
    if isinstance(value, list):
        return max(map(_largest, value), default=0)
    return value if isinstance(value, int | float) else 0


def _array(file: zipfile.ZipFile, name: str) -> Array:
    with file.open(name) as stream:
        array = np.lib.format.read_array(stream, allow_pickle=False)
        if stream.read(1):  # reading to the very end also checks the sum
            raise FileError(f"file: {name} is longer than it says")
        return array


def _state(config: RunConfig, header: Tree, tree: Tree) -> RunState:
    optimizer, diagnosis, part = header["optimizer"], header["diagnosis"], header["part"]
    if optimizer:
        settings = {
            k: tuple(v) if isinstance(v, list) else v for k, v in optimizer["settings"].items()
        }
        slots = tree.get("slots", {})
        slots = {name: slots.get(name, {}) for name in tree["parameters"]}
        optimizer = {**optimizer, "settings": settings, "slots": slots}
    moments = tree.get("moments", {})
    return RunState(
        config=config,
        step=int(header["step"]),
        parameters=tree["parameters"],
        buffers=tree.get("buffers", {}),
        optimizer=optimizer,
        rng=header["rng"],
        history=History(**{name: values.tolist() for name, values in tree["history"].items()}),
        moments=tuple(
            Moment(step, m["parameters"], m.get("buffers", {}), m["confusion"])
            for step, m in ((step, moments[str(i)]) for i, step in enumerate(header["moments"]))
        ),
        diagnosis=None if diagnosis is None else Diagnosis(**diagnosis),
        seconds=float(header["seconds"]),
        part=None
        if part is None
        else Part(
            part["done"],
            part["loss"],
            tree["part"]["confusion"],
            tree["part"].get("gradients", {}),
        ),
    )


def _recipe(settings: Tree, drawings: Array) -> Recipe:
    plain: Tree = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    return Recipe(**plain, drawings=drawings.tobytes())
