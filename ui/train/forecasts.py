"""What an experiment will come to: a guess before the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ui.pick_questions import PickQuestion, dealt


@dataclass(frozen=True)
class _Forecast:
    words: str
    statements: tuple[str, str, str]  #: the true one first
    explain: str


def _cure(words: str, explain: str) -> _Forecast:
    """Of a cure for wrong labels: it keeps the network from learning them by heart."""
    return _Forecast(
        f"{words} How do training and validation accuracy end, beside those without the cure?",
        ("Training lower, validation higher.", "Both higher.", "Training as high, both closer."),
        "Training accuracy counts the wrong labels, too: to reach the top the network has to learn "
        f"them by heart, and what it has learned by heart spoils the rule. {explain}",
    )


_FORECASTS = {
    "few": _Forecast(
        "LeNet-5 trains on 50 images only. Where do the two accuracies end?",
        (
            "Training near 100 %, validation clearly lower.",
            "Both near 100 %: each digit looks much the same.",
            "Both low: from 50 images nothing can be learned.",
        ),
        "The network has far more weights than there are images: it can hold every single one. "
        "That is easier than to find the rule, and of other images it says nothing.",
    ),
    "few_more": _Forecast(
        "1,000 images in place of 50, and no more steps. What becomes of the gap between training "
        "and validation?",
        (
            "It nearly closes: validation comes up.",
            "It nearly closes: training comes down.",
            "It stays: a network knows its own images better.",
        ),
        "The rule is now the cheapest way to be right about all of them, and it holds for images "
        "that were never seen. More data is the best cure, and the dearest.",
    ),
    "few_augment": _Forecast(
        "The same 50 images, but shifted, turned and warped anew each time. Where does validation "
        "end?",
        (
            "Higher than with the 50 alone, lower than with 1,000.",
            "As high as with 1,000: there is no end of images now.",
            "Lower than with the 50 alone: these are no real images.",
        ),
        "Augmentation tells the network what does not matter: where a digit stands, how it leans. "
        "It cannot tell it of a 7 with a bar, if none of the 50 has one.",
    ),
    "wrong": _Forecast(
        "Three in ten training labels are wrong, chosen by lot. Where do the two accuracies end?",
        (
            "Training near 100 %, wrong labels and all; validation lower than it was on the way.",
            "Training near 70 %: there is no rule behind the wrong labels.",
            "Both as with right labels: the wrong ones cancel out.",
        ),
        "First the network learns the rule, which most images follow. Then it learns every single "
        "exception by heart, and around each it now answers wrongly.",
    ),
    "wrong_more": _cure(
        "More than three times as many images, as many of them wrong in ten, and as many steps.",
        "Each image comes less often, and the wrong labels pull every way.",
    ),
    "wrong_augment": _cure(
        "Every image is shifted, turned and warped anew each time.",
        "An image that never comes twice has no face to be remembered by.",
    ),
    "wrong_dropout": _cure(
        "In each step every hidden dense unit is left out with p = 0.5.",
        "To remember one image a few certain units have to work together; half of them are gone.",
    ),
    "wrong_decay": _cure(
        "Weight decay pulls every weight towards 0 in each step.",
        "A sharp exception needs large weights, and large weights decay fastest.",
    ),
    "wrong_stop": _cure(
        "The run ends once the validation loss has not been lower for three epochs.",
        "The rule is learned first: who stops in time has it, and not yet the exceptions.",
    ),
    "none": _Forecast(
        "Five layers with weights, and no activation between them. Digits move about by up to five "
        "pixels. How well does it learn to read them?",
        (
            "Badly, though better than by chance: it is one linear map.",
            "Nearly as well as with ReLU: it has just as many weights.",
            "Only by chance: without an activation nothing can be learned.",
        ),
        "A linear map of a linear map is linear: the five come to ten templates, one a class, as a "
        "single dense layer has. What is bright where decides, wherever the digit was moved to.",
    ),
    "none_relu": _Forecast(
        "The same layers and weights, with a ReLU after each but the last. How well now?",
        (
            "Nearly all digits right.",
            "A little better: ReLU only makes a 0 of some numbers.",
            "Worse: what is made 0 is lost.",
        ),
        "Now each layer bends what it passes on, so that the next can ask for *this stroke and not "
        "that one*. Depth is worth something only with a bend in it.",
    ),
}


def forecast(name: str, rng: np.random.Generator) -> PickQuestion:
    """The question about an experiment.

    Args:
        name: Of the experiment, as in :data:`ui.train.experiments.EXPERIMENTS`.
        rng: Deals the order of the statements.
    """
    found = _FORECASTS[name]
    return dealt(rng, found.words, found.statements, found.explain)
