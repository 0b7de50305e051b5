"""Train the small networks of *Why convolution*: `python -m assets.train_why`, a few minutes.

Or some of them: `python -m assets.train_why allconv-plain lenet-plain`.

Three networks read digits: a dense one, LeNet-5, and one of convolutions alone that ends in the
mean of each map. Each is trained three times from the same first weights: on digits in the middle,
on the same digits with all pixels shuffled by one permutation, and on digits in all places. None of
the first two has seen a digit anywhere but in the middle, which is what the lesson measures; the
networks of :mod:`assets.train_lenet` have, and would not do.

Three more say whether a dot is left or right: a network of stride 1 that ends in a mean, one with
strides, and a dense one.

What each can do is measured here and stored with its weights; the lesson shows those figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.data.augment import shifted
from cnn.data.handwriting import generate
from cnn.learn.fit import accuracy, fit, predict
from cnn.nets.network import Sequential
from cnn.nets.spec import Spec, build
from cnn.nets.storage import load_with_meta, read_meta, save
from ui.networks import PRESETS, RELU, conv, dense, head_blocks
from ui.why.dots import places
from ui.why.shuffled import shuffle

#: A trained network, and what was measured of it.
Made = tuple[Sequential, dict[str, Any]]

HERE = Path(__file__).parent
DIGITS, UNSEEN, EPOCHS = 4_000, 2_000, 5
#: Seeds: of the digits trained on, of those measured on, of first weights, of order and shifts.
SEEN_SEED, UNSEEN_SEED, WEIGHTS_SEED, ORDER_SEED = 31, 32, 7, 1
#: Where digits stand that are trained in all places: so many pixels off at most, in each direction.
MOST_SHIFT = 6
#: So many times as many digits, each at another place.
PLACES = 4
SHIFTS = (0, 1, 2, 3, 4, 5, 6, 7, 8)
#: Other first weights: how much the share read right depends on them after so few passes.
OTHER_SEEDS = (1, 2, 3, 4, 5)
#: A usual learning rate at which the all-convolutional network is not done in so few passes.
SLOW = 1e-3
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))
KINDS = {
    "plain": "digits in the middle",
    "shuffled": "the same digits, all shuffled by one permutation of the pixels",
    "moved": f"{PLACES} times as many, each up to {MOST_SHIFT} pixels off in each direction",
}


@dataclass(frozen=True)
class Recipe:
    """A network and how fast it learns.

    Attributes:
        title: What the card calls it.
        blocks: The network as a table.
        lr: Adam's learning rate.
        epochs: Passes over the digits or dots.
    """

    title: str
    blocks: Spec
    lr: float
    epochs: int = EPOCHS


def preset(name: str, lr: float) -> Recipe:
    """A network that the training page offers, for ten classes."""
    of = PRESETS[name]
    return Recipe(of.title, [*of.blocks, *head_blocks(of.head, 10)], lr)


READERS = {
    "dense": preset("dense", 2e-3),
    "lenet": preset("lenet", 2e-3),
    "allconv": preset("allconv", 4e-3),
}
#: Two layers of 3×3 with stride 1, then the mean of each map.
MEAN: Spec = [conv(8, 3, padding=1), RELU, conv(2, 3, padding=1)]
MEAN += [{"kind": "global_avg_pool"}, {"kind": "flatten"}]
DOTS = {
    "mean": Recipe("Two convolutions of stride 1, then the mean", MEAN, 4e-3, 150),
    "strides": Recipe(
        "All convolutions, with strides",
        [*PRESETS["allconv"].blocks, *head_blocks("conv", 2)],
        4e-3,
        150,
    ),
    "dense": Recipe("Dense only", [dense(16), RELU, dense(2)], 4e-3, 150),
}


def moved(images: Array, rng: np.random.Generator) -> Array:
    """Each image (N, 1, H, W) by whole pixels of its own, up to :data:`MOST_SHIFT`."""
    by = rng.integers(-MOST_SHIFT, MOST_SHIFT + 1, (len(images), 2))
    return np.stack([shifted(image, *off) for image, off in zip(images, by.tolist(), strict=True)])


def samples(kind: str) -> tuple[Array, Array]:
    """Images and labels to train on."""
    data = generate(DIGITS, SEEN_SEED)
    images, labels = data.floats(), data.labels
    if kind == "shuffled":
        return shuffle(images), labels
    if kind == "moved":
        rng = np.random.default_rng(ORDER_SEED)
        return np.concatenate([moved(images, rng) for _ in range(PLACES)]), np.tile(labels, PLACES)
    return images, labels


def by_shift(read: Callable[[Array], Array], images: Array, labels: Array) -> list[float]:
    """Share read right for each of :data:`SHIFTS`, the mean of four directions."""
    return [
        float(
            np.mean(
                [read(shifted(images, s * down, s * right)) == labels for down, right in DIRECTIONS]
            )
        )
        for s in SHIFTS
    ]


def turned(read: Callable[[Array], Array], images: Array, labels: Array) -> dict[str, float]:
    """What becomes of digits turned by half: share read right, and of sixes read as nines."""
    half = images[..., ::-1, ::-1]
    said = read(half)
    return {
        "half_turn": float((said == labels).mean()),
        "six_as_nine": float((said[labels == 6] == 9).mean()),
        "nine_as_six": float((said[labels == 9] == 6).mean()),
    }


def trained(name: str, kind: str, lr: float, first: int = WEIGHTS_SEED) -> Sequential:
    """One network, trained on one kind of digits; ``first`` is the seed of its first weights."""
    recipe = READERS[name]
    net = build(recipe.blocks, (1, 28, 28), rng=first)
    images, labels = samples(kind)
    fit(net, images, labels, epochs=recipe.epochs, lr=lr, seed=ORDER_SEED, report=None)
    return net


def reader(name: str, kind: str) -> Made:
    """One trained network, and what it can do on digits that it has not seen."""
    net = trained(name, kind, READERS[name].lr)
    unseen = generate(UNSEEN, UNSEEN_SEED)
    seen_as = shuffle(unseen.floats()) if kind == "shuffled" else unseen.floats()
    facts: dict[str, Any] = {"accuracy": accuracy(net, seen_as, unseen.labels)}
    if kind != "shuffled":
        facts["by_shift"] = by_shift(lambda x: predict(net, x), seen_as, unseen.labels)
        facts["turned"] = turned(lambda x: predict(net, x), seen_as, unseen.labels)
    if (name, kind) == ("allconv", "plain"):
        others = (trained(name, kind, READERS[name].lr, first) for first in OTHER_SEEDS)
        facts["others"] = [accuracy(other, seen_as, unseen.labels) for other in others]
        slow = trained(name, kind, SLOW)
        facts["slow"] = {"lr": SLOW, "accuracy": accuracy(slow, seen_as, unseen.labels)}
    return net, facts


def dot_network(name: str) -> Made:
    """One network that says left or right, trained on half of the places."""
    recipe = DOTS[name]
    images, labels = places()
    order = np.random.default_rng(ORDER_SEED).permutation(len(images))
    seen, unseen = order[: len(order) // 2], order[len(order) // 2 :]
    net = build(recipe.blocks, (1, 28, 28), rng=WEIGHTS_SEED)
    fit(
        net,
        images[seen],
        labels[seen],
        epochs=recipe.epochs,
        batch_size=32,
        lr=recipe.lr,
        seed=ORDER_SEED,
        report=None,
    )
    return net, {"accuracy": accuracy(net, images[unseen], labels[unseen])}


def keep(file: str, folder: Path) -> None:
    """Train a network, measure it, write both."""
    name, kind = file.split("-")
    recipe = DOTS[kind] if name == "dot" else READERS[name]
    net, facts = dot_network(kind) if name == "dot" else reader(name, kind)
    save(
        net,
        folder / f"{file}.npz",
        title=recipe.title,
        optimizer="Adam",
        lr=recipe.lr,
        epochs=recipe.epochs,
        licence="MIT",
        **facts,
    )


def line(file: str, folder: Path) -> str:
    """The card's line about a network, from its file."""
    path = folder / f"{file}.npz"
    net, facts = load_with_meta(path)
    count = sum(value.size for value in net.parameters().values())
    shares = facts.get("by_shift")
    far = f" {shares[4]:.1%} | {shares[8]:.1%} |" if shares else ""
    return (
        f"| `{file}.npz` | {facts['title']} | {count:,} | {path.stat().st_size:,} | "
        f"{facts['lr']:g} | {facts['epochs']} | {facts['accuracy']:.1%} |{far}"
    )


