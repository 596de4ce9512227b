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
    events = list(_notices(changes))
    if not events:
        return
    ways = await agencies.ways(tx)
    await outbox.add_many(tx, [event for event, agency in events if ways.get(agency) is Way.KAFKA])
    await agencies.add_notices(tx, [(agency, _for_webhook(event)) for event, agency in events if ways.get(agency) is Way.WEBHOOK])


def _notices(changes: Changes) -> Iterator[tuple[Event, str]]:
    """What the changes mean for agencies, each with the agency."""
    for event, said in _of_agencies(changes.events):
        referral = changes.referral(said.referral_id)
        if referral is None:
            raise LookupError(said.referral_id)
        data = _notified(event, said, referral)
        yield (
            Event.of(
                data,
                subject=referral.referral_id,
                time=event.time,
                identity=(event.id,),
                correlation_id=event.correlation_id,
                causation_id=event.causation_id,
                topic=AGENCY_REFERRALS.format(agency=referral.agency.lower()),
            ),
            referral.agency,
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
