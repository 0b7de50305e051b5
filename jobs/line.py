"""Whose turn it is: of those that wait, the one that has used the least time.

Turns differ in length (a step of a large network cannot end at will), so taking turns would give
a slow run more than its share. Counting what each has used does not: whoever took long waits long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Line:
    """Those that want turns, and the seconds that each has had."""

    _used: dict[Any, float] = field(default_factory=dict)
    _waiting: list[Any] = field(default_factory=list)

    def enter(self, who: Any) -> None:
        """Wait for a turn. Whoever comes anew starts level with those who have had the least.

        Having been away earns nothing, and what was used before is not held against anyone.
        """
        if who not in self._used:
            self._used[who] = min(self._used.values(), default=0.0)
        if who not in self._waiting:
            self._waiting.append(who)

    def charge(self, who: Any, seconds: float) -> None:
        """A turn has taken so long."""
        if who in self._used:
            self._used[who] += seconds

    def take(self) -> Any:
        """Whose turn it is, who no longer waits then; None if nobody does."""
        if not self._waiting:
            return None
        who = min(self._waiting, key=self._used.__getitem__)  # of equals the one that came first
        self._waiting.remove(who)
        return who

    def leave(self, who: Any) -> None:
        """Want no more turns."""
        self._used.pop(who, None)
        if who in self._waiting:
            self._waiting.remove(who)

    def place(self, who: Any) -> int | None:
        """How many turns until this one's, 1 being next; None if it does not wait."""
        if who not in self._waiting:
            return None
        return sorted(self._waiting, key=self._used.__getitem__).index(who) + 1

    def __len__(self) -> int:
        return len(self._waiting)
