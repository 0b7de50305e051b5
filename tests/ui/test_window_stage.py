"""What the window stage sends to the browser is what ``cnn``'s layers give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.layers.activations import ACTIVATIONS
from cnn.layers.convolution import Conv2d
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from cnn.window.geometry import Window
from ui.components import edits
from ui.components.window_stage import window_stage as stage
from ui.components.window_stage.numbers import Numbers, Setting, work_out
from ui.components.window_stage.shown import PLAIN, Shown


def unpack(packed: dict[str, Any]) -> np.ndarray:
    return packed["data"].reshape(packed["shape"])


def layer_of(setting: Setting, weight: np.ndarray, bias: float) -> Conv2d:
    w = setting.window
    conv = Conv2d(
        weight.shape[0], 1, w.kernel, w.stride, w.padding, w.dilation,
        padding_mode=str(setting.fill), dtype=np.float64,
    )  # fmt: skip
    conv.params["weight"][...] = weight[None]
    conv.params["bias"][...] = bias
    return conv


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, float, Setting]:
    kernel = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    height, width = (max(3, span) + draw(st.integers(0, 4)) for span in spans)
    padding = tuple(draw(st.integers(0, 2)) for _ in range(4))
    channels = draw(st.integers(1, 3))
    fill = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    activation = draw(st.sampled_from([None, *ACTIVATIONS]))
    window = Window.of(kernel, stride, padding, dilation)
    x = rng.normal(size=(channels, height, width))
    weight = rng.normal(size=(channels, *kernel))
    return x, weight, float(rng.normal()), Setting("conv", window, fill, activation)


@settings(max_examples=40, deadline=None)
@given(convolutions())
def test_a_convolution_is_the_layers(case: tuple[np.ndarray, np.ndarray, float, Setting]) -> None:
    x, weight, bias, setting = case
    conv = layer_of(setting, weight, bias)
    z = conv(x[None])[0]
    dy = np.random.default_rng(0).normal(size=z.shape)
    numbers = work_out(x, weight, bias, setting, gradient=dy)
    np.testing.assert_allclose(numbers.z, z, atol=1e-12)
    assert numbers.partial is not None
    np.testing.assert_allclose(numbers.partial.sum(axis=0) + bias, z[0], atol=1e-12)
    y, dz = z, dy
    if setting.activation:
        act = ACTIVATIONS[setting.activation]()
        y = act.forward(z[..., None])[..., 0]
        back = act.backward(dy[..., None])
        assert back is not None
        dz = back[..., 0]
    np.testing.assert_allclose(numbers.y, y, atol=1e-12)
    assert numbers.dz is not None and numbers.dx is not None
    np.testing.assert_allclose(numbers.dz, dz, atol=1e-12)
    dx = conv.backward(dz[..., None])
    assert dx is not None
    np.testing.assert_allclose(numbers.dx, dx[..., 0], atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(convolutions())
def test_each_partial_sum_is_the_windows_products(
    case: tuple[np.ndarray, np.ndarray, float, Setting],
) -> None:
    """The loop a student would write, on the padded input that the browser gets."""
    x, weight, bias, setting = case
    numbers = work_out(x, weight, bias, setting)
    (sh, sw), (dh, dw), (kh, kw) = (
        setting.window.stride,
        setting.window.dilation,
        setting.window.kernel,
    )
    assert numbers.partial is not None
    i, j = (size - 1 for size in numbers.z.shape[1:])
    for c in range(len(x)):
        total = 0.0
        for a in range(kh):
            for b in range(kw):
                total += numbers.padded[c, i * sh + a * dh, j * sw + b * dw] * weight[c, a, b]
        assert numbers.partial[c, i, j] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_a_pooling_is_the_layers(kind: str, ceil_mode: bool) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(2, 7, 6))
    setting = Setting(kind, Window.of(3, 2, 1, ceil_mode=ceil_mode), count_include_pad=False)
    layer: Any = {
        "max": MaxPool2d(3, 2, 1, ceil_mode=ceil_mode),
        "avg": AvgPool2d(3, 2, 1, ceil_mode=ceil_mode, count_include_pad=False),
        "sum": SumPool2d(3, 2, 1, ceil_mode=ceil_mode),
    }[kind]
    y = layer.forward(x[..., None])
    dy = rng.normal(size=y.shape[:3])
    numbers = work_out(x, None, 0.0, setting, gradient=dy)
    np.testing.assert_array_equal(numbers.y, y[..., 0])
    assert numbers.dx is not None
    np.testing.assert_array_equal(numbers.dx, layer.backward(dy[..., None])[..., 0])
    top, bottom, left, right = numbers.sides
    assert numbers.padded.shape == (2, 7 + top + bottom, 6 + left + right)
    around = -np.inf if kind == "max" else 0.0
    assert (numbers.padded[:, 0] == around).all()
    if kind == "avg":
        assert numbers.divisor is not None
        total = numbers.padded[0, 2:5, 2:5].sum()
        assert numbers.y[0, 1, 1] == pytest.approx(total / numbers.divisor[1, 1])


def payload(x: np.ndarray, weight: np.ndarray, setting: Setting) -> tuple[dict[str, Any], Numbers]:
    numbers = work_out(x, weight, 0.5, setting)
    return stage._payload(x, weight, 0.5, setting, numbers), numbers


def test_the_payload_carries_the_arrays_and_the_rim() -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 8, 9)), rng.normal(size=(2, 3, 3))
    data, numbers = payload(x, weight, Setting("conv", Window.of(3, (2, 3)), activation="relu"))
    assert data["dropped"] == [1, 0]
    assert data["output"] == [1, 3, 3]
    for name, array in (("padded", numbers.padded), ("weight", weight), ("z", numbers.z)):
        np.testing.assert_array_equal(unpack(data[name]), array.astype("<f4"))
    assert unpack(data["y"]).min() >= 0


def test_reflect_puts_the_mirrored_numbers_around_the_input() -> None:
    x = np.arange(9.0).reshape(1, 3, 3)
    setting = Setting("conv", Window.of(3, 1, 1), "reflect")
    numbers = work_out(x, np.ones((1, 3, 3)), 0.0, setting)
    np.testing.assert_array_equal(numbers.padded[0], np.pad(x[0], 1, mode="reflect"))


THREE = Window.of(3)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"setting": Setting("median", THREE)}, "kind"),
        ({"weight": None}, "weight"),
        ({"weight": np.ones((2, 3, 3))}, "weight"),
        ({"weight": np.ones((1, 2, 3))}, "weight"),
        ({"setting": Setting("max", THREE)}, "weight"),
        ({"setting": Setting("conv", Window.of(7)), "weight": np.ones((1, 7, 7))}, "kernel_size"),
        ({"setting": Setting("conv", THREE, "mirror")}, "padding_mode"),
        ({"setting": Setting("conv", THREE, activation="swish")}, "activation"),
        ({"x": np.ones(4)}, "x"),
        ({"channels": ["a", "b"]}, "channels"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], named: str) -> None:
    good = Shown(np.ones((1, 5, 5)), Setting("conv", THREE), np.ones((1, 3, 3)))
    with pytest.raises(ValueError, match=f"^{named}:"):
        stage.window_stage("k", replace(good, **change))


@pytest.mark.parametrize("name", ["input_kind", "kernel_kind", "output_kind", "reveal"])
def test_a_look_that_there_is_not_is_named(name: str) -> None:
    good = Shown(np.ones((1, 5, 5)), Setting("conv", THREE), np.ones((1, 3, 3)))
    with pytest.raises(ValueError, match=f"^{name}: got 'pink'"):
        stage.window_stage("k", good, replace(PLAIN, **{name: "pink"}))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


def send(session: dict[str, Any], sequence: float, values: Any) -> None:
    session["k"] = {"kernel": {"sequence": sequence, "values": values}}


def test_an_edit_holds_until_the_page_asks_for_another_kernel(session: dict[str, Any]) -> None:
    first, second = np.zeros((1, 2, 2)), np.ones((1, 2, 2))
    assert edits.edited("k", "kernel", first) is first
    send(session, 1, [[[5, 0], [0, 0]]])
    assert edits.edited("k", "kernel", first)[0, 0, 0] == 5
    assert edits.edited("k", "kernel", first)[0, 0, 0] == 5, "the same in every later run"
    assert edits.edited("k", "kernel", second) is second, "another preset wins over the old edit"
    assert edits.edited("k", "kernel", first) is first, "and the old edit does not come back"


def test_a_page_may_take_the_edit_over_and_reset_it(session: dict[str, Any]) -> None:
    """The link's way: the page stores what the student made and passes it from then on."""
    preset = np.zeros((1, 2, 2))
    send(session, 1, [[[5, 0], [0, 0]]])
    taken = edits.edited("k", "kernel", preset)
    assert edits.edited("k", "kernel", taken) is taken
    send(session, 2, [[[6, 0], [0, 0]]])
    newer = edits.edited("k", "kernel", taken)
    assert newer[0, 0, 0] == 6
    assert edits.edited("k", "kernel", newer) is newer
    assert edits.edited("k", "kernel", preset) is preset


