"""Lesson: activation functions: their curves, what they do to a map, and to a gradient."""

import streamlit as st

from ui import codecs, guess, lesson, link
from ui.activations import functions
from ui.components import edits
from ui.components.curve_point.curve_point import curve_point
from ui.components.kernel_grid.kernel_grid import kernel_grid
from ui.components.live_chart.live_chart import live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid

lesson.open("activations")
stage, controls = lesson.stage()

with controls:
    name = link.choice("Activation", "ac_f", functions.NAMES, "relu", kind="select")
    slope = link.slider(
        "Slope a below zero", "ac_a", 0.0, 0.5, 0.1, 0.01, disabled=name != "leaky_relu"
    )
    gain = link.slider("Strength of the map", "ac_gain", 0.2, 4.0, 1.0, 0.1)
    seed = link.number("Seed", "ac_seed", 0, 9999, 1)
    result = functions.before_after(name, slope, gain, seed)
    tile_grid(
        "ac_maps",
        [Tiles("before", result.before[None]), Tiles("after", result.after[None])],
        side=130,
        projector=lesson.projector(),
    )

x_codec = codecs.real(-5, 5)
with stage:
    curve_point(
        "ac_curve",
        functions.X,
        functions.curves(name, slope),
        at=link.get("ac_x", 1.0, x_codec, "The point on the curve"),
        on_move=lambda x: link.put("ac_x", x, x_codec),
        title=f"{functions.NAMES[name]} and its derivative; drag the point",
        height=420,
        editable=not link.held("ac_x"),
        projector=lesson.projector(),
    )
    st.markdown(f"Of the cells of the map: {result.words()}.")

lesson.formula(rf"f(x) = {functions.FORMULAS[name]}", a=slope)
lesson.text(
    """
A convolution only multiplies and adds. Two of them in a row are worth one, and a hundred too: a
network without a **bend** between its layers is one linear function. The activation is that bend,
applied to every cell on its own.

**ReLU** keeps what is positive and forgets the rest; its slope is 1 or 0. A unit that is negative
for every image is dead: slope 0, nothing comes back to change it. **Leaky ReLU** leaves the slope a
there. **Sigmoid** and **tanh** flatten out at both ends, so large inputs have almost no slope
left: they are *saturated*. **GELU** is a smooth ReLU: Φ(x) is the chance that a number drawn from
the standard normal distribution is below x.
"""
)

st.markdown(
    "**The gradient on its way back.** It tells each number of the network how much the loss would "
    "rise with it. Each layer multiplies it by its weights and by the slopes it meets. The first "
    "weights are dealt as is usual for each: Xavier for sigmoid and tanh, Kaiming for the others."
)
depth = link.slider("Layers, one on another", "ac_depth", 2, functions.DEEPEST, 12)
live_chart(
    "ac_depth_chart",
    [functions.vanishing(depth, slope, seed)],
    x_label="layers back",
    summary=functions.shrunk(depth, slope, seed),
    height=260,
    projector=lesson.projector(),
)
st.markdown(functions.shrunk(depth, slope, seed))

st.markdown(
    "**Softmax.** A classifier ends with one raw score for each class: these are its **logits** "
    "$z$. Softmax turns them into shares that add up to 1: $p_i = e^{z_i/T} / \\sum_j e^{z_j/T}$. "
    "Drag a logit up or down. The **temperature** T is 1 in a network; a higher one makes the "
    "shares more alike. (The largest z is taken off all of them first: the shares stay as they "
    "are, and no power gets too large.) Where logits come from is in the lesson *Dense layer*."
)
kept_logits = link.get("ac_z", functions.START, codecs.tensor((6,), -20, 20), "The logits")
edits.fix("ac_logits", "kernel", link.held("ac_z"))
edits.adopt("ac_logits", "kernel")
logits_place, shares_place = st.columns([1, 2], gap="large")
with logits_place:
    logits = kernel_grid(
        "ac_logits",
        kept_logits[None],
        title="logits",
        kind="activation",
        step=0.1,
        editable=not link.held("ac_z"),
        projector=lesson.projector(),
    )[0]
    link.put("ac_z", logits, codecs.tensor((6,), -20, 20))
    temperature = link.slider("Temperature T", "ac_t", 0.1, 5.0, 1.0, 0.1)
with shares_place:
    for i, term in enumerate(functions.softmax_terms(logits, temperature)):
        st.progress(term.share, functions.term_words(i, term, temperature))

asked = functions.activated(guess.deal("ac_g1"))
guess.number("ac_g1", asked.words, asked.answer, asked.explain, tolerance=0.0051)
lesson.close()
