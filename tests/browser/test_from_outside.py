"""In a real browser: plain http under another name, as a class opens it; and text from outside."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect

from tests import brought_files as made
from tests.browser import chromium
from tests.browser.conftest import FLAGS, says, settle
from tests.pages.test_from_outside import MARKUP, labelled

NAME = "class.test"
FLAGS_HERE = [
    *FLAGS,
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
#: What a text from outside must never become.
FOREIGN = """() => [
  ...[...document.querySelectorAll('a[href], img[src]')].map(e => e.href || e.src)
    .filter(url => new URL(url, location).host !== location.host && !/^(data|blob):/.test(url)),
  ...[...document.querySelectorAll('.katex')].filter(e => e.textContent.includes('x2')),
  ...document.querySelectorAll('.stMarkdownColoredText, [data-testid=stException]'),
].map(String)"""


@pytest.fixture(scope="module")
def classroom(playwright: Playwright) -> Iterator[Browser]:
    """A browser that knows this machine by a name, and has a camera."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP)
    launched = playwright.chromium.launch(executable_path=path, args=FLAGS_HERE)
    yield launched
    launched.close()


def opened(browser: Browser, url: str, phone: bool = False) -> tuple[Page, list[str]]:
    """A page at rest, and the list of what it asks of others from now on."""
    width, height = (390, 844) if phone else (1440, 900)
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    page = context.new_page()
    asked: list[str] = []
    home = urlparse(url).hostname

    def watch(address: str) -> None:
        parts = urlparse(address)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != home:
            asked.append(address)

    page.on("request", lambda request: watch(request.url))
    page.on("websocket", lambda socket: watch(socket.url))
    page.goto(url)
    settle(page)
    return page, asked


def named(app_url: str, rest: str) -> str:
    return app_url.replace("127.0.0.1", NAME) + rest


def pasted(page: Page) -> str:
    """What the clipboard holds."""
    page.evaluate(
        "() => { const field = document.createElement('textarea'); field.id = 'paste';"
        " document.body.append(field); field.focus() }"
    )
    page.keyboard.press("Control+V")
    return page.locator("#paste").input_value()


def photograph() -> dict[str, object]:
    """A sheet of paper with a digit, larger than what is sent."""
    sheet = Image.new("L", (2400, 3200), 235)
    ImageDraw.Draw(sheet).line([(1200, 700), (1200, 2500)], fill=30, width=160)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return {
        "name": "![x](//evil.test/a.png).png",
        "mimeType": "image/png",
        "buffer": file.getvalue(),
    }


def take(page: Page) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Take a picture with the camera").click()
    assert choosing.value.element.get_attribute("capture") == "environment"
    choosing.value.set_files([photograph()])  # type: ignore[list-item]
    expect(page.get_by_role("button", name="Take another")).to_be_visible()
    settle(page)


def test_a_laptop_on_plain_http_is_told_why_it_has_no_camera_and_copies_the_link(
    classroom: Browser, app_url: str
) -> None:
    page, asked = opened(classroom, named(app_url, "/filters?fi_pic=camera"))
    assert page.evaluate("isSecureContext") is False
    expect(page.get_by_text("A browser lends its camera only to")).to_be_visible()
    assert (
        page.get_by_role("button", name=re.compile("Start the camera|Take a picture")).count() == 0
    )
    says(page.get_by_role("button", name="Copy link"), "Copied ✓")
    assert pasted(page) == page.url
    assert page.evaluate(FOREIGN) == [] and asked == []
    page.context.close()


def test_a_teacher_on_plain_http_copies_the_links_of_the_class(
    classroom: Browser, app_url: str
) -> None:
    page, asked = opened(classroom, named(app_url, "/teach"))
    page.get_by_role("button", name="Start a class").click()
    shown = page.locator(".st-key-room_code .stCode")
    expect(shown).to_be_visible(timeout=20_000)
    settle(page)
    expect(page.locator(".stCode button").first).to_be_hidden()
    says(page.get_by_role("button", name="Copy this link").first, "Copied ✓")
    assert pasted(page) == shown.inner_text().strip()
    assert page.evaluate(FOREIGN) == [] and asked == []
    page.context.close()


