"""Scene 8: build the network that sees furthest, for 10 M parameters and 1 G multiply–adds."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnn.architectures import ARCHITECTURES
from cnn.arrays import Shape
from cnn.nets.container import Row
from cnn.nets.spec import Block, Outline, Spec, outline
from ui import codecs, guess, lesson, link
from ui.components.block_list.block_list import Field, Line, block_list
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.famous.cell import next_field
from ui.famous.side import millions

INPUT: Shape = (3, 224, 224)
CLASSES = 1000
#: What may be spent.
PARAMETERS, MULTIPLY_ADDS = 10_000_000, 1_000_000_000
#: The last map has at least so many rows: fewer could not tell where something is.
LEAST_ROWS = 7
MOST_BLOCKS = 20
_NAME = "fn_blocks"

TITLES = {"conv": "Convolution and ReLU", "max_pool": "Max pool"}
#: The numbers of a block: (name, label, least, most, step). Padding keeps the size of the map.
SETTINGS = {
    "conv": (
        ("out_channels", "Filters", 96, 512, 8),
        ("kernel_size", "Kernel", 1, 11, 2),
        ("stride", "Stride", 1, 2, 1),
    ),
    "max_pool": (("kernel_size", "Window", 2, 3, 1), ("stride", "Stride", 1, 2, 1)),
}
FRESH: dict[str, Block] = {
    "conv": {"kind": "conv", "out_channels": 96, "kernel_size": 3, "stride": 1},
    "max_pool": {"kind": "max_pool", "kernel_size": 2, "stride": 2},
}


def conv(filters: int, kernel: int, stride: int = 1) -> Block:
    """A convolution as the list has it."""
    return {"kind": "conv", "out_channels": filters, "kernel_size": kernel, "stride": stride}


#: What a student begins with.
START: Spec = [
    conv(96, 7, 2),
    {"kind": "max_pool", "kernel_size": 2, "stride": 2},
    conv(96, 3),
    conv(128, 3, 2),
    conv(256, 3, 2),
    conv(512, 3, 2),
]


@dataclass(frozen=True)
class Bill:
    """What a network comes to.

    Attributes:
        parameters: Of the whole network, the dense layer at its end included.
        multiply_adds: Likewise.
        field: Rows that a cell of the last map sees.
        rows: Of the last map.
    """

    parameters: int
    multiply_adds: int
    field: int
    rows: int

    @property
    def problems(self) -> list[str]:
        """What does not keep the rules, a sentence each."""
        found = []
        if self.parameters > PARAMETERS:
            found.append(f"{self.parameters - PARAMETERS:,} parameters too many.")
        if self.multiply_adds > MULTIPLY_ADDS:
            found.append(f"{self.multiply_adds - MULTIPLY_ADDS:,} multiply–adds too many.")
        if self.rows < LEAST_ROWS:
            found.append(f"The last map has {self.rows} rows, and needs {LEAST_ROWS}.")
        return found


def whole(blocks: Spec) -> Spec:
    """The network of the blocks: same padding, a ReLU after each convolution, a mean, a class."""
    rows: Spec = []
    for block in blocks:
        kernel = block["kernel_size"]
        padding = kernel // 2 if block["kind"] == "conv" else kernel // 2 * (kernel % 2)
        rows.append({**block, "padding": padding})
        if block["kind"] == "conv":
            rows.append({"kind": "relu"})
    return [*rows, {"kind": "global_avg_pool"}, {"kind": "linear", "out_features": CLASSES}]


def checked(read: Any) -> Spec:
    """Blocks from a link or a browser; a ValueError, KeyError or TypeError if they are none."""
    if not isinstance(read, list) or not 1 <= len(read) <= MOST_BLOCKS:
        raise ValueError(f"blocks: need 1 to {MOST_BLOCKS}")
    return [_checked_block(block) for block in read]


def _checked_block(block: Any) -> Block:
    found: Block = {"kind": block["kind"]}
    for name, _, least, most, step in SETTINGS[block["kind"]]:
        value = block[name]
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{name} is no whole number")
        if not least <= value <= most or (value - least) % step:
            raise ValueError(f"{name} is out of range")
        found[name] = value
    return found


_CODEC = codecs.packed(checked)


def places(blocks: Spec) -> list[int]:
    """Where each block stands in the network of :func:`whole`."""
    at, found = 0, []
    for block in blocks:
        found.append(at)
        at += 2 if block["kind"] == "conv" else 1
    return found


def bill_of(blocks: Spec, found: Outline) -> Bill | None:
    """What the network comes to; None where it does not fit its input."""
    if found.error is not None:
        return None
    last = found.blocks[places(blocks)[-1]][-1]
    return Bill(
        sum(row.parameters for row in found.rows),
        sum(row.multiply_adds for row in found.rows),
        last.receptive_field[0],
        last.output_shape[1],
    )


def show() -> None:
    """The scene."""
    blocks = link.get(_NAME, START, _CODEC, label="Blocks of the network")
    found = outline(whole(blocks), INPUT)
    bill = bill_of(blocks, found)
    st.markdown(
        f"**Spend {millions(PARAMETERS)} parameters.** Build the network whose last cells see "
        f"furthest, with at most {PARAMETERS:,} parameters and {MULTIPLY_ADDS:,} multiply–adds for "
        f"a picture of {INPUT[1]} × {INPUT[2]}. The last map keeps at least {LEAST_ROWS} × "
        f"{LEAST_ROWS} cells, and every convolution has at least {SETTINGS['conv'][0][2]} filters."
    )
    stage, side = st.columns([3, 2], gap="large")
    with stage:
        editor(blocks, found)
    with side:
        score(bill)
    lesson.text(
        """
