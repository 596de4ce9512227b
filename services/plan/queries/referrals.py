"""What is read of referrals: an agency sees its own, areas and officers those of their people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import orjson

from services.plan.domain import ReferralStatus
from services.plan.domain.evidence import EvidenceFlag, evidence_context
from services.plan.queries.rows import Row, narrowing, row_of
from services.plan.queries.rows import rows as rows_of
from services.plan.repository.plans import referral_reach
from shared.auth import Reach
from shared.contracts.plan import OverdueLevel, ReferralClock
from shared.crypto import FieldCipher
from shared.db import ReadTx

_LEVELS: Final = ", ".join(f"'{level}'" for level in OverdueLevel)
REFERRAL_ROWS: Final = f"""
    SELECT referral.*, plan.home_district, plan.responsible_district, plan.officer_id, line.goal,
           programme.name_th AS programme_name_th, programme.name_en AS programme_name_en,
           clock.clock AS waits_for, clock.due_on, (ARRAY[{_LEVELS}])[clock.raised - 1] AS raised_to
      FROM referral
      JOIN plan USING (plan_id)
      JOIN plan_line AS line USING (plan_id, line_no)
      JOIN programme_history AS programme ON programme.code = referral.programme_code AND programme.version = referral.programme_version
      LEFT JOIN referral_clock AS clock USING (referral_id)"""


MINUTES_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals are wanted; None does not narrow."""

    status: ReferralStatus | None = None
    programme_code: str | None = None
    plan_id: UUID | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which overdue referrals are wanted; None does not narrow."""

    clock: ReferralClock | None = None
    level: OverdueLevel | None = None
    agency: str | None = None
    district: str | None = None


async def list_referrals(tx: ReadTx, reach: Reach, wanted: ReferralFilter, today: date, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Referrals in reach after the one named, by id."""
    conditions, args = narrowing(
        {
            "referral.referral_id > {}": after,
            "referral.status = {}": wanted.status,
            "referral.programme_code = {}": wanted.programme_code,
            "referral.plan_id = {}": wanted.plan_id,
            "referral.agency = {}": wanted.agency,
        }
    )
    reached, reach_args = referral_reach(reach, len(args) + 1)
    sql = f"{REFERRAL_ROWS} WHERE {conditions} AND {reached} ORDER BY referral.referral_id LIMIT {rows_max:d}"
    return [with_overdue(row, today) for row in await rows_of(tx, sql, *args, *reach_args)]


async def list_overdue(
    tx: ReadTx, reach: Reach, wanted: OverdueFilter, today: date, *, after: tuple[date, UUID] | None, rows_max: int
) -> list[Row]:
    """Referrals in reach of which the next step was due before today, the longest waiting first."""
    conditions, args = narrowing(
        {
            "clock.due_on < {}": today,
            "clock.clock = {}": wanted.clock,
            f"(ARRAY[{_LEVELS}])[clock.raised - 1] = {{}}": wanted.level,
            "referral.agency = {}": wanted.agency,
            "{} IN (plan.home_district, plan.responsible_district)": wanted.district,
            "(clock.due_on, referral.referral_id) > ({}, {})": after,
        }
    )
    reached, reach_args = referral_reach(reach, len(args) + 1)
    sql = f"{REFERRAL_ROWS} WHERE {conditions} AND {reached} ORDER BY clock.due_on, referral.referral_id LIMIT {rows_max:d}"
    return [with_overdue(row, today) for row in await rows_of(tx, sql, *args, *reach_args)]


async def count_referrals(tx: ReadTx, reach: Reach, today: date) -> list[Row]:
    """How many referrals in reach each agency has in each state, and how many of them are overdue today."""
    reached, args = referral_reach(reach, 2)
    return await rows_of(
        tx,
        f"""SELECT referral.agency, referral.programme_code, referral.status, count(*) AS referrals,
                   count(*) FILTER (WHERE clock.due_on < $1) AS overdue
              FROM referral JOIN plan USING (plan_id) LEFT JOIN referral_clock AS clock USING (referral_id)
             WHERE {reached} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        today,
        *args,
    )


async def show_referral(tx: ReadTx, referral_id: UUID, reach: Reach, cipher: FieldCipher, today: date) -> Row | None:
    """One referral in reach with all that happened to it; None when it is not there."""
    condition, args = referral_reach(reach, 2)
    row = await tx.fetchrow(f"{REFERRAL_ROWS} WHERE referral.referral_id = $1 AND {condition}", referral_id, *args)
    if row is None:
        return None
    attended = await attendance(tx, referral_id)
    return {
        **with_overdue(row_of(row), today),
        "history": await rows_of(tx, "SELECT * FROM referral_history WHERE referral_id = $1 ORDER BY number", referral_id),
        "alarms": await rows_of(tx, "SELECT * FROM referral_alarm WHERE referral_id = $1 ORDER BY raised_on, since, number", referral_id),
        "evidence": await _evidence(tx, referral_id, cipher, attended),
        "attendance": attended,
    }


def with_overdue(row: Row, today: date) -> Row:
    """The row with the first day on which its agency was too late; the last clock is the account officer's."""
    is_overdue = row["due_on"] is not None and row["due_on"] < today and row["waits_for"] != ReferralClock.NEXT_ATTEMPT
    return {**row, "overdue_since": row["due_on"] + timedelta(days=1) if is_overdue else None}


async def attendance(tx: ReadTx, referral_id: UUID) -> Row:
    """The sessions of the referral, and how many minutes the person attended."""
    sessions = await rows_of(
        tx, 'SELECT held_on AS "on", session_no, minutes, present FROM attendance WHERE referral_id = $1 ORDER BY 1, 2', referral_id
    )
    return {"sessions": sessions, "minutes_attended": sum(one["minutes"] for one in sessions if one["present"])}


async def _evidence(tx: ReadTx, referral_id: UUID, cipher: FieldCipher, attended: Row) -> list[Row]:
    found = await rows_of(tx, "SELECT * FROM referral_evidence WHERE referral_id = $1 ORDER BY version", referral_id)
    shown = [{**row, "details": orjson.loads(cipher.open_text(row["sealed"], evidence_context(referral_id)))} for row in found]
    return [{**row, "flag": _flag(row["details"], attended)} for row in shown]


def _flag(details: Row, attended: Row) -> EvidenceFlag | None:
    """Sessions and evidence are told in any order, so neither is refused for the other."""
    told_more = attended["sessions"] and details.get("hours", 0) * MINUTES_AN_HOUR > attended["minutes_attended"]
    return EvidenceFlag.HOURS_NOT_ATTENDED if told_more else None
