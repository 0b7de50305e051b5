"""The error function, which NumPy lacks and GELU needs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array

# Rational approximations, highest power first, from W. J. Cody, "Rational Chebyshev
# approximations for the error function", Mathematics of Computation 23 (1969).
# |x| ≤ 0.46875: erf(x) = x · R(x²)
NEAR = (
    (0.185777706184603153, 3.16112374387056560, 113.864154151050156, 377.485237685302021,
     3209.37758913846947),
    (1.0, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062),
)  # fmt: skip
# 0.46875 < |x| ≤ 4: erfc(x) = e^(−x²) · R(x)
MIDDLE = (
    (2.15311535474403846e-8, 0.564188496988670089, 8.88314979438837594, 66.1191906371416295,
     298.635138197400131, 881.952221241769090, 1712.04761263407058, 2051.07837782607147,
     1230.33935479799725),
    (1.0, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019,
     3290.79923573345963, 4362.61909014324716, 3439.36767414372164, 1230.33935480374942),
)  # fmt: skip
# |x| > 4: erfc(x) = e^(−x²)/x · (1/√π − R(1/x²)/x²)
FAR = (
    (0.0163153871373020978, 0.305326634961232344, 0.360344899949804439, 0.125781726111229246,
     0.0160837851487422766, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 0.0605183413124413191,
     0.00233520497626869185),
)  # fmt: skip
# From here on erf rounds to 1 in float64.
SATURATED = 6.0
# erf(x) = 1 − e^(−x²) · R(1/(1 + rate·x)) for x ≥ 0, to 1.5e-7: M. Abramowitz and I. A. Stegun,
# "Handbook of Mathematical Functions" (1964), 7.1.26, after C. Hastings.
SHORT_RATE = 0.3275911
SHORT = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592, 0.0)


def erf(x: Array) -> Array:
    """2/√π ∫₀ˣ e^(−t²) dt, elementwise: to 6e-7 for float32, else to 2e-16; dtype as ``x``."""
    x = np.asarray(x)
    if x.dtype == np.float16:  # the coefficients do not fit into it
        return _short(x.astype(np.float32)).astype(np.float16)
    return _short(x) if x.dtype == np.float32 else _long(x)


def _short(x: Array) -> Array:
    """One formula for all x, so that nothing has to be picked out."""
    share = np.asarray(np.abs(x))
    share *= SHORT_RATE
    share += 1
    tail = _polynomial(SHORT, np.divide(1, share, out=share))
    square = np.asarray(-x * x)
    tail *= np.exp(square, out=square)
    y: Array = np.subtract(1, tail, out=tail)
    y *= np.sign(x)
    return y


def _long(x: Array) -> Array:
    """Cody's three formulas, each for the x that it is good for."""
    size = np.abs(x)
    y = np.asarray(np.sign(x))  # right for |x| ≥ SATURATED, for ±∞ and for NaN
    near = size <= 0.46875
    middle = (size > 0.46875) & (size <= 4)
    far = (size > 4) & (size < SATURATED)

    inner = x[near]
    y[near] = inner * _ratio(NEAR, inner * inner)
    inner = size[middle]
    y[middle] *= 1 - np.exp(-inner * inner) * _ratio(MIDDLE, inner)
    if far.any():
        inner = size[far]
        square = 1 / (inner * inner)
        tail = (1 / math.sqrt(math.pi) - square * _ratio(FAR, square)) / inner
        y[far] *= 1 - np.exp(-inner * inner) * tail
    return y


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Array) -> Array:
    """A polynomial over another."""
    above, below = coefficients
    ratio: Array = _polynomial(above, x) / _polynomial(below, x)
    return ratio


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    """Horner's rule, highest power first."""
    y = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        y *= x
        y += coefficient
    return y
