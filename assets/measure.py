"""How good a trained network is, measured on images it has never seen, and written on a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.data.datasets import DIGITS, Dataset
from cnn.data.preprocess import fit_digit
from cnn.nets.network import Sequential


@dataclass(frozen=True)
class Score:
    """What was measured on one set of images.

    Attributes:
        name: What the images are.
        count: How many.
        accuracy: Share read right.
        loss: Mean cross-entropy.
        calibration: Expected calibration error: how far confidence is from accuracy on average.
        temperature: By what all logits would have to be divided for the lowest loss; above 1 the
            network is too sure of itself. It is measured only, the app divides by nothing.
    """

    name: str
    count: int
    accuracy: float
    loss: float
    calibration: float
    temperature: float


def score(net: Sequential, data: Dataset, name: str) -> Score:
    """Measure ``net`` on ``data``."""
    logits = answers(net, data)
    given = softmax(logits)
    right = given[np.arange(len(data)), data.labels]
    return Score(
        name=name,
        count=len(data),
        accuracy=float((logits.argmax(1) == data.labels).mean()),
        loss=float(-np.log(np.maximum(right, 1e-30)).mean()),
        calibration=calibration_error(given, data.labels),
        temperature=best_temperature(logits, data.labels),
    )


def answers(net: Sequential, data: Dataset, at_once: int = 500) -> Array:
    """(N, classes) logits, the network in evaluation mode."""
    was_training, parts = net.training, []
    net.eval()
    for start in range(0, len(data), at_once):
        part = slice(start, start + at_once)
        parts.append(net.forward(batch_last(data.floats(part))).T)
    if was_training:
        net.train()
    return np.concatenate(parts)


def softmax(logits: Array) -> Array:
    """(N, classes) probabilities in float64."""
    power = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    return power / power.sum(1, keepdims=True)


def calibration_error(given: Array, labels: Array, bins: int = 15) -> float:
    """Expected calibration error: |confidence − accuracy|, averaged over bins of confidence.

    Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks".
    """
    confidence, right = given.max(1), given.argmax(1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, confidence - right, bins)
    return float(np.abs(gaps).sum() / len(labels))


def best_temperature(logits: Array, labels: Array) -> float:
    """The T between 0.25 and 4 for which softmax(logits / T) has the lowest cross-entropy."""

    def loss(temperature: float) -> float:
        given = softmax(logits / temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(given, 1e-30)).mean())

    tried = np.exp(np.linspace(np.log(0.25), np.log(4), 121))
    return float(min(tried, key=loss))


def fitted(inks: Sequence[Array], labels: Sequence[int]) -> Dataset:
    """Drawings from the pad as images for a network."""
    images = np.stack([np.rint(fit_digit(ink).image * 255) for ink in inks])
    return Dataset(images.astype(np.uint8)[:, None], np.array(labels, np.int64), DIGITS, "pad")


CARD = """\
# {title}

`{file}`: {parameters:,} parameters as {dtype}, {size:,} bytes. Written by
`python -m assets.train_lenet`, which anyone can run again; so is this card.

## The network
| layer | kind | output | parameters |
| --- | --- | ---: | ---: |
{layout}

Input: 28×28, ink 1, paper 0, fitted into 20×20 and centred by mass as
`cnn.data.preprocess.fit_digit` does. Output: logits of the digits 0 to 9.

## What it was trained on
- The first {seen:,} images of MNIST's training set (Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0).
  No image of it is in this repository.
- In {epochs} passes, {strokes:,} stroke-made digits from `cnn/data/handwriting.py`, none twice.
- All of them randomly changed by `cnn/data/augment.py`.

Trained with `cnn` alone: no other network's weights or answers went in. Settings, seed included:

{settings}

## What it reads right
The last 10,000 images of MNIST's training set were held out: nothing was trained on them. Settings
were chosen by the loss on 5,000 of the other images (`--validate`); the held-out ones were looked
at for some ten other runs as well, to know when to stop trying and which run to keep. The drawings
on the pad are those in `tests/cnn/pad_drawings.py`: written down as a mouse would draw them, apart
from the generator, at the left and right, small and large, thin and thick, upright and tilted by
15°. None was trained on. European ways are those in `cnn.data.glyphs.EUROPEAN`, as many of each: a
1 with a flag or a foot, an open 4, a 7 with a bar, a 9 with a straight or a curled tail, a 0 with a
stroke, a looped 2.
The hardest of them is {hardest}.
All stroke-made digits here come from seeds that training does not use.

{table}

Calibration error is the expected gap between confidence and accuracy (15 bins). Temperature is
what the logits would have to be divided by for the lowest loss; the app divides by nothing.

## What it cannot do
It knows ten digits and nothing else. Shown a letter or a scribble it still answers with a digit,
often a confident one. It has seen digits of about this size in this place: on drawings that have
not been fitted and centred it fails, which the app shows.
"""


def write_card(path: Path, scores: Sequence[Score], **facts: Any) -> None:
    """Write the card of a network; ``facts`` fill the places in :data:`CARD`."""
    lines = [
        "| images | count | read right | loss | calibration error | temperature |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {s.name} | {s.count:,} | {s.accuracy:.2%} | {s.loss:.4f} | {s.calibration:.4f} "
            f"| {s.temperature:.2f} |"
            for s in scores
        ),
    ]
    path.write_text(CARD.format(table="\n".join(lines), **facts), encoding="utf-8")
