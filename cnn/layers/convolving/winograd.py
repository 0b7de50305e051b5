"""3×3 convolutions with a quarter of the multiplications.

A 4×4 block of outputs of a 3×3 kernel takes 4·4·9 = 144 multiplications for each pair of channels.
Winograd's minimal filtering does it with 6·6 = 36: transform the 6×6 input tile and the kernel,
multiply them entry by entry, transform back (Lavin and Gray, "Fast Algorithms for Convolutional
Neural Networks", 2016, F(4×4, 3×3)). Summing over the channels comes between, so the entry-by-entry
product is 36 matrix products, and the transforms are matrix products too.

The price is a bit or two: in float32 the outputs are off by about 1e-6 of their size. And the 16
outputs of a tile share its rounding, those that don't see a pixel of the tile too. So that a large,
infinite or missing number never reaches an output that doesn't see it, a tile whose windows differ
much in size is worked out directly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnn.arrays import Array, Pair, Sides
from cnn.layers.convolving import plain
from cnn.window.gather import scratch
from cnn.window.geometry import Window

TILE, BLOCK = 6, 4  # input cells and output cells of a tile, along each axis

#: Along one axis: outputs = BACK · ((KERNEL · kernel) ∘ (DATA · tile)). Seen as polynomials, a
#: product is found from its values at five points and its leading term (Toom and Cook); that way
#: round it is the tile's gradient, and transposing gives the outputs. Lavin and Gray take the
#: points 0, ±1, ±2. These keep the matrices' entries closer together, and rounding half as large.
POINTS = (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)


def _others(point: float) -> tuple[float, ...]:
    """All points but that."""
    return tuple(other for other in POINTS if other != point)


DATA = np.zeros((TILE, TILE))  # rows: coefficients of Π (x − other point), constant first
DATA[:-1, :-1] = [np.poly(_others(point))[::-1] for point in POINTS]
DATA[-1] = np.poly(POINTS)[::-1]
KERNEL = np.array(
    [[p**k / np.prod(np.subtract(p, _others(p))) for k in range(3)] for p in POINTS] + [[0, 0, 1]]
)
BACK = np.array([[*(p**k for p in POINTS), k == BLOCK - 1] for k in range(BLOCK)], dtype=float)
#: Rows and columns at once: on a tile flattened to 36 entries, a kernel to 9.
DATA_2D, KERNEL_2D, BACK_2D = (np.kron(m, m) for m in (DATA, KERNEL, BACK))

EXACT_ENOUGH = (np.float32, np.float64)  # float16 has no bits to lose

#: Energies, sums of squares. The loudest window of a tile has at most so many times the energy of
#: the quietest (random images: 2 to 6). Rounding then is at most 8 times what it is among equals.
LIMIT = 64
#: And every window's lies between these, so that no square or product leaves the range of float32.
QUIETEST, LOUDEST = 1e-30, 1e30


def possible(window: Window, groups: int, dtype: np.dtype) -> bool:
    """Whether this way is open to such windows, and exact enough.

    Args:
        window: Of the convolution.
        groups: Of channels.
        dtype: Of the result; in half precision the detour loses too much.
    """
    plain_window = window.kernel == (3, 3) and window.stride == window.dilation == (1, 1)
    return plain_window and min(window.padding) >= 0 and groups == 1 and dtype in EXACT_ENOUGH


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y: (C, H, W, N) and (O, C, 3, 3) to (O, OH, OW, N); there is one group.

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s.
    """
    if not _in_range(weight):
        return plain.forward(x, weight, window, groups)
    return convolve(x, weight, window.padding)


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx: (O, OH, OW, N) and (O, C, 3, 3) to (C, H, W, N), a convolution with the turned kernel.

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    if not _in_range(weight):
        return plain.input_gradient(dy, weight, size, window, groups)
    turned = weight.swapaxes(0, 1)[:, :, ::-1, ::-1]  # (C, O, 3, 3)
    return convolve(dy, turned, mirrored(window).padding)


