"""Scene 4: the square of the picture that a cell sees, and where in it the cell listens."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.architectures.architecture import Architecture
from cnn.arrays import Array
from jobs.large.listening import Heard, listen
from jobs.large.network import Wanted
from jobs.large.preparing import part, usual
from ui import codecs, guess, lesson, link
from ui.components.field_view.field_view import Heat, Square, field_view
from ui.famous import asking, field, here, picture, weights
from ui.famous.asking import Need
from ui.famous.field import Seen
from ui.plain import plain
from ui.questions import NumberQuestion, mistakes

#: Seconds between two looks at a gradient that is worked out.
REFRESH = 0.3
_STEP = "fn_layer"


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        architecture = here.network()
        seen = field.fields(architecture.slug)
        shown = picture.choose() or picture.first()
        listens = link.toggle("Where it listens", "fn_listen", help=_HELP)
        wanted = _weights(architecture) if listens else None
    cropped = crop(shown.pixels, architecture)
    at = link.get(_STEP, len(seen) - 1, codecs.integer(0, _MOST), label="Layer of the square")
    at = min(at, len(seen) - 1)
    need = None
    if wanted is not None:
        key = ("listen", wanted, shown.mark, seen[at].layer)
        need = Need(key, listen, (wanted, shown.pixels, seen[at].layer))
    with stage:
        following(architecture, seen, at, cropped, shown.words, need)
    lesson.text(
        """
**The square** is what the middle cell of a layer's maps can see: nothing outside of it changes the
cell. Each layer widens it by (kernel − 1) times the steps of all strides before it, so that a
stride makes every later layer see further. Where it is **larger than the picture**, that is no
mistake: beyond the rim there are the zeros of the padding (hatched).

**Seeing is not listening.** Switch on *Where it listens* for the gradient of one cell: how much it
changes with each pixel. From the square's middle many ways lead to the cell, from a corner only
one, so that almost all of the gradient lies in a smaller region: the dashed square holds 95% of it.
Luo, Li, Urtasun and Zemel (2016) called it the *effective* receptive field.
"""
    )
    question = next_field(guess.deal("fn_g4"))
    guess.number("fn_g4", question.words, question.answer, question.explain, known=question.known)


_HELP = (
    "The gradient of one cell with respect to the picture. It is worked out in the one process "
    "that runs large networks; you may have to wait for your turn."
)
#: More layers than any network of the list has.
_MOST = 99


def following(
    architecture: Architecture,
    seen: tuple[Seen, ...],
    at: int,
    cropped: Array,
    words: str,
    need: Need | None,
) -> None:
    """The picture with its square; looks again while a gradient is worked out."""
    pending = need is not None and asking.standing([need]).pending

    @link.fragment(run_every=REFRESH if pending else None, key="fn_cell")
    def follow() -> None:
        now = None if need is None else asking.standing([need])
        if now is not None and now.pending != pending:
            st.rerun()
        heard = None if now is None or need is None else now.answers.get(need.key)
        trained = need is not None and need.args[0].trained
        view(architecture, seen, at, cropped, words, heard, trained)
        if now is not None:
            asking.show(now)

    follow()


def view(
    architecture: Architecture,
    seen: tuple[Seen, ...],
    at: int,
    cropped: Array,
    words: str,
    heard: Heard | None,
    trained: bool = False,
) -> None:
    """The component; ``trained`` are the weights of which something was heard."""
    heat = None if heard is None else Heat(heard.heat, field.effective(heard.heat, seen[at].whole))
    squares = [
        Square(
            one.layer, one.whole, sentence(architecture, one, heat if i == at else None, trained)
        )
        for i, one in enumerate(seen)
    ]
    field_view(
        "fn_field",
        np.ascontiguousarray(np.moveaxis(cropped, 2, 0)),
        squares,
        alt=plain(words),
        at=at,
        epoch=link.epoch(),
        on_step=lambda step: _moved(step, len(seen)),
        heat=heat,
        fixed=link.held(_STEP),
        projector=lesson.projector(),
    )


def _moved(step: int, count: int) -> None:
    if 0 <= step < count:
        link.put(_STEP, step, codecs.integer(0, _MOST))


def _weights(architecture: Architecture) -> Wanted:
    """Trained weights where there are some and the student wants them; else random ones."""
    found = {
        name: one.wanted
        for name, one in weights.trained().items()
        if one.architecture.slug == architecture.slug
    }
    if found and link.toggle("Trained weights", "fn_trained", True):
        return next(iter(found.values()))
    return Wanted(architecture.slug)


def crop(pixels: Array, architecture: Architecture) -> Array:
    """(side, side, 3) uint8: the part of a picture that the network is given; grey for LeNet."""
    return part(usual(architecture.slug), architecture.slug, pixels)


def sentence(
    architecture: Architecture, seen: Seen, heat: Heat | None, trained: bool = False
) -> str:
    """What is said of one layer's square."""
    rows, columns = seen.size
    height, width = architecture.input_shape[1:]
    maps = " × ".join(map(str, seen.shape))
    found = f"A cell of {seen.layer} ({maps}) sees {rows} × {columns} of {height} × {width} pixels."
    if rows > height:
        found += f" That is {rows / height:.1f} times the picture's side: the rest are zeros."
    if heat is not None:
        top, bottom, left, right = heat.box
        found += (
            f" With {'trained' if trained else 'random'} weights it listens to less: "
            f"{field.MOST:.0%} of its gradient lies within {bottom - top} × {right - left}."
        )
    return found


def next_field(rng: np.random.Generator) -> NumberQuestion:
    """What a cell sees after one more convolution."""
    size = int(rng.choice([5, 7, 11, 15, 27, 43]))
    kernel = int(rng.choice([3, 3, 5, 7]))
    jump = int(rng.choice([1, 2, 4, 8]))
    answer = size + (kernel - 1) * jump
    return NumberQuestion(
        f"A cell sees {size} × {size} pixels. The strides before it multiply to {jump}. A "
        f"convolution with a {kernel}×{kernel} kernel follows. How many pixels across does a cell "
        "of its maps see?",
        answer,
        f"{size} + ({kernel} − 1) · {jump} = {answer}: neighbouring cells look {jump} "
        f"pixel{'s' if jump > 1 else ''} apart, and the kernel reaches {kernel - 1} such steps.",
        mistakes(
            answer,
            (size + kernel - 1, "the strides before it forgotten"),
            (size + kernel * jump, "the kernel counted whole, not its steps"),
            (size * kernel, "multiplied"),
            (size + jump, "one step only"),
        ),
    )
