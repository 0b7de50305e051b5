"""Scene 1, the graph: its nodes, and the walk through both passes."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from cnn.arrays import Array
from ui import codecs, guess, lesson, link
from ui.backpropagation import present, questions
from ui.backpropagation.example import STRENGTH, TARGET, Example, both_passes
from ui.backpropagation.reasons import reasons
from ui.backpropagation.titles import TITLES
from ui.components.graph_stage.graph_stage import Grid, Node, Step, graph_stage
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
#: The walk stands here at first: the forward pass is done.
FORWARD = 6
FOUR = (range(4), 4)  # one hue for each of the four cells, from Z1 to W


def nodes(
    numbers: dict[str, Array],
    picture: Array,
    hidden: Collection[str] = (),
    free: Collection[str] = tuple(present.EDITED),
) -> list[Node]:
    """The seven nodes.

    Args:
        numbers: Of :func:`ui.backpropagation.example.both_passes`.
        picture: (3, 3) before its strength.
        hidden: Grids that are still to be guessed.
        free: Grids that can be changed.
    """

    def grid(name: str, kind: str = "activation", **more: object) -> Grid:
        return Grid(name, TITLES[name], numbers[name], kind, hidden=name in hidden, **more)  # type: ignore[arg-type]

    def back(*rows: str) -> list[list[Grid]]:
        kinds = {"s1": "activation", "s2": "activation"}
        return [[grid(n, kinds.get(n, "gradient")) for n in row.split()] for row in rows]

    given = Grid("p", "picture", picture, "grey", editable="p" in free, step=1.0, limit=999)
    f, w, b = (
        grid(n, "weight", editable=n in free, step=0.1, limit=99, hues=FOUR if n == "w" else None)
        for n in ("f", "w", "b")
    )
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


def formulas(numbers: dict[str, Array], hidden: Collection[str] = ()) -> list[str]:
    """The chain rule down to W and down to f, in the tutorial's order, with live numbers (LaTeX).

    The numbers are those of W[0], of the first cell on the way to f, and of f's first weight.
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
        rf"{n['do']} \cdot {n['s2']} \cdot {n['w']} \cdot {n['s1']} = {of['dz1']}"
    )
    shared = (
        r"\frac{\partial E}{\partial f_{00}} = \sum_{i,j} \frac{\partial E}"
        rf"{{\partial Z_{{1,ij}}}} X_{{ij}} = {of['df']}"
    )
    return [to_w, to_f, shared]


def _step(name: str, words: str, line: int, **lit: int) -> Step:
    cells = {key: range(count) for key, count in lit.items()}
    return Step(words, (name,), cells, (line,))


def _back(names: tuple[str, ...], words: str, line: int, **lit: int) -> Step:
    cells = {key: range(count) for key, count in lit.items()}
    return Step(words, names, cells, (line,), back=True)


def _list(values: Array, hidden: bool) -> str:
    return "?" if hidden else ", ".join(number(v) for v in values.ravel())


#: The step of the walk, in the link.
STEP = codecs.integer(0, 15)


def show() -> None:
    """The scene."""
    with st.container(key="bp_controls", horizontal=True, vertical_alignment="bottom"):
        strength = link.slider(present.STRENGTH_LABEL, "bp_x", 0.1, 1.0, STRENGTH, 0.1)
        target = link.slider(present.TARGET_LABEL, "bp_y", 0.0, 1.0, TARGET, 0.05)
        asking = link.toggle("Hide a factor", "bp_ask", help="One gradient, until it is guessed.")
    asking = asking or guess.voted("bp_g0", "bp_g3")
    shown = present.with_edits(strength, target)
    numbers = both_passes(shown)
    asked = questions.factor(guess.deal("bp_g0"), numbers)
    unknown = guess.given("bp_g0") is None or guess.secret("bp_g3")
    hidden = questions.HIDDEN[asked.name] if asking and unknown else ()
    graph_stage(
        present.GRAPH,
        nodes(numbers, shown.picture, hidden, present.free()),
        title="The network as a graph: forward to E, then backward to every number",
        steps=steps(numbers, hidden),
        at=link.get("bp_walk", FORWARD, STEP, label="Step of the walk"),
        on_step=lambda step: link.put("bp_walk", step, STEP),
        epoch=link.epoch(),
        fixed=link.held("bp_walk"),
        reasons=reasons(numbers, hidden),
        code=CODE,
        projector=lesson.projector(),
    )
    if asking:
        _hidden_factor(asked)
    if trouble := questions.saturated(numbers):
        lesson.problem(trouble)
    for formula in formulas(numbers, hidden):
        lesson.formula(formula)
    lesson.text(
        """
**Forward**, each node makes its numbers from those before it. **Backward**, each node is told how
much E would rise with its output, multiplies by its own **local derivative**, and hands the product
on: that is the chain rule, and all there is to backpropagation. Point at any number to see the
numbers that it is made of. Change the picture, f, W, b: everything follows. (Many texts write ŷ for
the answer O.)

f was used at four places, so four products come back to each of its weights, and they are added.
"""
    )
    _challenges(numbers)
    _guesses()


def _hidden_factor(asked: questions.Factor) -> None:
    """Its sign first, then its number."""
    guess.pick(
        "bp_g3",
        f"The sign first: is {asked.title} …?",
        questions.SIGNS,
        asked.sign,
        f"{asked.title} is {questions.HOW[asked.name]}: look at the signs of the two.",
    )
    guess.number(
        "bp_g0",
        f"Now its number, to two digits: what is {asked.title}?",
        asked.value,
        asked.explain,
        tolerance=asked.tolerance,
        known=asked.known,
    )


def _challenges(numbers: dict[str, Array]) -> None:
    for each in questions.challenges(numbers):
        st.markdown(f"**Build it.** {each.words}{' **There it is.**' if each.done else ''}")


def _guesses() -> None:
    bias = questions.bias_gradient(guess.deal("bp_g1"))
    guess.number("bp_g1", bias.words, bias.answer, bias.explain, tolerance=0.001, known=bias.known)
    guess.pick(
        "bp_g2",
        "The tutorial takes the picture at full strength (1 7 2 / 11 1 23 / 2 2 2). Then ∂E/∂f is "
        "below a ten-thousandth, and nothing learns. Why?",
        questions.WHY,
        "saturated",
        questions.why_so_small(both_passes(Example(strength=1.0))),
    )
