"""1×1 as a bottleneck: mix the channels down, look, mix them up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ui import guess, lesson, link
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.questions import NumberQuestion, mistakes


@dataclass(frozen=True)
class Narrow:
    """3×3 on so many channels, directly, or through a bottleneck of fewer."""

    channels: int
    inside: int

    @property
    def direct(self) -> int:
        """Weights of one 3×3 from all channels to all."""
        return 9 * self.channels**2

    @property
    def parts(self) -> tuple[int, int, int]:
        """Weights of 1×1 down, 3×3 inside, 1×1 up."""
        return self.channels * self.inside, 9 * self.inside**2, self.inside * self.channels

    @property
    def narrow(self) -> int:
        """Weights of all three."""
        return sum(self.parts)


def show() -> None:
    """The experiment."""
    stage, side = lesson.stage()
    with side:
        channels = link.slider("Channels", "fn_outer", 16, 512, 256, 16)
        inside = link.slider("Channels inside", "fn_inner", 1, channels, min(64, channels))
    of = Narrow(channels, inside)
    down, look, up = of.parts
    with stage:
        log_bars(
            "fn_narrow",
            [
                Bar(f"3×3, {channels} → {channels}", of.direct, f"{of.direct:,} weights"),
                Bar("1×1, 3×3, 1×1", of.narrow, f"{of.narrow:,} weights", marked=True),
                Bar(
                    f"1×1, {channels} → {inside}", down, f"{down:,} weights", head="The three apart"
                ),
                Bar(f"3×3, {inside} → {inside}", look, f"{look:,} weights"),
                Bar(f"1×1, {inside} → {channels}", up, f"{up:,} weights"),
            ],
            even=True,
            projector=lesson.projector(),
        )
        st.markdown(
            f"The bottleneck has **{of.narrow / of.direct:.0%}** of the weights"
            + (
                ", and so of the multiply–adds."
                if of.narrow <= of.direct
                else ": it saves nothing."
            )
        )
    lesson.formula(
        r"\underbrace{<c> \cdot <i>}_{1\times 1} + \underbrace{9 \cdot <i> \cdot <i>}_{3\times 3}"
        r" + \underbrace{<i> \cdot <c>}_{1\times 1} = <n> \qquad 9 \cdot <c> \cdot <c> = <d>",
        c=channels,
        i=inside,
        n=of.narrow,
        d=of.direct,
    )
    lesson.text(
        """
A 1×1 convolution looks at one place only and **mixes the channels** there. ResNet-50 squeezes 256
channels to 64 with one, looks with 3×3 where that is cheap, and widens again with another.
Inception-v4's blocks A, B and C begin each branch of larger kernels with one, too. EfficientNet
turns it round: narrow outside, wide inside, for its 3×3 reads each channel by itself and costs
little.
"""
    )
    st.page_link("pages/channels.py", label="What a 1×1 convolution does, cell by cell: Channels →")
    asked = squeezed(guess.deal("fn_q5"))
    guess.number("fn_q5", asked.words, asked.answer, asked.explain, known=asked.known)


def squeezed(rng: np.random.Generator) -> NumberQuestion:
    """Weights of a bottleneck."""
    of = Narrow(int(rng.choice([128, 256, 512])), int(rng.choice([16, 32, 64])))
    down, look, up = of.parts
    return NumberQuestion(
        f"1×1 from {of.channels} channels to {of.inside}, 3×3 from {of.inside} to {of.inside}, 1×1 "
        f"back to {of.channels}, no biases. How many weights?",
        of.narrow,
        f"{down:,} + {look:,} + {up:,} = {of.narrow:,}; one 3×3 from {of.channels} to "
        f"{of.channels} has {of.direct:,}.",
        mistakes(
            of.narrow,
            (of.direct, "the 3×3 without the bottleneck"),
            (look, "the 3×3 only"),
            (down + look, "the way back forgotten"),
            (down + up + of.inside**2, "the kernel's nine cells forgotten"),
        ),
    )
