"""A file of weights comes from anywhere: it runs nothing, takes no memory, and is told of."""

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnn import pretrained
from cnn.nets.storage import FileError, save
from cnn.pretrained.pickled import INSTRUCTIONS, Machine
from cnn.pretrained.safetensors import read_safetensors
from cnn.pretrained.torch_files import read_torch
from tests.cnn.pickles import (
    DICT,
    NUMBERS,
    ORDERED,
    REBUILD,
    Raw,
    named,
    older,
    pickled,
    storage,
    tensor,
    written,
    zipped,
)

FOLDER = Path(__file__).parents[1] / "fixtures" / "weights"
FORMS: dict[str, Callable[[bytes], bytes]] = {"zip": zipped, "older": older}


def bytes_of(content: bytes) -> np.ndarray:
    return np.frombuffer(content, np.uint8)


def refused(content: bytes, why: str, read: Callable[..., Any] = read_torch) -> None:
    """In one sentence."""
    with pytest.raises(FileError, match=why) as caught:
        read(bytes_of(content))
    sentence = str(caught.value)
    assert sentence.startswith("file: ") and "\n" not in sentence and len(sentence) < 300


def honest(content: bytes) -> None:
    """What the hostile files below differ from in one thing is read."""
    tensors = read_torch(bytes_of(content))
    assert np.array_equal(tensors["w"].read("w"), np.arange(6).reshape(2, 3))


@pytest.mark.parametrize("form", FORMS)
def test_the_files_made_here_are_read_as_long_as_they_are_honest(form: str) -> None:
    honest(FORMS[form](pickled({"w": tensor()})))


# --- code ---------------------------------------------------------------------------------------


