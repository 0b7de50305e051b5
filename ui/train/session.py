"""This session's run: opened with the runner, taken up again after another page, kept by name.

:mod:`ui.train.recovery` finds it again after a reload or a restart.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from cnn.data.recipes import Recipe
from cnn.learn.state import FirstWeights, RunConfig, RunState
from cnn.learn.training import begin, extended
from cnn.nets.spec import Spec
from jobs.runner import View
from ui import link
from ui.plain import printable
from ui.remembered import Begun
from ui.runner import runner as runner
from ui.train import setup

#: Room for all experiments, and one run of one's own.
MOST_KEPT = 12
#: The present run among those that were kept.
NOW = "now"
#: The name of a run that was found again and does not go on.
EARLIER = "Earlier run"
#: What a finished run may be given on top.
MORE_EPOCHS = 5


@dataclass(frozen=True)
class Kept:
    """A run that the student named, and its data; without what only going on would need.

    Attributes:
        state: As it was when it was kept.
        recipe: Its data.
        identity: Of the run, as :attr:`jobs.runner.View.identity`.
        serial: Of the keeping: a name may be given again, to another run.
    """

    state: RunState
    recipe: Recipe
    identity: int
    serial: int = 0


@dataclass
class Session:
    """What one student trains.

    Attributes:
        run_id: Of the run; nobody can guess it, and only this student's tab is told.
        config: Settings of the run; None before there is one.
        recipe: Its data.
        kept: Runs by the name that the student gave.
        keepings: How often a run was kept; no number is used again.
        found: Whether the run was found again, and no page has shown it yet.
        note: One sentence about how it was found or not, until the student goes on.
        settings: Of the page, as they were when the run last was the one that they describe.
        wanted: Settings that need another run, while the student is asked about it.
        agreed: Those for which the student said yes.
        refused: Why the former run could not be kept.
        arriving: A run from a file, or first weights and their network, until the page has run with
            its settings.
        first: Weights of a file that runs begin with, as long as the network is one that they fit.
    """

    run_id: str = field(default_factory=lambda: secrets.token_hex(16))
    config: RunConfig | None = None
    recipe: Recipe | None = None
    kept: dict[str, Kept] = field(default_factory=dict)
    keepings: int = 0
    found: bool = False
    note: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    wanted: tuple[RunConfig, Recipe] | None = None
    agreed: tuple[RunConfig, Recipe] | None = None
    refused: str = ""
    arriving: tuple[RunState, Recipe] | tuple[FirstWeights, Spec] | None = None
    first: FirstWeights | None = None


_MINE = Begun("_training", Session)


def current() -> Session:
    """This session's."""
    return _MINE.get()


def become(session: Session) -> None:
    """Go on with ``session`` in place of the one that this visit began with."""
    _MINE.put(session)


def find() -> View | None:
    """The run, also where nobody had looked at it for so long that it was put away."""
    runner().find(current().run_id)
    return runner().look(current().run_id)


def open_run(config: RunConfig, recipe: Recipe) -> None:
    """A run before its first step, in place of the one that was."""
    session = current()
    if session.recipe != recipe:
        runner().prepare(recipe)
    session.config, session.recipe = config, recipe
    first = session.first if config.weights else None
    runner().open(session.run_id, begin(config, first), recipe)


def look() -> View | None:
    """The run as it is now; also tells the runner that somebody is watching."""
    return runner().look(current().run_id)


def train() -> None:
    """To the end."""
    _play()


def one_step() -> None:
    """One batch."""
    _play(steps=1)


def one_epoch() -> None:
    """One pass over the data."""
    view = look()
    if view is not None:
        _play(steps=view.state.config.steps_per_epoch)


def _play(steps: int | None = None) -> None:
    session = current()
    session.note = ""
    # A run that nobody looked at for long is gone, and the page has not said so yet: it will.
    if runner().find(session.run_id):
        runner().play(session.run_id, steps)


def pause() -> None:
    """Stay where the run is."""
    if runner().find(current().run_id):
        runner().pause(current().run_id)


def reset() -> None:
    """Forget the run: the next look opens it anew."""
    session = current()
    runner().close(session.run_id)
    session.config, session.note, session.wanted = None, "", None


