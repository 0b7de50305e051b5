"""Scene 1, the graph: for each number the sentence that makes it from others."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from cnn.arrays import Array
from ui.backpropagation.titles import TITLES
from ui.components.graph_stage.graph_stage import Reason
from ui.numerals import words as number


def reasons(numbers: dict[str, Array], hidden: Collection[str] = ()) -> dict[str, list[Reason]]:
    """For each cell the sentence that makes it from others, and those others."""
    found = {
        "z1": [_correlated(numbers, "z1", "x", "f", i, 3, 2) for i in range(4)],
        "a1": [_from("a1", i, numbers, f"σ({_n(numbers, 'z1', i)})", z1=[i]) for i in range(4)],
        "flat": [_from("flat", i, numbers, f"A₁{_place(i)}", a1=[i]) for i in range(4)],
        "z2": [_dense(numbers)],
        "o": [_from("o", 0, numbers, f"σ({_n(numbers, 'z2')})", z2=[0])],
        "e": [_error(numbers)],
        "do": [
            _from("do", 0, numbers, f"{_n(numbers, 'o')} − {_n(numbers, 'y')}", o=[0], y=[0]),
        ],
        "s2": [_slope("s2", "o", 0, numbers)],
        "dz2": [_product("dz2", 0, ("do", 0), ("s2", 0), numbers)],
        "db": [_from("db", 0, numbers, "∂E/∂Z₂ · 1", dz2=[0])],
        "dw": [_product("dw", i, ("dz2", 0), ("flat", i), numbers) for i in range(4)],
        "dflat": [_product("dflat", i, ("dz2", 0), ("w", i), numbers) for i in range(4)],
        "da1": [_from("da1", i, numbers, f"∂E/∂a[{i}]", dflat=[i]) for i in range(4)],
        "s1": [_slope("s1", "a1", i, numbers) for i in range(4)],
        "dz1": [_product("dz1", i, ("da1", i), ("s1", i), numbers) for i in range(4)],
        "df": [_correlated(numbers, "df", "x", "dz1", i, 3, 2) for i in range(4)],
        "dx": [_spread(numbers, i) for i in range(9)],
    }
    return {name: of_cells for name, of_cells in found.items() if name not in hidden}


def _n(numbers: dict[str, Array], name: str, cell: int = 0) -> str:
    return number(float(numbers[name].flat[cell]))


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _place(cell: int, columns: int = 2) -> str:
    row, column = divmod(cell, columns)
    return f"[{row}, {column}]"


def _named(name: str, cell: int, numbers: dict[str, Array]) -> str:
    shape = numbers[name].shape
    if shape == (1, 1):
        return TITLES[name]
    return TITLES[name] + (f"[{cell}]" if shape[1] == 1 else _place(cell, shape[1]))


def _from(name: str, cell: int, numbers: dict[str, Array], how: str, **lit: list[int]) -> Reason:
    return Reason(f"{_named(name, cell, numbers)} = {how} = {_n(numbers, name, cell)}", lit)


def _slope(name: str, of: str, cell: int, numbers: dict[str, Array]) -> Reason:
    y = _n(numbers, of, cell)
    return _from(name, cell, numbers, f"{y} · (1 − {y})", **{of: [cell]})


def _product(
    name: str, cell: int, one: tuple[str, int], two: tuple[str, int], numbers: dict[str, Array]
) -> Reason:
    letters = f"{_named(*one, numbers)} · {_named(*two, numbers)}"
    values = " · ".join(_factor(float(numbers[n].flat[i])) for n, i in (one, two))
    return _from(name, cell, numbers, f"{letters} = {values}", **{n: [i] for n, i in (one, two)})


def _correlated(
    numbers: dict[str, Array], name: str, x: str, kernel: str, cell: int, width: int, side: int
) -> Reason:
    """A cell of ``x`` correlated with ``kernel``: the window, and the sum written out."""
    row, column = divmod(cell, width - side + 1)
    window = [(row + u) * width + column + v for u in range(side) for v in range(side)]
    terms = [
        f"{number(float(numbers[x].flat[i]))}·{_factor(float(numbers[kernel].flat[j]))}"
        for j, i in enumerate(window)
    ]
    return _from(
        name, cell, numbers, " + ".join(terms), **{x: window, kernel: list(range(side * side))}
    )


def _dense(numbers: dict[str, Array]) -> Reason:
    terms = [
        f"{_factor(float(w))}·{number(float(a))}"
        for w, a in zip(numbers["w"].ravel(), numbers["flat"].ravel(), strict=True)
    ]
    how = f"{' + '.join(terms)} + {_factor(float(numbers['b'][0, 0]))}"
    cells = list(range(4))
    return _from("z2", 0, numbers, how, w=cells, flat=cells, b=[0])


def _error(numbers: dict[str, Array]) -> Reason:
    how = f"½ ({_n(numbers, 'y')} − {_n(numbers, 'o')})²"
    return _from("e", 0, numbers, how, o=[0], y=[0])


def _spread(numbers: dict[str, Array], cell: int) -> Reason:
    """A cell of the picture: a sum over all places of the window that covered it."""
    row, column = divmod(cell, 3)
    taps = [
        (2 * i + j, 2 * (row - i) + column - j)
        for i, j in np.ndindex(2, 2)
        if 0 <= row - i < 2 and 0 <= column - j < 2
    ]
    terms = [
        f"{_factor(float(numbers['dz1'].flat[z]))}·{_factor(float(numbers['f'].flat[k]))}"
        for z, k in taps
    ]
    lit = {"dz1": [z for z, _ in taps], "f": [k for _, k in taps]}
    return _from("dx", cell, numbers, " + ".join(terms), **lit)
