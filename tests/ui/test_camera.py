"""What a browser's camera sends is taken for what it is: anything, until it was looked at."""

from __future__ import annotations

import base64

import pytest

from ui.components.camera.camera import MOST_CHARS, Shot, read

JPEG = base64.b64encode(b"\xff\xd8 a picture").decode()


def test_a_picture_has_its_content_and_a_name_of_its_own() -> None:
    assert read({"sequence": 7, "jpeg": JPEG}) == Shot("7", b"\xff\xd8 a picture")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "rubbish",
        {},
        {"sequence": 1},
        {"sequence": True, "jpeg": JPEG},
        {"sequence": -1, "jpeg": JPEG},
        {"sequence": 10**400, "jpeg": JPEG},
        {"sequence": 1.5, "jpeg": JPEG},
        {"sequence": "../1", "jpeg": JPEG},
        {"sequence": 1, "jpeg": ["x"]},
        {"sequence": 1, "jpeg": "no base64!"},
        {"sequence": 1, "jpeg": "é\ud800"},
        {"sequence": 1, "jpeg": "A" * (MOST_CHARS + 4)},
    ],
)
def test_what_has_not_the_form_of_a_picture_is_none(sent: object) -> None:
    assert read(sent) is None