def longer() -> int | None:
    """Epochs that a finished run may go on to; None if it may not, or if a task holds them."""
    view = None if link.held("tr_epochs") else look()
    if view is None or view.phase != "finished" or view.state.stopped:
        return None  # pressed twice, it is under way already
    if view.state.config.schedule != "constant" or view.state.stopped_early:
        return None
    more = min(setup.MOST_EPOCHS, view.state.config.epochs + MORE_EPOCHS)
    return more if more > view.state.config.epochs else None


def train_on() -> None:
    """Some epochs more than was planned."""
    session, view, epochs = current(), look(), longer()
    if view is None or session.config is None or session.recipe is None or epochs is None:
        return
    link.assign(tr_epochs=epochs)
    session.config = replace(session.config, epochs=epochs)
    runner().open(session.run_id, extended(view.state, epochs), session.recipe)
    _play()


def keep(name: str) -> str | None:
    """Keep the run as it is now, by name; a sentence if that cannot be."""
    session, view = current(), look()
    name = printable(name)[:40].strip()
    if view is None or session.recipe is None or view.state.step == 0:
        return "There is nothing to keep yet: train first."
    name = name or next_name()
    if name == NOW:
        return f"“{NOW}” is the run that trains just now; use another name."
    if name not in session.kept and len(session.kept) >= MOST_KEPT:
        return f"At most {MOST_KEPT} runs are kept; drop one first."
    session.keepings += 1
    state = replace(view.state, moments=(), optimizer={}, part=None)
    session.kept[name] = Kept(state, session.recipe, view.identity, session.keepings)
    shelve(session)
    return None


def keep_given(name: str, state: RunState, recipe: Recipe) -> str | None:
    """Keep a run that was brought, by name; a sentence if that cannot be."""
    session = current()
    name = f"{name} (file)" if name == NOW else name
    if name not in session.kept and len(session.kept) >= MOST_KEPT:
        return f"At most {MOST_KEPT} runs are kept; drop one first."
    session.keepings += 1
    state = replace(state, moments=(), optimizer={}, part=None)
    # It is none of the runs of this server: those are counted from 1.
    session.kept[name] = Kept(state, recipe, -session.keepings, session.keepings)
    shelve(session)
    return None


def is_kept(view: View) -> bool:
    """Whether the run as it is now is among those that were kept."""
    now = view.identity, view.state.step
    return any((kept.identity, kept.state.step) == now for kept in current().kept.values())


def keep_former() -> str | None:
    """Keep the run that another one takes the place of, unless it is kept; a sentence if not."""
    session, view = current(), look()
    if view is None or is_kept(view):
        return None
    name = next_name()
    said = keep(name)
    if said is None:
        session.note = f"The run before is kept under *Compare runs*, as “{name}”."
    return said


def shelve(session: Session) -> None:
    """Have what is kept found again after a restart of the server."""
    if (keeper := runner().keeper) is not None:
        runs = {name: (kept.state, kept.recipe) for name, kept in session.kept.items()}
        keeper.keep_beside(session.run_id, runs)


def kept_beside(key: str) -> dict[str, tuple[RunState, Recipe]]:
    """What a tab with that key had kept before the server was started anew."""
    keeper = runner().keeper
    return {} if keeper is None else keeper.find_beside(key)


def find_kept(session: Session) -> None:
    """Take up what was kept before the server was started anew."""
    for name, (state, recipe) in kept_beside(session.run_id).items():
        session.keepings += 1
        # Runs are counted anew as well: this one is none of those that there are now.
        session.kept[name] = Kept(state, recipe, -session.keepings, session.keepings)


def next_name() -> str:
    """For a run that is given none."""
    session = current()
    number = session.keepings + 1
    while f"Run {number}" in session.kept:
        number += 1
    return f"Run {number}"


def runs_to_compare(view: View) -> dict[str, Kept]:
    """Those that were kept, and the present one if it is none of them."""
    session = current()
    runs = dict(session.kept)
    if session.recipe is not None and view.state.step and not is_kept(view):
        runs[NOW] = Kept(view.state, session.recipe, view.identity)
    return runs


def drop(name: str, serial: int) -> None:
    """Let a kept run go, if it still is the one of that name."""
    kept = current().kept
    if name in kept and kept[name].serial == serial:
        del kept[name]
        shelve(current())
