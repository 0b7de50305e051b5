"""Lesson: what padding, stride and dilation do to the size of the output."""

from functools import partial

import streamlit as st

from ui import codecs, edited, guess, lesson, link, questions, samples
from ui.components.panels.panels import panels
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown
from ui.components.window_stage.window_stage import window_stage
from ui.exercise import on_paper
from ui.exercise.exercise import Exercise
from ui.matrix.own_matrix import Own, inside, kernel_for
from ui.matrix.reading import KERNEL
from ui.padding import window_axis

OWN_INPUT = Own("pa_x", "pa_own", "Your input")
OWN_KERNEL = Own("pa_k", "pa_own", "Your kernel", KERNEL, "weight")

lesson.open("padding")
stage, controls = lesson.stage()

own, cut = link.now("pa_own", False, codecs.BOOL), ""
if own:
    mine = OWN_INPUT.matrix(samples.integers(1, 7).x)
    whole, fitted = kernel_for(OWN_KERNEL.matrix(window_axis.kernel_of_ones(3, 3)), len(mine))
    mine_kernel, cut = inside(whole, mine.shape[1:])
with controls:
    mode = link.choice("Padding", "pa_mode", window_axis.MODES, "explicit", kind="select")
    fill = link.choice("The padding holds", "pa_fill", window_axis.FILLS, "zeros", kind="select")
    uneven = mode == "explicit" and link.now("pa_uneven", False, codecs.BOOL)
    given = window_axis.given(mine.shape, mine_kernel.shape) if own else None
    rows = window_axis.controls("pa", "", mode, fill, uneven=uneven, given=given and given[0])
    with lesson.more():
        link.toggle(
            "Your own numbers",
            "pa_own",
            help="Type or paste an input and a kernel of any size, below the stage.",
        )
        link.toggle(
            "Before and after apart",
            "pa_uneven",
            disabled=mode != "explicit",
            help="Another padding at the start than at the end.",
        )
        rectangular = link.toggle("Height and width apart", "pa_rect")
        columns = rows
        if rectangular:
            columns = window_axis.controls(
                "pw", ", width", mode, fill, uneven=uneven, given=given and given[1]
            )
        elif given:
            columns = window_axis.like(rows, given[1], mode, fill)
        seed = link.number("Seed of the numbers", "pa_seed", 0, 9999, 1, disabled=own)

if own:
    x = OWN_INPUT.on_stage(mine, "pa_stage", "input")
    weight = OWN_KERNEL.on_stage(mine_kernel, "pa_stage", "kernel")
else:
    x = samples.integers(seed, 16).x[:, : rows.n, : columns.n]
    weight = edited.array(
        "pa_w",
        "pa_stage",
        "kernel",
        window_axis.ones(rows, columns),
        f"{rows.kernel}x{columns.kernel}",
        "The numbers of the kernel",
    )
setting = Setting("conv", window_axis.window(rows, columns), fill)
with stage:
    window_stage(
        "pa_stage",
        Shown(x, setting, weight),
        Look(
            input_kind=samples.own(x).kind,
            editable=not link.held(OWN_KERNEL.name if own else "pa_w"),
            editable_input=own and not link.held(OWN_INPUT.name),
            projector=lesson.projector(),
        ),
    )

if own:
    for place, one, values in zip(
        st.columns(2, gap="large"), (OWN_INPUT, OWN_KERNEL), (x, weight), strict=True
    ):
        with place:
            one.show(values)
    if fitted or cut:
        lesson.text(f"{fitted} {cut}")

rectangular = rectangular or (rows.n, rows.kernel) != (columns.n, columns.kernel)
lesson.formula(window_axis.formula(rows))
if rectangular:
    lesson.formula(window_axis.formula(columns))
for line, direction in ((rows, "bottom"), (columns, "right")):
    said = window_axis.in_words(line, direction, mode)
    if said and (rectangular or direction == "bottom"):
        lesson.text(said)

panels(
    "pa_sizes",
    window_axis.size_charts(rows, mode, fill),
    alt=f"Output size against each setting; at present it is {rows.size}.",
    projector=lesson.projector(),
    on_pick=partial(window_axis.pick, "pa"),
)
lesson.text(
    """
The window must lie wholly inside, so without **padding** it has fewer places than the input has
cells: at stride 1 and dilation 1 the output is smaller by f − 1. Padding puts cells around the
input. *Valid* adds none; *same* adds what keeps the size at stride 1; *full* adds so many that a
window counts as soon as it touches one cell. **Stride** s is how far the window jumps: at 2 the
output is about half as long. **Dilation** d spreads the weights apart, d cells from one to the
next, so that the same few see further.
"""
)

shrink, corners = st.columns(2, gap="large")
with shrink:
    st.markdown(
        "**Shrinking output.** Without padding every layer takes f − 1 cells away (at stride 1 "
        "and dilation 1)."
    )
    layers = link.slider("Layers, one on another", "pa_layers", 1, 100, 12)
    start = link.slider("Size at the start", "pa_start", 8, 256, 64)
    sizes = window_axis.shrinking(start, rows.kernel, layers)
    panels(
        "pa_shrink",
        [window_axis.shrink_chart(sizes)],
        alt=window_axis.shrunk_in_words(sizes, rows.kernel),
        height=200,
        projector=lesson.projector(),
    )
    st.markdown(window_axis.shrunk_in_words(sizes, rows.kernel))
with corners:
    st.markdown("**Lost corners.** How many outputs each input cell feeds.")
    maps = window_axis.coverage_maps(rows, columns)
    panels(
        "pa_cover",
        maps,
        alt="Outputs that each input cell feeds. "
        + " ".join(f"{m.title}: {m.caption}." for m in maps),
        height=270,
        projector=lesson.projector(),
    )
    if len(maps) < 2:
        st.markdown("Without padding the kernel does not fit.")

on_paper.section("pa", Exercise(x, setting, weight), secret=guess.secret("pa_g1"))

asked = questions.size_after(guess.deal("pa_g1"))
guess.number("pa_g1", asked.words, asked.answer, asked.explain, known=asked.known)
lesson.close()
