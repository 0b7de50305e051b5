import io
import json
import os
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.layers.activations import LeakyReLU, ReLU
from cnn.layers.dense import Linear
from cnn.layers.layer import SameShape
from cnn.nets.network import Residual, Sequential
from cnn.nets.spec import build
from cnn.nets.storage import FileError, load, load_into, load_with_meta, read_meta, save, to_bytes

SPEC = [
    {"kind": "conv", "out_channels": 4, "kernel_size": 3, "name": "look"},
    {"kind": "batch_norm"},
    {"kind": "residual", "body": [{"kind": "conv", "out_channels": 4, "kernel_size": 1}]},
    {"kind": "branches", "bodies": [[], [{"kind": "gelu"}]]},
    {"kind": "dropout"},
    {"kind": "linear", "out_features": 3},
]
SHAPE = (2, 6, 6)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def net(rng):
    net = build(SPEC, SHAPE, rng=rng)
    net(rng.standard_normal((8, *SHAPE)))  # moves the running statistics
    net.eval()
    return net


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, *SHAPE)).astype(np.float32)


def test_same_outputs_after_a_round_trip(net, x, tmp_path):
    save(net, tmp_path / "net.npz", accuracy=0.97, classes=["a", "b"])
    other, meta = load_with_meta(tmp_path / "net.npz")
    assert np.array_equal(other(x), net(x)), "bit by bit"
    assert meta == {"accuracy": 0.97, "classes": ["a", "b"]} == read_meta(tmp_path / "net.npz")
    assert [name for name, _ in other.children()] == [name for name, _ in net.children()]
    assert other.input_shape == SHAPE and not other.training
    assert other.summary() == net.summary()
    assert isinstance(load(str(tmp_path / "net.npz")), Sequential)


def test_float64_and_streams(rng, x):
    net = build(SPEC, SHAPE, rng=rng, dtype=np.float64)
    net.eval()
    other = load(io.BytesIO(to_bytes(net)))
    assert other(x).dtype == np.float64 and np.array_equal(other(x), net(x))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_saved_loads_to_the_bit_in_its_own_precision(dtype):
    net = build(SPEC, SHAPE, rng=3, dtype=dtype)
    again = load(io.BytesIO(to_bytes(net))).state_dict()
    for path, array in net.state_dict().items():
        assert again[path].dtype == dtype and np.array_equal(again[path], array)


def test_settings_from_numpy_and_odd_names_come_back():
    net = Sequential(
        ("a/é b\\", Linear(2, 2)), ("header", LeakyReLU(np.float32(0.25))), ("file", ReLU())
    )
    again = load(io.BytesIO(to_bytes(net)))
    assert [name for name, _ in again.children()] == ["a/é b\\", "header", "file"]
    assert again["header"].negative_slope == 0.25


def nested(depth):
    net = Sequential(ReLU())
    for _ in range(depth):
        net = Sequential(net)
    return net


def test_networks_in_networks_are_saved_or_refused():
    load(io.BytesIO(to_bytes(nested(49))))
    with pytest.raises(ValueError, match="net: got networks nested too deeply"):
        to_bytes(nested(3000))
    spec = []
    for _ in range(900):
        spec = [{"kind": "sequence", "layers": spec}]
    with pytest.raises(ValueError, match="blocks nested too deeply"):
        build(spec)


def test_what_could_not_be_loaded_is_not_saved(net):
    steep = LeakyReLU()
    steep.negative_slope = np.inf
    for bad in (
        Sequential(Linear(3, 4, dtype=np.float16), Linear(4, 3)),
        Sequential(Linear(3, 4, dtype=np.longdouble)),
        Sequential(steep),
    ):
        with pytest.raises(ValueError, match="net: got"):
            to_bytes(bad)
    deep = []
    for _ in range(5000):
        deep = [deep]
    for meta in (float("nan"), deep, "x" * 2_000_000):
        with pytest.raises(ValueError, match="meta: got"):
            to_bytes(net, note=meta)
    with pytest.raises(ValueError, match="name: got"):
        Sequential(("a\0b", ReLU()))
    for value in (np.nan, np.inf):
        net["look"].params["weight"][0] = value
        with pytest.raises(ValueError, match=r"net: got NaN or infinite numbers in look\.weight"):
            to_bytes(net)


def test_load_into(net, x, tmp_path):
    save(net, tmp_path / "net.npz")
    other = build(SPEC, SHAPE, rng=1)
    other.eval()
    held = other.parameters()
    load_into(other, tmp_path / "net.npz")
    assert np.array_equal(other(x), net(x))
    assert all(held[path] is array for path, array in other.parameters().items())


