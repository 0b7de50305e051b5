"""The class's own digits as training data, divided by student.

A network that has seen one 4 of a student has seen that student's hand. So all drawings of a
student are on one side: what is validated is handwriting that the network has never seen.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from classroom.trouble import Refused


def split_by_student(
    students: NDArray[np.int64], share: float = 0.25, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide drawings into training and validation so that no student is in both.

    Who is where depends on the student and the seed alone: when more drawings come in, those that
    are there already stay on their side (unless one side would be empty).

    Args:
        students: (N,) whose each drawing is.
        share: Of the students that are validated on, in (0, 1).
        seed: Deals anew.

    Returns:
        (train, validation): indices into ``students``, ascending.

    Raises:
        Refused: The drawings are of fewer than two students.
        ValueError: ``share`` is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, got {share}")
    lots = {student: _lot(student, seed) for student in np.unique(students).tolist()}
    if len(lots) < 2:
        raise Refused("To validate on unseen handwriting, drawings of two students are needed.")
    order = sorted(lots, key=lambda student: lots[student])
    drawn = sum(lot < share for lot in lots.values())
    kept = order[: min(max(drawn, 1), len(order) - 1)]
    validation = np.isin(students, kept)
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def _lot(student: int, seed: int) -> float:
    """A number in [0, 1), the same whenever it is drawn."""
    drawn = hashlib.sha256(f"{seed} {student}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64
