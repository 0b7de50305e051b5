"""Experiments that set the whole page up in one click: networks that learn by heart, and cures.

An experiment is nothing but settings of the page: they are in the link, they can be changed
afterwards, and which experiment is set up is read from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from cnn.nets.spec import Block, Spec
from ui import guess, link
from ui.networks import RELU, conv, dense, pool
from ui.remembered import Remembered
from ui.train import builder, going_on, session
from ui.train.forecasts import forecast

#: Settings that decide nothing of a run: what is looked at, and seeds, which any experiment may
#: have.
LOOSE = ("view", "log", "smooth", "seed", "dseed", "vary")
_DROPOUT: Block = {"kind": "dropout", "p": 0.5}


@dataclass(frozen=True)
class Experiment:
    """What is set, and what to look at.

    Attributes:
        title: On its button, and of its run where it is kept.
        watch: What to watch for, in one sentence.
        settings: Link names → values, where they are not the page's own.
        blocks: The network; None for LeNet-5.
    """

    title: str
    watch: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    blocks: Spec | None = None

    def texts(self) -> dict[str, str]:
        """The settings as the link has them."""
        found = {name: link.text_of(value) for name, value in self.settings.items()}
        if self.blocks is not None:
            found[builder.NAME] = builder.CODEC.encode(("lenet", self.blocks))
        return found


def _lenet(activation: Spec, *, drop: bool = False) -> Spec:
    """LeNet-5 with means for pooling, which bend nothing, and dropout after its dense layers."""
    after = [*activation, _DROPOUT] if drop else activation
    mean = pool(kind="avg_pool")
    return [
        *(conv(6, 5, padding=2), *activation, mean, conv(16, 5), *activation, mean),
        *(dense(120), *after, dense(84), *after),
    ]


def _with_dropout() -> Spec:
    """LeNet-5 as it is, with dropout after its two hidden dense layers."""
    first = [conv(6, 5, padding=2), RELU, pool(), conv(16, 5), RELU, pool()]
    return [*first, dense(120), RELU, _DROPOUT, dense(84), RELU, _DROPOUT]


_FEW = {"tr_count": 2000, "tr_few": "50", "tr_batch": 12, "tr_epochs": 40}
_WRONG = {"tr_few": "1000", "tr_wrong": 0.3, "tr_batch": 32, "tr_epochs": 25}
_AUGMENTED = {"tr_shift": 2.0, "tr_turn": 12.0, "tr_warp": 1.0}
_MOVED = {"tr_shift": 5.0, "tr_epochs": 6}

#: The diseases, each with its cures: name of the row → name → experiment.
ROWS: dict[str, dict[str, Experiment]] = {
    "Few images": {
        "few": Experiment(
            "50 images",
            "Watch the curves part: training climbs to the top and its loss falls to 0, while the "
            "loss of validation stops falling early on and may turn up.",
            _FEW,
        ),
        "few_more": Experiment(
            "1,000 images",
            "Watch the gap between training and validation close in no more steps: nothing but the "
            "number of images was changed.",
            {**_FEW, "tr_few": "1000", "tr_epochs": 2},
        ),
        "few_augment": Experiment(
            "50, augmented",
            "Watch training take longer, since no image comes twice, and validation end higher "
            "than without.",
            {**_FEW, **_AUGMENTED},
        ),
    },
    "Wrong labels": {
        "wrong": Experiment(
            "30 % wrong",
            "Watch validation rise first, while the rule is learned, and fall again while the "
            "wrong labels are learned by heart.",
            _WRONG,
        ),
        "wrong_more": Experiment(
            "3,200 images",
            "Watch validation stay up in as many steps: there is too much to learn by heart.",
            {"tr_wrong": 0.3, "tr_batch": 32, "tr_epochs": 8},
        ),
        "wrong_augment": Experiment(
            "Augmentation",
            "Watch training stay below the share of right labels: an image that never comes twice "
            "cannot be learned by heart.",
            {**_WRONG, **_AUGMENTED},
        ),
        "wrong_dropout": Experiment(
            "Dropout",
            "Watch training stay low, with half of the hidden units gone in each step, and "
            "validation stay up.",
            _WRONG,
            _with_dropout(),
        ),
        "wrong_decay": Experiment(
            "Weight decay",
            "Watch training stay low: learning by heart needs large weights, and each step makes "
            "all of them a little smaller.",
            {**_WRONG, "tr_decay": 0.03},
        ),
        "wrong_stop": Experiment(
            "Stop early",
            "Watch the run end by itself when the validation loss has not been lower for three "
            "epochs; go back to its lowest moment below.",
            {**_WRONG, "tr_patience": 3},
        ),
    },
    "No activation": {
        "none": Experiment(
            "Deep, but linear",
            "Watch accuracy stay low, however long it trains: five layers without an activation "
            "are one linear map, and no single template fits a digit that moves about.",
            _MOVED,
            _lenet([]),
        ),
        "none_relu": Experiment(
            "With ReLU",
            "Watch the same layers learn it, with a ReLU after each but the last.",
            _MOVED,
            _lenet([RELU]),
        ),
    },
}
EXPERIMENTS = {name: found for row in ROWS.values() for name, found in row.items()}


def present() -> str | None:
    """The experiment that the page is set up for; call it below all controls of a run."""
    there = {n: text for n, text in link.standing().items() if not _loose(n)}
    for name, experiment in EXPERIMENTS.items():
        if experiment.texts() == there:
            return name
    return None


def _loose(name: str) -> bool:
    return name.removeprefix("tr_") in LOOSE or name.startswith("tr_g")


def allowed(name: str) -> bool:
    """Whether a teacher's task leaves the settings to be what the experiment needs."""
    there, wanted = link.standing(), EXPERIMENTS[name].texts()
    decisive = {n for n in (*there, *wanted) if not _loose(n)}
    return all(there.get(n) == wanted.get(n) for n in decisive if link.held(n))


