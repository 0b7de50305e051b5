"""Scene 1, the graph: its nodes, the walk through both passes, and why each number is there."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from cnn.arrays import Array
from ui.components.graph_stage.graph_stage import Grid, Node, Reason, Step
from ui.numerals import factor, latex
from ui.numerals import words as number

#: The same computation; a step lights the lines that do it.
CODE = (
    "Z1 = correlate(X, f)",
    "A1 = sigmoid(Z1)",
    "a = A1.reshape(4, 1)",
    "Z2 = W.T @ a + b",
    "O = sigmoid(Z2)",
    "E = (y - O)**2 / 2",
    "",
    "dO = O - y",
    "dZ2 = dO * O * (1 - O)",
    "dW, db = a @ dZ2, dZ2",
    "dA1 = (W @ dZ2).reshape(2, 2)",
    "dZ1 = dA1 * A1 * (1 - A1)",
    "df = correlate(X, dZ1)",
    "dX = correlate(pad(dZ1), turn(f))",
)
TITLES = {
    "x": "X",
    "f": "f",
    "z1": "Z₁",
    "a1": "A₁",
    "flat": "a",
    "w": "W",
    "b": "b",
    "z2": "Z₂",
    "o": "O",
    "y": "y",
    "e": "E",
    "s1": "∂A₁/∂Z₁",
    "s2": "∂O/∂Z₂",
    "do": "∂E/∂O",
    "dz2": "∂E/∂Z₂",
    "db": "∂E/∂b",
    "dw": "∂E/∂W",
    "dflat": "∂E/∂a",
    "da1": "∂E/∂A₁",
    "dz1": "∂E/∂Z₁",
    "df": "∂E/∂f",
    "dx": "∂E/∂X",
}
WEIGHTS = ("f", "w", "b")
FOUR = (range(4), 4)  # one hue for each of the four cells, from Z1 to W


def nodes(numbers: dict[str, Array], picture: Array, hidden: Collection[str] = ()) -> list[Node]:
    """The seven nodes.

    Args:
        numbers: Of :func:`ui.backpropagation.example.both_passes`.
        picture: (3, 3) before its strength.
        hidden: Grids that are still to be guessed.
    """

    def grid(name: str, kind: str = "activation", **more: object) -> Grid:
        return Grid(name, TITLES[name], numbers[name], kind, hidden=name in hidden, **more)  # type: ignore[arg-type]

    def back(*rows: str) -> list[list[Grid]]:
        kinds = {"s1": "activation", "s2": "activation"}
        return [[grid(n, kinds.get(n, "gradient")) for n in row.split()] for row in rows]

    given = Grid("p", "picture", picture, "grey", editable=True, step=1.0, limit=999)
    f = grid("f", "weight", editable=True, step=0.1, limit=99)
    w = grid("w", "weight", editable=True, step=0.1, limit=99, hues=FOUR)
    b = grid("b", "weight", editable=True, step=0.1, limit=99)
    return [
        Node("X", "3×3", grid("x", "grey"), given=(given,), back=back("dx")),
        Node("Z₁", "2×2", grid("z1"), "∗ f", given=(f,), back=back("dz1", "df")),
        Node("A₁", "2×2", grid("a1"), "sigmoid", back=back("s1", "da1")),
        Node("a", "4×1", grid("flat", hues=FOUR), "flatten", back=back("dflat")),
        Node("Z₂", "1", grid("z2"), "· W + b", given=(w, b), back=back("dz2", "dw db")),
        Node("O", "1", grid("o"), "sigmoid", back=back("s2", "do")),
        Node("E", "1", grid("e"), "½(y − O)²", given=(grid("y", "grey"),)),
    ]


def steps(numbers: dict[str, Array], hidden: Collection[str] = ()) -> list[Step]:
    """The walk: six steps forward, nine back."""
    n = {name: _list(values, name in hidden) for name, values in numbers.items()}
    return [
        Step("The input, the weights and the target are given.", lit={"x": range(9)}),
        _step("z1", f"Z₁ = X ∗ f: each cell is the sum of four products. {n['z1']}.", 0, x=9, f=4),
        _step("a1", f"A₁ = σ(Z₁), cell by cell: {n['a1']}.", 1, z1=4),
        _step("flat", "Flatten: the four cells of A₁ in one column, a.", 2, a1=4),
        _step("z2", f"Z₂ = Wᵀ a + b = {n['z2']}.", 3, flat=4, w=4, b=1),
        _step("o", f"O = σ(Z₂) = {n['o']}, the answer. (Many texts write ŷ for it.)", 4, z2=1),
        _step("e", f"E = ½ (y − O)² = {n['e']}: how wrong the answer is.", 5, o=1, y=1),
        _back(("do",), f"∂E/∂O = O − y = {n['do']}: the derivative of ½ (y − O)².", 7, o=1, y=1),
        _back(
            ("s2", "dz2"),
            f"∂O/∂Z₂ = O (1 − O) = {n['s2']}, so ∂E/∂Z₂ = {n['do']} · {n['s2']} = {n['dz2']}.",
            8,
            do=1,
            o=1,
        ),
        _back(("db",), f"∂Z₂/∂b = 1, so ∂E/∂b = ∂E/∂Z₂ · 1 = {n['db']}.", 9, dz2=1),
        _back(
            ("dw",),
            f"∂Z₂/∂W = a: each weight's gradient is ∂E/∂Z₂ times what it multiplied. {n['dw']}.",
            9,
            dz2=1,
            flat=4,
        ),
        _back(
            ("dflat",),
            f"∂Z₂/∂a = W: on goes ∂E/∂Z₂ times each weight. {n['dflat']}.",
            10,
            dz2=1,
            w=4,
        ),
        _back(("da1",), "Back from the column to the 2×2 map: the same numbers.", 10, dflat=4),
        _back(
            ("s1", "dz1"),
            f"∂A₁/∂Z₁ = A₁ (1 − A₁), cell by cell. ∂E/∂Z₁ = ∂E/∂A₁ · A₁ (1 − A₁): {n['dz1']}.",
            11,
            da1=4,
            a1=4,
        ),
        _back(
            ("df",),
            "∂E/∂f: each weight of f was used at four places, so its gradient is the sum over the "
            f"four: X ∗ ∂E/∂Z₁. {n['df']}.",
            12,
            x=9,
            dz1=4,
        ),
        _back(
            ("dx",),
            f"∂E/∂X: ∂E/∂Z₁, with zeros around it, ∗ f turned by 180°. {n['dx']}.",
            13,
            dz1=4,
            f=4,
        ),
    ]


#: The walk stands here at first: the forward pass is done.
FORWARD = 6


def formulas(numbers: dict[str, Array], hidden: Collection[str] = ()) -> list[str]:
    """The chain rule down to W and down to f, in the tutorial's order, with live numbers (LaTeX).

    The numbers are those of W[0], and of the first cell and weight on the way to f.
    """
    n = {k: r"\text{?}" if k in hidden else factor(float(v.flat[0])) for k, v in numbers.items()}
    of = {k: r"\text{?}" if k in hidden else latex(float(v.flat[0])) for k, v in numbers.items()}
    last = r"\frac{\partial E}{\partial O} \cdot \frac{\partial O}{\partial Z_2}"
    to_w = (
        rf"\frac{{\partial E}}{{\partial W}} = {last} \cdot "
        rf"\frac{{\partial Z_2}}{{\partial W}}, \quad \frac{{\partial E}}{{\partial W_0}} = "
        rf"{n['do']} \cdot {n['s2']} \cdot {n['flat']} = {of['dw']}"
    )
    inner = (
        r"\frac{\partial Z_2}{\partial A_1} \cdot \frac{\partial A_1}{\partial Z_1} \cdot "
        r"\frac{\partial Z_1}{\partial f}"
    )
    at_z1 = r"\frac{\partial E}{\partial Z_{1,00}}"
    to_f = (
        rf"\frac{{\partial E}}{{\partial f}} = {last} \cdot {inner}, \quad {at_z1} = "
        rf"{n['do']} \cdot {n['s2']} \cdot {n['w']} \cdot {n['s1']} = {of['dz1']}, \quad "
        rf"\frac{{\partial E}}{{\partial f_{{00}}}} = \sum_{{i,j}} \frac{{\partial E}}"
        rf"{{\partial Z_{{1,ij}}}} X_{{ij}} = {of['df']}"
    )
    return [to_w, to_f]


def _step(name: str, words: str, line: int, **lit: int) -> Step:
    cells = {key: range(count) for key, count in lit.items()}
    return Step(words, (name,), cells, (line,))


def _back(names: tuple[str, ...], words: str, line: int, **lit: int) -> Step:
    cells = {key: range(count) for key, count in lit.items()}
    return Step(words, names, cells, (line,), back=True)


def _list(values: Array, hidden: bool) -> str:
    return "?" if hidden else ", ".join(number(v) for v in values.ravel())


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
