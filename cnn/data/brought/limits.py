"""What is read at most, so that no file takes more memory or time than a class can spare."""

from __future__ import annotations

#: Bytes of all pixels that are kept of a file, a byte each: 42,799 images of MNIST's size.
MOST_PIXELS = 32 * 2**20
#: Pixels along one side of a picture, and the least.
LONGEST_SIDE, SHORTEST_SIDE = 128, 4
MOST_CLASSES = 100
#: Characters of a class's name.
LONGEST_NAME = 40
#: Bytes that a file may unpack to, all its parts together.
MOST_UNPACKED = 900_000_000
#: Parts of an archive.
MOST_MEMBERS = 50_000
#: Seconds that reading may take.
MOST_SECONDS = 45.0
#: Bytes that are looked at in one go.
AT_ONCE = 1 << 20
#: A pixel's number is no larger: up to here floats tell every whole number from the next.
LARGEST_VALUE = 10**15
#: Labels that are counted at all, of a file that may hold more images than are kept.
MOST_LABELS = 2_000_000


class FileProblem(ValueError):
    """Why a file is not read, in one sentence for the person who chose it."""
