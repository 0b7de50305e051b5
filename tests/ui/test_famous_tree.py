"""The tree of a famous network: nothing left out, nothing twice, equal modules folded."""

from __future__ import annotations

import math

import pytest

from cnn.architectures import ARCHITECTURES
from cnn.nets.container import Row
from ui.famous.here import CODEC, Place, checked, nodes_of
from ui.famous.tree import Node, table_of, tree_of

ALL = list(ARCHITECTURES)


def named(slug: str, title: str) -> Node:
    return next(node for node in tree_of(slug).walk() if node.title == title)


@pytest.mark.parametrize("slug", ALL)
def test_every_layer_stands_in_the_tree_once_with_its_numbers(slug: str) -> None:
    rows = {row.name: row for row in ARCHITECTURES[slug].summary()}
    leaves = [node for node in tree_of(slug).walk() if not node.parts]
    assert len({leaf.name for leaf in leaves}) == len(leaves)

    def row_of(leaf: Node) -> Row:
        joins = leaf.kind in ("sum", "stack")
        return rows.pop(leaf.name.rsplit(".", 1)[0] if joins else leaf.name)

    for leaf in leaves:
        row = row_of(leaf)
        assert leaf.shape == row.output_shape and leaf.field == row.receptive_field
        assert (leaf.parameters, leaf.multiply_adds) == (row.parameters, row.multiply_adds)
        assert leaf.cells in (0, math.prod(row.output_shape))
    assert not rows


@pytest.mark.parametrize("slug", ALL)
def test_the_tree_adds_up_to_the_published_totals(slug: str) -> None:
    root = tree_of(slug)
    assert root.parameters == ARCHITECTURES[slug].parameters
    assert root.multiply_adds == ARCHITECTURES[slug].multiply_adds


@pytest.mark.parametrize(
    ("slug", "times"),
    [
        ("vgg16", [2, 2, 3, 3, 3]),
        ("vgg19", [2, 2, 4, 4, 4]),
        ("resnet50", [2, 3, 5, 2]),
        ("inception_v4", [4, 7, 3]),
        ("alexnet", []),
    ],
)
def test_equal_modules_in_a_row_are_folded(slug: str, times: list[int]) -> None:
    assert [part.times for part in tree_of(slug).parts if part.times > 1] == times


def test_modules_are_called_as_in_their_papers() -> None:
    assert [part.title for part in tree_of("vgg16").parts][:4] == [
        "conv1",
        "pool1",
        "conv2",
        "pool2",
    ]
    titles = [part.title for part in tree_of("resnet50").parts]
    assert titles[2:6] == ["conv2_1", "conv2_2–3", "conv3_1", "conv3_2–4"]
    assert named("inception_v4", "inception_a").shape == (384, 35, 35)


def test_a_pooling_before_the_dense_layers_keeps_the_shape_of_its_maps() -> None:
    assert named("vgg16", "pool5").shape == (512, 7, 7)
    assert named("vgg16", "pool5").field == (212, 212)


def test_inception_has_about_490_rows_and_all_of_them_travel_with_their_place() -> None:
    table = table_of(tree_of("inception_v4"))
    assert len({len(column) for column in table.values()}) == 1
    assert table["parent"][0] == -1
    assert all(parent < i for i, parent in enumerate(table["parent"]))
    with_parts = set(table["parent"])
    assert sum(i not in with_parts for i in range(len(table["parent"]))) == 494


def test_a_block_of_any_network_says_how_its_parts_stand() -> None:
    for slug in ALL:
        for node in tree_of(slug).walk():
            assert (node.layout == "") == (not node.parts)
            if node.layout == "residual":
                assert [part.kind for part in node.parts][-1] == "sum" and len(node.parts) in (2, 3)
            if node.layout == "branches":
                assert [part.kind for part in node.parts][-1] == "stack"


@pytest.mark.parametrize("slug", ["lenet", "inception_v4"])
def test_a_place_survives_the_link(slug: str) -> None:
    opened = [i for i, node in enumerate(nodes_of(slug)) if node.opens]
    for place in (Place(), checked(slug, 3, opened), checked(slug, -1, [])):
        assert CODEC.decode(CODEC.encode(place)) == place
    assert len(CODEC.encode(checked(slug, 3, opened))) < 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vgg16",
        "vgg16~0~",
        "vgg16~99999~",
        "vgg16~1~3",
        "nothing~1~",
        "vgg16~a~",
        "~-1~1",
        "vgg16~1~1~1",
    ],
)
def test_a_place_that_no_network_has_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError):
        CODEC.decode(text)
