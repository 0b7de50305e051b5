"""Lesson: what padding, stride and dilation do to the size of the output."""

import streamlit as st

from cnn.filters import box
from ui import axis, figures, guess, lesson, link, questions, samples
from ui.components.window_stage.window_stage import window_stage

lesson.open("padding")
stage, controls = lesson.stage()

with controls:
    mode = link.choice("Padding", "pa_mode", axis.MODES, "explicit", kind="select")
    fill = link.choice("The padding holds", "pa_fill", axis.FILLS, "zeros", kind="select")
    rows = axis.controls("pa", "", mode, fill)
    with lesson.more():
        seed = link.number("Seed of the numbers", "pa_seed", 0, 9999, 1)
        rectangular = link.toggle("Height and width apart", "pa_rect")
        columns = axis.controls("pw", ", width", mode, fill) if rectangular else rows

x = samples.integers(seed, 16).x[:, : rows.n, : columns.n]
with stage:
    window_stage(
        "pa_stage",
        x=x,
        weight=box(1).repeat(rows.kernel, axis=0).repeat(columns.kernel, axis=1),
        stride=(rows.stride, columns.stride),
        padding=(rows.before, rows.after, columns.before, columns.after),
        dilation=(rows.dilation, columns.dilation),
        padding_mode=fill,
        editable=True,
        projector=lesson.projector(),
    )

lesson.formula(axis.formula(rows))
if rectangular:
    lesson.formula(axis.formula(columns))
for line, direction in ((rows, "bottom"), (columns, "right")):
    said = axis.in_words(line, direction)
    if said and (rectangular or direction == "bottom"):
        lesson.text(said)

figures.show(
    axis.size_charts(rows),
    "pa_sizes",
    alt=f"Output size against each setting; at present it is {rows.size}.",
    height=190,
)
lesson.text(
    """
The window must lie wholly inside, so without **padding** it has fewer places than the input has
cells: the output is smaller by f − 1. Padding puts a ring of cells around the input. *Valid* adds
none; *same* adds what keeps the size (at stride 1); *full* adds all that a window can touch.
**Stride** is how far the window jumps: at 2 the output is half as long. **Dilation** spreads the
taps apart, so that the same few weights see further.
"""
)

shrink, corners = st.columns(2, gap="large")
with shrink:
    st.markdown("**Shrinking output.** Every unpadded layer takes f − 1 cells away.")
    layers = link.slider("Layers, one on another", "pa_layers", 1, 100, 12)
    start = link.slider("Size at the start", "pa_start", 8, 224, 64)
    sizes = axis.shrinking(start, rows.kernel, layers)
    figures.show(
        figures.curves(sizes, "layer", "size", steps=False),
        "pa_shrink",
        alt=axis.shrunk_in_words(sizes, rows.kernel),
        height=230,
    )
    st.markdown(axis.shrunk_in_words(sizes, rows.kernel))
with corners:
    st.markdown("**Lost corners.** How many outputs each input cell feeds.")
    without, here = st.columns(2)
    for place, padding, title, key in (
        (without, 0, "without padding", "pa_cover0"),
        (here, (rows.before, rows.after, columns.before, columns.after), "as set", "pa_cover"),
    ):
        counts = axis.coverage_or_none(rows, columns, padding)
        with place:
            st.markdown(title)
            if counts is None:
                st.markdown("The kernel does not fit without padding.")
            else:
                figures.show(
                    figures.heatmap(counts, kind=None, numbers=max(counts.shape) <= 12),
                    key,
                    alt=f"{title}: a corner feeds {counts[0, 0]}, the middle {counts.max()}.",
                    height=260,
                )

asked = questions.size_after(guess.deal("pa_g1"))
guess.number("pa_g1", asked.words, asked.answer, asked.explain)
lesson.close()
