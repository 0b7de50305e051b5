"""Lesson: one convolution, completely: every product, every sum, every output cell."""

from dataclasses import replace

import streamlit as st

from cnn.window import named_kernels
from ui import edited, figures, guess, lesson, link, questions, samples
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Compare, Look, Shown
from ui.components.window_stage.window_stage import window_stage
from ui.convolution import formulas, patches, window_controls
from ui.exercise import on_paper
from ui.exercise.exercise import Exercise
from ui.matrix.own_matrix import OWN, Own, kernel_for
from ui.matrix.reading import KERNEL

INPUTS = {
    "example": "3×3 example",
    "binary": "5×5 of zeros and ones",
    "edge": "6×6 edge",
    "numbers": "Random numbers",
    "digit": "Digit 28×28",
    "picture": "Colour picture",
    OWN: "Your own: type or paste",
}
KERNELS = {
    "corner": "Small example 2×2",
    "cross": "Zeros and ones 3×3",
    "identity": "Identity",
    "box": "Blur (box)",
    "sharpen": "Sharpen",
    "sobel_x": "Vertical edges (Sobel x)",
    "sobel_y": "Horizontal edges (Sobel y)",
    "laplacian_4": "Laplacian",
    "emboss": "Emboss",
    OWN: "Your own: type or paste",
}
ACTIVATIONS = {"none": "None", "relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh"}

OWN_INPUT = Own("cv_own", "cv_in", "Your input")
OWN_KERNEL = Own("cv_kown", "cv_k", "Your kernel", KERNEL, "weight")

lesson.open("convolution")
stage, controls = lesson.stage()

with controls:
    chosen = link.choice(
        "Input", "cv_in", INPUTS, "example", kind="select", on_change=OWN_INPUT.begin
    )
    preset = link.choice(
        "Kernel",
        "cv_k",
        KERNELS,
        "corner",
        kind="select",
        help="Then change any cell: click and type, or drag up and down.",
        on_change=OWN_KERNEL.begin,
    )
    bias = link.slider("Bias", "cv_b", -10.0, 10.0, 0.0, 0.5)
    activation = link.choice("Activation", "cv_act", ACTIVATIONS, "none", kind="select")
    as_product = link.toggle(
        "As one matrix product",
        "cv_patch",
        help="Every window a row, the kernel a column: their product is the map.",
    )
    both = link.toggle(
        "True convolution beside it",
        "cv_true",
        disabled=as_product,
        help="Mathematics turns the kernel by 180° first. Networks do not: they learn the weights, "
        "so a turned kernel is only another kernel.",
    )
    asking = link.toggle(
        "Guess a cell first",
        "cv_ask",
        disabled=as_product,
        help="One output cell stays hidden until you have said what it is.",
    )
    if guess.voted("cv_g0"):
        asking, as_product = True, False
    more = lesson.more("Stride, padding and more")
    with more:
        placing = st.container()
        channels = link.slider(
            "Channels of random numbers", "cv_ch", 1, 3, 1, disabled=chosen != "numbers"
        )
        seeded = chosen in ("numbers", "digit")
        seed = link.number("Seed", "cv_seed", 0, 9999, 1, disabled=not seeded)
        label = link.slider("Which digit", "cv_digit", 0, 9, 3, disabled=chosen != "digit")

sample = {
    "example": samples.example,
    "binary": samples.binary,
    "edge": samples.edge,
    "numbers": lambda: samples.integers(seed, 7, channels),
    "digit": lambda: samples.digit(label, seed),
    "picture": samples.picture,
    OWN: lambda: samples.own(OWN_INPUT.matrix(samples.example().x)),
}[chosen]()
if chosen == OWN:
    x = OWN_INPUT.on_stage(sample.x, "cv_stage", "input")
else:
    owner = f"{chosen}{seed}" if chosen == "numbers" else chosen
    x = edited.array("cv_x", "cv_stage", "input", sample.x, owner, "The numbers of the input")
