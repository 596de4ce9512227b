"""What a run would pay, and what it does otherwise than the month before: made once, when its list is drawn up."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.payments.domain import BACK_PAY_MARK, Change, Month, RunKind
from services.payments.repository.runs import Run
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_DIFFERENCE: Final = "run_id, holder_id, cause, reason, months, before_satang, now_satang, before_text, now_text"


async def keep_totals(tx: Tx, run_id: UUID) -> None:
    """Add up the lines of a run that was drawn up, by district, bank, tier, benefit month and why held."""
    await tx.execute(
        """INSERT INTO run_total (run_id, district, bank, tier, benefit_month, held, lines, amount_satang)
           SELECT $1, district, bank, tier, benefit_month, reason, count(*), sum(amount_satang)
             FROM disbursement WHERE run_id = $1 GROUP BY district, bank, tier, benefit_month, reason""",
        run_id,
    )


async def totals(tx: ReadTx, run_id: UUID) -> list[dict[str, Any]]:
    """Lines and satang of a run as drawn up, by bank, tier and whether held."""
    rows = await tx.fetch(
        """SELECT bank, tier, held IS NOT NULL AS held, sum(lines)::bigint AS lines, sum(amount_satang)::bigint AS amount_satang
             FROM run_total WHERE run_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        run_id,
    )
    return [dict(row) for row in rows]


