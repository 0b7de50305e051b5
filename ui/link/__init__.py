"""Everything a student can set is in the link, and comes back from it.

One dictionary a session holds the text of every setting ever chosen, by name; a page's link is
the part of it that the page uses and that differs from the defaults. A text that cannot be read
is silently the default. In the order in which to read:

* :mod:`~ui.link.memory`: what a session remembers of its settings.
* :mod:`~ui.link.holding`: which of them a teacher's task holds.
* :mod:`~ui.link.values`: a value in the link, read and written; those that components own.
* :mod:`~ui.link.newer`: where the link and a widget differ, which of them counts.
* :mod:`~ui.link.address`: a page's link, read from the address and written to it.
* :mod:`~ui.link.leaving`: what a page says after it was left.
* :mod:`~ui.link.parts`: a part of a page that runs by itself.
* :mod:`~ui.link.widgets`: the controls.
* :mod:`~ui.link.elsewhere`: settings that a button, a preset or another page gives.
* :mod:`~ui.link.telling`: how the controls stand, for others to tell.

How a value is written stands in :mod:`ui.codecs`.

Widgets: :func:`slider`, :func:`choice`, :func:`toggle`, :func:`number`, :func:`text`. ``name`` is
widget key and URL parameter at once: short, unique to the page (``"cv_k"``).

Values that a component owns: :func:`get`, and :func:`put` from the component's callback, which
runs before the page does.
"""

from ui.link.address import begin, query, query_of, standing, sync
from ui.link.elsewhere import assign, go, reset, take, text_of
from ui.link.holding import dealt_from, hang, held, present_task
from ui.link.memory import SHARED, epoch, page
from ui.link.newer import now
from ui.link.parts import fragment, need_whole_page
from ui.link.telling import changes, controls, has, owned, settings, texts
from ui.link.values import chosen, get, put
from ui.link.widgets import choice, number, slider, text, toggle

__all__ = [
    "SHARED",
    "assign",
    "begin",
    "changes",
    "choice",
    "chosen",
    "controls",
    "dealt_from",
    "epoch",
    "fragment",
    "get",
    "go",
    "hang",
    "has",
    "held",
    "need_whole_page",
    "now",
    "number",
    "owned",
    "page",
    "present_task",
    "put",
    "query",
    "query_of",
    "reset",
    "settings",
    "slider",
    "standing",
    "sync",
    "take",
    "text",
    "text_of",
    "texts",
    "toggle",
]
