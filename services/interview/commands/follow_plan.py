"""States after INTERVIEWED are projections of plan's events: each names the steps that it stands for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.interview.domain import Case, Change, Step
from services.interview.repository import cases, holders
from shared.contracts import Event
from shared.contracts.plan import (
    PlanAssigned,
    PlanCompleted,
    PlanDeclined,
    PlanFact,
    ReferralAccepted,
    ReferralCreated,
    ReferralOutcomeRecorded,
    ReferralReopened,
    ReferralStarted,
)
from shared.db import Tx

PLAN = "plan"
"""Who the history names for what plan said."""


async def cases_known(tx: Tx, heard: Sequence[Event]) -> tuple[list[Event], list[Event], Mapping[UUID, Case]]:
    """The events about people with a case, those about others, and the locked cases by holder. Of who was erased nothing is heard any more."""
    erased = await holders.erased_among(tx, [UUID(event.subject) for event in heard])
    heard = [event for event in heard if UUID(event.subject) not in erased]
    known = await cases.cases_of(tx, [UUID(event.subject) for event in heard])
    here = [event for event in heard if UUID(event.subject) in known]
    return here, [event for event in heard if UUID(event.subject) not in known], known


async def follow_plan(tx: Tx, heard: Sequence[Event], known: Mapping[UUID, Case]) -> None:
    """Take the steps that the events stand for, where the state allows them: a person who withdrew or died stays so.

    A fact that stands for no step leaves the case as it was, and nothing is stored.
    """
    changes: dict[UUID, Change] = {}
    for event in heard:
        fact = event.data
        if not isinstance(fact, PlanFact):
            raise TypeError(f"{event.type} is no fact of a plan")
        change = changes.get(fact.holder_id) or Change.of(known[fact.holder_id])
        changes[fact.holder_id] = _after(change, fact)
    if changes:
        await cases.save_changes(tx, changes.values(), by=PLAN, at=max(event.time for event in heard))


def _after(change: Change, fact: PlanFact) -> Change:
    match fact:
        case PlanAssigned():
            change = change.step_if_possible(Step.PLAN_AGREED, plan_id=fact.plan_id)
        case PlanDeclined(sufficient=True):
            change = change.step_if_possible(Step.CONTENT, fact.reason)
        case PlanDeclined():
            change = change.step_if_possible(Step.PLAN_DECLINED, fact.reason).put(plan_declined_on=fact.declined_on)
        case ReferralCreated() | ReferralReopened():
            change = change.step_if_possible(Step.REFERRED, referral_id=fact.referral_id, agency=fact.agency)
            if isinstance(fact, ReferralReopened) and fact.in_development:
                change = change.step_if_possible(Step.DEVELOPMENT_BEGUN, referral_id=fact.referral_id, agency=fact.agency)
        case ReferralAccepted() | ReferralStarted() | ReferralOutcomeRecorded():
            # An outcome of whom no agency told before tells that it took them in.
            change = change.step_if_possible(Step.DEVELOPMENT_BEGUN, referral_id=fact.referral_id, agency=fact.agency)
        case PlanCompleted():
            change = _completed(change, fact)
    return change


def _completed(change: Change, fact: PlanCompleted) -> Change:
    """The plan has ended; a contact of September that was waiting for this counts now."""
    change = change.step_if_possible(Step.DROPPED if fact.dropped else Step.COMPLETED, plan_id=fact.plan_id)
    return change.step_if_possible(Step.SEPTEMBER_DONE) if change.after.september_on else change
