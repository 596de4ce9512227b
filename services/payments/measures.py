"""What operators watch of the money: where the runs stand, for how long, and what became of what banks were told."""

from collections.abc import Sequence
from typing import Final

from prometheus_client import Gauge

from services.payments.domain import OUT_AT_BANKS, Outcome, RunStatus
from services.payments.resources import PaymentsResources
from shared.db import ReadTx
from shared.service.measures import Measure

MONTHS_MAX: Final = 12
"""So many months are told, the newest: older money is in the books."""

_OPEN: Final = (RunStatus.PREPARING, RunStatus.PROPOSED, RunStatus.APPROVED, *OUT_AT_BANKS)
_TOLD: Final = (Outcome.INSTRUCTED, Outcome.SETTLED, Outcome.FAILED, Outcome.RETURNED)

_runs = Gauge("sukjai_runs", "Runs in each state", ["status"])
_run_age = Gauge(
    "sukjai_run_state_seconds", "How long a run that is not over has been in its state; of two the longer", ["month", "programme", "status"]
)
_payments = Gauge(
    "sukjai_run_payments", "Payments in the ledger, by the run's month and what became of them", ["month", "programme", "outcome"]
)
_satang = Gauge("sukjai_run_satang", "The same in satang", ["month", "programme", "outcome"])


def measures(resources: PaymentsResources) -> Sequence[Measure]:
    """Those of payments; ages are by the business clock, as the runs are."""

    async def stand(tx: ReadTx) -> None:
        counted = {row["status"]: row["runs"] for row in await tx.fetch("SELECT status, count(*) AS runs FROM run GROUP BY status")}
        for status in RunStatus:
            _runs.labels(status).set(counted.get(status, 0))
        rows = await tx.fetch(
            """SELECT r.month, r.programme, r.status, min(h.at) AS since
                 FROM run r CROSS JOIN LATERAL (SELECT at FROM run_history WHERE run_id = r.run_id AND to_status = r.status
                                              AND from_status IS DISTINCT FROM to_status ORDER BY number DESC LIMIT 1) h
                WHERE r.status = ANY($1::text[]) GROUP BY 1, 2, 3""",
            list(_OPEN),
        )
        now = resources.clock.business_now()
        _run_age.clear()
        for row in rows:
            _run_age.labels(f"{row['month']:%Y-%m}", row["programme"], row["status"]).set((now - row["since"]).total_seconds())

    async def money(tx: ReadTx) -> None:
        rows = await tx.fetch(
            """SELECT r.month, r.programme, l.outcome, sum(l.payments) AS payments, sum(l.amount_satang) AS satang
                 FROM run r JOIN ledger_entry l USING (run_id)
                WHERE r.month IN (SELECT DISTINCT month FROM run ORDER BY month DESC LIMIT $1) AND l.outcome = ANY($2::text[])
                GROUP BY 1, 2, 3""",
            MONTHS_MAX,
            list(_TOLD),
        )
        _payments.clear()
        _satang.clear()
        for row in rows:
            labels = (f"{row['month']:%Y-%m}", row["programme"], row["outcome"])
            _payments.labels(*labels).set(row["payments"])
            _satang.labels(*labels).set(row["satang"])

    return [stand, money]
