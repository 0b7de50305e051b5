"""Lesson: convolution on a volume, 1×1 convolutions, and what separating them saves."""

import streamlit as st

from cnn.window.geometry import Window
from ui import edited, guess, lesson, link, samples
from ui.channels import costs, filter_bank, filters, mixes, questions
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown
from ui.components.window_stage.window_stage import window_stage
from ui.exercise import on_paper
from ui.exercise.exercise import Exercise

VIEWS = {
    "volume": "One filter",
    "bank": "Several filters",
    "mix": "1×1 convolution",
    "depth": "Depthwise separable",
}

lesson.open("channels")
view = link.choice("View", "ch_view", VIEWS, "volume", kind="pills", label_visibility="collapsed")
picture = samples.picture(12).x
large = samples.picture(40).x

if view == "volume":
    stage, controls = lesson.stage()
    with controls:
        name = link.choice("Filter", "ch_k", filters.KERNELS, "edges", kind="select")
        bias = link.slider("Bias", "ch_b", -2.0, 2.0, 0.0, 0.1)
        partials = link.toggle("Show the partial maps", "ch_part", True)
        weight = edited.array(
            "ch_w", "ch_stage", "kernel", filters.kernel(name), name, "The weights"
        )
    with stage:
        window_stage(
            "ch_stage",
            Shown(picture, Setting.of_kernel(weight), weight, bias),
            Look(
                input_kind="rgb",
                start_cell=samples.first_cell(picture, weight.shape[1:]),
                partials=partials,
                editable=not link.held("ch_w"),
                projector=lesson.projector(),
            ),
        )
    lesson.formula(
        r"\underbrace{<d> \times <h> \times <w>}_{c \times h \times w} \;*\;"
        r" \underbrace{<d> \times <k> \times <k>}_{\text{one filter}} \;\to\;"
        r" 1 \times <oh> \times <ow>"
        r"\qquad <d> \cdot <k> \cdot <k> + 1 = <count> \text{ numbers to learn}",
        h=picture.shape[1],
        w=picture.shape[2],
        d=3,
        k=3,
        oh=picture.shape[1] - 2,
        ow=picture.shape[2] - 2,
        count=weight.size + 1,
    )
    one = Exercise(picture, Setting("conv", Window((3, 3))), weight, bias)
    on_paper.section("ch1", one, secret=False)
elif view == "bank":
    left, middle, right = st.columns([4, 6, 10], gap="medium")
    with left:
        above = st.container()
        bank = filter_bank.controls(large)
        with above:
            filter_bank.show_input(bank)
    with middle:
        filter_bank.show_weights(bank)
    with right:
        filter_bank.show_maps(bank)
    filter_bank.show_own(bank)
    lesson.formula(
        r"\underbrace{<f>}_{\text{filters}} \times"
        r" \underbrace{\left(\left\lfloor\tfrac{<h> + 2\cdot<p> - <kh>}{<s>}\right\rfloor"
        r" + 1\right)}_{\text{height}} \times"
        r" \underbrace{\left(\left\lfloor\tfrac{<w> + 2\cdot<p> - <kw>}{<s>}\right\rfloor"
        r" + 1\right)}_{\text{width}}"
        r" = \underbrace{<f> \times <oh> \times <ow>}_{c \times h \times w}",
        None,
        **bank.sizes,
    )
    lesson.formula(
        r"\underbrace{<f> \times <d> \times <kh> \times <kw>}_{\text{weights}}"
        r"\qquad <f> \cdot (<d> \cdot <kh> \cdot <kw> + 1) = <total> \text{ numbers to learn}",
        None,
        **bank.sizes,
    )
    if bank.own_input:
        on_paper.section("ch", bank.exercise, secret=False)
elif view == "mix":
    chosen = link.choice("Mix", "ch_mix", mixes.MIXES, "sepia", kind="pills")
    pictures, sliders = st.columns([1, 1], gap="large")
    with sliders:
        weights = edited.mixer("ch_m", mixes.mix(chosen), chosen)
    with pictures:
        tile_grid(
            "ch_mixed",
            [Tiles("before and after", mixes.pair(large, weights), kind="rgb", limit=1.0)],
            side=280,
            legend=False,
            projector=lesson.projector(),
        )
    st.markdown("**What a 1×1 saves before a 3×3.** The same map, C channels in and out:")
    with st.container(horizontal=True):
        wide = link.slider("Channels C", "ch_wide", 16, 512, 256, 16)
        narrow = link.slider("Narrow to", "ch_narrow", 4, 256, 64, 4)
        side = link.slider("Height and width", "ch_side", 7, 56, 28, 7)
    st.dataframe(costs.bottleneck(wide, narrow, side), hide_index=True, key="ch_cost")
else:
    steps = filters.depthwise_steps(large)
    for place, (number, step) in zip(
        st.columns([7, 4, 7, 3], gap="medium"), enumerate(steps), strict=True
    ):
        with place:
            tile_grid(
                f"ch_depth{number}",
                [step],
                side=112 if step.kind != "weight" else 60,
                legend=step.kind == "activation",
                projector=lesson.projector(),
            )
    with st.container(horizontal=True):
        c = link.slider("Channels in", "ch_dc", 3, 512, 64)
        o = link.slider("Channels out", "ch_do", 3, 512, 128)
        k = link.slider("Kernel", "ch_dk", 3, 7, 3, 2)
        side = link.slider("Height and width", "ch_ds", 7, 56, 28, 7)
    st.dataframe(costs.separable(c, o, k, side), hide_index=True, key="ch_sep")

lesson.text(
    """
In a plain convolution a filter is **as deep as its input**: on a colour picture it has three
kernels, for red, green and blue. Each channel gives a partial map; the partial maps and the bias
are added to *one* feature map. Many filters side by side make many maps: the channels of the next
layer.

Sizes are written **channels × height × width** here, as in PyTorch; other books and libraries write
height × width × channels. It is the same block of numbers.

A **1×1 convolution** looks at one pixel at a time: it only mixes channels. Used before a 3×3 it
makes the volume thinner, and the layer after it cheaper. A **depthwise separable** convolution goes
all the way: first one small kernel for each channel, then a 1×1 that mixes.
"""
)
asked = questions.how_many_weights(guess.deal("ch_g1"))
guess.number("ch_g1", asked.words, asked.answer, asked.explain, known=asked.known)
lesson.close()
