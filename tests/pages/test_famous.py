"""Famous networks: what is drawn is read off the tables, what is claimed is counted."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pytest

from classroom.tasks import Task
from cnn.architectures import ARCHITECTURES
from cnn.explain import unit_field
from cnn.nets.spec import Spec, build, outline
from cnn.window.receptive_field import Field
from tests.pages.opening import visit, words
from tests.pages.payload import counted, sent
from ui.components.bubbles.bubbles import Axis, Bubble, bubbles
from ui.components.field_view.field_view import Heat
from ui.famous import bars, cell, field, here, published, side, spend, walk
from ui.room import task

start = partial(visit, "famous")


# ------------------------------------------------------------------------------- 1. side by side


def test_every_published_accuracy_says_how_it_was_measured_and_where_it_is_written() -> None:
    for slug, found in published.ACCURACIES.items():
        assert found, slug
        for each in found:
            assert 50 < each.top1 < 100 and each.protocol and each.source


def test_one_crop_figures_are_those_of_the_libraries() -> None:
    shown = {slug: published.comparable(slug) for slug in published.ACCURACIES}
    rounded = {slug: None if top is None else round(top, 2) for slug, top in shown.items()}
    assert rounded | {"efficientnet_lite0": 75.1} == {
        "lenet_1998": None,
        "alexnet": None,
        "alexnet_single": 56.52,
        "vgg16": 71.59,
        "vgg19": 72.38,
        "resnet50": 76.13,
        "resnet50_v1": 75.3,
        "inception_v4": 80.16,
        "efficientnet_lite0": 75.1,
    }


@pytest.mark.parametrize("slug", [s for s, a in ARCHITECTURES.items() if a.top1 is not None])
def test_the_accuracy_on_a_network_s_card_is_one_of_the_published(slug: str) -> None:
    found = [round(each.top1, 1) for each in published.ACCURACIES[slug]]
    assert round(ARCHITECTURES[slug].top1 or 0, 1) in found


def test_alexnet_made_58_per_cent_of_the_next_teams_errors_not_half() -> None:
    assert "58% of their errors" in side.contest()


def test_the_table_of_networks_is_counted_from_their_layers() -> None:
    by_name = {row["network"]: row for row in side.rows()}
    assert by_name["VGG-16"]["conv and dense"] == 16
    assert by_name["VGG-19"]["conv and dense"] == 19
    assert by_name["AlexNet"]["conv and dense"] == 8
    assert by_name["LeNet-5"]["conv and dense"] == by_name["LeNet-5 (1998)"]["conv and dense"] == 5
    for architecture in ARCHITECTURES.values():
        assert by_name[architecture.name]["parameters"] == architecture.parameters
    assert by_name["AlexNet"]["top-1, one crop"] is None


def test_resnets_layers_are_those_of_its_name_and_of_its_shortcuts() -> None:
    names = [row.name for row in ARCHITECTURES["resnet50"].summary() if row.kind == "Conv2d"]
    assert sum("shortcut" in name for name in names) == 4
    assert "54 are the 50 of its name and 4 convolutions" in side.resnets_name()


def test_efficientnet_is_a_point_below_resnet_with_a_fifth_of_its_weights() -> None:
    lite, resnet = ARCHITECTURES["efficientnet_lite0"], ARCHITECTURES["resnet50"]
    below = (published.comparable(resnet.slug) or 0) - (published.comparable(lite.slug) or 0)
    assert 0.9 < below < 1.1 and 0.17 < lite.parameters / resnet.parameters < 0.2
    assert "a point below ResNet-50 at a fifth of its weights" in lite.idea


@pytest.mark.parametrize("axis", side.AXES)
def test_the_chart_has_a_bubble_for_each_comparable_network(axis: str) -> None:
    networks = side.compared()
    shown = sent(start(fn_axis=axis), "bubbles")
    drawn = {each["name"]: each for each in shown["bubbles"]}
    assert list(drawn) == [n.name for n in networks]
    assert drawn["VGG-16"]["at"] != drawn["VGG-19"]["at"], "their bubbles touch on a phone"
    areas = np.array([each["radius"] for each in shown["bubbles"]]) ** 2
    weights = np.array([n.parameters for n in networks])
    assert np.allclose(areas / areas[0], weights / weights[0])
    for network in networks:
        each = drawn[network.name]
        assert each["words"].startswith(
            f"{network.name}: {published.comparable(network.slug):.1f}%"
        )
        assert 0.05 < each["x"] < 0.95 and 0.05 < each["y"] < 0.95
    ticks = {tick["text"]: tick["at"] for tick in shown["across"]}
    decade = ticks["30 G"] - ticks["3 G"] if axis == "work" else ticks["30 M"] - ticks["3 M"]
    costs = [n.multiply_adds if axis == "work" else n.parameters for n in networks]
    apart = np.diff([each["x"] for each in shown["bubbles"]]) / decade
    assert np.allclose(apart, np.diff(np.log10(costs))), "ten times as much is as far everywhere"
    assert not any(n.slug.startswith("lenet") or n.slug == "alexnet" for n in networks)


def test_what_has_no_place_on_a_logarithmic_axis_is_refused() -> None:
    ends = Axis("cost", (1.0, 10.0), {}), Axis("gain", (0.0, 1.0), {})
    for across, axis in ((0.0, ends[0]), (2.0, ends[1])):
        with pytest.raises(ValueError, match="above 0 on a logarithmic axis"):
            bubbles("b", [Bubble("a", across, 0.5, 9, "")], across=axis, up=ends[1], alt="")


@pytest.mark.parametrize("seed", range(6))
def test_the_question_about_work_is_answered_from_the_tables(seed: int) -> None:
    question = side.times_the_work(np.random.default_rng(seed))
    found = [a for a in ARCHITECTURES.values() if a.name in question.words]
    assert question.answer > 1
    assert any(
        np.isclose(question.answer, a.multiply_adds / b.multiply_adds) for a in found for b in found
    )


def test_the_page_opens_at_its_first_scene() -> None:
    at = start()
    assert "ImageNet's 50,000 validation" in words(at)
    assert len(at.dataframe) == 2


# -------------------------------------------------------------------------------- 2. walk through


def test_the_diagram_is_given_the_network_and_where_the_student_is_in_it() -> None:
    at = start(fn_view="walk", fn_net="inception_v4", fn_at="inception_v4~3~1.5")
    data = sent(at, "network_diagram")
    assert (data["chosen"], data["open"]) == (3, [1, 5])
    assert len(data["network"]["parent"]) > 490
    assert data["input"] == [3, 299, 299]
    assert "7×1 after 1×7" in words(at)


@pytest.mark.parametrize("seed", range(4))
def test_the_question_about_a_convolution_is_answered_from_the_table(seed: int) -> None:
    asked = walk.parameters_of(np.random.default_rng(seed))
    channels, filters = map(int, re.findall(r"(\d+) (?:channels|filters)", asked.words))
    assert asked.answer == filters * (channels * 9 + 1)
    assert asked.answer not in dict(asked.known)


def test_a_place_in_another_network_is_left_alone() -> None:
    data = sent(start(fn_view="walk", fn_net="lenet", fn_at="vgg16~3~1"), "network_diagram")
    assert (data["chosen"], data["open"]) == (-1, [])


def test_a_browser_that_holds_the_network_is_not_sent_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = start(fn_view="walk", fn_net="inception_v4")
    held = [here.constants_of("inception_v4").mark]
    with counted(monkeypatch) as size:
        at.run()
        whole = size()
        place = {"chosen": 2, "open": [1], "held": held, "sequence": 1}
        at.session_state["fn_diagram"] = {"place": place}
        at.run()
        assert not at.exception
        assert size() < whole - 4000
    assert len(sent(at, "network_diagram")["network"]["parent"]) > 490


# ---------------------------------------------------------------------------- 3. weights and work


@pytest.mark.parametrize(
    ("slug", "parameters", "multiply_adds"),
    [
        ("lenet", 95.8, 14.1),
        ("alexnet", 96.2, 8.1),
        ("vgg16", 89.4, 0.8),
        ("vgg19", 86.1, 0.6),
        ("resnet50", 8.0, 0.1),
        ("inception_v4", 3.6, 0.0),
    ],
)
def test_the_dense_layers_share(slug: str, parameters: float, multiply_adds: float) -> None:
    dense = bars.share(ARCHITECTURES[slug], "dense")
    assert round(100 * dense.parameters, 1) == parameters
    assert round(100 * dense.multiply_adds, 1) == multiply_adds
    assert f"{parameters:.1f}% of the parameters" in bars.sentence(ARCHITECTURES[slug])


def test_the_first_dense_layer_of_vgg16_holds_three_quarters_and_six_convolutions_tie() -> None:
    (first,) = bars.largest(bars.VGG, "parameters")
    assert first.name == "fc6" and round(100 * first.parameters / bars.VGG.parameters, 1) == 74.3
    ties = bars.largest(bars.VGG, "multiply_adds")
    assert len(ties) == 6 and {row.multiply_adds for row in ties} == {1_849_688_064}


@pytest.mark.parametrize("seed", range(8))
def test_the_guesses_about_vgg16_offer_one_right_layer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, work = bars.most_weights(rng), bars.most_work(rng)
    assert weights.answer == "fc6" and len(weights.options) == len(work.options) == 5
    ties = {row.name for row in bars.largest(bars.VGG, "multiply_adds")}
    assert ties & set(work.options) == {work.answer}
    assert all(name in work.explain for name in ties)
    fc6 = next(row for row in bars.VGG.summary() if row.name == "fc6")
    assert fc6.multiply_adds == 25_088 * 4096
    assert "fc6, does 5.6% of that" in work.explain


@pytest.mark.parametrize("slug", ARCHITECTURES)
def test_the_bars_of_the_whole_network_add_up(slug: str) -> None:
    for total in bars.totals(ARCHITECTURES[slug]):
        assert np.isclose(sum(share for _, share in total.parts), 1)


def test_measured_seconds_are_added_up_over_blocks() -> None:
    seconds = {"conv1_1": 0.25, "relu1_1": 0.5, "conv1_2": 1.0}
    times = dict(
        zip((n.name for n in here.nodes_of("vgg16")), here.times_of("vgg16", seconds), strict=True)
    )
    assert times["conv1_1 – conv1_2"] == 1.75 and times["pool1"] == 0.0


def test_the_scene_of_weights_and_work_shows_bars() -> None:
    at = start(fn_view="bars", fn_net="vgg16")
    data = sent(at, "network_diagram")
    assert data["view"] == "bars"
    assert [total["title"] for total in data["totals"]] == ["Parameters", "Multiply–adds"]
    assert "89.4% of the parameters and do 0.8% of the multiply–adds" in words(at)
    assert "fc6 alone holds 74.3%" in words(at)


# --------------------------------------------------------------------------- 4. what one cell sees


@pytest.mark.parametrize(
    ("slug", "layer", "side"),
    [
        ("alexnet", "pool5", 195),
        ("vgg16", "pool5", 212),
        ("vgg19", "pool5", 268),
        ("resnet50", "conv5_3", 427),
        ("resnet50_v1", "conv5_3", 483),
        ("inception_v4", "inception_c3", 2071),
    ],
)
def test_what_a_cell_sees_is_as_published(slug: str, layer: str, side: int) -> None:
    (seen,) = (one for one in field.fields(slug) if one.layer == layer)
    assert seen.size == (side, side)
    rows = {row.name: row for row in ARCHITECTURES[slug].summary()}
    assert seen.size == rows[layer].receptive_field


@pytest.mark.parametrize("slug", ["lenet", "alexnet", "resnet50"])
def test_the_square_is_that_of_the_middle_cell(slug: str) -> None:
    network = ARCHITECTURES[slug].build(init="zeros")
    for one in field.fields(slug):
        found = unit_field(network, one.layer, (0, *one.cell))
        assert found.unclipped == one.whole


@pytest.mark.parametrize("slug", ARCHITECTURES)
def test_squares_grow_from_layer_to_layer(slug: str) -> None:
    sides = [one.size[0] for one in field.fields(slug)]
    assert sides == sorted(sides) and len(sides) >= 4
    height = ARCHITECTURES[slug].input_shape[1]
    for one in field.fields(slug):
        top, bottom, _, _ = one.inside
        assert 0 <= top < bottom <= height


def test_a_square_larger_than_the_picture_is_told_as_such() -> None:
    (seen,) = (one for one in field.fields("inception_v4") if one.layer == "inception_c3")
    said = cell.sentence(ARCHITECTURES["inception_v4"], seen, None)
    assert "sees 2071 × 2071 of 299 × 299 pixels" in said and "6.9 times the picture's side" in said


def test_the_effective_field_holds_most_of_the_gradient() -> None:
    rows, columns = np.mgrid[:40, :40]
    heat = np.exp(-((rows - 19.5) ** 2 + (columns - 24.5) ** 2) / 50)
    top, bottom, left, right = field.effective(heat, (0, 40, 5, 45))
    assert (top + bottom, left + right) == (40, 50) and bottom - top == right - left
    assert heat[top:bottom, left:right].sum() >= field.MOST * heat.sum()
    assert heat[top + 1 : bottom - 1, left + 1 : right - 1].sum() < field.MOST * heat.sum()


def test_the_gradient_is_told_with_whose_weights_it_is_and_how_far_it_reaches() -> None:
    seen = field.fields("lenet")[-1]
    heat = Heat(np.ones((28, 28), np.float32), (6, 22, 6, 22))
    said = cell.sentence(ARCHITECTURES["lenet"], seen, heat, trained=True)
    assert (
        "With trained weights it listens to less: 95% of its gradient lies within 16 × 16" in said
    )
    assert "With random weights" in cell.sentence(ARCHITECTURES["lenet"], seen, heat)


def test_the_scene_shows_the_squares_over_the_picture_as_the_network_is_given_it() -> None:
    at = start(fn_view="cell", fn_net="lenet", fn_layer="1")
    data = sent(at, "field_view")
    assert (data["rows"], data["columns"], data["at"]) == (28, 28, 1)
    pixels = np.asarray(data["pixels"]).reshape(3, 28, 28)
    assert (pixels[0] == pixels[1]).all(), "LeNet is given a grey picture"
    assert [square["name"] for square in data["squares"]] == ["conv1", "pool1", "conv2", "pool2"]
    assert data["heat"] is None and not at.exception


@pytest.mark.parametrize("seed", range(5))
def test_the_question_about_the_next_field_is_that_of_the_formula(seed: int) -> None:
    question = cell.next_field(np.random.default_rng(seed))
    patterns = (r"sees (\d+)", r"multiply to (\d+)", r"with a (\d+)×")
    size, jump, kernel = (int(re.findall(one, question.words)[0]) for one in patterns)
    grown = Field(size, jump).through(kernel)
    assert question.answer == grown.size


# ------------------------------------------------------------------------------- 8. spend 10 M


def bill_of(blocks: Spec) -> spend.Bill:
    found = spend.bill_of(blocks, outline(spend.whole(blocks), spend.INPUT))
    assert found is not None
    return found


def test_what_a_network_comes_to_is_counted_by_its_layers() -> None:
    bill = bill_of(spend.START)
    network = build(spend.whole(spend.START), spend.INPUT, init="zeros")
    rows = network.summary()
    assert bill.parameters == network.count_parameters() == sum(row.parameters for row in rows)
    assert bill.multiply_adds == sum(row.multiply_adds for row in rows)
    assert not bill.problems and bill.rows == spend.LEAST_ROWS


def test_each_rule_is_told_when_it_is_broken() -> None:
    wide = [*spend.START, *[spend.conv(512, 3)] * 4]
    assert "parameters too many" in " ".join(bill_of(wide).problems)
    early = [spend.conv(96, 3), *spend.START]
    assert "multiply–adds too many" in " ".join(bill_of(early).problems)
    small = [*spend.START, spend.conv(96, 3, 2)]
    assert "last map has 4 rows" in " ".join(bill_of(small).problems)


def test_both_budgets_can_bind_and_a_better_network_than_the_first_keeps_the_rules() -> None:
    longest = [spend.conv(96, 3, 2)] * 5 + [spend.conv(96, 11)] * (spend.MOST_BLOCKS - 5)
    assert bill_of(longest).parameters > spend.PARAMETERS
    better = [spend.conv(96, 3, 2)] * 5 + [spend.conv(96, 7)] * (spend.MOST_BLOCKS - 5)
    assert not bill_of(better).problems
    assert bill_of(better).field > bill_of(spend.START).field


@pytest.mark.parametrize(
    "rubbish",
    [
        [],
        "conv",
        [{"kind": "linear"}],
        [{"kind": "conv", "out_channels": 10**9, "kernel_size": 3, "stride": 1}],
        [{"kind": "conv", "out_channels": 96, "kernel_size": 4, "stride": 1}],
        [{"kind": "conv", "out_channels": True, "kernel_size": 3, "stride": 1}],
        [spend.conv(96, 3)] * 21,
    ],
    ids=["none", "word", "dense", "huge", "even", "truth", "many"],
)
def test_blocks_that_break_the_bounds_are_not_taken(rubbish: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        spend.checked(rubbish)


def test_the_student_s_blocks_are_in_the_link_and_can_be_locked() -> None:
    blocks = [spend.conv(96, 3, 2)] * 5
    at = start(fn_view="spend", fn_blocks=spend._CODEC.encode(blocks))
    data = sent(at, "block_list")
    assert data["blocks"] == blocks and not data["fixed"]
    assert len(data["lines"]) == len(blocks) + 2
    lock = task.CODEC.encode(Task("famous", {"fn_view": "spend"}, locked=frozenset({"fn_blocks"})))
    assert sent(start(fn_view="spend", task=lock), "block_list")["fixed"]


def test_a_network_that_does_not_fit_says_where() -> None:
    blocks = [spend.conv(96, 3, 2)] * 8 + [{"kind": "max_pool", "kernel_size": 3, "stride": 2}] * 3
    blocks += [{"kind": "max_pool", "kernel_size": 2, "stride": 2}]
    at = start(fn_view="spend", fn_blocks=spend._CODEC.encode(blocks))
    assert "does not fit its input" in words(at)
    assert any(line["problem"] for line in sent(at, "block_list")["lines"])
