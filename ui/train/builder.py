"""The network builder: blocks in a column, with what each comes to."""

from __future__ import annotations

import contextlib
from typing import Any

from cnn.arrays import Shape
from cnn.data.datasets import Split
from cnn.nets.container import Row
from cnn.nets.spec import Block, Outline, Spec, SpecError, outline
from ui import browser_state, codecs, lesson, link, networks
from ui.components.block_list.block_list import Field, Line, block_list
from ui.networks import KIND_TITLES, PRESETS, SETTINGS, checked
from ui.train import unbuilding

NAME = "tr_net"
CODEC = codecs.packed(checked)


def blocks_of(preset: str) -> Spec:
    """The blocks in force: those of the preset, or what the student made of them."""
    owner, blocks = link.get(NAME, ("", []), CODEC, label="Blocks of the network")
    return blocks if owner == preset else [dict(b) for b in PRESETS[preset].blocks]


def take_preset() -> None:
    """Callback of the preset's control: its blocks, its head, its settings."""
    preset = PRESETS[browser_state.value("tr_preset")]
    link.assign(tr_head=preset.head, **preset.settings)
    link.put(NAME, ("", []), CODEC)


def build(preset: str, blocks: Spec) -> None:
    """In a callback: these blocks, under the name of a preset."""
    own = blocks != PRESETS[preset].blocks
    link.put(NAME, (preset, blocks) if own else ("", []), CODEC)


def fitting(preset: str, head: str, data: Split, batch_size: int) -> Spec | str:
    """The whole network, or a sentence that says what does not fit, or is too much, and why."""
    classes = len(data.train.classes)
    if head == "single" and classes != 2:
        return (
            f"One unit tells two classes apart, but the data have {classes}. Choose *Two (0 and "
            "1)* under “More about the data”, or another end under “More about the view”."
        )
    blocks = blocks_of(preset)
    full = unbuilding.whole(blocks, head, data.train.shape, classes)
    found = outline(full, data.train.shape)
    if found.error is None:
        return networks.too_large(found.rows, batch_size) or full
    at = found.error.block
    where = f"Block {at + 1}, {_title(blocks[at])}" if at < len(blocks) else "The output"
    return f"This network does not fit its input. {where}: {_cause(found)}"


def builder(preset: str, head: str, input_shape: Shape, classes: int) -> None:
    """Draw the blocks: what each comes to, and what does not fit."""
    blocks = blocks_of(preset)
    found = outline(unbuilding.whole(blocks, head, input_shape, classes), input_shape)
    block_list(
        "tr_blocks",
        blocks,
        [
            Line("Input", input_shape, _shape(input_shape), fixed=True),
            *(_line(found, i, block) for i, block in enumerate(blocks)),
            _output(found, len(blocks), head),
        ],
        fresh={kind: (title, networks.fresh(kind)) for kind, title in KIND_TITLES.items()},
        most=networks.MOST_BLOCKS,
        total=_total(found),
        fixed=link.held(NAME),
        on_change=lambda sent: _take(preset, sent),
        projector=lesson.projector(),
    )


def _take(preset: str, sent: Any) -> None:
    """The browser's blocks; what is no network is not taken."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        link.put(NAME, checked((preset, sent)), CODEC)


def _line(found: Outline, i: int, block: Block) -> Line:
    rows = found.blocks[i] if i < len(found.blocks) else []
    wrong = found.error is not None and found.error.block == i
    return Line(
        _title(block),
        rows[-1].output_shape if rows else (),
        _words(rows),
        [
            Field(s.name, s.label, s.lo, s.hi, s.step, block[s.name])
            for s in SETTINGS.get(block["kind"], ())
        ],
        _cause(found) if wrong else "",
    )


def _output(found: Outline, count: int, head: str) -> Line:
    rows = [row for block in found.blocks[count:] for row in block]
    wrong = found.error is not None and found.error.block >= count
    return Line(
        f"Output: {networks.HEADS[head][0].lower()}{networks.HEADS[head][1:]}",
        rows[-1].output_shape if rows else (),
        _words(rows),
        problem=_cause(found) if wrong else "",
        fixed=True,
    )


def _total(found: Outline) -> str:
    if found.error is not None:
        return ""
    parameters = sum(row.parameters for row in found.rows)
    work = sum(row.multiply_adds for row in found.rows)
    return f"In all {parameters:,} parameters, {work:,} multiply–adds an image."


def _words(rows: list[Row]) -> str:
    if not rows:
        return ""
    parameters = sum(row.parameters for row in rows)
    work = sum(row.multiply_adds for row in rows)
    words = [f"→ {_shape(rows[-1].output_shape)}"]
    if parameters:
        words.append(f"{parameters:,} parameters")
    if work:
        words.append(f"{work:,} multiply–adds")
    return " · ".join(words)


def _title(block: Block) -> str:
    return KIND_TITLES[block["kind"]]


def _shape(shape: Shape) -> str:
    return " × ".join(str(n) for n in shape)


def _cause(found: Outline) -> str:
    """The sentence of the block that does not fit, without the prefix that says where."""
    assert found.error is not None
    cause: BaseException = found.error
    while isinstance(cause, SpecError) and cause.__cause__ is not None:
        cause = cause.__cause__  # a block inside of a block has a number of its own
    return str(cause)
