"""Trained weights: what a network says of a picture, where it finds that, what changes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.pretrained.classes import imagenet_classes
from jobs.large.answering import Seen, see
from ui import guess, lesson, link, visitor
from ui.components.chance_bars.chance_bars import Chance, chance_bars
from ui.famous import asking, cover, photo, picture, prepared, weights
from ui.famous.asking import Need
from ui.famous.picture import Picture
from ui.famous.weights import Choice
from ui.pick_questions import PickQuestion, dealt
from ui.plain import plain
from ui.remembered import Begun
from ui.room import me

#: Seconds between two looks at a network that works, and where the camera runs.
REFRESH, LIVE = 0.3, 0.15
#: The last answer of each network, shown while the next one is worked out.
_LAST: Begun[dict[object, Seen]] = Begun("_fn_last", dict)
AUTO, NONE = "auto", "none"
GIVEN = "What the network is given"
#: Heat that differs by less than this share of its largest is the same everywhere.
EVEN = 1e-3
NOWHERE = "no place more than another"


@dataclass(frozen=True)
class Shown:
    """A network, a picture and the class that is explained (None: the likeliest)."""

    choice: Choice
    picture: Picture
    target: int | None

    @property
    def given(self) -> Array:
        """(side, side, 3) uint8: the part of the picture that the network sees."""
        return self.choice.preprocessing.cropped(self.picture.pixels)

    @property
    def need(self) -> Need:
        """The question."""
        key = ("see", self.choice.wanted, self.picture.mark, self.target)
        return Need(key, see, (self.choice.wanted, self.picture.pixels, self.target))


def classes() -> tuple[str, ...]:
    """What the outputs are called, first letters large where a name begins a line."""
    return imagenet_classes()


LOOKS = {"prepared": "How the picture is prepared", "cover": "Cover it, place by place"}


def show() -> None:
    """The scene."""
    choices = weights.trained()
    stage, side = lesson.stage()
    if not choices:
        with stage:
            lesson.text(weights.HOW_TO_GET)
            refusals()
        return
    with side:
        shown, beside = controls(choices)
    with stage:
        if shown is None:
            st.markdown(picture.NONE_YET)
        else:
            answers(shown, beside)
        refusals()
    if shown is not None:
        further(shown)
    lesson.text(
        """
The network was trained on ImageNet: 1.28 million photographs of **1,000 things**, and it knows no
others. It has no word for “person” and none for “nothing”: whatever you hold up, it gives each of
its 1,000 classes a share, and they add up to 100 %. *Sure* and *right* are not the same.

