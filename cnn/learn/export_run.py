"""A run as a program: the settings it began with, each change at its step, to the same numbers."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from cnn.data.recipes import DRAWINGS, Recipe
from cnn.learn.changes import first_config
from cnn.learn.state import RunConfig, RunState

_NOT_WRITTEN = ("since",)


def to_program(state: RunState, recipe: Recipe, run: str = "run.npz") -> str:
    """A script that takes the run from its first weights again, and compares.

    Where those came from a file, they are in the file of the run.

    It needs the package ``cnn`` and nothing else; for a zip of pictures Pillow.

    Args:
        state: The run.
        recipe: Of its data. Files of its own come from the folder that the script is given;
            drawings from the file of the run.
        run: That file, as :func:`cnn.learn.checkpoint.to_bytes` writes it.
    """
    configs = [*(earlier.config for earlier in state.earlier), state.config]
    ends = [*(earlier.until for earlier in state.earlier), state.step]
    lines, at = _beginning(state), 0
    for number, (config, end) in enumerate(zip(configs, ends, strict=True)):
        if number:
            changes = ", ".join(
                f"{name}={getattr(config, name)!r}"
                for name in _differing(configs[number - 1], config)
            )
            lines.append(
                f"state = changed(state, replace(state.config, {changes}))  # at step {at}"
            )
        lines.append(f"state = advance(state, data, Budget(steps={end - at}))")
        at = end
    return f'''"""This training run again, from its first weights, and whether the same comes of it.

It needs the package cnn, which needs NumPy and nothing else.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

# As the workers of the app: sums that several threads share are rounded otherwise.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.changes import changed
from cnn.learn.checkpoint import from_bytes
from cnn.learn.state import Budget, RunConfig
from cnn.learn.training import advance, begin

saved, from_file = from_bytes((Path(__file__).parent / {run!r}).read_bytes())

{_data(recipe, state.config)}

{chr(10).join(lines)}

print(f"step {{state.step}}, loss {{state.history.loss[-1]:.6f}}")
pairs = [(state.history.loss, saved.history.loss)]
pairs += [(state.parameters[name], saved.parameters[name]) for name in saved.parameters]
furthest = max(float(np.abs(np.subtract(a, b)).max()) for a, b in pairs)
print("the same to the last bit" if not furthest else f"differs by at most {{furthest:.3g}}")
'''


def _beginning(state: RunState) -> list[str]:
    config = _call("RunConfig", first_config(state), "    ")
    if state.first is None:
        return [f"state = begin(\n{config}\n)"]
    return [
        "# The weights of a file are in the file of the run; init draws none of them.",
        f"state = begin(\n{config},\n    saved.first,\n)",
    ]


def _data(recipe: Recipe, config: RunConfig) -> str:
    if recipe.digest:
        return _of_brought(recipe, config)
    return f"{_recipe(recipe)}\ndata = load_recipe(recipe)"


def _of_brought(recipe: Recipe, config: RunConfig) -> str:
    """The data of a file that somebody brought, which the script is given."""
    return f"""from cnn.data.brought.files import File
from cnn.data.brought.reading import Options, read


def decode(picture):
    import io

    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), np.float32)
    return pixels.transpose(2, 0, 1) / 255


if len(sys.argv) < 2:
    sys.exit("usage: python reproduce.py FILE (of IDX files all that belong together)")
files = [File(Path(name).name, Path(name)) for name in sys.argv[1:]]
recipe = {_call("Recipe", recipe, "").strip()}
data = load_recipe(recipe, read(files, decode, Options(side={config.input_shape[1]})))"""


def _recipe(recipe: Recipe) -> str:
    if recipe.source in DRAWINGS:
        return "recipe = from_file  # the drawings are in the file of the run"
    if recipe.folder:
        return (
            f"if len(sys.argv) != 2:\n"
            f'    sys.exit("usage: python reproduce.py FOLDER_OF_{recipe.source.upper()}")\n'
            f"recipe = replace(\n{_call('Recipe', recipe, '    ', ('folder',))},\n"
            f"    folder=sys.argv[1],\n)"
        )
    return f"recipe = {_call('Recipe', recipe, '').strip()}"


def _differing(old: RunConfig, new: RunConfig) -> list[str]:
    names = [field.name for field in fields(RunConfig) if field.name not in _NOT_WRITTEN]
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def _call(name: str, value: Any, indent: str, left_out: tuple[str, ...] = ()) -> str:
    """The call that makes this value, an argument a line; what is as by default is not written."""
    arguments = [
        f"{indent}    {field.name}={getattr(value, field.name)!r},"
        for field in fields(value)
        if field.name not in (*_NOT_WRITTEN, *left_out)
        and (field.default is MISSING or getattr(value, field.name) != field.default)
    ]
    return "\n".join([f"{indent}{name}(", *arguments, f"{indent})"])