fitted = ""
if preset == OWN:
    corner = named_kernels.for_channels(named_kernels.corner(), 1)
    given, fitted = kernel_for(OWN_KERNEL.matrix(corner), len(x))
    weight = OWN_KERNEL.on_stage(given, "cv_stage", "kernel")
else:
    given = named_kernels.for_channels(named_kernels.PRESETS[preset](), len(x))
    weight = edited.array("cv_w", "cv_stage", "kernel", given, preset, "The numbers of the kernel")
OWN_INPUT.start_from(x)
OWN_KERNEL.start_from(weight)
with placing:
    window = window_controls.window("cv", x.shape[1:], weight.shape[1:])
if preset != OWN and (weight != given).any() and not link.held("cv_w"):
    with controls:
        st.button(
            "Put the kernel back",
            type="tertiary",
            on_click=edited.drop,
            args=("cv_w", "cv_stage", "kernel"),
        )
function = None if activation == "none" else activation
setting = Setting("conv", window, "zeros", function)
product = patches.product(x, weight, bias, function, window)
output = product.z if product.y is None else product.y
asked = questions.stage_cell(guess.deal("cv_g0"), output, window_controls.telling(x, window))
hidden = asking and guess.given("cv_g0") is None

with stage:
    if as_product:
        patches.show(product, sample.kind)
    else:
        window_stage(
            "cv_stage",
            Shown(
                x,
                setting,
                weight,
                bias,
                compare=Compare("true convolution", weight=named_kernels.turned(weight))
                if both
                else None,
            ),
            Look(
                input_kind=sample.kind,
                start_cell=asked.cell if asking else window_controls.first_cell(sample.x, window),
                editable=not link.held(OWN_KERNEL.name if preset == OWN else "cv_w"),
                editable_input=sample.editable
                and not link.held(OWN_INPUT.name if chosen == OWN else "cv_x"),
                hide_output=[asked.cell] if hidden else [],
                projector=lesson.projector(),
            ),
        )
    if asking and not as_product:
        guess.number("cv_g0", asked.words, asked.answer, asked.explain, tolerance=asked.tolerance)

if OWN in (chosen, preset):
    fields = st.columns(2 if chosen == preset else 1, gap="large")
    if chosen == OWN:
        with fields[0]:
            OWN_INPUT.show(x)
    if preset == OWN:
        with fields[-1]:
            OWN_KERNEL.show(weight)
    if fitted:
        lesson.text(fitted)

lesson.formula(
    formulas.window_sum(len(x), function, window)
    + r" \qquad "
    + formulas.output_size(x.shape[1:], window),
    channels=len(x),
    kh=weight.shape[1],
    kw=weight.shape[2],
)
lesson.text(
    """
The **kernel** is a small grid of weights. Laid over a **window** of the input, each weight
multiplies the cell below it; the products are added, the **bias** is added, and the sum, after the
**activation** if there is one, is one cell of the output, the **feature map**. Then the window
moves on. The same few weights are used everywhere: that is why a filter finds its pattern wherever
it is.

A **filter** is all that makes one feature map: a kernel for each **channel** of the input, and one
bias. Every channel gives a partial sum, and the partial sums are added into *one* number. With one
channel a filter is a single kernel.

What networks call convolution is, strictly, *cross-correlation*. **True convolution** turns the
kernel by 180° first; the switch shows both. They agree only for a kernel that half a turn leaves as
it was.
"""
)
if both and not as_product:
    lesson.text(formulas.turned(weight))

on_paper.section(
    "cv",
    Exercise(x, setting, weight, bias),
    secret=hidden or guess.secret("cv_g0", "cv_g1", "cv_g2"),
)

first, second = st.columns(2, gap="large")
with first:
    dealt = questions.next_cell(guess.deal("cv_g1"))
    guess.number("cv_g1", dealt.words, dealt.answer, dealt.explain, known=dealt.known)
with second:
    which = questions.which_output(guess.deal("cv_g2"))
    seen = [figures.picture(p, "activation") for p in which.pictures]
    guess.picture("cv_g2", replace(which, pictures=seen))
lesson.close()
