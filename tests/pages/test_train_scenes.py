"""The training page's loss landscape, filters at the start and now, and scenes of layers."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.losses import make_loss
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, begin, network_of
from tests.pages.opening import words
from tests.pages.payload import array, sent
from tests.pages.test_train import network
from tests.pages.training import press, start, until
from ui import networks
from ui.train import digit_map, dropping, experiments, kernels, landscape, normalising
from ui.train import without_activation as bend


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(Recipe("shapes", count=200, seed=1))


@pytest.fixture(scope="module")
def trained(data: Split) -> RunState:
    blocks = [
        *networks.PRESETS["one"].blocks,
        *networks.head_blocks("dense", len(data.train.classes)),
    ]
    config = RunConfig(
        blocks, data.train.shape, len(data.train.classes), len(data.train), batch_size=32, epochs=4
    )
    return advance(begin(config), data, Budget())


@pytest.fixture
def at_work(data: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's share, done here."""

    def asked(_work, state, plane, points, images):
        some = data.train.take(slice(0, images))
        loss = make_loss(state.config.loss).forward
        return landscape_losses(network_of(state), loss, some.floats(), some.labels, plane, points)

    from cnn.explain.landscape import losses as landscape_losses

    monkeypatch.setattr(landscape.heavy, "asked_of_run", asked)


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("kind", list(landscape.PLANES))
def test_the_middle_of_the_landscape_is_the_network_and_the_way_leads_there(
    kind: str, data: Split, trained: RunState
) -> None:
    found = landscape.work_out(trained, data, kind)
    some = data.train.take(slice(0, found.images))
    loss = make_loss("cross_entropy")
    now = loss.forward(network_of(trained)(some.floats()).T, some.labels)
    middle = landscape.POINTS // 2
    assert found.loss.shape == (landscape.POINTS, landscape.POINTS)
    assert found.loss[middle, middle] == pytest.approx(now, rel=1e-4)
    assert found.steps[-1] == trained.step
    np.testing.assert_allclose(found.path[-1, :2], 0, atol=1e-5)
    assert f"**{now:.3f}**" in landscape.words(found, kind)
    if kind == "path":
        assert found.share > 0.6
        assert found.path[0, 2] > found.path[-1, 2]
        assert (np.abs(found.path[:, 0]) <= found.x.max()).all()
    else:
        assert found.share < 0.2


def test_a_run_without_numbers_is_told_so_by_every_scene() -> None:
    at = start(tr_preset="lenet", tr_opt="sgd", tr_lr="10", tr_init="uniform", tr_view="land")
    press(at, "Train")
    until(at, "**Stopped**")
    assert "no landscape lies around them" in words(at)
    at.button_group(key="tr_view").set_value("layer").run()
    for scene in ("drop", "none"):
        at.button_group(key="tr_scene").set_value(scene).run()
        assert not at.exception
        assert "Its numbers are no numbers any more" in words(at)


def test_a_network_of_tiny_scores_is_no_linear_map_if_it_bends(data: Split) -> None:
    blocks = [*networks.PRESETS["lenet"].blocks, *networks.head_blocks("dense", 4)]
    straight = [block for block in blocks if block["kind"] not in ("relu", "max_pool")]
    for kept, linear in ((blocks, False), (straight, True)):
        state = begin(RunConfig(kept, data.train.shape, 4, len(data.train), init="normal"))
        net = network_of(state)
        images = data.validation.floats(slice(0, 8))
        apart, size = bend.difference(
            bend.as_linear_map(net, data.train.shape)(images), net(images)
        )
        assert 0 < size < 1e-3
        assert bend.is_linear(apart, size) is linear


@pytest.mark.usefixtures("at_work")
def test_a_landscape_with_holes_is_told_without_them(
    data: Split, trained: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landscape, "POINTS", 5)
    found = landscape.work_out(trained, data, "path")
    found.loss[0] = found.path[0, 2] = np.nan
    assert f"goes from no number to {found.now:.2f}." in landscape.said(found)
    assert "nan" not in landscape.said(found) + landscape.words(found, "path")


def test_the_work_of_a_landscape_is_bounded_whatever_the_network(trained: RunState) -> None:
    assert landscape.extent(trained, 160) == (landscape.POINTS, 160)
    large = [networks.conv(64, 15, padding=7), networks.conv(64, 15, padding=7)]
    config = RunConfig([*large, *networks.head_blocks("dense", 4)], (1, 28, 28), 4, 1000)
    points, images = landscape.extent(begin(config), 1000)
    assert (points, images) == (landscape.FEWEST_POINTS, landscape.FEWEST_IMAGES)


def test_the_landscape_of_a_finished_run_is_drawn_once_and_its_words_tell_it() -> None:
    at = start(tr_view="land", tr_preset="one", tr_count="100", tr_epochs="3", tr_batch="12")
    assert "Train first: the landscape" in words(at)
    press(at, "Train")
    until(at, "**Finished**")
    assert "Each point of the ground is a whole set of weights" in words(at)
    kept = at.session_state["_landscape"][1]
    at.run()
    assert at.session_state["_landscape"][1] is kept
    kept.loss[:] = np.nan  # as around weights that are finite and far too large
    at.run()
    assert "no landscape lies around them" in words(at)


