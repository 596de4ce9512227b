"""What is read: the catalogue and plans, each within the caller's reach; beside this module the referrals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import PlanStatus
from services.plan.queries.referrals import REFERRAL_ROWS
from services.plan.queries.rows import Row, narrowing, row_of
from services.plan.queries.rows import rows as rows_of
from services.plan.repository.plans import plan_reach
from shared.auth import Reach
from shared.contracts.common import Dimension
from shared.db import ReadTx

_PLAN_ROWS: Final = "SELECT plan.*, coalesce(interview.chosen, '{}') AS chosen FROM plan LEFT JOIN interview USING (holder_id)"
_LINES: Final = """
    SELECT line.*, coalesce(line.line_no = ANY (agreement.line_nos), false) AS in_force
      FROM plan_line line JOIN plan USING (plan_id)
      LEFT JOIN agreement ON agreement.plan_id = plan.plan_id AND agreement.version = plan.agreement_version
     WHERE line.plan_id = $1 ORDER BY line.line_no"""


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans are wanted; None does not narrow. `district` is either district of the case."""

    status: PlanStatus | None = None
    district: str | None = None
    officer_id: UUID | None = None
    holder_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """Which programmes are wanted, by their versions of the day; None does not narrow."""

    on: date
    dimension: Dimension | None = None
    agency: str | None = None
    active: bool | None = None


async def list_plans(tx: ReadTx, reach: Reach, wanted: PlanFilter, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Plans in reach after the one named, by id."""
    conditions, args = narrowing(
        {
            "plan.plan_id > {}": after,
            "plan.status = {}": wanted.status,
            "{} IN (plan.home_district, plan.responsible_district)": wanted.district,
            "plan.officer_id = {}": wanted.officer_id,
            # Also of who was merged into the one named: the plan is theirs.
            "plan.holder_id IN (SELECT h.holder_id FROM holder h WHERE {0} IN (h.holder_id, h.merged_into))": wanted.holder_id,
        }
    )
    reached, reach_args = plan_reach(reach, len(args) + 1)
    sql = f"{_PLAN_ROWS} WHERE {conditions} AND {reached} ORDER BY plan.plan_id LIMIT {rows_max:d}"
    return await rows_of(tx, sql, *args, *reach_args)


async def show_plan(tx: ReadTx, plan_id: UUID, reach: Reach) -> Row | None:
    """One plan in reach with recommendation, lines, referrals, decisions and history; None when it is not there."""
    condition, args = plan_reach(reach, 2)
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
        **row_of(wish),
        "recommendation": row_of(recommendation) or None,
        "lines": await rows_of(tx, _LINES, plan_id),
        "referrals": await rows_of(tx, f"{REFERRAL_ROWS} WHERE referral.plan_id = $1 ORDER BY referral.line_no, referral.attempt", plan_id),
        "decisions": await rows_of(tx, "SELECT * FROM decision WHERE holder_id = $1 ORDER BY decided_on, decision_id", holder_id),
        "history": await rows_of(tx, "SELECT * FROM plan_history WHERE plan_id = $1 ORDER BY number", plan_id),
    }


async def list_programmes(tx: ReadTx, wanted: ProgrammeFilter, *, after: str | None, rows_max: int) -> list[Row]:
    """Programmes of the catalogue by the versions of the day, by code."""
    conditions, args = narrowing(
        {"dimension = {}": wanted.dimension, "agency = {}": wanted.agency, "active = {}": wanted.active, "code > {}": after}
    )
    of_the_day = f"SELECT DISTINCT ON (code) * FROM programme_history WHERE valid_from <= ${len(args) + 1} ORDER BY code, version DESC"
    return await rows_of(
        tx, f"SELECT * FROM ({of_the_day}) AS programme WHERE {conditions} ORDER BY code LIMIT {rows_max:d}", *args, wanted.on
    )


async def show_programme(tx: ReadTx, code: str) -> Row | None:
    """One programme with all its versions, oldest first; None when it is not there."""
    row = await tx.fetchrow("SELECT * FROM programme WHERE code = $1", code)
    if row is None:
        return None
    return {**row, "history": await rows_of(tx, "SELECT * FROM programme_history WHERE code = $1 ORDER BY version", code)}


async def list_agencies(tx: ReadTx) -> list[Row]:
    """The agencies (a dozen), by code."""
    return await rows_of(tx, "SELECT * FROM agency ORDER BY code")


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
