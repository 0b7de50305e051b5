"""Scene 1: how many numbers a dense layer learns, and how many a convolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ui import guess, lesson, link
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.pick_questions import PickQuestion, dealt
from ui.questions import NumberQuestion, mistakes

#: A float32.
BYTES = 4


@dataclass(frozen=True)
class Setting:
    """A picture, a dense layer on it, and a convolution on it."""

    width: int
    height: int
    colours: int
    units: int
    filters: int
    kernel: int

    @property
    def inputs(self) -> int:
        """Numbers in the picture."""
        return self.width * self.height * self.colours

    @property
    def outputs(self) -> int:
        """Numbers that the convolution gives: padded, every filter answers at every pixel."""
        return self.width * self.height * self.filters

    @property
    def dense(self) -> int:
        """Weights and biases of the dense layer."""
        return self.inputs * self.units + self.units

    @property
    def convolution(self) -> int:
        """Weights and biases of the convolution. The picture's size is not among its factors."""
        return self.kernel * self.kernel * self.colours * self.filters + self.filters

    @property
    def dense_as_wide(self) -> int:
        """Of a dense layer that gives as many numbers as the convolution."""
        return self.inputs * self.outputs + self.outputs

    @property
    def local(self) -> int:
        """The convolution's windows, but each output with weights and a bias of its own.

        A window that reaches over the rim has weights for what is inside only.
        """
        taps = inside(self.height, self.kernel) * inside(self.width, self.kernel)
        return taps * self.colours * self.filters + self.outputs


def inside(length: int, kernel: int) -> int:
    """How many cells the windows around each cell of an axis hold in all; the rim cuts some."""
    half = kernel // 2
    return sum(min(length, at + half + 1) - max(0, at - half) for at in range(length))


PRESETS = {
    "imagenet": ("224×224 in colour → 1,024 units", Setting(224, 224, 3, 1024, 64, 3)),
    "grey": ("100×100, grey → 100 units", Setting(100, 100, 1, 100, 32, 3)),
    "digit": ("A digit, 28×28 → 120 units", Setting(28, 28, 1, 120, 6, 5)),
    "million": ("1000×1000 in colour → 1,000 units", Setting(1000, 1000, 3, 1000, 64, 3)),
    "hd": ("1920×1080 in colour → 1,000 units", Setting(1920, 1080, 3, 1000, 64, 3)),
}


def controls() -> Setting:
    """The presets and the sliders; a slider starts where the preset has it."""
    titles = {name: title for name, (title, _) in PRESETS.items()}
    chosen = link.choice(
        "Preset", "wy_pre", titles, "imagenet", kind="select", on_change=_take_preset
    )
    start = PRESETS[chosen][1]
    return Setting(
        width=link.slider("Width of the picture", "wc_w", 8, 2000, start.width),
        height=link.slider("Height", "wc_h", 8, 2000, start.height),
        colours=link.slider("Colours", "wc_c", 1, 3, start.colours, 2),
        units=link.slider("Units of the dense layer", "wc_u", 1, 4096, start.units),
        filters=link.slider("Filters of the convolution", "wc_f", 1, 512, start.filters),
        kernel=link.slider("Kernel", "wc_k", 1, 11, start.kernel, 2),
    )


def _take_preset() -> None:
    link.reset("wc_")


def size_words(numbers: int) -> str:
    """Bytes of so many float32, in the largest unit that leaves a number above 1."""
    size, unit = float(numbers * BYTES), "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.3g} {unit}"