def test_no_pickles_and_same_bytes_each_time(net):
    raw = to_bytes(net, note="é")
    assert raw == to_bytes(net, note="é")
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fu" for name in file.files)
        assert "look.weight" in file.files and "bn1.running_var" in file.files


def test_a_failed_save_leaves_the_old_file(net, x, tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    save(net, path, version="old")

    def full_disk(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    net["look"].params["weight"][:] = 0
    with pytest.raises(OSError, match="no space"):
        save(net, path, version="new")
    assert read_meta(path) == {"version": "old"}
    assert [file.name for file in tmp_path.iterdir()] == ["net.npz"], (
        "nothing half written is left about"
    )


def test_what_cannot_be_written_says_so(net, tmp_path):
    class Odd(SameShape):
        pass

    with pytest.raises(ValueError, match="layer: got a Odd, need one of a kind"):
        save(Sequential(Odd()), tmp_path / "net.npz")
    with pytest.raises(ValueError, match="body: got a Odd, need a Sequential"):
        save(Sequential(Residual(Odd())), tmp_path / "net.npz")
    with pytest.raises(ValueError, match="meta: got something JSON cannot hold"):
        save(net, tmp_path / "net.npz", when=object())
    assert not list(tmp_path.iterdir())


def npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def text(string):
    return np.frombuffer(string.encode(), np.uint8)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"\x93NUMPY" + b"\0" * 100,
        npz(a=np.ones(3)),
        npz(header=np.array([{}], dtype=object)),
        npz(header=np.ones(3)),
        npz(header=text("[1, 2")),
        npz(header=text("[]")),
        npz(header=text("{}")),
        npz(header=text('{"format": "convscope network"}')),
        npz(header=text("[" * 100_000)),
    ],
)
def test_foreign_files_give_one_clear_error(raw, tmp_path):
    path = tmp_path / "foreign.npz"
    path.write_bytes(raw)
    for read in (load, read_meta):
        with pytest.raises(FileError, match="file: "):
            read(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.npz")


def replaced(raw, name, data):
    """The zip with one member exchanged (None: left out)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            content = data if member == f"{name}.npy" else old.read(member)
            if content is not None:
                new.writestr(member, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        npy(np.zeros((4, 2, 3, 2), np.float32)),
        npy(np.zeros(10_000_000, np.float32)),  # a bomb: 40 MB out of 40 kB
        npy(np.array(["a"] * 8)),
        npy(np.zeros((4, 2, 3, 3), np.complex64)),
        npy(np.zeros((4, 2, 3, 3), np.longdouble)),
        npy(np.zeros((4, 2, 3, 3), int)),
        npy(np.full((4, 2, 3, 3), np.nan, np.float32)),
        npy(np.full((4, 2, 3, 3), -np.inf)),
        npy(np.full((4, 2, 3, 3), 1e300)),
        npy(np.full((4, 2, 3, 3), None)),
        npy(np.zeros((4, 2, 3, 3), np.float32)) + b"more",
        npy(np.zeros((4, 2, 3, 3), np.float32))[:-4],
        b"\x93NUMPY\1\0\2\0((",  # a header that breaks off
    ],
)
def test_a_wrong_array_gives_one_clear_error_and_changes_nothing(net, data):
    raw = replaced(to_bytes(net), "look.weight", data)
    before = net.state_dict()
    with pytest.raises(FileError, match="file: "):
        load(io.BytesIO(raw))
    with pytest.raises(FileError, match="file: "):
        load_into(net, io.BytesIO(raw))
    assert all(np.array_equal(before[path], array) for path, array in net.state_dict().items())


def test_a_variance_below_0_is_refused_where_it_is_read_and_no_answer_is_nan(net):
    name = next(path for path in net.buffers() if path.endswith("running_var"))
    wrong = np.full_like(net.buffers()[name], -1)
    with pytest.raises(FileError, match=f"file: {name} holds a negative variance"):
        load(io.BytesIO(replaced(to_bytes(net), name, npy(wrong))))


def test_a_table_out_of_proportion_is_refused_before_it_is_built(net):
    raw = to_bytes(net)
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        header = file.read("header.npy")
    grown = header.replace(b'"num_features": 4,', b'"num_features": 4000000000,')
    assert grown != header
    # The array's own header says how long it is.
    body = np.frombuffer(grown[128:], np.uint8)
    with pytest.raises(FileError, match="asks for more than the file has"):
        load(io.BytesIO(replaced(raw, "header", npy(body))))


def with_header(raw, **changes):
    """The file with some of its header's entries replaced."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        header = json.loads(np.load(io.BytesIO(file.read("header.npy"))).tobytes())
    return replaced(raw, "header", npy(text(json.dumps({**header, **changes}))))


@pytest.mark.parametrize(
    "changes",
    [
        {"input_shape": [2, -6, 6]},
        {"input_shape": [2, 10**9, 10**9]},
        {"input_shape": [2, 6.5, 6]},
        {"input_shape": [2, 60, 6]},
        {"input_shape": []},
        {"input_shape": "six"},
        {"dtype": "int8"},
        {"dtype": ["float32"]},
        {"spec": None},
        {"spec": [{"kind": "batch_norm", "num_features": 9000, "name": f"{i}"} for i in range(99)]},
        {"spec": [{"kind": "leaky_relu", "negative_slope": float("nan")}]},
        {"spec": [{"kind": "relu", "name": "a"}] * 2},
        {"spec": ""},
        {"spec": [{"kind": "residual", "body": [{"kind": "relu"}], "shortcut": ""}]},
        {"spec": [{"kind": "residual", "body": {}}]},
        {"version": True},
    ],
)  # fmt: skip
def test_a_header_out_of_reason_is_refused(net, changes):
    with pytest.raises(FileError, match="file: "):
        load(io.BytesIO(with_header(to_bytes(net), **changes)))


def test_a_table_nested_without_end_is_refused(net):
    table = '[{"kind":"sequence","layers":' * 3000 + "[]" + "}]" * 3000
    header = with_header(to_bytes(net), spec="HERE")
    with zipfile.ZipFile(io.BytesIO(header)) as file:
        words = np.load(io.BytesIO(file.read("header.npy"))).tobytes().decode()
    raw = replaced(header, "header", npy(text(words.replace('"HERE"', table))))
    with pytest.raises(FileError, match="nested too deeply"):
        load(io.BytesIO(raw))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["look.weight.npy", "look.weight", "header.npy", "more.npy"])
