import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.data.augment import Augmentation, sample, shifted
from cnn.data.handwriting import generate

STILL = Augmentation(shift=0, rotate=0, scale=0, stretch=0, shear=0, elastic=0)


def digits(count=16, channels=1):
    images = generate(count, 5).floats()
    return np.repeat(images, channels, 1)


def test_without_any_change_the_images_stay():
    images = digits()
    assert np.allclose(STILL(images, np.random.default_rng(0)), images, atol=1e-5)


def test_same_seed_same_change_and_every_image_its_own():
    images = np.repeat(digits(1), 8, 0)
    change = Augmentation(elastic=0.5)
    first = change(images, np.random.default_rng(3))
    assert np.array_equal(first, change(images, np.random.default_rng(3)))
    assert not np.array_equal(first, change(images, np.random.default_rng(4)))
    assert len({image.tobytes() for image in first}) == 8


def test_all_channels_of_an_image_move_alike():
    changed = Augmentation(elastic=0.8)(digits(4, channels=3), np.random.default_rng(0))
    assert np.array_equal(changed[:, 0], changed[:, 1])
    assert np.array_equal(changed[:, 0], changed[:, 2])


@settings(max_examples=30, deadline=None)
@given(
    down=st.integers(-6, 6),
    across=st.integers(-6, 6),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
)
def test_whole_pixel_shifts_are_exact_and_zeros_come_in(down, across, height, width):
    images = np.random.default_rng(1).random((2, 3, height, width)).astype(np.float32)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    got = sample(images, np.stack([rows + down] * 2), np.stack([columns + across] * 2))
    frame = np.pad(images, ((0, 0), (0, 0), (6, 6), (6, 6)))
    wanted = frame[:, :, 6 + down :, 6 + across :][:, :, :height, :width]
    assert np.allclose(got, wanted, atol=2e-3)
    assert np.array_equal(shifted(images, -down, -across), wanted)
    assert np.array_equal(shifted(images[0, 0], -down, -across), wanted[0, 0])


def test_between_pixels_it_reads_bilinearly():
    image = np.array([[[[0, 1], [2, 5]]]], np.float64)
    got = sample(image, np.array([[[0.25]]]), np.array([[[0.5]]]))
    assert got[0, 0, 0, 0] == pytest.approx(0.75 * 0.5 + 0.25 * 3.5)


def test_a_turn_by_90_degrees_is_the_one_numpy_makes():
    class QuarterTurn:
        def uniform(self, low, high, count):
            return np.full(count, 90.0 if high == 90 else 0.0)

    images = digits(3)
    turn = Augmentation(shift=0, rotate=90, scale=0, shear=0)
    turned = turn(images, QuarterTurn())
    rotated = {way: np.rot90(images, way, (2, 3)) for way in (1, -1)}
    assert any(np.allclose(turned, wanted, atol=1e-3) for wanted in rotated.values())


def test_changes_stay_within_what_was_asked_for():
    change = Augmentation(shift=2, rotate=0, scale=0, shear=0)
    rows, columns = change.places(500, 28, 28, np.random.default_rng(0))
    away = rows - np.arange(28)[:, None]
    assert np.allclose(np.ptp(away, (1, 2)), 0, atol=1e-4)
    assert 1.9 < np.abs(away).max() <= 2
    assert 1.9 < np.abs(columns - np.arange(28)).max() <= 2


def test_the_elastic_warp_is_smooth_and_as_large_as_asked_for():
    change = Augmentation(shift=0, rotate=0, scale=0, shear=0, elastic=1.0)
    rows, _ = change.places(400, 28, 28, np.random.default_rng(0))
    away = rows - np.arange(28)[:, None]
    assert away.std() == pytest.approx(1, rel=0.1)
    assert np.abs(np.diff(away, axis=2)).max() < 0.9


def test_digits_keep_most_of_their_ink():
    images = digits(200)
    changed = Augmentation(elastic=0.5)(images, np.random.default_rng(0))
    assert changed.sum() == pytest.approx(images.sum(), rel=0.05)
    assert 0 <= changed.min() <= changed.max() <= 1


def test_type_is_kept():
    for dtype in (np.float32, np.float64):
        assert Augmentation()(digits(2).astype(dtype), np.random.default_rng(0)).dtype == dtype


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="rotate: got -5, need a finite number of 0 or more"):
        Augmentation(rotate=-5)
    with pytest.raises(ValueError, match="scale: got 1, need a share below 1"):
        Augmentation(scale=1)
    with pytest.raises(ValueError, match=r"images: got .*, need \(N, C, H, W\) floats"):
        Augmentation()(np.zeros((1, 1, 4, 4), np.uint8), np.random.default_rng(0))
