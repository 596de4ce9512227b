"""Until when each level answers a complaint; the days with their source are in complaint_clock.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from shared.contracts.interview import ComplaintLevel as Level
from shared.dated import holding
from shared.thai.working_days import working_days_after

_FILE: Final = Path(__file__).with_name("complaint_clock.yaml")


@dataclass(frozen=True, slots=True)
class Allowed:
    """So many working days count from the day on, and why so many."""

    since: date
    working_days: int
    reference: str


def due_on(level: Level, since: date) -> date:
    """The last day in time of what came to the level on the day."""
    return working_days_after(since, allowed(level, since).working_days)


def allowed(level: Level, day: date) -> Allowed:
    """What counts on the day; the first value also for what came before it."""
    return holding(_clock()[level], lambda one: one.since, day)


@cache
def _clock() -> Mapping[Level, Sequence[Allowed]]:
    file: dict[str, list[dict[str, Any]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        Level(level): sorted((Allowed(one["from"], one["working_days"], one["reference"]) for one in values), key=lambda one: one.since)
        for level, values in file.items()
    }
