"""Lesson: one convolution, completely: every product, every sum, every output cell."""

import streamlit as st

from cnn.window import named_kernels
from ui import figures, formulas, guess, kept, lesson, link, patches, questions, samples
from ui.components.window_stage.window_stage import Compare, window_stage

INPUTS = {
    "example": "3×3 example",
    "binary": "5×5 of zeros and ones",
    "edge": "6×6 edge",
    "numbers": "Random numbers",
    "digit": "Digit 28×28",
    "picture": "Colour picture",
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
}
ACTIVATIONS = {"none": "None", "relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh"}

lesson.open("convolution")
stage, controls = lesson.stage()

with controls:
    chosen = link.choice("Input", "cv_in", INPUTS, "example", kind="select")
    preset = link.choice(
        "Kernel",
        "cv_k",
        KERNELS,
        "corner",
        kind="select",
        help="Then change any cell: click and type, or drag up and down.",
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
    with lesson.more():
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
}[chosen]()
given = named_kernels.for_channels(named_kernels.PRESETS[preset](), len(sample.x))
owner = f"{chosen}{seed}" if chosen == "numbers" else chosen
x = kept.array("cv_x", "cv_stage", "input", sample.x, owner, "The numbers of the input")
weight = kept.array("cv_w", "cv_stage", "kernel", given, preset, "The numbers of the kernel")
if (weight != given).any() and not link.held("cv_w"):
    with controls:
        st.button(
            "Put the kernel back",
            type="tertiary",
            on_click=kept.drop,
            args=("cv_w", "cv_stage", "kernel"),
        )
function = None if activation == "none" else activation
asked = questions.stage_cell(guess.deal("cv_g0"), x, weight, bias, function)
hidden = asking and guess.given("cv_g0") is None
product = patches.product(x, weight, bias, function)

with stage:
    if as_product:
        patches.show(product, sample.kind)
    else:
        window_stage(
            "cv_stage",
            x=x,
            weight=weight,
            bias=bias,
            activation=function,
            input_kind=sample.kind,
            start_cell=asked.cell if asking else samples.first_cell(sample.x, given.shape[1:]),
            editable=not link.held("cv_w"),
            editable_input=sample.editable and not link.held("cv_x"),
            hide_output=[asked.cell] if hidden else [],
            compare=Compare("true convolution", weight=named_kernels.turned(weight))
            if both
            else None,
            projector=lesson.projector(),
        )
    if asking and not as_product:
        guess.number("cv_g0", asked.words, asked.answer, asked.explain, tolerance=asked.tolerance)

lesson.formula(
    formulas.window_sum(len(x), function)
    + r" \qquad (<h> - <kh> + 1) \times (<w> - <kw> + 1) = <oh> \times <ow> \text{ outputs}",
    channels=len(x),
    kh=weight.shape[1],
    kw=weight.shape[2],
    h=x.shape[1],
    w=x.shape[2],
    oh=product.z.shape[0],
    ow=product.z.shape[1],
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

first, second = st.columns(2, gap="large")
with first:
    dealt = questions.next_cell(guess.deal("cv_g1"))
    guess.number("cv_g1", dealt.words, dealt.answer, dealt.explain)
with second:
    which = questions.which_output(guess.deal("cv_g2"))
    guess.pick(
        "cv_g2",
        which.words,
        which.options,
        which.answer,
        which.explain,
        pictures=[figures.picture(p, "activation") for p in which.pictures],
    )
lesson.close()
