"""What plan tells: the catalogue, plans, and what agencies made of them."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from services.reporting import repository
from services.reporting.commands.facts import columns, facts, keep_about
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import (
    OfferingChanged,
    PlanAssigned,
    PlanCompleted,
    PlanDeclined,
    PlanFact,
    ProgrammeChanged,
    RecommendationPrepared,
    ReferralAccepted,
    ReferralClosed,
    ReferralCreated,
    ReferralDeclined,
    ReferralOutcomeRecorded,
    ReferralOverdue,
    ReferralReceived,
    ReferralReminded,
    ReferralStarted,
    ReferralWaitListed,
)
from shared.db import Tx

_REFERRAL = ("referral_id", "holder_id", "plan_id", "line_no", "agency")
_keep: Final = partial(keep_about, PlanFact)


async def record_programmes(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the copy of the catalogue."""
    rows = [
        {"title_th": one.name_th, "title_en": one.name_en, **columns(one, "code", "version", "dimension", "agency")}
        for _, one in facts(events, ProgrammeChanged)
    ]
    await repository.keep(tx, repository.PROGRAMME, rows)


async def record_offerings(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the copy of where and when programmes are given. One that is for a whole province has the district `<province>00`."""
    names = ("offering_id", "version", "dimension", "agency", "province", "starts_on", "ends_on", "seats", "active", "synthetic")
    rows = [
        {"programme": one.programme_code, "district": one.district or f"{one.province}00", **columns(one, *names)}
        for _, one in facts(events, OfferingChanged)
    ]
    await repository.keep(tx, repository.OFFERING, rows)


async def record_recommendations(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the last recommendation of each person: its programmes, how many, and the best."""
    rows = [
        {
            "prepared_on": on_day(event.time),
            "programmes": len(one.programmes),
            "codes": [programme.programme_code for programme in one.programmes],
            "best_programme": one.programmes[0].programme_code if one.programmes else None,
            **columns(one, "holder_id", "plan_id", "version"),
        }
        for event, one in facts(events, RecommendationPrepared)
    ]
    await _keep(tx, repository.RECOMMENDATION, rows, events)


async def record_plans(tx: Tx, events: Sequence[Event]) -> None:
    """Keep every version's lines, and which version stands for the person."""
    standing = [
        {"plan_told_at": event.time, "plan_version": plan.version, "planned_on": plan.agreed_on, **columns(plan, "holder_id", "plan_id")}
        for event, plan in facts(events, PlanAssigned)
    ]
    await repository.keep(tx, repository.PERSON_PLAN, standing)
    lines = [
        {
            "programme": line.programme_code,
            **columns(plan, "plan_id", "version", "holder_id"),
            **columns(line, "line_no", "dimension", "agency", "recommended"),
        }
        for _, plan in facts(events, PlanAssigned)
        for line in plan.lines
    ]
    await repository.keep(tx, repository.PLAN_LINE, lines)


async def record_declines(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who chose nothing, or was content."""
    rows = [columns(one, "holder_id", "interview_id", "declined_on", "sufficient") for _, one in facts(events, PlanDeclined)]
    await _keep(tx, repository.PLAN_DECLINE, rows, events)


async def record_referrals(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what was sent to agencies."""
    rows = [
        {"programme": one.programme_code, **columns(one, *_REFERRAL, "referred_on", "attempt")} for _, one in facts(events, ReferralCreated)
    ]
    await _keep(tx, repository.REFERRAL_CREATED, rows, events)


async def record_receipts(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what agencies have before them."""
    rows = [columns(one, *_REFERRAL, "received_on") for _, one in facts(events, ReferralReceived)]
    await _keep(tx, repository.REFERRAL_RECEIVED, rows, events)


async def record_waiting(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who waits for a place."""
    rows = [columns(one, *_REFERRAL, "wait_listed_on") for _, one in facts(events, ReferralWaitListed)]
    await _keep(tx, repository.REFERRAL_WAIT_LISTED, rows, events)


async def record_refusals(tx: Tx, events: Sequence[Event]) -> None:
    """Keep whom agencies do not take in, and why."""
    rows = [{"decline_reason": one.reason, **columns(one, *_REFERRAL, "declined_on")} for _, one in facts(events, ReferralDeclined)]
    await _keep(tx, repository.REFERRAL_DECLINED, rows, events)


async def record_starts(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who began."""
    rows = [columns(one, *_REFERRAL, "started_on") for _, one in facts(events, ReferralStarted)]
    await _keep(tx, repository.REFERRAL_STARTED, rows, events)


async def record_closings(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what ended without an outcome, until it goes on."""
    rows = [
        {
            "closing_told_at": event.time,
            "closed_reason": one.reason if isinstance(one, ReferralClosed) else None,
            **columns(one, *_REFERRAL),
        }
        for event, one in facts(events, PlanFact)
    ]
    await _keep(tx, repository.REFERRAL_CLOSED, rows, events)


async def record_reminders(tx: Tx, events: Sequence[Event]) -> None:
    """Keep who was reminded of a step."""
    rows = [
        {"level": "REMINDER", "raised_on": one.reminded_on, **columns(one, "referral_id", "clock", "due_on")}
        for _, one in facts(events, ReferralReminded)
    ]
    await _keep(tx, repository.REFERRAL_ALARM, rows, events)


async def record_overdue_steps(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what rose to which level."""
    rows = [
        {"raised_on": one.found_on, **columns(one, "referral_id", "clock", "level", "due_on")} for _, one in facts(events, ReferralOverdue)
    ]
    await _keep(tx, repository.REFERRAL_ALARM, rows, events)


async def record_acceptances(tx: Tx, events: Sequence[Event]) -> None:
    """Keep whom agencies took in."""
    rows = [columns(one, *_REFERRAL, "accepted_on") for _, one in facts(events, ReferralAccepted)]
    await _keep(tx, repository.REFERRAL_ACCEPTED, rows, events)


async def record_outcomes(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the last outcome that an agency told of each referral."""
    rows = [
        {
            "outcome_final": one.final,
            "outcome_on": one.recorded_on,
            "outcome_at": event.time,
            "outcome_event": event.id,
            **columns(one, *_REFERRAL, "outcome", "job_starts_on"),
        }
        for event, one in facts(events, ReferralOutcomeRecorded)
    ]
    await _keep(tx, repository.REFERRAL_OUTCOME, rows, events)


async def record_plan_ends(tx: Tx, events: Sequence[Event]) -> None:
    """Keep how plans ended."""
    names = ("plan_id", "holder_id", "completed_on", "succeeded", "failed", "dropped", "version")
    rows = [{"told_at": event.time, **columns(one, *names)} for event, one in facts(events, PlanCompleted)]
    await _keep(tx, repository.PLAN_END, rows, events)
