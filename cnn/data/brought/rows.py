"""Numbers as they come, some images at a time, into bytes: see :mod:`cnn.data.brought.found`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cnn.arrays import Array
from cnn.data.brought.limits import LARGEST_VALUE, FileProblem


@dataclass
class Range:
    """What numbers a file holds.

    Attributes:
        low: The smallest so far.
        high: The largest.
        whole: Whether all were whole.
    """

    low: float = np.inf
    high: float = -np.inf
    whole: bool = True

    def see(self, values: Array, first: int) -> None:
        """Take up some images, (n, …); ``first`` is the number of the first of them.

        Raises:
            FileProblem: One of them holds what is no number, or one that is no pixel's.
        """
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            if not finite.all():
                at = first + _first(~finite) + 1
                raise FileProblem(
                    f"Image {at:,} holds a value that is no number (NaN or infinity)."
                )
            self.whole = self.whole and bool((values == np.rint(values)).all())
        low, high = float(values.min()), float(values.max())
        if max(-low, high) > LARGEST_VALUE:
            at = first + _first(np.abs(values.astype(np.float64)) > LARGEST_VALUE) + 1
            raise FileProblem(
                f"Image {at:,} holds a value beyond {LARGEST_VALUE:,}, which is no pixel's."
            )
        self.low, self.high = min(self.low, low), max(self.high, high)

    @property
    def bytes_fit(self) -> bool:
        """Whether a byte holds each number as it is."""
        return self.whole and self.low >= 0 and self.high <= 255

    @property
    def ends(self) -> tuple[float, float]:
        """What 0 and 255 stand for."""
        if self.bytes_fit:
            return 0.0, 255.0
        return (self.low, self.high) if self.high > self.low else (self.low, self.low + 1.0)

    def bytes_of(self, values: Array) -> Array:
        """The numbers as bytes, same shape."""
        low, high = self.ends
        if self.bytes_fit:
            return values.astype(np.uint8)
        share = (values.astype(np.float64) - low) / (high - low)
        return np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)


def _first(odd: Array) -> int:
    """Which image is the first with an odd value; ``odd`` is (n, …) bool."""
    return int(odd.reshape(len(odd), -1).any(1).argmax())  # of (n, F)


@dataclass
class Reservoir:
    """Images and labels of a file whose length is not known: of too many some stay, drawn by lot.

    Attributes:
        most: Bytes of pixels that are kept.
        seen: Images that came.
    """

    most: int
    seen: int = 0
    _rows: list[Array] = field(default_factory=list)
    _labels: list[Array] = field(default_factory=list)
    _lots: list[Array] = field(default_factory=list)
    _held: int = 0
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def add(self, rows: Array, labels: Array) -> None:
        """Some more: (n, pixels), of a byte or four each, and (n,) labels."""
        self._rows.append(rows)
        self._labels.append(labels)
        self._lots.append(self._rng.random(len(rows)))
        self.seen += len(rows)
        self._held += rows.nbytes
        if self._held > 1.25 * self.most:
            self._thin()

    def _thin(self) -> None:
        rows, labels, lots = (np.concatenate(p) for p in (self._rows, self._labels, self._lots))
        most = max(1, self.most // (rows.itemsize * rows.shape[1]))
        if len(rows) > most:
            kept = np.sort(np.argpartition(lots, most - 1)[:most])
            rows, labels, lots = rows[kept], labels[kept], lots[kept]
        self._rows, self._labels, self._lots = [rows], [labels], [lots]
        self._held = rows.nbytes

    def taken(self) -> tuple[Array, Array]:
        """(images, labels) that were kept, in the order in which they came."""
        self._thin()
        return self._rows[0], self._labels[0]
