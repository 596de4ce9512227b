"""Reports that are due: opened and reminded of by the calendar, submitted as snapshots, acknowledged or returned by the next level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.reporting import repository
from services.reporting.commands.snapshots import Frozen, Occasion, publish_snapshot, read_to_freeze
from services.reporting.domain.report_duties import DueStatus, Duty, DutyLevel, ReportKind, ReviewDecision
from services.reporting.errors import NothingSubmitted, NotTheDutyHolder, NotTheReceiver, OwnReport, ReportAwaitsReview, ReportChangedSince
from services.reporting.queries.report_duties import AT_WORK, Due, due_report, last_submission
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.rules.report_calendar import report_calendar
from shared.auth import Level, Principal
from shared.bus import outbox
from shared.clock import Clock, on_day
from shared.contracts import Event
from shared.contracts.reporting import DueReport, ReportAcknowledged, ReportOverdue, ReportReminded, ReportReturned, ReportSubmitted
from shared.db import Database, ReadTx, Tx
from shared.ids import new_id, same_id
from shared.signatures import SigningKeys
from shared.thai.areas import districts, provinces

REMINDED_AT_ONCE: Final = 1000

PROVINCES_ACKNOWLEDGE: Final = "reporting.province-submissions:acknowledge"
COUNTRY_ACKNOWLEDGE: Final = "reporting.country-submissions:acknowledge"
RECEIVES: Final[Mapping[DutyLevel, tuple[Level, str | None]]] = {
    DutyLevel.OFFICER: (Level.DISTRICT, None),
    DutyLevel.DISTRICT: (Level.PROVINCE, None),
    DutyLevel.PROVINCE: (Level.COUNTRY, PROVINCES_ACKNOWLEDGE),
    DutyLevel.COUNTRY: (Level.COUNTRY, COUNTRY_ACKNOWLEDGE),
}
"""Who takes in the report of a level: the level of their reach, and what they need besides where several have that (คอต. and คนส.)."""


@dataclass(frozen=True)
class Act:
    """Who does it, and when."""

    caller: Principal
    at: datetime


async def look_into_calendar(db: Database, clock: Clock) -> None:
    """Open what is to be opened by today, and remind who has not reported. Done again it changes nothing."""
    now = clock.business_now()
    today = clock.business_today()
    for duty in report_calendar().open_on(today):
        async with db.transaction() as tx:
            await _open(tx, duty, today)
    told = REMINDED_AT_ONCE
    while told == REMINDED_AT_ONCE:
        async with db.transaction() as tx:
            told = await _remind(tx, today, now)


async def _open(tx: Tx, duty: Duty, today: date) -> None:
    """Open a duty for each who has it: areas by the list of the country, officers who have cases."""
    if duty.level is DutyLevel.OFFICER:
        rows = await tx.fetch(
            f"""SELECT officer_id, district FROM officer o
                 WHERE {AT_WORK} AND EXISTS (SELECT FROM person p WHERE p.officer_id = o.officer_id)
                   AND NOT EXISTS (SELECT FROM report_due d WHERE d.officer_id = o.officer_id AND d.kind = $1 AND d.period = $2)""",
            duty.kind,
            duty.period,
        )
        holders: list[tuple[str, UUID | None]] = [(row["district"], row["officer_id"]) for row in rows]
    elif await tx.fetchval(
        "SELECT EXISTS (SELECT FROM report_due WHERE kind = $1 AND period = $2 AND level = $3)", duty.kind, duty.period, duty.level
    ):
        return
    else:
        areas = {DutyLevel.DISTRICT: districts(), DutyLevel.PROVINCE: provinces(), DutyLevel.COUNTRY: ("",)}[duty.level]
        holders = [(area, None) for area in areas]
    await tx.execute(
        """INSERT INTO report_due (due_id, kind, period, level, area, officer_id, due_on, opened_on, status, version)
           SELECT due_id, $1, $2, $3, area, officer_id, $4, $5, 'OPEN', 1
             FROM unnest($6::uuid[], $7::text[], $8::uuid[]) AS one (due_id, area, officer_id)
           ON CONFLICT DO NOTHING""",
        *(duty.kind, duty.period, duty.level, duty.due_on, today),
        [same_id("report-due", duty.kind, duty.period, duty.level, officer_id or area) for area, officer_id in holders],
        [area for area, _ in holders],
        [officer_id for _, officer_id in holders],
    )


async def _remind(tx: Tx, today: date, now: datetime) -> int:
    """Tell the last reminder whose day has come to those who have not had it; returns to how many."""
    calendar = report_calendar()
    days = calendar.reminder_days
    rows = await tx.fetch(
        f"""SELECT d.*, step.days
              FROM report_due d
              CROSS JOIN LATERAL (SELECT max(days) AS days FROM unnest($1::int[]) AS days WHERE d.due_on + days <= $2) step
             WHERE d.status IN ('OPEN', 'RETURNED') AND d.due_on BETWEEN $3 AND $4 AND step.days IS NOT NULL
               AND NOT EXISTS (SELECT FROM report_reminder r WHERE r.due_id = d.due_id AND r.days >= step.days)
               AND (d.officer_id IS NULL OR EXISTS (SELECT FROM officer o WHERE o.officer_id = d.officer_id AND {AT_WORK}))
             ORDER BY d.due_on, d.due_id LIMIT {REMINDED_AT_ONCE}""",
        list(days),
        today,
        today - timedelta(days=calendar.opened_days_max),
        today - timedelta(days=days[0]),
    )
    await tx.execute(
        "INSERT INTO report_reminder (due_id, days, told_on) SELECT due_id, days, $3 FROM unnest($1::uuid[], $2::int[]) AS one (due_id, days)",
        [row["due_id"] for row in rows],
        [row["days"] for row in rows],
        today,
    )
    await outbox.add_many(tx, [_event(_reminder(row, today), now) for row in rows])
    return len(rows)


def _reminder(row: Mapping[str, Any], today: date) -> DueReport:
    left = (row["due_on"] - today).days
    about = {name: row[name] for name in DueReport.model_fields}
    return ReportReminded(**about, days_left=left) if left >= 0 else ReportOverdue(**about, days_late=-left)


async def read_due(tx: ReadTx, act: Act, due_id: UUID, behind: int | None) -> Frozen:
    """The due report as it reads now for its duty-holder. Raises NotFound, NotTheDutyHolder, and as `read_report`."""
    due = await due_report(tx, act.caller.reach, due_id)
    _require_holder(due, act.caller)
    kind = report_calendar().kinds[ReportKind(due.kind)]
    name = ReportName(kind.report)
    officer = None if due.officer_id is None else (due.officer_id, due.area)
    occasion = Occasion(meeting=f"{due.kind} {due.period}", due_id=due.due_id, officer=officer)
    asked = REPORTS[name].parameters.model_validate({**kind.parameters, "area": None if officer else due.area or None})
    return await read_to_freeze(tx, name, asked, reach=act.caller.reach, as_of=act.at, behind=behind, occasion=occasion)


async def submit(tx: Tx, act: Act, due_id: UUID, version: int, frozen: Frozen, remarks: str, signing: SigningKeys) -> Due:
    """Freeze what was read and submit it. Raises NotFound, NotTheDutyHolder, ReportAwaitsReview, ReportChangedSince, EditionTaken."""
    due = await _locked(tx, act, due_id, version)
    _require_holder(due, act.caller)
    if due.status == DueStatus.SUBMITTED:
        raise ReportAwaitsReview
    stored = await publish_snapshot(tx, frozen, signing, taken_by=act.caller.subject, now=act.at)
    before = await last_submission(tx, due_id)
    number = 1 if before is None else before["number"] + 1
    late = on_day(act.at) > due.due_on
    row = {
        "submission_id": new_id(),
        "due_id": due_id,
        "number": number,
        "snapshot_id": stored.snapshot_id,
        "submitted_by": act.caller.subject,
        "submitted_at": act.at,
        "late": late,
        "remarks": remarks,
    }
    await repository.add(tx, "report_submission", row)
    told = ReportSubmitted(**_about(due), snapshot_id=stored.snapshot_id, number=number, late=late)
    return await _moved(tx, act, due, DueStatus.SUBMITTED, told)


async def review(tx: Tx, act: Act, due_id: UUID, version: int, decision: ReviewDecision, remarks: str) -> Due:
    """Acknowledge the submission that waits, or return it. Raises NotFound, NotTheReceiver, NothingSubmitted, OwnReport, ReportChangedSince."""
    due = await _locked(tx, act, due_id, version)
    level, scope = RECEIVES[DutyLevel(due.level)]
    if act.caller.reach.level is not level or (scope is not None and scope not in act.caller.scopes):
        receiver = report_calendar().levels[DutyLevel(due.level)].receiver
        raise NotTheReceiver(receiver_en=receiver.en, receiver_th=receiver.th, needed_scope=scope)
    submission = await last_submission(tx, due_id)
    if due.status != DueStatus.SUBMITTED or submission is None:
        raise NothingSubmitted(status=due.status)
    if submission["submitted_by"] == act.caller.subject:
        raise OwnReport
    row = {
        "submission_id": submission["submission_id"],
        "decision": decision,
        "submitted_by": submission["submitted_by"],
        "reviewed_by": act.caller.subject,
        "reviewed_at": act.at,
        "remarks": remarks,
    }
    await repository.add(tx, "report_review", row)
    about = {**_about(due), "snapshot_id": submission["snapshot_id"], "number": submission["number"]}
    acknowledged = decision is ReviewDecision.ACKNOWLEDGED
    told = ReportAcknowledged(**about) if acknowledged else ReportReturned(**about)
    return await _moved(tx, act, due, DueStatus(decision), told)


async def _locked(tx: Tx, act: Act, due_id: UUID, version: int) -> Due:
    due = await due_report(tx, act.caller.reach, due_id, lock=True)
    if due.version != version:
        raise ReportChangedSince(version=due.version)
    return due


async def _moved(tx: Tx, act: Act, due: Due, status: DueStatus, told: DueReport) -> Due:
    await tx.execute("UPDATE report_due SET status = $2, version = version + 1 WHERE due_id = $1", due.due_id, status)
    await outbox.add_many(tx, [_event(told, act.at)])
    return await due_report(tx, act.caller.reach, due.due_id)


def _require_holder(due: Due, caller: Principal) -> None:
    reach = caller.reach
    code = str(due.officer_id) if due.officer_id else due.area
    if (reach.level.value, reach.code) != (due.level, code):
        holder = report_calendar().levels[DutyLevel(due.level)].holder
        raise NotTheDutyHolder(holder_en=holder.en, holder_th=holder.th)


def _about(due: Due) -> dict[str, Any]:
    return {name: getattr(due, name) for name in DueReport.model_fields}


def _event(told: DueReport, now: datetime) -> Event:
    return Event.of(told, subject=told.due_id, time=now)
