"""Background work stands back: a slider must answer while a class trains.

A process that says so gets the processor's time when the server's threads leave it some. On a
machine that has other busy programs as well it would then get next to nothing: the environment may
say how far to stand back.
"""

from __future__ import annotations

import os

#: In the environment: how many steps, 0 (not at all) to 19; without it, what each caller asks for.
VARIABLE = "CONVSCOPE_NICE"


def stand_back(steps: int) -> None:
    """This process from now on, by so many steps of the system's; nothing where it has none."""
    said = os.environ.get(VARIABLE, "").strip()
    if hasattr(os, "nice"):
        os.nice(min(int(said), 19) if said.isdecimal() else steps)
