"""Who stands twice in the file of a first load, told without the database: with no index of persons it enters them in two thirds of the time.

What a later line shares with an earlier one is known exactly, and only while the process lives: a load that was broken off goes on by the indexes.
"""

import asyncio
from datetime import datetime
from typing import Any, Final, Self

from services.registry import native
from services.registry.commands.steps import Step
from services.registry.jobs.workers import Prepare
from services.registry.settings import Settings

PERSONS_MAX: Final = 12_500_000
"""So many are remembered, in some 120 MiB; whom a larger file has behind them is told by the indexes, as ever."""


class Doubles:
    """The citizen ids and card numbers of all whom the steps of a first load have brought so far."""

    def __init__(self, library: Any) -> None:
        """Nobody so far."""
        self._numbers = native.Numbers(library)
        self._room = PERSONS_MAX

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """None where there is only Python."""
        library = native.load() if settings.import_native else None
        return None if library is None else cls(library)

    @property
    def full(self) -> bool:
        """Whether no more can be remembered: the step that was asked about last, too, goes by the indexes."""
        return self._room <= 0

    async def taken_out(self, step: Step, at: datetime, prepare: Prepare) -> Step:
        """The step, next in the file and recorded at `at`, with those as faults of whom an earlier one had a number."""
        self._room -= len(step.numbers)
        try:
            found = await asyncio.to_thread(self._numbers.take, step.ids_and_cards)
        except native.NativeFailed:
            self._room = 0
            return step
        if not found:
            return step
        repeated = {step.numbers[place]: number.name.lower() for place, number in found}
        return Step(step.raws, step.first_line, step.offset, *await prepare(step.raws, step.first_line, at, repeated))
