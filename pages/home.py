"""The home page: what the lab is, a live piece of it, and the way into the lessons."""

import streamlit as st

from ui import lesson, lessons

lesson.begin("")
with st.container(key="home_hero"):
    words, piece = st.columns([2, 3], gap="large", vertical_alignment="center")
with words:
    st.markdown("# A convolutional network you can take apart")
    st.markdown(
        "Slide a filter over a picture, draw a digit, train a network, and see every number on "
        "the way. All of them come from a network written in plain NumPy, which you can open "
        "and read."
    )
    first = lessons.shown()[:1]
    for entry in first:
        st.page_link(entry.file, label=f"Start with {entry.title.lower()} →")
    lesson.tools()

with st.container(key="home_list"):
    for group in lessons.GROUPS:
        for place, entry in enumerate(lessons.in_group(group)):
            name, title, why = st.columns([1, 2, 7], vertical_alignment="center")
            name.markdown(group if place == 0 else "")
            title.page_link(entry.file, label=entry.title)
            why.markdown(entry.why)
lesson.close()
