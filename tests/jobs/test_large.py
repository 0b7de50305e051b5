"""What runs a large network: it tells of every layer, holds one network, and says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cnn import pretrained
from cnn.explain import grad_cam, unit_field
from cnn.pretrained.classes import imagenet_classes
from jobs.desk import Stopped
from jobs.large.answering import see
from jobs.large.covering import cover
from jobs.large.listening import listen
from jobs.large.maps import MOST_CELLS, smaller
from jobs.large.network import HELD, PACKAGED, Layer, Loaded, Wanted
from jobs.large.passing import look

SLUG = "efficientnet_lite0"
PICTURE = np.random.default_rng(0).integers(0, 256, (230, 300, 3), np.uint8)


def told(work: Any, *args: Any) -> tuple[Any, list[Any]]:
    heard: list[Any] = []
    return work(heard.append, *args), heard


def test_a_pass_tells_of_every_layer_and_its_maps_are_those_of_the_network() -> None:
    found, heard = told(look, Wanted(SLUG), PICTURE, "block2_1.depthwise", None)
    layers = [one for one in heard if isinstance(one, Layer)]
    assert isinstance(heard[0], Loaded) and tuple(layers) == found.layers
    assert len(layers) == layers[0].total and all(one.seconds >= 0 for one in layers)
    maps = found.maps
    y = HELD.outputs["block2_1.depthwise"]
    assert maps.shape == y.shape and found.picture.shape == (224, 224, 3)
    strength = np.abs(y).mean(axis=(1, 2))
    np.testing.assert_array_equal(maps.channels, np.argsort(-strength, kind="stable")[:64])
    np.testing.assert_array_equal(maps.whole, y[maps.opened])
    assert maps.opened == strength.argmax() and max(maps.small.shape[1:]) <= MOST_CELLS


def test_another_map_of_the_same_pass_costs_no_second_pass() -> None:
    told(look, Wanted(SLUG), PICTURE, "", None)
    found, heard = told(look, Wanted(SLUG), PICTURE, "conv_head", 7)
    assert [type(one) for one in heard] == [Loaded] and heard[0].seconds == 0
    assert found.maps.layer == "conv_head" and found.maps.opened == 7


def test_a_layer_without_maps_gives_its_units_in_rows() -> None:
    found, _ = told(look, Wanted(SLUG), PICTURE, "fc", None)
    assert found.maps.shape == (1000,) and found.maps.small.shape == (1, 32, 32)
    assert np.isfinite(found.maps.whole).sum() == 1000


def test_small_maps_keep_of_each_block_the_cell_that_is_farthest_from_0() -> None:
    x = np.zeros((1, 128, 130), np.float32)
    x[0, 3, 2], x[0, 127, 127] = -5, 3
    small = smaller(x)
    assert small.shape == (1, 42, 43) and small[0, 1, 0] == -5 and small.max() == 0
    np.testing.assert_array_equal(smaller(x[:, :64, :64]), x[:, :64, :64])


def test_one_network_is_held_and_the_next_takes_its_place() -> None:
    told(look, Wanted(SLUG), PICTURE, "", None)
    before = HELD.net
    told(see, Wanted(SLUG, PACKAGED), PICTURE, None)
    assert HELD.net is not before and HELD.wanted == Wanted(SLUG, PACKAGED)
    assert HELD.outputs == {}  # maps of what is no longer there take no memory


def test_a_trained_network_names_what_it_sees_and_where() -> None:
    picture = _coffee()
    found, _ = told(see, Wanted(SLUG, PACKAGED), picture, None)
    network = pretrained.lite0()
    names = [(imagenet_classes()[k], p) for k, p in found.top]
    assert names == [
        (n, pytest.approx(p, abs=1e-4)) for n, p in network.top(network.logits(picture))
    ]
    assert names[0][0] == "espresso" and found.target == found.top[0][0]
    other, _ = told(see, Wanted(SLUG, PACKAGED), picture, 504)
    assert (
        other.target == 504 and other.top == found.top and not np.allclose(other.heat, found.heat)
    )
    heat = grad_cam(network.net, network.preprocessing.apply(picture), 504).heat((224, 224))
    np.testing.assert_allclose(other.heat, heat / heat.max(), atol=1e-3)


def test_covering_tells_how_far_it_is_and_what_the_worst_square_does() -> None:
    found, heard = told(cover, Wanted(SLUG, PACKAGED), _coffee(), 967, 112, 56)
    assert [one for one in heard if isinstance(one, tuple)][-1] == (16, 16)
    assert found.chance > 0.5 and found.least < found.chance
    assert found.least == pytest.approx(found.chance - found.drops.max(), abs=0.02)
    assert (found.picture == 127).all(axis=2).sum() >= 56 * 56


def test_whoever_is_not_waited_for_any_more_is_stopped_between_two_layers() -> None:
    heard: list[Any] = []

    def tell(one: Any) -> None:
        heard.append(one)
        if len(heard) == 5:
            raise Stopped

    HELD.forget_pass()
    with pytest.raises(Stopped):
        look(tell, Wanted(SLUG), PICTURE, "", None)
    assert len(heard) == 5


def test_weights_that_are_no_numbers_are_told_in_a_sentence() -> None:
    wanted = Wanted(SLUG, PACKAGED)
    told(see, wanted, PICTURE, None)
    assert HELD.net is not None
    HELD.net.parameters()["fc.bias"][3] = np.nan
    try:
        with pytest.raises(ValueError, match="no numbers"):
            told(see, wanted, PICTURE, None)
        with pytest.raises(ValueError, match="no numbers"):
            told(cover, wanted, PICTURE, 0, 112, 56)
        with pytest.raises(ValueError, match="no numbers"):
            told(look, wanted, PICTURE, "fc", None)
        assert told(look, wanted, PICTURE, "conv_head", None)[0].maps.layer == "conv_head"
    finally:
        HELD.wanted = None


def _coffee() -> np.ndarray:
    from ui.famous.picture import photograph

    return np.rint(np.moveaxis(photograph("coffee").rgb, 0, 2) * 255).astype(np.uint8)


def test_a_cell_listens_within_the_square_that_it_sees() -> None:
    found, heard = told(listen, Wanted("lenet"), PICTURE, "conv2")
    assert isinstance(heard[0], Loaded) and found.heat.shape == (28, 28)
    top, bottom, left, right = unit_field(
        HELD.net, "conv2", (found.channel, 5, 5), (1, 28, 28)
    ).clipped
    assert found.heat[top:bottom, left:right].max() == 1
    outside = found.heat.copy()
    outside[top:bottom, left:right] = 0
    assert not outside.any()


@pytest.mark.parametrize("layer", ["c1", "c3", "c5"])
def test_a_cell_of_the_network_of_1998_listens_too(layer: str) -> None:
    heat = listen(lambda _: None, Wanted("lenet_1998"), PICTURE, layer).heat
    assert heat.shape == (32, 32) and heat.max() == 1


def test_a_layer_without_maps_has_no_middle_that_listens() -> None:
    with pytest.raises(ValueError, match="one that has maps"):
        listen(lambda _: None, Wanted("lenet"), PICTURE, "fc1")
