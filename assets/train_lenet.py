"""Train the two networks that come with the app: `python -m assets.train_lenet --mnist FOLDER`.

``lenet`` is LeNet-5's layout with ReLU and max pooling. ``dense`` has two hidden layers and nearly
as many parameters, to compare with; it sees fewer stroke-made digits and MNIST more often. Both
see MNIST, and in every pass new stroke-made digits, as hands write, as a mouse draws and as a
scanner sees; all randomly shifted, turned, scaled, sheared and bent. The weights that are kept are
a running average over the last steps.

Of MNIST's 60,000 training images the last 10,000 are held out: nothing is trained or chosen on
them. ``--validate`` holds out 5,000 more to choose settings by, measures on those and saves
nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assets.measure import Score, answers, fitted, score, write_card
from cnn.arrays import Array, batch_last
from cnn.data.augment import Augmentation
from cnn.data.datasets import DIGITS, Dataset, load_mnist
from cnn.data.glyphs import EUROPEAN, Glyph, way
from cnn.data.handwriting import HANDS, PAD, SCANS, Style, generate
from cnn.layers.activations import ReLU
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.pooling import MaxPool2d
from cnn.learn.losses import CrossEntropyLoss
from cnn.learn.optimizers import SGD
from cnn.learn.schedules import warmup_cosine
from cnn.nets.network import Sequential
from cnn.nets.storage import load, save
from tests.cnn.pad_drawings import drawings

HERE = Path(__file__).parent
HELD_OUT = 10_000
VALIDATION = 5_000
#: The European ways that come nearest to another digit: 1 and 7 without a bar, 1 and 2, 0 and 8.
ALIKE = tuple(
    way(label, name)
    for label, name in (
        (0, "slashed"),
        (1, "with a flag"),
        (1, "with a bent flag"),
        (1, "with a long flag"),
        (1, "with flag and foot"),
        (7, "hooked"),
    )
)
#: The hardest of these.
FLAGGED = tuple(way(1, f"with a {flag}") for flag in ("flag", "bent flag", "long flag"))
#: Digits of each way from which it is told which way is hardest to read.
OF_EACH_WAY = 3000
CHANGE = Augmentation(shift=2, rotate=13, scale=0.13, stretch=0.08, shear=0.22, elastic=0.6)
#: For the last round: nearer to what hands write.
GENTLE = Augmentation(shift=1, rotate=7, scale=0.07, stretch=0.04, shear=0.11, elastic=0.4)


@dataclass(frozen=True)
class Round:
    """A part of a run with a learning rate and a mixture of its own.

    Attributes:
        epochs: Passes over MNIST.
        lr: Highest learning rate; it warms up over 300 steps and falls to 0 along a cosine.
        hands: New stroke-made digits in each pass, as hands write.
        pad: And as a mouse draws.
        scans: And as a scanner sees.
        european: And of each way that is common in Europe and rare in MNIST, in each of the three.
        alike: And more of each of these that comes near to another digit.
        flagged: And more of each 1 that has a flag and no foot.
        change: How far images are changed, if not as far as the recipe says.
    """

    epochs: int
    lr: float
    hands: int
    pad: int
    scans: int
    european: int = 0
    alike: int = 0
    flagged: int = 0
    change: Augmentation | None = None

    @property
    def strokes(self) -> int:
        """New stroke-made digits in each pass."""
        rare = len(EUROPEAN) * self.european + len(ALIKE) * self.alike
        rare += len(FLAGGED) * self.flagged
        return self.hands + self.pad + self.scans + 3 * rare


#: First all there is; then the ways of writing that are rare in it; last, what is nearly alike.
ROUNDS = (
    Round(epochs=24, lr=0.05, hands=2_000, pad=4_500, scans=4_500),
    Round(epochs=16, lr=0.02, hands=1_000, pad=4_000, scans=3_000, european=80),
    Round(
        epochs=6,
        lr=0.008,
        hands=1_000,
        pad=1_500,
        scans=1_000,
        european=60,
        alike=150,
        flagged=500,
        change=GENTLE,
    ),
)


@dataclass(frozen=True)
class Recipe:
    """All settings of a training run.

    Attributes:
        rounds: One after another; each begins with the average that the one before left.
        batch_size: Images a step.
        momentum: Nesterov's.
        weight_decay: Pull of the weights towards 0.
        average: What each step keeps of the running average of the weights.
        change: How far images are changed.
        seed: Same seed, same weights, on the same machine.
        note: What the card has to say besides.
    """

    rounds: tuple[Round, ...] = ROUNDS
    batch_size: int = 64
    momentum: float = 0.9
    weight_decay: float = 5e-4
    average: float = 0.999
    change: Augmentation = CHANGE
    seed: int = 1998
    note: str = "none"


#: A dense network has little to spare for what is rare, and goes on learning for longer.
DENSE = Recipe(
    rounds=(
        Round(epochs=40, lr=0.05, hands=1_000, pad=2_500, scans=2_000),
        Round(epochs=24, lr=0.02, hands=500, pad=1_500, scans=1_000, european=40, alike=40),
        Round(10, lr=0.01, hands=500, pad=1_000, scans=500, european=40, alike=40, change=GENTLE),
    ),
    weight_decay=1e-4,
)


def lenet(rng: np.random.Generator) -> Sequential:
    """LeNet-5's layout: 61,706 parameters."""
    return Sequential(
        Conv2d(1, 6, 5, padding=2, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(6, 16, 5, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(400, 120, rng=rng),
        ReLU(),
        Linear(120, 84, rng=rng),
        ReLU(),
        Linear(84, 10, rng=rng),
    )


def dense(rng: np.random.Generator) -> Sequential:
    """No convolutions: 61,676 parameters."""
    return Sequential(
        Flatten(),
        Linear(784, 72, rng=rng),
        ReLU(),
        Linear(72, 62, rng=rng),
        ReLU(),
        Linear(62, 10, rng=rng),
    )


NETWORKS = {"lenet": lenet, "dense": dense}
EARLIER = "rounds 1 and 2 saw the 1 with a flag and the 7 without a bar more alike than now"
RECIPES = {"lenet": Recipe(note=EARLIER), "dense": DENSE}
TITLES = {"lenet": "LeNet-5, trained on digits", "dense": "A dense network to compare with"}


def train(net: Sequential, data: Dataset, recipe: Recipe, first: int = 0) -> None:
    """All rounds from ``first`` on, in place; afterwards the parameters are the last average."""
    for number, part in enumerate(recipe.rounds):
        if number >= first:
            seed = [recipe.seed, number] if number else recipe.seed
            _round(net, data, recipe, part, np.random.default_rng(seed))


def _round(
    net: Sequential, data: Dataset, recipe: Recipe, part: Round, rng: np.random.Generator
) -> None:
    params = net.parameters()
    average = {name: value.copy() for name, value in params.items()}
    optimizer = SGD(
        params, part.lr, recipe.momentum, weight_decay=recipe.weight_decay, nesterov=True
    )
    loss = CrossEntropyLoss()
    steps = (len(data) + part.strokes) // recipe.batch_size
    started, step = time.perf_counter(), 0
    net.train()
    for epoch in range(part.epochs):
        losses = []
        for images, labels in batches(data, recipe, part, rng):
            rate = warmup_cosine(step, lr=part.lr, total=part.epochs * steps, warmup=300)
            losses.append(loss.forward(net.forward(batch_last(images)), labels))
            net.backward(loss.backward())
            optimizer.step(net.gradients(), lr=rate)
            # Early on the average follows closely, or it would remember the first steps.
            keep = min(recipe.average, (step + 1) / (step + 10))
            for name, value in params.items():
                average[name] += (1 - keep) * (value - average[name])
            step += 1
        seconds = time.perf_counter() - started
        print(f"pass {epoch + 1:3d}  loss {np.mean(losses):.4f}  {seconds:5.0f} s", flush=True)
    for name, value in params.items():
        value[...] = average[name]


def batches(
    data: Dataset, recipe: Recipe, part: Round, rng: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    """One pass: MNIST and new stroke-made digits, mixed and randomly changed."""
    made = [
        generate(count, int(rng.integers(2**31)), style=style)
        for count, style in ((part.hands, HANDS), (part.pad, PAD), (part.scans, SCANS))
    ]
    rare = ((EUROPEAN, part.european), (ALIKE, part.alike), (FLAGGED, part.flagged))
    for ways, count in rare:
        if count:
            for style in (HANDS, PAD, SCANS):
                made.append(european(style, count, int(rng.integers(2**31)), ways))
    parts = [data, *made]
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    order = rng.permutation(len(labels))
    change = part.change or recipe.change
    for start in range(0, len(order) - recipe.batch_size + 1, recipe.batch_size):
        chosen = order[start : start + recipe.batch_size]
        yield change(images[chosen].astype(np.float32) / 255, rng), labels[chosen]


def measured(net: Sequential, unseen: Dataset, name: str) -> list[Score]:
    """On MNIST, on new stroke-made digits, on drawings that the generator has not made."""
    drawn = list(drawings())
    pad = fitted([drawing.ink() for drawing in drawn], [drawing.label for drawing in drawn])
    return [
        score(net, unseen, name),
        score(net, generate(10_000, 1, style=HANDS), "Stroke-made, as hands write"),
        score(net, generate(10_000, 2, style=PAD), "Stroke-made, as a mouse draws"),
        score(net, generate(10_000, 3, style=SCANS), "Stroke-made, as a scanner sees"),
        score(net, european(HANDS), "European ways, as hands write"),
        score(net, european(PAD), "European ways, as a mouse draws"),
        score(net, pad, "Drawings on the pad"),
    ]


def european(
    style: Style, each: int = 400, seed: int = 4, ways: Sequence[Glyph] = EUROPEAN
) -> Dataset:
    """``each`` digits of every way that is common in Europe and rare in MNIST, or of ``ways``."""
    parts = [generate(each, seed + index, way=one, style=style) for index, one in enumerate(ways)]
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    return Dataset(images, labels, DIGITS, "European ways")


def hardest(net: Sequential) -> str:
    """The European way that is read least often, and how often it is.

    The lowest of many shares is too low by chance where each is of a few: hence so many.
    """
    worst = []
    for style, how in ((HANDS, "as hands write"), (PAD, "as a mouse draws")):
        data = european(style, OF_EACH_WAY)
        right = answers(net, data).argmax(1) == data.labels
        shares = right.reshape(len(EUROPEAN), -1).mean(1)
        one = EUROPEAN[shares.argmin()]
        worst.append((shares.min(), f"the {one.label} {one.name}, {how} it"))
    share, which = min(worst)
    return f"{which}: {share:.1%} of {OF_EACH_WAY:,} are read"


def keep(name: str, net: Sequential, recipe: Recipe, scores: list[Score], folder: Path) -> None:
    """Write the weights and their card."""
    target = folder / f"{name}.npz"
    rounds = [asdict(part) for part in recipe.rounds]
    settings = {**asdict(recipe), "rounds": rounds}
    net.forward(np.zeros((1, 28, 28, 1), np.float32))  # so that the file knows the input's shape
    save(
        net,
        target,
        title=TITLES[name],
        data="MNIST training images 0 to 49,999 and stroke-made digits",
        held_out=asdict(scores[0]),
        scores=[asdict(one) for one in scores],
        recipe=settings,
        licence="MIT; trained on MNIST, CC BY-SA 3.0",
    )
    rows = net.summary((1, 28, 28))
    write_card(
        target.with_suffix(".md"),
        scores,
        title=TITLES[name],
        file=target.name,
        parameters=sum(value.size for value in net.parameters().values()),
        dtype="float32",
        size=target.stat().st_size,
        layout="\n".join(
            f"| {row.name} | {row.kind} | {_shape(row.output_shape)} | {row.parameters:,} |"
            for row in rows
        ),
        seen=60_000 - HELD_OUT,
        epochs=sum(part.epochs for part in recipe.rounds),
        strokes=sum(part.epochs * part.strokes for part in recipe.rounds),
        hardest=hardest(net),
        settings="\n".join(f"- {key}: {value}" for key, value in settings.items()),
    )


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape)


def main() -> None:
    """Train what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mnist", type=Path, required=True, help="folder with MNIST's IDX files")
    parser.add_argument("--network", choices=[*NETWORKS, "both"], default="both")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for weights and cards")
    parser.add_argument("--epochs", type=int, help="passes of each round, to try something out")
    parser.add_argument("--start", type=Path, help="folder with the weights to begin with")
    parser.add_argument("--round", type=int, default=0, help="how many rounds those have had")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--validate", action="store_true", help="choose settings; save nothing")
    given = parser.parse_args()
    data = load_mnist(given.mnist)
    seen = len(data) - HELD_OUT - (VALIDATION if given.validate else 0)
    unseen = data.take(slice(seen, seen + VALIDATION) if given.validate else slice(seen, None))
    which = "validation" if given.validate else "held out"
    for name in NETWORKS if given.network == "both" else [given.network]:
        recipe = replace(RECIPES[name], seed=given.seed)
        if given.epochs is not None:
            rounds = tuple(replace(part, epochs=given.epochs) for part in recipe.rounds)
            recipe = replace(recipe, rounds=rounds)
        net = NETWORKS[name](np.random.default_rng(recipe.seed))
        if given.start:
            net.load_state_dict(load(given.start / f"{name}.npz").state_dict())
        train(net, data.take(slice(0, seen)), recipe, first=given.round)
        scores = measured(net, unseen, f"MNIST, {which}")
        for one in scores:
            print(f"{name}: {one.name}: {one.accuracy:.2%}, loss {one.loss:.4f}", flush=True)
        if not given.validate:
            keep(name, net, recipe, scores, given.out)


if __name__ == "__main__":
    main()
