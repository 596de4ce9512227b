"""Entries about months that were granted already, and what such months look like in the books."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import (
    PROGRAMME,
    AdjustmentKind,
    DifferenceCause,
    Month,
    ObligationState,
    Outcome,
    Standing,
    adjustment_no,
    back_pay_programme,
)
from services.payments.repository import entitlements, ledger
from services.payments.rules.adjusting import BackPay, Claim, Line, MonthBooks, Paid
from shared.db import ReadTx, Tx

DIFFERING: Final = """WITH adjusted AS (
        SELECT holder_id, benefit_month AS month,
               sum(CASE WHEN kind IN ('BACK_PAY', 'LIFT') THEN amount_satang WHEN kind IN ('CANCEL', 'RECOVERY') THEN -amount_satang ELSE 0 END)::int AS satang
          FROM adjustment GROUP BY 1, 2
    ), told AS (
        SELECT e.holder_id, d.month, d.cause, d.granted_satang, d.due_satang
          FROM entitlement e
         CROSS JOIN LATERAL jsonb_to_recordset(e.differences) AS d (month date, cause text, granted_satang int, due_satang int)
         WHERE e.differences IS NOT NULL
        UNION ALL
        SELECT a.holder_id, a.month, 'TIER_CORRECTED', g.satang, g.satang
          FROM adjusted a JOIN entitlement e USING (holder_id) CROSS JOIN LATERAL unnest(e.payable, e.amounts) AS g (month, satang)
         WHERE a.satang <> 0 AND g.month = a.month
           AND NOT EXISTS (SELECT FROM jsonb_to_recordset(coalesce(e.differences, '[]')) AS d (month date) WHERE d.month = a.month)
    ), booked AS (
        SELECT holder_id, month, cause, granted_satang, due_satang,
               CASE WHEN cause = 'DEATH_TAKEN_BACK' THEN 0 ELSE coalesce(adjusted.satang, 0) END AS adjusted_satang
          FROM told LEFT JOIN adjusted USING (holder_id, month)
    ), differing AS (
        SELECT b.holder_id, b.month, b.cause, b.granted_satang, b.due_satang,
               b.adjusted_satang - least(gone.satang, greatest(b.granted_satang + b.adjusted_satang - b.due_satang, 0)) AS adjusted_satang
          FROM booked b
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(CASE w.kind WHEN 'LAPSED' THEN w.amount_satang WHEN 'LAPSE_TAKEN_BACK' THEN -w.amount_satang END), 0)::int AS satang
                 FROM disbursement d JOIN wallet_entry w USING (disbursement_id)
                WHERE d.holder_id = b.holder_id AND d.benefit_month = b.month AND d.state = 'SETTLED') AS gone
        UNION ALL
        SELECT r.holder_id, r.benefit_month, 'PAID_NOT_DUE', sum(r.amount_satang)::int, 0, 0 FROM recovery r JOIN disbursement d USING (disbursement_id)
         WHERE r.kind = 'NOTED' AND split_part(d.programme, '#', 1) = $1
           AND NOT EXISTS (SELECT FROM recovery later WHERE later.disbursement_id = r.disbursement_id AND later.entry_no > r.entry_no)
           AND NOT EXISTS (SELECT FROM adjustment a WHERE a.disbursement_id = r.disbursement_id AND a.kind = 'DEMAND' AND a.about_no = r.entry_no)
         GROUP BY 1, 2
    )"""
"""`differing`: months whose grant is not what would be due, with what was adjusted or lapsed already, for all holders; $1 is the programme."""


class HolderLine(NamedTuple):
    """An entry to be made for a holder."""

    holder_id: UUID
    line: Line


@dataclass(slots=True)
class _Month:
    """What is found of a month while its books are read."""

    paid: list[Paid] = field(default_factory=list)
    back_pay: list[BackPay] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lapsed: bool = False


async def with_allowance(tx: ReadTx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the holders that have an allowance."""
    rows = await tx.fetch("SELECT holder_id FROM entitlement WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    return {row["holder_id"] for row in rows}


async def lock_months(tx: Tx, holder_ids: Iterable[UUID]) -> None:
    """Lock what is owed to the holders, as those do who change it."""
    await tx.execute(
        "SELECT FROM obligation WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id, benefit_month, programme FOR UPDATE",
        list(holder_ids),
    )


async def books_of(tx: ReadTx, holder_ids: Sequence[UUID]) -> dict[UUID, list[MonthBooks]]:
    """The months of each holder that differ from what would be right, or were adjusted, in their order."""
    stored = await entitlements.of_holders(tx, holder_ids)
    found: dict[UUID, dict[Month, _Month]] = defaultdict(lambda: defaultdict(_Month))
    for row in await tx.fetch(_PAID, list(holder_ids), PROGRAMME):
        found[row["holder_id"]][row["benefit_month"]].paid.append(Paid(*tuple(row)[2:]))
    for row in await tx.fetch(_BACK_PAY, list(holder_ids), PROGRAMME):
        one = BackPay(adjustment_no(row["programme"]), row["amount_satang"], ObligationState(row["state"]))
        found[row["holder_id"]][row["benefit_month"]].back_pay.append(one)
    for row in await tx.fetch(_CLAIMS, list(holder_ids), PROGRAMME):
        found[row["holder_id"]][row["benefit_month"]].claims.append(Claim(*tuple(row)[2:]))
    for row in await tx.fetch(_LAPSED, list(holder_ids), PROGRAMME):
        found[row["holder_id"]][row["benefit_month"]].lapsed = True
    return {
        holder_id: [_books(month, of_month, one.standing) for month, of_month in sorted(_months(found[holder_id], one.standing).items())]
        for holder_id, one in stored.items()
    }


_PAID = """SELECT d.holder_id, d.benefit_month, d.disbursement_id, d.amount_satang, coalesce(a.satang, 0)::int AS recovered, coalesce(w.satang, 0)::int AS lapsed
             FROM disbursement d
             LEFT JOIN LATERAL (SELECT sum(CASE kind WHEN 'RECOVERY' THEN amount_satang WHEN 'LIFT' THEN -amount_satang END) AS satang
                                  FROM adjustment x WHERE x.disbursement_id = d.disbursement_id) AS a ON true
             LEFT JOIN LATERAL (SELECT sum(CASE kind WHEN 'LAPSED' THEN amount_satang WHEN 'LAPSE_TAKEN_BACK' THEN -amount_satang END) AS satang
                                  FROM wallet_entry x WHERE x.disbursement_id = d.disbursement_id) AS w ON true
            WHERE d.holder_id = ANY($1::uuid[]) AND split_part(d.programme, '#', 1) = $2 AND d.state = 'SETTLED'
            ORDER BY d.programme, d.attempt_no"""
_BACK_PAY = """SELECT o.holder_id, o.benefit_month, o.programme, o.amount_satang, o.state FROM obligation o
                WHERE o.holder_id = ANY($1::uuid[]) AND o.programme LIKE $2 || '#%' AND o.payable
                ORDER BY length(o.programme), o.programme"""
_CLAIMS = """SELECT r.holder_id, r.benefit_month, r.disbursement_id, r.entry_no, r.amount_satang FROM recovery r
              JOIN disbursement d USING (disbursement_id)
              WHERE r.holder_id = ANY($1::uuid[]) AND split_part(d.programme, '#', 1) = $2 AND r.kind = 'NOTED'
                AND NOT EXISTS (SELECT FROM recovery later WHERE later.disbursement_id = r.disbursement_id AND later.entry_no > r.entry_no)
                AND NOT EXISTS (SELECT FROM adjustment a WHERE a.disbursement_id = r.disbursement_id AND a.kind = 'DEMAND' AND a.about_no = r.entry_no)
              ORDER BY r.disbursement_id"""
_LAPSED = f"""SELECT holder_id, benefit_month FROM obligation
              WHERE holder_id = ANY($1::uuid[]) AND programme = $2 AND state = '{ObligationState.LAPSED}'"""


def _months(found: Mapping[Month, _Month], standing: Standing) -> dict[Month, _Month]:
    """Months with a difference, with back-pay or a claim, or of which a part was booked as recoverable."""
    kept = {month: one for month, one in found.items() if one.back_pay or one.claims or any(paid.recovered_satang for paid in one.paid)}
    return kept | {one.month: found.get(one.month, _Month()) for one in standing.differences}


def _books(month: Month, found: _Month, standing: Standing) -> MonthBooks:
    granted = dict(zip(standing.payable, standing.amounts, strict=True)).get(month, 0)
    differs = next((one for one in standing.differences if one.month == month), None)
    cause = differs.cause if differs else DifferenceCause.TIER_CORRECTED if granted else DifferenceCause.PAID_NOT_DUE
    return MonthBooks(
        month=month,
        granted_satang=granted,
        due_satang=differs.due_satang if differs else granted,
        cause=cause,
        paid=tuple(found.paid),
        back_pay=tuple(found.back_pay),
        claims=tuple(found.claims),
        lapsed=found.lapsed,
    )


async def book(tx: Tx, lines: Sequence[HolderLine], proposal_id: UUID, who: str, at: datetime) -> None:
    """Append the entries as the next of their months, and let obligations and ledger follow. The obligations must be locked.

    What a GRANT lets be paid is the caller's to do: it is a fact of the allowance.
    """
    rows = await tx.fetch(
        """INSERT INTO adjustment (holder_id, benefit_month, adjustment_no, kind, amount_satang, cause, disbursement_id, about_no, proposal_id, booked_by, booked_at)
           SELECT holder_id, month,
                  (SELECT coalesce(max(a.adjustment_no), 0) FROM adjustment a WHERE a.holder_id = new.holder_id AND a.benefit_month = new.month)
                  + row_number() OVER (PARTITION BY holder_id, month ORDER BY n),
                  kind, satang, cause, disbursement_id, about_no, $8, $9, $10
             FROM unnest($1::uuid[], $2::date[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::smallint[])
                  WITH ORDINALITY AS new (holder_id, month, kind, satang, cause, disbursement_id, about_no, n)
           RETURNING holder_id, benefit_month, adjustment_no, kind, amount_satang, about_no, disbursement_id""",
        [one.holder_id for one in lines],
        [one.line.month for one in lines],
        [one.line.kind for one in lines],
        [one.line.amount_satang for one in lines],
        [one.line.cause for one in lines],
        [one.line.disbursement_id for one in lines],
        [one.line.about_no for one in lines],
        proposal_id,
        who,
        at,
    )
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    await _owe(tx, by_kind[AdjustmentKind.BACK_PAY])
    await _owe_no_more(tx, by_kind[AdjustmentKind.CANCEL])
    booked = [
        (outcome, await _with_payment(tx, by_kind[kind]))
        for kind, outcome in ((AdjustmentKind.RECOVERY, Outcome.OVERPAID), (AdjustmentKind.LIFT, Outcome.OVERPAYMENT_LIFTED))
    ]
    await ledger.post(tx, proposal_id, [posting for outcome, found in booked for posting in ledger.summed(found, outcome)], at)


async def _owe(tx: Tx, rows: Sequence[Any]) -> None:
    """A back-pay is an obligation of its own, which the next run takes."""
    await tx.execute(
        """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable, late)
           SELECT new.holder_id, new.programme, new.month, new.satang, coalesce(h.tier, e.tier), 'DUE', true, true
             FROM unnest($1::uuid[], $2::text[], $3::date[], $4::int[]) AS new (holder_id, programme, month, satang)
             JOIN entitlement e USING (holder_id) JOIN holder h USING (holder_id)""",
        [row["holder_id"] for row in rows],
        [back_pay_programme(row["adjustment_no"]) for row in rows],
        [row["benefit_month"] for row in rows],
        [row["amount_satang"] for row in rows],
    )


async def _owe_no_more(tx: Tx, rows: Sequence[Any]) -> None:
    await tx.execute(
        """UPDATE obligation o SET payable = false FROM unnest($1::uuid[], $2::text[], $3::date[]) AS gone (holder_id, programme, month)
            WHERE o.holder_id = gone.holder_id AND o.programme = gone.programme AND o.benefit_month = gone.month""",
        [row["holder_id"] for row in rows],
        [back_pay_programme(row["about_no"]) for row in rows],
        [row["benefit_month"] for row in rows],
    )


async def _with_payment(tx: Tx, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows with the run, bank and tier of the payment that each is about."""
    payments = await tx.fetch(
        "SELECT disbursement_id, run_id, bank, tier FROM disbursement WHERE disbursement_id = ANY($1::uuid[])",
        [row["disbursement_id"] for row in rows],
    )
    by_id = {row["disbursement_id"]: dict(row) for row in payments}
    return [{**by_id[row["disbursement_id"]], **dict(row)} for row in rows]


async def entries_of(tx: ReadTx, holder_id: UUID) -> list[dict[str, Any]]:
    """What was booked of a holder's months, by month and number."""
    rows = await tx.fetch(
        """SELECT benefit_month AS month, adjustment_no, kind, amount_satang, cause, disbursement_id, about_no, proposal_id, booked_by, booked_at
             FROM adjustment WHERE holder_id = $1 ORDER BY benefit_month, adjustment_no""",
        holder_id,
    )
    return [dict(row) for row in rows]
