"""Settings that change while a run goes on: what may, and how the run remembers that they did.

A run goes on from the step where it stands, with its weights, its optimizer's memory and its random
state. The settings that held before stay in the state with their last step
(:class:`cnn.learn.state.Earlier`), so that the run can be told, and run again, from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cnn.learn.state import START, Earlier, RunConfig, RunState
from cnn.learn.training import begin, between_steps, network_of, optimizer_of

#: Fields of a :class:`RunConfig` that may change on the way; a dropout's share may, too. The
#: network, the data, the loss and the seed are what a run is.
CHANGEABLE = (
    "optimizer", "lr", "momentum", "weight_decay", "schedule", "batch_size", "epochs",
    "shift", "rotate", "elastic", "patience",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One setting that changed on the way.

    Attributes:
        step: The last step with the former value.
        name: Of the field in :class:`RunConfig`; "dropout 2" for the share of the second dropout.
        before: The former value.
        after: The new one.
    """

    step: int
    name: str
    before: Any
    after: Any


def asked_for(config: RunConfig) -> RunConfig:
    """The settings alone, without where they came into force."""
    return replace(config, since=START)


def first_config(state: RunState) -> RunConfig:
    """The settings that the run began with."""
    return state.earlier[0].config if state.earlier else state.config


def may_become(now: RunConfig, wanted: RunConfig) -> bool:
    """Whether a run with the settings ``now`` can go on with ``wanted``."""
    kept = {name: getattr(now, name) for name in (*CHANGEABLE, "since")}
    alike = replace(wanted, blocks=_no_shares(wanted.blocks), **kept)
    return alike == replace(now, blocks=_no_shares(now.blocks))


def changed(state: RunState, wanted: RunConfig) -> RunState:
    """The run, to go on with other settings; ``state`` is left as it was.

    A step that was under way begins anew. Changed back before a step is taken, nothing changed.

    Args:
        state: Where the run stands.
        wanted: The new settings.

    Raises:
        ValueError: a setting cannot change on the way: that is another run.
    """
    if not may_become(state.config, wanted):
        raise ValueError(
            "wanted: got another network, other data, another loss, other first weights or another "
            f"seed; on the way only {', '.join(CHANGEABLE)} and the share of a dropout can change"
        )
    state = between_steps(state)
    if asked_for(state.config) == asked_for(wanted):
        return state
    longer = replace(state.config, epochs=wanted.epochs)
    if asked_for(longer) == asked_for(wanted) and _only_longer(state, longer):
        return replace(state, config=longer)  # so far all would have been the same
    earlier = state.earlier
    if not earlier or earlier[-1].until != state.step:
        earlier = (*earlier, Earlier(state.step, state.config))
    elif asked_for(earlier[-1].config) == asked_for(wanted):
        return _with(state, earlier[-1].config, earlier[:-1])
    return _with(state, replace(wanted, since=state.config.place(state.step)), earlier)


def changes_of(state: RunState) -> list[Change]:
    """What changed on the way, oldest first."""
    configs = [*(e.config for e in state.earlier), state.config]
    pairs = zip(state.earlier, configs[:-1], configs[1:], strict=True)
    return [change for e, old, new in pairs for change in _differences(e.until, old, new)]


def replayed(state: RunState, to_step: Callable[[RunState, int], RunState]) -> RunState:
    """The run from its start again, its changes where they were made.

    Args:
        state: The run.
        to_step: Takes a run to a step: ``advance`` with its data.
    """
    again = begin(first_config(state), state.first)
    following = [*(e.config for e in state.earlier[1:]), state.config]
    for earlier, config in zip(state.earlier, following, strict=True):
        again = changed(to_step(again, earlier.until), config)
    return to_step(again, state.step)


def _with(state: RunState, config: RunConfig, earlier: tuple[Earlier, ...]) -> RunState:
    """The state under ``config``, its optimizer remembering what it still can."""
    fresh = optimizer_of(config, network_of(replace(state, config=config))).state()
    before = state.optimizer
    if before["kind"] == fresh["kind"]:
        fresh["steps"] = before["steps"]
        for name, slots in fresh["slots"].items():
            slots |= {slot: a for slot, a in before["slots"][name].items() if slot in slots}
    return replace(state, config=config, optimizer=fresh, earlier=earlier)


def _only_longer(state: RunState, longer: RunConfig) -> bool:
    """Whether the number of epochs has had no say so far, and the run has not passed it."""
    return longer.schedule == "constant" and longer.total_steps >= state.step


def _differences(step: int, old: RunConfig, new: RunConfig) -> Iterator[Change]:
    for name in CHANGEABLE:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(step, name, before, after)
    shares = zip(dropout_shares(old.blocks), dropout_shares(new.blocks), strict=True)
    for number, (before, after) in enumerate(shares, start=1):
        if before != after:
            yield Change(step, f"dropout {number}", before, after)


def dropout_shares(value: Any) -> list[float]:
    """The shares of all dropouts in a table, in order."""
    if isinstance(value, dict):
        own = [value.get("p", 0.5)] if value.get("kind") == "dropout" else []
        return own + [share for inner in value.values() for share in dropout_shares(inner)]
    return [s for inner in value for s in dropout_shares(inner)] if isinstance(value, list) else []


def _no_shares(value: Any) -> Any:
    """A table without the shares of its dropouts."""
    if isinstance(value, dict):
        left_out = ("p",) if value.get("kind") == "dropout" else ()
        return {name: _no_shares(inner) for name, inner in value.items() if name not in left_out}
    return [_no_shares(inner) for inner in value] if isinstance(value, list) else value