class Runs:
    """What a pickle of it does when it is read: it makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_would_run_code_runs_none(form: str, protocol: int, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    table = pickle.dumps({"w": Runs(trap)}, protocol)
    why = "mkdir, which is no tensor; nothing of it was run" if protocol > 1 else "file: "
    refused(FORMS[form](table), why)
    assert not trap.exists()
    pickle.loads(table)  # so would Python's own machine
    assert trap.exists()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_but_tensors_can_be_named(form: str) -> None:
    for module, name in (
        ("builtins", "eval"),
        ("os", "system"),
        ("collections", "OrderedDict.fromkeys"),
        ("collections", "defaultdict"),
        ("torch._utils", "_rebuild_tensor"),
        ("torch.nn.modules.linear", "Linear"),
        ("torch", "DoubleStorage"),
        ("", ""),
        ("<b>*torch*</b>", "\x07" * 40),
    ):
        refused(FORMS[form](pickled({"w": named(module, name)})), "which is no tensor")
        on_stack = Raw(written(module) + written(name) + b"\x93")
        refused(FORMS[form](pickled({"w": on_stack})), "which is no tensor")


def test_a_whole_module_is_refused_by_its_name() -> None:
    refused((FOLDER / "whole_module.pth").read_bytes(), r"torch\.nn\.modules")


def test_instructions_that_a_tensor_does_not_need_do_not_exist() -> None:
    """Among them all that make objects: INST, OBJ, NEWOBJ, EXT, and persistent names as text."""
    for code in b"io\x81\x92\x82\x83\x84P\x96\x97\x98ISLFVdlpg0123":
        assert bytes([code]) not in INSTRUCTIONS
        refused(zipped(b"\x80\x02" + bytes([code]) + b"."), "needs no instruction")


@pytest.mark.parametrize(
    "wrong",
    [
        Raw(ORDERED + written(([("a", 1)],)) + b"R"),  # OrderedDict of pairs
        Raw(named("torch", "FloatStorage") + written((3,)) + b"R"),  # a storage is no function
        Raw(b"K\x01" + written((3,)) + b"R"),  # neither is a number
        Raw(REBUILD + written((1, 0, (2,), (1,), False, None)) + b"R"),  # no storage
        Raw(REBUILD + written((storage(), 0)) + b"R"),  # too few
        Raw(REBUILD + b"K\x01R"),  # no tuple
        Raw(named("torch._utils", "_rebuild_parameter") + written((1, True, DICT)) + b"R"),
        Raw(tensor() + b"}b"),  # attributes of a tensor
        Raw(b"h\x07"),  # nothing was remembered there
        Raw(b"t"),  # no mark
        Raw(b"]K\x01K\x02s"),  # into a list
        Raw(b"}K\x01a"),  # onto a dict
        Raw(b"}(K\x01u"),  # a name without its value
        Raw(b"X\xff\xff\xff\xffabc"),  # a string longer than all
        Raw(b"X\x01\x00\x00\x00\xff"),  # no UTF-8
        Raw(written(("storage", "FloatStorage", "0", "cpu", 6)) + b"Q"),
        Raw(written(("storage", named("torch", "FloatStorage"), 0, "cpu", 6)) + b"Q"),
        Raw(written(("storage", named("torch", "FloatStorage"), "0", "cpu", True)) + b"Q"),
        Raw(written(("storage", ORDERED, "0", "cpu", 6)) + b"Q"),
        Raw(b"NQ"),
        storage("0", 6, "FloatStorage", ("view", 0, 6)),
        tensor(shape=[2, 3]),
        tensor(shape=(2, 3), strides=(1,)),
        tensor(shape=(-2, 3)),
        tensor(strides=(-3, 1)),
        tensor(offset=-1),
        tensor(offset=1),
        tensor(shape=(2, True)),
        tensor(shape=(2, 4)),
        tensor(shape=(1 << 40,), strides=(0,)),  # six numbers made into a million million
        tensor(shape=(1 << 62, 1 << 62, 4), strides=(0, 0, 0)),
        tensor(shape=(2, 3), strides=(1 << 40, 1)),
        tensor(shape=(1,) * 9, strides=(1,) * 9),
        tensor(memory=storage("1")),
        tensor(memory=storage(count=7)),
        tensor(memory=storage(count=1 << 50)),
        tensor(memory=storage(count=-1)),
        tensor(memory=storage(kind="HalfStorage")),
    ],
    ids=range(38),
)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_sound_tensor_is_refused(form: str, wrong: Raw) -> None:
    refused(FORMS[form](pickled({"w": wrong})), "file: ")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", [{"w": {"v": tensor()}}, {3: tensor()}, [tensor()]])
def test_what_is_no_table_of_tensors_is_refused(form: str, table: Any) -> None:
    refused(FORMS[form](pickled(table)), "is no tensor|no table")


@pytest.mark.parametrize("table", [{}, {"w": 1}, [], "w", None])
def test_a_table_without_tensors_is_refused(table: Any) -> None:
    refused(zipped(pickled(table)), "is no tensor|no table")
    refused(older(pickled(table), (), b""), "is no tensor|no table")


def test_a_name_twice_is_refused() -> None:
    twice = Raw(b"}(" + 2 * (written("w") + tensor()) + b"u")
    refused(zipped(pickled(twice)), "two tensors named w")


@pytest.mark.parametrize("form", FORMS)
def test_no_nesting_is_too_deep_and_no_pickle_too_long(form: str) -> None:
    deep = Raw(b")" + b"\x85" * 100_000)
    refused(FORMS[form](pickled({"w": deep})), "file: ")
    refused(FORMS[form](pickled(Raw(b"}" + deep + b"K\x01s"))), "a name is no string")
    endless = Raw(b"(" * 1_000_000)
    refused(FORMS[form](pickled({"w": endless})), "too long|breaks off")


def test_a_table_inside_of_itself_is_refused() -> None:
    refused(zipped(pickled(Raw(b"}q\x00X\x01\x00\x00\x00wh\x00s"))), "w is no tensor")


# --- damage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zip.pth", "older.pth", "table.safetensors"])
def test_a_file_cut_short_anywhere_is_refused(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    read = read_safetensors if name.endswith("safetensors") else read_torch
    for length in range(len(content)):
        with pytest.raises(FileError):
            read(bytes_of(content[:length]))


@pytest.mark.parametrize("name", ["zip.pth", "older.pth", "table.safetensors"])
def test_a_wrong_byte_is_refused_or_changes_a_number(name: str) -> None:
    content = bytearray((FOLDER / name).read_bytes())
    read = read_safetensors if name.endswith("safetensors") else read_torch
    for place in range(0, len(content), 3):
        content[place] ^= 0xFF
        try:
            for key, value in read(bytes_of(bytes(content))).items():
                assert value.read(key).nbytes <= 8 * len(content)
        except FileError as error:
            assert str(error).startswith("file: ")
        content[place] ^= 0xFF


def test_numbers_that_are_none_are_refused_when_they_are_read() -> None:
    bad = np.array([1, np.nan, 2, 3, 4, 5], "<f4").tobytes()
    found = read_torch(bytes_of(zipped(pickled({"w": tensor()}), {"data/0": bad})))
    with pytest.raises(FileError, match="w holds NaN"):
        found["w"].read("w")


# --- the zip ------------------------------------------------------------------------------------


def test_a_packed_zip_is_not_unpacked() -> None:
    bomb = zipped(
        pickled({"w": tensor()}), {"data/0": bytes(50_000_000)}, compression=zipfile.ZIP_DEFLATED
    )
    assert len(bomb) < 100_000
    refused(bomb, "packed")


def test_a_zip_that_lies_about_its_parts_is_refused() -> None:
    whole = zipped(pickled({"w": tensor()}))
    listed = whole.index(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    second = whole.index(b"PK\x01\x02", listed + 1)

    def patched(at: int, content: bytes) -> bytes:
        return whole[:at] + content + whole[at + len(content) :]

    refused(patched(second + 42, struct.pack("<I", 0)), "two names|one place")  # where it begins
    refused(patched(second + 42, struct.pack("<I", 1 << 31)), "file: ")
    refused(patched(second + 20, struct.pack("<II", 1 << 31, 1 << 31)), "breaks off")  # its length
    refused(patched(second + 8, b"\x01"), "packed")  # a password
    refused(patched(end + 10, struct.pack("<H", 65_535)), "too long")  # how many there are
    refused(patched(end + 10, struct.pack("<H", 3)), "damaged")
    refused(patched(end + 12, struct.pack("<I", 1 << 31)), "too long")  # of the list
    refused(patched(end + 16, struct.pack("<I", 1 << 31)), "too long|damaged")  # where that begins


def test_a_zip_with_a_part_twice_or_two_tables_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, pytest.warns(UserWarning):
        for _ in range(2):
            archive.writestr("archive/data.pkl", pickled({"w": tensor()}))
    refused(stream.getvalue(), "a name twice")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        for folder in "ab":
            archive.writestr(f"{folder}/data.pkl", pickled({"w": tensor()}))
    refused(other.getvalue(), "none of PyTorch's")
    big_endian = zipped(pickled({"w": tensor()}), {"data/0": NUMBERS, "byteorder": b"big"})
    refused(big_endian, "the other way round")


def test_the_older_form_has_to_fit_its_own_lists() -> None:
    table, one = pickled({"w": tensor()}), struct.pack("<Q", 6) + NUMBERS
    refused(older(table, ()), "list of storages")
    refused(older(table, ("0", "1"), 2 * one), "list of storages")
    refused(older(table, ("0", "0"), 2 * one), "list of storages")
    refused(older(table, (0,)), "list of storages")
    refused(older(table, storages=one + b"x"), "1 bytes more")
    refused(older(table, storages=struct.pack("<Q", 1 << 60) + NUMBERS), "another length")
    refused(older(table, storages=one[:-1]), "breaks off")
    refused(older(table).replace(b"\x88", b"\x89", 1), "the other way round")
    refused(pickled(1) + older(table), "none of PyTorch's")
    refused(b"x" * 1000, "none of PyTorch's")


# --- safetensors --------------------------------------------------------------------------------


def safetensors(header: Any, numbers: bytes = NUMBERS, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + numbers


def entry(dtype: Any = "F32", shape: Any = (2, 3), span: Any = (0, 24)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": span}


def test_an_honest_header_is_read() -> None:
    content = safetensors({"__metadata__": {"format": "pt"}, "w": entry()})
    assert read_safetensors(bytes_of(content))["w"].read("w")[1, 2] == 5


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "0 bytes"),
        (b"\xff" * 8, "which it cannot be"),
        (safetensors({"w": entry()}, length=8_000_000_000), "8,000,000,000 bytes, which"),
        (safetensors({"w": entry()}, length=1000), "which it cannot be"),
        (safetensors(b"{" * 100_000), "no JSON"),
        (safetensors(b"[" * 1_000_000), "no JSON"),
        (safetensors(b"\xff\xfe"), "no JSON"),
        (safetensors([entry()]), "no table"),
        (safetensors({}, b""), "no tensors"),
        (safetensors(b'{"w": 1, "w": 2}'), "a name twice"),
        (safetensors({"w": 3}), "lacks its kind"),
        (safetensors({"w": {"dtype": "F32", "shape": [6]}}), "lacks its kind"),
        (safetensors({"w": entry("F64")}), "w holds F64, need one of"),
        (safetensors({"w": entry(["F32"])}), "need one of"),
        (safetensors({"w": entry(shape=[-2, -3])}), "shape of w is none"),
        (safetensors({"w": entry(shape=[2, 3.0])}), "shape of w is none"),
        (safetensors({"w": entry(shape=[True, 6])}), "shape of w is none"),
        (safetensors({"w": entry(shape="23")}), "shape of w is none"),
        (safetensors({"w": entry(shape=[1] * 9)}), "shape of w is none"),
        (safetensors({"w": entry(shape=[2, 4])}), "another length"),
        (safetensors({"w": entry(shape=[1 << 40, 1 << 40])}), "another length"),
        (safetensors({"w": entry("F16")}), "another length"),
        (safetensors({"w": entry(span=[0, 48], shape=[12])}), "outside"),
        (safetensors({"w": entry(span=[-24, 0])}), "outside"),
        (safetensors({"w": entry(span=[24, 0])}), "outside"),
        (safetensors({"w": entry(span=[0, 24.0])}), "outside"),
        (safetensors({"v": entry(), "w": entry()}), "lies on another"),
        (safetensors({"v": entry(span=[0, 16], shape=[4]), "w": entry(span=[8, 24], shape=[4])}),
         "lies on another"),
        (safetensors({"w": entry(span=[4, 24], shape=[5])}), "leaves a gap"),
        (safetensors({"w": entry(span=[0, 20], shape=[5])}), "4 bytes that belong to no tensor"),
    ],
    ids=range(30),
)  # fmt: skip
def test_a_header_that_lies_is_refused(content: bytes, why: str) -> None:
    refused(content, why, read_safetensors)


# --- memory -------------------------------------------------------------------------------------


def test_what_is_refused_takes_no_memory() -> None:
    tracemalloc.start()
    for content, read in (
        (zipped(pickled({"w": tensor(shape=(1 << 40,), strides=(0,))})), read_torch),
        (zipped(pickled({"w": tensor(memory=storage(count=1 << 40))})), read_torch),
        (older(pickled({"w": tensor(memory=storage(count=1 << 40))})), read_torch),
        (zipped(pickled({"w": Raw(b"(" * 1_000_000)})), read_torch),
        (safetensors({"w": entry()}, length=1 << 40), read_safetensors),
        (safetensors({"w": entry(shape=[1 << 20, 1 << 20])}), read_safetensors),
    ):
        refused(content, "file: ", read)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("form", [".pth", ".npz"])
def test_a_network_takes_no_more_memory_than_its_weights(form: str, tmp_path: Path) -> None:
    path = pretrained.package.lite0_file()
    read = pretrained.load(path)  # works out what is worked out once
    if form == ".npz":
        path = tmp_path / "own.npz"
        save(read.net, path)
    del read
    tracemalloc.start()
    network = pretrained.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    arrays = {**network.net.parameters(), **network.net.buffers()}
    own = sum(array.nbytes for array in arrays.values())
    assert own == pytest.approx(18.8e6, rel=0.02)
    assert peak < own + 8e6, "beside the weights one array, of 5 MB at most, and the tables"


def test_a_machine_reads_from_where_it_is_told_to() -> None:
    data = bytes_of(b"junk" + pickled({"a": (1, None, True)}) + b"rest")
    machine = Machine(data, 4)
    assert machine.run() == {"a": (1, None, True)}
    assert data[machine.at :].tobytes() == b"rest"
