"""Not too much at once: so many within so many seconds, from each, whatever process it reaches.

What was let through lately is kept as its times, so that the bound holds at every moment, and not
only from one full minute to the next. What was refused does not count against anybody.
"""

from __future__ import annotations

import hashlib
import json

from classroom import limits
from classroom.store import Desk


def allowed(desk: Desk, who: str, most: int, within: float) -> bool:
    """Whether one more is let through; if so it is counted.

    Args:
        desk: A writing transaction.
        who: Names what is counted; any text.
        most: How many there may be ...
        within: ... in this many seconds.
    """
    times = _lately(desk, who, within)
    if len(times) >= most:
        return False
    kept = json.dumps([*times, desk.now])
    desk.run("INSERT OR REPLACE INTO pace VALUES (?, ?, ?)", _key(who), kept, desk.now)
    return True


def full(desk: Desk, who: str, most: int, within: float) -> bool:
    """Whether nothing more would be let through; nothing is counted."""
    return len(_lately(desk, who, within)) >= most


def tidy(desk: Desk) -> None:
    """Forget whoever has been quiet for long."""
    quiet = desk.now - max(limits.MINUTE, limits.MESSAGES_WITHIN)
    desk.run("DELETE FROM pace WHERE last <= ?", quiet)


def _lately(desk: Desk, who: str, within: float) -> list[float]:
    row = desk.one("SELECT times FROM pace WHERE who = ?", _key(who))
    return [t for t in json.loads(row[0] if row else "[]") if t > desk.now - within]


def _key(who: str) -> bytes:
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).digest()
