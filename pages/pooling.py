"""Lesson: pooling: what it keeps, what it forgets, and where the gradient goes."""

import streamlit as st

from cnn.window.geometry import Window
from ui import codecs, edited, guess, lesson, link, questions, samples
from ui.components.panels.panels import panels
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown
from ui.components.window_stage.window_stage import window_stage
from ui.exercise import on_paper
from ui.exercise.exercise import Exercise
from ui.matrix.own_matrix import OWN, Own
from ui.pooling import kinds, shifts, windows
from ui.sample_gradient import sample_gradient

INPUTS = {
    "map": "A feature map",
    "numbers": "Whole numbers",
    "digit": "Digit 28×28",
    OWN: "Your own: type or paste",
}
OWN_INPUT = Own("po_own", "po_in", "Your input")

lesson.open("pooling")
stage, controls = lesson.stage()

with controls:
    kind = link.choice("Keep of each window", "po_kind", kinds.KINDS, "max", kind="segmented")
    chosen = link.choice("Input", "po_in", INPUTS, "map", kind="select", on_change=OWN_INPUT.begin)
    own = OWN_INPUT.matrix(samples.feature_map(1).x) if chosen == OWN else None
    apart = link.now("po_hw", False, codecs.BOOL)
    height, width = (8, 8) if own is None else own.shape[1:]
    # One window for both has to fit the shorter side.
    rows = columns = windows.axis("", "", height if apart else min(height, width))
    backward = link.toggle(
        "Gradient on the way back",
        "po_back",
        help="Every output cell gets a gradient from the layers after it. Which inputs does it "
        "reach?",
    )
    with lesson.more():
        link.toggle("Height and width apart", "po_hw")
        if apart:
            columns = windows.axis("w", ", width", width)
        seed = link.number("Seed", "po_seed", 0, 9999, 1, disabled=chosen == OWN)
        label = link.slider("Which digit", "po_digit", 0, 9, 3, disabled=chosen != "digit")
size, stride, padding = zip(rows, columns, strict=True)

if own is not None:
    sample = samples.own(own)
    x = OWN_INPUT.on_stage(own, "po_stage", "input")
else:
    sample = {
        "map": lambda: samples.feature_map(seed),
        "numbers": lambda: samples.integers(seed, 8),
        "digit": lambda: samples.digit(label, seed),
    }[chosen]()
    owner = chosen if chosen == "digit" else f"{chosen}{seed}"
    x = edited.array("po_x", "po_stage", "input", sample.x, owner, "The numbers of the input")
OWN_INPUT.start_from(x)
outputs = {name: kinds.pooled(x[0], name, size, stride, padding) for name in kinds.KINDS}
window = Window.of(size, stride, padding)
exercise = Exercise(x, Setting(kind, window))

with stage:
    window_stage(
        "po_stage",
        Shown(
            x,
            exercise.setting,
            gradient=sample_gradient(exercise.y.shape) if backward else None,
        ),
        Look(
            input_kind=sample.kind,
            editable_input=sample.editable
            and not link.held(OWN_INPUT.name if chosen == OWN else "po_x"),
            start_cell=windows.first_cell(sample.x, outputs[kind].shape, size, stride, padding)
            if chosen == "digit"
            else None,
            projector=lesson.projector(),
        ),
    )
if own is not None:
    OWN_INPUT.show(x)

for heading, line in windows.lines(window, x.shape[1:]):
    lesson.formula(
        heading + r"\left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1"
        r" = \left\lfloor \frac{<n> + 2\cdot <p> - <f>}{<s>} \right\rfloor + 1 = <out>"
        r"\qquad \text{weights: } 0",
        n=line.n,
        p=line.before,
        f=line.kernel,
        s=line.stride,
        out=line.size,
    )
lesson.text(
    """
A pooling layer has no weights. It looks at each window of each map on its own and keeps one number:
the **largest**, the **mean**, or the **sum**. With window 2 and stride 2 a map of 8×8 becomes 4×4:
the next layer has a quarter of the cells to work out, and each step of its window covers two cells
of the map before.

On the way back, **max** sends the whole gradient to the cell that won and nothing to the others;
**average** gives every cell of the window an equal share; **sum** gives each the whole of it.
"""
)

if any(padding):
    lesson.text(kinds.PADDED[kind])

st.markdown("**The same map under all three.** The sum has a colour scale of its own.")
panels(
    "po_all",
    kinds.side_by_side(outputs),
    alt="Maximum, average and sum of the same map, side by side.",
    least=220,
    height=230,
    projector=lesson.projector(),
)

st.markdown(
    "**Move the input**, a digit here. How much does the answer change? (The mean size of the "
    "change, as a share of the mean size before.)"
)
shift = link.slider("Columns to the right", "po_shift", 0, 4, 1)
ink = samples.digit(label, seed).x[0]
effects = shifts.shift_effects(ink, shift, size, stride)
panels(
    "po_shifts",
    shifts.shift_panels(effects),
    alt=" ".join(f"{shifts.EFFECTS[e.kind]}: {shifts.change_words(e)}." for e in effects),
    least=140,
    group=2,
    projector=lesson.projector(),
)
lesson.text(
    """
Pooling does not make a network blind to shifts, only less upset by small ones: the strongest
answer of a window is still in the window if it moves by a cell and does not cross the border.
Larger windows forgive more, and know less about where.
"""
)

on_paper.section("po", exercise, secret=guess.secret("po_g1"))

asked = questions.pooled_cell(guess.deal("po_g1"))
guess.number("po_g1", asked.words, asked.answer, asked.explain, known=asked.known)
lesson.close()
