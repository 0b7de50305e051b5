"""How the tests share the machine: one BLAS thread each, browsers and the rest side by side.

``make test`` runs them on several workers (pytest-xdist). Two browsers at once would wait for
each other on two cores, so one worker starts with the browser tests while the others do the
rest; who is done first helps with what is left. Runs that outlive a server, and classes, are kept
apart from those of real ones.
"""

from __future__ import annotations

import functools
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported, or it has no effect

# The tests themselves keep the cores busy: a worker that stands back would get a tenth of one.
os.environ.setdefault("CONVSCOPE_NICE", "0")

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402
from xdist.workermanage import WorkerController  # noqa: E402

from classroom import folder  # noqa: E402
from jobs import shelf  # noqa: E402
from tests.browser import servers  # noqa: E402

# Property tests draw the same examples every time, and a busy machine is no failure.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

BROWSER = "tests/browser/"


class BrowsersFromTheFront(LoadScopeScheduling):
    """Browser tests, one by one, from the front of the queue; all others, by file, from its end."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(BROWSER) else nodeid.split("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if node is not self.nodes[0]:
            last = next(reversed(self.workqueue))
            self.workqueue.move_to_end(last, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> BrowsersFromTheFront:
    config.option.loadscopereorder = False  # as collected: the folder of browser tests is first
    return BrowsersFromTheFront(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """Two at least: one waits for its browser while another computes.

    Two a core leave the processor no pause, and end sooner; but of four browsers on two cores one
    now and then waits longer than its test.
    """
    return max(2, min(4, os.cpu_count() or 1))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # who starts the run ends its servers
        os.environ[servers.VARIABLE] = tempfile.mkdtemp(prefix="convscope-servers-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.end_all()
        shutil.rmtree(os.environ.pop(servers.VARIABLE), ignore_errors=True)


def pytest_collection_finish() -> None:
    """What is imported stays: no collection of garbage needs to look through it again (8 % of the
    processor time of pages under test). And every AppTest would look through all installed packages
    for components: 0.15 s each time.
    """
    gc.collect()
    gc.freeze()
    if "streamlit" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = functools.cache(
            manifest_scanner.scan_component_manifests
        )


@pytest.fixture(autouse=True)
def _the_main_module_stays() -> Iterator[None]:
    """A page under test puts itself in its place, where any process that is spawned later would
    look for it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def _runs_and_classes_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(shelf.VARIABLE, str(tmp_path_factory.mktemp("runs")))
        patch.setenv(folder.VARIABLE, str(tmp_path_factory.mktemp("class")))
        yield
