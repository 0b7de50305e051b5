r"""What stands around the numbers: LaTeX's commands, and the calls of NumPy, PyTorch and MATLAB.

It is replaced by blanks, or by what means the same in fewer words: ``\begin{bmatrix}`` is an
opening bracket, ``\frac{1}{9}`` is 1/9. Every character keeps its place, so that what cannot be
read is named where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: Opening and closing bracket of a LaTeX environment: nobody types these.
OPEN, CLOSE = "\x01", "\x02"
#: MATLAB's ``cat(3,``: what follows in brackets is a channel each, up to its closing one.
CHANNELS = "\x03"
_MINUS = str.maketrans("−–‐‑﹣－", "------")
#: The mark that some programs put before a text, and what parts words unseen.
_NO_WIDTH = "\ufeff\u200b\u2060"
#: Signs between a factor and its matrix.
_TIMES = str.maketrans("·×∙", "***")

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _blank(found: re.Match[str]) -> str:
    return ""


_WHOLE = r"(?:\{\s*([-+]?[\d.]+)\s*\}|(\d))"
_LATEX: tuple[Rule, ...] = (
    (re.compile(r"(?<!\\)%[^\n]*"), _blank),
    (
        re.compile(
            r"\\(?:begin|end)\s*\{\s*(?:equation|displaymath|math|gather|align|aligned|center)"
            r"\*?\s*\}"
        ),
        _blank,
    ),
    (
        re.compile(r"\\begin\s*\{\s*(?:array|tabular)\s*\}\s*(?:\[\w\])?\s*(?:\{[^{}\n]*\})?"),
        lambda found: OPEN,
    ),
    (re.compile(r"\\begin\s*\{\s*\w{0,5}matrix\*?\s*\}\s*(?:\[\w\])?"), lambda found: OPEN),
    (re.compile(r"\\end\s*\{\s*(?:array|tabular|\w{0,5}matrix\*?)\s*\}"), lambda found: CLOSE),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?)\s*(?:\\[{}|]|[\[\]()|.])"), _blank),
    (
        re.compile(rf"\\[dt]?frac\s*{_WHOLE}\s*{_WHOLE}", re.ASCII),
        lambda found: f"{found[1] or found[2]}/{found[3] or found[4]}",
    ),
    (re.compile(r"(\d)\{,\}(\d+)", re.ASCII), lambda found: f"{found[1]},{found[2]}"),
    (
        re.compile(
            r"(?<=\d)\s*(?:\\cdot|\\times|·|×)\s*10\s*\^\s*(?:\{\s*([-+]?\d+)\s*\}|(\d))", re.ASCII
        ),
        lambda found: f"e{found[1] or found[2]}",
    ),
    (re.compile(r"\\\\(?:\*|\[[\d.]+\s*\w\w\])|\\tabularnewline|\\cr(?![a-z])"), lambda _: "\\\\"),
    (re.compile(r"\\(?:hline|displaystyle|qquad|quad|limits)(?![a-zA-Z])"), _blank),
    (re.compile(r"\\(?:cdot|times|ast)(?![a-zA-Z])"), lambda found: "*"),
    (re.compile(r"(?<!\\)\\[,;:! \[\]()]"), _blank),
    (re.compile(r"[$~{}]"), _blank),
)
_CALL = (
    r"(?:array|asarray|tensor|as_tensor|Tensor|FloatTensor|DoubleTensor|matrix|mat|Matrix"
    r"|constant|double|single)(?=\s*\()"
)
_LIBRARY = r"(?:np|numpy|torch|tf|jnp|sympy|sp)\s*\.\s*"
#: What stands before a matrix: a prompt, what printed it, its name: "K =", "A(:,:,2) =".
#: Its parts are bounded: where each may be as long as the text, looking for it takes its square.
_NAME = r"(?:\\[a-zA-Z]{1,20}\s*)?[A-Za-z_]\w{0,40}(?:\s*_\s*\w{1,20})?"
_PROGRAM: tuple[Rule, ...] = (
    (re.compile(r"\A\s*(?:Out\s*\[\d+\]:|>>>[^\n]*\n)"), _blank),
    (re.compile(r"\A\s*Parameter containing:"), _blank),
    (re.compile(r"\A\s*<tf\.Tensor:[^\n]*?numpy="), _blank),
    (re.compile(r">\s*\Z"), _blank),
    (re.compile(rf"\A\s*{_NAME}(?:\s*&)?\s*:?=(?!=)"), _blank),
    (re.compile(r"(?m)^[ \t]*\w+\(:,:,\d+\)\s*="), _blank),
    (
        re.compile(r"(?:np|numpy)\.(?:float|int|uint)\d+\(([^()\n]*)\)"),
        lambda found: f" {found[1]}",
    ),
    (re.compile(r"(?<![\w.])cat\s*\(\s*3\s*,"), lambda found: CHANNELS),
    (re.compile(rf"(?:{_LIBRARY})?{_CALL}"), _blank),
    (
        re.compile(
            r",\s*(?:dtype|shape|device|requires_grad|grad_fn|order|copy|ndmin)\s*=\s*[^,()\[\]\n]*"
            r"(?:\([^()]*\))?"
        ),
        _blank,
    ),
    (re.compile(rf",\s*{_LIBRARY}\w+\s*(?=\))"), _blank),
    (re.compile(r"(?<=\S)[ \t]*\.\.\.[ \t]*\n"), _blank),  # MATLAB goes on in the next line
    (re.compile(r";\s*\Z"), _blank),
)
_FRACTION = re.compile(r"(\d)[ \t]*/[ \t]*([-+]?[\d.]+)", re.ASCII)


def undressed(text: str) -> str:
    """The text with nothing but numbers, separators and brackets, as far as it is understood.

    Args:
        text: As it was typed or pasted.

    Returns:
        A text of the same length.
    """
    text = "".join(_seen(c) for c in text.translate(_MINUS))
    if re.search(r"\\[a-zA-Z]|\$", text):
        text = _applied(text, _LATEX)
    text = _applied(text.translate(_TIMES), _PROGRAM)
    # Blanks around the stroke of a fraction move behind it: "1 / 9" is "1/9  ".
    return _FRACTION.sub(lambda found: f"{found[1]}/{found[2]}".ljust(len(found[0])), text)


def _applied(text: str, rules: tuple[Rule, ...]) -> str:
    for pattern, write in rules:
        text = pattern.sub(lambda found, write=write: write(found).ljust(len(found[0])), text)  # type: ignore[misc]
    return text


def _seen(character: str) -> str:
    """Blanks of every kind are blanks; what has no place in a text is what it is: unreadable."""
    if character in "\n\t":
        return character
    if character.isspace() or character in _NO_WIDTH:
        return " "
    return character if character.isprintable() else "\ufffd"
