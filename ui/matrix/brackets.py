"""Blocks within blocks: what brackets hold together, and which block is a channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ui.matrix.cells import Piece, Unreadable
from ui.matrix.dress import CHANNELS, CLOSE, OPEN
from ui.matrix.rows import rows_of

#: Deeper than a batch of channels of rows, and what a call or LaTeX puts around it.
DEEPEST = 6
_PAIRS = {"[": "]", "(": ")", "{": "}", OPEN: CLOSE, CHANNELS: ")"}
_MARK = re.compile(f"[\\[\\](){{}}{OPEN}{CLOSE}{CHANNELS}]")
_BETWEEN = re.compile(r"[\s,;&\\]*")


@dataclass
class Block:
    """What one pair of brackets holds; the whole text is a block without any.

    Attributes:
        bracket: The opening one; "" for the whole text.
        start: Of its content in the text.
        end: Past its content.
        inner: The blocks in it.
    """

    bracket: str
    start: int
    end: int = 0
    inner: list[Block] = field(default_factory=list)


def parsed(text: str) -> Block:
    """The blocks of the whole text.

    Raises:
        Unreadable: Brackets that do not match, or lie too deep.
    """
    whole = Block("", 0, len(text))
    path = [whole]
    for found in _MARK.finditer(text):
        mark, at = found[0], found.start()
        if mark in _PAIRS:
            if len(path) > DEEPEST:
                raise Unreadable(at, f"more than {DEEPEST} brackets lie within one another.")
            path.append(Block(mark, at + 1))
            path[-2].inner.append(path[-1])
        elif len(path) == 1 or _PAIRS[path[-1].bracket] != mark:
            raise Unreadable(at, f"{_named(mark)} closes nothing.")
        else:
            path.pop().end = at
    if len(path) > 1:
        raise Unreadable(path[-1].start - 1, f"{_named(path[-1].bracket)} is never closed.")
    return whole


def channels(text: str, whole: Block, filters: bool = False) -> list[list[Piece]]:
    """The rows of each channel.

    Args:
        text: What the blocks lie in.
        whole: As :func:`parsed` gives it; it has blocks in it.
        filters: Whether there may be several filters, each of several channels: all of their
            channels are given then, one filter after the other.

    Raises:
        Unreadable: Something stands between blocks, or they are nested unevenly.
    """
    block = whole
    while True:
        _check_between(text, block)
        if len(block.inner) > 1 or not block.inner[0].inner:
            break
        block = block.inner[0]
    if not any(one.inner for one in block.inner):
        return _of_leaves(text, block)
    found = []
    for one in _of_filters(text, block) if filters else block.inner:
        if not one.inner or any(row.inner for row in one.inner):
            raise Unreadable(one.start - 1, "the brackets do not lie within one another evenly.")
        _check_between(text, one)
        found.append([row for leaf in one.inner for row in _rows(text, leaf, wrapped=True)])
    return found


def _of_filters(text: str, block: Block) -> list[Block]:
    """The channels of all filters, where what the block holds are filters; else what it holds."""
    if not all(one.inner and all(two.inner for two in one.inner) for one in block.inner):
        return block.inner
    for one in block.inner:
        _check_between(text, one)
    return [channel for one in block.inner for channel in one.inner]


def _of_leaves(text: str, block: Block) -> list[list[Piece]]:
    """Blocks without blocks in them: the rows of one channel, or a channel each."""
    wrapped = block.bracket != ""
    each = [_rows(text, leaf, wrapped) for leaf in block.inner]
    alone = len(each) == 1
    if block.bracket == CHANNELS:
        return each
    if alone or any(leaf.bracket == OPEN for leaf in block.inner) or any(len(r) > 1 for r in each):
        return each
    return [[row for rows in each for row in rows]]


def _rows(text: str, leaf: Block, wrapped: bool) -> list[Piece]:
    piece = Piece(text[leaf.start : leaf.end], leaf.start)
    found = rows_of(piece, wrapped or leaf.bracket == OPEN)
    if not found:
        raise Unreadable(leaf.start - 1, "these brackets hold no number.")
    return found


def _check_between(text: str, block: Block) -> None:
    """Between blocks nothing stands but what parts them."""
    for start, end in _gaps(block):
        stray = _BETWEEN.match(text, start, end)
        if stray and stray.end() < end:
            word = text[stray.end() : end].split()[0]
            raise Unreadable(stray.end(), f"“{word[:12]}” stands outside the brackets.")


def _gaps(block: Block) -> Iterator[tuple[int, int]]:
    at = block.start
    for one in block.inner:
        yield at, one.start - 1
        at = one.end + 1
    yield at, block.end


def _named(mark: str) -> str:
    return {OPEN: "this \\begin", CLOSE: "this \\end", CHANNELS: "“cat(”"}.get(mark, f"“{mark}”")
