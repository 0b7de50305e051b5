"""A scratch page around one window stage; `?c=` holds its settings as JSON, or those of several.

`stage_arrays(config)` makes the same arrays again for the tests.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np
import streamlit as st

from cnn.window.geometry import Window
from ui.components.kernel_grid.kernel_grid import kernel_grid
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Compare, Look, Shown, Titles
from ui.components.window_stage.window_stage import window_stage

TITLES = ("input", "kernel", "output")
LOOK = tuple(field.name for field in fields(Look))


def stage_arrays(config: dict[str, Any]) -> dict[str, Any]:
    """x, weight and gradient of a configuration; numbers come from its seed."""
    rng = np.random.default_rng(config.get("seed", 0))
    size = tuple(config.get("size", (1, 6, 6)))
    taps = tuple(config.get("kernel", (3, 3)))
    if config.get("whole", True):
        x = rng.integers(-3, 10, size).astype(float)
        weight = rng.integers(-2, 3, (size[0], *taps)).astype(float)
    else:
        x = rng.uniform(0, 1, size)
        weight = rng.normal(0, 0.5, (size[0], *taps))
    if config.get("picture"):
        x = waves(*size)
    found: dict[str, Any] = {"x": np.array(config.get("x", x), dtype=float)}
    if config.get("kind", "conv") == "conv":
        found["weight"] = np.array(config.get("weight", weight), dtype=float)
    else:
        found["kernel_size"] = taps
    if "gradient" in config:
        found["gradient"] = rng.integers(-4, 5, config["gradient"]).astype(float)
    if config.get("compare"):
        found["compare"] = Compare("true convolution", found["weight"][..., ::-1, ::-1])
    return found


def waves(channels: int, height: int, width: int) -> np.ndarray:
    """A smooth picture in [0, 1], (C, H, W), another pattern in every channel."""
    rows, columns = np.mgrid[0:height, 0:width]
    far = ((rows - height / 2) ** 2 + (columns - width / 2) ** 2) / (height * width / 4)
    stripes = [np.sin((rows * (c + 1) + columns * (3 - c)) / 9) for c in range(channels)]
    return np.stack([0.5 + 0.5 * stripe * np.exp(-far) for stripe in stripes])


def main() -> None:
    st.set_page_config(layout="wide")
    config: Any = json.loads(st.query_params.get("c", "{}"))
    if isinstance(config, list):
        for n, one in enumerate(config):
            show(one, f"stage{n}")
    elif config.get("grid"):
        st.code(json.dumps(kernel_grid("grid", stage_arrays(config)["weight"][0]).tolist()))
    elif config.get("spin"):
        spin(config)
    else:
        place = st.columns([3, 1], gap="large")[0] if config.get("columns") else st.container()
        with place:
            show(config)


def spin(config: dict[str, Any]) -> None:
    """A stage with another bias after every click."""
    if st.button("render again"):
        st.session_state["renders"] = st.session_state.get("renders", 0) + 1
    show(config | {"bias": st.session_state.get("renders", 0)})


def shown_of(config: dict[str, Any]) -> Shown:
    """What a configuration puts on the stage."""
    arrays = stage_arrays(config)
    names = ("stride", "padding", "dilation", "ceil_mode")
    slide = {n: tuple(v) if isinstance(v, list) else v for n, v in config.items() if n in names}
    kind = config.get("kind", "conv")
    taps = arrays.pop("kernel_size", None) or arrays["weight"].shape[1:]
    slide.setdefault("stride", 1 if kind == "conv" else taps)
    window = Window.of(taps, input_size=arrays["x"].shape[1:], **slide)
    setting = Setting(
        kind,
        window,
        config.get("padding_mode", "zeros"),
        config.get("activation"),
        config.get("count_include_pad", True),
    )
    return Shown(
        setting=setting,
        bias=config.get("bias", 0.0),
        channels=config.get("channel_names"),
        **arrays,
    )


def look_of(config: dict[str, Any]) -> Look:
    """How a configuration shows it."""
    titles = {name: config[f"title_{name}"] for name in TITLES if f"title_{name}" in config}
    rest = {n: tuple(v) if isinstance(v, list) else v for n, v in config.items() if n in LOOK}
    return Look(titles=Titles(**titles), **rest)


def show(config: dict[str, Any], key: str = "stage") -> None:
    result = window_stage(key, shown_of(config), look_of(config))
    shown = {
        "kernel": None if result.kernel is None else result.kernel.tolist(),
        # Written out only where it is asked for: a page of 12,288 numbers is slow to lay out.
        "input": result.input.tolist() if config.get("editable_input") else None,
        "cell": result.cell,
    }
    st.code(json.dumps(shown), language=None)


if __name__ == "__main__":
    main()
