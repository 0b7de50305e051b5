"""What training costs beyond the mathematics: the runner, the class, the page.

    python -m benchmarks.bench_training            # all
    python -m benchmarks.bench_training --only loop,accuracy

PyTorch is optional: without it its column is left out. All loops use one thread, as a worker does.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
from collections.abc import Callable
from functools import partial

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy and PyTorch are imported, or it has no effect

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from benchmarks import bench_browser  # noqa: E402
from cnn.arrays import batch_last  # noqa: E402
from cnn.data.datasets import Split  # noqa: E402
from cnn.data.recipes import Recipe, load_recipe  # noqa: E402
from cnn.learn.losses import CrossEntropyLoss  # noqa: E402
from cnn.learn.optimizers import Adam  # noqa: E402
from cnn.learn.state import Budget, RunConfig, RunState  # noqa: E402
from cnn.learn.training import advance, start  # noqa: E402
from jobs.executors import pool_place  # noqa: E402
from jobs.runner import Runner, View  # noqa: E402
from tests.browser import chromium  # noqa: E402
from tests.browser.conftest import FLAGS, settle  # noqa: E402
from ui.networks import PRESETS, head_blocks  # noqa: E402

RECIPE = Recipe()
STEPS = 300
ROUNDS = 5
SESSIONS = 8
#: A run that outlasts every measurement: 400 epochs of the default.
LONG = 400
ACCURACY = 0.97


def state_of(data: Split, epochs: int = 5, seed: int = 0) -> RunState:
    """The page's default: LeNet-5, batch 64, Adam."""
    config = RunConfig(
        blocks=[*PRESETS["lenet"].blocks, *head_blocks("dense", len(data.train.classes))],
        input_shape=data.train.shape,
        classes=len(data.train.classes),
        samples=len(data.train),
        epochs=epochs,
        seed=seed,
    )
    return start(config, data)


# ------------------------------------------------------------------------------------ loops


def bare(data: Split) -> float:
    """Steps a second of the plainest loop: no checks, no history, no state."""
    from cnn.learn.training import network_of

    net = network_of(state_of(data))
    net.train()
    criterion, moves = CrossEntropyLoss(), Adam(net.parameters(), 0.002)
    begin = time.perf_counter()
    for step in range(STEPS):
        rows = slice(step % 50 * 64, step % 50 * 64 + 64)
        images, labels = data.train.floats(rows), data.train.labels[rows]
        criterion.forward(net.forward(batch_last(images)), labels)
        net.backward(criterion.backward())
        moves.step(net.gradients())
    return STEPS / (time.perf_counter() - begin)


def with_checks(data: Split) -> float:
    """The same with history and looks at the validation set: one unbroken ``advance``."""
    state = state_of(data, LONG)
    begin = time.perf_counter()
    advance(state, data, Budget(steps=STEPS))
    return STEPS / (time.perf_counter() - begin)


def in_torch(data: Split) -> float | None:
    """The plainest loop in PyTorch, if it is there."""
    try:
        import torch
    except ImportError:
        return None
    from torch import nn

    torch.set_num_threads(1)
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    criterion, moves = nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters(), 0.002)
    begin = time.perf_counter()
    for step in range(STEPS):
        rows = slice(step % 50 * 64, step % 50 * 64 + 64)
        images = torch.from_numpy(data.train.floats(rows))
        labels = torch.from_numpy(data.train.labels[rows])
        moves.zero_grad()
        criterion(net(images), labels).backward()
        moves.step()
    return STEPS / (time.perf_counter() - begin)


def through_the_runner(runner: Runner, data: Split) -> float:
    """Steps a second of one run in a worker process, sliced, polled as the page polls it."""
    runner.open("bench", state_of(data, LONG), RECIPE)
    begin = time.perf_counter()
    runner.play("bench", steps=STEPS)
    view = _until(runner, "bench", lambda v: v.state.step >= STEPS)
    seconds = time.perf_counter() - begin
    runner.close("bench")
    return view.state.step / seconds


def _until(runner: Runner, run_id: str, done: Callable[[View], bool]) -> View:
    while True:
        view = runner.look(run_id)
        assert view is not None
        if done(view) or view.error:
            return view
        time.sleep(0.02)


def loops() -> None:
    """Interleaved, so that whatever slows the machine slows all of them."""
    data = load_recipe(RECIPE)
    runner = _warm_runner()
    works: dict[str, Callable[[], float | None]] = {
        "bare loop": partial(bare, data),
        "bare loop + validation checks": partial(with_checks, data),
        "through the runner": partial(through_the_runner, runner, data),
        "bare loop in PyTorch": partial(in_torch, data),
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS):
        for name in list(works) if turn % 2 else reversed(works):
            if (rate := works[name]()) is not None:
                rates[name].append(rate)
    runner.shutdown()
    print("Training steps a second, LeNet-5, batch 64, Adam, one thread; median of the ratios")
    for name, found in rates.items():
        if found:
            print(f"  {name:32}{statistics.median(found):8.0f} steps/s")
    _ratio("runner / the same work unsliced", rates, 2, 1, "target ≥ 0.90")
    _ratio("runner / barest loop, no checks", rates, 2, 0, "")
    if rates["bare loop in PyTorch"]:
        _ratio("bare loop / PyTorch", rates, 0, 3, "")


