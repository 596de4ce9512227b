"""What the books hold of persons: balances of many, movements of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.payments.domain import AttemptState, Outcome
from services.payments.repository.wallets import LAPSED_SQL, USED_SQL
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.disputes import Finding, steps
from services.payments.rules.statements import Moved, Movement
from shared.clock import BANGKOK, on_day
from shared.db import ReadTx
from shared.ids import bank_ref

_DISBURSEMENT = """d.disbursement_id, d.benefit_month, d.attempt_no, d.bank, d.amount_satang,
                   (SELECT r.terms IS NOT NULL FROM run r WHERE r.run_id = d.run_id) AS limited"""


@dataclass(frozen=True, slots=True)
class PersonBalance:
    """A person's account (satang): granted and due = paid + out at banks + not yet paid + (less) paid and not due, which is recoverable.

    A back-pay is granted beside its month; what was booked as recoverable of a payment is not, and neither is a month that lapsed unpaid.
    Of what was paid to be spent in shops, used + lapsed + left to spend; what lapsed of a payment that was not due is owed back no more.
    """

    holder_id: UUID
    months: int
    granted_satang: int
    paid_satang: int
    out_satang: int
    unpaid_satang: int
    recoverable_satang: int
    used_satang: int
    lapsed_satang: int
    to_spend_satang: int


async def balances(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[PersonBalance]:
    """The accounts of the persons who have any, added up together, in the order of their ids."""
    rows = await tx.fetch(
        f"""SELECT o.holder_id, count(*) FILTER (WHERE o.payable AND o.state <> 'LAPSED' AND strpos(o.programme, '#') = 0) AS months,
                  coalesce(sum(o.amount_satang) FILTER (WHERE o.payable AND o.state <> 'LAPSED'), 0)::bigint - part.satang AS granted_satang,
                  coalesce(sum(o.amount_satang) FILTER (WHERE o.state = 'SETTLED'), 0)::bigint AS paid_satang,
                  coalesce(sum(o.amount_satang) FILTER (WHERE o.state IN ('INSTRUCTED', 'UNKNOWN')), 0)::bigint AS out_satang,
                  coalesce(sum(o.amount_satang) FILTER (WHERE o.payable AND o.state IN ('DUE', 'FAILED', 'HELD', 'RETURNED')), 0)::bigint AS unpaid_satang,
                  coalesce((SELECT sum(CASE r.kind WHEN 'NOTED' THEN r.amount_satang ELSE -r.amount_satang END)
                              FROM recovery r WHERE r.holder_id = o.holder_id), 0)::bigint + part.satang AS recoverable_satang,
                  spent.used AS used_satang, spent.lapsed AS lapsed_satang, limited.satang - spent.used - spent.lapsed AS to_spend_satang
             FROM obligation o
            CROSS JOIN LATERAL (
                  SELECT coalesce(sum({USED_SQL}), 0)::bigint AS used, coalesce(sum({LAPSED_SQL}), 0)::bigint AS lapsed
                    FROM wallet_entry w WHERE w.holder_id = o.holder_id) AS spent
            CROSS JOIN LATERAL (
                  SELECT coalesce(sum(d.amount_satang), 0)::bigint AS satang FROM disbursement d JOIN run r USING (run_id)
                   WHERE d.holder_id = o.holder_id AND d.state = 'SETTLED' AND r.terms IS NOT NULL) AS limited
            CROSS JOIN LATERAL (
                  SELECT coalesce(sum(CASE a.kind WHEN 'RECOVERY' THEN a.amount_satang ELSE -a.amount_satang END), 0)::bigint AS satang
                    FROM adjustment a WHERE a.holder_id = o.holder_id AND a.kind IN ('RECOVERY', 'LIFT')) AS part
            WHERE o.holder_id = ANY($1::uuid[]) GROUP BY o.holder_id, part.satang, spent.used, spent.lapsed, limited.satang ORDER BY o.holder_id""",
        list(holder_ids),
    )
    return [PersonBalance(**dict(row)) for row in rows]


async def movements(tx: ReadTx, holder_id: UUID) -> list[Moved]:
    """All that happened to the person's months: lists, answers of banks, what two persons found out, what is owed back."""
    return [
        *(_moved(row, row["movement"]) for row in await _released(tx, holder_id)),
        *(_moved(row, outcome) for row in await _answered(tx, holder_id) for outcome in row["outcomes"].split("+")),
        *(_moved(row, outcome) for row in await _resolved(tx, holder_id) for outcome in _found(row)),
        *(_moved(row, row["movement"]) for row in await _recovered(tx, holder_id)),
        *(_moved(row, row["movement"]) for row in await _adjusted(tx, holder_id)),
        *(_moved(row, row["movement"]) for row in await _spent(tx, holder_id)),
    ]


