"""A page that lets the tab keep a text, and says what came back."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import streamlit as st

from ui.components.keepsake import keepsake

if __name__ == "__main__":
    found = keepsake.recalled("word")
    st.text(f"RECALLED {found}")
    word = st.text_input("word")
    keep = st.button("keep")
    forget = st.button("forget")
    keepsake.keepsake("word", word if keep else "" if forget else None)
