"""A scratch page around one window stage; `?c=` holds its settings as JSON.

`stage_arrays(config)` makes the same arrays again for the tests.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st

from ui.components.window_stage.window_stage import Compare, window_stage

ARRAYS = ("seed", "size", "kernel", "whole", "x", "weight", "gradient", "compare")


def stage_arrays(config: dict[str, Any]) -> dict[str, Any]:
    """x, weight and gradient of a configuration; numbers come from its seed."""
    rng = np.random.default_rng(config.get("seed", 0))
    channels, height, width = config.get("size", (1, 6, 6))
    kh, kw = config.get("kernel", (3, 3))
    whole = config.get("whole", True)

    def draw(*shape: int) -> np.ndarray:
        if whole:
            return rng.integers(-3, 10, shape).astype(float)
        return rng.uniform(0, 1, shape)

    x = draw(channels, height, width)
    weight = (
        rng.integers(-2, 3, (channels, kh, kw)) if whole else rng.normal(0, 0.5, (channels, kh, kw))
    )
    if config.get("picture"):
        x = waves(channels, height, width)
    if "x" in config:
        x = np.array(config["x"], dtype=float)
    if "weight" in config:
        weight = np.array(config["weight"], dtype=float)
    found: dict[str, Any] = {"x": x}
    if config.get("kind", "conv") == "conv":
        found["weight"] = np.asarray(weight, dtype=float)
    else:
        found["kernel_size"] = (kh, kw)
    if "gradient" in config:
        found["gradient"] = rng.integers(-4, 5, config["gradient"]).astype(float)
    if config.get("compare"):
        turned = found["weight"][..., ::-1, ::-1]
        found["compare"] = Compare("true convolution", turned)
    return found


def waves(channels: int, height: int, width: int) -> np.ndarray:
    """A smooth picture in [0, 1], (C, H, W), another pattern in every channel."""
    rows, columns = np.mgrid[0:height, 0:width]
    far = ((rows - height / 2) ** 2 + (columns - width / 2) ** 2) / (height * width / 4)
    stripes = [np.sin((rows * (c + 1) + columns * (3 - c)) / 9) for c in range(channels)]
    return np.stack([0.5 + 0.5 * stripe * np.exp(-far) for stripe in stripes])


def main() -> None:
    st.set_page_config(layout="wide")
    config: dict[str, Any] = json.loads(st.query_params.get("c", "{}"))
    rest = {k: v for k, v in config.items() if k not in (*ARRAYS, "picture", "columns")}
    if st.button("render again"):
        st.session_state["renders"] = st.session_state.get("renders", 0) + 1
    rest["bias"] = config.get("bias", 0.0) + st.session_state.get("renders", 0)
    rest = {k: tuple(v) if isinstance(v, list) else v for k, v in rest.items()}
    place = st.columns([3, 1], gap="large")[0] if config.get("columns") else st.container()
    with place:
        result = window_stage("stage", **stage_arrays(config), **rest)
    shown = {
        "kernel": None if result.kernel is None else result.kernel.tolist(),
        "input": result.input.tolist(),
        "cell": result.cell,
    }
    st.code(json.dumps(shown), language=None)


if __name__ == "__main__":
    main()
