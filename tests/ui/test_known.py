"""Wrong answers that a lesson knows the way to, for the teacher's histogram."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from classroom.question import Question
from cnn.window.geometry import output_size
from ui import questions
from ui.activations import functions
from ui.backpropagation import questions as backpropagation
from ui.channels import questions as of_channels
from ui.dense import questions as of_dense
from ui.draw import questions as drawing
from ui.filters import questions as filters
from ui.questions import NumberQuestion, mistakes
from ui.train import questions as training
from ui.why import count, steps

NUMBERS: list[Callable[[np.random.Generator], NumberQuestion]] = [
    questions.next_cell,
    questions.size_after,
    questions.pooled_cell,
    drawing.field_of,
    training.next_weight,
    of_channels.how_many_weights,
    of_dense.how_many,
    functions.activated,
    backpropagation.bias_gradient,
    backpropagation.places,
    backpropagation.routed,
    backpropagation.how_much_better,
    backpropagation.where_to,
    count.one_more_layer,
    steps.copies,
]


@pytest.mark.parametrize("deal", NUMBERS)
def test_wrong_answers_are_wrong_each_has_a_reason_and_the_class_takes_them(
    deal: Callable[[np.random.Generator], NumberQuestion],
) -> None:
    for seed in range(40):
        asked = deal(np.random.default_rng(seed))
        values = [value for value, _ in asked.known]
        assert (values or asked.answer == 0) and np.isfinite(values).all()
        assert len({round(value, 9) for value in values}) == len(values)
        assert not np.isclose(np.array(values), float(asked.answer), rtol=1e-4, atol=1e-9).any()
        assert all(0 < len(why) < 60 and why[-1] != "." for _, why in asked.known)
        Question("padding", "g", 0, "?", right=float(asked.answer), known=asked.known)


def test_what_comes_out_right_all_the_same_and_what_is_no_number_is_left_out() -> None:
    found = mistakes(4, (4.0, "right"), (np.nan, "none"), (7, "first"), (7.0, "second"), (1, "x"))
    assert found == ((7.0, "first"), (1.0, "x"))


def test_the_mistakes_with_a_size_are_those_of_its_formula() -> None:
    for seed in range(200):
        asked = questions.size_after(np.random.default_rng(seed))
        n, f, p, s = (
            int(v) for v in re.findall(r"\d+", re.sub(r", dilation \d+", "", asked.words))
        )
        d = int((re.search(r"dilation (\d+)", asked.words) or ["", "1"])[1])
        why = {reason: value for value, reason in asked.known}
        wrong = {
            "the stride forgotten": (n, f, 1, p, d),
            "the padding forgotten": (n, f, s, 0, d),
            "the dilation forgotten": (n, f, s, p, 1),
        }
        for reason, setting in wrong.items():
            if reason in why:
                assert why[reason] == output_size(*setting) != asked.answer


def test_a_wrong_option_says_what_it_is() -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        for asked in (
            questions.which_output(rng),
            filters.which_kernel(rng),
            drawing.which_fails(rng),
        ):
            assert set(asked.known) == set(asked.options) - {asked.answer}
            known = tuple(asked.known.items())
            options = {name: name for name in asked.options}
            Question("padding", "g", 0, "?", right=asked.answer, options=options, known=known)
