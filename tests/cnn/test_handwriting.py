import time
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.example_drawings import example_drawings, strokes_of_digit
from cnn.data.glyphs import BY_LABEL, EUROPEAN, GLYPHS, SEGMENTS, way
from cnn.data.handwriting import HANDS, PAD, SCANS, generate, generate_strokes
from cnn.data.preprocess import fit_digit
from cnn.data.strokes import curve_matrix, draw, rasterise


def test_same_seed_same_digits_another_seed_others():
    first, again, other = generate(50, 7), generate(50, 7), generate(50, 8)
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_shapes_types_and_balance():
    data = generate(1234, 1)
    assert data.images.shape == (1234, 1, 28, 28)
    assert data.images.dtype == np.uint8
    assert data.labels.dtype == np.int64
    assert np.ptp(data.counts()) <= 1
    assert data.classes == tuple("0123456789")
    assert len({image.tobytes() for image in data.images}) == 1234


def test_labels_may_be_given():
    assert generate(4, 0, labels=[3, 3, 9, 0]).labels.tolist() == [3, 3, 9, 0]
    assert len(generate(0)) == 0


@pytest.mark.parametrize("style", [HANDS, PAD, SCANS], ids=["hands", "pad", "scans"])
def test_digits_are_fitted_and_centred_as_mnist_is(style):
    images = generate(600, 2, style=style).floats()[:, 0]
    grid = np.arange(28)
    mass = images.sum((1, 2))
    row, column = images.sum(2) @ grid / mass, images.sum(1) @ grid / mass
    # A few would lose ink over the edge if they were moved all the way.
    assert (np.abs(row - 14) < 0.56).mean() > 0.98
    assert (np.abs(column - 14) < 0.56).mean() > 0.98
    inked = images > 0.5
    side = np.maximum(inked.any(2).sum(1), inked.any(1).sum(1))
    assert (side <= 21).all()
    assert np.median(side) >= 19
    # Long digits that are heavy at one end may touch the image's edge; few do, in MNIST as here.
    rim = np.ones((28, 28), bool)
    rim[1:-1, 1:-1] = False
    assert (images[:, rim].max(1) > 0.5).mean() < 0.03


def test_the_amount_of_ink_is_that_of_mnist():
    # Measured on MNIST's training set: mean 0.131; pixels touched 0.191; pixels full 0.072.
    images = generate(2000, 3).floats()
    assert images.mean() == pytest.approx(0.131, abs=0.012)
    assert (images > 0).mean() == pytest.approx(0.191, abs=0.02)
    assert (images > 250 / 255).mean() == pytest.approx(0.072, abs=0.012)


def test_hands_differ_in_width_and_slant():
    images = generate(800, 4, labels=[1] * 800).floats()[:, 0]
    ink = images.sum((1, 2))
    assert np.percentile(ink, 95) > 2 * np.percentile(ink, 5)
    y, x = np.mgrid[:28, :28] - 14.0
    slant = -(images * x * y).sum((1, 2)) / (images * y * y).sum((1, 2))
    assert slant.std() > 0.12
    assert (slant > 0).mean() > 0.6  # most people lean to the right


def test_every_digit_has_several_ways_and_all_are_met():
    names = {label: {glyph.name for glyph in ways} for label, ways in enumerate(BY_LABEL)}
    assert all(len(ways) >= 4 for ways in names.values())
    assert {"open", "closed"} <= names[4]
    assert {"plain", "crossed"} <= names[7]
    assert {"bar", "with a flag", "with a foot", "with flag and foot"} <= names[1]
    assert {"plain", "looped"} <= names[2]
    assert {"straight tail", "curved tail"} <= names[9]
    assert {"detached bar", "one stroke"} <= names[5]


def test_ways_that_are_common_in_europe_can_be_asked_for():
    names = {label: {one.name for one in EUROPEAN if one.label == label} for label in range(10)}
    assert all(names.values())
    assert {"with a long flag", "with a flag to the base", "with flag and foot"} <= names[1]
    assert {"open, short stem", "closed"} <= names[4]
    assert {"crossed", "crossed and hooked"} <= names[7]
    assert {"upright tail", "curled tail"} <= names[9]
    assert "slashed" in names[0]
    data = generate(30, 5, way=way(1, "with flag and foot"))
    assert data.labels.tolist() == [1] * 30
    # A foot: the lowest rows of ink are wide. A bar has none.
    feet, bars = (
        generate(200, 5, way=way(1, name)).floats()[:, 0] for name in ("with a foot", "bar")
    )
    low = slice(20, 24)
    wide = [(images[:, low] > 0.5).any(1).sum(1).mean() for images in (feet, bars)]
    assert wide[0] > 2 * wide[1]


@pytest.mark.parametrize("name", ["with a flag", "with a bent flag", "with a long flag"])
def test_the_flag_of_a_1_is_steep(name):
    """Or it would be a 7: the flag rises by more than it reaches to the left of an upright stem."""
    for form in way(1, name).points:
        top = form[:, 1].argmin()
        across, down = np.abs(form[0] - form[top])
        assert down > 1.2 * across
        assert across < 0.45
        assert abs(form[-1, 0] - form[top, 0]) < 0.05


@pytest.mark.parametrize("name", ["plain", "curved", "hooked"])
def test_the_top_of_a_7_without_a_bar_is_wide_and_nearly_level(name):
    """Or it would be a 1 with a flag."""
    for form in way(7, name).points:
        corner = form[:, 0].argmax()
        upper = form[: corner + 1]
        assert np.ptp(upper[:, 0]) > 0.6
        assert abs(form[corner, 1] - upper[1, 1]) < 0.09


