import gzip
import hashlib
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.datasets import (
    DIGITS,
    FASHION,
    MNIST,
    Dataset,
    Source,
    download,
    load_fashion,
    load_mnist,
    noisy,
    split,
)
from cnn.download import DownloadError, fetch
from cnn.handwriting import generate
from cnn.idx import read_idx, write_idx
from cnn.shapes import CLASSES, shapes

ROOT = Path(__file__).parents[2]


def mnist_at_hand():
    """The folder with MNIST's training set, or None: CONVSCOPE_MNIST, or shared/data beside us."""
    for folder in (os.environ.get("CONVSCOPE_MNIST"), ROOT / ".." / "shared" / "data" / "mnist"):
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
    with pytest.raises(ValueError, match=r"array must be of a type that IDX has .* not int64"):
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
    with pytest.raises(ValueError, match=r"do not fit: shapes \(3, 28, 28\) and \(2,\)"):
        load_mnist(tmp_path)
    with pytest.raises(ValueError, match='part must be "train" or "test", not \'dev\''):
        load_mnist(tmp_path, "dev")
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array([1, 2, 10], np.uint8))
    with pytest.raises(ValueError, match="labels must be 0 to 9, not 1 to 10"):
        load_mnist(tmp_path)


def test_a_dataset_refuses_arrays_that_do_not_fit():
    images, labels = np.zeros((3, 1, 4, 4), np.uint8), np.zeros(3, np.int64)
    with pytest.raises(ValueError, match=r"images must be \(N, C, H, W\) uint8"):
        Dataset(images.astype(float), labels, ("a",))
    with pytest.raises(ValueError, match="labels must be 3 integers"):
        Dataset(images, labels[:2], ("a",))
    with pytest.raises(ValueError, match="labels must be 0 to 0, not 0 to 1"):
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
    with pytest.raises(ValueError, match=r"validation must be a share between 0 and 1, not 1\.5"):
        split(data, 1.5)
    with pytest.raises(ValueError, match="pixels must be 0 or more, not -1"):
        noisy(data, pixels=-1)
    with pytest.raises(ValueError, match="labels must be a share between 0 and 1, not 2"):
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
        ({"count": -1}, "count must be 0 or more"),
        ({"count": 1, "size": 4}, "size must be 8 pixels or more"),
        ({"count": 1, "kinds": 9}, "kinds must be 2 to 8"),
    ):
        with pytest.raises(ValueError, match=message):
            shapes(**arguments)


# Downloading -----------------------------------------------------------------------------------


class Server:
    """A web server on this machine that can be told to misbehave."""

    def __init__(self):
        self.files = {}
        self.ranges = True
        self.break_after = None  # bytes of the next answer, then the line is cut
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Range")))
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, handler):
        content = self.files.get(handler.path.lstrip("/"))
        if content is None:
            handler.send_error(404)
            return
        start, wanted = 0, handler.headers.get("Range")
        if wanted and self.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                handler.send_error(416)
                return
        body = content[start:]
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.break_after is not None:
            body, self.break_after = body[: self.break_after], None
        handler.wfile.write(body)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


CONTENT = np.random.default_rng(0).bytes(300_000)
SUM = hashlib.md5(CONTENT).hexdigest()


def test_a_file_arrives_with_progress(server, tmp_path):
    server.files["a.gz"] = CONTENT
    seen = []
    fetch([server.url + "a.gz"], tmp_path / "new" / "a.gz", SUM, seen.append)
    assert (tmp_path / "new" / "a.gz").read_bytes() == CONTENT
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.gz"]
    assert [state.done for state in seen] == sorted(state.done for state in seen)
    assert seen[-1].done == seen[-1].total == len(CONTENT)
    assert len(seen) > 2


def test_what_is_there_is_not_fetched_again(server, tmp_path):
    (tmp_path / "a.gz").write_bytes(CONTENT)
    fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert server.asked == []


def test_a_broken_download_continues_where_it_stopped(server, tmp_path):
    server.files["a.gz"] = CONTENT
    server.break_after = 100_000
    with pytest.raises(DownloadError, match=r"stopped"):
        fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert not (tmp_path / "a.gz").exists()
    kept = (tmp_path / "a.gz.part").stat().st_size
    assert kept > 0
    fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert server.asked[-1] == ("/a.gz", f"bytes={kept}-")
    assert (tmp_path / "a.gz").read_bytes() == CONTENT


def test_it_continues_from_another_place_in_the_same_call(server, tmp_path):
    server.files["one/a"] = server.files["two/a"] = CONTENT
    server.break_after = 70_000
    fetch([server.url + "one/a", server.url + "two/a"], tmp_path / "a", SUM)
    assert [path for path, _ in server.asked] == ["/one/a", "/two/a"]
    assert server.asked[1][1] is not None
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_server_that_cannot_continue_starts_again(server, tmp_path):
    server.files["a"], server.ranges = CONTENT, False
    (tmp_path / "a.part").write_bytes(CONTENT[:1000])
    fetch([server.url + "a"], tmp_path / "a", SUM)
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("before", [b"something else", CONTENT, CONTENT + b"more"])
def test_whatever_was_left_from_before_the_file_is_right_in_the_end(server, tmp_path, before):
    server.files["a"] = CONTENT
    (tmp_path / "a.part").write_bytes(before)
    fetch([server.url + "a"], tmp_path / "a", SUM)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert not (tmp_path / "a.part").exists()


def test_another_file_under_the_name_is_not_taken(server, tmp_path):
    server.files["a"] = b"<html>Please log in to the hotel's network</html>"
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 sent another file under the name a\."):
        fetch([server.url + "a"], tmp_path / "a", SUM)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_no_such_file_and_no_network_are_told_in_plain_sentences(server, tmp_path):
    with pytest.raises(DownloadError, match=r"does not have the file \(it answered 404 "):
        fetch([server.url + "a"], tmp_path / "a", SUM)
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(DownloadError, match=r"cannot be reached: there seems to be no network"):
        fetch([server.url + "a"], tmp_path / "a", SUM)


def test_a_whole_data_set_is_downloaded_and_loads(server, tmp_path):
    data = generate(40, 2)
    made = tmp_path / "made"
    made.mkdir()
    for stem in ("train", "t10k"):
        write_idx(made / f"{stem}-images-idx3-ubyte.gz", data.images[:, 0])
        write_idx(made / f"{stem}-labels-idx1-ubyte.gz", data.labels.astype(np.uint8))
    server.files = {path.name: path.read_bytes() for path in made.iterdir()}
    sums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    source = Source("small", DIGITS, (server.url,), sums)
    seen = set()
    download(source, tmp_path / "here", lambda state: seen.add(state.name))
    assert seen == set(sums)
    assert np.array_equal(load_mnist(tmp_path / "here").images, data.images)
    assert np.array_equal(load_mnist(tmp_path / "here", "test").labels, data.labels)


@pytest.mark.parametrize("source", [MNIST, FASHION])
def test_the_known_sources_are_whole(source):
    assert len(source.classes) == 10
    assert sorted(source.checksums) == [
        f"{stem}-{kind}-ubyte.gz"
        for stem in ("t10k", "train")
        for kind in ("images-idx3", "labels-idx1")
    ]
    assert all(re.fullmatch("[0-9a-f]{32}", total) for total in source.checksums.values())
    assert all(url.endswith("/") for url in source.urls)
