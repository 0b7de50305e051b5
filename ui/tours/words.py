r"""The words of a question as HTML: what the lessons write in Markdown, and no more than that.

Known are paragraphs, ``**strong**``, ``*stressed*``, and a line of named matrices between two
``$$``, as :mod:`ui.questions` writes them. A formula in a sentence (``$z$``) stands there without
its marks. Everything is escaped first.
"""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
_MATRIX = re.compile(r"\\text\{([^}]*)\}\s*=\s*\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", re.DOTALL)
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_STRESSED = re.compile(r"(?<![*\w])\*([^*\s][^*]*?)\*(?![*\w])")
_FORMULA = re.compile(r"\$([^$]+)\$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~$&:])")


def as_html(markdown: str, *, inline: bool = False) -> str:
    """HTML of a question, an answer, a reason.

    Args:
        markdown: As :mod:`ui.guess` is given it.
        inline: Without paragraphs.
    """
    parts = []
    for place, part in enumerate(_BLOCK.split(markdown)):
        if place % 2:
            parts.append(_matrices(part))
            continue
        for paragraph in re.split(r"\n\s*\n", part):
            if words := _line(" ".join(paragraph.split())):
                parts.append(words if inline else f"<p>{words}</p>")
    return (" " if inline else "").join(parts)


def _line(words: str) -> str:
    safe = html.escape(_ESCAPED.sub(r"\1", words))
    safe = _STRONG.sub(r"<b>\1</b>", safe)
    safe = _STRESSED.sub(r"<i>\1</i>", safe)
    return _FORMULA.sub(r"<i>\1</i>", safe)


def _matrices(latex: str) -> str:
    """A row of tables, each with its name."""
    found = [
        f"<figure><figcaption>{html.escape(name)}</figcaption>{_table(cells)}</figure>"
        for name, cells in _MATRIX.findall(latex)
    ]
    return f"<div class='matrices'>{''.join(found)}</div>" if found else _line(latex.strip())


def _table(cells: str) -> str:
    rows = [row.split("&") for row in cells.split(r"\\")]
    lines = ("".join(f"<td>{html.escape(_minus(c))}</td>" for c in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _minus(cell: str) -> str:
    return cell.strip().replace("-", "−")
