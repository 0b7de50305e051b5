"""One idea each: the counts are those of networks that are built, and what is told is measured."""

from __future__ import annotations

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.architectures import ARCHITECTURES
from cnn.functional import conv2d
from cnn.nets.spec import Spec, build, outline
from tests.pages.opening import words
from tests.pages.test_famous import start
from ui.famous import bottleneck, deep, groups, ideas, race, small_kernels, strips


def parameters(blocks: Spec, channels: int) -> int:
    return sum(row.parameters for row in outline(blocks, (channels, 16, 16)).rows)


def unbiased(filters: int, kernel: int | list[int], **more: int) -> dict[str, object]:
    return {"kind": "conv", "out_channels": filters, "kernel_size": kernel, "bias": False} | more


@pytest.mark.parametrize("idea", ideas.IDEAS)
def test_every_idea_opens_and_asks_its_guess(idea: str) -> None:
    at = start(fn_view="ideas", fn_idea=idea)
    assert "**Guess.**" in words(at)


# ------------------------------------------------------------------------------ small kernels


@pytest.mark.parametrize("layers", [1, 2, 3, 5])
def test_a_stack_of_small_kernels_sees_what_a_lit_pixel_spreads_to_and_has_its_weights(
    layers: int,
) -> None:
    of = small_kernels.Stack(layers, 6)
    spread = small_kernels.reach(small_kernels.kernels(layers, 3))
    lit = [int((one > 0).any(axis=0).sum()) for one in spread]
    assert lit == [1 + 2 * i for i in range(layers + 1)] and lit[-1] == of.sees
    assert of.small == parameters([unbiased(6, 3, padding=1)] * layers, 6)
    assert of.large == parameters([unbiased(6, of.sees, padding=of.sees // 2)], 6)


def test_vggs_pair_has_18_weights_a_channel_pair_where_a_5x5_has_25() -> None:
    assert (small_kernels.Stack(2, 1).small, small_kernels.Stack(2, 1).large) == (18, 25)


# ------------------------------------------------------------------------------------- strips


@pytest.mark.parametrize("name", strips.KERNELS)
def test_two_strips_one_after_the_other_are_their_product_and_what_they_keep_is_measured(
    name: str,
) -> None:
    kernel = strips.kernel(name)
    column, row = strips.strips(kernel)
    x = np.random.default_rng(1).standard_normal((1, 1, 12, 12))
    one_by_one = conv2d(conv2d(x, row[None, None]), column[None, None])
    np.testing.assert_allclose(one_by_one, conv2d(x, (column @ row)[None, None]), atol=1e-9)
    lost = ((kernel - column @ row) ** 2).sum() / (kernel**2).sum()
    assert strips.kept(kernel) == pytest.approx(1 - lost)


def test_upright_kernels_are_two_strips_exactly_and_slanting_ones_are_not() -> None:
    exact = {name: strips.kept(strips.kernel(name)) > 1 - 1e-9 for name in strips.KERNELS}
    assert {n for n, whole in exact.items() if whole} == {"blur", "edge", "wave"}
    assert "**exactly**" in strips.words(strips.kernel("blur"))
    assert "50%" in strips.words(strips.kernel("slant"))


# ------------------------------------------------------------------------------------- groups


@pytest.mark.parametrize("count", groups.GROUPS)
def test_conv2s_weights_are_those_of_the_layer_with_so_many_groups(count: int) -> None:
    block = unbiased(groups.OUT, groups.KERNEL, groups=count)
    assert groups.weights(count) == parameters([block], groups.IN)
    assert groups.reads(count).mean() == pytest.approx(1 / count)


def test_the_table_of_2012_has_these_groups_and_this_picture() -> None:
    of = ARCHITECTURES["alexnet"]
    conv2 = next(block for block in of.spec if block.get("name") == "conv2")
    assert (conv2["groups"], conv2["out_channels"], of.input_shape[1]) == (2, groups.OUT, 227)
    assert "55×55 cells, and nothing is left over" in groups.rest(227, 0)
    assert "54×54" in groups.rest(224, 0) and "the last row and column no" in groups.rest(224, 0)
    assert "the last row and column of the padded picture no window" in groups.rest(224, 2)


# --------------------------------------------------------------------------------- bottleneck


def test_a_bottlenecks_parts_are_the_layers_of_resnets_block() -> None:
    of = bottleneck.Narrow(256, 64)
    built = [unbiased(64, 1), unbiased(64, 3, padding=1), unbiased(256, 1)]
    assert of.narrow == parameters(built, 256) == 69_632
    assert of.direct == parameters([unbiased(256, 3)], 256) == 589_824


# ------------------------------------------------------------------------------------- residual


def test_plain_and_residual_have_the_same_weights_to_learn() -> None:
    for start_ in deep.STARTS:
        nets = [build(deep.spec(kind, start_, 20), (1, 28, 28)) for kind in deep.KINDS]
        convolutions = sum(type(layer).__name__ == "Conv2d" for _, layer in nets[0].named_layers())
        assert nets[0].count_parameters() == nets[1].count_parameters()
        assert convolutions == 21  # and the one before the twenty


def test_the_plain_signal_dies_with_pytorchs_start_and_the_residual_one_does_not() -> None:
    plain, residual = (deep.signal(kind, "pytorch", 20, 0) for kind in deep.KINDS)
    assert len(plain.forward) == len(deep.places(20)) == 11
    assert plain.forward[-1] < 1e-4 * plain.forward[0]
    assert plain.backward[0] < 1e-4 * plain.backward[-1]
    assert 0.1 < residual.forward[-1] / residual.forward[0] < 100
    assert 0.1 < residual.backward[0] / residual.backward[-1] < 100
    norm = deep.signal("plain", "norm", 20, 0)
    assert 0.1 < norm.forward[-1] / norm.forward[0] < 100


def test_both_networks_train_live_and_what_they_reach_is_listed() -> None:
    at = start(fn_view="ideas", fn_idea="residual", fn_depth="8")
    assert "Not trained yet" in words(at)
    at.button(key="fn_train").click().run()
    assert not at.exception
    until(at, lambda text: "**plain**: step" in text and "step 0 of" not in text)
    at.button(key="fn_pause").click().run()
    at.button(key="fn_again").click().run()
    assert "Not trained yet" in words(at)
    race.runner().shutdown()


def until(at: AppTest, fits: object) -> None:
    assert callable(fits)
    for _ in range(600):  # the workers may have to start on a busy machine
        if fits(words(at)):
            return
        time.sleep(0.2)
        at.run()
        assert not at.exception
    raise AssertionError(words(at))
