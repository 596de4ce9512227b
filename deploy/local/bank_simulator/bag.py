"""Answers on their way from a bank to the suite, with the ways in which they go astray."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import count

from deploy.local.bank_simulator.books import Answer
from shared.clock import monotonic
from shared.ids import new_id


@dataclass
class Bag:
    """Holds answers until they are due. Late ones wait `late_seconds`; while the bank is down nothing goes out for `down_seconds`."""

    late_seconds: float
    down_seconds: float = 0.0
    now: Callable[[], float] = monotonic
    _waiting: list[tuple[float, int, Answer]] = field(default_factory=list, init=False)
    _number: "count[int]" = field(default_factory=count, init=False)
    _closed_until: float = field(default=0.0, init=False)

    def put(self, answers: Iterable[Answer]) -> None:
        """Take answers in; of those that go at once, the reordered ones go behind the others and in the other direction."""
        straight: list[Answer] = []
        overtaken: list[Answer] = []
        for answer in answers:
            if answer.down:
                self._closed_until = max(self._closed_until, self.now() + self.down_seconds)
            if answer.late:
                self._add(answer, self.now() + self.late_seconds)
                continue
            line = overtaken if answer.reordered else straight
            line.append(answer)
            if answer.doubled:
                # A repeated message has the same id, a repeated statement a new one; both must change nothing.
                same = answer.event.id.int % 2 == 0
                line.append(answer if same else replace(answer, event=replace(answer.event, id=new_id())))
        for answer in (*straight, *reversed(overtaken)):
            self._add(answer, self.now())

    def due(self) -> list[Answer]:
        """Take out what goes now."""
        return self._until(self.now()) if self.now() >= self._closed_until else []

    def rest(self) -> list[Answer]:
        """Take out all."""
        return self._until(None)

    @property
    def next_at(self) -> float | None:
        """When something is due next."""
        return max(self._waiting[0][0], self._closed_until) if self._waiting else None

    def _add(self, answer: Answer, at: float) -> None:
        heapq.heappush(self._waiting, (at, next(self._number), answer))

    def _until(self, at: float | None) -> list[Answer]:
        found = []
        while self._waiting and (at is None or self._waiting[0][0] <= at):
            found.append(heapq.heappop(self._waiting)[2])
        return found
