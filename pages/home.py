"""The home page: what the lab is, a live piece of it, and the way into the lessons."""

import streamlit as st

from cnn.window import named_kernels
from ui import lesson, lessons, link, samples
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown, Titles
from ui.components.window_stage.window_stage import window_stage

KERNELS = {
    "sobel_x": "Vertical edges",
    "sobel_y": "Horizontal edges",
    "box": "Blur",
    "sharpen": "Sharpen",
}

lesson.begin("")
words, piece = lesson.hero()
with words:
    st.markdown("# A convolutional network you can take apart")
    st.markdown(
        "Slide a filter over a picture, draw a digit, train a network, and see every number on "
        "the way. All of them come from a network written in plain NumPy, which you can open "
        "and read."
    )
    kernel = link.choice("Kernel", "home_k", KERNELS, "sobel_x", kind="pills")
    for entry in lessons.shown()[:1]:
        st.page_link(entry.file, label=f"Start with {entry.title.lower()} →")

digit = samples.digit(5, 2)
weight = named_kernels.PRESETS[kernel]()
ink = digit.x[:, 4:26, 3:25]  # without most of the paper around it
with piece:
    window_stage(
        "home_stage",
        Shown(ink, Setting.of_kernel(weight), weight),
        Look(
            input_kind=digit.kind,
            titles=Titles("digit", output="feature map"),
            start_cell=(1, 9),
            reveal="whole",
            compact=True,
            projector=lesson.projector(),
        ),
    )

lesson.contents()
lesson.close()
