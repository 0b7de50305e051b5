"""Arrays as pictures and the house's small charts: colours where they belong."""

from __future__ import annotations

import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

from ui import figures, palette


def hexes(image: np.ndarray) -> list[str]:
    return ["#" + "".join(f"{v:02x}" for v in pixel) for pixel in image.reshape(-1, 3)]


@pytest.mark.parametrize("kind", ["activation", "weight", "gradient"])
def test_sign_has_its_colours_and_zero_is_the_neutral(kind: palette.Kind) -> None:
    low, _, zero, half, high = palette.DIVERGING[kind]["light"]
    image = figures.picture(np.array([[-2.0, 0.0, 1.0, 2.0, 9.0]]), kind, limit=2.0)
    assert hexes(image) == [low, zero, half, high, high]


def test_inputs_are_grey_and_odd_arrays_do_no_harm() -> None:
    paper, ink = palette.GREY["light"]
    assert hexes(figures.picture(np.array([[0.0, 1.0]]))) == [paper, ink]
    assert hexes(figures.picture(np.zeros((1, 1)))) == [paper]
    assert figures.picture(np.full((2, 2), np.nan), "activation").shape == (2, 2, 3)


def test_ink_shows_through_the_heat_that_lies_over_it() -> None:
    low, _, zero, _, high = palette.DIVERGING["activation"]["light"]
    heat = np.array([[-1.0, 0.0, 1.0]])
    assert hexes(figures.over_ink(heat, np.zeros((1, 3)), "activation")) == [low, zero, high]
    paper, inked = (figures.over_ink(heat, np.full((1, 3), v), "activation") for v in (0.0, 1.0))
    assert (inked.sum(axis=2) < paper.sum(axis=2)).all(), "darker"
    assert len(set(hexes(inked))) == 3


def test_a_frame_stays_on_its_edges() -> None:
    image = np.zeros((8, 9, 3), np.uint8)
    figures.frame(image, 1, 7, 2, 8, width=1)
    lit = image.any(axis=2)
    assert lit.sum() == 2 * 6 + 2 * 4
    assert lit[1, 2:8].all() and lit[6, 2:8].all() and not lit[2:6, 3:7].any()


def test_a_picture_is_sent_as_it_was_packed() -> None:
    def page() -> None:
        import numpy as np

        from ui import figures

        pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
        figures.image(pixels, alt="one", width=56)
        figures.image([pixels, pixels[::-1]], alt=["two", "three"], width="stretch")

    shown = AppTest.from_function(page, default_timeout=60).run().get("image")
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    files = MemoryMediaFileStorage("/media")
    sent = [each.url.rpartition("/")[2] for one in shown for each in one.proto.imgs]
    assert sent == [
        files.load_and_get_id(figures.png(each), "image/png", MediaFileKind.MEDIA) + ".png"
        for each in (pixels, pixels, pixels[::-1])
    ]


def test_a_ramp_starts_and_ends_on_its_stops() -> None:
    ramp = figures.ramp(("#000000", "#ff0000", "#ffffff"), 5)
    assert ramp == ["#000000", "#800000", "#ff0000", "#ff8080", "#ffffff"]


def test_curves_mark_where_we_are_in_the_accent() -> None:
    figure = figures.curves({"loss": ([1, 2], [3, 1])}, "epoch", "loss", here=(2, 1))
    here = figure.data[-1]
    assert (here.x[0], here.y[0]) == (2, 1)
    assert here.marker.color == palette.ACCENT["light"]
    assert figure.layout.annotations[0].text == "loss"


def test_minus_is_a_minus() -> None:
    assert figures.minus(-0.25) == "−0.25"
    assert figures.minus(-0.001) == "0.00"


@pytest.mark.parametrize("shape", [(3, 5), (4, 2, 3)])
def test_a_picture_in_a_file_is_the_picture(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(figures.png(pixels)))), pixels)
    turned = np.moveaxis(pixels, 0, 1)  # not contiguous
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(figures.png(turned)))), turned)


def test_a_kept_picture_is_the_same_for_all_and_cannot_be_written_to() -> None:
    values = np.linspace(-1, 1, 16).reshape(4, 4)
    first = figures.picture(values, "weight")
    assert figures.picture(values.copy(), "weight") is first
    with pytest.raises(ValueError, match="read-only"):
        first[...] = 0
    other = figures.picture(values, "activation")
    assert not np.array_equal(first, other)
    assert np.array_equal(figures.picture(-values[::-1, ::-1], "weight"), first)


def test_a_ready_figure_is_sent_as_it_was_and_none_can_change_it() -> None:
    made = figures.laid_out(figures.curves({"a": ([0, 1], [2.0, 3.0])}, "x", "y"), 200, False)
    ready = figures.Ready(made)
    first = ready.to_dict()
    assert go.Figure(first) == go.Figure(made)
    first["data"].clear()
    assert ready.to_dict()["data"], "each time another copy"
