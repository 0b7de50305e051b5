"""Lesson: draw a digit, and watch every layer of a trained network answer."""

import streamlit as st

from ui import guess, lesson, link, readers, trained_net
from ui.draw import from_file, questions, words
from ui.draw.at_rest import more
from ui.draw.live import live
from ui.draw.photo import photo
from ui.room import wall

lesson.open("draw")
trained_net.take_up()

with st.container(horizontal=True, vertical_alignment="center", key="draw_controls"):
    name = link.choice("Network", "d_net", readers.available(), "lenet")
    prepared = link.toggle(
        "Fit and centre the drawing",
        "d_fit",
        True,
        help="As MNIST's digits are: fitted into 20×20 pixels, centred by mass. Switch it off, "
        "draw in a corner, and see what becomes of the answer.",
    )
    photo()
    from_file.fold()

wall.look_again()
live(name, prepared)
trained_net.remember()
more(name, prepared)

network = readers.network(name)
lesson.text(f"{words.about(network)}\n\n{words.seen(network)}")

first, second = st.columns(2, gap="large")
with first:
    seen = questions.field_of(guess.deal("d_g1"))
    guess.number("d_g1", seen.words, seen.answer, seen.explain, known=seen.known)
with second:
    guess.picture("d_g2", questions.which_fails(guess.deal("d_g2")))
lesson.close()
