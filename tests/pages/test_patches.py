"""Convolution as one matrix product: rows, column and map are what ``cnn`` says."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from cnn.functional import conv2d
from tests.pages.opening import visit
from tests.pages.payload import array, sent
from ui.convolution import patches

start = partial(visit, "convolution", cv_patch="1")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"cv_in": "binary", "cv_k": "cross", "cv_b": "-2", "cv_act": "relu"},
        {"cv_in": "numbers", "cv_k": "sobel_x", "cv_b": "1.5"},
    ],
)
def test_the_product_is_the_map_and_each_cell_knows_its_place(params: dict[str, str]) -> None:
    data = sent(start(**params), "graph_stage")
    grids = {n: np.reshape(g["values"], g["size"]) for n, g in data["grids"].items()}
    bias = float(params.get("cv_b", 0))
    np.testing.assert_allclose(grids["p"] @ grids["w"] + bias, grids["z"])
    np.testing.assert_array_equal(grids["z"].ravel(), grids["m"].ravel())
    if "y" in grids:
        np.testing.assert_array_equal(grids["y"], np.maximum(grids["m"], 0))
    for cell, reason in enumerate(data["reasons"]["x"]):
        copies = grids["p"].ravel()[reason["lit"]["p"]]
        assert len(copies) and (copies == grids["x"].ravel()[cell]).all()


def test_it_equals_the_convolution_of_cnn() -> None:
    rng = np.random.default_rng(4)
    x, weight = rng.normal(size=(2, 6, 5)), rng.normal(size=(2, 3, 2))
    product = patches.product(x, weight, 0.5, None)
    np.testing.assert_allclose(product.z, conv2d(x[None], weight[None], np.array([0.5]))[0, 0])


@pytest.mark.parametrize("chosen", ["digit", "picture"])
def test_what_is_too_large_for_numbers_is_shown_as_colours(chosen: str) -> None:
    at = start(cv_in=chosen, cv_k="sobel_x", cv_ask="1", cv_true="1")
    rows, kernel, product = sent(at, "panels", "cv_patches")["items"]
    assert array(rows["values"]).shape == (
        patches.ROWS_SHOWN,
        9 * (3 if chosen == "picture" else 1),
    )
    assert array(kernel["values"]).shape[1] == 1
    assert "of 676" in rows["caption"] if chosen == "digit" else "of 100" in rows["caption"]
    assert array(product["values"]).ndim == 2