def test_forget_drops_the_edit(session: dict[str, Any]) -> None:
    preset = np.zeros((1, 2, 2))
    send(session, 1, [[[5, 0], [0, 0]]])
    edits.edited("k", "kernel", preset)
    edits.forget("k")
    assert edits.edited("k", "kernel", preset) is preset
    send(session, 2, [[[7, 0], [0, 0]]])
    assert edits.edited("k", "kernel", preset)[0, 0, 0] == 7


@pytest.mark.parametrize(
    "values", [[[1, 2]], "text", [[["a", 0], [0, 0]]], [[[float("nan"), 0], [0, 0]]], None]
)
def test_an_edit_of_another_shape_or_kind_is_dropped(session: dict[str, Any], values: Any) -> None:
    preset = np.zeros((1, 2, 2))
    send(session, 1, values)
    assert edits.edited("k", "kernel", preset) is preset


def test_hidden_cells_and_the_pinned_cell_are_checked(session: dict[str, Any]) -> None:
    assert stage._flat([(1, 2), (9, 9)], (1, 3, 4)) == [6]
    assert stage._flat([(1, 2)], (2, 3, 4)) == [6, 18]
    session["k"] = {"cell": [1, 2]}
    assert stage._cell("k", (1, 3, 4)) == (1, 2)
    session["k"] = {"cell": [1, 9]}
    assert stage._cell("k", (1, 3, 4)) is None


