"""What a kernel does to waves: its frequency response."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from ui.components.tile_grid.tile_grid import Tiles

SIDE = 64


def response(kernel: Array, first: Array | None = None) -> Array:
    """|H(u, v)| at ``SIDE`` + 1 frequencies from −½ to ½ cycles a pixel, both ways.

    H(u, v) = Σ w[a, b] exp(2πi (u a + v b)): a wave goes in, the same wave comes out |H| times as
    strong. One kernel after another multiplies.

    Returns:
        (SIDE + 1, SIDE + 1); rows are frequencies down, columns frequencies across.
    """
    gain = _gain(kernel)
    return gain if first is None else gain * _gain(first)


def _gain(kernel: Array) -> Array:
    u = np.linspace(-0.5, 0.5, SIDE + 1)
    down = np.exp(2j * np.pi * np.outer(u, np.arange(kernel.shape[0])))
    across = np.exp(2j * np.pi * np.outer(np.arange(kernel.shape[1]), u))
    gain: Array = np.abs(down @ kernel @ across)
    return gain


def tiles(gain: Array) -> Tiles:
    """The response as a map: the middle is even brightness, the rim the finest stripes.

    A component of ours draws it, in place: a Plotly figure is made anew at every change of the
    kernel, and the pictures above would wait for it.
    """
    edge = "−½ to ½ cycles a pixel, both ways"
    return Tiles("Frequency response", gain[None], "grey", captions=(edge,))


def in_words(gain: Array, of: str = "") -> str:
    """What becomes of even brightness, of the finest waves, and which wave comes out strongest.

    Args:
        gain: As :func:`response` gives it.
        of: Whose response it is, before the sentence.
    """
    middle = SIDE // 2
    even, upright = gain[middle, middle], gain[middle, 0]
    level, board = gain[0, middle], gain[0, 0]
    row, column = (int(v) for v in np.unravel_index(np.argmax(np.round(gain, 9)), gain.shape))
    frequency = float(np.hypot(row - middle, column - middle)) / SIDE
    period = f"waves {1 / frequency:.1f} pixels long" if frequency else "even brightness"
    return (
        f"{of}Even brightness comes out × {even:.2f}; the finest upright stripes × {upright:.2f}, "
        f"level stripes × {level:.2f}, a checkerboard × {board:.2f}. Strongest are {period}, "
        f"× {gain[row, column]:.2f}."
    )
