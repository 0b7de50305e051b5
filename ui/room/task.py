"""Which task holds on a page, for this visitor: the class's, or the one that came with the link.

The class's wins, whatever the address says. Who leads a class is held by none: it is there that
tasks are made. A link alone is not held against its reader's will (who takes the task out of it
has another link); the class's task is.
"""

from __future__ import annotations

from classroom import tasks
from classroom.tasks import Task
from classroom.trouble import Over, Unkept
from ui import codecs
from ui.codecs import Codec
from ui.room import me

_PACKED = codecs.packed(tasks.from_json)

#: How a task is written in a link.
CODEC: Codec[Task] = Codec(
    lambda task: codecs.packed(dict).encode(task.as_json()),
    _PACKED.decode,
)


def seed(page: str, holds: Task | None) -> int | None:
    """What the guesses of this page are dealt from besides their turn; None: from that alone.

    Who leads the class is dealt the same questions as the class.
    """
    leader = me.teacher()
    if leader is None:
        return None if holds is None else holds.seed
    given = me.ask(lambda: tasks.given(leader))
    return given.seed if given is not None and given.lesson == page else None


def present(page: str, carried: Task | None, before: Task | None) -> Task | None:
    """The task that holds on this page.

    Args:
        page: Its slug.
        carried: The task of the link, if it has one.
        before: What held in the run before; it goes on where the class cannot be asked just now.
    """
    if me.teacher() is not None:
        return None
    seat = me.student()
    if seat is not None:
        try:
            given = tasks.given(seat)
        except Unkept:
            return before
        except Over:
            given = None
        if given is not None and given.lesson == page:
            return given
    return carried if carried is not None and carried.lesson == page else None
