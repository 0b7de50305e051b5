"""The home page: what the lab is, a live piece of it, and the way into the lessons."""

import streamlit as st

from ui import lesson, lessons

lesson.open("")
for entry in lessons.shown():
    st.page_link(entry.file, label=entry.title)
    st.markdown(entry.why)
lesson.close()
