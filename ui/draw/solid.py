"""The activations in space: every layer's maps on a plane, to be turned by hand."""

from __future__ import annotations

import streamlit as st

from ui import figures, readers
from ui.draw.figures3d import layers_3d
from ui.readers import Reading


def show(reading: Reading) -> None:
    """The same arrays as in the view above, and how to hold them."""
    network = reading.network
    views = reading.view.layers(scales=readers.typical(network).scales)
    figure = layers_3d(
        views, figures.theme(), probabilities=reading.probabilities, classes=network.classes
    )
    figures.show(
        figure,
        "d_solid",
        alt="The layers of the network as planes of coloured cells, one behind the other, from "
        f"the drawing to the classes. {reading.sentence}",
        height=480,
    )
    st.caption("Drag to turn, scroll or pinch to come nearer. Each plane has its own colour scale.")
