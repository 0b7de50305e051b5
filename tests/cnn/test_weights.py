"""Weights that other programs wrote are read as they meant them, and put where they belong."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cnn import pretrained
from cnn.arrays import Array, Shape
from cnn.nets import storage
from cnn.nets.spec import build
from cnn.pretrained.recipes import RECIPES, Recipe
from cnn.pretrained.safetensors import read_safetensors
from cnn.pretrained.tensors import Tensor, mapped
from cnn.pretrained.torch_files import read_torch
from tests.fixtures.make_weights_fixtures import NETWORKS, picture, small, values

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDER = FIXTURES / "weights"
BY_NAME = {
    "alexnet": "alexnet_single",
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "resnet50": "resnet50",
    "inception_v4": "inception_v4_code",
}


def recipe_of(name: str) -> Recipe:
    return next(r for r in RECIPES if r.architecture.slug == BY_NAME[name])


@dataclass(frozen=True)
class Computed(Tensor):
    """A tensor whose numbers are worked out when they are read, as on PyTorch's side."""

    place: int = 0

    def read(self, name: str) -> Array:
        return values(name, self.shape, self.place)


class Table(Mapping[str, Tensor]):
    """What a library's network holds, computed array by array."""

    def __init__(self, name: str) -> None:
        shapes = json.loads((FIXTURES / "weights.json").read_text())[name]
        self.shapes: dict[str, Shape] = {key: tuple(shape) for key, shape in shapes.items()}

    def __getitem__(self, key: str) -> Tensor:
        place = list(self.shapes).index(key)
        kind = "I64" if key.endswith("num_batches_tracked") else "F32"
        return Computed(kind, self.shapes[key], np.zeros(0), 0, (), place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_array_of_a_library_s_network_has_its_place_here(name: str) -> None:
    recipe, table = recipe_of(name), Table(name)
    recipe.check(table)
    counters = {key for key in table if key.endswith("num_batches_tracked")}
    assert set(recipe.keys.values()) | counters == set(table)
    parameters = [k for k in table if "running" not in k and k not in counters]
    assert sum(int(np.prod(table[k].shape)) for k in parameters) == recipe.architecture.parameters


@pytest.mark.parametrize("name", [name for name, side in NETWORKS.items() if side])
@pytest.mark.slow
def test_the_same_weights_say_the_same_as_in_their_library(name: str) -> None:
    """Not the shapes tell whether each array is in its place: only the logits do.

    The library's are in double precision. In single precision it is off them by 1.3e-4 of the
    largest itself, with weights that nobody trained, and ours by 5e-5.
    """
    net = recipe_of(name).build(Table(name))
    with np.load(FIXTURES / "weights.npz", allow_pickle=False) as stored:
        expected = stored[name]
    got = net(picture(NETWORKS[name]))[0]
    assert expected.std() > 1e-3
    assert np.abs(got - expected).max() < 2e-4 * np.abs(expected).max()


def read(name: str) -> dict[str, Tensor]:
    path = FOLDER / name
    return (read_safetensors if path.suffix == ".safetensors" else read_torch)(mapped(path))


@pytest.mark.parametrize(
    "name", ["zip.pth", "older.pth", "protocol_4.pt", "wrapped.pth", "table.safetensors"]
)
def test_every_form_gives_the_same_table(name: str) -> None:
    tensors, expected = read(name), small()
    assert tensors.keys() == expected.keys()
    for key, array in expected.items():
        got = tensors[key].read(key)
        assert got.shape == array.shape and got.dtype == array.dtype
        assert np.array_equal(got, array)


def test_parameters_and_modules_are_tables_too() -> None:
    assert np.array_equal(
        read("parameters.pth")["conv.bias"].read("conv.bias"), small()["conv.bias"]
    )
    tensors = read("module.pth")
    assert np.array_equal(tensors["0.weight"].read("0.weight"), small()["conv.weight"])
    assert tensors["1.num_batches_tracked"].read("count") == 0


def test_views_of_one_storage_are_read_by_their_strides() -> None:
    tensors, expected = read("views.pth"), small()
    assert np.array_equal(tensors["conv.bias"].read("b"), expected["conv.bias"])
    assert np.array_equal(tensors["turned"].read("t"), expected["conv.weight"].T)


@pytest.mark.parametrize("name", ["halves.pth", "halves_older.pth", "halves.safetensors"])
def test_halves_become_whole(name: str) -> None:
    tensors, exact = read(name), small()["conv.weight"]
    assert {key: tensor.kind for key, tensor in tensors.items()} == {
        "F16": "F16", "BF16": "BF16", "F32": "F32"
    }  # fmt: skip
    got = {key: tensor.read(key) for key, tensor in tensors.items()}
    assert all(array.dtype == np.float32 for array in got.values())
    assert np.array_equal(got["F16"], exact.astype(np.float16).astype(np.float32))
    # bfloat16 keeps eight bits: rounded to the nearest, it is off by 2⁻⁹ of the number at most.
    assert (np.abs(got["BF16"] - exact) <= np.abs(exact) * 2.0**-8).all()
    assert np.array_equal(got["F32"], exact)


# --- files that lie in a folder -----------------------------------------------------------------


def lite0_file() -> Path:
    return pretrained.package.lite0_file()


def test_a_folder_is_searched_and_each_file_told(tmp_path: Path) -> None:
    (tmp_path / "lite0.pth").symlink_to(lite0_file())
    (tmp_path / "small.pth").write_bytes((FOLDER / "zip.pth").read_bytes())
    (tmp_path / "empty.safetensors").touch()
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "folder.pth").mkdir()
    found = {found.path.name: found for found in pretrained.scan(tmp_path)}
    assert sorted(found) == ["empty.safetensors", "lite0.pth", "small.pth"]
    recipe = found["lite0.pth"].recipe
    assert recipe is not None and recipe.architecture.slug == "efficientnet_lite0"
    assert found["lite0.pth"].problem == ""
    assert "it is empty" in found["empty.safetensors"].problem
    assert "no network known here" in found["small.pth"].problem
    assert pretrained.scan(tmp_path / "nowhere") == []


