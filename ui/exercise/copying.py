"""The answer copied: which part of it, in which form, and a button."""

from __future__ import annotations

from ui import lesson, link
from ui.components.copy_text.copy_text import copy_text
from ui.exercise import working
from ui.exercise.exercise import Exercise

WHAT = {"output": "The output", "working": "The whole working"}


def panel(name: str, exercise: Exercise) -> None:
    """Draw it.

    Args:
        name: Prefix of its settings in the link.
        exercise: With its answer.
    """
    what = link.choice("What", f"{name}_what", WHAT, "output")
    form = link.choice("As", f"{name}_form", working.FORMS, "plain", kind="pills")
    text = (working.output if what == "output" else working.working)(exercise, form)
    copy_text(
        f"{name}_copied",
        text,
        label=f"{WHAT[what]}, {working.FORMS[form]}",
        projector=lesson.projector(),
    )