**Where?** is Grad-CAM: the maps of the last convolution, each weighted by how much it moves the
chosen class. Click another class to see what speaks for that one. A coloured place says what the
network looks at, not that it is right to.
"""
    )
    asked = no_such_class(guess.deal("fn_q7"))
    guess.pick("fn_q7", asked.words, asked.options, asked.answer, asked.explain)


def controls(choices: dict[str, Choice]) -> tuple[Shown | None, Choice | None]:
    """Which network, which picture, which class; and a second network beside it."""
    names = {name: choice.label for name, choice in choices.items()}
    first = next(iter(names))
    chosen = choices[link.choice("Network", "fn_know", names, first, kind="select")]
    beside = None
    if len(choices) > 1:
        others = {NONE: "None"} | {n: label for n, label in names.items() if n != chosen.name}
        other = link.choice("Beside it", "fn_beside", others, NONE, kind="select")
        beside = choices.get(other)
    given = picture.choose(live=True)
    options = {AUTO: "What it says"} | {str(k): name for k, name in enumerate(classes())}
    target = link.choice("Explain", "fn_class", options, AUTO, kind="select")
    if given is None:
        return None, beside
    given = picture.changed(given)
    return Shown(chosen, given, None if target == AUTO else int(target)), beside


def answers(shown: Shown, beside: Choice | None) -> None:
    """What the network says, or both; looks again while one of them works."""
    all_shown = [shown, *([Shown(beside, shown.picture, shown.target)] if beside else [])]
    needs = [one.need for one in all_shown]
    pending = asking.standing(needs).pending
    live = bool(shown.picture.shot)
    pace = LIVE if live else REFRESH

    @link.fragment(run_every=pace if pending else None, key="fn_answers")
    def follow() -> None:
        now = asking.standing(needs)
        if pending and not now.pending:
            st.rerun()
        for place, one in enumerate(all_shown):
            found = _newest(one, now)
            with st.container(key=f"fn_says_{place}"):
                if len(all_shown) > 1:
                    st.markdown(f"**{plain(one.choice.label)}**")
                if found is not None:
                    says(one, found, place)
                else:
                    photo.show(one.given, caption=GIVEN, alt=f"The picture: {one.picture.words}")
        waits = now.look is not None and now.look.phase == "waiting"
        with st.container(key="fn_waits"):
            if not live or waits or now.error:
                asking.show(now)

    follow()
    found = asking.known(shown.need.key)
    if live and (found is not None or asking.current().errors.get(shown.need.key)):
        picture.answered(shown.picture.shot)


def further(shown: Shown) -> None:
    """What else there is to see; not while the camera runs."""
    if shown.picture.shot:
        return
    chosen = link.choice("Look further", "fn_more", LOOKS, "prepared", kind="segmented")
    if chosen == "prepared":
        prepared.show(shown)
    else:
        cover.show(shown, asking.known(shown.need.key))


def _newest(one: Shown, now: asking.Standing) -> Seen | None:
    """The answer; while it is worked out, the one before it."""
    last = _LAST.get()
    found: Seen | None = now.answers.get(one.need.key)
    if found is not None:
        last[one.choice.wanted] = found
    return last.get(one.choice.wanted)


def says(one: Shown, found: Seen, place: int) -> None:
    """The picture, where the class was found, and the five likeliest."""
    names = classes()
    with st.container(horizontal=True, key=f"photos_fn_{place}", gap="large"):
        photo.show(
            found.picture,
            caption=GIVEN,
            alt=f"The picture: {one.picture.words}",
        )
        name = names[found.target]
        even = is_even(found.heat)
        photo.show(
            photo.heated(found.picture, np.zeros_like(found.heat) if even else found.heat),
            caption=f"Where? {plain(name)}, {found.chance:.0%}{f': {NOWHERE}' if even else ''}",
            alt=f"Where the network finds {name}: {where(found.heat)}",
        )
        with st.container(width=300):
            chance_bars(
                f"fn_top_{place}",
                [
                    Chance(label, names[label], share, label == found.target)
                    for label, share in found.top
                ],
                on_pick=pick,
                fixed=link.held("fn_class"),
                projector=lesson.projector(),
            )
            st.caption(f"Answered in {found.seconds * 1e3:,.0f} ms, without waiting and loading.")


def pick(label: int) -> None:
    """A class was clicked: it is the one to explain."""
    link.assign(fn_class=str(label))


def is_even(heat: np.ndarray) -> bool:
    """Whether a heat tells no place from another: its scale would make something of nothing."""
    return float(np.ptp(heat)) <= EVEN * float(np.abs(heat).max())


def where(heat: np.ndarray) -> str:
    """In words, for those who cannot see the heat: the ninth of the picture with most of it."""
    if is_even(heat):
        return NOWHERE
    rows, columns = (np.array_split(np.arange(n), 3) for n in heat.shape)
    sums = np.array([[heat[np.ix_(r, c)].mean() for c in columns] for r in rows])
    row, column = np.unravel_index(sums.argmax(), sums.shape)
    down, across = ("upper", "middle", "lower")[row], ("left", "middle", "right")[column]
    return "in the middle" if (row, column) == (1, 1) else f"{down} {across}"


def refusals() -> None:
    """The files of the folder that cannot be used, and why, for those who can mend that.

    These are who started the app, at this machine, and who leads a class.
    """
    if visitor.address() and me.teacher() is None:
        return
    if found := weights.refused():
        with lesson.more(f"Files of weights that cannot be used: {len(found)}"):
            for name, problem in found:
                lesson.problem(problem[0].upper() + problem[1:], name)


def no_such_class(rng: np.random.Generator) -> PickQuestion:
    """What a network says of a thing it has no class for."""
    thing = str(rng.choice(["a face", "a smartphone", "a blank sheet of paper"]))
    return dealt(
        rng,
        f"You hold {thing} before the camera. The network has no such class. What does it say?",
        (
            "some of its 1,000 classes, perhaps with a large share",
            "“unknown”",
            "0 % for each class",
            "nothing: it stops",
        ),
        "Softmax shares 100 % among the classes that there are, so one of them always wins. The "
        "network cannot say that it does not know; its largest share is often small then, but "
        "not always.",
    )