def test_a_phone_on_plain_http_uses_its_own_camera(classroom: Browser, app_url: str) -> None:
    page, asked = opened(classroom, named(app_url, "/filters?fi_pic=camera"), phone=True)
    take(page)
    expect(page.get_by_text("from 768 × 1024 to 384 × 512")).to_be_visible()

    page.goto(named(app_url, "/draw"))
    settle(page)
    page.get_by_role("button", name="Use a photograph").click()
    page.locator(".st-key-d_camera").get_by_text("Camera").click()
    take(page)
    expect(page.get_by_text("Found ink, dark on light")).to_be_visible(timeout=20_000)
    assert page.evaluate(FOREIGN) == [] and asked == []
    page.context.close()


def test_where_the_browser_lends_its_camera_it_is_used_and_let_go(
    classroom: Browser, app_url: str
) -> None:
    page, asked = opened(classroom, f"{app_url}/filters?fi_pic=camera")
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("button", name="Take the picture").click()
    expect(page.get_by_role("button", name="Take another")).to_be_visible()
    expect(page.get_by_text("Until then: house.")).to_have_count(0, timeout=20_000)
    video = page.locator("video.live")
    assert video.evaluate("v => v.srcObject") is None, "the camera's light is off"
    assert asked == []
    page.context.close()


def test_a_running_camera_is_answered_picture_after_picture_until_it_is_stopped(
    classroom: Browser, app_url: str
) -> None:
    page, asked = opened(classroom, f"{app_url}/famous?fn_view=sees&fn_pic=camera")
    page.get_by_role("button", name="Start the camera").click()
    answer = page.locator(".st-key-photos_fn_0 img").first
    expect(answer).to_be_visible(timeout=30_000)
    first = str(answer.get_attribute("src"))
    expect(answer).not_to_have_attribute("src", first, timeout=30_000)  # nobody pressed anything
    video = page.locator("video.live")
    assert video.evaluate("v => v.srcObject !== null")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Take another")).to_be_visible()
    assert video.evaluate("v => v.srcObject") is None, "the camera's light is off"
    assert asked == []
    page.context.close()


def test_labels_of_a_file_are_shown_as_they_were_written(classroom: Browser, app_url: str) -> None:
    page, asked = opened(classroom, f"{app_url}/draw?d_more=own")
    file = {"name": "$x^2$.npz", "mimeType": "application/zip", "buffer": labelled().to_bytes()}
    page.locator(".st-key-d_file input[type=file]").set_input_files([file])  # type: ignore[list-item]
    expect(page.get_by_text("24 drawings")).to_be_visible(timeout=20_000)
    settle(page)
    told = page.locator(".stApp").inner_text().replace("\u2060", "")
    assert [one for one in MARKUP if one not in told] == []
    assert page.evaluate(FOREIGN) == [] and asked == []

    page.get_by_role("button", name="Learn").click()
    page.get_by_role("link", name="Train a network").first.click()
    settle(page)
    page.locator(".st-key-tr_data [role=combobox], .st-key-tr_data input").first.click()
    page.get_by_role("option", name="My own drawings").click()
    settle(page)
    for view in ("Filters and maps", "One step, slowly", "What it learned", "Look at the data"):
        page.locator(".st-key-tr_view").get_by_text(view, exact=True).click()
        settle(page)
        assert page.evaluate(FOREIGN) == [], view
    assert asked == []
    page.context.close()


def test_words_of_a_data_file_are_shown_as_they_were_written(
    classroom: Browser, app_url: str
) -> None:
    page, asked = opened(classroom, f"{app_url}/train?tr_data=file&tr_preset=one&tr_epochs=1")
    data = made.digits(48)
    labels = [MARKUP[i % len(MARKUP)] for i in range(48)]
    file = {
        "name": "<img src=x> $x^2$.csv",
        "mimeType": "text/csv",
        "buffer": made.kaggle(data.images, labels),
    }
    page.locator(".st-key-tr_file_0 input[type=file]").set_input_files([file])  # type: ignore[list-item]
    use = page.get_by_role("button", name="Train on it")
    expect(use).to_be_visible(timeout=30_000)
    settle(page)
    told = page.locator(".stApp").inner_text().replace("\u2060", "")
    assert [one for one in (*MARKUP, "<img src=x> $x^2$.csv") if one not in told] == []
    assert page.evaluate(FOREIGN) == []
    use.click()
    page.get_by_role("button", name="One step", exact=True).click()
    expect(page.get_by_text("step 1 of")).to_be_visible(timeout=30_000)
    for view in ("What it learned", "Map of images", "Look at the data"):
        page.locator(".st-key-tr_view").get_by_text(view, exact=True).click()
        settle(page)
        assert page.evaluate(FOREIGN) == [], view
    assert page.get_by_role("alert").count() == 0
    assert asked == []
    page.context.close()