def _ratio(name: str, rates: dict[str, list[float]], one: int, other: int, note: str) -> None:
    lists = list(rates.values())
    pairs = [a / b for a, b in zip(lists[one], lists[other], strict=True)]
    print(f"  {name:32}{statistics.median(pairs):8.2f} {note}")


def _warm_runner() -> Runner:
    # On a quiet machine politeness changes nothing; on a busy one the loops are not polite either.
    runner = Runner(make=partial(pool_place, polite=False))
    runner.warm()
    runner.prepare(RECIPE)
    runner.open("warm", state_of(load_recipe(RECIPE)), RECIPE)
    runner.play("warm", steps=40)
    _until(runner, "warm", lambda v: v.state.step >= 40)
    runner.close("warm")
    return runner


# ------------------------------------------------------------------------ time to accuracy


def accuracy() -> None:
    """Seconds from Train to 97% of the validation set, workers warm, as on a running server."""
    data = load_recipe(RECIPE)
    runner = _warm_runner()
    print("Seconds from Train on the default to 97% validation accuracy (target ≤ 10)")
    for seed in range(3):
        runner.open("bench", state_of(data, seed=seed), RECIPE)
        begin = time.perf_counter()
        runner.play("bench")
        view = _until(
            runner,
            "bench",
            lambda v: v.phase == "finished" or v.state.history.check_accuracy[-1] >= ACCURACY,
        )
        seconds = time.perf_counter() - begin
        best = max(view.state.history.check_accuracy)
        print(f"  seed {seed}: {seconds:5.1f} s, step {view.state.step}, {best:.1%}")
    runner.shutdown()


# --------------------------------------------------------------------------------- a class


def fairness(seconds: float = 30.0) -> None:
    """Eight runs at once on the pool: how far their shares are from the mean."""
    data = load_recipe(RECIPE)
    runner = _warm_runner()
    for i in range(SESSIONS):
        runner.open(str(i), state_of(data, LONG, seed=i), RECIPE)
    for i in range(SESSIONS):
        runner.play(str(i))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for i in range(SESSIONS):
            runner.look(str(i))
        time.sleep(0.2)
    steps = [view.state.step for i in range(SESSIONS) if (view := runner.look(str(i)))]
    runner.shutdown()
    mean = statistics.mean(steps)
    print(f"Eight sessions training at once for {seconds:.0f} s (target within ±25%)")
    print(f"  steps {steps}: {min(steps) / mean - 1:+.0%} … {max(steps) / mean - 1:+.0%}")


def slider() -> None:
    """Eight tabs train in the real app; a ninth moves a slider of another lesson."""
    path = chromium.find()
    if path is None:
        print(chromium.HELP)
        return
    with bench_browser.served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        row = bench_browser.Row("padding p", "/padding", "Padding p", 400)
        page = _page(browser, url + row.path)
        quiet = statistics.median(bench_browser.waits(page, row))
        tabs = [_page(browser, f"{url}/train?tr_epochs=50&tr_seed={i}") for i in range(SESSIONS)]
        for tab in tabs:
            tab.get_by_role("button", name="Train", exact=True).click()
        for tab in tabs:
            tab.get_by_role("button", name="Pause").wait_for(timeout=60_000)
        before = [_step(tab) for tab in tabs]
        busy = bench_browser.waits(page, row)
        steps = [_step(tab) - b for tab, b in zip(tabs, before, strict=True)]
        browser.close()
    mean = statistics.mean(steps)
    print("The real app: another session's slider, key to picture (target ≤ 400 ms at the median)")
    print(f"  nobody trains: {quiet:.0f} ms; eight train: {statistics.median(busy):.0f} ms")
    print(f"  their steps meanwhile {steps}: {min(steps) / mean - 1:+.0%} … "
          f"{max(steps) / mean - 1:+.0%}")  # fmt: skip


def _page(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    settle(page)
    return page


def _step(page: Page) -> int:
    text = page.get_by_text(re.compile(r"step [\d,]+ of")).first.inner_text()
    found = re.search(r"step ([\d,]+) of", text)
    return int(found[1].replace(",", "")) if found else 0


PARTS = {"loop": loops, "accuracy": accuracy, "fairness": fairness, "slider": slider}


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by comma")
    for name in parser.parse_args().only.split(","):
        PARTS[name]()


if __name__ == "__main__":
    main()
