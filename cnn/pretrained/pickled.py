"""A reader of pickles that can build tensors and nothing else.

PyTorch's files hold a pickle: a little program for a machine with a stack, whose instructions are
single bytes. Python's own machine lets it call any function of any module, which is how a file of
weights comes to run what its author likes. This one is another machine: it knows the thirty
instructions that a table of tensors needs, and of functions the two or three that make one, which
it does not call but has in mind. Everything else is refused in a sentence.

Nothing here calls itself, so no nesting is too deep for it; and everything that is built is bounded
by the length of the pickle, which is bounded itself.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnn.arrays import Array
from cnn.nets.storage import FileError
from cnn.pretrained.tensors import KINDS, Tensor, shown, tensor

#: Bytes of a pickle: that of Inception-v4 takes 0.1 MB.
LONGEST = 1_000_000
#: Instructions of a pickle: Inception-v4's takes some 30,000.
MOST_STEPS = 200_000
#: Letters of a module's name, or of what is in it.
LONGEST_LINE = 200

WRONG = "file: its table of tensors is damaged"


class Marker:
    """What a pickle may name, by a name of ours; it is never called."""

    def __init__(self, name: str) -> None:
        self.name = name


DICT, TENSOR, PARAMETER = Marker("dict"), Marker("tensor"), Marker("parameter")

#: Everything that a pickle may name.
GLOBALS: dict[tuple[str, str], Marker] = {
    ("collections", "OrderedDict"): DICT,
    ("torch._utils", "_rebuild_tensor_v2"): TENSOR,
    ("torch._utils", "_rebuild_parameter"): PARAMETER,
    ("torch", "FloatStorage"): Marker("F32"),
    ("torch", "HalfStorage"): Marker("F16"),
    ("torch", "BFloat16Storage"): Marker("BF16"),
    ("torch", "LongStorage"): Marker("I64"),
}


@dataclass
class Storage:
    """Memory that tensors lie in.

    Attributes:
        kind: One of :data:`cnn.pretrained.tensors.KINDS`.
        key: Its name in the file.
        count: Numbers in it, as the pickle says.
    """

    kind: str
    key: str
    count: int


@dataclass(frozen=True)
class Rebuilt:
    """A tensor as a pickle describes it."""

    storage: Storage
    offset: Any
    shape: Any
    strides: Any

    def within(self, memory: Array, name: str) -> Tensor:
        """The tensor, if it is in the ``memory`` (numbers,) of its storage; else a FileError."""
        if type(self.shape) is not tuple or type(self.strides) is not tuple:
            raise FileError(f"file: the shape of {shown(name)} is none")
        kind = self.storage.kind
        return tensor(name, kind, self.shape, memory, self.offset, self.strides)


_MARK = Marker("mark")


class Machine:
    """Runs one pickle that begins at ``at`` in ``data``.

    Attributes:
        at: Place of the next byte.
        storages: Those that were asked for, by key.
    """

    def __init__(self, data: Array, at: int = 0) -> None:
        self.data, self.at = data.data, at  # whose slices cost less than an array's
        self.end = min(len(data), at + LONGEST)
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.storages: dict[str, Storage] = {}

    def run(self) -> Any:
        """What the pickle holds: numbers, strings, lists, tuples, dicts and :class:`Rebuilt`.

        Raises:
            FileError: it holds, or asks for, something else; or it breaks off.
        """
        try:
            for _ in range(MOST_STEPS):
                code = self._take(1)
                if code == b".":
                    return self._pop()
                if code not in INSTRUCTIONS:
                    raise FileError(f"{WRONG}: a tensor needs no instruction 0x{code.hex()}")
                INSTRUCTIONS[code](self)
            raise FileError(f"{WRONG}: it is too long")
        except (IndexError, KeyError, TypeError, ValueError, struct.error) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(WRONG) from error

    def _take(self, count: int) -> bytes:
        """The next bytes."""
        first, self.at = self.at, self.at + count
        if self.at > self.end:
            cut = "it breaks off" if self.end == len(self.data) else "it is too long"
            raise FileError(f"{WRONG}: {cut}")
        return self.data[first : self.at].tobytes()

    def _number(self, form: str) -> Any:
        """The next number, in a form as struct has it."""
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _line(self) -> str:
        """The text up to the end of the line."""
        letters = bytearray()
        while (letter := self._take(1)) != b"\n":
            letters += letter
            if len(letters) > LONGEST_LINE:
                raise FileError(f"{WRONG}: a name is too long")
        return letters.decode()

    def _text(self, form: str) -> None:
        """A string whose length comes first."""
        self.stack.append(self._take(self._number(form)).decode())

    def _pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise FileError(WRONG)
        return value

    def _since_mark(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise FileError(WRONG)
        values = self.stack[place + 1 :]
        del self.stack[place:]
        return values

    def _tuple(self, count: int) -> None:
        values = [self._pop() for _ in range(count)][::-1]
        self.stack.append(tuple(values))

    def _set(self, values: list[Any]) -> None:
        """Keys and values into the dict under them."""
        into = self.stack[-1]
        if type(into) is not dict or len(values) % 2:
            raise FileError(WRONG)
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Only what is quick to compare: the hash of a tuple goes through all that is inside.
            if type(key) not in (str, int):
                raise FileError(f"{WRONG}: a name is no string")
            if key in into:
                raise FileError(f"file: it has two tensors named {shown(str(key))}")
            into[key] = value

    def _append(self, values: list[Any]) -> None:
        """Values into the list under them."""
        if type(self.stack[-1]) is not list:
            raise FileError(WRONG)
        self.stack[-1].extend(values)

    def _global(self, module: Any, name: Any) -> None:
        """Something by its name."""
        found = GLOBALS.get((module, name)) if type(module) is type(name) is str else None
        if found is None:
            raise FileError(
                f"file: it asks for {shown(f'{module}.{name}')}, which is no tensor; nothing of "
                f"it was run"
            )
        self.stack.append(found)

    def _reduce(self) -> None:
        """What a function would make of its arguments."""
        arguments, function = self._pop(), self._pop()
        if type(arguments) is not tuple:
            raise FileError(WRONG)
        if function is DICT and not arguments:
            self.stack.append({})
        elif function is TENSOR and 6 <= len(arguments) <= 7 and type(arguments[0]) is Storage:
            self.stack.append(Rebuilt(*arguments[:4]))
        elif function is PARAMETER and len(arguments) == 3 and type(arguments[0]) is Rebuilt:
            self.stack.append(arguments[0])
        else:
            raise FileError(f"{WRONG}: it makes something that is no tensor")

    def _build(self) -> None:
        """Attributes of a dict, which carry the versions of modules: not needed."""
        self._pop()
        if type(self.stack[-1]) is not dict:
            raise FileError(f"{WRONG}: it sets attributes of something that is no table")

    def _storage(self) -> None:
        """A storage by its description: ("storage", kind, key, device, count) and perhaps None."""
        given = self._pop()
        if type(given) is not tuple or len(given) not in (5, 6) or given[5:] not in ((), (None,)):
            raise FileError(WRONG)
        word, marker, key, _, count = given[:5]
        known = type(marker) is Marker and marker.name in KINDS
        sound = type(key) is str and type(count) is int and 0 <= count < 1 << 48
        if word != "storage" or not known or not sound:
            raise FileError(WRONG)
        storage = Storage(marker.name, key, count)
        if self.storages.setdefault(key, storage) != storage:
            raise FileError(f"{WRONG}: it describes storage {shown(key)} in two ways")
        self.stack.append(self.storages[key])


def _push(value: Any) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(value)


def _push_new(kind: Callable[[], Any]) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(kind())


def _push_number(form: str) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(machine._number(form))


def _push_long(machine: Machine) -> None:
    number = int.from_bytes(machine._take(machine._number("B")), "little", signed=True)
    machine.stack.append(number)


def _remember(form: str) -> Callable[[Machine], None]:
    def put(machine: Machine) -> None:
        machine.memo[machine._number(form)] = machine.stack[-1]

    return put


def _recall(form: str) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(machine.memo[machine._number(form)])


def _remember_next(machine: Machine) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _named(machine: Machine) -> None:
    module = machine._line()
    machine._global(module, machine._line())


def _named_on_stack(machine: Machine) -> None:
    name, module = machine._pop(), machine._pop()
    machine._global(module, name)


#: The instructions, under the names that Python's pickletools gives them.
INSTRUCTIONS: dict[bytes, Callable[[Machine], None]] = {
    b"\x80": lambda machine: machine._number("B"),  # PROTO
    b"\x95": lambda machine: machine._number("<Q"),  # FRAME
    b"(": _push(_MARK),  # MARK
    b"N": _push(None),  # NONE
    b"\x88": _push(True),  # NEWTRUE
    b"\x89": _push(False),  # NEWFALSE
    b")": _push(()),  # EMPTY_TUPLE
    b"}": _push_new(dict),  # EMPTY_DICT
    b"]": _push_new(list),  # EMPTY_LIST
    b"K": _push_number("<B"),  # BININT1
    b"M": _push_number("<H"),  # BININT2
    b"J": _push_number("<i"),  # BININT
    b"G": _push_number(">d"),  # BINFLOAT
    b"\x8a": _push_long,  # LONG1
    b"X": lambda machine: machine._text("<I"),  # BINUNICODE
    b"\x8c": lambda machine: machine._text("<B"),  # SHORT_BINUNICODE
    b"\x85": lambda machine: machine._tuple(1),  # TUPLE1
    b"\x86": lambda machine: machine._tuple(2),  # TUPLE2
    b"\x87": lambda machine: machine._tuple(3),  # TUPLE3
    b"t": lambda machine: machine.stack.append(tuple(machine._since_mark())),  # TUPLE
    b"s": lambda machine: machine._set([machine._pop(), machine._pop()][::-1]),  # SETITEM
    b"u": lambda machine: machine._set(machine._since_mark()),  # SETITEMS
    b"a": lambda machine: machine._append([machine._pop()]),  # APPEND
    b"e": lambda machine: machine._append(machine._since_mark()),  # APPENDS
    b"q": _remember("<B"),  # BINPUT
    b"r": _remember("<I"),  # LONG_BINPUT
    b"\x94": _remember_next,  # MEMOIZE
    b"h": _recall("<B"),  # BINGET
    b"j": _recall("<I"),  # LONG_BINGET
    b"c": _named,  # GLOBAL
    b"\x93": _named_on_stack,  # STACK_GLOBAL
    b"R": Machine._reduce,  # REDUCE
    b"b": Machine._build,  # BUILD
    b"Q": Machine._storage,  # BINPERSID
}
