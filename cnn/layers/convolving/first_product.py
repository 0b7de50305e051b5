"""A product that a process makes before all others, so that those take their proper time.

NumPy's products are OpenBLAS's, which first copies its factors to memory of its own. As long as no
product has been large enough to write all of that memory, some later ones take three times as long
as they should: presumably what the processor is told to fetch ahead lies on pages that are not
there yet, and each time it looks for them in vain. One product of middling size, a few milliseconds
once, puts an end to it. Measured with NumPy 2.4 on an AMD EPYC, one thread: a (512, 4608) by
(4608, 196) product 87 ms before and 27 after, a picture through VGG-16 868 ms and 585. Results stay
as they are.
"""

from __future__ import annotations

from functools import cache

import numpy as np

#: Rows of the first factor; rows and columns of the second. 320 each way was too little.
ROWS, SIDE = 64, 700


@cache
def ready() -> None:
    """Make that product, at the first call of the process."""
    np.ones((ROWS, SIDE), np.float32) @ np.ones((SIDE, SIDE), np.float32)
