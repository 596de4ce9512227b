"""What is read: the catalogue, plans and referrals, each within the caller's reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import PlanStatus, ReferralStatus
from services.plan.queries.rows import Row
from services.plan.queries.rows import narrowing as _narrowing
from services.plan.queries.rows import row_of as _row
from services.plan.queries.rows import rows as _rows
from services.plan.repository.plans import referral_reach
from shared.auth import Reach, reach_sql
from shared.contracts.common import Dimension
from shared.db import ReadTx

_PLAN_ROWS: Final = "SELECT plan.*, coalesce(interview.chosen, '{}') AS chosen FROM plan LEFT JOIN interview USING (holder_id)"
_REFERRAL_ROWS: Final = """
    SELECT referral.*, plan.home_district, plan.responsible_district, plan.officer_id, line.programme_version, line.goal,
           programme.name_th AS programme_name_th, programme.name_en AS programme_name_en
      FROM referral
      JOIN plan USING (plan_id)
      JOIN plan_line AS line USING (plan_id, line_no)
      JOIN programme_history AS programme ON programme.code = line.programme_code AND programme.version = line.programme_version"""


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans are wanted; None does not narrow. `district` is either district of the case."""

    status: PlanStatus | None = None
    district: str | None = None
    officer_id: UUID | None = None
    holder_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals are wanted; None does not narrow."""

    status: ReferralStatus | None = None
    programme_code: str | None = None
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """Which programmes are wanted, by their versions of the day; None does not narrow."""

    on: date
    dimension: Dimension | None = None
    agency: str | None = None
    active: bool | None = None


async def list_plans(tx: ReadTx, reach: Reach, wanted: PlanFilter, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Plans in reach after the one named, by id."""
    narrowing, args = _narrowing(
        {
            "plan.plan_id > {}": after,
            "plan.status = {}": wanted.status,
            "{} IN (plan.home_district, plan.responsible_district)": wanted.district,
            "plan.officer_id = {}": wanted.officer_id,
            # Also of who was merged into the one named: the plan is theirs.
            "plan.holder_id IN (SELECT h.holder_id FROM holder h WHERE {0} IN (h.holder_id, h.merged_into))": wanted.holder_id,
        }
    )
    reached, reach_args = reach_sql(
        reach, len(args) + 1, home="plan.home_district", responsible="plan.responsible_district", officer="plan.officer_id"
    )
    sql = f"{_PLAN_ROWS} WHERE {narrowing} AND {reached} ORDER BY plan.plan_id LIMIT {rows_max:d}"
    return await _rows(tx, sql, *args, *reach_args)


async def show_plan(tx: ReadTx, plan_id: UUID, reach: Reach) -> Row | None:
    """One plan in reach with recommendation, lines, referrals, decisions and history; None when it is not there."""
    condition, args = reach_sql(reach, 2, home="plan.home_district", responsible="plan.responsible_district", officer="plan.officer_id")
    row = await tx.fetchrow(f"{_PLAN_ROWS} WHERE plan.plan_id = $1 AND {condition}", plan_id, *args)
    if row is None:
        return None
    holder_id = row["holder_id"]
    recommendation = await tx.fetchrow(
        "SELECT version, with_assessment, programmes, prepared_at FROM recommendation WHERE plan_id = $1 ORDER BY version DESC LIMIT 1",
        plan_id,
    )
    wish = await tx.fetchrow("SELECT wish_stated_on, withdrawn_on FROM holder WHERE holder_id = $1", holder_id)
    return {
        **row,
        **_row(wish),
        "recommendation": _row(recommendation) or None,
        "lines": await _rows(tx, "SELECT * FROM plan_line WHERE plan_id = $1 ORDER BY line_no", plan_id),
        "referrals": await _rows(tx, f"{_REFERRAL_ROWS} WHERE referral.plan_id = $1 ORDER BY referral.line_no", plan_id),
        "decisions": await _rows(tx, "SELECT * FROM decision WHERE holder_id = $1 ORDER BY decided_on, decision_id", holder_id),
        "history": await _rows(tx, "SELECT * FROM plan_history WHERE plan_id = $1 ORDER BY number", plan_id),
    }


async def list_referrals(tx: ReadTx, reach: Reach, wanted: ReferralFilter, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Referrals in reach after the one named, by id. An agency sees its own."""
    narrowing, args = _narrowing(
        {
            "referral.referral_id > {}": after,
            "referral.status = {}": wanted.status,
            "referral.programme_code = {}": wanted.programme_code,
            "referral.plan_id = {}": wanted.plan_id,
        }
    )
    reached, reach_args = referral_reach(reach, len(args) + 1)
    sql = f"{_REFERRAL_ROWS} WHERE {narrowing} AND {reached} ORDER BY referral.referral_id LIMIT {rows_max:d}"
    return await _rows(tx, sql, *args, *reach_args)


async def show_referral(tx: ReadTx, referral_id: UUID, reach: Reach) -> Row | None:
    """One referral in reach with its history; None when it is not there."""
    condition, args = referral_reach(reach, 2)
    row = await tx.fetchrow(f"{_REFERRAL_ROWS} WHERE referral.referral_id = $1 AND {condition}", referral_id, *args)
    if row is None:
        return None
    history = await _rows(tx, "SELECT * FROM referral_history WHERE referral_id = $1 ORDER BY number", referral_id)
    return {**row, "history": history}


async def list_programmes(tx: ReadTx, wanted: ProgrammeFilter, *, after: str | None, rows_max: int) -> list[Row]:
    """Programmes of the catalogue by the versions of the day, by code."""
    narrowing, args = _narrowing(
        {"dimension = {}": wanted.dimension, "agency = {}": wanted.agency, "active = {}": wanted.active, "code > {}": after}
    )
    of_the_day = f"SELECT DISTINCT ON (code) * FROM programme_history WHERE valid_from <= ${len(args) + 1} ORDER BY code, version DESC"
    return await _rows(
        tx, f"SELECT * FROM ({of_the_day}) AS programme WHERE {narrowing} ORDER BY code LIMIT {rows_max:d}", *args, wanted.on
    )


async def show_programme(tx: ReadTx, code: str) -> Row | None:
    """One programme with all its versions, oldest first; None when it is not there."""
    row = await tx.fetchrow("SELECT * FROM programme WHERE code = $1", code)
    if row is None:
        return None
    return {**row, "history": await _rows(tx, "SELECT * FROM programme_history WHERE code = $1 ORDER BY version", code)}


async def list_agencies(tx: ReadTx) -> list[Row]:
    """The agencies (a dozen), by code."""
    return await _rows(tx, "SELECT * FROM agency ORDER BY code")


async def count_agencies(tx: ReadTx, of_circular: Mapping[str, int]) -> list[Row]:
    """Of each kind how many the circular counts, and how many of these are known. A ministry counts once, whatever its departments."""
    rows = await tx.fetch(
        """SELECT 'ministry' AS kind, count(DISTINCT ministry) AS known FROM agency WHERE source <> '[R]' AND ministry <> ''
           UNION ALL SELECT kind, count(*) FROM agency WHERE source <> '[R]' AND kind <> 'ministry' GROUP BY kind"""
    )
    known = {row["kind"]: row["known"] for row in rows}
    return [
        {"kind": kind, "circular": count, "known": known.get(kind, 0), "open": max(0, count - known.get(kind, 0))}
        for kind, count in of_circular.items()
    ]
