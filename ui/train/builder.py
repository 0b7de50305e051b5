"""The network builder: blocks in a column, with what each comes to."""

from __future__ import annotations

import streamlit as st

from cnn.container import Row
from cnn.layer import Shape
from cnn.spec import Block, Outline, Spec, outline
from cnn.training import Split
from ui import codecs, lesson, link
from ui.train import networks
from ui.train.networks import KIND_TITLES, PRESETS, SETTINGS, checked

NAME = "tr_net"
_CODEC = codecs.packed(checked)
_VERSION = "_builder_version"
#: Pixels for a block's name and what it comes to.
WORDS = 330


def blocks_of(preset: str) -> Spec:
    """The blocks in force: those of the preset, or what the student made of them."""
    owner, blocks = link.get(NAME, ("", []), _CODEC)
    return blocks if owner == preset else [dict(b) for b in PRESETS[preset].blocks]


def take_preset() -> None:
    """Callback of the preset's control: its blocks, its head, its settings."""
    preset = PRESETS[st.session_state["tr_preset"]]
    link.assign(tr_head=preset.head, **preset.settings)
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def fitting(preset: str, head: str, data: Split) -> Spec | None:
    """The whole network, or None where a block does not fit the data."""
    blocks = blocks_of(preset)
    full = [*blocks, *networks.head_blocks(head, len(data.train.classes))]
    return None if outline(full, data.train.shape).error is not None else full


def builder(preset: str, head: str, input_shape: Shape, classes: int) -> None:
    """Draw the blocks: what each comes to, and what does not fit."""
    blocks = blocks_of(preset)
    full = [*blocks, *networks.head_blocks(head, classes)]
    found = outline(full, input_shape)
    st.markdown(f"Input {_shape(input_shape)}")
    for i, block in enumerate(blocks):
        _draw_block(preset, blocks, i, block, found)
    _draw_head(head, blocks, found)
    _adder(preset, blocks)
    if found.error is not None:
        return
    rows = found.rows
    st.markdown(
        f"**In all** {sum(r.parameters for r in rows):,} parameters, "
        f"{sum(r.multiply_adds for r in rows):,} multiply–adds an image."
    )


def _draw_block(preset: str, blocks: Spec, i: int, block: Block, found: Outline) -> None:
    version = st.session_state.get(_VERSION, 0)
    with st.container(key=f"block_{i}", horizontal=True, vertical_alignment="bottom"):
        st.markdown(
            f"**{KIND_TITLES[block['kind']]}**  \n:small[{_summary(found, i)}]", width=WORDS
        )
        for setting in SETTINGS.get(block["kind"], ()):
            key = f"block_{version}_{i}_{setting.name}"
            whole = isinstance(setting.lo, int)
            kind: type = int if whole else float
            st.number_input(
                setting.label,
                kind(setting.lo),
                kind(setting.hi),
                kind(block[setting.name]),
                step=kind(setting.step),
                key=key,
                on_change=_changed,
                args=(preset, blocks, i, setting.name, key),
                width=96,
            )
        for label, help_, change in (
            ("↑", "Move up", _moved(blocks, i, i - 1)),
            ("↓", "Move down", _moved(blocks, i, i + 1)),
            ("×", "Remove", _without(blocks, i)),
        ):
            st.button(
                label,
                key=f"block_{version}_{i}_{help_}",
                help=help_,
                disabled=change is None,
                type="tertiary",
                on_click=_set,
                args=(preset, change),
            )
    if found.error is not None and found.error.block == i:
        lesson.problem(_cause(found))


def _draw_head(head: str, blocks: Spec, found: Outline) -> None:
    with st.container(key="block_head", horizontal=True, vertical_alignment="bottom"):
        rows = [row for block in found.blocks[len(blocks) :] for row in block]
        st.markdown(f"**Output**  \n:small[{_row_words(rows)}]", width=WORDS)
        st.markdown(networks.HEADS[head])
    if found.error is not None and found.error.block >= len(blocks):
        lesson.problem(_cause(found))


def _adder(preset: str, blocks: Spec) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Add a block",
            list(KIND_TITLES),
            format_func=KIND_TITLES.__getitem__,
            key="block_new",
            width=200,
        )
        full = len(blocks) >= networks.MOST_BLOCKS
        st.button(
            "Add",
            disabled=full,
            on_click=_set,
            args=(preset, [*blocks, networks.fresh(kind)]),
            help=f"At most {networks.MOST_BLOCKS} blocks." if full else None,
        )


def _changed(preset: str, blocks: Spec, i: int, name: str, key: str) -> None:
    changed = [dict(block) for block in blocks]
    changed[i][name] = st.session_state[key]
    link.put(NAME, (preset, changed), _CODEC)


def _set(preset: str, blocks: Spec | None) -> None:
    if blocks is not None:
        link.put(NAME, (preset, blocks), _CODEC)
        # New places for the numbers: their fields must not keep the old ones.
        st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def _moved(blocks: Spec, i: int, to: int) -> Spec | None:
    if not 0 <= to < len(blocks):
        return None
    moved = list(blocks)
    moved.insert(to, moved.pop(i))
    return moved


def _without(blocks: Spec, i: int) -> Spec:
    return [block for j, block in enumerate(blocks) if j != i]


def _summary(found: Outline, i: int) -> str:
    return _row_words(found.blocks[i]) if i < len(found.blocks) else ""


def _row_words(rows: list[Row]) -> str:
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


def _shape(shape: Shape) -> str:
    return " × ".join(str(n) for n in shape)


def _cause(found: Outline) -> str:
    """The sentence of the block that does not fit, without the prefix that says where."""
    assert found.error is not None
    return str(found.error.__cause__ or found.error)
