"""What "Draw a digit" says of the network that is chosen: its layers, and what it has seen."""

from __future__ import annotations

from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Linear
from cnn.layers.layer import Layer
from cnn.layers.pooling import AvgPool2d, MaxPool2d
from ui import trained_net
from ui.plain import plain
from ui.readers import NAMES, Network

#: Setting of the augmentation in a file's recipe → how it is said, with its amount.
CHANGES = {
    "shift": "moved by up to {:g} pixels",
    "rotate": "turned by up to {:g}°",
    "scale": "made up to {:.0%} larger or smaller",
    "stretch": "stretched sideways by up to {:.0%}",
    "shear": "slanted",
    "elastic": "warped a little",
}


def about(network: Network) -> str:
    """What the view shows, from the layers themselves; true with the map open, too (Markdown)."""
    layers = [layer for _, layer in network.net.named_layers()]
    maps = any(isinstance(layer, Conv2d) for layer in layers)
    return "\n\n".join(
        [
            " ".join(
                part
                for part in (
                    "Every answer is **one forward pass**, repeated while the pen moves. The "
                    "network, whose place *Map of digits* takes, is shown layer by layer"
                    + (", each square a **feature map**." if maps else "."),
                    _filters(network) if maps else "",
                    _pooling(layers),
                    _dense(layers, maps),
                    _end(network),
                )
                if part
            ),
            _pointing(maps),
        ]
    )


def _filters(network: Network) -> str:
    if network.name == trained_net.NAME:
        return "What each filter answers to is what your run made of it."
    return (
        "The first filters answer mostly to strokes in one direction, the later ones to how such "
        "strokes meet: corners, loops and ends. *What it looks for*, above, shows whether it is so."
    )


def _pooling(layers: list[Layer]) -> str:
    for kind, what in ((MaxPool2d, "the strongest answer"), (AvgPool2d, "the mean")):
        for layer in layers:
            if isinstance(layer, kind):
                height, width = layer.window.kernel
                return f"**Pooling** keeps {what} of each {height}×{width} cells."
    return ""


def _dense(layers: list[Layer], maps: bool) -> str:
    count = sum(isinstance(layer, Linear) for layer in layers)
    if not count:
        return "The last maps are averaged, one for each class."
    if not maps:
        return (
            "There are no maps: every unit has a weight for every number of the layer before, and "
            "nothing tells it which pixels are neighbours."
        )
    many = "layer weighs" if count == 1 else f"{count} layers weigh"
    return f"The last {many} up all that was found."


def _end(network: Network) -> str:
    classes = network.classes
    if network.single:
        return (
            f"The network ends in one raw score, a **logit**; a **sigmoid** makes it the share of "
            f"{plain(classes[1])}, the rest is {plain(classes[0])}'s."
        )
    return (
        f"The network ends in {len(classes)} raw scores, the **logits**; **softmax** turns them "
        "into shares of 100%."
    )


def _pointing(maps: bool) -> str:
    if not maps:
        return (
            "Point at a unit to see what feeds it; open it to see the strongest terms of its sum. "
            "Escape leads back out."
        )
    return (
        "Point at a map to see what feeds it; open a map and point at a cell, and its **receptive "
        "field** is outlined on your drawing. Open the cell to see its whole sum; Escape leads "
        "back out."
    )


def seen(network: Network) -> str:
    """What the network was trained on, from its file; of a student's own, who knows."""
    if network.name not in NAMES:
        return (
            "This network is yours: it has seen what you trained it on, and **Fit and centre** "
            "helps as far as those images were fitted and centred."
        )
    changes = changed(network)
    after = f" Each was fitted and centred, then {changes}." if changes else ""
    return (
        f"It was trained on {network.meta.get('data', 'digits')}, with this app's own code.{after} "
        "Digits much smaller, or further from the middle, it has never seen: switch **Fit and "
        "centre** off, draw in a corner, and see."
    )


def changed(network: Network) -> str:
    """How training changed each image, from the recipe in the network's file: "moved by …"."""
    change = network.meta.get("recipe", {}).get("change", {})
    parts = [words.format(change[name]) for name, words in CHANGES.items() if change.get(name)]
    return (
        f"{', '.join(parts[:-1])} and {parts[-1]} at random" if len(parts) > 1 else "".join(parts)
    )
