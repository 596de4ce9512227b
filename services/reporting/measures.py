"""What operators watch of the figures: what no figure shows yet, and reports that are owed."""

from collections.abc import Sequence

from prometheus_client import Gauge

from services.reporting import repository
from services.reporting.resources import ReportingResources
from shared.db import ReadTx
from shared.service.measures import Measure

_uncounted = Gauge("sukjai_uncounted_changes", "Changes of projections that no figure shows yet, at most")
_waiting = Gauge("sukjai_reports_waiting", "Due reports that are not submitted, or were returned", ["level", "status"])
_overdue = Gauge("sukjai_reports_overdue", "Those of them whose day has passed", ["level"])


def measures(resources: ReportingResources) -> Sequence[Measure]:
    """Those of reporting; overdue is by the business clock, as the calendar is."""

    async def uncounted(tx: ReadTx) -> None:
        _uncounted.set(await repository.uncounted(tx))

    async def reports(tx: ReadTx) -> None:
        rows = await tx.fetch(
            """SELECT level, count(*) FILTER (WHERE status = 'OPEN') AS open, count(*) FILTER (WHERE status = 'RETURNED') AS returned,
                      count(*) FILTER (WHERE due_on < $1) AS overdue
                 FROM report_due WHERE status IN ('OPEN', 'RETURNED') GROUP BY level""",
            resources.clock.business_today(),
        )
        _waiting.clear()
        _overdue.clear()
        for row in rows:
            _waiting.labels(row["level"], "OPEN").set(row["open"])
            _waiting.labels(row["level"], "RETURNED").set(row["returned"])
            _overdue.labels(row["level"]).set(row["overdue"])

    return [uncounted, reports]
