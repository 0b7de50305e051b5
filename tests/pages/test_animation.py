"""The animation of a stage: its numbers and its geometry are the page's own, and it stays small."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn.window.geometry import Window
from tests.pages.payload import array, sent
from tests.pages.test_shell import start
from ui import lessons, palette
from ui.components.window_stage import window_stage
from ui.components.window_stage.animation import gif
from ui.components.window_stage.cell_words import number
from ui.components.window_stage.numbers import Setting, work_out
from ui.components.window_stage.scene import Scene, scene
from ui.components.window_stage.shades import Still
from ui.components.window_stage.shown import Look

Made = tuple[dict[str, Any], Scene, bytes]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Made]:
    """What a page sent to its stage, and the animation that its button gives."""

    def of(slug: str, **settings: str) -> Made:
        found: list[tuple[Any, ...]] = []
        monkeypatch.setattr(window_stage, "_animation", lambda key, make: found.append(make.args))
        at = start(lessons.by_slug(slug), **settings)
        assert not at.exception and len(found) == 1
        return sent(at, "window_stage"), scene(*found[0]), gif(*found[0])

    return of


SETTINGS: list[tuple[str, dict[str, str]]] = [
    ("convolution", {}),
    ("convolution", {"cv_in": "edge", "cv_k": "sobel_x", "cv_ask": "1"}),
    ("convolution", {"cv_in": "digit", "cv_k": "emboss", "cv_act": "tanh"}),
    ("convolution", {"cv_in": "picture", "cv_true": "1"}),
    ("padding", {"pa_n": "9", "pa_f": "3", "pa_p": "2", "pa_s": "2", "pa_d": "2"}),
    ("padding", {"pa_n": "16", "pa_p": "0"}),
    ("channels", {}),
    ("pooling", {"po_k": "3", "po_p": "1", "po_s": "2"}),
    ("pooling", {"po_in": "digit", "po_kind": "avg", "po_s": "1"}),
    ("backpropagation", {"bp_view": "conv"}),
]


@pytest.mark.parametrize(("slug", "settings"), SETTINGS)
def test_what_moves_is_what_the_page_shows(
    made: Callable[..., Made], slug: str, settings: dict[str, str]
) -> None:
    data, scene, file = made(slug, **settings)
    assert len(file) < 2_000_000
    padded, y = array(data["padded"]), array(data["y"])
    maps = {(one.role, one.channel): one for one in scene.maps}
    assert maps["input", 0].colours.shape[:2] == padded.shape[1:]
    assert maps["output", 0].colours.shape[:2] == y.shape[1:] == scene.output
    if data["weight"] is not None:
        assert maps["kernel", 0].colours.shape[:2] == tuple(data["kernel"])
    assert len(scene.windows) == y[0].size
    assert all(line.startswith(f"{data['symbol']}[") for line in scene.captions)
    sh, sw = data["stride"]
    i, j = y.shape[1] - 1, y.shape[2] - 1
    assert scene.windows[-1] == (i * sh, j * sw)
    last = np.add(scene.windows[-1], scene.span)
    assert tuple(padded.shape[1:] - last) == tuple(data["dropped"])
    for one in scene.maps:
        values = {"input": padded, "output": y}.get(one.role)
        if values is None:
            continue
        for r, line in enumerate(one.texts):
            for q, text in enumerate(line):
                value = float(values[one.channel, r, q])
                if one.role == "output" and r * len(line) + q in data["hidden"]:
                    assert text == "?"
                elif np.isfinite(value):
                    shown = float(text.replace("−", "-"))
                    assert abs(shown - value) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-6
    _frames_agree(scene, file)


def _frames_agree(scene: Scene, file: bytes) -> None:
    """The first frame, one in the middle and the last: the window, and the output up to it."""
    moving: Any = Image.open(io.BytesIO(file))
    count = moving.n_frames
    assert moving.size == scene.size and 1 <= count <= len(scene.windows)
    accent = np.array([int(palette.ACCENT["light"][n : n + 2], 16) for n in (1, 3, 5)])
    step = -(-len(scene.windows) // count) if count > 1 else 1
    output = next(one for one in scene.maps if one.role == "output")
    entry = next(one for one in scene.maps if one.role == "input")
    for n in sorted({0, count // 2, count - 1}):
        place = len(scene.windows) - 1 if n == count - 1 else n * step
        moving.seek(n)
        pixels = np.asarray(moving.convert("RGB")).astype(int)
        left, top, right, bottom = entry.box(*scene.windows[place], *scene.span)
        assert (pixels[top, left + 1] == accent).all() and (
            pixels[bottom - 1, right] == accent
        ).all()
        if output.texts or output.cell < 6:
            continue
        row, column = divmod(place, scene.output[1])
        for at in {0, place - 1} - {-1}:
            r, q = divmod(at, scene.output[1])
            x, y = output.x + q * output.cell, output.y + r * output.cell
            half = output.cell // 2
            if (r, q) != (row, column):
                assert np.abs(pixels[y + half, x + half] - output.colours[r, q]).max() < 40
        if place + 1 < len(scene.windows):
            left, top, right, bottom = output.box(*divmod(len(scene.windows) - 1, scene.output[1]))
            assert (pixels[(top + bottom) // 2, (left + right) // 2] >= 250).all(), (
                "not reached yet"
            )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("channels", "size", "kernel"), [(1, 32, 2), (64, 28, 5), (3, 60, 1), (1, 1, 1)]
)
def test_the_largest_that_there_is_stays_small_and_is_made_quickly(
    theme: palette.Theme, channels: int, size: int, kernel: int
) -> None:
    """Noise packs worst of all."""
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(channels, size, size)), rng.normal(size=(channels, kernel, kernel))
    window = Window.of((kernel, kernel), 1, kernel // 2, 1, input_size=(size, size))
    setting = Setting("conv", window)
    look = Still(Look("activation"), theme)
    begin = time.thread_time()
    file = gif(weight, setting, work_out(x, weight, 0.0, setting), look)
    assert time.thread_time() - begin < 4  # 0.4 to 1 s where it is quiet
    assert len(file) < 2_000_000
    moving: Any = Image.open(io.BytesIO(file))
    assert moving.size[0] <= 1100 and moving.size[1] <= 640
    assert moving.n_frames > 1 or size == 1


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-1.25, 1, "−1.2"), (-0.001, 2, "0.00"), (3.0, 0, "3"), (-np.inf, 2, "−∞"), (np.inf, 0, "∞")],
)
def test_a_number_is_written_as_on_the_stage(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text