def made_on(session: dict[str, Any], sequence: float, values: Any, on: np.ndarray) -> None:
    edit = {"sequence": sequence, "values": values, "on": edits.mark(on)}
    session["k"] = {"kernel": edit}


def test_an_edit_made_before_the_browser_saw_a_reset_does_not_count(
    session: dict[str, Any],
) -> None:
    preset = np.zeros((1, 2, 2))
    made_on(session, 1, [[[5, 0], [0, 0]]], preset)
    taken = edits.edited("k", "kernel", preset)
    edits.edited("k", "kernel", taken)
    made_on(session, 2, [[[5, 6], [0, 0]]], preset)  # typed before the answer to the first came
    newer = edits.edited("k", "kernel", taken)
    assert newer[0, 0, 1] == 6
    edits.edited("k", "kernel", newer)
    edits.edited("k", "kernel", preset)  # a reset
    made_on(session, 3, [[[5, 6], [7, 0]]], newer)
    assert edits.edited("k", "kernel", preset) is preset
    assert edits.sequence("k", "kernel") == 3, "the browser hears that it has been seen"
    made_on(session, 4, [[[0, 8], [0, 0]]], preset)
    assert edits.edited("k", "kernel", preset)[0, 0, 1] == 8


def test_a_new_session_takes_the_link_before_what_the_browser_still_holds(
    session: dict[str, Any],
) -> None:
    preset = np.zeros((1, 2, 2))
    send(session, 1, [[[5, 0], [0, 0]]])
    edits.adopt("k", "kernel")
    assert edits.edited("k", "kernel", preset) is preset
    send(session, 2, [[[6, 0], [0, 0]]])
    edits.adopt("k", "kernel")
    assert edits.edited("k", "kernel", preset)[0, 0, 0] == 6
