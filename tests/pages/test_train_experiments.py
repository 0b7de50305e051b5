"""Experiments of the training page: one click sets everything up; what they come to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from classroom.tasks import Task
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.state import Budget, History, RunConfig
from cnn.learn.training import advance, begin
from cnn.nets.spec import outline
from jobs.runner import Runner
from tests.pages.opening import words
from tests.pages.payload import array, sent
from tests.pages.test_task import packed
from tests.pages.training import press, start, until
from ui import networks
from ui.palette import CATEGORICAL
from ui.train import augmenting, charts, claims, experiments, session, verdict
from ui.train.claims import End
from ui.train.experiments import EXPERIMENTS
from ui.train.forecasts import forecast


def standing(at) -> dict[str, str]:
    return dict(at.session_state["_link"].last)


def test_every_experiment_is_set_up_in_one_click_and_is_in_the_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Runner, "prepare", lambda self, data: None)  # nothing is trained here
    at = start(tr_view="try", tr_lr="0.5", tr_data="strokes")
    for name, experiment in EXPERIMENTS.items():
        at.button(key=f"tr_set_{name}").click().run()
        assert not at.exception
        assert standing(at) == {"tr_view": "try", **experiment.texts()}
        assert experiment.watch in words(at)
        asked = forecast(name, np.random.default_rng(0))
        assert asked.words.split("\n")[0] in words(at)
        assert "step 0 of" in words(at)


def test_an_experiment_is_known_again_by_its_link_whatever_the_seed() -> None:
    few = EXPERIMENTS["few"]
    at = start(tr_view="try", tr_data="strokes", tr_seed="7", **few.texts())
    assert few.watch in words(at)
    at.slider(key="tr_batch").set_value(32).run()
    assert few.watch not in words(at)


def test_a_task_that_holds_a_setting_leaves_the_experiments_that_agree_with_it() -> None:
    held = {"tr_wrong": "0.3", "tr_shift": "0"}
    lock = Task("train", {"tr_view": "try", **held}, locked=frozenset(held))
    at = start(tr_view="try", tr_data="strokes", task=packed(lock))
    free = {name for name in EXPERIMENTS if not at.button(key=f"tr_set_{name}").disabled}
    assert free == {name for name in EXPERIMENTS if name.startswith("wrong")} - {"wrong_augment"}
    at.button(key="tr_set_wrong_decay").click().run()
    assert EXPERIMENTS["wrong_decay"].watch in words(at)


def test_the_networks_of_the_experiments_fit_and_are_those_of_a_link() -> None:
    for name, experiment in EXPERIMENTS.items():
        if experiment.blocks is not None:
            _, blocks = networks.checked(("lenet", experiment.blocks))
            full = [*blocks, *networks.head_blocks("dense", 10)]
            assert outline(full, (1, 28, 28)).error is None, name


def test_setting_up_the_next_experiment_keeps_the_run_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("few", "few_augment"):  # of data that are made more quickly
        quick = {**EXPERIMENTS[name].settings, "tr_data": "shapes", "tr_count": 100}
        monkeypatch.setitem(EXPERIMENTS, name, replace(EXPERIMENTS[name], settings=quick))
    at = start(tr_view="try")
    at.button(key="tr_set_few").click().run()
    press(at, "One epoch")
    until(at, "step 5 of 200")
    assert "validation **" in words(at)
    at.button(key="tr_set_few_augment").click().run()
    press(at, "One epoch")
    until(at, "step 5 of 200")
    at.run()
    shown = at.dataframe[0].value
    assert list(shown["experiment"]) == ["50 images", "50, augmented"]
    kept = at.session_state["_training"].kept
    one = kept.pop("50 images")
    kept |= {f"Run {n}": one for n in range(session.MOST_KEPT)}
    at.button(key="tr_set_wrong").click().run()
    assert "The run before was not kept. At most 12 runs are kept" in words(at)


def test_all_experiments_can_be_kept_and_their_curves_are_told_apart() -> None:
    assert len(EXPERIMENTS) < session.MOST_KEPT
    runs = {f"Run {n}": History([1], [1.0], [0.5], [0.1], [0], [1.0], [0.5]) for n in range(13)}
    assert len(runs) == session.MOST_KEPT + 1  # with the present one
    (_, accuracy) = charts.compared(runs, log=False)
    colours = len(CATEGORICAL["light"])
    looks = {(curve.colour % colours, curve.dashed) for curve in accuracy.series}
    assert len(looks) == len(runs)


#: Of the experiments, as the same seeds gave them: accuracy while training, of validation, highest.
ENDS = {
    "few": End(1.0, 0.705, 0.743),
    "few_more": End(0.907, 0.938, 0.938),
    "few_augment": End(0.8, 0.797, 0.815),
    "wrong": End(1.0, 0.75, 0.915),
    "wrong_more": End(0.704, 0.919, 0.958),
    "wrong_augment": End(0.635, 0.955, 0.964),
    "wrong_dropout": End(0.699, 0.873, 0.92),
    "wrong_decay": End(0.674, 0.88, 0.925),
    "wrong_stop": End(0.739, 0.805, 0.915),
    "none": End(0.386, 0.502, 0.517),
    "none_relu": End(0.906, 0.945, 0.945),
}


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_what_is_foretold_of_an_experiment_is_read_off_its_run(name: str) -> None:
    assert claims.came(name, ENDS) is True
    assert "as the right forecast says" in claims.words(name, ENDS)
    guessing = ENDS | {name: End(0.1, 0.1, 0.1)}
    assert claims.came(name, guessing) is False
    assert "otherwise" in claims.words(name, guessing)
    alone = {name: ENDS[name]}
    others = claims.CLAIMS[name].others
    assert claims.came(name, alone) is (None if others else True)
    assert all(EXPERIMENTS[other].title in claims.words(name, alone) for other in others)
    assert claims.words(name, {}) == ""


def test_a_run_has_an_end_once_it_is_done() -> None:
    data = load_recipe(Recipe(count=100, train_on=20))
    one = few(samples=20, epochs=1, batch_size=10)
    half = advance(begin(one), data, Budget(steps=1))
    assert claims.end(begin(one)) is None and claims.end(half) is None
    done = advance(half, data, Budget())
    found = claims.end(done)
    assert found is not None
    assert found.training == pytest.approx(np.mean(done.history.accuracy))
    assert found.validation == done.history.check_accuracy[-1]
    assert found.top == max(done.history.check_accuracy)


def few(**changes: object) -> RunConfig:
    blocks = [*networks.PRESETS["lenet"].blocks, *networks.head_blocks("dense", 10)]
    settings = {"samples": 50, "batch_size": 12, "epochs": 40, "lr": 0.002}
    return RunConfig(blocks, (1, 28, 28), 10, **{**settings, **changes})


def test_of_fifty_images_the_network_learns_each_and_the_rule_badly() -> None:
    done = advance(begin(few()), load_recipe(Recipe(count=600, train_on=50)), Budget())
    history = done.history
    found = claims.end(done)
    assert found is not None and claims.came("few", {"few": found})
    assert history.loss[-1] < 0.05
    assert history.check_loss[-1] > 0.8 * history.check_loss[len(history.check_loss) // 2]
    assert f"validation **{history.check_accuracy[-1]:.1%}**" in verdict.words(done)


def test_the_words_are_those_of_the_run_at_hand() -> None:
    state = begin(few())
    assert verdict.words(state) == "Not trained yet."
    done = advance(state, load_recipe(Recipe(count=100, train_on=50)), Budget(steps=2))
    history = History([1, 2], [1.0, 0.5], [0.5, 1.0], [0.1, 0.1], [0, 2], [2.0, 1.0], [0.1, 0.6])
    state = type(done)(**{**vars(done), "history": history})
    said = verdict.words(state, 0.3)
    assert "Training **75.0%**, measured by labels of which 30% are wrong" in said
    assert "validation **60.0%**: **15.0 points** lower" in said
    assert "has not turned up" in said
    history.check_step.append(4)
    history.check_loss.append(3.0)
    history.check_accuracy.append(0.4)
    said = verdict.words(state)
    assert "lowest, 1.00, at step 2; now it is **3.00**" in said
    assert "On the way validation accuracy had been 60.0%." in said


def test_of_a_run_that_stopped_or_was_not_looked_at_no_result_is_told() -> None:
    data = load_recipe(Recipe(count=100, train_on=50))
    first = advance(begin(few()), data, Budget(steps=1))
    assert "not been looked at since the first step" in verdict.words(first)
    stopped = advance(begin(few(lr=1e4, optimizer="sgd")), data, Budget())
    assert stopped.stopped
    assert verdict.words(stopped).startswith("The run stopped over its numbers")


def test_the_numbers_in_what_is_said_of_experiments_are_those_of_their_settings() -> None:
    def said(name: str) -> str:
        asked = forecast(name, np.random.default_rng(0))
        return f"{EXPERIMENTS[name].title}. {EXPERIMENTS[name].watch} {asked.words}"

    few, wrong, moved = (EXPERIMENTS[name].settings for name in ("few", "wrong", "none"))
    assert f"{few['tr_few']} images" in said("few")
    more = int(EXPERIMENTS["few_more"].settings["tr_few"])
    assert f"{more:,} images" in said("few_more") and said("few_more").count("no more steps") == 2
    batches = -(-more // few["tr_batch"]) * EXPERIMENTS["few_more"].settings["tr_epochs"]
    assert batches <= -(-int(few["tr_few"]) // few["tr_batch"]) * few["tr_epochs"]
    assert f"{wrong['tr_wrong']:.0%}".replace("%", " %") in said("wrong")
    assert "Three in ten" in said("wrong") and wrong["tr_wrong"] == 0.3
    all_of_them = len(load_recipe(Recipe()).train)
    assert f"{all_of_them:,} images" in said("wrong_more")
    times = all_of_them / int(wrong["tr_few"])
    assert "More than three times as many" in said("wrong_more") and 3 < times < 4
    steps = int(wrong["tr_few"]) / wrong["tr_batch"] * wrong["tr_epochs"]
    same = EXPERIMENTS["wrong_more"].settings
    assert all_of_them / same["tr_batch"] * same["tr_epochs"] == pytest.approx(steps, rel=0.05)
    assert "three epochs" in said("wrong_stop")
    assert EXPERIMENTS["wrong_stop"].settings["tr_patience"] == 3
    dropped = [b["p"] for b in EXPERIMENTS["wrong_dropout"].blocks or () if b["kind"] == "dropout"]
    assert f"p = {dropped[0]}" in said("wrong_dropout") and set(dropped) == {dropped[0]}
    assert "up to five pixels" in said("none") and moved["tr_shift"] == 5
    deep = [*(EXPERIMENTS["none"].blocks or ()), *networks.head_blocks("dense", 10)]
    assert sum(b["kind"] in ("conv", "linear") for b in deep) == 5
    assert "five layers" in said("none")


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_a_forecast_has_one_right_answer_and_deals_its_order(name: str) -> None:
    dealt = [forecast(name, np.random.default_rng(seed)) for seed in range(12)]
    assert {question.answer for question in dealt} == {"A", "B", "C"}
    assert all(question.answer in question.options for question in dealt)


def test_sixteen_variants_of_one_image_are_shown_and_are_its_own() -> None:
    at = start(tr_view="data", tr_data="strokes", tr_few="50")
    assert "Augmentation is off" in words(at)
    at.button(key="tr_usual").click().run()
    assert not at.exception
    rows = sent(at, "tile_grid", "tr_variants")["rows"]
    plain, changed = (array(row["maps"]) for row in rows)
    assert (len(plain), len(changed)) == (1, augmenting.VARIANTS)
    assert len({image.tobytes() for image in changed}) == augmenting.VARIANTS
    assert standing(at)["tr_turn"] == "12"
    at.slider(key="tr_turn").set_value(0.0)
    at.slider(key="tr_warp").set_value(0.0)
    at.slider(key="tr_shift").set_value(0.0).run()
    assert "Augmentation is off" in words(at)


def test_a_run_stops_early_and_the_page_says_where_it_was_best() -> None:
    at = start(
        tr_view="try", tr_few="20", tr_batch="12", tr_patience="1", tr_lr="0.05", tr_epochs="40"
    )
    press(at, "Train")
    until(at, "**Stopped early**")
    assert "has not been lower since step" in words(at)
    assert next(b for b in at.button if b.label == "Train").disabled


def test_present_is_none_where_a_setting_differs() -> None:
    at = start(tr_view="try", tr_data="strokes")
    assert not any(e.watch in words(at) for e in experiments.EXPERIMENTS.values())
