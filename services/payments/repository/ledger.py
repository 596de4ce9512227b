"""The ledger, and money to be got back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.payments.domain import POSTINGS, PROGRAMME, Month, Outcome
from services.payments.repository import envelopes
from services.payments.repository.envelopes import Entry
from services.payments.rules.funds import OF_OUTCOMES, EntryKind
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Posting:
    """Payments of one kind together: how many and how much (satang)."""

    run_id: UUID
    outcome: Outcome
    bank: str
    tier: str
    benefit_month: date
    payments: int
    amount_satang: int


async def post(tx: Tx, batch_id: UUID, postings: Sequence[Posting], at: datetime) -> None:
    """Append the entries of one batch, and let the envelopes follow; a second time for the same batch is refused by the database.

    The envelopes are locked, so nothing else may be locked afterwards. What is instructed must have been committed before.
    """
    await tx.copy_in(
        "ledger_entry",
        ("batch_id", "run_id", "outcome", "debit", "credit", "bank", "tier", "benefit_month", "payments", "amount_satang", "entered_at"),
        [
            (
                batch_id,
                one.run_id,
                one.outcome,
                *POSTINGS[one.outcome],
                one.bank,
                one.tier,
                one.benefit_month,
                one.payments,
                one.amount_satang,
                at,
            )
            for one in postings
        ],
    )
    await _follow(tx, postings, at)


async def _follow(tx: Tx, postings: Iterable[Posting], at: datetime) -> None:
    """Spend, free and get back what the postings say of runs, each out of its month's envelope."""
    sums: dict[tuple[UUID, date, EntryKind], int] = defaultdict(int)
    for one in postings:
        if one.outcome in OF_OUTCOMES:
            sums[one.run_id, one.benefit_month, OF_OUTCOMES[one.outcome]] += one.amount_satang
    if sums:
        held = await envelopes.lock_held(tx, {run_id for run_id, *_ in sums}, {month for _, month, _ in sums})
        envelope_of = {(one.cause_id, one.month): one.envelope_id for one in held}
        moved = [Entry(envelope_of[run_id, Month(month)], kind, satang, run_id) for (run_id, month, kind), satang in sums.items()]
        await envelopes.enter(tx, moved, at)


def summed(rows: Iterable[Mapping[str, Any]], outcome: Outcome) -> list[Posting]:
    """Postings of rows with run_id, bank, tier, benefit_month and amount_satang, added up."""
    sums: dict[tuple[UUID, str, str, date], list[int]] = {}
    for row in rows:
        entry = sums.setdefault((row["run_id"], row["bank"], row["tier"], row["benefit_month"]), [0, 0])
        entry[0] += 1
        entry[1] += row["amount_satang"]
    return [Posting(run_id, outcome, bank, tier, month, *sums[run_id, bank, tier, month]) for run_id, bank, tier, month in sums]


