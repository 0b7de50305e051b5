"""The page's settings for a run that came from elsewhere: what each control would have to be.

Whether they come to the same run is looked at when the page has run with them: then the controls
have said what they take (:func:`ui.train.going_on.ensure`).
"""

from __future__ import annotations

from typing import Any

from cnn.data.recipes import FILE, Recipe
from cnn.learn.state import RunConfig
from cnn.nets.spec import Spec, outline
from ui import networks
from ui.train import brought_panel, unbuilding
from ui.train.data import FILES

#: Field of a run's settings → control.
_CONTROLS = {
    "optimizer": "tr_opt",
    "lr": "tr_lr",
    "momentum": "tr_mom",
    "weight_decay": "tr_decay",
    "schedule": "tr_sched",
    "batch_size": "tr_batch",
    "epochs": "tr_epochs",
    "init": "tr_init",
    "seed": "tr_seed",
    "shift": "tr_shift",
    "rotate": "tr_turn",
    "elastic": "tr_warp",
    "patience": "tr_patience",
}
#: Sources whose images the page can be set to.
SETTABLE = ("strokes", "shapes", "mnist", "fashion", "drawings", FILE)
_DATA = {
    "source": "tr_data",
    "count": "tr_count",
    "validation": "tr_val",
    "noise": "tr_noise",
    "wrong_labels": "tr_wrong",
    "seed": "tr_dseed",
}


def of_config(config: RunConfig) -> dict[str, Any]:
    """Control → value, for all settings but the network and the data."""
    found = {control: getattr(config, name) for name, control in _CONTROLS.items()}
    # A network that ends in a sigmoid has made probabilities of its scores itself.
    return found | {"tr_loss": "bce" if config.loss == "bce_probabilities" else config.loss}


def of_recipe(recipe: Recipe) -> dict[str, Any]:
    """The same for the data."""
    found = {control: getattr(recipe, name) for name, control in _DATA.items()}
    found["tr_classes"] = "two" if recipe.classes == (0, 1) else "all"
    found["tr_few"] = str(recipe.train_on) if recipe.train_on else "all"
    if recipe.source == FILE:
        found |= brought_panel.settings_of(recipe)
    return found | ({"tr_folder": recipe.folder} if recipe.source in FILES else {})


def of_network(config: RunConfig) -> tuple[str, str, Spec]:
    """(preset, head, blocks) of a network that can be built on the page.

    Raises:
        ValueError: it cannot: one sentence says why.
    """
    found = outline(config.blocks, config.input_shape)
    too_large = networks.too_large(found.rows, config.batch_size) if found.error is None else None
    if found.error is not None or too_large is not None:
        raise ValueError(too_large or "Its network does not fit its images.")
    head, body = unbuilding.unbuilt(config.blocks, config.input_shape, config.classes)
    same = (name for name, preset in networks.PRESETS.items() if preset.blocks == body)
    return next(same, "lenet"), head, body
