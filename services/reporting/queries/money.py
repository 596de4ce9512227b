"""Figures about money: payments by month and tier, runs, allowances and why they stopped."""

from services.reporting.domain.figures import Entitlements, EntitlementsRow, Payments, PaymentsRow, RunRow
from services.reporting.domain.parameters import MonthParameters, Parameters
from services.reporting.queries.view import View
from shared.db import ReadTx


async def payments(tx: ReadTx, view: View, asked: MonthParameters) -> Payments:
    """What became of the payments, in the district of each at its time."""
    return Payments(await payment_rows(tx, view, asked.month), await _runs(tx, asked.month) if view.whole_country else [])


async def payment_rows(tx: ReadTx, view: View, month: str | None) -> list[PaymentsRow]:
    """By month and tier. A person's month counts as failed only while no attempt at it came through or came back."""
    where, args = view.where(2, "f.district", bank="f.bank")
    rows = await tx.fetch(
        f"""SELECT month, tier,
                   count(*) FILTER (WHERE settled > 0) AS persons_settled, coalesce(sum(settled), 0)::bigint AS settled_satang,
                   count(*) FILTER (WHERE settled = 0 AND returned = 0) AS persons_failed,
                   coalesce(sum(asked) FILTER (WHERE settled = 0 AND returned = 0), 0)::bigint AS failed_satang,
                   count(*) FILTER (WHERE returned > 0 AND settled = 0) AS persons_returned,
                   coalesce(sum(returned) FILTER (WHERE settled = 0), 0)::bigint AS returned_satang
              FROM (SELECT f.holder_id, f.month, f.tier, max(f.amount_satang) AS asked,
                           coalesce(sum(f.amount_satang) FILTER (WHERE f.outcome = 'SETTLED'), 0) AS settled,
                           coalesce(max(f.amount_satang) FILTER (WHERE f.outcome = 'RETURNED'), 0) AS returned
                      FROM payment f JOIN person p USING (holder_id)
                     WHERE ($1::text IS NULL OR f.month = $1) AND {where}
                     GROUP BY 1, 2, 3) paid
             GROUP BY month, tier ORDER BY month, tier""",
        month,
        *args,
    )
    return [PaymentsRow(**dict(row)) for row in rows]


async def _runs(tx: ReadTx, month: str | None) -> list[RunRow]:
    rows = await tx.fetch(
        """SELECT run_id, month, released_on, persons, amount_satang, closed_on, eligible, paid, failed, held, returned
             FROM run WHERE $1::text IS NULL OR month = $1 ORDER BY month, released_on, run_id""",
        month,
    )
    return [RunRow(**dict(row)) for row in rows]


async def entitlements(tx: ReadTx, view: View, _: Parameters) -> Entitlements:
    """Allowances by state and by why they stopped, where the cases are now."""
    where, args = view.where(1, "p.responsible_district")
    rows = await tx.fetch(
        f"""SELECT e.tier, e.status, e.stop_reason, e.stop_month, count(*) AS persons, sum(e.monthly_satang)::bigint AS monthly_satang
              FROM entitlement e JOIN person p USING (holder_id) WHERE {where} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        *args,
    )
    return Entitlements([EntitlementsRow(**dict(row)) for row in rows])
