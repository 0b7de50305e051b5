"""Kernels that people gave names to: blurs, edges, detectors of direction.

Every function gives a float64 kernel (kh, kw), to be slid over an image as cross-correlation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn.arrays import Array


def corner() -> Array:
    """The 2×2 kernel of many textbooks: a cell, its right neighbour, and the one below that."""
    return np.array([[1.0, 1], [0, 1]])


def cross() -> Array:
    """The 3×3 kernel of many tutorials: ones in the middle and the corners."""
    return np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])


def identity(size: int = 3) -> Array:
    """1 in the middle, 0 elsewhere: the output is the input."""
    kernel = np.zeros((size, size))
    kernel[size // 2, size // 2] = 1
    return kernel


def box(size: int = 3) -> Array:
    """The mean of the window."""
    return np.full((size, size), 1 / size**2)


def gaussian(size: int = 3, sigma: float = 1.0) -> Array:
    """Samples of exp(−(x² + y²) / 2σ²), scaled so that they sum to 1.

    Raises:
        ValueError: sigma is not above 0.
    """
    _positive("sigma", sigma)
    r = np.arange(size) - (size - 1) / 2
    row = np.exp(-(r**2) / (2 * sigma**2))
    kernel: Array = np.outer(row, row)
    kernel /= kernel.sum()
    return kernel


def sharpen() -> Array:
    """The picture plus what it differs from its neighbours' mean."""
    return np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])


def laplacian(neighbours: int = 4) -> Array:
    """The second derivative in both directions.

    Raises:
        ValueError: neighbours is neither 4 nor 8.
    """
    if neighbours == 4:
        return np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    if neighbours == 8:
        return np.array([[1.0, 1, 1], [1, -8, 1], [1, 1, 1]])
    raise ValueError(f"neighbours: got {neighbours}, need 4 or 8")


def outline() -> Array:
    """Bright where a pixel stands out from its eight neighbours."""
    return -laplacian(8)


def sobel_x() -> Array:
    """Gradient from left to right: answers to vertical edges (Sobel and Feldman, 1968)."""
    return np.outer([1.0, 2, 1], [-1.0, 0, 1])


def sobel_y() -> Array:
    """Gradient from top to bottom: answers to horizontal edges."""
    return sobel_x().T.copy()


def prewitt_x() -> Array:
    """Gradient from left to right, all rows alike (Prewitt, 1970)."""
    return np.outer([1.0, 1, 1], [-1.0, 0, 1])


def prewitt_y() -> Array:
    """Gradient from top to bottom, all columns alike."""
    return prewitt_x().T.copy()


def scharr_x() -> Array:
    """Gradient from left to right with the best rotational symmetry at 3×3 (Scharr, 2000)."""
    return np.outer([3.0, 10, 3], [-1.0, 0, 1])


def scharr_y() -> Array:
    """Gradient from top to bottom."""
    return scharr_x().T.copy()


def emboss() -> Array:
    """As if light fell from the upper left."""
    return np.array([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]])


def motion(size: int = 5, angle: float = 45.0) -> Array:
    """The mean along a line at ``angle`` degrees, counted from the horizontal, counter-clockwise.

    Each cell's weight is how near its centre lies to the line, so any angle is anti-aliased.
    """
    dx, dy = _offsets(size)
    theta = np.radians(angle)
    across = np.abs(dx * np.sin(theta) + dy * np.cos(theta))
    along = np.abs(dx * np.cos(theta) - dy * np.sin(theta))
    reach = (size - 1) / 2 / max(abs(np.cos(theta)), abs(np.sin(theta)))  # to the square's rim
    kernel: Array = np.clip(1 - across, 0, 1) * (along <= reach + 1e-9)
    kernel /= kernel.sum()
    return kernel


def gabor(
    size: int = 7, angle: float = 0.0, wavelength: float = 4.0, sigma: float | None = None
) -> Array:
    """A wave under a Gaussian: what simple cells of the visual cortex answer to (Daugman, 1985).

    Args:
        size: Side.
        angle: Direction of the stripes it looks for, in degrees from the vertical.
        wavelength: Pixels from one bright stripe to the next, above 1.
        sigma: Width of the Gaussian; 0.5 · wavelength by default.

    Returns:
        The kernel, less its mean (an even picture gives 0), scaled to Σ|w| = 2.

    Raises:
        ValueError: wavelength or sigma is not above 0.
    """
    _positive("wavelength", wavelength)
    sigma = 0.5 * wavelength if sigma is None else sigma
    _positive("sigma", sigma)
    dx, dy = _offsets(size)
    theta = np.radians(angle)
    across = dx * np.cos(theta) + dy * np.sin(theta)
    window = np.exp(-(dx**2 + dy**2) / (2 * sigma**2))
    wave = window * np.cos(2 * np.pi * across / wavelength)
    kernel: Array = wave - window * (wave.sum() / window.sum())
    total = np.abs(kernel).sum()
    if total:
        kernel = 2 * kernel / total
    return kernel


def turned(kernel: Array) -> Array:
    """A kernel (…, kh, kw) turned by 180°: what true convolution slides."""
    return kernel[..., ::-1, ::-1].copy()  # rows and columns backwards


def for_channels(kernel: Array, channels: int) -> Array:
    """(channels, kh, kw): the same kernel for every channel, so that their answers add up."""
    return np.repeat(kernel[None], channels, axis=0)


def normalised(kernel: Array) -> Array:
    """A kernel of any shape scaled to sum to 1, or, if it sums to 0, to Σ|w| = 2; 0 stays 0."""
    total, size = kernel.sum(), np.abs(kernel).sum()
    scaled: Array = kernel.copy()
    if abs(total) > 1e-9 * max(size, 1):
        scaled = kernel / total
    elif size:
        scaled = 2 * kernel / size
    return scaled


#: name → kernel at its usual size.
PRESETS: dict[str, Callable[[], Array]] = {
    "corner": corner,
    "cross": cross,
    "identity": identity,
    "box": box,
    "gaussian": gaussian,
    "sharpen": sharpen,
    "laplacian_4": lambda: laplacian(4),
    "laplacian_8": lambda: laplacian(8),
    "outline": outline,
    "sobel_x": sobel_x,
    "sobel_y": sobel_y,
    "prewitt_x": prewitt_x,
    "prewitt_y": prewitt_y,
    "scharr_x": scharr_x,
    "scharr_y": scharr_y,
    "emboss": emboss,
    "motion": motion,
    "gabor": gabor,
}


def _offsets(size: int) -> tuple[Array, Array]:
    """Columns and rows of every cell, counted from the middle."""
    r = np.arange(size) - (size - 1) / 2
    return np.broadcast_to(r, (size, size)), np.broadcast_to(r[:, None], (size, size))


def _positive(name: str, value: float) -> None:
    """Raise a ValueError unless ``value`` is a number above 0."""
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name}: got {value}, need a number above 0")
