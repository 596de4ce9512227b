"""What was recommended: the plans that wait with their last recommendation, in the order of their ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_LAST: Final = "recommendation AS last ON last.plan_id = plan.plan_id AND last.version = plan.recommendation_version"


@dataclass(frozen=True, slots=True)
class Told:
    """A plan that waits for an agreement, and what was recommended last, as stored."""

    plan_id: UUID
    holder_id: UUID
    programmes: list[dict[str, Any]]


async def waiting_after(tx: ReadTx, after: UUID | None, *, rows_max: int) -> list[Told]:
    """The next plans that wait for an agreement, by id."""
    rows = await tx.fetch(
        f"""SELECT plan.plan_id, plan.holder_id, last.programmes FROM plan JOIN {_LAST}
             WHERE plan.status IN ('RECOMMENDED', 'AT_SPECIALIST') AND plan.plan_id > $1 ORDER BY plan.plan_id LIMIT $2""",
        after or UUID(int=0),
        rows_max,
    )
    return [Told(**row) for row in rows]


async def count_waiting(tx: ReadTx) -> int:
    """How many plans wait for an agreement."""
    count: int = await tx.fetchval("SELECT count(*) FROM plan WHERE status IN ('RECOMMENDED', 'AT_SPECIALIST')")
    return count


async def last_told(tx: ReadTx, plan_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The last recommendation of each plan, as stored."""
    rows = await tx.fetch(
        f"SELECT plan.plan_id, last.programmes FROM plan JOIN {_LAST} WHERE plan.plan_id = ANY($1::uuid[])", list(plan_ids)
    )
    return {row["plan_id"]: row["programmes"] for row in rows}


async def hold_job_not_begun(tx: Tx, kind: str) -> UUID | None:
    """A job of the kind that nobody has begun; until the end of the transaction nobody does."""
    found: UUID | None = await tx.fetchval(
        "SELECT id FROM job WHERE kind = $1 AND status = 'QUEUED' AND progress = '{}' ORDER BY asked_at LIMIT 1 FOR UPDATE", kind
    )
    return found


async def catalogue_turns(tx: Tx, kind: str, on: date) -> bool:
    """Whether a version begins on the day, or ended the day before, and no job of the kind was asked for because of it; one asks at a time."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue_turns'))")
    found: bool = await tx.fetchval(
        """SELECT EXISTS (SELECT FROM programme_history WHERE valid_from = $2 AND valid_from > changed_at::date OR valid_until = $2 - 1)
              AND NOT EXISTS (SELECT FROM job WHERE kind = $1 AND parameters->>'day' = $3)""",
        kind,
        on,
        on.isoformat(),
    )
    return found


async def holder_in_reach(tx: ReadTx, plan_id: UUID, reach: Reach) -> UUID | None:
    """The holder of a plan; None when it is not there or out of reach."""
    condition, args = reach_sql(reach, 2)
    found: UUID | None = await tx.fetchval(f"SELECT holder_id FROM plan WHERE plan_id = $1 AND {condition}", plan_id, *args)
    return found


_CHOICES: Final = """
WITH advised AS (SELECT plan_id, status, agreed_on, recommended FROM plan WHERE recommended <> '{{}}' AND {reached}),
told AS (
    SELECT code, count(*) AS recommended, count(*) FILTER (WHERE status = 'DECLINED') AS declined, count(agreed_on) AS agreed
      FROM advised, unnest(recommended) AS code GROUP BY code),
chosen AS (
    SELECT programme_code AS code, count(*) FILTER (WHERE programme_code = ANY(recommended)) AS as_recommended,
           count(*) FILTER (WHERE programme_code <> ALL(recommended)) AS otherwise
      FROM advised JOIN plan_line USING (plan_id) GROUP BY programme_code)
SELECT code, coalesce(told.recommended, 0) AS recommended, coalesce(chosen.as_recommended, 0) AS chosen_as_recommended,
       coalesce(told.agreed, 0) - coalesce(chosen.as_recommended, 0) AS passed_over, coalesce(chosen.otherwise, 0) AS chosen_otherwise,
       coalesce(told.declined, 0) AS declined
  FROM told FULL JOIN chosen USING (code) ORDER BY code
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of the recommendations of one programme, in plans."""

    code: str
    recommended: int
    chosen_as_recommended: int
    passed_over: int
    chosen_otherwise: int
    declined: int


async def choices(tx: ReadTx, reach: Reach, area: str) -> list[Choice]:
    """Choices by programme where the plans are now: within the reach, and in the area (2 or 4 digits; empty is all of the reach)."""
    reached, args = _counted_in(reach, area)
    return [Choice(**row) for row in await tx.fetch(_CHOICES.format(reached=reached), *args)]


async def other_choices(tx: ReadTx, reach: Reach, area: str) -> dict[str, int]:
    """How many plans were agreed otherwise, by the code of the reason."""
    reached, args = _counted_in(reach, area)
    rows = await tx.fetch(
        f"SELECT other_choice, count(*) AS plans FROM plan WHERE other_choice IS NOT NULL AND {reached} GROUP BY 1 ORDER BY 1", *args
    )
    return {row["other_choice"]: row["plans"] for row in rows}


def _counted_in(reach: Reach, area: str) -> tuple[str, list[Any]]:
    """A plan counts once, in its responsible district."""
    own, args = reach_sql(reach, 1, home="responsible_district", responsible=None)
    place = len(args) + 1
    return f"{own} AND responsible_district BETWEEN ${place} AND ${place + 1}", [*args, area, f"{area}999999"]
