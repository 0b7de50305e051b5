"""All that a run came to in one zip, with a page that says how to do it again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import numpy as np

from classroom.takeaway import cell
from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, class_names
from cnn.learn.answers import confusion_matrix
from cnn.learn.changes import asked_for, changes_of, first_config
from cnn.learn.checkpoint import thinned, to_bytes
from cnn.learn.export_run import to_program
from cnn.learn.losses import make_loss
from cnn.learn.state import RunState
from cnn.learn.training import validation_scores
from cnn.nets import storage
from cnn.nets.export import to_numpy, to_pytorch
from cnn.nets.export_safetensors import to_safetensors
from cnn.nets.network import Sequential
from ui.plain import plain
from ui.train import changes, charts, pictures
from ui.train.outcome import history_csv, last_sound, portable

#: Bytes of stored moments in the file of a run.
MOMENT_BYTES = 4_000_000
#: Validation images that go along, for the programs to be tried on.
EXAMPLES = 16
SMOOTHING = 0.8

CHECK = '''"""Whether model.py says of some images what the network said that it was made from."""

from pathlib import Path

import numpy as np

from model import forward, load

here = Path(__file__).parent
weights = load(here / "weights.npz")
with np.load(here / "examples.npz", allow_pickle=False) as file:
    images, labels, scores = file["images"], file["labels"], file["scores"]
found = forward(images, weights)
furthest = float(np.abs(found - scores).max())
print("It says:", found.argmax(axis=1).tolist())
print("It is:  ", labels.tolist())
print(f"scores differ by at most {furthest:.2g}")
assert np.allclose(found, scores, rtol=1e-4, atol=1e-4)
'''


def whole_run(state: RunState, recipe: Recipe) -> bytes:
    """The file from which the run goes on."""
    return to_bytes(thinned(state, MOMENT_BYTES), portable(recipe))


def about(recipe: Recipe, state: RunState, step: int) -> dict[str, object]:
    """What a file of weights says beside them."""
    return {"steps": step, "seed": state.config.seed, "classes": list(class_names(recipe))}


def packed(state: RunState, recipe: Recipe, data: Split) -> bytes:
    """The zip of a run on these data."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        written = dict(_parts(state, recipe, data))
        for name, content in {"README.md": _readme(state, recipe, written), **written}.items():
            file.writestr(name, content)
    return stream.getvalue()


def _parts(state: RunState, recipe: Recipe, data: Split) -> Iterator[tuple[str, bytes | str]]:
    net, step = last_sound(state)
    beside = about(recipe, state, step)
    yield "settings.json", json.dumps(_settings(state, recipe), indent=2, ensure_ascii=False)
    yield "history.csv", history_csv(state.history, changes_of(state))
    yield "weights.npz", storage.to_bytes(net, **beside)
    yield "weights.safetensors", to_safetensors(net, **beside)
    if recipe.lasting and not state.stopped:
        yield "run.npz", whole_run(state, recipe)
        yield "reproduce.py", to_program(state, portable(recipe))
    for name, write in (("model.py", to_numpy), ("model_torch.py", to_pytorch)):
        yield from _program(name, write, net)
    yield "examples.npz", _examples(net, data)
    yield "check.py", CHECK
    counts, names = _confusion(state, net, data), data.validation.classes
    yield "confusion.csv", _table(counts, names)
    yield "confusion.png", pictures.confusion(counts, names)
    panels = charts.panels(
        state.config, state.history, log=False, smoothing=SMOOTHING, marks=changes.marks(state)
    )
    yield "curves.png", pictures.curves(panels, "step", state.config.total_steps)


def _program(
    name: str, write: Callable[[Sequential], str], net: Sequential
) -> Iterator[tuple[str, str]]:
    """The network as a program, where it can be one."""
    try:
        yield name, write(net)
    except ValueError:
        return


def _confusion(state: RunState, net: Sequential, data: Split) -> Array:
    """(K, K) counts of the validation set; rows are the truth."""
    sound = replace(state, parameters=net.parameters(), buffers=net.buffers())
    said = make_loss(state.config.loss).said(validation_scores(sound, data).T)
    return confusion_matrix(data.validation.labels, said, len(data.validation.classes))


