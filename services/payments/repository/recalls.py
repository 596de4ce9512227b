"""Payments that banks were asked to give back, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shared.auth import Level, Reach, reach_sql
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx


class RecallState(StrEnum):
    """What became of a payment that was asked back. Until it is answered (WAITING) nobody is paid the month anew."""

    WAITING = "WAITING"
    CAME_BACK = "CAME_BACK"
    NOT_PAID = "NOT_PAID"
    REFUSED = "REFUSED"


_STATE: Final = f"""CASE WHEN d.state = 'RETURNED' THEN '{RecallState.CAME_BACK}' WHEN d.state = 'FAILED' THEN '{RecallState.NOT_PAID}'
                         WHEN refusal.disbursement_id IS NOT NULL THEN '{RecallState.REFUSED}' ELSE '{RecallState.WAITING}' END"""
_RECALLED: Final = "recalled_payment p JOIN disbursement d USING (disbursement_id) LEFT JOIN recall_refusal refusal USING (disbursement_id)"


@dataclass(frozen=True, slots=True)
class Recall:
    """Banks were asked to give payments of a run back."""

    recall_id: UUID
    run_id: UUID
    reason: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A bank cannot give a payment back; `via` is the bank whose channel brought it."""

    via: Bank
    bank: Bank
    instruction_id: UUID
    reason_code: str
    bank_reference: str


async def insert(tx: Tx, recall: Recall) -> None:
    """Store who asks, when and why."""
    await tx.execute(
        "INSERT INTO recall (recall_id, run_id, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)",
        recall.recall_id,
        recall.run_id,
        recall.reason,
        recall.asked_by,
        recall.asked_at,
    )


async def add_payments(tx: Tx, recall: Recall, bank: Bank | None, payments: Sequence[UUID] | None) -> list[tuple[str, int, int]]:
    """Ask back the payments of the run that are out at a bank or paid, and were not asked back before: all, of one bank, or those named.

    Returns bank, chunk and number of payments of each of the run's chunks.
    """
    # A bank's answer changes attempts meanwhile: what it answered is not asked back, so wait for it.
    rows = await tx.fetch(
        """WITH wanted AS (
               SELECT d.disbursement_id, d.bank, d.chunk_no FROM disbursement d
                WHERE d.run_id = $1 AND d.state IN ('OPEN', 'SETTLED') AND ($3::text IS NULL OR d.bank = $3)
                  AND ($4::uuid[] IS NULL OR d.disbursement_id = ANY($4))
                ORDER BY d.holder_id, d.benefit_month, d.attempt_no FOR UPDATE OF d
           ), added AS (
               INSERT INTO recalled_payment (disbursement_id, recall_id, bank, chunk_no)
               SELECT disbursement_id, $2, bank, chunk_no FROM wanted ON CONFLICT DO NOTHING RETURNING bank, chunk_no
           )
           SELECT bank, chunk_no, count(*) AS payments FROM added GROUP BY 1, 2 ORDER BY 1, 2""",
        recall.run_id,
        recall.recall_id,
        bank,
        payments,
    )
    return [(row["bank"], row["chunk_no"], row["payments"]) for row in rows]


async def refuse(tx: Tx, refusals: Sequence[Refusal], at: datetime) -> set[UUID]:
    """Store the refusals of payments that the bank was asked for; returns the instructions of those that are stored, now or before."""
    rows = await tx.fetch(
        """WITH told AS (
               SELECT DISTINCT ON (p.disbursement_id) p.disbursement_id, one.reason_code, one.bank_reference
                 FROM jsonb_to_recordset($1) AS one (instruction_id uuid, via text, bank text, reason_code text, bank_reference text)
                 JOIN recalled_payment p ON p.disbursement_id = one.instruction_id AND p.bank = one.via AND p.bank = one.bank
                ORDER BY p.disbursement_id
           ), stored AS (
               INSERT INTO recall_refusal (disbursement_id, reason_code, bank_reference, told_at)
               SELECT disbursement_id, reason_code, bank_reference, $2 FROM told ON CONFLICT DO NOTHING
           )
           SELECT disbursement_id FROM told""",
        [
            {name: str(getattr(one, name)) for name in ("instruction_id", "via", "bank", "reason_code", "bank_reference")}
            for one in refusals
        ],
        at,
    )
    return {row["disbursement_id"] for row in rows}


async def page_of_recalls(tx: ReadTx, reach: Reach, run_id: UUID | None, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Recalls, newest first, after the one named, with how many payments are in which state; none below the country's reach."""
    if reach.level is not Level.COUNTRY:
        return []
    rows = await tx.fetch(
        f"""SELECT r.recall_id, r.run_id, r.reason, r.asked_by, r.asked_at, counted.*
              FROM recall r CROSS JOIN LATERAL (
                   SELECT count(*) AS payments, coalesce(sum(amount_satang), 0)::bigint AS amount_satang, {_counts()}
                     FROM (SELECT d.amount_satang, {_STATE} AS state FROM {_RECALLED} WHERE p.recall_id = r.recall_id) AS one) AS counted
             WHERE ($1::uuid IS NULL OR r.run_id = $1) AND ($2::uuid IS NULL OR r.recall_id < $2)
             ORDER BY r.recall_id DESC LIMIT $3""",
        run_id,
        after,
        limit,
    )
    return [dict(row) for row in rows]


def _counts() -> str:
    return ", ".join(f"count(*) FILTER (WHERE state = '{state}') AS {state.lower()}" for state in RecallState)


async def page_of_payments(
    tx: ReadTx, reach: Reach, recall_id: UUID | None, state: RecallState | None, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Payments in reach that were asked back, after the one named; a bank sees its own."""
    condition, args = reach_sql(
        reach, 5, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id", bank="p.bank"
    )
    rows = await tx.fetch(
        f"""SELECT d.disbursement_id, p.recall_id, d.run_id, d.benefit_month AS month, d.attempt_no, d.bank, d.amount_satang, r.asked_at,
                   {_STATE} AS state, refusal.reason_code AS refused_because
              FROM {_RECALLED} JOIN recall r USING (recall_id) JOIN holder h USING (holder_id)
             WHERE ($1::uuid IS NULL OR p.recall_id = $1) AND ($2::text IS NULL OR {_STATE} = $2)
               AND ($3::uuid IS NULL OR d.disbursement_id > $3) AND {condition}
             ORDER BY d.disbursement_id LIMIT $4""",
        recall_id,
        state,
        after,
        limit,
        *args,
    )
    return [dict(row) for row in rows]