async def adjust_recoveries(tx: Tx, owed_for: Sequence[tuple[UUID, Month]], batch_id: UUID, at: datetime) -> None:
    """Note what was paid for these months, by any programme, though it is not payable; lift what is noted and not owed any more.

    What of it lapsed is the envelope's already. A part of a payment that was booked as recoverable is lifted where the payment came back, or is noted as a whole. The obligations
    must be locked. Appends to `recovery`, `adjustment` and the ledger.
    """
    months = list(dict.fromkeys(owed_for))
    rows = await tx.fetch(
        """WITH looked AS (
               SELECT d.disbursement_id, d.run_id, d.holder_id, d.benefit_month, d.bank, d.tier, d.amount_satang,
                      d.state = 'SETTLED' AND NOT o.payable AND d.amount_satang > gone.satang AS owed, e.stop_reason,
                      d.amount_satang - gone.satang AS owed_satang, coalesce(noted.entry_no, 0) AS entries, noted.amount_satang AS noted_satang,
                      coalesce(noted.kind = 'NOTED', false) AS is_noted
                 FROM unnest($1::uuid[], $2::date[]) AS k (holder_id, benefit_month)
                 JOIN obligation o ON o.holder_id = k.holder_id AND o.benefit_month = k.benefit_month
                 JOIN disbursement d ON d.holder_id = k.holder_id AND d.programme = o.programme AND d.benefit_month = k.benefit_month
                 LEFT JOIN entitlement e ON e.holder_id = k.holder_id AND o.programme = $3
                CROSS JOIN LATERAL (SELECT coalesce(sum(CASE w.kind WHEN 'LAPSED' THEN w.amount_satang WHEN 'LAPSE_TAKEN_BACK' THEN -w.amount_satang END), 0)::int
                                      AS satang FROM wallet_entry w WHERE w.disbursement_id = d.disbursement_id) AS gone
                 LEFT JOIN LATERAL (SELECT r.entry_no, r.kind, r.amount_satang FROM recovery r WHERE r.disbursement_id = d.disbursement_id
                                     ORDER BY r.entry_no DESC LIMIT 1) AS noted ON true
                WHERE d.state IN ('SETTLED', 'RETURNED')
           ), noted AS (
               INSERT INTO recovery (disbursement_id, entry_no, kind, holder_id, benefit_month, amount_satang, reason, noted_at)
               SELECT disbursement_id, entries + 1, CASE WHEN owed THEN 'NOTED' ELSE 'LIFTED' END, holder_id, benefit_month,
                      CASE WHEN owed THEN owed_satang ELSE noted_satang END, coalesce(stop_reason, 'NOT_OWED'), $4
                 FROM looked WHERE owed <> is_noted
               RETURNING disbursement_id, kind, amount_satang
           )
           SELECT looked.run_id, looked.bank, looked.tier, looked.benefit_month, noted.amount_satang, noted.kind
             FROM noted JOIN looked USING (disbursement_id)""",
        [holder_id for holder_id, _ in months],
        [month for _, month in months],
        PROGRAMME,
        at,
    )
    noted = [row for row in rows if row["kind"] == "NOTED"]
    lifted = [row for row in rows if row["kind"] == "LIFTED"] + await _lift_parts(tx, months, at)
    await post(tx, batch_id, [*summed(noted, Outcome.OVERPAID), *summed(lifted, Outcome.OVERPAYMENT_LIFTED)], at)


async def _lift_parts(tx: Tx, months: Sequence[tuple[UUID, Month]], at: datetime) -> list[Any]:
    """Lift what was booked as recoverable of payments that are not settled any more, or whose month is not due: it would be got back twice."""
    return await tx.fetch(
        """WITH parts AS (
               SELECT a.holder_id, a.benefit_month, a.disbursement_id,
                      sum(CASE a.kind WHEN 'RECOVERY' THEN a.amount_satang WHEN 'LIFT' THEN -a.amount_satang ELSE 0 END)::int AS satang
                 FROM unnest($1::uuid[], $2::date[]) AS k (holder_id, benefit_month) JOIN adjustment a USING (holder_id, benefit_month)
                WHERE a.disbursement_id IS NOT NULL GROUP BY 1, 2, 3
           ), lifted AS (
               INSERT INTO adjustment (holder_id, benefit_month, adjustment_no, kind, amount_satang, cause, disbursement_id, booked_by, booked_at)
               SELECT p.holder_id, p.benefit_month,
                      (SELECT max(a.adjustment_no) FROM adjustment a WHERE a.holder_id = p.holder_id AND a.benefit_month = p.benefit_month)
                      + row_number() OVER (PARTITION BY p.holder_id, p.benefit_month ORDER BY p.disbursement_id),
                      'LIFT', p.satang, CASE WHEN o.payable THEN 'CAME_BACK' ELSE 'PAID_NOT_DUE' END, p.disbursement_id, 'payments', $3
                 FROM parts p JOIN disbursement d USING (disbursement_id)
                 JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
                WHERE p.satang > 0 AND (d.state <> 'SETTLED' OR NOT o.payable)
               RETURNING disbursement_id, amount_satang
           )
           SELECT d.run_id, d.bank, d.tier, d.benefit_month, lifted.amount_satang FROM lifted JOIN disbursement d USING (disbursement_id)""",
        [holder_id for holder_id, _ in months],
        [month for _, month in months],
        at,
    )
