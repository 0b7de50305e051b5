"""Serves a page of the tests as the app serves its own: with the components' files beside it."""

from __future__ import annotations

import os

import streamlit as st

from ui.serving import files

app = st.App(os.environ["CONVSCOPE_TEST_APP"], routes=[files.route()])
