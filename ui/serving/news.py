"""Where a student's ribbon asks whether there is anything new (``ui/components/listener``).

It sends what only its browser has: the class's code and its device's key, in a header of its own,
so that no other site can ask in its name. The answer is a short text, the mark of what its page is
to show (:mod:`classroom.polling`), and costs no run of a page. 404: that device has no seat, or the
class is over. Thirty ask every few seconds; who asks far more often waits.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from classroom import polling
from classroom.trouble import Trouble, Unkept
from ui.room import file
from ui.serving.answers import base_path

#: Behind the server's base path; the component knows it, too.
PATH = "/class/news"
HEADER = "x-class-seat"
_SEAT = re.compile(r"([A-Z0-9]{5})\.([A-Za-z0-9_-]{22,64})")
#: Questions of one device within so many seconds: three tabs at the usual pace ask a third of it.
MOST, WITHIN = 10, 3.0
_DEVICES = 4096


def route() -> Route:
    """``/class/news``; where this app has no classes, nobody has a seat."""
    return Route(f"{base_path()}{PATH}", _answer)


def _answer(request: Request) -> Response:
    """In a thread: reading the file waits for the disk."""
    seat = _SEAT.fullmatch(request.headers.get(HEADER, ""))
    if seat is None:
        return _said("", 404)
    if not _pace.allows(seat[2]):
        return _said("", 429)
    lesson = request.query_params.get("at", "")
    try:
        return _said(polling.hear(file.store(), seat[1], seat[2], lesson))
    except Unkept:
        return _said("", 503)
    except Trouble:
        return _said("", 404)


def _said(mark: str, status: int = 200) -> Response:
    return PlainTextResponse(mark, status, headers={"Cache-Control": "no-store"})


class Pace:
    """How often each asked lately; of those who have not asked for longest nothing is kept."""

    def __init__(self, most: int = MOST, within: float = WITHIN, keep: int = _DEVICES) -> None:
        self.most, self.within, self.keep = most, within, keep
        self._asked: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, who: str) -> bool:
        """Whether one more may be asked; if so it is counted."""
        now = time.monotonic()
        with self._lock:
            times = [t for t in self._asked.pop(who, ()) if t > now - self.within]
            allowed = len(times) < self.most
            self._asked[who] = [*times, now] if allowed else times
            while len(self._asked) > self.keep:
                self._asked.popitem(last=False)
        return allowed


_pace = Pace()
