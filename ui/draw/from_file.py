"""A trained network from a file, to draw for: weights, or a whole run, as Train saves them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cnn.data.recipes import class_names
from cnn.learn.training import network_of
from cnn.nets.network import Sequential
from cnn.nets.storage import FileError
from cnn.nets.table import spec_of
from ui import link, networks, our_file, trained_net
from ui.plain import printable
from ui.trained_net import Taken

#: Classes of a network at most, and letters of a class's name.
MOST_CLASSES, LONGEST_NAME = 100, 24
INPUT = (1, 28, 28)
#: Layers that the page can show: those that can be built on the training page.
KINDS = (*networks.KIND_TITLES, "flatten", "global_avg_pool")
_FILE = "d_network_file"


def fold() -> None:
    """Folded away: a place for the file; what is wrong with it, in a sentence."""
    if link.held(trained_net.SETTING):
        return  # a teacher's task says which network answers
    with st.popover("A network from a file"):
        our_file.field(
            "Weights (.npz, .safetensors) or a whole run (.npz) that *Train a network* saved",
            _FILE,
            _take,
        )


def _take() -> None:
    found = our_file.read(_FILE, read_network)
    if found is not None:
        trained_net.keep(found[1])
        link.assign(**{trained_net.SETTING: trained_net.NAME})


def read_network(data: bytes) -> Taken:
    """The network of a file, whatever kind of ours it is.

    Raises:
        FileError: (a ValueError) it is none, is damaged, or reads other images than are drawn.
    """
    net, classes, accuracy = _read(data)
    if net.input_shape != INPUT:
        got = " × ".join(map(str, net.input_shape or ("something else",)))
        raise FileError(f"file: its network reads {got}, and a drawing is 1 × 28 × 28")
    strange = sorted({block["kind"] for block in spec_of(net)} - set(KINDS))
    if strange:
        raise FileError(f"file: its network has layers that are not shown here ({strange[0]})")
    outputs = net.output_shape(INPUT)
    wanted = 2 if outputs == (1,) else outputs[0]
    if len(outputs) != 1 or not 2 <= wanted <= MOST_CLASSES:
        raise FileError("file: its network gives no score for each class")
    too_large = networks.too_large(net.summary(INPUT), 1)
    if too_large is not None:
        raise FileError(f"file: {too_large}")
    names = tuple(printable(str(name))[:LONGEST_NAME] or "?" for name in classes)
    if len(names) != wanted:
        names = tuple(str(number) for number in range(wanted))
    return Taken(trained_net.scoring(net), names, accuracy)


def _read(data: bytes) -> tuple[Sequential, list[Any], float | None]:
    """The network, what its classes are called, its accuracy where that is known."""
    found = our_file.contents(data)
    if isinstance(found, our_file.SavedWeights):
        return found.net, _names(found.meta), None
    accuracies = found.state.history.check_accuracy
    accuracy = accuracies[-1] if accuracies else None
    return network_of(found.state), [*class_names(found.recipe)], accuracy


def _names(meta: dict[str, Any]) -> list[Any]:
    found = meta.get("classes")
    return found if isinstance(found, list) else []
