"""Labelled images: read, checked, divided, disturbed, drawn."""

import gzip
import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.data.datasets import DIGITS, Dataset, load_fashion, load_mnist, noisy, split
from cnn.data.handwriting import generate
from cnn.data.idx import read_idx, write_idx
from cnn.data.recipes import Recipe, load_recipe
from cnn.data.shapes import CLASSES, shapes

ROOT = Path(__file__).parents[2]


def mnist_at_hand():
    """The folder with MNIST's training set: $CONVSCOPE_MNIST or data/mnist; None without."""
    for folder in (os.environ.get("CONVSCOPE_MNIST"), ROOT / "data" / "mnist"):
        if folder and (Path(folder) / "train-images-idx3-ubyte.gz").is_file():
            return Path(folder)
    return None


@pytest.fixture
def mnist_folder(tmp_path):
    """MNIST itself where it is at hand, otherwise a few stroke-made digits in its format."""
    folder = mnist_at_hand()
    if folder is not None:
        return folder
    data = generate(600, 1)
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", data.images[:, 0])
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", data.labels.astype(np.uint8))
    return tmp_path


# IDX -------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    shape=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    dtype=st.sampled_from(["u1", "i1", "i2", "i4", "f4", "f8"]),
    name=st.sampled_from(["a.gz", "a"]),
)
def test_what_is_written_is_read(tmp_path_factory, shape, dtype, name):
    path = tmp_path_factory.mktemp("idx") / name
    array = (np.random.default_rng(0).normal(size=shape) * 100).astype(dtype)
    write_idx(path, array)
    got = read_idx(path)
    assert got.dtype == array.dtype
    assert np.array_equal(got, array)
    assert got.dtype.isnative
    got[...] = 0  # it is the caller's own


def test_the_header_is_the_one_of_the_format(tmp_path):
    write_idx(tmp_path / "x", np.arange(6, dtype=np.int16).reshape(2, 3))
    assert (tmp_path / "x").read_bytes() == bytes.fromhex(
        "00000b02 00000002 00000003 0000 0001 0002 0003 0004 0005"
    )


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 200), zipped=st.booleans())
def test_a_file_cut_short_is_damaged_wherever_it_was_cut(tmp_path_factory, cut, zipped):
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if zipped else "a")
    write_idx(path, np.random.default_rng(0).integers(0, 255, (8, 5, 5)).astype(np.uint8))
    content = path.read_bytes()
    path.write_bytes(content[: min(cut, len(content) - 1)])
    with pytest.raises(ValueError, match=r"a(\.gz)? is (damaged|no IDX file)"):
        read_idx(path)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 300), value=st.integers(0, 255), zipped=st.booleans())
def test_a_flipped_byte_gives_a_sentence_or_an_array_never_another_error(
    tmp_path_factory, place, value, zipped
):
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if zipped else "a")
    write_idx(path, np.random.default_rng(0).integers(0, 255, (10, 5, 5)).astype(np.uint8))
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    path.write_bytes(content)
    try:
        assert isinstance(read_idx(path), np.ndarray)
    except ValueError as error:
        assert "damaged" in str(error) or "no IDX file" in str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no IDX file: it starts with bytes none"),
        (b"<!DOCTYPE html>", "is no IDX file"),
        (b"\0\0\x08\x03\0\0\0\1", "it ends within its header"),
        (b"\0\0\x08\x01\xff\xff\xff\xff", "its header claims 4,294,967,295 bytes"),
        (b"\0\0\x08\x01\0\0\0\2a", "1 bytes of data instead of 2"),
        (b"\0\0\x08\x01\0\0\0\1ab", "more than the 1 bytes its header claims"),
    ],
)
def test_damage_is_told_in_words(tmp_path, content, message):
    for path, data in ((tmp_path / "x", content), (tmp_path / "x.gz", gzip.compress(content))):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=re.escape(message)):
            read_idx(path)


def test_types_that_the_format_lacks_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"array: got int64, need one of IDX's types: uint8"):
        write_idx(tmp_path / "x", np.arange(3))


# Loading ---------------------------------------------------------------------------------------


def test_mnist_is_loaded(mnist_folder):
    data = load_mnist(mnist_folder)
    assert data.images.shape[1:] == (1, 28, 28)
    assert data.images.dtype == np.uint8
    assert data.classes == DIGITS
    assert (data.counts() > len(data) / 20).all()
    assert data.floats(slice(0, 5)).max() <= 1


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("dot", [".", "-"])
def test_files_may_be_plain_or_zipped_and_named_either_way(tmp_path, dot, ending):
    images = np.zeros((3, 28, 28), np.uint8)
    write_idx(tmp_path / f"t10k-images{dot}idx3-ubyte{ending}", images)
    write_idx(tmp_path / f"t10k-labels{dot}idx1-ubyte{ending}", np.array([0, 9, 3], np.uint8))
    data = load_fashion(tmp_path, "test")
    assert data.labels.tolist() == [0, 9, 3]
    assert data.classes[9] == "Ankle boot"
    assert data.name == "Fashion-MNIST"


def test_missing_and_unfitting_files_are_told_in_words(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no train-images-idx3-ubyte"):
        load_mnist(tmp_path)
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((3, 28, 28), np.uint8))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match=r"labels: got shape \(2,\) beside images \(3, 28, 28\)"):
        load_mnist(tmp_path)
    with pytest.raises(ValueError, match="part: got 'dev', need one of train, test"):
        load_mnist(tmp_path, "dev")
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array([1, 2, 10], np.uint8))
    with pytest.raises(ValueError, match="labels: got 1 to 10, need 0 to 9"):
        load_mnist(tmp_path)


