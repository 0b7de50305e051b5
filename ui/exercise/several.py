"""Slips in the maps of several filters: those of all of them, and of each map by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnn.arrays import Array
from ui.exercise import slips
from ui.exercise.exercise import Exercise, same


def named(exercise: Exercise, given: Array) -> list[str]:
    """Sentences for the slips that give just this answer; none where it is right so far.

    Args:
        exercise: With its right answer.
        given: (K, OH, OW) as the student has it, of any size; NaN where a cell is empty.
    """
    if not exercise.several:
        return [slip.words for slip in slips.named(exercise, given)]
    if 2 * np.isnan(given).sum() > given.size:
        return []
    return [*_of_all(exercise, given)] or [*_of_each(exercise, given)]


def _of_all(exercise: Exercise, given: Array) -> Iterator[str]:
    """What can be done wrongly with the maps of all filters together."""
    filters, y = exercise.filters, exercise.y
    partial = [one.numbers.partial for one in filters if one.numbers.partial is not None]
    if len(exercise.x) > 1 and same(given, np.concatenate(partial)):
        yield slips.NOT_ADDED
    if same(given, y.sum(axis=0, keepdims=True)):
        yield "The maps were added: each filter gives a map of its own."
    if given.shape == y.shape and not same(given, y):
        places = [next((f for f, map_ in enumerate(y) if same(one, map_)), -1) for one in given]
        if sorted(places) == list(range(len(y))):
            yield (
                "The maps stand in another order: the first filter's is the one that you have as "
                f"map {places.index(0)}."
            )


def _of_each(exercise: Exercise, given: Array) -> Iterator[str]:
    """The slip of each map that is wrong; maps with the same one are told together."""
    if len(given) != len(exercise.filters):
        return
    found: dict[str, list[int]] = {}
    for f, one in enumerate(exercise.filters):
        for slip in slips.named(one, given[f : f + 1])[:1]:
            found.setdefault(slip.words, []).append(f)
    for words, maps in found.items():
        if len(maps) == len(given):
            yield words
        else:
            yield f"{'Map' if len(maps) == 1 else 'Maps'} {', '.join(map(str, maps))}: {words}"
