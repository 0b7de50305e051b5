"""One class on two processes of the app behind Caddy, as ``make class`` starts them.

The browsers know this machine by a name, so that plain http is here what it is at school.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from classroom import folder, pace
from classroom.store import Store
from deploy import serve
from jobs import shelf
from tests.browser import chromium
from tests.browser.conftest import FLAGS, ROOT, free_port, settle, until
from tests.browser.test_class import ribbon
from tests.browser.test_link import press
from tests.browser.training import LONG, at_rest, kept, step_of, wait_for_step
from tests.deploy import caddy
from tests.deploy.speaking import type_a_code
from ui.upload import GONE

NAME = "class.test"
SECURE = "() => isSecureContext && Boolean(navigator.mediaDevices) && Boolean(navigator.clipboard)"
PICTURES = ROOT / "assets" / "pictures"


@dataclass
class Served:
    """``make class``, running."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int
    https_port: int
    classes: Path

    @property
    def http(self) -> str:
        return f"http://{NAME}:{self.port}"

    @property
    def https(self) -> str:
        return f"https://{NAME}:{self.https_port}"

    def apps(self) -> dict[int, psutil.Process]:
        """The processes of the app that there are just now, by their ports, in order."""
        found = {}
        for one in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it has just ended
                words = one.cmdline()
                if "--server.port" in words:
                    found[int(words[words.index("--server.port") + 1])] = one
        return dict(sorted(found.items()))

    def cookie(self, which: int, scheme: str = "http") -> dict[str, str]:
        """Binds a browser to the first or the second process, as Caddy does."""
        port = list(self.apps())[which]
        bound = hmac.new(b"", f"127.0.0.1:{port}".encode(), "sha256").hexdigest()
        return {"name": f"convscope_{scheme}", "value": bound, "domain": NAME, "path": "/"}

    def wait(self, text: str, seconds: float) -> str:
        """What it has said, once that is part of it."""
        end = time.monotonic() + seconds
        while text not in (said := self.log.read_text("utf-8")):
            assert self.process.poll() is None and time.monotonic() < end, said
            time.sleep(0.1)
        return said


def runs(one: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):  # it has just ended
        return one.is_running() and one.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = caddy.find()
    if path is None:
        pytest.fail(caddy.HELP)
    place = tmp_path_factory.mktemp("class")
    port, https_port = free_port(), free_port()
    command = [sys.executable, "-m", "deploy", "--processes", "2", "--no-browser", "--host", NAME]
    command += ["--address", "127.0.0.1", "--port", str(port), "--https-port", str(https_port)]
    environment = {
        **os.environ,
        "CADDY": path,
        "XDG_DATA_HOME": str(place / "data"),
        "XDG_CONFIG_HOME": str(place / "config"),
        folder.VARIABLE: str(place / "class"),
        shelf.VARIABLE: str(place / "runs"),
    }
    with (place / "log").open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    made = Served(process, place / "log", port, https_port, place / "class")
    try:
        made.wait("Ctrl-C ends it.", 120)
        yield made
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0, "Ctrl-C ends it, and that is no failure"
        end = time.monotonic() + 20
        while any(map(runs, below)):  # a worker sees a moment later that its server has gone
            assert time.monotonic() < end
            time.sleep(0.05)
        assert "Traceback" not in made.log.read_text("utf-8")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def school(playwright: Playwright) -> Iterator[Browser]:
    """A browser that knows this machine by a name."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP)
    named = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    launched = playwright.chromium.launch(executable_path=path, args=[*FLAGS, named])
    yield launched
    launched.close()


def device(school: Browser, served: Served, which: int) -> BrowserContext:
    """A student's or the teacher's, bound to one of the processes."""
    made = school.new_context(
        ignore_https_errors=True, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    made.add_cookies([served.cookie(which)])
    return made


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    settle(page)
    return page


def begun(context: BrowserContext, served: Served) -> tuple[Page, str]:
    """A teacher's page, and the code of the class."""
    page = opened(context, f"{served.http}/teach")
    page.get_by_role("button", name="Start a class").click()
    code = page.locator(".st-key-room_code h1").inner_text()
    settle(page)
    return page, code


def joined(context: BrowserContext, served: Served, code: str) -> Page:
    page = opened(context, f"{served.http}/join?class={code}")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("You are in class")).to_be_visible(timeout=20_000)
    page.wait_for_function("code => document.cookie.includes(code)", arg=code)
    return page


def answered(page: Page, text: str) -> None:
    field = page.locator(".st-key-guess_pa_g1")
    hand_in = field.get_by_role("button", name="Hand in")
    expect(hand_in).to_be_visible(timeout=20_000)
    field.get_by_role("textbox").fill(text)
    hand_in.click()
    expect(field.get_by_text("Handed in:")).to_be_visible()