def test_a_scan_is_coarse_and_digits_are_drawn_out_in_it():
    plain = replace(SCANS, fill=0.0)
    ones = [1] * 300

    def wide(style):
        inked = generate(300, 6, labels=ones, style=style).floats()[:, 0] > 0.5
        return np.median(inked.any(1).sum(1))

    assert wide(SCANS) > wide(plain) + 1
    # Black and white dots, enlarged by a fixed factor: few greys.
    levels = len(np.unique(generate(50, 2, style=SCANS).images))
    assert levels < len(np.unique(generate(50, 2, style=PAD).images)) / 2


@pytest.mark.parametrize("glyph", GLYPHS, ids=lambda glyph: f"{glyph.label} {glyph.name}")
def test_the_path_of_a_glyph_goes_through_its_points(glyph):
    smooth, straight = glyph.curves
    assert len(glyph.segments) == SEGMENTS
    assert np.allclose(smooth.sum(1), 1, atol=1e-5)
    assert np.allclose(straight.sum(1), 1, atol=1e-5)
    for form in glyph.points:
        for matrix in (smooth, straight):
            path = matrix @ form
            away = np.linalg.norm(form[:, None] - path[None], axis=2).min(1)
            assert away.max() < 1e-4
    assert len(glyph.starts) == glyph.forms[0].count("|") + 1


def test_a_curve_turns_sharply_only_at_corners():
    points = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)

    def sharpest(corners):
        smooth, _ = curve_matrix(corners, [40, 40, 40])
        steps = np.diff(smooth @ points, axis=0)
        steps /= np.linalg.norm(steps, axis=1)[:, None]
        return np.arccos(np.clip((steps[1:] * steps[:-1]).sum(1), -1, 1)).max()

    assert sharpest([False] * 4) < 0.25
    assert sharpest([False, True, False, False]) > 0.8


def test_strokes_lie_on_the_pad_and_give_the_digit_back():
    for label in range(10):
        strokes = generate_strokes(label, seed=5)
        points = np.concatenate(strokes)
        assert points.min() >= 0.1
        assert points.max() <= 0.9
        assert np.ptp(points, axis=0).max() == pytest.approx(0.7, abs=1e-4)
    assert len(generate_strokes(1, seed=5)) <= 2


def test_example_drawings_are_fixed_and_drawable():
    assert len(example_drawings()) >= 13
    for drawing in example_drawings():
        ink = draw(drawing.strokes)
        assert 0.02 < ink.mean() < 0.3
        assert not fit_digit(ink).empty
        points = np.concatenate(drawing.strokes)
        assert 0 < points.min() <= points.max() < 1
    for label in range(10):
        first, again = strokes_of_digit(label), strokes_of_digit(label)
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_line_is_drawn_exactly():
    ink = rasterise(np.array([[[5, 10, 25, 10]]]), np.array([[2.0]]), 30)[0]
    assert np.allclose(ink[8:12, 6:24], 1)
    assert not ink[:7].any()
    assert not ink[13:].any()
    assert ink.sum() == pytest.approx(20 * 4 + np.pi * 4, rel=0.02)


def test_a_dot_is_round():
    ink = draw([np.array([[0.5, 0.5]])], size=64, width=20)
    assert ink.sum() == pytest.approx(np.pi * 100, rel=0.01)
    assert np.allclose(ink, ink.T, atol=1e-6)
    assert np.allclose(ink, np.rot90(ink), atol=1e-4)


def test_ink_does_not_depend_on_where_a_line_is_cut():
    whole = draw([np.array([[0.2, 0.2], [0.8, 0.6]])])
    cut = draw([np.array([[0.2, 0.2], [0.5, 0.4], [0.8, 0.6]])])
    lifted = draw([np.array([[0.2, 0.2], [0.5, 0.4]]), np.array([[0.5, 0.4], [0.8, 0.6]])])
    assert np.allclose(whole, cut, atol=1e-4)
    assert np.allclose(whole, lifted, atol=1e-4)


def test_nothing_drawn_is_no_ink():
    assert not draw([]).any()
    assert not draw([np.zeros((0, 2))]).any()


def test_drawn_digits_and_pad_drawings_agree():
    """The generator draws at 28×28 at once; a pad draws at 112×112 and is fitted: the same."""
    line = np.array([[0.3, 0.15], [0.6, 0.4], [0.35, 0.85]])
    fitted = fit_digit(draw([line], size=448, width=32)).boxed
    room = 20 - 20 * 32 / (0.7 * 448 + 32)
    points = (line - [0.45, 0.5]) * room / 0.7 + 14
    segments = np.concatenate([points[:-1], points[1:]], 1)[None]
    direct = rasterise(segments, np.full((1, 2), (20 - room) / 2), 28)[0]
    assert np.abs(fitted - direct).mean() < 0.01


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="count: got -1, need a whole number ≥ 0"):
        generate(-1)
    with pytest.raises(ValueError, match=r"labels: got shape \(.*\), need 3 digits"):
        generate(3, labels=[1, 2])
    with pytest.raises(ValueError, match="labels: got 1 to 10, need digits 0 to 9"):
        generate(2, labels=[1, 10])
    with pytest.raises(ValueError, match="labels: got labels and a way, need one of them"):
        generate(1, labels=[1], way=way(1, "bar"))
    with pytest.raises(
        ValueError, match=r"name: got 'barred', need one of the ways of writing 7: plain"
    ):
        way(7, "barred")
    with pytest.raises(ValueError, match="label: got 10, need a digit 0 to 9"):
        generate_strokes(10)


def test_thousands_a_second():
    generate(64)
    spent = []
    for seed in range(5):
        started = time.thread_time()  # others on the machine do not count
        generate(300, seed)
        spent.append(time.thread_time() - started)
    # Alone on one core it makes 8,000 to 9,000.
    assert 300 / min(spent) > 2000
