"""The home page: what the lab is, a live piece of it, and the way into the lessons."""

import streamlit as st

from ui import lesson, lessons

lesson.begin("")
words, piece = lesson.hero()
with words:
    st.markdown("# A convolutional network you can take apart")
    st.markdown(
        "Slide a filter over a picture, draw a digit, train a network, and see every number on "
        "the way. All of them come from a network written in plain NumPy, which you can open "
        "and read."
    )
    for entry in lessons.shown()[:1]:
        st.page_link(entry.file, label=f"Start with {entry.title.lower()} →")

lesson.contents()
lesson.close()
