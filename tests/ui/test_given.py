"""A picture of one's own: whatever a student hands over is a picture or one sentence."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest


def bomb() -> bytes:
    """A PNG of a few bytes that claims 100,000 × 100,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1024, 300), "red").save(out, "JPEG")
    return out.getvalue()


SCRIPT = """
import streamlit as st
from ui import given
found = given.opened("xx", {data!r})
st.markdown("none" if found is None else f"picture {{found.size}}")
"""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bomb(), "far too many pixels|at most"),
        (b"", "The file is empty"),
        (b"%PDF-1.4 rubbish", "not a picture"),
        (photograph()[:200], "damaged|not a picture"),
    ],
    ids=["bomb", "empty", "pdf", "cut"],
)
def test_what_is_no_picture_is_one_sentence(data: bytes, says: str) -> None:
    at = AppTest.from_string(SCRIPT.format(data=data), default_timeout=60).run()
    assert not at.exception
    sentence, rest = (m.value for m in at.markdown)
    assert any(part in sentence for part in says.split("|")) and rest == "none"


def test_a_picture_is_made_smaller_and_opened_once() -> None:
    at = AppTest.from_string(SCRIPT.format(data=photograph()), default_timeout=60).run()
    assert at.markdown[0].value == "picture (150, 512)"
    assert at.session_state["_opened_xx"][1].notes
