"""What the benchmarks print: one JSON object a line."""

import json
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from shared.clock import monotonic

if TYPE_CHECKING:
    from tests.bench.cost import Cost
    from tests.bench.world import World


@dataclass(frozen=True)
class Line:
    """One measurement beside what the bare machinery takes for the same; `ratio` is value / baseline, to be small."""

    goal: str
    what: str
    scale: int
    value: float
    unit: str
    baseline: float
    ratio: float

    @classmethod
    def of(cls, goal: str, what: str, scale: int, value: float, unit: str, baseline: float) -> "Line":
        """A line with rounded numbers."""
        return cls(goal, what, scale, round(value, 3), unit, round(baseline, 3), round(value / baseline, 2))

    @classmethod
    def pair(cls, goal: str, what: str, scale: int, cost: "Cost", baseline: "Cost") -> "tuple[Line, Line]":
        """One line for the time on the wall, one for that of processors."""
        return (
            cls.of(goal, what, scale, cost.seconds, "s", baseline.seconds),
            cls.of(goal, what, scale, cost.cpu_seconds, "CPU s", baseline.cpu_seconds),
        )

    def show(self) -> None:
        """Print it at once."""
        sys.stdout.write(json.dumps(asdict(self), ensure_ascii=False) + "\n")
        sys.stdout.flush()


Goal = Callable[["World"], AsyncIterator[Line]]
"""Measures in a world and gives its lines."""


def tell(text: str) -> None:
    """What is going on, for the person who waits; standard output has lines only."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = monotonic()

    @property
    def seconds(self) -> float:
        return monotonic() - self._began


def percentile(values: list[float], percent: int) -> float:
    """The value below which so many percent of them lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


__all__ = ["Goal", "Line", "Stopwatch", "percentile", "tell"]
