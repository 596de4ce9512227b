"""An agency that connects by topic or webhook is told what becomes of its referrals, in the transaction in which it becomes so."""

from collections.abc import Iterable, Iterator
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
    ReferralClock,
    ReferralClosed,
    ReferralCreated,
    ReferralOverdue,
    ReferralReminded,
    ReferralReopened,
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
    said = list(_of_agencies(changes.events))
    if not said:
        return
    ways = await agencies.ways(tx)
    events: dict[Way, list[tuple[Event, str]]] = {Way.KAFKA: [], Way.WEBHOOK: []}
    for event, fact in said:
        referral = changes.referral(fact.referral_id)
        if referral is None:
            raise LookupError(fact.referral_id)
        way = ways.get(referral.agency)
        if way in events:
            events[way].append((_notice(event, fact, referral), referral.agency))
    await outbox.add_many(tx, [notice for notice, _ in events[Way.KAFKA]])
    await agencies.add_notices(tx, [(agency, _for_webhook(notice)) for notice, agency in events[Way.WEBHOOK]])


def _notice(event: Event, said: _Told, referral: Referral) -> Event:
    """What the event means for the referral's agency."""
    return Event.of(
        _notified(event, said, referral),
        subject=referral.referral_id,
        time=event.time,
        identity=(event.id,),
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        topic=AGENCY_REFERRALS.format(agency=referral.agency.lower()),
    )


def _of_agencies(events: Iterable[Event]) -> Iterator[tuple[Event, _Told]]:
    """The facts that concern agencies; the last clock is the account officer's."""
    for event in events:
        said = event.data
        if isinstance(said, _Told) and not (
            isinstance(said, ReferralReminded | ReferralOverdue) and said.clock is ReferralClock.NEXT_ATTEMPT
        ):
            yield event, said


def _notified(event: Event, said: _Told, referral: Referral) -> AgencyNotified:
    waiting = said if isinstance(said, ReferralReminded | ReferralOverdue) else None
    return AgencyNotified(
        agency=referral.agency,
        notice=_NOTICES[type(said)],
        referral_id=referral.referral_id,
        version=referral.version,
        status=referral.status,
        programme_code=referral.programme_code,
        programme_version=referral.programme_version,
        dimension=referral.dimension,
        attempt=referral.attempt,
        offering_id=referral.offering_id,
        starts_on=referral.starts_on,
        referred_on=referral.referred_on,
        noticed_on=on_day(event.time),
        clock=waiting and waiting.clock,
        due_on=waiting and waiting.due_on,
        overdue_since=said.due_on + timedelta(days=1) if isinstance(said, ReferralOverdue) else None,
        level=said.level if isinstance(said, ReferralOverdue) else None,
        closing_reason=said.reason if isinstance(said, ReferralClosed) else None,
    )


def _for_webhook(event: Event) -> dict[str, Any]:
    return {"notice_id": str(event.id), **event.data.model_dump(mode="json")}
