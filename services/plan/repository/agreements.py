"""Lines in force, and the versions of agreements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Agreed, AgreementVersion, Line
from services.plan.repository.rows import columns_of
from shared.contracts.common import Dimension
from shared.db import ReadTx

_VERSION: Final = ", ".join(f"agreement.{name}" for name in columns_of(AgreementVersion))
_LINE: Final = ", ".join(f"line.{name}" for name in columns_of(Line))


async def in_force(tx: ReadTx, plan_ids: Iterable[UUID]) -> dict[UUID, Agreed]:
    """The lines in force of those of the plans that were agreed; the lock of the plan guards them."""
    rows = await tx.fetch(
        f"""SELECT agreement.side_by_side, {_LINE}
              FROM plan
              JOIN agreement ON agreement.plan_id = plan.plan_id AND agreement.version = plan.agreement_version
              JOIN plan_line line ON line.plan_id = plan.plan_id AND line.line_no = ANY (agreement.line_nos)
             WHERE plan.plan_id = ANY($1::uuid[]) ORDER BY line.plan_id, line.line_no""",
        list(plan_ids),
    )
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row["plan_id"]].append(line_of(row))
    side_by_side = {row["plan_id"]: row["side_by_side"] for row in rows}
    return {plan_id: Agreed(tuple(found), side_by_side[plan_id]) for plan_id, found in lines.items()}


async def newest(tx: ReadTx, plan_ids: Iterable[UUID]) -> dict[UUID, AgreementVersion]:
    """The version in force of the agreement of those of the plans that were agreed."""
    rows = await tx.fetch(
        f"""SELECT {_VERSION} FROM plan JOIN agreement ON agreement.plan_id = plan.plan_id AND agreement.version = plan.agreement_version
             WHERE plan.plan_id = ANY($1::uuid[])""",
        list(plan_ids),
    )
    return {row["plan_id"]: AgreementVersion(**row | {"line_nos": tuple(row["line_nos"])}) for row in map(dict, rows)}


async def last_line_no(tx: ReadTx, plan_id: UUID) -> int:
    """The highest number of a line that was ever signed of the plan."""
    number: int = await tx.fetchval("SELECT max(line_no) FROM plan_line WHERE plan_id = $1", plan_id)
    return number


async def last_agreed_on(tx: ReadTx, plan_id: UUID) -> date:
    """The day of the newest agreement of the plan."""
    day: date = await tx.fetchval("SELECT max(agreed_on) FROM agreement WHERE plan_id = $1", plan_id)
    return day


def line_of(row: Mapping[str, Any]) -> Line:
    """A line from its row."""
    return Line(**{name: row[name] for name in columns_of(Line)} | {"dimension": Dimension(row["dimension"])})