def _examples(net: Sequential, data: Split) -> bytes:
    images, labels = data.validation.floats(slice(EXAMPLES)), data.validation.labels[:EXAMPLES]
    stream = io.BytesIO()
    np.savez(stream, images=images, labels=labels, scores=net(images))
    return stream.getvalue()


def _settings(state: RunState, recipe: Recipe) -> dict[str, object]:
    data = asdict(portable(recipe))
    # Drawings are in the file of the run, or nobody else's business.
    data["drawings"] = len(data["drawings"]) // 784
    first = asdict(asked_for(first_config(state)))
    first.pop("since")
    return {
        "data": data,
        "settings": first,
        "first weights": None if state.first is None else state.first.name,
        "changes": [asdict(change) for change in changes_of(state)],
        "steps": state.step,
        "seconds": round(state.seconds, 3),
    }


def _table(counts: Array, names: tuple[str, ...]) -> str:
    """The confusion matrix as CSV; rows are the truth. No class is named like a formula."""
    text, safe = io.StringIO(), [cell(name) for name in names]
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["truth", *safe])
    table.writerows([name, *row] for name, row in zip(safe, counts.tolist(), strict=True))
    return text.getvalue()


#: What each file is, in the order in which it is told.
FILES = {
    "settings.json": "all settings the run began with, its data, and what changed on the way",
    "history.csv": "loss, accuracy and learning rate of every step, and each look at the "
    "validation set",
    "run.npz": "the whole run: in the lesson *Train a network* it goes on from here as if it had "
    "never stopped",
    "reproduce.py": "the run from its first weights again, its changes at their steps; needs the "
    "package `cnn` of ConvScope, and that NumPy alone",
    "weights.npz": "the weights, as `model.py` and `model_torch.py` read them",
    "weights.safetensors": "the weights for anything that reads safetensors",
    "model.py": "the network in plain NumPy",
    "model_torch.py": "the network in PyTorch",
    "examples.npz": "some validation images, what they are, and what the network says",
    "check.py": "whether `model.py` says the same of them",
    "confusion.csv": "the confusion matrix; rows are what it is, columns what the network says",
    "confusion.png": "the same as a picture",
    "curves.png": "the curves of loss, accuracy and learning rate",
}


def _readme(state: RunState, recipe: Recipe, written: dict[str, bytes | str]) -> str:
    config, history = state.config, state.history
    reached = (
        f" Of the validation set it reads {history.check_accuracy[-1]:.1%}."
        if history.check_accuracy
        else ""
    )
    began = (
        f" It began with the weights of the file “{plain(state.first.name)}”, not with random ones."
        if state.first is not None
        else ""
    )
    changed = [f"- after step {step:,}: {words}" for step, words in changes.by_step(state)]
    lines = [
        "# A training run of ConvScope",
        "",
        f"{state.step:,} steps, {state.epoch:.1f} of {config.epochs} epochs, on {config.samples:,} "
        f"images ({recipe.source}); seed {config.seed}.{began}{reached}",
        "",
        *(["What changed on the way:", "", *changed, ""] if changed else []),
        "## What lies here",
        "",
        *(f"- `{name}`: {words}" for name, words in FILES.items() if name in written),
        "",
        "## To do it again",
        "",
    ]
    if "run.npz" in written:
        lines.append(
            "In the app: *Train a network*, *A run or weights from a file*, `run.npz`. Without the "
            "app, in the folder of ConvScope:"
        )
        folder = " FILE" if recipe.digest else " FOLDER" if recipe.folder else ""
        lines += ["", "```sh", "pip install .", f"python reproduce.py{folder}", "```", ""]
        lines += [
            "The same seed gives the same run, to the last bit on the same machine; another "
            "processor may round the last digit otherwise."
        ]
    if "model.py" in written:
        lines += ["", "The network alone, with NumPy:", "", "```sh", "python check.py", "```"]
    return "\n".join(lines) + "\n"