CARD = """\
# The small networks of *Why convolution*

Everything in `why/` is written by `python -m assets.train_why`, which anyone can run again; so is
this card. Trained with `cnn` alone, on digits of `cnn/data/handwriting.py` alone; under the
project's licence. Each file says how its network was trained and what was measured.

## Digits
{digits:,} stroke-made digits, batches of 64, Adam; measured on {unseen:,} that none has seen.

- plain: {plain}
- shuffled: {shuffled}
- moved: {moved}

What a shift pushes beyond the rim is lost, and what comes in is paper; the shares for 4 and 8
pixels are means of four directions. First weights, order and digits come from seeds that the script
names, which were not chosen: same seeds, same weights, on the same machine.

| file | network | parameters | bytes | learning rate | passes | read right | 4 px off | 8 px off |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{readers}

With Adam at {slow_lr:g} the all-convolutional network, on digits in the middle, reads {slow:.1%}
after as many passes: it is not done learning. With {others} other first weights, at {lr:g}, it
reads {least:.1%} to {most:.1%}: so much depends on the start after so few passes.

## Dots
A dot of 2×2 pixels, at least two pixels from the rim, in the left or the right half of 28×28.
Trained on half of the {places} places, measured on the other half.

| file | network | parameters | bytes | learning rate | passes | right |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
{dots}

## What they cannot do
They are small, and were trained for seconds, to be compared with each other. To read a digit use
`lenet.npz`.
"""


def card(folder: Path) -> str:
    """What the files say, as a page."""
    plain = read_meta(folder / "allconv-plain.npz")
    return CARD.format(
        digits=DIGITS,
        unseen=UNSEEN,
        readers="\n".join(line(f"{name}-{kind}", folder) for name in READERS for kind in KINDS),
        dots="\n".join(line(f"dot-{name}", folder) for name in DOTS),
        places=len(places()[0]),
        slow_lr=SLOW,
        slow=plain["slow"]["accuracy"],
        others=len(OTHER_SEEDS),
        lr=READERS["allconv"].lr,
        least=min(plain["others"]),
        most=max(plain["others"]),
        **KINDS,
    )


def main() -> None:
    """Train all, or those that are named, and write the card."""
    files = [f"{name}-{kind}" for name in READERS for kind in KINDS]
    files += [f"dot-{name}" for name in DOTS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", metavar="file", help="of these alone")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for `why/` and the card")
    options = parser.parse_args()
    if unknown := set(options.files) - set(files):
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(files)}")
    folder = options.out / "why"
    folder.mkdir(exist_ok=True)
    for file in options.files or files:
        keep(file, folder)
        print(line(file, folder), flush=True)
    (folder.parent / "why.md").write_text(card(folder), encoding="utf-8")


if __name__ == "__main__":
    main()
