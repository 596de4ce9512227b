"""Mistakes to plant into a process of payments (`make chaos MISTAKE=told_twice`). Each must be found by the histories."""

from dataclasses import replace
from typing import Any

from services.payments.commands import results as taking
from services.payments.commands import runs as commands
from services.payments.repository import holds, ledger, results, runs
from services.payments.rules import bank_answers
from shared.bus.consumers import ConsumerRunner, Delivery
from shared.bus.relay import Relay
from shared.http.idempotency import Claim


def told_twice() -> None:
    """The relay publishes each batch twice."""
    publish = Relay._publish

    async def twice(self: Relay, *batch: Any) -> None:
        await publish(self, *batch)
        await publish(self, *batch)

    Relay._publish = twice


def place_forgotten() -> None:
    """The relay does not ask Kafka how far it came: killed between Kafka's commit and its own, it tells again."""

    async def nothing(_: Relay, __: str) -> int:
        return 0

    Relay._position = nothing


def changed_lines_released() -> None:
    """A release looks at nothing that changed since the approval."""

    async def nothing(*_: Any) -> None:
        return

    runs.hold_what_changed = nothing


def position_before_the_work() -> None:
    """The consumer stores its position before it has done the work."""
    move = ConsumerRunner._move_position

    async def first(self: ConsumerRunner, _: Any, *place: Any) -> None:
        async with self.database.transaction() as tx:
            await move(self, tx, *place)

    ConsumerRunner._move_position = first


def keys_unheeded() -> None:
    """An Idempotency-Key is not heeded."""

    async def nothing(*_: Any) -> None:
        return

    Claim.take = Claim.store = nothing


def entries_booked_twice() -> None:
    """What a bank's answers did is booked twice."""
    postings = results._postings

    async def twice(*args: Any) -> list[Any]:
        return 2 * await postings(*args)

    results._postings = twice


def any_bank_believed() -> None:
    """An answer counts whichever bank gives it."""
    judge = bank_answers.judge
    taking.judge = lambda attempt, answer: judge(attempt, answer._replace(bank=attempt.bank, via=attempt.bank) if attempt else answer)


def own_run_approved() -> None:
    """Who proposed a run may approve it."""
    locked = commands.locked_run

    async def of_nobody(*args: Any) -> Any:
        run = await locked(*args)
        return replace(run, proposed_by="") if run.status == "PROPOSED" else run

    commands.locked_run = of_nobody


def contradictions_let_pass() -> None:
    """Of what a bank contradicted the month is paid again."""

    async def nothing(*_: Any) -> None:
        return

    results.dispute = nothing


def holds_forgotten() -> None:
    """A hold counts for one list only."""
    runs.ON_HOLD = holds.ON_HOLD.replace("lifted_at IS NULL", "lifted_at IS NULL AND placed_by = 'policy'")


def claims_unheeded() -> None:
    """An event is taken in as often as it comes."""

    async def everything(_: Delivery, events: Any) -> list[Any]:
        return list(events)

    Delivery._claim = everything


def recoveries_not_noted() -> None:
    """What was paid for a month that is not due any more is not noted."""

    async def nothing(*_: Any) -> None:
        return

    ledger.adjust_recoveries = nothing


MISTAKES = {
    one.__name__: one
    for one in (
        told_twice,
        place_forgotten,
        changed_lines_released,
        position_before_the_work,
        keys_unheeded,
        entries_booked_twice,
        any_bank_believed,
        own_run_approved,
        contradictions_let_pass,
        holds_forgotten,
        recoveries_not_noted,
    )
}
