"""The kinds of operations that a device may bring: what each is at its own address, and how it is done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from services.interview.commands.act import Act
from services.interview.commands.apply_offline import Done, Operation
from services.interview.commands.apply_together import record_brought
from services.interview.commands.follow_up import record_follow_up
from services.interview.commands.interview_facts import Keys
from services.interview.commands.record_attempt import record_attempt
from services.interview.commands.record_interview import record_interview
from services.interview.commands.state_wish import declare_intent
from services.interview.commands.withdraw_wish import withdraw_wish
from services.interview.http.visits import attempt_of
from services.interview.repository import people
from services.interview.resources import InterviewResources
from services.interview.rules.offline import Kind
from services.interview.schemas.base import CaseRef
from services.interview.schemas.follow_ups import FollowUpIn
from services.interview.schemas.intents import IntentIn, WishIn, WithdrawalIn
from services.interview.schemas.interviews import InterviewIn
from services.interview.schemas.visits import VisitAttemptIn
from shared.crypto import BlindIndex
from shared.db import Tx
from shared.errors import DomainError

Reference = tuple[str, UUID | str]


class OfflineWithdrawalIn(WithdrawalIn):
    """A withdrawal with the wish that is withdrawn."""

    intent_id: UUID


async def _wish(tx: Tx, act: Act, resources: InterviewResources, body: IntentIn) -> Done:
    slip = await declare_intent(tx, act, *body.person(resources.lookup), body.wish(), resources.fields)
    return await _of_intent(tx, slip.intent.holder_id, slip.intent.intent_id, slip.intent.slip_no, repeated=slip.repeated)


async def _withdrawal(tx: Tx, act: Act, _: InterviewResources, body: OfflineWithdrawalIn) -> Done:
    intent = await withdraw_wish(tx, act, body.intent_id, body.withdrawn_on, body.reason)
    return await _of_intent(tx, intent.holder_id, intent.intent_id, intent.slip_no)


async def _of_intent(tx: Tx, holder_id: UUID, intent_id: UUID, slip_no: str, *, repeated: bool = False) -> Done:
    case = await people.case_of_holder(tx, holder_id)
    if case is None:
        raise LookupError(holder_id)
    return Done.of(case, form_id=intent_id, slip_no=slip_no, repeated=repeated)


async def _attempt(tx: Tx, act: Act, _: InterviewResources, body: VisitAttemptIn) -> Done:
    return Done.of((await record_attempt(tx, act, *body.key(), attempt_of(body))).case)


async def _interview(tx: Tx, act: Act, resources: InterviewResources, body: InterviewIn) -> Done:
    recorded = await record_interview(tx, act, *body.key(), body.form(), _keys(resources))
    return Done.of(recorded.case, form_id=recorded.interview_id, slip_no=recorded.slip_no)


async def _interviews(
    tx: Tx, act: Act, resources: InterviewResources, device_id: UUID, brought: Sequence[tuple[Operation, InterviewIn]]
) -> dict[UUID, Done]:
    forms = []
    for operation, body in brought:
        with suppress(DomainError):
            forms.append((operation, body.form()))
        # Who waits at a desk is served between two forms.
        await asyncio.sleep(0)
    return await record_brought(tx, act, device_id, forms, _keys(resources))


def _keys(resources: InterviewResources) -> Keys:
    return Keys(resources.fields, resources.assessments)


async def _follow_up(tx: Tx, act: Act, _: InterviewResources, body: FollowUpIn) -> Done:
    contacted = await record_follow_up(tx, act, *body.key(), body.form())
    return Done.of(contacted.case, form_id=contacted.follow_up_id)


def _named_person(body: WishIn, lookup: BlindIndex) -> Reference:
    return body.person(lookup)


def _named_case(body: CaseRef, _: BlindIndex) -> Reference:
    return body.key()


def _named_intent(body: OfflineWithdrawalIn, _: BlindIndex) -> Reference:
    return "intent_id", body.intent_id


@dataclass(frozen=True, slots=True)
class Work:
    """One kind: the form, the scope of its own address, where its day stands, whom it names, and what does it.

    `do_all` does what it can of operations of different persons at once, and returns what was done; the others are as they were before.
    """

    form: type[BaseModel]
    scope: str
    day: tuple[str, ...]
    names: Callable[[Any, BlindIndex], Reference]
    do: Callable[[Tx, Act, InterviewResources, Any], Awaitable[Done]]
    do_all: Callable[[Tx, Act, InterviewResources, UUID, Sequence[tuple[Operation, Any]]], Awaitable[dict[UUID, Done]]] | None = None


WORK: Final[Mapping[Kind, Work]] = {
    Kind.WISH: Work(IntentIn, "interview.intents:write", ("stated_on",), _named_person, _wish),
    Kind.WITHDRAWAL: Work(OfflineWithdrawalIn, "interview.intents:write", ("withdrawn_on",), _named_intent, _withdrawal),
    Kind.VISIT_ATTEMPT: Work(VisitAttemptIn, "interview.visits:write", ("visited_on",), _named_case, _attempt),
    Kind.INTERVIEW: Work(InterviewIn, "interview.interviews:write", ("visit", "interviewed_on"), _named_case, _interview, _interviews),
    Kind.FOLLOW_UP: Work(FollowUpIn, "interview.follow-ups:write", ("contacted_on",), _named_case, _follow_up),
}
