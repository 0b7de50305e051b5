"""Background work stands back, as far as the environment says."""

from __future__ import annotations

import os
import subprocess
import sys

from jobs import politeness

TELL = "import os; from jobs.politeness import stand_back; stand_back(7); print(os.nice(0))"


def test_a_worker_stands_back_as_far_as_the_environment_says() -> None:
    here = os.nice(0)
    for said, steps in (("", 7), ("0", 0), ("3", 3), ("99", 19), ("rather", 7)):
        told = subprocess.run(
            [sys.executable, "-c", TELL],
            env={**os.environ, politeness.VARIABLE: said},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        assert int(told) == min(here + steps, 19)
