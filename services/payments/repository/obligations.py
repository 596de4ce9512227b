"""What is owed for each benefit month.

Making obligations excludes changes of allowances for its moment (an advisory lock), so that no allowance changes unseen:
those that change afterwards carry a newer generation, and the next making looks at all their months again.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from services.payments.domain import PROGRAMME, Month
from shared.db import ReadTx, Tx

ALIVE: Final = "{month} <= least(date_trunc('month', h.deceased_on), date_trunc('month', h.merged_on), 'infinity')"
"""Whether a holder `h` is still to be paid for the month: up to that of a death, or of a merge into another holder."""
_LOCK = "hashtext('payments.obligations')"


async def changing_allowances(tx: Tx) -> int:
    """Keep obligations from being made until the end of the transaction; returns the present generation."""
    await tx.fetchval(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")
    generation: int = await tx.fetchval("SELECT generation FROM obligations_made")
    return generation


async def freeze_allowances(tx: Tx) -> None:
    """Keep allowances from changing until the end of the transaction."""
    await tx.fetchval(f"SELECT pg_advisory_xact_lock({_LOCK})")


_MAKE: Final = """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable, late)
           SELECT e.holder_id, $1, m.month, m.satang, coalesce(m.tier, e.tier), 'DUE', true, m.month <= $3
             FROM entitlement e CROSS JOIN LATERAL unnest(e.payable, e.amounts, e.tiers) AS m (month, satang, tier)"""


async def make(tx: Tx, through: Month) -> int:
    """Make the obligations that allowances have up to the month and that are not there yet; returns how many.

    Everybody's for the months not made before; for allowances that changed since the last making, all months.
    """
    await freeze_allowances(tx)
    row = await tx.fetchrow("SELECT generation, through_month FROM obligations_made FOR UPDATE")
    if row is None:
        raise LookupError("obligations_made has no row")
    before = row["through_month"] or date.min
    # Of these months nobody has one: were there any, the database would refuse the second.
    made = await tx.execute(f"{_MAKE} WHERE m.month > $3 AND m.month <= $2", PROGRAMME, through, before)
    made += await tx.execute(
        f"{_MAKE} WHERE m.month <= least($2, $3) AND e.changed_in = $4 ON CONFLICT DO NOTHING",
        PROGRAMME,
        through,
        before,
        row["generation"],
    )
    await tx.execute("UPDATE obligations_made SET generation = generation + 1, through_month = greatest(through_month, $1)", through)
    return made


async def follow_lives(tx: Tx, holder_ids: Iterable[UUID]) -> list[tuple[UUID, Month]]:
    """Set which obligations of other programmes are payable, by the lives of the holders now: none after the month of a death or merge.

    Returns those that changed (holder, month).
    """
    ids = list(holder_ids)
    await tx.execute(
        "SELECT FROM obligation WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id, benefit_month, programme FOR UPDATE", ids
    )
    rows = await tx.fetch(
        f"""UPDATE obligation o SET payable = NOT o.payable, late = true FROM holder h
             WHERE o.holder_id = ANY($1::uuid[]) AND split_part(o.programme, '#', 1) <> $2 AND h.holder_id = o.holder_id
               AND o.payable <> ({ALIVE.format(month="o.benefit_month")})
         RETURNING o.holder_id, o.benefit_month""",
        ids,
        PROGRAMME,
    )
    return [(row["holder_id"], Month(row["benefit_month"])) for row in rows]


async def paid_or_out(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, set[Month]]:
    """Months of the holders' allowances that are paid, or out at a bank, by holder."""
    rows = await tx.fetch(
        """SELECT holder_id, array_agg(benefit_month) AS months FROM obligation
            WHERE holder_id = ANY($1::uuid[]) AND programme = $2 AND state IN ('SETTLED', 'INSTRUCTED', 'UNKNOWN') GROUP BY 1""",
        list(holder_ids),
        PROGRAMME,
    )
    return {row["holder_id"]: set(row["months"]) for row in rows}


async def follow_allowances(tx: Tx, holder_ids: Iterable[UUID]) -> list[tuple[UUID, Month]]:
    """Set which obligations of the holders are payable, by their allowances now; returns those that changed (holder, month)."""
    ids = list(holder_ids)
    await tx.execute(
        "SELECT FROM obligation WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id, benefit_month, programme FOR UPDATE", ids
    )
    # A back-pay goes with its month, unless it was cancelled.
    rows = await tx.fetch(
        """UPDATE obligation o SET payable = NOT o.payable, late = true
             FROM entitlement e
            WHERE o.holder_id = ANY($1::uuid[]) AND split_part(o.programme, '#', 1) = $2 AND e.holder_id = o.holder_id
              AND o.payable <> (o.benefit_month = ANY(e.payable)
                                AND NOT EXISTS (SELECT FROM adjustment a WHERE o.programme <> $2 AND a.kind = 'CANCEL' AND a.holder_id = o.holder_id
                                                   AND a.benefit_month = o.benefit_month AND o.programme = $2 || '#' || a.about_no))
        RETURNING o.holder_id, o.benefit_month""",
        ids,
        PROGRAMME,
    )
    return [(row["holder_id"], Month(row["benefit_month"])) for row in rows]