def _moved(row: Mapping[str, Any], movement: str) -> Moved:
    at: datetime = row["at"].astimezone(BANGKOK)
    paid = movement in {Movement.SETTLED, Movement.RETURNED}
    return Moved(
        at=at,
        month=row["benefit_month"],
        movement=Movement(movement),
        instruction_id=bank_ref(row["disbursement_id"]),
        attempt_no=row["attempt_no"],
        bank=row["bank"],
        amount_satang=row["amount_satang"],
        reason=None if movement == Movement.SETTLED else row["reason"],
        value_date=row["value_date"] or on_day(at) if paid else None,
        reference=row["reference"] if paid else None,
        limited=row["limited"],
    )


async def _released(tx: ReadTx, holder_id: UUID) -> list[Any]:
    return await tx.fetch(
        f"""SELECT r.released_at AS at, {_DISBURSEMENT}, NULL::date AS value_date, NULL AS reference,
                   CASE d.state WHEN 'HELD' THEN 'HELD' ELSE 'INSTRUCTED' END AS movement, CASE d.state WHEN 'HELD' THEN d.reason END AS reason
              FROM disbursement d JOIN run r USING (run_id) WHERE d.holder_id = $1 AND r.released_at IS NOT NULL""",
        holder_id,
    )


async def _answered(tx: ReadTx, holder_id: UUID) -> list[Any]:
    return await tx.fetch(
        f"""SELECT b.received_at AS at, {_DISBURSEMENT}, b.value_date, b.bank_reference AS reference, b.reason_code AS reason, b.outcomes
              FROM disbursement d JOIN bank_result b USING (disbursement_id)
             WHERE d.holder_id = $1 AND b.disposition = '{Disposition.APPLIED}' ORDER BY b.seq""",
        holder_id,
    )


async def _resolved(tx: ReadTx, holder_id: UUID) -> list[Any]:
    return await tx.fetch(
        f"""SELECT x.decided_at AS at, {_DISBURSEMENT}, x.paid_on AS value_date, x.reference, x.finding AS reason, x.finding, x.state_before
              FROM disbursement d JOIN resolution x USING (disbursement_id) WHERE d.holder_id = $1 AND x.status = 'APPROVED'""",
        holder_id,
    )


def _found(row: Mapping[str, Any]) -> Iterable[Outcome]:
    return steps(AttemptState(row["state_before"]), Finding(row["finding"]))


async def _recovered(tx: ReadTx, holder_id: UUID) -> list[Any]:
    return await tx.fetch(
        """SELECT r.noted_at AS at, d.disbursement_id, d.benefit_month, d.attempt_no, d.bank, r.amount_satang, false AS limited, NULL::date AS value_date, NULL AS reference, r.reason,
                   CASE r.kind WHEN 'NOTED' THEN 'OVERPAID' ELSE 'OVERPAYMENT_LIFTED' END AS movement
              FROM recovery r JOIN disbursement d USING (disbursement_id) WHERE r.holder_id = $1 ORDER BY r.entry_no""",
        holder_id,
    )


async def _adjusted(tx: ReadTx, holder_id: UUID) -> list[Any]:
    """The parts of payments that were booked as recoverable, and lifted again."""
    return await tx.fetch(
        """SELECT a.booked_at AS at, d.disbursement_id, a.benefit_month, d.attempt_no, d.bank, a.amount_satang, false AS limited,
                  NULL::date AS value_date, NULL AS reference, a.cause AS reason,
                  CASE a.kind WHEN 'RECOVERY' THEN 'OVERPAID' ELSE 'OVERPAYMENT_LIFTED' END AS movement
             FROM adjustment a JOIN disbursement d USING (disbursement_id)
            WHERE a.holder_id = $1 AND a.kind IN ('RECOVERY', 'LIFT') ORDER BY a.adjustment_no""",
        holder_id,
    )


async def _spent(tx: ReadTx, holder_id: UUID) -> list[Any]:
    """What was used of payments, lapsed, or was taken back."""
    return await tx.fetch(
        """SELECT w.entered_at AS at, d.disbursement_id, d.benefit_month, d.attempt_no, d.bank, w.amount_satang, true AS limited,
                  NULL::date AS value_date, NULL AS reference, to_char(w.use_month, 'YYYY-MM') AS reason, w.kind AS movement
             FROM wallet_entry w JOIN disbursement d USING (disbursement_id) WHERE w.holder_id = $1 ORDER BY w.disbursement_id, w.entry_no""",
        holder_id,
    )
