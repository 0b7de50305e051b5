"""Numbers in sentences and formulas: so many digits that count, powers of ten written out.

From a thousand on they have commas, 307,200, everywhere in the app; shapes and programs, which are
written as NumPy prints them, have none.
"""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def words(value: float, digits: int = 6) -> str:
    """A number for a sentence: 0.531365, 1,728, −6.703·10⁻⁶, “no number”."""
    if not math.isfinite(value):
        return "no number"
    mantissa, power = _parts(value, digits)
    shown = mantissa.replace("-", "−")
    return shown if power is None else f"{shown}·10{str(power).translate(_RAISED)}"


def latex(value: float, digits: int = 4) -> str:
    """The same for a formula."""
    if not math.isfinite(value):
        return r"\text{no number}"
    mantissa, power = _parts(value, digits)
    return grouped(mantissa) if power is None else rf"{mantissa}\cdot 10^{{{power}}}"


def grouped(shown: str) -> str:
    """For a formula: in it a bare comma would stand apart from the digits, as in a list."""
    return shown.replace(",", "{,}")


def factor(value: float, digits: int = 4) -> str:
    """A number inside a product of a formula: brackets around what is negative."""
    shown = latex(value, digits)
    return f"({shown})" if value < 0 else shown


def exponent(largest: float) -> int:
    """The power of ten to take out of a matrix whose largest size is that: 0 where none helps.

    Numbers from a tenth to below ten thousand are read as they are.
    """
    if largest == 0 or not math.isfinite(largest) or 0.1 <= largest < 1e4:
        return 0
    return math.floor(math.log10(largest))


def power(exponent: int) -> str:
    """ " (·10⁻³)", or nothing for an exponent of 0."""
    return f" (·10{str(exponent).translate(_RAISED)})" if exponent else ""


def _parts(value: float, digits: int) -> tuple[str, int | None]:
    """Mantissa and power of ten; None where the number is written without one."""
    if value == 0:
        return "0", None
    if 1e-4 <= abs(value) < 1e6:
        shown = f"{value:,.{digits}g}"
        return (f"{value:,.0f}" if "e" in shown else shown), None  # more digits before the point
    mantissa, _, raised = f"{value:.{digits - 1}e}".partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa), int(raised)