def test_an_array_too_many_is_refused(net, name):
    stream = io.BytesIO(to_bytes(net))
    with zipfile.ZipFile(stream, "a") as file:
        file.writestr(name, npy(np.zeros((4, 2, 3, 3), np.float32)))
    with pytest.raises(FileError, match="file: "):
        load(stream)


def test_a_file_that_unpacks_out_of_proportion_is_refused_in_little_memory(net):
    bomb = replaced(to_bytes(net), "header", b"\0" * 20_000_000)
    tracemalloc.start()
    with pytest.raises(FileError, match="would unpack to"):
        load(io.BytesIO(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_another_network_is_told_from_a_damaged_file(net, tmp_path):
    save(net, tmp_path / "net.npz")
    with pytest.raises(FileError, match="it holds another network"):
        load_into(build(SPEC[:1], SHAPE), tmp_path / "net.npz")
    with pytest.raises(FileError, match=r"another network \(state: got shape"):
        load_into(build([*SPEC[:-1], {"kind": "linear", "out_features": 4}], SHAPE),
                  tmp_path / "net.npz")  # fmt: skip


RAW = to_bytes(build(SPEC, SHAPE, rng=0))


@settings(max_examples=150, deadline=None)
@given(
    cut=st.none() | st.integers(0, len(RAW) - 1),
    bytes_=st.lists(
        st.tuples(
            # Half of the hits in the header and the zip's directory, where they hurt.
            st.integers(0, len(RAW) - 1) | st.integers(0, 1200) | st.integers(-1500, -1),
            st.integers(0, 255),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_damage_is_noticed_or_harmless(cut, bytes_):
    damaged = bytearray(RAW)
    for place, value in bytes_:
        damaged[place] = value
    try:
        state = load(io.BytesIO(bytes(damaged[:cut]))).state_dict()
    except FileError as error:
        assert str(error).startswith("file: ")
    else:
        expected = load(io.BytesIO(RAW)).state_dict()
        assert all(np.array_equal(expected[path], array) for path, array in state.items())


@pytest.mark.parametrize(
    "file", [None, 3, b"abc", [], "", object()], ids=lambda it: type(it).__name__
)
def test_what_is_no_file_is_told(file: object) -> None:
    with pytest.raises(FileError, match=r"file: got .* need a path or something open to write"):
        save(Sequential(Linear(2, 2)), file)  # type: ignore[arg-type]
    with pytest.raises(FileError, match=r"file: got .* need a path or something open to read"):
        load(file)  # type: ignore[arg-type]
