"""A sheet of exercises from a seed: to print, with its answers; and the same ones as guesses."""

import streamlit as st

from ui import guess, lesson, link
from ui.exercise import dealing, opening, questions, sheet
from ui.plain import plain

lesson.open("exercises")
stage, controls = lesson.stage()

with controls:
    kind = link.choice("What of", "ex_kind", dealing.KINDS, "convolution", kind="select")
    level = link.choice("How hard", "ex_level", dealing.LEVELS, "medium")
    count = link.slider("How many", "ex_count", 1, dealing.MOST, 6)
    seed = link.number("Seed", "ex_seed", 0, 9999, 1, help="The same number, the same sheet.")
    paper = link.choice("Paper", "ex_paper", sheet.PAPERS, "A4")

exercises = dealing.deal(seed, kind, level, count)
title = f"{dealing.KINDS[kind]}, {dealing.LEVELS[level].lower()}, sheet {seed}"
turn = guess.turn("ex_g1") % count
one = exercises[turn]
asked = questions.question(one, kind, turn + 1)
voting = guess.secret("ex_g1")  # until it is revealed nothing here tells the answer

with controls:
    st.download_button(
        "Download the sheet",
        sheet.html(exercises, kind, title, paper),
        file_name=f"exercises-{kind}-{level}-{seed}.html",
        mime="text/html",
        help="An HTML file: open it and print. The answers are on a page of their own.",
        disabled=voting,
    )
with stage:
    st.markdown(f"**{title}.** Exercise {turn + 1} of {count}:")
    guess.number("ex_g1", asked.words, asked.answer, asked.explain)
    if kind != "size" and st.button("Open it on the stage", type="tertiary", disabled=voting):
        slug, settings = opening.settings(one)
        link.go(slug, **settings)

with st.expander(f"All {count} of the sheet"):
    for place, exercise in enumerate(exercises, 1):
        st.markdown(f"{place}. {plain(dealing.task(exercise, kind))}")
        if kind != "size":
            st.markdown(questions.formula(exercise))
lesson.text(
    """
The sheet is dealt from the seed: who has the same link has the same exercises. Downloaded, it is a
file that prints on A4 or Letter, with room to work in and the answers on a page of their own. Here
the same exercises are asked one after another, a cell of each; **Another** goes on to the next. A
class can vote on each of them.
"""
)
lesson.close()
