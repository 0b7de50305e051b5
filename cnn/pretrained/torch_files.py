"""PyTorch's files of weights, ``.pth`` and ``.pt``, without PyTorch: the zip and the older form.

Both hold a pickle that describes the tensors (:mod:`cnn.pretrained.pickled` reads it) and the bytes
of their storages, plain: in the newer form each as a file of a zip that is not packed, in the older
one after another behind five pickles.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from cnn.arrays import Array
from cnn.nets.storage import FileError
from cnn.pretrained.pickled import Machine, Rebuilt, Storage
from cnn.pretrained.tensors import KINDS, Tensor, shown
from cnn.pretrained.zips import Entries, entries

#: What the older form begins with, a number in a pickle of its own, and the version after it.
MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001
#: Where training scripts put the table of weights among other things.
WRAPPERS = ("state_dict", "model")

Memory = Callable[[Storage], Array]


def read_torch(data: Array) -> dict[str, Tensor]:
    """The tensors of a file by name.

    Args:
        data: Its bytes, (length,).

    Raises:
        FileError: it is none of PyTorch's, it is damaged, or holds something else than tensors.
    """
    return _from_zip(data) if data[:2].tobytes() == b"PK" else _from_older(data)


def _from_zip(data: Array) -> dict[str, Tensor]:
    files = entries(data)
    tables = [name for name in files if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(tables) != 1:
        raise FileError("file: it is a zip, but none of PyTorch's")
    folder = tables[0].removesuffix("data.pkl")
    order = files.get(f"{folder}byteorder")
    if order is not None and order.tobytes() != b"little":
        raise FileError("file: its numbers lie the other way round (big-endian)")
    machine = Machine(files[tables[0]])
    table = machine.run()
    return _tensors(table, lambda storage: _zipped(files, folder, storage))


def _zipped(files: Entries, folder: str, storage: Storage) -> Array:
    """The numbers of a storage in a file of the zip."""
    name = f"{folder}data/{storage.key}"
    if name not in files:
        raise FileError(f"file: it lacks storage {shown(storage.key)}")
    kind = KINDS[storage.kind]
    if files[name].nbytes != storage.count * kind.itemsize:
        raise FileError(f"file: storage {shown(storage.key)} has another length than it says")
    return files[name].view(kind)


def _from_older(data: Array) -> dict[str, Tensor]:
    values: list[Any] = []
    at, machine = 0, Machine(data)
    for step in range(5):
        machine = Machine(data, at)
        if step == 4:
            break
        values.append(_run(machine, first=step == 0))
        at = machine.at
        if values[: step + 1] != [MAGIC, VERSION][: step + 1] and step < 2:
            raise FileError(NO_TORCH)
        if step == 3:
            table, described = values[3], machine.storages
    if type(values[2]) is not dict or values[2].get("little_endian") is not True:
        raise FileError("file: its numbers lie the other way round (big-endian)")
    keys = machine.run()
    memory = _laid_out(data, machine.at, keys, described)
    return _tensors(table, lambda storage: memory[storage.key])


NO_TORCH = "file: it is none of PyTorch's, neither the zip nor the older form"


def _run(machine: Machine, first: bool) -> Any:
    """What a pickle holds; if the first is none, the file is another kind altogether."""
    try:
        return machine.run()
    except FileError as error:
        if first:
            raise FileError(NO_TORCH) from error
        raise


def _laid_out(data: Array, at: int, keys: Any, described: dict[str, Storage]) -> dict[str, Array]:
    """The numbers of each storage, in the order of ``keys`` from ``at`` on: count, then numbers."""
    named = type(keys) is list and all(type(key) is str for key in keys)
    if not named or len(set(keys)) < len(keys) or set(keys) != described.keys():
        raise FileError("file: its list of storages is another than its tensors'")
    memory = {}
    for key in keys:
        kind, count = KINDS[described[key].kind], described[key].count
        header, at = data[at : at + 8].tobytes(), at + 8
        if header != struct.pack("<Q", count):
            raise FileError(f"file: storage {shown(key)} has another length than it says")
        memory[key] = data[at : at + count * kind.itemsize]
        at += count * kind.itemsize
        if at > len(data):
            raise FileError(f"file: it breaks off in storage {shown(key)}")
        memory[key] = memory[key].view(kind)
    if at != len(data):
        raise FileError(f"file: it has {len(data) - at:,} bytes more than it says")
    return memory


def _tensors(table: Any, memory: Memory) -> dict[str, Tensor]:
    """The tensors of a table, or of the one inside it that training scripts write."""
    for wrapper in WRAPPERS:
        if type(table) is dict and type(table.get(wrapper)) is dict:
            table = table[wrapper]
            break
    if type(table) is not dict or not table:
        raise FileError("file: it holds no table of tensors")
    tensors = {}
    for name, value in table.items():
        if type(name) is not str or type(value) is not Rebuilt:
            raise FileError(f"file: {shown(str(name))} is no tensor")
        tensors[name] = value.within(memory(value.storage), name)
    return tensors
