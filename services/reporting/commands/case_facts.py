"""What interview tells: wishes, visits, interviews, officers, decisions and follow-ups."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from services.reporting import repository
from services.reporting.commands.facts import columns, facts, keep_about
from services.reporting.repository import Projection
from services.reporting.rules.outcomes import occupation_group
from services.reporting.rules.published import published
from shared.contracts import Event
from shared.contracts.interview import (
    AccountOfficerAssigned,
    CaseFact,
    CaseRouted,
    DecisionRecorded,
    FollowUpOverdue,
    FollowUpRecorded,
    HomeVisitDue,
    HomeVisitOverdue,
    IntentDeclared,
    IntentWithdrawn,
    InterviewCompleted,
    MeetingPlaceAnnounced,
    OfficerRegistered,
    PlaceDayClosed,
    PlaceDayReopened,
    VisitRefused,
    VisitUnsuccessful,
)
from shared.db import Tx

MONTHS_A_YEAR = 12
_keep: Final = partial(keep_about, CaseFact)


async def _keep_incomes(tx: Tx, projection: Projection, rows: Sequence[dict[str, object]], events: Sequence[Event]) -> None:
    """As `_keep`; of the incomes of erased persons the band alone stays."""
    await _keep(tx, projection, rows, events)
    await repository.leave_bands_of_erased(tx, [case.holder_id for _, case in facts(events, CaseFact)], published().income_limits_baht)


async def record_intents(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the first stated wish of each person, in the district where it was stated, and when the last one was."""
    names = ("holder_id", "intent_id", "stated_on", "received_on", "channel", "tier", "district", "place_id", "approved_late")
    await _keep(tx, repository.INTAKE, [columns(wish, *names) for _, wish in facts(events, IntentDeclared)], events)
    last = [
        {"holder_id": wish.holder_id, "last_stated_on": wish.stated_on, "last_stated_at": event.time}
        for event, wish in facts(events, IntentDeclared)
    ]
    await repository.keep(tx, repository.PERSON_WISH, last)


async def record_withdrawals(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the last withdrawal of each person."""
    rows = [
        {"told_at": event.time, **columns(one, "holder_id", "withdrawn_on", "known_on")} for event, one in facts(events, IntentWithdrawn)
    ]
    await _keep(tx, repository.WITHDRAWAL, rows, events)


async def record_due_visits(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who is to be visited, where and by when, as told last."""
    rows = [{"told_at": event.time, **columns(due, "holder_id", "district", "due_by")} for event, due in facts(events, HomeVisitDue)]
    await _keep(tx, repository.VISIT_DUE, rows, events)


async def record_unsuccessful_visits(tx: Tx, events: Sequence[Event]) -> None:
    """Keep every visit that met nobody."""
    names = ("holder_id", "attempt_no", "visited_on", "reason", "final")
    rows = [{"told_at": event.time, **columns(visit, *names)} for event, visit in facts(events, VisitUnsuccessful)]
    await _keep(tx, repository.VISIT_ATTEMPT, rows, events)


async def record_refused_visits(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who refused at the door, as a visit whose reason is REFUSES."""
    names = ("holder_id", "attempt_no", "visited_on")
    rows = [
        {"told_at": event.time, "reason": "REFUSES", "final": False, **columns(one, *names)} for event, one in facts(events, VisitRefused)
    ]
    await _keep(tx, repository.VISIT_ATTEMPT, rows, events)


async def record_overdue_visits(tx: Tx, events: Sequence[Event]) -> None:
    """Keep to whom each visit rose that was not made in time."""
    await _keep(
        tx, repository.VISIT_OVERDUE, [columns(one, "holder_id", "level", "found_on") for _, one in facts(events, HomeVisitOverdue)], events
    )


async def record_interviews(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the last interview of each person in its last revision; of the occupation its group alone."""
    names = ("holder_id", "interview_id", "revision", "interviewed_on", "channel", "answer", "approach", "income_now_baht", "district")
    rows = [
        {"told_at": event.time, "occupation_group": occupation_group(one.occupation), **columns(one, *names)}
        for event, one in facts(events, InterviewCompleted)
    ]
    await _keep_incomes(tx, repository.INTERVIEW, rows, events)


async def record_routes(tx: Tx, events: Sequence[Event]) -> None:
    """Keep which district answers for each case."""
    rows = [
        {"holder_id": case.holder_id, "route_version": case.version, "routed_district": case.responsible_district}
        for _, case in facts(events, CaseRouted)
    ]
    await repository.keep(tx, repository.PERSON_ROUTE, rows)


async def record_assignments(tx: Tx, events: Sequence[Event]) -> None:
    """Keep whose case it is."""
    rows = [
        {"officer_version": case.version, **columns(case, "holder_id", "officer_id", "assigned_on")}
        for _, case in facts(events, AccountOfficerAssigned)
    ]
    await repository.keep(tx, repository.PERSON_OFFICER, rows)


async def record_decisions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what committees decided."""
    names = ("decision_id", "holder_id", "kind", "decided_on", "effective_month")
    await _keep(tx, repository.DECISION, [columns(one, *names) for _, one in facts(events, DecisionRecorded)], events)


async def record_follow_ups(tx: Tx, events: Sequence[Event]) -> None:
    """Keep every contact; an income told by the month counts as twelve of them a year."""
    names = ("follow_up_id", "holder_id", "round", "contacted_on", "reached", "job_status", "recommendation")
    rows = [
        {"told_at": event.time, "yearly_income_baht": _yearly_income(contact), **columns(contact, *names)}
        for event, contact in facts(events, FollowUpRecorded)
    ]
    await _keep_incomes(tx, repository.FOLLOW_UP, rows, events)


def _yearly_income(contact: FollowUpRecorded) -> int | None:
    if contact.yearly_income_baht is not None or contact.monthly_income_baht is None:
        return contact.yearly_income_baht
    return contact.monthly_income_baht * MONTHS_A_YEAR


async def record_overdue_follow_ups(tx: Tx, events: Sequence[Event]) -> None:
    """Keep whose round passed without a contact."""
    rows = [columns(one, "holder_id", "round", "due_by") for _, one in facts(events, FollowUpOverdue)]
    await _keep(tx, repository.FOLLOW_UP_OVERDUE, rows, events)


async def record_officers(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the copy of the officers."""
    rows = [columns(one, "officer_id", "version", "district", "employer", "active") for _, one in facts(events, OfficerRegistered)]
    await repository.keep(tx, repository.OFFICER, rows)


async def record_places(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the copy of the meeting places."""
    rows = [{"title": place.name, **columns(place, "place_id", "version", "district")} for _, place in facts(events, MeetingPlaceAnnounced)]
    await repository.keep(tx, repository.PLACE, rows)


async def record_closed_days(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what a place's officer counted at the end of a day."""
    names = ("place_id", "day", "version", "district", "slips", "refused", "tickets", "served")
    rows = [{"closed": True, "papers": one.paper_count, **columns(one, *names)} for _, one in facts(events, PlaceDayClosed)]
    await repository.keep(tx, repository.PLACE_DAY, rows)


async def record_reopened_days(tx: Tx, events: Sequence[Event]) -> None:
    """Of a day that was reopened nothing counts until it is closed again."""
    nothing = dict.fromkeys(("slips", "papers", "refused", "tickets", "served"), 0)
    rows = [
        {"closed": False, **nothing, **columns(one, "place_id", "day", "version", "district")} for _, one in facts(events, PlaceDayReopened)
    ]
    await repository.keep(tx, repository.PLACE_DAY, rows)
