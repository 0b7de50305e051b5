"""The challenge: a kernel that finds only the upright edges, and how near one came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.functional import conv2d
from ui import edited, figures, lesson, link
from ui.components.kernel_grid.kernel_grid import kernel_grid

HEIGHT, WIDTH = 72, 108
#: From here on the challenge is won.
ENOUGH = 0.9
_NAME, _GRID = "fi_cw", "fi_challenge"


@dataclass(frozen=True)
class Scene:
    """A picture, and where its upright edges are.

    Attributes:
        x: (H, W) float64, 0 to 255, with some noise.
        target: (H − 2, W − 2): how strong an upright edge each cell of the answer lies on.
        upright: Where that is the case.
        level: Where a level edge is, and no upright one.
        even: Where neither is.
    """

    x: Array
    target: Array
    upright: Array
    level: Array
    even: Array


@dataclass(frozen=True)
class Score:
    """How near an answer came.

    Attributes:
        near: Cosine of the angle between |answer| and target: 1 if one is a multiple of the other.
        level: Its mean on level edges, as a share of that on upright ones.
        even: The same of even areas.
    """

    near: float
    level: float
    even: float

    @property
    def won(self) -> bool:
        """Whether this is near enough."""
        return self.near >= ENOUGH


@lru_cache(maxsize=1)
def scene() -> Scene:
    """Blocks, bars and stripes, and the noise of a camera in bad light."""
    x = np.full((HEIGHT, WIDTH), 70.0)
    for top, left, height, width, value in (
        (6, 6, 24, 16, 200), (12, 30, 30, 22, 150), (20, 36, 12, 9, 40), (46, 8, 18, 34, 120),
        (4, 60, 3, 42, 210), (11, 60, 3, 42, 210), (18, 60, 3, 42, 210),
        (28, 62, 38, 3, 190), (28, 71, 38, 3, 190), (28, 80, 38, 3, 190),
        (34, 90, 26, 14, 20), (52, 16, 6, 18, 220),
    ):  # fmt: skip
        x[top : top + height, left : left + width] = value
    inner = slice(1, -1)
    target = np.abs(x[inner, 2:] - x[inner, :-2])
    across = target > 0
    down = (np.abs(x[2:, inner] - x[:-2, inner]) > 0) & ~across
    noisy = np.rint(np.clip(x + np.random.default_rng(4).normal(0, 12, x.shape), 0, 255))
    return Scene(noisy, target, across, down, ~across & ~down)


def answer(weight: Array) -> Array:
    """|conv2d| of the scene, (H − 2, W − 2)."""
    found: Array = np.abs(conv2d(scene().x[None, None], weight[None, None])[0, 0])
    return found


def judge(weight: Array) -> Score | None:
    """The score of a 3×3 kernel; None if it answers to nothing at all."""
    found, wanted = answer(weight), scene()
    size = np.linalg.norm(found)
    if size == 0:
        return None
    near = float((found * wanted.target).sum() / (size * np.linalg.norm(wanted.target)))
    upright = float(found[wanted.upright].mean()) or np.inf
    return Score(near, found[wanted.level].mean() / upright, found[wanted.even].mean() / upright)


def challenge() -> None:
    """Draw the challenge."""
    with st.container(key="guess_challenge"):
        _challenge()


def _challenge() -> None:
    st.markdown(
        "**Challenge.** Design a kernel that answers to **upright edges only**: not to level ones, "
        "and as little as possible to the noise. Dark to light and light to dark both count."
    )
    design, pictures = st.columns([1, 3], gap="large")
    with design:
        weight = edited.array(
            _NAME, _GRID, "kernel", np.zeros((3, 3)), "own", "The kernel of the challenge"
        )
        free = not link.held(_NAME)
        kernel_grid(
            _GRID,
            weight,
            title="your kernel",
            step=1,
            editable=free,
            projector=lesson.projector(),
        )
        st.button("Start again", key="fi_challenge_zero", type="tertiary", disabled=not free,
                  on_click=link.reset, args=(_NAME,))  # fmt: skip
    score = judge(weight)
    with pictures:
        found = answer(weight)
        shown = (
            ("the picture", scene().x, 255.0),
            ("to be found", scene().target, float(scene().target.max())),
            ("what your kernel finds", found, float(found.max()) or 1.0),
        )
        for column, (title, values, top) in zip(st.columns(3), shown, strict=True):
            with column:
                grey = _grey(values, top)
                figures.image(grey, caption=title, width="stretch", alt=f"Challenge: {title}")
        with st.container(key="fi_score"):
            st.markdown(in_words(score))


def _grey(values: Array, top: float) -> Array:
    grey: Array = np.rint(np.clip(values / top, 0, 1) * 255).astype(np.uint8)
    return grey


def in_words(score: Score | None) -> str:
    """The score, and what it comes from."""
    if score is None:
        return "All weights are zero: nothing is found. Type a number into the kernel."
    if score.near < 1e-9 or not np.isfinite(score.level):
        return "**0%.** It answers to no upright edge at all."
    shares = (
        f"To level edges it answers {score.level:.0%} as strongly as to upright ones, to even "
        f"areas {score.even:.0%}."
    )
    if score.won:
        return f"**{score.near:.0%}, found.** {shares}"
    if score.level > 0.5:
        hint = "Which weights cancel where the picture changes only from top to bottom?"
    elif score.even > 0.3:
        hint = "Even areas should give nothing, and noise little: use more than one row."
    else:
        hint = "Closer: compare the two right pictures."
    return f"**{score.near:.0%} of the way.** {shares} {hint}"
