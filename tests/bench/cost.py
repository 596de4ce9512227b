"""What something cost: time on the wall, and time of processors, which stays nearly the same on a busy machine."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import Self

import psutil

from tests.bench.lines import Stopwatch


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and seconds of processors in all processes that took part."""

    seconds: float
    cpu_seconds: float

    def __add__(self, other: "Cost") -> "Cost":
        """One after the other."""
        return Cost(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)

    @classmethod
    def middle(cls, costs: Sequence["Cost"]) -> Self:
        """The medians of several tries."""
        return cls(median(cost.seconds for cost in costs), median(cost.cpu_seconds for cost in costs))


class Meter:
    """Runs from its making. `pids` are the processes that count, each with those it started."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = list(pids)
        self._before = self._cpu_seconds()
        self._watch = Stopwatch()

    def cost(self) -> Cost:
        """What it cost so far."""
        return Cost(self._watch.seconds, max(self._cpu_seconds() - self._before, 0.01))

    def _cpu_seconds(self) -> float:
        return sum(_with_children(pid) for pid in self._pids)


def _with_children(pid: int) -> float:
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        total += sum(process.cpu_times()[:4])  # user, system, and both of children that have ended
        # Our own children are counted where they belong: a benchmark starts everything that it measures.
        for child in process.children() if pid != os.getpid() else ():
            total += _with_children(child.pid)
    return total
