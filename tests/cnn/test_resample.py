"""Pictures are made smaller as Pillow makes them, and prepared as trained networks expect."""

import numpy as np
import pytest
from PIL import Image

from cnn.data.resample import resample
from cnn.pretrained.preprocessing import LITE, TIMM_INCEPTION, TORCHVISION, Preprocessing

PILLOW = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
ALL = (LITE, TORCHVISION, TIMM_INCEPTION)


def photograph(height: int, width: int) -> np.ndarray:
    """Waves and noise: soft and sharp at once."""
    rng = np.random.default_rng(height)
    row, column = np.mgrid[:height, :width]
    waves = 127 + 90 * np.sin(row[..., None] / (3 + np.arange(3))) * np.cos(column[..., None] / 5)
    return np.clip(waves + rng.normal(0, 30, waves.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("method", PILLOW)
@pytest.mark.parametrize(
    ("before", "after"),
    [((90, 120), (30, 41)), ((90, 120), (89, 7)), ((20, 31), (60, 62)), ((5, 300), (5, 1)),
     ((1, 1), (4, 3)), ((64, 64), (64, 64))],
)  # fmt: skip
def test_every_pixel_is_pillow_s_to_a_grey_level(method: str, before, after) -> None:
    picture = photograph(*before)
    ours = resample(picture, after, method)
    theirs = np.asarray(Image.fromarray(picture).resize(after[::-1], PILLOW[method]))
    assert ours.dtype == np.uint8 and ours.shape == theirs.shape
    gap = np.abs(ours.astype(int) - theirs)
    assert gap.max() <= 1 and (gap > 0).mean() < 0.01


def test_a_part_is_cut_from_the_whole() -> None:
    picture = photograph(50, 70)
    whole = resample(picture, (25, 35), "bicubic")
    part = resample(picture, (25, 35), "bicubic", rows=range(3, 20), columns=range(30, 35))
    assert np.array_equal(part, whole[3:20, 30:35])
    with pytest.raises(ValueError, match="method: got 'nearest'"):
        resample(picture, (5, 5), "nearest")


@pytest.mark.parametrize("preprocessing", ALL)
@pytest.mark.parametrize("size", [(400, 600), (600, 400), (300, 301), (40, 50)])
def test_a_picture_is_prepared_as_its_library_does_it(preprocessing: Preprocessing, size) -> None:
    """Shorter side, middle, scale, shift: with Pillow, by torchvision's rules."""
    picture = photograph(*size)
    short = preprocessing.shorter
    height, width = size
    new = (
        (short, int(short * width / height)) if height <= width
        else (int(short * height / width), short)
    )  # fmt: skip
    resized = Image.fromarray(picture).resize(new[::-1], PILLOW[preprocessing.method])
    side = preprocessing.side
    top, left = (round((n - side) / 2) for n in new)
    cut = np.asarray(resized)[top : top + side, left : left + side].astype(float)
    expected = cut / preprocessing.scale - np.array(preprocessing.mean)
    expected /= np.array(preprocessing.deviation)
    got = preprocessing.apply(picture)
    assert got.shape == (3, side, side) and got.dtype == np.float32
    level = 1 / preprocessing.scale / min(preprocessing.deviation)
    assert np.abs(got - expected.transpose(2, 0, 1)).max() < 1.01 * level
    assert preprocessing.cropped(picture).shape == (side, side, 3)


def test_the_steps_say_what_is_done() -> None:
    said = dict(LITE.steps)
    assert said["resize"] == "the shorter side to 256 pixels (bicubic)"
    assert said["crop"] == "the middle 224 × 224 pixels"
    assert said["scale"] == "(pixel − 127) / 128"
    assert "red (pixel / 255 − 0.485) / 0.229" in dict(TORCHVISION.steps)["scale"]


def test_the_box_is_what_is_kept_of_the_picture() -> None:
    top, left, bottom, right = LITE.box(512, 1024)
    assert (top, bottom) == (32, 480)
    assert (left, right) == (288, 736)


def test_a_very_long_picture_takes_no_memory() -> None:
    assert LITE.apply(np.zeros((3, 60_000, 3), np.uint8)).shape == (3, 224, 224)


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((5, 5)), np.zeros((5, 5, 4)), np.zeros((0, 5, 3)), np.full((5, 5, 3), np.nan)],
)
def test_what_is_no_picture_is_told(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="picture: got"):
        LITE.apply(wrong)


def test_fractions_are_rounded_to_grey_levels() -> None:
    picture = np.full((300, 300, 3), 126.6)
    assert np.array_equal(LITE.apply(picture), np.zeros((3, 224, 224), np.float32))
