"""The picture of the triplet loss: its numbers and its arrows are those of ``cnn``."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.train.triplet import formula, picture, sentence, triplet


def test_anchor_and_positive_are_pulled_together_and_the_negative_is_pushed_away() -> None:
    t = triplet(1.6, 1.0)
    assert t.loss == pytest.approx(t.near - t.far + t.margin, abs=1e-5)
    anchor, positive, negative = t.points
    assert t.forces[1] @ (anchor - positive) > 0 > t.forces[2] @ (anchor - negative)
    np.testing.assert_allclose(t.forces.sum(axis=0), 0, atol=1e-9)
    step = t.points + 0.05 * t.forces
    near, far = (np.linalg.norm(step[0] - step[i]) for i in (1, 2))
    assert near - far + t.margin < t.loss
    assert "**pulls**" in sentence(t) and f"{t.loss:.3g}" in formula(t)
    assert len(picture(t, "light").layout.annotations) == 3


def test_where_the_margin_is_kept_nothing_moves() -> None:
    t = triplet(4.0, 1.0)
    assert t.loss == 0 and not t.forces.any()
    assert "nothing moves" in sentence(t) and not picture(t, "light").layout.annotations


def test_the_picture_is_sent_when_its_fold_is_open() -> None:
    def page() -> None:
        from ui.train import triplet

        triplet.fold()

    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception and at.slider(key="tr_far") and not at.get("plotly_chart")
    at.session_state["tr_triplet_fold"] = True
    assert len(at.run().get("plotly_chart")) == 1
