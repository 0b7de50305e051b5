r"""Text from outside, quoted: a label, a run's name, a file's word is shown as it was written.

Streamlit reads what it shows as Markdown: ``![x](https://…)`` would make the browser ask another
host. Whatever does not stand in our own source goes through :func:`plain` on its way into a
sentence, a button, a caption, a table or an option of pills and radio buttons; through
:func:`in_formula` into LaTeX; through :func:`in_figure` into a Plotly figure, which reads a little
HTML. Select boxes, data frames, text alternatives and our own components take text as it is.
"""

from __future__ import annotations

import re

#: Takes no room and joins what stands beside it; nothing that is looked for is found across it.
_JOINER = "\u2060"
#: Marks that mean something to Markdown wherever they stand. Words keep theirs: kernel_size.
_MARKS = re.compile(r"[\\`*\[\]<>$~|&]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])")
#: Marks that mean something at the start: headings, lists, quotations, lines.
_START = re.compile(r"^(\d*)([#+=.)-])")
#: What Streamlit looks for in the finished text, where a backslash does not help: ":emoji:",
#: addresses of pages and of people, and arrows.
_FOUND_LATER = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=@)(?=\S)", re.IGNORECASE)
_ARROWS = re.compile(r"(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)")


def printable(text: str) -> str:
    """One line of what can be shown: no control characters, no halves of characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def plain(text: str) -> str:
    """Markdown that shows ``text`` as it stands, on one line: no link, image, formula or colour."""
    joined = _ARROWS.sub(lambda found: found[0][0] + _JOINER + found[0][1:], printable(text))
    joined = _FOUND_LATER.sub(_JOINER, joined)
    return _START.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", joined))


def in_formula(text: str) -> str:
    r"""What LaTeX's ``\text{…}`` shows of ``text``: its letters, digits, blanks and strokes."""
    return "".join(c for c in printable(text) if c.isalnum() or c in " /-")


def in_figure(text: str) -> str:
    """``text`` for a name, a tick or a label of a Plotly figure."""
    return re.sub("[<&]", rf"\g<0>{_JOINER}", printable(text))