def bars(of: Setting) -> list[Bar]:
    """What each way learns; the last two give as many numbers as the convolution."""
    window = f"{of.kernel}×{of.kernel}"
    rows = [
        (f"Dense, to {of.units:,} units", of.dense, ""),
        (f"Convolution, {of.filters} filters of {window}", of.convolution, ""),
        ("Dense, to as many outputs", of.dense_as_wide, f"For the same {of.outputs:,} outputs"),
        (f"{window} windows, nothing shared", of.local, ""),
    ]
    return [
        Bar(
            name,
            count,
            f"{count:,} numbers, {size_words(count)}",
            marked=count == of.convolution and name.startswith("Conv"),
            head=head,
        )
        for name, count, head in rows
    ]


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        of = controls()
    with stage:
        log_bars("wy_bars", bars(of), projector=lesson.projector())
        lesson.formula(
            r"\text{dense: } \underbrace{<w> \cdot <h> \cdot <c>}_{<n> \text{ inputs}} \cdot <u>"
            r" + <u> = <dense>",
            w=of.width,
            h=of.height,
            c=of.colours,
            n=of.inputs,
            u=of.units,
            dense=of.dense,
        )
        lesson.formula(
            r"\text{convolution: } <k> \cdot <k> \cdot <c> \cdot <f> + <f> = <conv>",
            k=of.kernel,
            c=of.colours,
            f=of.filters,
            conv=of.convolution,
        )
    lesson.text(
        """
In a **dense** layer every unit has a weight for every number of the picture. A **convolution** has
a weight for every number of its *window*, and uses them again at every place: the picture's width
and height are not in its formula.

It is not a fair race yet, for the convolution gives many more outputs: one map a filter. The lower
two bars compare for **the same number of outputs**. The last keeps the small windows and shares
nothing: even so it has to learn a window for every output.

A stack of layers does not grow *exponentially*. One more layer of n units on n units adds n²
weights, and the next adds the same again: **linear in the number of layers, quadratic in their
width**.
"""
    )
    first, second = st.columns(2, gap="large")
    with first:
        unmoved = which_slider(guess.deal("wy_g1"))
        guess.pick("wy_g1", unmoved.words, unmoved.options, unmoved.answer, unmoved.explain)
    with second:
        more = one_more_layer(guess.deal("wy_g2"))
        guess.number("wy_g2", more.words, more.answer, more.explain, known=more.known)


#: What a slider is called → the setting without it.
_FACTORS = {
    "the number of colours": "each filter has a kernel for every colour",
    "the number of filters": "each filter has weights of its own",
    "the size of the kernel": "a kernel k wide has k·k weights a colour",
}


def which_slider(rng: np.random.Generator) -> PickQuestion:
    """Which setting does not change the convolution's count."""
    answer = f"the picture's {rng.choice(['width', 'height'])}"
    reasons = "; ".join(f"{name}: {why}" for name, why in _FACTORS.items())
    return dealt(
        rng,
        "Which of these changes nothing about what a *convolution* has to learn?",
        (answer, *_FACTORS),
        f"The count is k·k·C·F + F; {answer} is not in it. But {reasons}.",
    )


def one_more_layer(rng: np.random.Generator) -> NumberQuestion:
    """How many weights one more dense layer adds to a stack of equal ones."""
    width, layers = int(rng.choice([10, 20, 30, 50, 100])), int(rng.integers(3, 9))
    return NumberQuestion(
        f"{layers} dense layers of {width} units stand one on another. Somebody says that the "
        "number of weights grows exponentially with every layer. How many weights (without biases) "
        f"does layer {layers + 1}, of {width} units again, add?",
        width * width,
        f"{width} · {width} = {width * width:,}, as many as each of the layers before it. So the "
        "number grows in a straight line with the layers. Twice as *wide* would be "
        f"{2 * width} · {2 * width} = {4 * width * width:,} a layer: quadratic, still not "
        "exponential.",
        mistakes(
            width * width,
            (width, "a weight for each unit, not for each pair"),
            (width * width + width, "the biases counted, too"),
            ((layers + 1) * width * width, "the whole stack, not the new layer"),
            (layers * width * width, "the stack that was there"),
            ((layers + 1) * width, "units counted"),
            (2 * width * width, "doubled, as if it grew exponentially"),
        ),
    )
