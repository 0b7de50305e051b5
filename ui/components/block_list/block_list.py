"""The blocks of a network in a column: edit their numbers, move, remove and add them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui.browser_state import state_of
from ui.components.base import register

_MOUNT = register("block_list")

Block = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A number of a block."""

    name: str
    label: str
    lo: float
    hi: float
    step: float
    value: float


@dataclass(frozen=True)
class Line:
    """One block as it is shown.

    Attributes:
        title: Its kind, in words.
        shape: (C, H, W) or (F,) after it; empty where it does not fit.
        words: What it comes to.
        fields: Its numbers.
        problem: Why it does not fit, in a sentence; else empty.
        fixed: It can be neither moved nor removed (the input, the output).
    """

    title: str
    shape: tuple[int, ...]
    words: str
    fields: Sequence[Field] = ()
    problem: str = ""
    fixed: bool = False


def block_list(
    key: str,
    blocks: Sequence[Block],
    lines: Sequence[Line],
    *,
    fresh: Mapping[str, tuple[str, Block]],
    most: int,
    total: str,
    on_change: Callable[[list[Block]], None],
    fixed: bool = False,
    projector: bool = False,
) -> None:
    """Draw the column.

    Args:
        key: Streamlit key, unique on the page.
        blocks: What may be edited.
        lines: One for each block, one before them for the input, one after for the output.
        fresh: kind → (title, new block) of what may be added.
        most: Blocks there may be.
        total: What all of it comes to.
        on_change: Called before the next run with the blocks the browser sent, unchecked.
        fixed: Nothing can be changed.
        projector: Larger type.

    Raises:
        ValueError: there are not two lines more than blocks.
    """
    if len(lines) != len(blocks) + 2:
        raise ValueError(
            f"lines: got {len(lines)}, need {len(blocks) + 2} for {len(blocks)} blocks"
        )

    def changed() -> None:
        sent = state_of(key).get("blocks")
        if isinstance(sent, list) and not fixed:
            on_change(sent)

    data = {
        "blocks": list(blocks),
        "lines": [asdict(line) for line in lines],
        "fresh": {kind: {"title": title, "block": b} for kind, (title, b) in fresh.items()},
        "most": most,
        "total": total,
        "fixed": fixed,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_blocks_change=changed)
