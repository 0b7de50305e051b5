"""The guesses of "Draw a digit", answered by the shipped network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array
from cnn.data.datasets import DIGITS
from cnn.data.handwriting import PAD, generate
from cnn.explain import fool, grow
from cnn.layers.convolution import Conv2d
from cnn.layers.pooling import MaxPool2d
from ui import figures, readers
from ui.draw import planes
from ui.draw.changes import Change, changed
from ui.network_panels import INPUT
from ui.questions import NumberQuestion, PictureQuestion, mistakes

CANDIDATES = 60

#: What was done → the change, a function of a sign; the first is the one that is not read.
DONE = {
    "moved seven pixels": lambda sign: Change(right=7 * sign),
    "moved two pixels": lambda sign: Change(right=2 * sign),
    "turned by 15 degrees": lambda sign: Change(turn=15 * sign),
    "drawn with a thicker pen": lambda _: Change(thick=0.75),
}


def field_of(rng: np.random.Generator) -> NumberQuestion:
    """How much of the image one cell of a layer sees."""
    net = readers.network("lenet").net
    stack = [(n, each) for n, each in net.named_layers() if isinstance(each, Conv2d | MaxPool2d)]
    asked = int(rng.integers(1, len(stack)))
    size, jump, terms = 1, 1, ["1"]
    seen = stack[: asked + 1]
    for _, layer in seen:
        (window, _), (stride, _) = layer.window.kernel, layer.window.stride
        terms.append(f"({window} − 1)·{jump}")
        size, jump = size + (window - 1) * jump, jump * stride
    name = stack[asked][0]
    (field,) = (row.receptive_field for row in net.summary((1, 28, 28)) if row.name == name)
    windows = ", ".join(
        f"{n} {each.window.kernel[0]}×{each.window.kernel[1]} with stride {each.window.stride[0]}"
        for n, each in stack
    )
    known = mistakes(
        float(field[0]),
        (1 + sum(each.window.kernel[0] - 1 for _, each in seen), "the strides forgotten"),
        (stack[asked][1].window.kernel[0], "the window of this layer alone"),
        (sum(each.window.kernel[0] for _, each in seen), "the windows added up"),
        (math.prod(each.window.kernel[0] for _, each in seen), "the windows multiplied"),
        (size - 1, "the cell itself forgotten"),
        (28, "the whole image"),
    )
    return NumberQuestion(
        f"One cell of **{name}** of LeNet-5: how many pixels of the image does it see across? "
        f"The windows: {windows}.",
        float(field[0]),
        f"Each layer adds (window − 1) times the steps taken so far: {' + '.join(terms)} = "
        f"{size}. With LeNet-5 chosen above, open a map of {name} and point at a cell: it is "
        "outlined on the drawing.",
        known,
    )


def neighbours(rng: np.random.Generator) -> NumberQuestion:
    """How far a layer brings the classes apart, seen in the plane of its numbers."""
    found = planes.planes(readers.network("lenet"))
    pixels = found[INPUT]
    asked = found[str(rng.choice([name for name in found if name != INPUT]))]
    same, before = round(100 * asked.same), round(100 * pixels.same)
    chance = 100 / len(DIGITS)
    best = max(found.values(), key=lambda plane: plane.same)
    return NumberQuestion(
        "On the map of LeNet-5's pixels the nearest dot is of the same class for "
        f"{before} of 100 digits. For how many on the map of **{asked.layer}**?",
        same,
        f"For {same} of 100; a dot next to which any class may lie would find its own for about "
        f"{chance:.0f}. Of all layers {best.title} brings the classes furthest apart: "
        f"{round(100 * best.same)}.",
        mistakes(
            same,
            (before, "the pixels' share: as if the layer did nothing"),
            (100, "all: what the network reads right, in many more dimensions than two"),
            (chance, "what chance gives"),
        ),
    )


def grown_for(rng: np.random.Generator) -> PictureQuestion:
    """Which of four pictures was grown for a class."""
    dealt = tuple(int(k) for k in rng.permutation(len(DIGITS))[:4])
    asked, letters = int(rng.integers(4)), "ABCD"
    grown = [_grown_for(k) for k in dealt]
    share = grown[asked][1]
    return PictureQuestion(
        f"Each of these pictures was grown from noise for one class of LeNet-5. Which one does it "
        f"read as **{dealt[asked]}**?",
        {letter: letter for letter in letters},
        letters[asked],
        f"It is {letters[asked]}: LeNet-5 reads it as {dealt[asked]} with "
        f"{readers.percent(share)}. It was grown for that and for nothing else, above all not to "
        f"look like a {dealt[asked]}.",
        [figures.picture(picture, None, limit=1.0) for picture, _ in grown],
        {
            letter: f"grown for {k}"
            for letter, k in zip(letters, dealt, strict=True)
            if k != dealt[asked]
        },
    )


@lru_cache(maxsize=len(DIGITS))
def _grown_for(label: int) -> tuple[Array, float]:
    """A picture grown for a class of LeNet-5, and the share that it gets."""
    of = readers.network("lenet")
    last = list(of.net.layers)[-1]
    image = grow(of.net, last, (label,), steps=40, blur=0.1, shift=1).images[-1, 0]
    return image, float(of.chances(image[None])[0, label])


def least_change(rng: np.random.Generator) -> PictureQuestion:
    """Which of four digits takes the smallest change to be read as another."""
    dealt = _changed_least(int(rng.integers(1 << 30)))
    letters = "ABCD"
    least = [one.least for one in dealt]
    answer = letters[int(np.argmin(least))]
    said = "; ".join(
        f"{letter} from {one.least:.2f} on as {one.read}"
        for letter, one in zip(letters, dealt, strict=True)
    )
    return PictureQuestion(
        "LeNet-5 reads all four right. Which of them takes the **smallest change** of its pixels "
        "to be read as something else?",
        {letter: letter for letter in letters},
        answer,
        f"It is {answer}. They are read as another digit: {said} (1 is from paper to ink). Which "
        "digit is easily fooled cannot be seen; it depends on how near it lies to where the "
        "network changes its mind.",
        [figures.picture(one.image, None, limit=1.0) for one in dealt],
        {
            letter: f"needs {one.least:.2f}"
            for letter, one in zip(letters, dealt, strict=True)
            if letter != answer
        },
    )


@dataclass(frozen=True)
class _Least:
    image: Array
    least: float
    read: int


@lru_cache(maxsize=64)
def _changed_least(seed: int) -> tuple[_Least, ...]:
    """Four digits that LeNet-5 reads right, of which one changes clearly before the others."""
    of, rng = readers.network("lenet"), np.random.default_rng(seed)
    bounds = np.arange(1, 14) / 50
    found: list[_Least] = []
    while len(found) < 4:
        label = int(rng.integers(len(DIGITS)))
        image = generate(1, int(rng.integers(1 << 30)), labels=[label], style=PAD).floats()[0]
        tried = fool(of.net, image, bounds, steps=6)
        if tried.label != label or tried.smallest is None:
            continue
        read = int(tried.scores[tried.smallest].argmax())
        one = _Least(image[0], float(tried.bounds[tried.smallest]), read)
        if all(abs(one.least - other.least) > 0.015 for other in found):
            found.append(one)
    return tuple(found)


def which_fails(rng: np.random.Generator) -> PictureQuestion:
    """Which of four changed digits the network no longer reads."""
    dealt = _dealt(int(rng.integers(1 << 30)))
    letters = "ABCD"
    answer = letters[next(i for i, one in enumerate(dealt) if one.read != one.label)]
    wrong = dealt[letters.index(answer)]
    return PictureQuestion(
        "Three of these digits LeNet-5 still reads right; one it does not. All were centred before "
        "they were changed. Which one fails?",
        {letter: letter for letter in letters},
        answer,
        f"It is {answer}: a {wrong.label} that was {wrong.words} is read as {wrong.read}, with "
        f"{readers.percent(wrong.share)}. {_why()}",
        [figures.picture(one.image, None, limit=1.0) for one in dealt],
        {
            letter: f"a {one.label} that was {one.words}: still read right"
            for letter, one in zip(letters, dealt, strict=True)
            if letter != answer
        },
    )


def _why() -> str:
    """How far training moved the digits, from the network's own recipe."""
    change = readers.network("lenet").meta.get("recipe", {}).get("change", {})
    moved = change.get("shift", 0)
    return (
        f"In training no digit was moved by more than {moved:g} pixels, so the last layers know "
        "digits near the middle only; to a convolution the place would not matter."
    )


@dataclass(frozen=True)
class _Dealt:
    image: Array
    words: str
    label: int
    read: int
    share: float


@lru_cache(maxsize=64)
def _dealt(seed: int) -> tuple[_Dealt, ...]:
    """One changed digit of each kind, in random order: the first kind misread, the rest right."""
    rng = np.random.default_rng(seed)
    digits = generate(CANDIDATES, int(rng.integers(1 << 30)))
    images = digits.floats()[:, 0]
    dealt = []
    for kind in rng.permutation(len(DONE)):
        words, make = list(DONE.items())[kind]
        variants = np.stack([changed(image, [make(_sign(rng))])[0] for image in images])
        chances = readers.network("lenet").chances(variants)
        read = chances.argmax(1)
        fitting = (read != digits.labels) if kind == 0 else (read == digits.labels)
        sure = np.where(fitting, chances.max(1), 0)
        best = int(rng.choice(np.argsort(-sure)[:5]))
        share = float(chances[best].max())
        dealt.append(
            _Dealt(variants[best], words, int(digits.labels[best]), int(read[best]), share)
        )
    return tuple(dealt)


def _sign(rng: np.random.Generator) -> int:
    return int(rng.choice([-1, 1]))
