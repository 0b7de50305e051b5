"""Fool it: the smallest change of the drawing that makes the network say something else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.explain import Fooling, both_ways, fool, random_change
from cnn.learn.answers import NO_ANSWER, answers
from ui import codecs, guess, lesson, link, readers
from ui.components.film.film import Line, Strip, film
from ui.draw import digits, questions
from ui.draw.recent import remembered
from ui.plain import plain
from ui.readers import Network, Reading, number, percent

#: By how much a pixel may change, from paper (0) to ink (1): a frame each.
BOUNDS = np.arange(26) / 100
TIMES = 10
GUESS = "d_g4"
#: Digits over which a network is asked how it bears random changes, and aimed ones.
_RANDOM, _AIMED = 100, 10
#: For the sentences about these.
_AT = 0.1
_SEED = 5
#: In the link: the bound that is shown; nothing there means the smallest that is enough.
_SMALLEST = -1.0
_BOUND = codecs.real(_SMALLEST, float(BOUNDS[-1]))
ANY = "any"


@dataclass(frozen=True)
class Attempt:
    """A drawing changed within each bound, and random changes of the same size beside it.

    Attributes:
        fooling: The changes that are aimed.
        noisy: (E, H, W) the drawing with random changes within each bound.
        chances: (E, K) what the network makes of the aimed ones.
        noisy_chances: (E, K) and of the random ones.
    """

    fooling: Fooling
    noisy: Array
    chances: Array
    noisy_chances: Array

    @property
    def images(self) -> Array:
        """(E, H, W) the changed drawings."""
        changed: Array = self.fooling.images[:, 0]
        return changed


def attempt(reading: Reading, target: int | None) -> Attempt:
    """Change a drawing towards a class; None: towards any but its present answer."""
    of, x = reading.network, np.clip(reading.snap.x, 0, 1)  # rounding may have gone beyond

    def made() -> Attempt:
        with np.errstate(all="ignore"):
            net = both_ways(of.net) if of.single else of.net
            found = fool(net, x, BOUNDS, target)
            noisy = np.stack([random_change(x[0], float(bound), _SEED) for bound in BOUNDS])
            return Attempt(found, noisy, of.chances(found.images[:, 0]), of.chances(noisy))

    return remembered(of, ("fooled", target, x.tobytes()), made)


def show(reading: Reading) -> None:
    """Where to, the film of what is allowed more and more, who else is fooled, and the guess."""
    if reading.state.empty:
        st.markdown("Draw something first: there is nothing to change on a blank sheet.")
        return
    names = reading.network.classes
    options = {ANY: "anything else"} | {str(k): plain(name) for k, name in enumerate(names)}
    chosen = link.choice("Make it say", "d_target", options, ANY, kind="pills")
    target = None if chosen == ANY else int(chosen)
    if target == reading.label:
        st.markdown(f"It says {plain(reading.answer)} already. Choose another class.")
        return
    found = attempt(reading, target)
    _film(reading, found, target)
    words, question = st.columns(2, gap="large")
    with words:
        st.markdown(_result(reading, found, target))
        st.markdown(_sober(reading.network))
    with question:
        guess.picture(GUESS, questions.least_change(guess.deal(GUESS)))


def _film(reading: Reading, found: Attempt, target: int | None) -> None:
    of, before = reading.network, reading.image
    reads = [_reads(of, each) for each in found.chances]
    smallest = found.fooling.smallest
    fooled = (
        "" if smallest is None else f"reads {of.classes[int(found.chances[smallest].argmax())]}"
    )
    bound = link.get("d_eps", _SMALLEST, _BOUND, label="How much a pixel may change")
    at = round(100 * bound) if bound >= 0 else smallest
    film(
        "d_fooled",
        [
            Strip("Before", before[None], [f"reads {reading.answer}, {_share(reading)}"]),
            Strip("After", found.images, reads),
            Strip(f"Difference × {TIMES}", (found.images - before) * TIMES, kind="gradient"),
            Strip(
                "Random, same size", found.noisy, [_reads(of, each) for each in found.noisy_chances]
            ),
        ],
        label=f"The drawing, changed so that {of.title} says something else.",
        readouts=[f"ε = {bound:.2f}" for bound in BOUNDS],
        words=("bound", "bound ε"),
        lines=_lines(reading, found, target),
        x=BOUNDS,
        axes=("ε: by how much a pixel may change", "probability"),
        percent=True,
        notes=_others(reading, found),
        mark=None if smallest is None else (smallest, fooled),
        at=at,
        on_move=lambda at: link.put("d_eps", float(BOUNDS[at]), _BOUND),
        epoch=link.epoch(),
        fixed=link.held("d_eps"),
        side=132,
        projector=lesson.projector(),
    )


def _share(reading: Reading) -> str:
    return percent(float(reading.probabilities[reading.label]))


def _reads(of: Network, chances: Array) -> str:
    label = int(answers(chances))
    if label == NO_ANSWER:
        return "says nothing"
    return f"reads {of.classes[label]}, {percent(float(chances[label]))}"


def _lines(reading: Reading, found: Attempt, target: int | None) -> list[Line]:
    """The answer's probability, that of the wanted class, and the answer's under random changes."""
    names = reading.network.classes
    rival = int(found.fooling.scores[-1].argmax()) if target is None else target
    if rival == reading.label:  # nothing was reached: the nearest of the others
        rival = int(np.argsort(-found.fooling.scores[-1], kind="stable")[1])
    return [
        Line(names[rival], found.chances[:, rival]),
        Line(names[reading.label], found.chances[:, reading.label]),
        Line(f"{names[reading.label]}, random", found.noisy_chances[:, reading.label], dashed=True),
    ]


def _others(reading: Reading, found: Attempt) -> list[str]:
    """For each bound, what the other networks that are there read in the changed drawing."""
    networks = [
        readers.network(name) for name in readers.available() if name != reading.network.name
    ]
    alike = [one for one in networks if one.classes == reading.network.classes]
    if not alike:
        return []
    before = [int(answers(one.chances(reading.image[None]), 1)[0]) for one in alike]
    changed = [one.chances(found.images) for one in alike]
    said = []
    for at in range(len(BOUNDS)):
        parts = [
            _who(one, was, each[at]) for one, was, each in zip(alike, before, changed, strict=True)
        ]
        said.append(f"The same picture, shown to others. {' '.join(parts)}")
    return said


def _who(of: Network, before: int, chances: Array) -> str:
    """What another network says to it, and whether that has changed."""
    now = int(answers(chances))
    verdict = "fooled, too" if now != before else "as before"
    return f"{of.title} {_reads(of, chances)}: {verdict}."


def _result(reading: Reading, found: Attempt, target: int | None) -> str:
    of, fooling = reading.network, found.fooling
    wanted = "something else" if target is None else plain(of.classes[target])
    if fooling.smallest is None:
        return (
            f"No change of up to {BOUNDS[-1]:.2f} was found that makes {of.title} say {wanted}. "
            "That is no proof that there is none."
        )
    bound = float(fooling.bounds[fooling.smallest])
    now = plain(of.classes[int(fooling.scores[fooling.smallest].argmax())])
    size = float(np.abs(found.images[fooling.smallest] - reading.image).mean())
    return (
        f"**From ε = {bound:.2f} on {of.title} says {now}**: no pixel is changed by more than "
        f"{bound:.2f} (1 is from paper to ink), by {number(size, 3)} in the mean. Every pixel "
        "takes small steps in the direction in which the wanted answer gains on the others, which "
        "the gradient tells, and is kept within the bound and between paper and ink."
    )


@dataclass(frozen=True)
class Bearing:
    """How a network bears changes of ±0.1.

    Attributes:
        random: Of so many digits under random changes, how many answers stay.
        aimed: Of so many digits under aimed changes, how many answers become others.
    """

    random: int
    aimed: int


def bearing(of: Network) -> Bearing:
    """Counted over digits for the network at hand."""
    return readers.made_once(of, _bearing)


def _bearing(of: Network) -> Bearing:
    images = digits.for_network(of).floats()[:_RANDOM]
    with np.errstate(all="ignore"):
        before = answers(of.chances(images[:, 0]), 1)
        after = answers(of.chances(random_change(images[:, 0], _AT, _SEED)), 1)
        net = both_ways(of.net) if of.single else of.net
        aimed = sum(bool(fool(net, image, [_AT]).fooled[0]) for image in images[:_AIMED])
    return Bearing(int((after == before).sum()), aimed)


def _sober(of: Network) -> str:
    found = bearing(of)
    counted = (
        f"Random changes of ±{_AT} leave the answer of {of.title} as it was for {found.random} "
        f"of {_RANDOM} digits; aimed ones of the same size change it for {found.aimed} of "
        f"{_AIMED}."
    )
    if found.aimed / _AIMED <= 1 - found.random / _RANDOM:
        return f"{counted} To this network aiming makes no difference."
    return (
        f"{counted} It is not the size that matters but the direction: a little at every pixel, "
        "all of it against the answer, adds up."
    )
