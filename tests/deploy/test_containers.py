"""The containers' files: they can be read, what they name is there, and it does what they say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from distributed import Client

from cnn.data.recipes import load_recipe
from cnn.learn.state import Budget
from cnn.learn.training import advance
from deploy import plan, serve
from jobs.executors import make_place
from jobs.runner import Runner
from tests.browser.servers import free_port
from tests.deploy.test_plan import adapted, caddy_path, inside
from tests.jobs.running import RECIPE, finished, fresh, until
from ui.serving import life

__all__ = ["caddy_path"]
DEPLOY = Path(plan.__file__).parent
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def docker() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with what follows it."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines) if name]


def environment(service: str, **given: str) -> dict[str, str]:
    """What a service is told, as compose fills it in."""
    text = {name: str(value) for name, value in SERVICES[service]["environment"].items()}
    variable = re.compile(r"\$\{(\w+):-([^}]*)\}")
    return {k: variable.sub(lambda m: given.get(m[1], m[2]), v) for k, v in text.items()}


def image() -> dict[str, str]:
    """The environment that the image sets."""
    words = [word for name, rest in docker() if name == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


def test_the_image_takes_in_everything_that_the_app_imports_and_reads() -> None:
    copied = [rest.split() for name, rest in docker() if name == "COPY"]
    for source, target in copied:
        assert (plan.ROOT / source).exists()
        assert source == target, "the app finds its files by where they lie"
    taken = {source for source, _ in copied}
    folders = {p.name for p in plan.ROOT.iterdir() if (p / "__init__.py").exists()}
    assert taken >= {*folders, "pages", "assets", "app.py", ".streamlit"} - {"tests", "exercises"}


def test_nobody_is_root_and_the_app_may_write_where_it_is_told_to() -> None:
    order = [name for name, _ in docker()]
    assert order.index("USER") < order.index("CMD")
    (user,) = [rest for name, rest in docker() if name == "USER"]
    assert user != "root"
    (made,) = [rest for name, rest in docker() if name == "RUN" and "useradd" in rest]
    assert f"-o {user} -g {user} -m 700" in made
    for variable in ("CONVSCOPE_CLASS", "CONVSCOPE_RUNS"):
        assert image()[variable] in made.split()
    mounts = [volume.partition(":")[2] for volume in SERVICES["app"]["volumes"]]
    assert mounts == [image()["CONVSCOPE_CLASS"], image()["CONVSCOPE_RUNS"]]
    for name in ("app", "scheduler", "worker"):
        assert SERVICES[name]["read_only"] and SERVICES[name]["cap_drop"] == ["ALL"]


def test_only_caddy_is_reached_from_outside() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"caddy"}
    for name, service in SERVICES.items():
        assert service["networks"] == (["outside", "inside"] if name == "caddy" else ["inside"])


def test_what_services_wait_for_and_share_is_there() -> None:
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            # The app's health check is the image's.
            assert needed == "app" or "test" in SERVICES[needed]["healthcheck"]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).is_file()
    assert (DEPLOY / COMPOSE["x-own"]["build"]["context"]).resolve() == plan.ROOT
    assert (plan.ROOT / COMPOSE["x-own"]["build"]["dockerfile"]).is_file()


def test_caddy_asks_the_name_app_for_its_processes(caddy_path: str) -> None:
    tree = adapted(caddy_path, environment("caddy", CONVSCOPE_HOST="192.168.1.7"))
    for found in inside(tree, "dynamic_upstreams"):
        assert found == {"name": "app", "port": "8501", "source": "a"}
    listening = {address for found in inside(tree, "listen") for address in found}
    inner = {f"0.0.0.0:{volume.rpartition(':')[2]}" for volume in SERVICES["caddy"]["ports"]}
    assert listening == inner
    assert list(inside(tree, "host")) == [["192.168.1.7"]]
    assert set(inside(tree, "default_sni")) == {"192.168.1.7"}


def test_the_app_names_the_address_that_the_class_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    told = environment("app", CONVSCOPE_HOST="192.168.1.7", CONVSCOPE_HTTP_PORT="80")
    monkeypatch.setenv(life.ADDRESSES, told[life.ADDRESSES])
    assert life.for_others() == ["http://192.168.1.7:80", "https://192.168.1.7:8443"]


def test_the_app_starts_with_what_the_image_says_and_the_health_check_sees_it(
    tmp_path: Path,
) -> None:
    port = free_port()
    given = {**image(), "PYTHONPATH": str(plan.ROOT), "STREAMLIT_SERVER_PORT": str(port)}
    given |= {"CONVSCOPE_CLASS": str(tmp_path / "class"), "CONVSCOPE_RUNS": str(tmp_path / "runs")}
    given |= {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    told = {**os.environ, **given, **environment("app")}
    (command,) = [yaml.safe_load(rest) for name, rest in docker() if name == "CMD"]
    (check,) = [rest.partition("CMD ")[2] for name, rest in docker() if name == "HEALTHCHECK"]
    healthy = [sys.executable, *yaml.safe_load(check)[1:-1], str(port)]
    assert yaml.safe_load(check)[-1] == image()["STREAMLIT_SERVER_PORT"]
    with (tmp_path / "log").open("wb") as out:
        assert subprocess.run(healthy, cwd=plan.ROOT, env=told).returncode == 1
        app = subprocess.Popen(
            [sys.executable, *command[1:]], cwd=plan.ROOT, env=told, stdout=out, stderr=out
        )
    try:
        end = time.monotonic() + 60
        while not serve.answers("127.0.0.1", port):
            assert app.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()
            time.sleep(0.1)
        assert subprocess.run(healthy, cwd=plan.ROOT, env=told).returncode == 0
    finally:
        app.terminate()
        assert app.wait(30) == 0


# --- the cluster --------------------------------------------------------------------------------


def dask(service: str, **replaced: str) -> subprocess.Popen[bytes]:
    """A service's command, on this machine's own address."""
    words = [replaced.get(word, word) for word in SERVICES[service]["command"]]
    assert words[0] == "dask"
    extra = {**os.environ, **SERVICES[service].get("environment", {})}
    extra["PYTHONPATH"] = str(plan.ROOT)
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-m", "dask", *words[1:]]
    return subprocess.Popen(command, env=extra, stdout=nowhere, stderr=nowhere)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The scheduler and a worker, started by the commands of the containers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    there = {"0.0.0.0": "127.0.0.1", "8786": str(port), "tcp://scheduler:8786": address}
    there["/tmp"] = str(tmp_path)
    begun = [dask(service, **there) for service in ("scheduler", "worker")]
    try:
        with Client(address, timeout="60s") as asking:  # the scheduler may take its time to start
            asking.wait_for_workers(1, timeout=60)
        yield address
    finally:
        for one in reversed(begun):
            one.terminate()
        for one in begun:
            one.wait(30)


def test_the_containers_commands_make_a_cluster_that_trains_a_run(
    cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", cluster)
    place = make_place()
    assert cluster in place.name
    runner = Runner(make=lambda: place, slice_seconds=0.1)
    try:
        runner.open("a", fresh(1, epochs=2), RECIPE)
        runner.play("a")
        view = until(runner, "a", finished, seconds=60)
    finally:
        runner.shutdown()
    whole = advance(fresh(1, epochs=2), load_recipe(RECIPE), Budget())
    np.testing.assert_allclose(view.state.history.loss, whole.history.loss, rtol=1e-4)
