"""What is read: the catalogue, plans and referrals, each within the caller's reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.plan.domain import PlanStatus, ReferralStatus
from services.plan.repository.plans import referral_reach
from shared.auth import Reach, reach_sql
from shared.contracts.common import Dimension
from shared.db import ReadTx

Row = dict[str, Any]

_RECOMMENDED: Final = "ARRAY(SELECT one->>'programme_code' FROM jsonb_array_elements(recommendation.programmes) AS one)"
_PLAN_ROWS: Final = f"""
    SELECT plan.*, coalesce(interview.chosen, '{{}}') AS chosen, {_RECOMMENDED} AS recommended
      FROM plan
      LEFT JOIN interview USING (holder_id)
      LEFT JOIN recommendation ON recommendation.plan_id = plan.plan_id AND recommendation.version = plan.recommendation_version"""
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


async def list_programmes(
    tx: ReadTx, *, dimension: Dimension | None, agency: str | None, active: bool | None, after: str | None, rows_max: int
) -> list[Row]:
    """Programmes of the catalogue as they are now, by code."""
    narrowing, args = _narrowing({"dimension = {}": dimension, "agency = {}": agency, "active = {}": active, "code > {}": after})
    return await _rows(tx, f"SELECT * FROM programme WHERE {narrowing} ORDER BY code LIMIT {rows_max:d}", *args)


async def show_programme(tx: ReadTx, code: str) -> Row | None:
    """One programme with all its versions, oldest first; None when it is not there."""
    row = await tx.fetchrow("SELECT * FROM programme WHERE code = $1", code)
    if row is None:
        return None
    return {**row, "history": await _rows(tx, "SELECT * FROM programme_history WHERE code = $1 ORDER BY version", code)}


async def list_agencies(tx: ReadTx) -> list[Row]:
    """The agencies (a dozen), by code."""
    return await _rows(tx, "SELECT * FROM agency ORDER BY code")


def _narrowing(terms: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The condition of the terms that have a value, and the values: what is not asked is not in the SQL, so that indexes serve."""
    given = [(term, value) for term, value in terms.items() if value is not None]
    conditions = [term.format(f"${number}") for number, (term, _) in enumerate(given, start=1)]
    return " AND ".join(conditions) or "true", [value for _, value in given]


def _row(row: Mapping[str, Any] | None) -> Row:
    return {} if row is None else dict(row)


async def _rows(tx: ReadTx, sql: str, *args: Any) -> list[Row]:
    return [dict(row) for row in await tx.fetch(sql, *args)]
