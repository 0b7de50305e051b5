r"""The frame that every lesson stands in.

A lesson reads from top to bottom as the student sees it: one sentence of why, the thing to play
with, the formula with live numbers, a short text, a guess. This is a whole page::

    from cnn.window.geometry import Window, output_size
    from ui import guess, lesson, link, samples
    from ui.components.window_stage.numbers import Setting
    from ui.components.window_stage.shown import Shown
    from ui.components.window_stage.window_stage import window_stage

    lesson.open("pooling")                       # title, why, projector, copy link, reset
    stage, controls = lesson.stage()             # wide and narrow; stacked on a phone
    with controls:
        k = link.slider("Window", "po_k", 1, 4, 2)
        s = link.slider("Stride", "po_s", 1, k, min(2, k))        # a range may depend on another
        kind = link.choice("Keep", "po_kind", {"max": "Maximum", "avg": "Average"}, "max")
        with lesson.more():                      # the settings that matter less
            seed = link.number("Seed", "po_seed", 0, 9999, 1)
    x, out = samples.integers(seed).x, output_size(6, k, s)       # numbers come from cnn, not here
    with stage:
        window_stage("po_stage", Shown(x, Setting(kind, Window.of(k, s))))
    lesson.formula(r"\lfloor (n - f)/s \rfloor + 1 = \lfloor (<n> - <f>)/<s> \rfloor + 1 = <out>",
                   n=6, f=k, s=s, out=out)
    lesson.text("Pooling keeps the strongest answer of each window …")
    n = int(guess.deal("po_guess").integers(5, 12))               # the class is dealt the same
    guess.number("po_guess", f"A row of {n} cells, window 2, stride 2. How many outputs?",
                 answer=output_size(n, 2, 2), explain=f"⌊({n} − 2)/2⌋ + 1 = …")
    lesson.close()                               # previous / next; the address is written here
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from ui import codecs, lessons, link, numerals, shell, style
from ui.boxes import box
from ui.components.copy_link.copy_link import copy_link
from ui.plain import plain
from ui.remembered import Remembered
from ui.room import compose, me, ribbon
from ui.tours import bar
from ui.tours import contents as tours

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

_PLACE = re.compile(r"<([a-z_][a-z0-9_]*)>")
_CURRENT = Remembered("_lesson", "")


def open(slug: str) -> None:
    """Begin a page: its title, its one sentence of why, projector, copy link, reset."""
    lesson = lessons.by_slug(slug)
    begin(slug)
    with st.container(key="lesson_head", horizontal=True, vertical_alignment="bottom"):
        with st.container(key="lesson_title", gap="xsmall"):
            st.markdown(f"# {lesson.title}")
            st.markdown(lesson.why)
        tools()


def begin(slug: str) -> None:
    """What every page does first; :func:`open` does it for a lesson."""
    shell.ensure()
    ribbon.begin(slug)
    link.begin(slug)
    _CURRENT.put(slug)
    ribbon.show(slug)
    bar.show(slug)


def tools() -> None:
    """Projector, copy link, reset: the same on every page, kept small."""
    slug = _CURRENT.get()
    with st.container(
        key="lesson_tools", horizontal=True, width="content", vertical_alignment="center"
    ):
        big = link.toggle("Projector", "projector")
        style.projector(big)
        copy_link(f"copy-{slug or 'home'}", projector=big)
        st.button(
            "Reset",
            key=f"reset_{slug}",
            type="tertiary",
            on_click=link.reset,
            help="Every control of this page back to its start.",
        )


def hero() -> tuple[DeltaGenerator, DeltaGenerator]:
    """``(words, piece)`` of the home page: what the lab is, beside a live piece of it."""
    with st.container(key="home_hero"):
        words, piece = st.columns([2, 3], gap="large", vertical_alignment="center")
    return words.container(key="home_words"), piece


def contents() -> None:
    """All lessons, in order: group, title, and the one sentence of why."""
    with st.container(
        key="home_head",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        st.markdown("## Lessons", width="content")
        tools()
    with st.container(key="home_list"):
        for group in lessons.GROUPS:
            entries = lessons.in_group(group)
            if not entries:
                continue
            with st.container(key=f"home_group_{group}"):
                for place, entry in enumerate(entries):
                    name, title, why = st.columns([1, 2, 7], vertical_alignment="center")
                    name.markdown(group if place == 0 else "")
                    title.page_link(entry.file, label=entry.title)
                    why.markdown(entry.why)
        tours.listed()


def projector() -> bool:
    """Whether projector mode is on; components take it as ``data["projector"]``."""
    return link.now("projector", False, codecs.BOOL)


def stage() -> tuple[DeltaGenerator, DeltaGenerator]:
    """``(stage, controls)``: wide left and narrow right; one above the other when narrow."""
    with st.container(key="lesson_stage"):
        wide, narrow = st.columns([3, 1], gap="large")
    return wide, narrow


def more(label: str = "More", key: str | None = None) -> ExpanderContainer:
    """A fold for the settings that matter less.

    Args:
        label: What it is called.
        key: Given where what it holds is much to send: whether it is open is then known
            (``.open``), and opening it runs the page.
    """
    return st.expander(label, key=key, on_change="rerun" if key else "ignore")


def formula(latex: str, colours: Mapping[str, str] | None = None, **numbers: float) -> None:
    r"""A formula with live numbers: each ``<name>`` in ``latex`` becomes its number.

    Args:
        latex: The formula; numbers are placed where ``<name>`` stands.
        colours: name → ``#rrggbb``, for numbers whose colour matches a drawing.
        **numbers: The numbers by name. Floats get two decimals, negative ones brackets, and from a
            thousand on there are commas.

    Raises:
        ValueError: If ``latex`` names a number that is not given.
    """
    colours = colours or {}

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in numbers:
            raise ValueError(f"formula names <{name}>, but only {sorted(numbers)} were given")
        shown = _in_formula(numbers[name])
        return rf"\textcolor{{{colours[name]}}}{{{shown}}}" if name in colours else shown

    with box("lesson_formula", latex):
        st.latex(_PLACE.sub(place, latex))


def _in_formula(value: float) -> str:
    shown = f"{int(value):,}" if float(value).is_integer() else f"{float(value):,.2f}"
    return numerals.grouped(f"({shown})" if shown.startswith("-") else shown)


def text(markdown: str) -> None:
    """A few short paragraphs, in lines that are easy to read."""
    with box("lesson_text", markdown):
        st.markdown(markdown)


def problem(sentence: str, name: str = "") -> None:
    """One plain sentence, where something cannot be: what is wrong, and what would fit.

    Args:
        sentence: Shown as it stands; it may quote what came from outside.
        name: What the trouble is called, if it has a name; stands before the sentence.
    """
    head = f"**{plain(name)}.** " if name else ""
    with box("problem", name + sentence):
        st.markdown(head + plain(sentence))


def close() -> None:
    """End a page: previous and next lesson; the settings go to the address."""
    slug = _CURRENT.get()
    if slug:
        compose.panel(slug)
        before, after = lessons.neighbours(slug)
        with st.container(key="lesson_foot", horizontal=True, horizontal_alignment="distribute"):
            if before:
                st.page_link(before.file, label=f"← {before.title}")
            else:
                st.page_link(lessons.HOME.file, label="← Home")
            if after:
                st.page_link(after.file, label=f"{after.title} →")
            else:
                st.page_link(lessons.HOME.file, label="All lessons")
    me.remember()
    ribbon.listen()
    link.sync()