def test_a_file_of_ours_and_one_of_theirs_say_the_same(tmp_path: Path) -> None:
    own = tmp_path / "own.npz"
    theirs = pretrained.load(lite0_file())
    storage.save(theirs.net, own)
    ours = pretrained.load(own)
    assert ours.recipe is theirs.recipe and not ours.net.training
    x = picture(64)
    assert np.array_equal(ours.net(x), theirs.net(x))


def test_a_file_of_ours_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    storage.save(build([{"kind": "linear", "out_features": 2}], (3,)), tmp_path / "other.npz")
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.npy", bytes(30_000_000))
    (tmp_path / "junk.npz").write_bytes(b"PK\x03\x04 and so on")
    found = {found.path.name: found for found in pretrained.scan(tmp_path)}
    assert all(each.recipe is None for each in found.values())
    assert "no network known here" in found["other.npz"].problem
    assert "would unpack to" in found["bomb.npz"].problem
    assert "not a network saved here" in found["junk.npz"].problem


def test_a_suffix_that_is_not_known_is_told(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"x")
    with pytest.raises(pretrained.FileError, match="safetensors"):
        pretrained.load(tmp_path / "weights.h5")


def test_the_first_difference_is_told_in_a_sentence() -> None:
    recipe, table = recipe_of("resnet50"), dict(Table("resnet50"))
    lacking = {key: tensor for key, tensor in table.items() if key != "layer2.0.conv2.weight"}
    with pytest.raises(pretrained.FileError, match=r"^file: it lacks layer2\.0\.conv2\.weight"):
        recipe.check(lacking)
    more = {**table, "layer5.0.conv1.weight": table["conv1.weight"]}
    with pytest.raises(pretrained.FileError, match=r"it has layer5\.0\.conv1\.weight, for which"):
        recipe.check(more)
    other = {**table, "fc.weight": table["conv1.weight"]}
    with pytest.raises(
        pretrained.FileError, match=r"fc\.weight is 64 × 3 × 7 × 7, .* 1,000 × 2,048"
    ):
        recipe.check(other)
    counts = {**table, "fc.bias": Computed("I64", (1000,), np.zeros(0), 0, (), 0)}
    with pytest.raises(pretrained.FileError, match="whole numbers"):
        recipe.check(counts)