async def totals_in_reach(tx: ReadTx, run_id: UUID, reach: Reach) -> list[dict[str, Any]]:
    """Lines and satang of a run as drawn up in the districts in reach, by province, bank, tier, benefit month and why held."""
    condition, args = reach_sql(reach, 2, home=None, responsible="district", officer=None)
    rows = await tx.fetch(
        f"""SELECT left(district, 2) AS province, bank, tier, benefit_month AS month, held,
                   sum(lines)::bigint AS lines, sum(amount_satang)::bigint AS amount_satang
              FROM run_total WHERE run_id = $1 AND {condition} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
        run_id,
        *args,
    )
    return [dict(row) for row in rows]


async def runs_of(tx: ReadTx, programme: str, month: Month) -> list[UUID]:
    """The released runs of the programme's month."""
    rows = await tx.fetch(
        "SELECT run_id FROM run WHERE programme = $1 AND month = $2 AND released_at IS NOT NULL ORDER BY run_id", programme, month
    )
    return [row["run_id"] for row in rows]


async def last_released_before(tx: ReadTx, run: Run) -> Month | None:
    """The latest month before that of the run of which one of its programme was released."""
    last = await tx.fetchval(
        "SELECT max(month) FROM run WHERE programme = $1 AND month < $2 AND released_at IS NOT NULL", run.programme, run.month
    )
    return Month(last) if last else None


def _listed(runs: Sequence[UUID], first_arg: int) -> str:
    """SQL of who is on the lists of the runs for a month, each person once, as the last of the lists has them; back-pay is beside the month's own.

    The runs are its argument `$first_arg`, the month is the next one.
    """
    once, order = ("", "") if len(runs) <= 1 else ("DISTINCT ON (holder_id)", "ORDER BY holder_id, attempt_no DESC")
    return f"""SELECT {once} holder_id, amount_satang, district, bank FROM disbursement
                WHERE run_id = ANY(${first_arg}::uuid[]) AND benefit_month = ${first_arg + 1}::date AND state <> 'CANCELLED'
                  AND strpos(programme, '{BACK_PAY_MARK}') = 0 {order}"""


async def compare(tx: Tx, run: Run, before: Month) -> tuple[int, int]:
    """Store who is new, who stopped and whose amount, district or bank is another than on the lists of the month before.

    Returns how many persons were on the lists before, and how many are now.
    """
    now_runs = [*await runs_of(tx, run.programme, Month(run.month)), run.run_id]
    before_runs = await runs_of(tx, run.programme, before)
    await tx.execute(
        f"""INSERT INTO run_difference ({_DIFFERENCE})
            SELECT $5, person.holder_id, change.cause, change.reason, ARRAY[$2::date], person.before_satang, person.now_satang,
                   change.before_text, change.now_text
              FROM (SELECT holder_id, b.holder_id IS NOT NULL AS was, n.holder_id IS NOT NULL AS is_now,
                           coalesce(b.amount_satang, 0) AS before_satang, coalesce(n.amount_satang, 0) AS now_satang,
                           b.district AS before_district, n.district AS now_district, b.bank AS before_bank, n.bank AS now_bank
                      FROM ({_listed(now_runs, 1)}) AS n FULL JOIN ({_listed(before_runs, 3)}) AS b USING (holder_id)
                     WHERE (n.amount_satang, n.district, n.bank) IS DISTINCT FROM (b.amount_satang, b.district, b.bank)) AS person
              LEFT JOIN entitlement e ON e.holder_id = person.holder_id AND NOT person.is_now
             CROSS JOIN LATERAL (VALUES
                   ('{Change.NEW}', NULL, NULL, NULL, NOT was),
                   ('{Change.STOPPED}', CASE WHEN e.merged_on IS NOT NULL THEN 'MERGED' WHEN e.stop_reason IS NOT NULL THEN e.stop_reason
                                             WHEN e.last_month < $2 THEN 'ENDED' ELSE 'NOT_PAYABLE' END, NULL, NULL, NOT is_now),
                   ('{Change.AMOUNT_CHANGED}', NULL, NULL, NULL, was AND is_now AND before_satang <> now_satang),
                   ('{Change.DISTRICT_CHANGED}', NULL, before_district, now_district, was AND is_now AND before_district <> now_district),
                   ('{Change.BANK_CHANGED}', NULL, before_bank, now_bank, was AND is_now AND before_bank IS DISTINCT FROM now_bank)
                   ) AS change (cause, reason, before_text, now_text, applies)
             WHERE change.applies""",
        now_runs,
        run.month,
        before_runs,
        before,
        run.run_id,
    )
    return await _persons(tx, before_runs, before), await _persons(tx, now_runs, Month(run.month))


async def _persons(tx: ReadTx, runs: Sequence[UUID], month: Month) -> int:
    persons: int = await tx.fetchval(f"SELECT count(*) FROM ({_listed(runs, 1)}) AS listed", runs, month)
    return persons


async def new_and_stopped(tx: ReadTx, run_id: UUID) -> tuple[int, int]:
    """How many persons were stored as new, and how many as stopped."""
    row = await tx.fetchrow(
        f"""SELECT count(*) FILTER (WHERE cause = '{Change.NEW}'), count(*) FILTER (WHERE cause = '{Change.STOPPED}')
              FROM run_difference WHERE run_id = $1""",
        run_id,
    )
    return (0, 0) if row is None else (row[0], row[1])


async def keep_missed_and_back_paid(tx: Tx, run: Run) -> None:
    """Store whom the run does not pay though they are on its list, and whom it pays for earlier months (a run of failed only: for any), or back."""
    earlier = "d.benefit_month <= $3" if run.kind is RunKind.FAILED_ONLY else "d.benefit_month < $3"
    await tx.execute(
        f"""INSERT INTO run_difference ({_DIFFERENCE})
            SELECT $1, d.holder_id, CASE d.state WHEN 'HELD' THEN '{Change.MISSED}' ELSE '{Change.BACK_PAID}' END,
                   CASE d.state WHEN 'HELD' THEN d.reason ELSE o.state END AS why, array_agg(DISTINCT d.benefit_month ORDER BY d.benefit_month),
                   sum(CASE d.state WHEN 'HELD' THEN d.amount_satang ELSE 0 END), sum(CASE d.state WHEN 'HELD' THEN 0 ELSE d.amount_satang END),
                   NULL, NULL
              FROM disbursement d JOIN obligation o USING (holder_id, programme, benefit_month)
             WHERE d.run_id = $1 AND (d.state = 'HELD' OR d.programme <> $2 OR {earlier})
             GROUP BY d.holder_id, d.state, why""",
        run.run_id,
        run.programme,
        run.month,
    )


async def differences_in_reach(tx: ReadTx, run_id: UUID, reach: Reach) -> list[dict[str, Any]]:
    """How many persons in reach the run treats otherwise, by cause and reason, with their satang of the month before and now."""
    condition, args = _reach(reach, 2)
    rows = await tx.fetch(
        f"""SELECT d.cause, d.reason, count(*) AS persons, sum(d.before_satang)::bigint AS before_satang, sum(d.now_satang)::bigint AS now_satang
              FROM run_difference d JOIN holder h USING (holder_id) WHERE d.run_id = $1 AND {condition} GROUP BY 1, 2 ORDER BY 1, 2""",
        run_id,
        *args,
    )
    return [dict(row) for row in rows]


async def page(
    tx: ReadTx, run_id: UUID, reach: Reach, cause: Change | None, holder_id: UUID | None, after: tuple[Any, ...] | None, limit: int
) -> list[Any]:
    """Persons in reach whom the run treats otherwise, by cause and holder, after the one named (cause, holder, number)."""
    condition, args = _reach(reach, 8)
    return await tx.fetch(
        f"""SELECT d.number, d.holder_id, d.cause, d.reason, d.months, d.before_satang, d.now_satang, d.before_text, d.now_text
              FROM run_difference d JOIN holder h USING (holder_id)
             WHERE d.run_id = $1 AND ($2::text IS NULL OR d.cause = $2) AND ($3::uuid IS NULL OR d.holder_id = $3)
               AND ($4::text IS NULL OR (d.cause, d.holder_id, d.number) > ($4, $5::uuid, $6::bigint)) AND {condition}
             ORDER BY d.cause, d.holder_id, d.number LIMIT $7""",
        run_id,
        cause,
        holder_id,
        *(after or (None, None, None)),
        limit,
        *args,
    )


def _reach(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