def set_up(name: str) -> None:
    """Callback of an experiment's button: its settings, a fresh run; the run before is kept."""
    note = _keep_before()
    session.reset()
    session.current().note, session.current().first = note, None
    link.reset("tr_")
    experiment = EXPERIMENTS[name]
    link.assign(tr_view="try", **experiment.settings)
    if experiment.blocks is not None:
        link.put(builder.NAME, ("lenet", experiment.blocks), builder.CODEC)


def _keep_before() -> str:
    """Keep the run before, if it has begun; a sentence if that is to be told."""
    before, view = _LAST.get(), session.look()
    if view is None or not view.state.step:
        return ""
    session.current().note = ""
    if before is not None:
        refused = session.keep(EXPERIMENTS[before].title)
    else:
        refused = session.keep_former() if going_on.is_worth_asking(view) else None
    if refused is None:
        return session.current().note
    return f"The run before was not kept. {refused}"


#: Which experiment the page showed last, so that its run can be kept by its name.
_LAST: Remembered[str | None] = Remembered("_experiment", None)


def choose() -> None:
    """The experiments, one disease a row; what to watch for in the one set up, and a guess."""
    now = present()
    _LAST.put(now)
    buttons, words = st.columns(2, gap="large")
    with buttons, st.container(key="tr_experiments", gap="small"):
        for row, found in ROWS.items():
            with st.container(gap="xxsmall"):
                st.markdown(f"**{row}**")
                with st.container(horizontal=True, gap="xsmall"):
                    for name, experiment in found.items():
                        _button(name, experiment, name == now)
    with words:
        if now is None:
            st.markdown("Each of these sets the whole page up. Guess, press **Train**, and watch.")
            return
        st.markdown(EXPERIMENTS[now].watch)
        asked = forecast(now, guess.deal(f"tr_g_{now}"))
        guess.pick(f"tr_g_{now}", asked.words, asked.options, asked.answer, asked.explain)


def _button(name: str, experiment: Experiment, now: bool) -> None:
    st.button(
        experiment.title,
        key=f"tr_set_{name}",
        type="primary" if now else "secondary",
        on_click=set_up,
        args=(name,),
        disabled=not allowed(name),
    )