def test_a_dataset_refuses_arrays_that_do_not_fit():
    images, labels = np.zeros((3, 1, 4, 4), np.uint8), np.zeros(3, np.int64)
    with pytest.raises(ValueError, match=r"images: got .*, need \(N, C, H, W\) uint8"):
        Dataset(images.astype(float), labels, ("a",))
    with pytest.raises(ValueError, match=r"labels: got .*, need 3 integers"):
        Dataset(images, labels[:2], ("a",))
    with pytest.raises(ValueError, match="labels: got 0 to 1, need 0 to 0"):
        Dataset(images, np.array([0, 1, 0]), ("a",))


# Dividing and disturbing -----------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    share=st.floats(0, 1),
    count=st.integers(0, 90),
    classes=st.integers(1, 5),
    seed=st.integers(0, 9),
)
def test_a_split_loses_nothing_and_keeps_the_balance(share, count, classes, seed):
    labels = np.random.default_rng(seed).integers(0, classes, count)
    images = np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1)
    data = Dataset(images, labels, DIGITS[:classes])
    training, validation = split(data, share, seed)
    assert sorted([*training.images.flat, *validation.images.flat]) == list(range(count))
    assert (np.abs(validation.counts() - share * data.counts()) <= 1).all()
    if 0 < share < 1:
        two = data.counts() >= 2
        assert (training.counts()[two] > 0).all()
        assert (validation.counts()[two] > 0).all()
    again, _ = split(data, share, seed)
    assert np.array_equal(training.images, again.images)


def test_noise_on_pixels_has_the_size_asked_for_and_leaves_the_original():
    data = Dataset(np.full((50, 1, 28, 28), 128, np.uint8), np.zeros(50, np.int64), ("a",))
    disturbed = noisy(data, pixels=0.1, seed=1)
    assert disturbed.images.std() / 255 == pytest.approx(0.1, rel=0.05)
    assert (data.images == 128).all()
    assert np.array_equal(disturbed.images, noisy(data, pixels=0.1, seed=1).images)
    assert not np.array_equal(disturbed.images, noisy(data, pixels=0.1, seed=2).images)


def test_noise_on_labels_changes_the_share_asked_for():
    data = generate(500, 0)
    disturbed = noisy(data, labels=0.3, seed=4)
    assert (disturbed.labels != data.labels).sum() == 150
    assert disturbed.images is data.images
    assert np.unique(disturbed.labels).tolist() == list(range(10))


def test_wrong_shares_are_named():
    data = generate(10, 0)
    with pytest.raises(ValueError, match=r"validation: got 1\.5, need a number from 0 to 1"):
        split(data, 1.5)
    with pytest.raises(ValueError, match="pixels: got -1, need a finite number of 0 or more"):
        noisy(data, pixels=-1)
    with pytest.raises(ValueError, match="labels: got 2, need a number from 0 to 1"):
        noisy(data, labels=2)


# Shapes ----------------------------------------------------------------------------------------


def test_shapes_are_balanced_seeded_and_told_apart_by_their_direction():
    data = shapes(400, 3)
    assert data.counts().tolist() == [50] * 8
    assert data.classes == CLASSES
    assert np.array_equal(data.images, shapes(400, 3).images)
    images = data.floats()[:, 0]
    across = np.abs(np.diff(images, axis=2)).sum((1, 2))
    down = np.abs(np.diff(images, axis=1)).sum((1, 2))
    kind = data.labels
    assert (down[kind == 0] > 2 * across[kind == 0]).all()
    assert (across[kind == 1] > 2 * down[kind == 1]).all()
    slope = (images[:, 1:, :-1] * images[:, :-1, 1:]).sum((1, 2))
    fall = (images[:, 1:, 1:] * images[:, :-1, :-1]).sum((1, 2))
    assert (slope[kind == 2] > fall[kind == 2]).all()
    assert (slope[kind == 3] < fall[kind == 3]).all()


def test_shapes_of_other_sizes_and_fewer_kinds():
    data = shapes(9, size=16, kinds=4)
    assert data.images.shape == (9, 1, 16, 16)
    assert data.classes == CLASSES[:4]
    assert not data.images[:, 0, [0, -1]].any()
    for arguments, message in (
        ({"count": -1}, "count: got -1, need a whole number ≥ 0"),
        ({"count": 1, "size": 4}, "size: got 4, need 8 pixels or more"),
        ({"count": 1, "kinds": 9}, "kinds: got 9, need 2 to 8"),
    ):
        with pytest.raises(ValueError, match=message):
            shapes(**arguments)


def test_drawings_are_held_out_by_hand_where_the_recipe_says_which():
    images = np.arange(6, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    recipe = Recipe(
        "class", drawings=images.tobytes(), labels=(4, 7, 4, 7, 4, 9), held_out=(1, 4), count=3
    )
    parts = load_recipe(recipe)
    assert parts.validation.images[:, 0, 0, 0].tolist() == [1, 4]
    assert parts.train.images[:, 0, 0, 0].tolist() == [0, 2, 3, 5]
    assert parts.train.classes == parts.validation.classes == ("4", "7", "9")
    assert parts.validation.labels.tolist() == [1, 0]


@pytest.mark.parametrize("held", [(6,), (-1,), (0, 1, 2, 3, 4, 5)])
def test_what_cannot_be_held_out_is_named(held):
    drawings = bytes(6 * 784)
    with pytest.raises(ValueError, match="held_out"):
        load_recipe(Recipe("class", drawings=drawings, labels=(1, 2) * 3, held_out=held))
