"""Figures about money: payments by month and tier, runs, allowances and why they stopped."""

from services.reporting.domain.figures import Entitlements, EntitlementsRow, Payments, PaymentsRow, RunRow
from services.reporting.domain.parameters import MonthParameters, Parameters
from services.reporting.queries import cubes
from services.reporting.queries.view import View
from shared.auth import Level
from shared.db import ReadTx


async def payments(tx: ReadTx, view: View, asked: MonthParameters) -> Payments:
    """What became of the payments, in the district of each at its time."""
    return Payments(await payment_rows(tx, view, asked.month), await _runs(tx, asked.month) if view.whole_country else [])


async def payment_rows(tx: ReadTx, view: View, month: str | None) -> list[PaymentsRow]:
    """By month and tier. A person's month counts as failed only while no attempt at it came through or came back."""
    seen, args = cubes.PAYMENTS.seen(view)
    sums = ", ".join(f"sum({name})::bigint AS {name}" for name in cubes.PAYMENTS.sums[1:])
    bank, asked = len(args) + 1, len(args) + 2
    rows = await tx.fetch(
        f"""SELECT month, tier, {sums} FROM {seen} paid
             WHERE bank = ${bank} AND (${asked}::text IS NULL OR month = ${asked}) GROUP BY month, tier ORDER BY month, tier""",
        *args,
        view.reach.code if view.reach.level is Level.BANK else "",
        month,
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
    seen, args = cubes.ALLOWANCES.seen(view)
    rows = await tx.fetch(
        f"""SELECT tier, status, nullif(stop_reason, '') AS stop_reason, nullif(stop_month, '') AS stop_month,
                   sum(persons)::bigint AS persons, sum(monthly_satang)::bigint AS monthly_satang
              FROM {seen} e GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        *args,
    )
    return Entitlements([EntitlementsRow(**dict(row)) for row in rows])
