"""A class in two browsers: one leads, one joins, comes back, is shown the way, and leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from classroom import classes, codes, drawings, folder, leading, students
from classroom.leading import Offer
from classroom.store import Store
from tests.browser.conftest import ROOT, WIRE, OpenPage, settle, start, until
from tests.browser.servers import end
from ui.room import me


def ribbon(page: Page) -> str:
    return page.locator(".st-key-room_ribbon").inner_text()


def test_a_class_from_the_first_code_to_the_last_word(
    app_url: str, open_page: OpenPage, browser: Browser
) -> None:
    teacher = open_page(f"{app_url}/teach")
    teacher.get_by_role("button", name="Start a class").click()
    code = teacher.locator(".st-key-room_code h1").inner_text()
    settle(teacher)
    with browser.new_context() as another:
        student = another.new_page()
        student.goto(f"{app_url}/join?class={code}")
        student.get_by_role("button", name="Join", exact=True).click()
        expect(student.get_by_text("You are in class")).to_be_visible()
        student.wait_for_function("code => document.cookie.includes(code)", arg=code)
        student.goto(f"{app_url}/pooling")  # another connection: the browser brings its seat
        settle(student)
        assert code in ribbon(student)

        teacher.goto(f"{app_url}/padding?pa_n=11")
        settle(teacher)
        expect(teacher.locator(".st-key-room_ribbon")).to_contain_text("1 student here")
        teacher.get_by_role("button", name="Bring everyone here").click()
        go = student.get_by_role("button", name="The class is at Padding and stride")
        expect(go).to_be_visible(timeout=20_000)  # without a touch, and nothing else has moved
        assert student.url.endswith("/pooling")
        teacher.get_by_role("button", name="Let the class vote").first.click()
        expect(go).to_contain_text("and votes", timeout=20_000)
        go.click()
        student.wait_for_url("**/padding?pa_n=11")
        settle(student)
        expect(student.locator(".st-key-guess_pa_g1")).to_be_in_viewport()
        expect(go).to_have_count(0)

        student.get_by_role("button", name="leave").click()
        expect(student.locator(".st-key-room_ribbon")).to_have_count(0)
        settle(student)
        student.reload()
        settle(student)
        expect(student.locator(".st-key-room_ribbon")).to_have_count(0)


@contextlib.contextmanager
def behind_a_path(log: Path, port: int | None = None) -> Iterator[str]:
    """The app on a server of its own, which ends here."""
    process, url = start(ROOT / "app.py", log, port, base_path="lab")
    try:
        yield url
    finally:
        process.terminate()
        end(process)


def test_the_ribbon_hears_without_a_run_waits_for_the_pen_and_outlives_the_server(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    store, log = Store(tmp_path / "class" / folder.FILE), tmp_path / "log"
    teacher = classes.lead(store, classes.start(store).key)
    device = codes.new_key()
    student = students.join(store, teacher.code, device)
    with browser.new_context() as context:
        context.add_init_script(WIRE)
        seat = {"name": me.SEAT, "value": f"{teacher.code}.{device}", "path": "/"}
        page = context.new_page()
        looks: list[int] = []
        page.on("response", lambda r: looks.append(r.status) if "/class/news" in r.url else None)
        go = page.get_by_role("button", name="The class is at")

        def looked(times: int) -> None:
            wanted = len(looks) + times
            until(page, lambda: len(looks) >= wanted)

        with behind_a_path(log) as url:
            context.add_cookies([{**seat, "domain": "127.0.0.1"}])
            page.goto(f"{url}/draw")
            settle(page)
            assert teacher.code in ribbon(page)
            sent = page.evaluate("wire.sent")
            looked(2)
            assert page.evaluate("wire.sent") == sent, "nothing is new, and no page runs"

            page.locator(".pad .paper").hover()
            page.mouse.down()
            leading.offer(teacher, Offer("padding", {"pa_n": "11"}, "Padding"))
            looked(2)
            expect(go).to_have_count(0)
            page.mouse.up()
            expect(go).to_have_text("The class is at Padding → go", timeout=20_000)
            assert set(looks) == {200}
        with behind_a_path(log, urlparse(url).port):
            leading.offer(teacher, Offer("pooling", {}, "Pooling"))
            expect(go).to_have_text("The class is at Pooling → go", timeout=30_000)
            leading.withdraw(teacher)
            expect(go).to_have_count(0, timeout=20_000)

            drawings.ask(teacher, 4)
            page.set_viewport_size({"width": 390, "height": 844})
            hand_in = page.get_by_role("button", name="Hand this drawing in")
            expect(hand_in).to_be_in_viewport(timeout=20_000)  # beside the pad, on a phone, too
            number = drawings.hand_in(student, np.eye(28))
            drawings.cover(teacher, False)
            page.get_by_role("button", name="The class's drawings are shown").click(timeout=20_000)
            drawn = page.get_by_role("button", name="4 →")
            expect(drawn).to_have_count(1, timeout=20_000)
            drawings.hide(teacher, number)
            expect(drawn).to_have_count(0, timeout=20_000)
            assert "Traceback" not in log.read_text("utf-8")
    store.close()
