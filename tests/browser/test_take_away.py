"""What a stage shows, saved as a picture by the browser: it looks as it looks on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import OpenPage, frames, settle
from ui import lessons

#: Address → what the component's own root is, and a part of it that the picture has to have.
STAGES = {
    "convolution?cv_in=binary&cv_k=cross": (".stage", ".maps"),
    "filters": (".lens", ".maps"),
    "draw?d_sel=conv2.3": (".network-view", ".scene"),
    "backpropagation": (".graph", ".board"),
    "activations": (".charts", ".panel"),
    "draw?d_more=map": (".dot-map", ".plane"),
    "why": (".root", ".bars"),
}
MARGIN = 16  # of the picture, in CSS pixels


@pytest.mark.parametrize("address", STAGES)
def test_a_picture_is_what_the_stage_shows(
    address: str, app_url: str, open_page: OpenPage, tmp_path: Path
) -> None:
    root, part = STAGES[address]
    page = open_page(f"{app_url}/{address}", theme="dark", reduced_motion=True)
    stage = page.locator(root).filter(has=page.get_by_role("button", name="Save picture")).first
    button = stage.get_by_role("button", name="Save picture")
    button.scroll_into_view_if_needed()
    frames(page)
    with page.expect_download() as waiting:
        button.click()
    name = waiting.value.suggested_filename
    lesson = lessons.by_slug(address.partition("?")[0])
    assert page.title() == lesson.title, "so its tab is told from the others"
    assert name == f"convscope-{lesson.title.lower().replace(' ', '-')}.png"
    saved = tmp_path / name
    waiting.value.save_as(saved)
    page.mouse.move(1, 1)
    inner = stage.locator(part).first
    shown = tmp_path / "shown.png"
    inner.screenshot(path=shown)
    box: Any = inner.bounding_box()
    outer: Any = stage.bounding_box()
    picture = Image.open(saved).convert("RGB")
    scale = picture.width / (outer["width"] + 2 * MARGIN)
    assert scale > 1.2, "sharper than the screen"
    left, top = box["x"] - outer["x"] + MARGIN, box["y"] - outer["y"] + MARGIN
    edge = [round(v * scale) for v in (left, top, left + box["width"], top + box["height"])]
    here = Image.open(shown).convert("RGB")
    there = picture.crop((edge[0], edge[1], edge[2], edge[3])).resize(here.size)
    differ = np.abs(np.asarray(here, int) - np.asarray(there, int)).max(axis=2)
    assert np.asarray(here).std() > 5, "there is something to be seen"
    assert (differ > 80).mean() < 0.03, f"{(differ > 80).mean():.1%} of it looks different"


def test_an_animation_is_saved_under_a_plain_name(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/convolution?cv_in=edge&cv_k=sobel_x")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save animation").click()
    assert waiting.value.suggested_filename == "convscope-convolution.gif"
    moving: Any = Image.open(waiting.value.path())
    assert moving.format == "GIF" and moving.n_frames == 16
    settle(page)
