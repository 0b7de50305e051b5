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
from cnn.learn import archive
from cnn.learn.state import (
    Diagnosis,
    Earlier,
    FirstWeights,
    History,
    Moment,
    Part,
    Place,
    RunConfig,
    RunState,
)
from cnn.learn.training import network_of
from cnn.nets import storage
from cnn.nets.spec import build
from cnn.nets.storage import FileError

FORMAT = "convscope run"
#: 2: settings may have changed on the way. 3: a run may begin with the weights of a file.
VERSION = 3
_READ = (2, VERSION)
_WHAT = "a run saved here"
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
        "part": None
        if state.part is None
        else {"done": state.part.done, "loss": state.part.loss, "rng": state.part.rng},
        "earlier": [asdict(earlier) for earlier in state.earlier],
        "first": None if state.first is None else state.first.name,
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
    if state.first is not None:
        arrays["first"] = {"parameters": state.first.parameters, "buffers": state.first.buffers}
    stream = io.BytesIO()
    np.savez(stream, **_flat(arrays))  # type: ignore[arg-type]
    return stream.getvalue()


def from_bytes(data: bytes) -> tuple[RunState, Recipe]:
    """The run of a file and the recipe of its data.

    Raises:
        FileError: (a ValueError) it is no run saved here, or a damaged one.
    """
    try:
        return _read(archive.read(data, _WHAT), len(data))
    except FileError:
        raise
    except _DAMAGE as error:
        why = f"{type(error).__name__}: {error}"
        raise FileError(f"file: this is not {_WHAT}, or it is damaged ({why})") from error


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


def _read(arrays: dict[str, Array], size: int) -> tuple[RunState, Recipe]:
    header = _header(arrays.pop("header"))
    config = _config(header["config"])
    # Every channel and feature has a number in the file: a few bytes cannot ask for all memory.
    if _largest(config.blocks) > size:
        raise FileError("file: its network is larger than the file")
    build(config.blocks, config.input_shape, init="zeros", most_bytes=size)
    tree = _nested(arrays)
    state = _state(config, header, tree)
    network_of(state)  # raises where an array has not the shape of its place
    return state, _recipe(header["recipe"], tree["drawings"])


def _header(array: Array) -> Tree:
    if array.size > LARGEST_HEADER:
        raise FileError("file: its header is too long for a run")
    header: Tree = json.loads(array.tobytes())
    if header["format"] == storage.FORMAT:
        raise FileError(
            "file: it holds weights alone; a run that goes on needs the file of the whole run"
        )
    if header["format"] != FORMAT:
        raise FileError(f"file: this is not {_WHAT}")
    if header["version"] not in _READ:
        raise FileError(
            f"file: it was saved by another version of this program (got {header['version']!r}, "
            f"need {VERSION})"
        )
    return header


def _config(settings: Tree) -> RunConfig:
    shape, since = tuple(settings["input_shape"]), Place(*settings["since"])
    return RunConfig(**{**settings, "input_shape": shape, "since": since})


def _largest(value: Any) -> float:
    """The largest number anywhere in a value from JSON."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0)
    if isinstance(value, list):
        return max(map(_largest, value), default=0)
    return value if isinstance(value, int | float) else 0


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
            part["rng"],
        ),
        earlier=tuple(Earlier(e["until"], _config(e["config"])) for e in header["earlier"]),
        first=_first(header.get("first"), tree.get("first", {})),
    )


def _first(name: str | None, arrays: Tree) -> FirstWeights | None:
    if name is None:
        return None
    return FirstWeights(name, arrays["parameters"], arrays.get("buffers", {}))


def _recipe(settings: Tree, drawings: Array) -> Recipe:
    plain: Tree = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    return Recipe(**plain, drawings=drawings.tobytes())