**What is cheap.** After a stride of 2 every layer widens the field by twice as much and does a
quarter of the work. Late layers look on small maps: many weights, little work. Two 3×3 kernels see
as far as one 5×5 and have 18 weights a pair of channels against 25, but they take two of your
blocks.

**What a large field is worth.** It says what a cell *can* see, not what it recognises: nobody has
trained this network. And most of what it hears comes from the middle of the square: see *What one
cell sees*.
"""
    )
    question = next_field(guess.deal("fn_g5"))
    guess.number("fn_g5", question.words, question.answer, question.explain, known=question.known)


def editor(blocks: Spec, found: Outline) -> None:
    """The blocks in a column."""
    starts = places(blocks)
    lines = [Line("Input", INPUT, _shape(INPUT), fixed=True)]
    for block, at in zip(blocks, starts, strict=True):
        lines.append(_line(block, at, found))
    tail = [row for rows in found.blocks[_end(blocks) :] for row in rows]
    head = f"Output: the mean of each map, a dense layer to {CLASSES:,} classes"
    lines.append(Line(head, (CLASSES,), _words(tail), fixed=True))
    block_list(
        "fn_block_list",
        blocks,
        lines,
        fresh={kind: (title, dict(FRESH[kind])) for kind, title in TITLES.items()},
        most=MOST_BLOCKS,
        total=f"{len(blocks)} of {MOST_BLOCKS} blocks",
        fixed=link.held(_NAME),
        on_change=_take,
        projector=lesson.projector(),
    )


def _end(blocks: Spec) -> int:
    return len(whole(blocks)) - 2


def _take(sent: Any) -> None:
    """The browser's blocks; what is no network is not taken."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        link.put(_NAME, checked(sent), _CODEC)


def _line(block: Block, at: int, found: Outline) -> Line:
    rows = found.blocks[at] if at < len(found.blocks) else []
    wrong = found.error is not None and found.error.block == at
    fields = [
        Field(name, label, least, most, step, block[name])
        for name, label, least, most, step in SETTINGS[block["kind"]]
    ]
    problem = str(found.error.__cause__ or found.error) if wrong and found.error else ""
    shape = rows[-1].output_shape if rows else ()
    return Line(TITLES[block["kind"]], shape, _words(rows), fields, problem)


def _words(rows: list[Row]) -> str:
    if not rows:
        return ""
    parameters, work = (
        sum(getattr(row, n) for row in rows) for n in ("parameters", "multiply_adds")
    )
    said = [f"→ {_shape(rows[-1].output_shape)}"]
    if parameters:
        said.append(f"{parameters:,} parameters")
    if work:
        said.append(f"{work:,} multiply–adds")
    if len(rows[-1].output_shape) == 3 and rows[-1].output_shape[1] > 1:
        said.append(f"sees {rows[-1].receptive_field[0]}")
    return " · ".join(said)


def _shape(shape: Shape) -> str:
    return " × ".join(str(n) for n in shape)


#: Networks whose fields stand beside the student's.
_BESIDE = {"vgg16": "pool5", "resnet50": "conv5_3", "inception_v4": "inception_c3"}


def score(bill: Bill | None) -> None:
    """What is spent, what for, and what others see."""
    if bill is None:
        st.markdown("This network does not fit its input: see the block that says why.")
        return
    for words, spent, most in (
        ("parameters", bill.parameters, PARAMETERS),
        ("multiply–adds", bill.multiply_adds, MULTIPLY_ADDS),
    ):
        st.progress(min(1.0, spent / most), text=f"{spent:,} of {most:,} {words}")
    if bill.problems:
        lesson.problem(" ".join(bill.problems), "Not yet")
    else:
        st.markdown(
            f"**A cell sees {bill.field:,} × {bill.field:,} pixels**, and all rules are kept."
        )
    log_bars("fn_fields", beside(bill), projector=lesson.projector())


def beside(bill: Bill) -> list[Bar]:
    """The student's field and those of famous networks, with what each takes."""
    found = [
        Bar(
            "Yours" if not bill.problems else "Yours, once it keeps the rules",
            bill.field,
            f"{bill.field:,} pixels, {millions(bill.parameters)} parameters",
            marked=True,
        )
    ]
    for slug, layer in _BESIDE.items():
        architecture = ARCHITECTURES[slug]
        row = next(row for row in architecture.summary() if row.name == layer)
        sees = row.receptive_field[0]
        words = f"{sees:,} pixels, {millions(architecture.parameters)} parameters"
        found.append(Bar(architecture.name, sees, words))
    return found
