"""Two runs side by side in this session: opened with the runner of the training page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cnn.data.recipes import Recipe
from cnn.learn import training
from cnn.learn.state import RunConfig
from jobs.runner import View
from ui.remembered import Begun
from ui.runner import runner


@dataclass
class Race:
    """What one student trains here.

    Attributes:
        ids: Of the runs by name; nobody can guess them.
        configs: Their settings; empty before there are any.
        results: What runs that ended reached, by what decides them: validation accuracies by name.
    """

    ids: dict[str, str] = field(default_factory=dict)
    configs: dict[str, RunConfig] = field(default_factory=dict)
    results: dict[tuple[object, ...], dict[str, float]] = field(default_factory=dict)


_MINE = Begun("_fn_race", Race)


def current() -> Race:
    """This session's."""
    return _MINE.get()


def ensure(configs: Mapping[str, RunConfig]) -> dict[str, View] | None:
    """The runs with these settings as they are now; None while none of them has been begun.

    Runs with other settings are let go. Nothing is sent to a worker before :func:`begin`.
    """
    race = current()
    if race.configs != configs:
        forget()
        return None
    found = look()
    return found if found.keys() == configs.keys() else None


def begin(configs: Mapping[str, RunConfig], recipe: Recipe) -> None:
    """Open both and train them; those that are paused go on."""
    race = current()
    if ensure(configs) is None:
        race.configs = dict(configs)
        for name, config in configs.items():
            race.ids[name] = secrets.token_hex(16)
            runner().open(race.ids[name], training.begin(config), recipe)
    for name in configs:
        runner().play(race.ids[name])


def pause() -> None:
    """Both stay where they are."""
    for run_id in current().ids.values():
        if runner().look(run_id) is not None:
            runner().pause(run_id)


def forget() -> None:
    """Let both go."""
    race = current()
    for run_id in race.ids.values():
        runner().close(run_id)
    race.ids, race.configs = {}, {}


def look() -> dict[str, View]:
    """The runs by name; those that the runner has let go are left out."""
    views = {name: runner().look(run_id) for name, run_id in current().ids.items()}
    return {name: view for name, view in views.items() if view is not None}


def active(views: Mapping[str, View]) -> bool:
    """Whether one of them trains or waits for its turn."""
    return any(view.phase in ("running", "queued") for view in views.values())


def note(key: tuple[object, ...], views: Mapping[str, View]) -> None:
    """Keep what runs that came to their end have reached."""
    if views and all(view.phase == "finished" for view in views.values()):
        current().results[key] = {
            name: view.state.history.check_accuracy[-1]
            for name, view in views.items()
            if view.state.history.check_accuracy
        }
