"""An agency that connects by topic or webhook is told what becomes of its referrals, in the transaction in which it becomes so."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from services.plan.changes import Changes
from services.plan.domain import Referral
from services.plan.domain.agencies import Way
from services.plan.repository import agencies
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import (
    AGENCY_REFERRALS,
    AgencyNotice,
    AgencyNotified,
    AgencyOfferingNamed,
    AgencyTold,
    ReferralClock,
    ReferralClosed,
    ReferralCreated,
    ReferralOverdue,
    ReferralReminded,
    ReferralReopened,
    SeatTaken,
)
from shared.db import Tx

_Told = ReferralCreated | ReferralClosed | ReferralReopened | ReferralReminded | ReferralOverdue
_NOTICES: Final = {
    ReferralCreated: AgencyNotice.REFERRED,
    ReferralClosed: AgencyNotice.WITHDRAWN,
    ReferralReopened: AgencyNotice.REOPENED,
    ReferralReminded: AgencyNotice.REMINDED,
    ReferralOverdue: AgencyNotice.OVERDUE,
}


async def tell_agencies(tx: Tx, changes: Changes) -> None:
    """Write what agencies are told of the changes: to their topics, or where it waits for their webhook. Who pulls or takes files is told nothing."""
    said = list(_of_agencies(changes))
    if not said:
        return
    ways = await agencies.ways(tx)
    notices: dict[Way, list[tuple[Event, str]]] = {Way.KAFKA: [], Way.WEBHOOK: []}
    for event, told in said:
        way = ways.get(told.agency)
        if way in notices:
            notices[way].append((_notice(event, told), told.agency))
    await outbox.add_many(tx, [notice for notice, _ in notices[Way.KAFKA]])
    await agencies.add_notices(tx, [(agency, _for_webhook(notice)) for notice, agency in notices[Way.WEBHOOK]])


def _notice(event: Event, told: AgencyTold) -> Event:
    """What the event means for the referral's agency."""
    return Event.of(
        told,
        subject=told.referral_id,
        time=event.time,
        identity=(event.id,),
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        topic=AGENCY_REFERRALS.format(agency=told.agency.lower()),
    )


def _of_agencies(changes: Changes) -> Iterator[tuple[Event, AgencyTold]]:
    """The events that concern agencies, each with what its agency is told; the last clock is the account officer's."""
    named = {(one.plan_id, one.line_no): one for one in changes.referrals.values() if _names_another_offering(changes, one)}
    for event in changes.events:
        match event.data:
            case SeatTaken() as taken if (taken.plan_id, taken.line_no) in named:
                yield event, AgencyOfferingNamed(**_facts(named[taken.plan_id, taken.line_no], event))
            case ReferralReminded(clock=ReferralClock.NEXT_ATTEMPT) | ReferralOverdue(clock=ReferralClock.NEXT_ATTEMPT):
                pass
            case ReferralCreated() | ReferralClosed() | ReferralReopened() | ReferralReminded() | ReferralOverdue() as said:
                yield event, _notified(event, said, changes)


def _names_another_offering(changes: Changes, referral: Referral) -> bool:
    before = changes.was_referrals.get(referral.referral_id)
    return before is not None and before.offering_id != referral.offering_id


def _notified(event: Event, said: _Told, changes: Changes) -> AgencyNotified:
    referral = changes.referral(said.referral_id)
    if referral is None:
        raise LookupError(said.referral_id)
    waiting = said if isinstance(said, ReferralReminded | ReferralOverdue) else None
    return AgencyNotified(
        **_facts(referral, event),
        notice=_NOTICES[type(said)],
        clock=waiting and waiting.clock,
        due_on=waiting and waiting.due_on,
        overdue_since=said.due_on + timedelta(days=1) if isinstance(said, ReferralOverdue) else None,
        level=said.level if isinstance(said, ReferralOverdue) else None,
        closing_reason=said.reason if isinstance(said, ReferralClosed) else None,
    )


def _facts(referral: Referral, event: Event) -> dict[str, Any]:
    """The referral as it stands after the event."""
    return {
        "agency": referral.agency,
        "referral_id": referral.referral_id,
        "version": referral.version,
        "status": referral.status,
        "programme_code": referral.programme_code,
        "programme_version": referral.programme_version,
        "dimension": referral.dimension,
        "attempt": referral.attempt,
        "offering_id": referral.offering_id,
        "starts_on": referral.starts_on,
        "referred_on": referral.referred_on,
        "noticed_on": on_day(event.time),
    }


def _for_webhook(event: Event) -> dict[str, Any]:
    return {"notice_id": str(event.id), **event.data.model_dump(mode="json")}