def test_students_on_different_processes_are_one_class(served: Served, school: Browser) -> None:
    one, other = (device(school, served, which) for which in (0, 1))
    with device(school, served, 0) as first, one, other:
        teacher, code = begun(first, served)
        link = teacher.locator(".st-key-room_code code").inner_text()
        assert link == f"{served.http}/join?class={code}", "joining asks nothing of a browser"
        near, far = joined(one, served, code), joined(other, served, code)
        by_https = far.get_by_role("link", name="https")
        assert by_https.get_attribute("href") == f"{served.https}/join?class={code}"
        expect(far.get_by_text("camera and clipboard work as well")).to_be_visible()
        for page in (teacher, near, far):
            page.goto(f"{served.http}/padding")
            settle(page)
        teacher.get_by_role("button", name="Let the class vote").first.click()
        answered(far, "998")
        answered(near, "999")
        expect(teacher.get_by_text("2 answered")).to_be_visible(timeout=20_000)
        teacher.get_by_role("button", name="Reveal", exact=True).click()
        for page in (near, far):
            shown = page.locator(".st-key-guess_pa_g1 table")
            expect(shown).to_contain_text("998", timeout=20_000)
            expect(shown).to_contain_text("999")
        assert not far.evaluate(SECURE)
        secure = opened(other, f"{served.https}/padding")
        assert secure.evaluate(SECURE)
        assert code in ribbon(secure), "the seat is the browser's, by http and by https"


def test_who_lost_a_process_goes_on_with_the_other(served: Served, school: Browser) -> None:
    with device(school, served, 0) as first, device(school, served, 1) as second:
        _, code = begun(first, served)
        joined(second, served, code)
        padding = opened(second, f"{served.http}/padding?pa_n=11")
        press(padding, "pa_n", "ArrowRight")
        expect(padding).to_have_url(f"{served.http}/padding?pa_n=12")
        upload = opened(second, f"{served.http}/filters?fi_pic=upload")
        give(upload, "lake.png")
        train = opened(second, f"{served.http}{LONG}")
        train.get_by_role("button", name="Train", exact=True).click()
        wait_for_step(train, 10)
        paused = at_rest(train)
        train.wait_for_function("() => sessionStorage.getItem('convscope.run')")
        until(train, lambda: paused in kept(served.classes.parent / "runs"))

        dead = list(served.apps().values())[1]
        dead.kill()
        # Nobody touches anything: the browser finds the other process by itself.
        expect(train.get_by_text("This run was found again at step")).to_be_visible(timeout=30_000)
        assert step_of(train) == paused
        settle(padding)
        assert code in ribbon(padding)
        press(padding, "pa_n", "ArrowRight")
        expect(padding).to_have_url(f"{served.http}/padding?pa_n=13")
        settle(upload)
        expect(upload.get_by_text(GONE)).to_be_visible(timeout=20_000)
        give(upload, "page.png")  # the first was in the memory that is gone
        expect(upload.get_by_text(GONE)).to_have_count(0)
        expect(upload.get_by_text("lake.png")).to_have_count(0)

        served.wait("was ended by SIGKILL; it is started again.", 20)
        fresh = list(served.apps())[1]
        end = time.monotonic() + 60
        while not serve.answers("127.0.0.1", fresh):
            assert time.monotonic() < end
            time.sleep(0.2)


def give(page: Page, name: str) -> None:
    """Hand a picture of one's own to the page; it is shown."""
    page.locator("input[type=file]").first.set_input_files(PICTURES / name)
    expect(page.get_by_text("Until then:")).to_have_count(0, timeout=20_000)
    settle(page)
    expect(page.locator("[class*=st-key-fi_file]").get_by_text(name)).to_be_visible()


BUSY = "please try again in a moment"


def test_every_student_behind_caddy_is_counted_alone_and_none_can_be_another(
    served: Served,
) -> None:
    url = f"http://127.0.0.1:{served.port}"
    forged = {
        "127.0.0.7": {"X-Forwarded-For": "10.9.8.7"},
        "127.0.0.8": {"X-Forwarded-For": "127.0.0.7", "Forwarded": "for=1"},
    }
    for source, headers in forged.items():
        said = type_a_code(url, "ZZZZZ", source, headers)
        while BUSY in said:  # as whoever is told so does
            said = type_a_code(url, "ZZZZZ", source, headers)
        assert "There is no class with this code" in said
        # At once: what is counted is forgotten a minute later.
        with Store(served.classes / folder.FILE).reading() as desk:
            assert pace.full(desk, f"codes from {source}", 1, 60)
            assert not any(pace.full(desk, f"codes from {s}", 2, 60) for s in forged)
            assert not pace.full(desk, "codes from 10.9.8.7", 1, 60)
