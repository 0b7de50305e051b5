"""Who listens where: Caddy understands its file, the app hears what it asks, ports can be had."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy import caddy as system
from deploy import plan, serve
from deploy.__main__ import main
from deploy.plan import Plan
from jobs import executors, turn
from tests.browser.servers import free_port
from tests.deploy import caddy
from ui.serving import life

PLAN = Plan(8501, 8443, "0.0.0.0", ("class.test", "192.168.1.7"), (9001, 9002), 1)


@pytest.fixture(scope="module")
def caddy_path() -> str:
    path = caddy.find()
    if path is None:
        pytest.fail(caddy.HELP)
    return path


def adapted(path: str, environment: dict[str, str]) -> dict[str, Any]:
    """The Caddyfile as Caddy understands it."""
    command = [path, "adapt", "--config", str(plan.CADDYFILE), "--adapter", "caddyfile"]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert '"warn"' not in done.stderr
    return json.loads(done.stdout)


def inside(tree: Any, key: str) -> Iterator[Any]:
    """All values of that key, however deep."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key:
                yield value
            yield from inside(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from inside(value, key)


@pytest.mark.parametrize(
    ("cores", "apps", "trainers"), [(1, 2, 1), (2, 2, 1), (4, 3, 1), (8, 7, 1), (32, 8, 4)]
)
def test_one_core_is_left_and_two_processes_are_the_least(
    cores: int, apps: int, trainers: int
) -> None:
    assert plan.processes(cores) == apps
    assert plan.workers(cores, apps) == trainers


def test_caddy_serves_http_and_https_before_the_same_processes(caddy_path: str) -> None:
    tree = adapted(caddy_path, PLAN.caddy_environment())
    for upstreams in inside(tree, "upstreams"):
        assert [one["dial"] for one in upstreams] == ["127.0.0.1:9001", "127.0.0.1:9002"]
    listening = {address for found in inside(tree, "listen") for address in found}
    assert listening == {"0.0.0.0:8501", "0.0.0.0:8443"}
    (hosts,) = inside(tree, "host")
    assert set(hosts) == {"class.test", "192.168.1.7", "localhost", "127.0.0.1"}
    policies = {one["name"]: one["policy"] for one in inside(tree, "selection_policy")}
    assert policies == {"convscope_http": "cookie", "convscope_https": "cookie"}
    assert list(inside(tree, "module")) == ["internal"], "a certificate of its own, from nobody"
    assert tree["admin"] == {"disabled": True}
    assert list(inside(tree, "install_trust")) == [False]


def test_the_caddyfile_stands_as_caddy_formats_it(caddy_path: str) -> None:
    done = subprocess.run([caddy_path, "fmt", str(plan.CADDYFILE)], capture_output=True, text=True)
    assert done.stdout == plan.CADDYFILE.read_text("utf-8")


def test_the_processes_take_turns_with_large_networks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    apps = serve.made(PLAN, "caddy", tmp_path)[:-1]
    (folder,) = {one.environment[turn.VARIABLE] for one in apps}
    monkeypatch.setenv(turn.VARIABLE, folder)
    assert turn.from_environment().folder == Path(folder) and len(apps) == 2


def test_the_app_is_told_by_the_names_that_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PLAN.app_environment().items():
        monkeypatch.setenv(name, value)
    assert life.for_others() == [
        "http://class.test:8501",
        "http://192.168.1.7:8501",
        "https://class.test:8443",
        "https://192.168.1.7:8443",
    ]
    assert executors.WORKERS in PLAN.app_environment()
    place = executors.pool_place()
    assert place.slots == 1
    place.close()


@pytest.mark.parametrize("said", ["", "two", "-1", "0", "½"])
def test_a_number_of_workers_that_is_none_is_as_if_there_were_none(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(executors.WORKERS, said)
    place = executors.pool_place()
    assert place.slots == max(1, min(4, os.cpu_count() or 1))
    place.close()


def test_without_a_network_the_class_is_this_machine() -> None:
    alone = replace(PLAN, hosts=())
    assert alone.plain == ["http://localhost:8501"]
    assert alone.secure == ["https://localhost:8443"]
    assert alone.caddy_environment()["CONVSCOPE_HOST"] == "localhost"


def test_the_greeting_says_where_to_go_and_how_it_ends() -> None:
    said = serve.greeting(PLAN)
    for address in [*PLAN.plain, *PLAN.secure, "http://localhost:8501/teach", "Ctrl-C"]:
        assert address in said


# --- what cannot be had is one sentence, before anything is started ------------------------------


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["--no-browser", "--address", "127.0.0.1", *options]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


def test_without_caddy_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CADDY", "/nowhere/caddy")
    assert "apt install caddy" in refused(capsys)
    monkeypatch.delenv("CADDY")
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    assert "make run" in refused(capsys)


def test_a_port_that_is_taken_is_named_with_its_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caddy_path: str
) -> None:
    monkeypatch.setenv("CADDY", caddy_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = refused(capsys, "--port", port)
        assert f"Port {port} is in use" in said and "--port" in said
        said = refused(capsys, "--port", str(free_port()), "--https-port", port)
        assert f"Port {port} is in use" in said and "--https-port" in said


def test_ports_that_there_are_not_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caddy_path: str
) -> None:
    monkeypatch.setenv("CADDY", caddy_path)
    assert "no port 99999" in refused(capsys, "--port", "99999")
    assert "no port 0" in refused(capsys, "--https-port", "0")
    assert "a port each" in refused(capsys, "--port", "8600", "--https-port", "8600")


@pytest.mark.parametrize("wrong", [["--processes", "0"], ["--host", "a b"], ["--host", "x{y}"]])
def test_other_options_that_cannot_be_meant_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
