"""Allocations of seats within the caller's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain.allocations import Allocation
from services.plan.queries.rows import Row, narrowing, rows
from services.plan.repository.allocations import allocation_of
from services.plan.repository.plans import plan_reach
from services.plan.repository.rows import columns_of
from shared.auth import Level, Reach
from shared.db import ReadTx

_COLUMNS: Final = ", ".join(f"allocation.{name}" for name in columns_of(Allocation))


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines are wanted; None does not narrow. `seated` are those that the preview gives a seat."""

    plan_id: UUID | None = None
    district: str | None = None
    programme_code: str | None = None
    seated: bool | None = None
    outcome: str | None = None


def allocation_reach(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """The reach over `seat_allocation allocation`: the province and its districts; an account officer where a line of the own people is in it."""
    match reach.level:
        case Level.COUNTRY:
            return "true", []
        case Level.PROVINCE | Level.DISTRICT:
            return f"allocation.province = ${first_arg}", [reach.code[:2]]
        case Level.OFFICER:
            lines = f"SELECT FROM seat_allocation_line line JOIN plan USING (plan_id) WHERE line.allocation_id = allocation.allocation_id AND plan.officer_id = ${first_arg}"
            return f"EXISTS ({lines})", [UUID(reach.code)]
        case _:
            return "false", []


async def show_allocation(tx: ReadTx, allocation_id: UUID, reach: Reach) -> Allocation | None:
    """One in reach; None when it is not there."""
    condition, args = allocation_reach(reach, 2)
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM seat_allocation allocation WHERE allocation_id = $1 AND {condition}", allocation_id, *args
    )
    return None if row is None else allocation_of(row)


async def list_allocations(
    tx: ReadTx, reach: Reach, province: str | None, month: date | None, *, after: tuple[date, str, int] | None, rows_max: int
) -> Sequence[Allocation]:
    """Those in reach, the newest months first."""
    asked, args = narrowing(
        {
            "allocation.province = {}": province,
            "allocation.month = {}": month,
            "(allocation.month, allocation.province, allocation.number) < ({}::date, {}::text, {}::int)": after,
        }
    )
    condition, reach_args = allocation_reach(reach, len(args) + 1)
    found = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM seat_allocation allocation WHERE {asked} AND {condition}
             ORDER BY allocation.month DESC, allocation.province DESC, allocation.number DESC LIMIT {rows_max:d}""",
        *args,
        *reach_args,
    )
    return [allocation_of(row) for row in found]


async def list_lines(
    tx: ReadTx, allocation_id: UUID, reach: Reach, wanted: LineFilter, *, after: tuple[UUID, int] | None, rows_max: int
) -> list[Row]:
    """Lines of people in reach after the one named, by plan."""
    asked, args = narrowing(
        {
            "line.allocation_id = {}": allocation_id,
            "line.plan_id = {}": wanted.plan_id,
            "line.district = {}": wanted.district,
            "line.programme_code = {}": wanted.programme_code,
            "(line.offering_id IS NOT NULL) = {}": wanted.seated,
            "line.outcome = {}": wanted.outcome,
            "(line.plan_id, line.line_no) > ({}::uuid, {}::int)": after,
        }
    )
    condition, reach_args = plan_reach(reach, len(args) + 1)
    return await rows(
        tx,
        f"""SELECT line.*, offering.place, offering.district AS offering_district, offering.starts_on
              FROM seat_allocation_line line JOIN plan USING (plan_id) LEFT JOIN offering USING (offering_id)
             WHERE {asked} AND {condition} ORDER BY line.plan_id, line.line_no LIMIT {rows_max:d}""",
        *args,
        *reach_args,
    )
