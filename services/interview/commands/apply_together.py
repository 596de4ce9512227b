"""Interviews of many persons that one device brings, recorded in one transaction: those that nothing stands against."""

from collections.abc import Sequence
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.apply_offline import Done, Operation, keep_all
from services.interview.commands.interview_facts import Keys
from services.interview.commands.record_interview import Interviewed, Named, decide, read_named, store_all
from services.interview.forms.interview import InterviewForm
from services.interview.repository import people
from services.interview.repository.people import PersonWithCase
from shared.db import Tx
from shared.errors import DomainError


async def record_brought(
    tx: Tx, act: Act, device_id: UUID, brought: Sequence[tuple[Operation, InterviewForm]], keys: Keys
) -> dict[UUID, Done]:
    """Record the interviews, each of another person, and keep that it was done; returns what was, by operation.

    Left out, with nothing of them stored, are those of persons whom somebody else holds and those that are to be refused or to be decided
    by the officer: `apply_operation` finds out which.
    """
    found = await people.free_cases(tx, act.caller.reach, [operation.holder_id for operation, _ in brought if operation.holder_id])
    there = [(operation, found[operation.holder_id], form) for operation, form in brought if operation.holder_id in found]
    named = await read_named(tx, [(one.case, form) for _, one, form in there])
    decided = [(operation, one) for operation, person, form in there if (one := _decided(act, person, form, keys, named)) is not None]
    kept = await keep_all(tx, act, device_id, [(operation, done_of(one)) for operation, one in decided])
    await store_all(tx, act, [one for operation, one in decided if operation.operation_id in kept], keys)
    return kept


def done_of(interviewed: Interviewed) -> Done:
    """What the device is told of it."""
    recorded = interviewed.recorded
    return Done.of(recorded.case, form_id=recorded.interview_id, slip_no=recorded.slip_no)


def _decided(act: Act, person: PersonWithCase, form: InterviewForm, keys: Keys, named: Named) -> Interviewed | None:
    # A wish that came to nothing before has an intent in the way of another.
    if form.wishes.states_wish and not person.case.wish_counts and person.case.intent_status is not None:
        return None
    try:
        return decide(act, person, form, keys, named)
    except DomainError:
        return None