def _in_range(weight: Array) -> bool:
    """Whether no square or product of weights leaves the range of float32; NaN does."""
    with np.errstate(over="ignore", invalid="ignore"):
        flat = weight.reshape(weight.size)
        return bool(np.dot(flat, flat) < LOUDEST)


def mirrored(window: Window) -> Window:
    """At stride 1, the window of the convolution that takes dy to dx, with the kernel turned."""
    kh, kw = window.kernel
    (dh, dw), (top, bottom, left, right) = window.dilation, window.padding
    rows, columns = dh * (kh - 1), dw * (kw - 1)
    sides = (rows - top, rows - bottom, columns - left, columns - right)
    return replace(window, padding=sides)


def convolve(x: Array, weight: Array, padding: Sides) -> Array:
    """Cross-correlation at stride 1: (C, H, W, N) and (O, C, 3, 3) to (O, OH, OW, N).

    Args:
        x: (C, H, W, N).
        weight: (O, C, 3, 3).
        padding: (top, bottom, left, right), each at least 0.
    """
    channels, height, width, samples = x.shape
    outputs, dtype = len(weight), np.result_type(x, weight)
    top, bottom, left, right = padding
    size = height + top + bottom - 2, width + left + right - 2
    tile_rows, tile_columns = (-(-n // BLOCK) for n in size)
    kernels = scratch("kernels", (TILE * TILE, outputs, channels), dtype)
    flat = np.asarray(weight, dtype).reshape(-1, 9)  # (O·C, 9)
    np.matmul(KERNEL_2D.astype(dtype), flat.T, out=kernels.reshape(TILE * TILE, len(flat)))
    padded = _padded(x, top, left, tile_rows, tile_columns, dtype)
    uneven = _uneven(padded, size)
    y = np.empty((outputs, tile_rows, BLOCK, tile_columns, BLOCK, samples), dtype)
    step = _rows_at_once(outputs, channels, tile_columns * samples)
    for first in range(0, tile_rows, step):
        past = min(first + step, tile_rows)
        tiles = _tiles(padded, first, past, tile_columns)
        blocks = _blocks(tiles, kernels, flat, uneven[first:past])
        y[:, first:past] = blocks.transpose(2, 3, 0, 4, 1, 5)  # (O, rows, 4, columns, 4, N)
    y = y.reshape(outputs, tile_rows * BLOCK, tile_columns * BLOCK, samples)  # (O, ≥OH, ≥OW, N)
    return y if y.shape[1:3] == size else np.ascontiguousarray(y[:, : size[0], : size[1]])


def _padded(
    x: Array, top: int, left: int, tile_rows: int, tile_columns: int, dtype: np.dtype
) -> Array:
    """``x`` with zeros around it, so that whole tiles fit."""
    channels, height, width, samples = x.shape
    rows, columns = (count * BLOCK + TILE - BLOCK for count in (tile_rows, tile_columns))
    padded = scratch("padded", (channels, rows, columns, samples), dtype)
    padded[:, :top] = 0
    padded[:, top + height :] = 0
    padded[:, top : top + height, :left] = 0
    padded[:, top : top + height, left + width :] = 0
    padded[:, top : top + height, left : left + width] = x
    return padded


def _rows_at_once(outputs: int, channels: int, tiles_per_row: int) -> int:
    """Rows of tiles in one go: few, to stay in the cache, but not much less than the kernels."""
    tiles = max(96, 2 * outputs * channels // (outputs + channels))
    return -(-tiles // tiles_per_row)


def _tiles(padded: Array, first: int, past: int, columns: int) -> Array:
    """Tile rows ``first`` to ``past``, lined up as (6, 6, C, rows, columns, N)."""
    channels, samples = padded.shape[0], padded.shape[-1]
    shape = (TILE, TILE, channels, past - first, columns, samples)
    tiles = scratch("tiles", shape, padded.dtype)
    for i in range(TILE):
        rows = padded[:, first * BLOCK + i : (past - 1) * BLOCK + i + 1 : BLOCK]
        for j in range(TILE):
            tiles[i, j] = rows[:, :, j : (columns - 1) * BLOCK + j + 1 : BLOCK]
    return tiles


def _uneven(padded: Array, size: tuple[int, int]) -> Array:
    """Which tiles have windows too different in size: (rows, columns, N), True or False."""
    energy: Array = np.einsum("chwn,chwn->hwn", padded, padded)  # of a pixel: all its channels
    energy = energy[:-2] + energy[1:-1] + energy[2:]
    energy = energy[:, :-2] + energy[:, 1:-1] + energy[:, 2:]  # of a window
    loudest = _over_tiles(np.maximum, energy)
    energy[size[0] :] = np.inf  # windows beyond the output don't count
    energy[:, size[1] :] = np.inf
    quietest = _over_tiles(np.minimum, energy)
    even = (loudest < LOUDEST) & (loudest <= LIMIT * quietest)  # False for NaN
    even &= (quietest > QUIETEST) | (loudest == 0)
    uneven: Array = ~even
    return uneven


def _over_tiles(combine: np.ufunc, values: Array) -> Array:
    """``values`` (rows·4, columns·4, N) combined over each block of 4×4: (rows, columns, N)."""
    rows = combine.reduce([values[i::BLOCK] for i in range(BLOCK)])  # (rows, columns·4, N)
    blocks: Array = combine.reduce([rows[:, j::BLOCK] for j in range(BLOCK)])
    return blocks


def _blocks(tiles: Array, kernels: Array, weight: Array, uneven: Array) -> Array:
    """Tiles (6, 6, C, rows, columns, N) to outputs (4, 4, O, rows, columns, N), each its way."""
    if not uneven.any():
        return _products(tiles, kernels)
    odd = tiles[:, :, :, uneven]
    tiles[:, :, :, uneven] = 0
    blocks = _products(tiles, kernels)
    blocks[:, :, :, uneven] = _directly(odd, weight)
    return blocks


def _directly(tiles: Array, weight: Array) -> Array:
    """Tiles (6, 6, C, M) to outputs (4, 4, O, M) by the definition; ``weight`` is (O·C, 9)."""
    channels, count = tiles.shape[2:]
    patches = np.empty((9, channels, BLOCK, BLOCK, count), tiles.dtype)
    for tap, (i, j) in enumerate(np.ndindex(3, 3)):
        patches[tap] = np.moveaxis(tiles[i : i + BLOCK, j : j + BLOCK], 2, 0)  # (C, 4, 4, M)
    taps = weight.reshape(-1, channels, 9).swapaxes(1, 2)  # (O, 9, C)
    y = taps.reshape(-1, 9 * channels) @ patches.reshape(9 * channels, -1)  # (O, 4·4·M)
    return np.moveaxis(y.reshape(-1, BLOCK, BLOCK, count), 0, 2)  # (4, 4, O, M)


def _products(tiles: Array, kernels: Array) -> Array:
    """Tiles (6, 6, C, rows, columns, N) to blocks of outputs (4, 4, O, rows, columns, N)."""
    dtype, (_, outputs, channels) = tiles.dtype, kernels.shape
    count = tiles[0, 0, 0].size
    data = scratch("data", (TILE * TILE, channels, count), dtype)
    np.matmul(
        DATA_2D.astype(dtype),
        tiles.reshape(TILE * TILE, -1),  # (36, C·rows·columns·N)
        out=data.reshape(TILE * TILE, -1),
    )
    sums = scratch("sums", (TILE * TILE, outputs, count), dtype)
    np.matmul(kernels, data, out=sums)
    blocks = scratch("blocks", (BLOCK, BLOCK, outputs, *tiles.shape[3:]), dtype)
    np.matmul(
        BACK_2D.astype(dtype),
        sums.reshape(TILE * TILE, -1),  # (36, O·rows·columns·N)
        out=blocks.reshape(BLOCK * BLOCK, -1),
    )
    return blocks
