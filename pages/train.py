"""Lesson: build a small network, train it live, look at what it learned, compare."""

import streamlit as st

from ui import guess, lesson, link, networks
from ui.train import (
    augmenting,
    builder,
    data,
    experiments,
    first_weights,
    going_on,
    loading,
    recovery,
    scenes,
    setup,
    theatre,
    triplet,
)
from ui.train import questions as asked

#: What comes before a run, what follows it, and what is looked at once it has come to something.
VIEWS = {
    "try": "Experiments",
    "net": "Build the network",
    "data": "Look at the data",
    "maps": "Filters and maps",
    "hist": "Histograms",
    "step": "One step, slowly",
    "learned": "What it learned",
    "map": "Map of images",
    "land": "Loss landscape",
    "layer": "What layers do",
    "compare": "Compare runs",
}
PRESETS = {name: preset.title for name, preset in networks.PRESETS.items()}

lesson.open("train")
recovery.take_up()
stage, controls = lesson.stage()

with controls:
    preset = link.choice(
        "Network", "tr_preset", PRESETS, "lenet", kind="select", on_change=builder.take_preset
    )
    chosen = data.controls()
    augmented = augmenting.controls()
    settings = setup.controls(first_weights.drop) | augmented
    brought = st.container()
    with lesson.more("More about the view"):
        head = link.choice("The network ends in", "tr_head", networks.HEADS, "dense", kind="select")
        log = link.toggle("Log scale of the loss", "tr_log")
        smoothing = link.slider("Smoothing of the curves", "tr_smooth", 0.0, 0.98, 0.8, 0.02)

split = data.load(chosen)

with stage:
    if isinstance(split, str):
        data.instead(chosen, split)
        with brought:
            loading.fold(None)
        recovery.remember()
        lesson.close()
        st.stop()
    blocks = builder.fitting(preset, head, split, settings["batch_size"])
    if isinstance(blocks, str):
        run = None
        lesson.problem(blocks)
    else:
        run = going_on.ensure(setup.config(settings, blocks, head, split), chosen.recipe)
        going_on.question(run)
        theatre.toolbar(run)
        recovery.note()
    with brought:  # says also what a run begins with
        loading.fold(split.train)
    view = link.choice("View", "tr_view", VIEWS, "maps", kind="pills", label_visibility="collapsed")
    if view == "try":
        experiments.choose()
    if run is not None:
        trained_on = going_on.shown(split)
        beside = data.beside(chosen, split) if trained_on is split else None
        theatre.play(run, trained_on, view, log, smoothing, beside=beside)
    if view == "layer" and run is not None:
        scenes.show(run.state, trained_on)
    if view == "net" or run is None:
        builder.builder(preset, head, split.train.shape, len(split.train.classes))
    elif view == "data":
        augmenting.gallery(split, augmented, settings["seed"])
        data.look(split, lesson.projector())

lesson.text(
    """
A **step** takes one batch of images through the network, measures the **loss** (how wrong the
answers are), sends its gradient back through every layer, and moves every weight a little the other
way. An **epoch** is one pass over all training images. The **validation** images are never trained
on: where training gets better and validation gets worse, the network learns by heart.

Change one thing, train again, keep both runs by name, and compare them. The same seed gives the
same run, to the last digit.
"""
)
triplet.fold()
question = asked.next_weight(guess.deal("tr_g1"))
guess.number(
    "tr_g1",
    question.words,
    question.answer,
    question.explain,
    tolerance=asked.TOLERANCE,
    known=question.known,
)
recovery.remember()
lesson.close()