def test_kernels_at_the_start_now_and_their_change_stand_one_above_the_other(
    trained: RunState,
) -> None:
    layer = dict(network_of(trained).named_layers())["conv1"]
    began, now, change = kernels.rows(trained, "conv1", layer, "three")  # type: ignore[arg-type]
    np.testing.assert_allclose(began.maps + change.maps, now.maps, atol=1e-6)
    first = begin(trained.config).parameters["conv1.weight"][0, 0]
    np.testing.assert_array_equal(began.maps[0], first)
    assert began.limit == now.limit
    assert change.limit is None
    _, then, _ = kernels.rows(trained, "conv1", layer, "three", "Step 7")  # type: ignore[arg-type]
    assert then.title == "Step 7, on the same scale"


def test_the_map_lays_out_the_images_and_counts_how_far_their_classes_came_apart(
    trained: RunState, data: Split
) -> None:
    some = data.validation
    moments = digit_map.networks(trained)
    assert [step for step, _ in moments.values()][::2] == [0, trained.step]
    found = {
        name: digit_map.seen(trained, *moment, some.floats(), some.labels, some.classes)
        for name, moment in moments.items()
    }
    now = found["now"]
    assert now is not None and now.points.shape == (len(some), 2)
    scores = network_of(trained)(some.floats())
    assert now.answers[0].startswith(f"It says {some.classes[scores[0].argmax()]}, ")
    said = digit_map.words({name: one for name, one in found.items() if one is not None})
    assert f"step {trained.step:,} for **{now.same:.0%}**" in said
    assert digit_map.last_hidden(network_of(trained)) == "flatten1"
    at = start(tr_view="map", tr_preset="one", tr_count="100")
    assert sent(at, "dot_map")["label"] == "A map of 20 images by the last hidden layer, step 0."
    at.button_group(key="tr_when").set_value("between").run()
    assert "no stored moment in between yet" in words(at)


@pytest.mark.parametrize("scale", [0.25, 3.0])
def test_batch_norm_holds_the_spread_where_it_would_shrink_or_grow(
    scale: float, data: Split
) -> None:
    images = data.train.floats(slice(0, 32))
    plain, normed = (normalising.outputs(images, scale, 0, norm=n) for n in (False, True))
    first, last = (float(plain[n].std()) for n in (1, normalising.DEPTH))
    assert last < first / 20 if scale < 1 else last > 20 * first
    assert all(abs(float(values.std()) - 1) < 0.1 for values in normed.values())
    said = normalising.words(plain, normed)
    assert ("**shrinks**" if scale < 1 else "**grows**") in said
    assert f"**{last:.2g}**" in said


def test_who_drops_out_is_left_out_and_the_mean_of_many_passes_is_the_test_time_answer(
    trained: RunState, data: Split
) -> None:
    image = data.validation.floats(slice(0, 1))[0]
    found = dropping.passes(trained, image, 0.5, 0)
    assert found is not None
    np.testing.assert_allclose(found.whole, network_of(trained)(image[None])[0], rtol=1e-4)
    alive = found.hidden != 0
    dropped = (found.kept == 0)[:, alive].mean()
    assert dropped == pytest.approx(0.5, abs=0.03)
    ratio = found.kept[:, alive] / found.hidden[alive]
    np.testing.assert_allclose(ratio[ratio > 0], 2, rtol=1e-5)
    assert found.away[-1] < found.away[:5].mean() / 3
    again, other = (dropping.passes(trained, image, 0.5, seed) for seed in (0, 1))
    assert again is not None and other is not None
    assert np.array_equal(again.kept, found.kept) and not np.array_equal(other.kept, found.kept)


def test_a_network_without_hidden_units_before_a_dense_layer_has_no_dropout_to_show(
    data: Split,
) -> None:
    blocks = networks.head_blocks("conv", 8)
    state = begin(RunConfig(blocks, data.train.shape, 8, len(data.train)))
    assert dropping.passes(state, data.validation.floats(slice(0, 1))[0], 0.5, 0) is None


def test_two_small_kernels_are_the_large_one_but_for_the_padding() -> None:
    for seed in range(5):
        first, second = bend.kernels(seed)
        twice, once = bend.both_ways(bend.picture(seed), first, second, "none")
        np.testing.assert_allclose(twice, once)
        assert twice.shape == (5, 5)
        twice, once = bend.both_ways(bend.picture(seed), first, second, "same")
        assert np.array_equal(twice[1:-1, 1:-1], once[1:-1, 1:-1])
    at = start(tr_view="layer", tr_scene="none", tr_two="same")
    assert "**32 of 81** cells differ, none of them inside" in words(at)
    at.segmented_control(key="tr_two").set_value("none").run()
    assert "All **25** cells of the 5×5 output agree" in words(at)


def test_a_network_without_activations_is_told_and_shown_as_its_templates() -> None:
    linear = network([networks.conv(4, 5), networks.dense(8)])
    at = start(tr_view="layer", tr_scene="none", tr_net=linear)
    assert "**Yes**" in words(at)
    assert len(array(sent(at, "tile_grid", "tr_templates")["rows"][0]["maps"])) == 8
    at = start(tr_view="layer", tr_scene="none", tr_preset="one")
    assert "**No**" in words(at)


def test_every_scene_opens_with_every_preset_and_every_experiment() -> None:
    for scene in ("norm", "drop", "none"):
        for preset in networks.PRESETS:
            start(tr_view="layer", tr_scene=scene, tr_preset=preset, tr_classes="two")
    start(tr_view="layer", tr_scene="drop", **experiments.EXPERIMENTS["wrong_dropout"].texts())
