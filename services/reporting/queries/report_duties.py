"""Reports that are due: who owes them, who has not reported, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.reporting.domain.report_duties import DueStatus, DutyLevel, ReportKind
from services.reporting.queries.view import of_area
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import NotFound

AT_WORK: Final = "o.active"
"""Of an officer `o`: who has left owes nothing any more."""


@dataclass(frozen=True)
class Due:
    """A due report as stored."""

    due_id: UUID
    kind: str
    period: str
    level: str
    area: str
    officer_id: UUID | None
    due_on: date
    opened_on: date
    status: str
    version: int


_DUE: Final = ", ".join(one.name for one in fields(Due))


@dataclass(frozen=True)
class Wanted:
    """Which due reports are looked for. `missing` are those of who has not reported, of officers only who are at work."""

    kind: ReportKind | None = None
    period: str | None = None
    level: DutyLevel | None = None
    area: str | None = None
    status: DueStatus | None = None
    missing: bool = False
    overdue_on: date | None = None

    def where(self, reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
        """The condition within the reach; arguments begin at `$first_arg`."""
        kind, period, level, area, status, day = range(first_arg, first_arg + 6)
        terms = [
            f"(${kind}::text IS NULL OR kind = ${kind})",
            f"(${period}::text IS NULL OR period = ${period})",
            f"(${level}::text IS NULL OR level = ${level})",
            f"(${area}::text IS NULL OR area LIKE ${area} || '%')",
            f"(${status}::text IS NULL OR status = ${status})",
            f"(${day}::date IS NULL OR due_on < ${day})",
        ]
        if self.missing or self.overdue_on is not None:
            terms.append("status IN ('OPEN', 'RETURNED')")
            terms.append(f"(d.officer_id IS NULL OR EXISTS (SELECT FROM officer o WHERE o.officer_id = d.officer_id AND {AT_WORK}))")
        condition, args = of_area(reach, first_arg + 6)
        return " AND ".join([*terms, condition]), [self.kind, self.period, self.level, self.area, self.status, self.overdue_on, *args]


async def due_report(tx: ReadTx, reach: Reach, due_id: UUID, *, lock: bool = False) -> Due:
    """One due report; with `lock` until the transaction ends. Raises NotFound, also outside the reach."""
    condition, args = of_area(reach, 2)
    row = await tx.fetchrow(
        f"SELECT {_DUE} FROM report_due WHERE due_id = $1 AND {condition}{' FOR UPDATE' if lock else ''}", due_id, *args
    )
    if row is None:
        raise NotFound
    return Due(**dict(row))


async def due_reports(tx: ReadTx, reach: Reach, wanted: Wanted, after: tuple[date, str, UUID] | None, limit: int) -> list[Due]:
    """Those within the reach by the day on which they are due, and by area."""
    where, args = wanted.where(reach, 5)
    rows = await tx.fetch(
        f"""SELECT {_DUE} FROM report_due d WHERE ($1::date IS NULL OR (due_on, area, due_id) > ($1, $2::text, $3::uuid)) AND {where}
             ORDER BY due_on, area, due_id LIMIT $4""",
        *(after or (None, None, None)),
        limit,
        *args,
    )
    return [Due(**dict(row)) for row in rows]


async def progress(tx: ReadTx, reach: Reach, wanted: Wanted, today: date) -> Sequence[asyncpg.Record]:
    """How many of each kind, period and level are open, submitted, returned and acknowledged, and how many are overdue."""
    where, args = wanted.where(reach, 2)
    return await tx.fetch(
        f"""SELECT kind, period, level, min(due_on) AS due_on, count(*) AS due,
                   count(*) FILTER (WHERE status = 'OPEN') AS open,
                   count(*) FILTER (WHERE status = 'SUBMITTED') AS submitted,
                   count(*) FILTER (WHERE status = 'RETURNED') AS returned,
                   count(*) FILTER (WHERE status = 'ACKNOWLEDGED') AS acknowledged,
                   count(*) FILTER (WHERE status IN ('OPEN', 'RETURNED') AND due_on < $1) AS overdue
              FROM report_due d WHERE {where} GROUP BY kind, period, level ORDER BY period, kind, level""",
        today,
        *args,
    )


async def last_submission(tx: ReadTx, due_id: UUID) -> asyncpg.Record | None:
    """The newest submission; None before the first."""
    return await tx.fetchrow("SELECT * FROM report_submission WHERE due_id = $1 ORDER BY number DESC LIMIT 1", due_id)


async def submissions(tx: ReadTx, due_id: UUID) -> list[asyncpg.Record]:
    """All submissions with what was said of each, in their order."""
    return await tx.fetch(
        """SELECT s.*, n.content_hash, n.edition, r.decision, r.reviewed_by, r.reviewed_at, r.remarks AS review_remarks
             FROM report_submission s JOIN snapshot n USING (snapshot_id) LEFT JOIN report_review r USING (submission_id)
            WHERE due_id = $1 ORDER BY number""",
        due_id,
    )


async def reminders(tx: ReadTx, due_id: UUID) -> list[asyncpg.Record]:
    """The reminders that were told."""
    return await tx.fetch("SELECT days, told_on FROM report_reminder WHERE due_id = $1 ORDER BY days", due_id)
