"""Lesson: draw a digit, and watch every layer of a trained network answer."""

import streamlit as st

from ui import guess, lesson, link
from ui.draw import lab, questions
from ui.draw.live import live
from ui.draw.photo import photo
from ui.draw.slow import more

lesson.open("draw")

with st.container(horizontal=True, vertical_alignment="center", key="draw_controls"):
    name = link.choice("Network", "d_net", lab.available(), "lenet")
    prepared = link.toggle(
        "Fit and centre the drawing",
        "d_fit",
        True,
        help="MNIST's digits were fitted into 20×20 pixels and centred by mass. Switch it off, "
        "draw in a corner, and see the network fail.",
    )
    photo()

live(name, prepared)
more(name, prepared)

lesson.text(
    """
Everything above is **one forward pass**, repeated while the pen moves. Each column is a layer, each
square a **feature map**: the first filters answer to strokes in one direction, the later ones to
corners, loops and ends. **Pooling** keeps the strongest answer of each 2×2 cells. The last three
layers weigh up all that was found, and **softmax** turns their ten scores into shares of 100%.

Point at a map to see what feeds it; open a map and point at a cell, and its **receptive field** is
outlined on your drawing. Open the cell to see its whole sum; Escape leads back out.

The network was trained on MNIST and on stroke-made digits, with this app's own code. It has only
seen digits that were **fitted and centred**. That preparation is half of the success: switch it off
and see.
"""
)

first, second = st.columns(2, gap="large")
with first:
    seen = questions.field_of(guess.deal("d_g1"))
    guess.number("d_g1", seen.words, seen.answer, seen.explain)
with second:
    which = questions.which_fails(guess.deal("d_g2"))
    guess.pick(
        "d_g2", which.words, which.options, which.answer, which.explain, pictures=which.pictures
    )
lesson.close()
