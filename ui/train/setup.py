"""The settings of a run: loss, optimizer, learning rate and the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnn.data.datasets import Split
from cnn.layers.initialisation import SCHEMES
from cnn.learn.state import RunConfig
from cnn.nets.spec import Spec
from ui import lesson, link
from ui.networks import BATCH_STEP, LEAST_BATCH, MOST_BATCH

LOSSES = {"cross_entropy": "Cross-entropy", "bce": "Binary cross-entropy", "half_mse": "½ MSE"}
OPTIMIZERS = {
    "adam": "Adam",
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "nesterov": "Nesterov",
}
SCHEDULES = {
    "constant": "Constant",
    "step": "Steps down",
    "cosine": "Cosine",
    "warmup_cosine": "Warm-up, then cosine",
    "one_cycle": "One cycle",
}
MOST_EPOCHS = 50
INITS = {name: name.replace("_", " ").capitalize() for name in SCHEMES}


def controls(on_init: Callable[[], None]) -> dict[str, Any]:
    """Draw the controls; the fields of a :class:`cnn.learn.training.RunConfig` that they set.

    ``on_init`` is called where other first weights are chosen.
    """
    optimizer = link.choice("Optimizer", "tr_opt", OPTIMIZERS, "adam", kind="select")
    lr = link.number("Learning rate", "tr_lr", 0.00001, 10.0, 0.002, 0.001, format="%.5g")
    batch = link.slider("Batch size", "tr_batch", LEAST_BATCH, MOST_BATCH, 64, BATCH_STEP)
    epochs = link.slider("Epochs", "tr_epochs", 1, MOST_EPOCHS, 5)
    with lesson.more("More about training"):
        loss = link.choice("Loss", "tr_loss", LOSSES, "cross_entropy", kind="select")
        schedule = link.choice(
            "Learning-rate schedule", "tr_sched", SCHEDULES, "constant", kind="select"
        )
        momentum = link.slider(
            "Momentum",
            "tr_mom",
            0.0,
            0.99,
            0.9,
            0.01,
            disabled=optimizer not in ("momentum", "nesterov"),
        )
        decay = link.number("Weight decay", "tr_decay", 0.0, 1.0, 0.0, 0.001, format="%.4g")
        init = link.choice(
            "First weights", "tr_init", INITS, "kaiming_normal", kind="select", on_change=on_init
        )
        patience = link.slider(
            "Stop early, after epochs without a lower validation loss",
            "tr_patience",
            0,
            20,
            0,
            help="0: never.",
        )
        seed = link.number("Seed", "tr_seed", 0, 9999, 0)
    return {
        "optimizer": "sgd" if optimizer in ("momentum", "nesterov") and not momentum else optimizer,
        "lr": lr,
        "batch_size": batch,
        "epochs": epochs,
        "loss": loss,
        "schedule": schedule,
        "momentum": momentum,
        "weight_decay": decay,
        "init": init,
        "patience": patience,
        "seed": seed,
    }


def config(settings: dict[str, Any], blocks: Spec, head: str, data: Split) -> RunConfig:
    """The whole configuration of a run on ``data``."""
    loss = settings["loss"]
    if head in ("sigmoid", "single") and loss == "bce":
        loss = "bce_probabilities"  # the network's last sigmoid has made them probabilities
    if head == "single" and loss == "cross_entropy":
        loss = "bce_probabilities"  # of two classes, −log of the right one's share is the same
    return RunConfig(
        blocks=blocks,
        input_shape=data.train.shape,
        classes=len(data.train.classes),
        samples=len(data.train),
        **{**settings, "loss": loss},
    )
