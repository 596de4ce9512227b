"""Which fact holds on a day, of those that were known then. Pure.

A fact holds from its day on until one with a later day; of those of the same day the one recorded last counts. A fact without
a day (what files say) holds since before the registry knew the person, so every dated one is later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.registry.rules.changes import Aspect


class Assertion(NamedTuple):
    """That a version asserts the aspects, since when."""

    version: int
    aspects: Sequence[str]
    valid_from: date | None


def rank(valid_from: date | None, version: int) -> tuple[date, int]:
    """The higher one of two that hold counts."""
    return valid_from or date.min, version


def holding(known: Iterable[Assertion], valid_on: date) -> Mapping[Aspect, int]:
    """The version whose assertion holds on the day, by aspect; `known` are the assertions that were recorded by then."""
    best: dict[Aspect, tuple[date, int]] = {}
    for one in known:
        if one.valid_from is not None and one.valid_from > valid_on:
            continue
        mine = rank(one.valid_from, one.version)
        for name in one.aspects:
            aspect = Aspect(name)
            if aspect not in best or mine > best[aspect]:
                best[aspect] = mine
    return {aspect: version for aspect, (_, version) in best.items()}
