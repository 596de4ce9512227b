"""Months that could not be paid: who has to do what until when, and those whose deadline is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import BACK_PAY_MARK, CAME_BACK, PROGRAMME, HoldReason, Month
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_BACK: Final = ", ".join(f"'{state}'" for state in CAME_BACK)

_WAITING: Final = f"""FROM obligation o
              JOIN holder h USING (holder_id)
              LEFT JOIN payee p USING (holder_id)
             CROSS JOIN LATERAL (
                  SELECT d.reason, d.bank, d.payee_version, d.attempt_no FROM disbursement d
                   WHERE d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month
                     AND d.state IN ({_BACK}, 'HELD')
                   ORDER BY d.attempt_no DESC LIMIT 1) AS last
             WHERE split_part(o.programme, '{BACK_PAY_MARK}', 1) = '{PROGRAMME}' AND o.waits AND o.state IN ({_BACK}, 'HELD')
               AND (o.state <> 'HELD' OR last.reason = '{HoldReason.NO_PAYEE}')"""
"""Months that a bank could not pay, or for which there is no bank, with the last attempt; back-pay of them too."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Months of one benefit month whose deadline is over: how many, and how much is the envelope's again (satang)."""

    benefit_month: Month
    payments: int
    amount_satang: int


async def lapse(tx: Tx, through: Month, at: datetime) -> list[Lapsed]:
    """Let what failed or came back up to the benefit month lapse, but for what is disputed; allowances must be frozen."""
    rows = await tx.fetch(
        f"""WITH lapsed AS (
                UPDATE obligation o SET state = 'LAPSED'
                 WHERE o.programme = $1 AND o.benefit_month <= $2 AND o.waits AND NOT o.disputed AND o.state IN ({_BACK})
                RETURNING o.holder_id, o.programme, o.benefit_month, o.amount_satang, old.state AS was
            ), noted AS (
                INSERT INTO lapse (holder_id, programme, benefit_month, amount_satang, was, lapsed_at)
                SELECT holder_id, programme, benefit_month, amount_satang, was, $3 FROM lapsed
            )
            SELECT benefit_month, count(*) AS payments, sum(amount_satang)::bigint AS amount_satang FROM lapsed GROUP BY 1 ORDER BY 1""",
        PROGRAMME,
        through,
        at,
    )
    return [Lapsed(Month(row["benefit_month"]), row["payments"], row["amount_satang"]) for row in rows]


async def list_waits(tx: ReadTx) -> bool:
    """Whether a list was drawn up that is not released or cancelled yet."""
    waits: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM run WHERE status IN ('PROPOSED', 'APPROVED') OR (status = 'PREPARING' AND list_hash IS NOT NULL))"
    )
    return waits


async def page(
    tx: ReadTx,
    reach: Reach,
    *,
    district: str | None,
    reason: str | None,
    after: tuple[UUID, date, str] | None,
    limit: int,
) -> Sequence[Any]:
    """Months in reach that could not be paid, and back-pay of them, by holder and month, after the one named."""
    condition, args = _reach(reach, 7)
    return await tx.fetch(
        f"""SELECT o.holder_id, o.benefit_month AS month, o.programme, h.responsible_district AS district, o.amount_satang, o.state, last.reason, last.bank,
                   (SELECT count(*) FROM disbursement d WHERE d.holder_id = o.holder_id AND d.programme = o.programme
                       AND d.benefit_month = o.benefit_month AND d.state IN ({_BACK})) AS rounds,
                   p.bank IS NOT NULL AND p.version IS DISTINCT FROM last.payee_version AS payee_changed
              {_WAITING}
               AND ($1::text IS NULL OR h.responsible_district = $1) AND ($2::text IS NULL OR last.reason = $2)
               AND ($3::uuid IS NULL OR (o.holder_id, o.benefit_month, o.programme) > ($3, $4::date, $5::text)) AND {condition}
             ORDER BY o.holder_id, o.benefit_month, o.programme LIMIT $6""",
        district,
        reason,
        *(after or (None, None, None)),
        limit,
        *args,
    )


async def by_district(tx: ReadTx, reach: Reach) -> list[dict[str, Any]]:
    """How many months in reach could not be paid, and how much that is, by responsible district and reason."""
    condition, args = _reach(reach, 1)
    rows = await tx.fetch(
        f"""SELECT h.responsible_district AS district, last.reason, count(*) AS payments, sum(o.amount_satang)::bigint AS amount_satang
              {_WAITING} AND {condition} GROUP BY 1, 2 ORDER BY 1, 2""",
        *args,
    )
    return [dict(row) for row in rows]


async def lapsed_by_month(tx: ReadTx, reach: Reach) -> list[dict[str, Any]]:
    """What lapsed of persons in reach, by benefit month."""
    condition, args = _reach(reach, 1)
    rows = await tx.fetch(
        f"""SELECT l.benefit_month AS month, count(*) AS payments, sum(l.amount_satang)::bigint AS amount_satang
              FROM lapse l JOIN holder h USING (holder_id) WHERE {condition} GROUP BY 1 ORDER BY 1""",
        *args,
    )
    return [dict(row) for row in rows]


def _reach(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
