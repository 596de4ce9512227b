"""Figures about employers of card holders."""

from services.reporting.domain.catalogue_figures import EmployerDeductions, EmployerDeductionsRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.view import View
from shared.db import ReadTx


async def employer_deductions(tx: ReadTx, view: View, _: Parameters) -> EmployerDeductions:
    """What was certified, by the year in which the accounting period begins. An employer is in no area: of one area there are none."""
    rows = await tx.fetch(
        """SELECT extract(year FROM starts_on)::int AS year, count(DISTINCT tax_id) AS employers, count(*) AS periods, sum(persons)::bigint AS persons,
                  sum(wages_satang)::bigint AS wages_satang, sum(training_satang)::bigint AS training_satang,
                  sum(deduction_satang)::bigint AS deduction_satang, count(*) FILTER (WHERE version > 1) AS corrected
             FROM employer_deduction WHERE $1 GROUP BY 1 ORDER BY 1""",
        view.whole_country,
    )
    return EmployerDeductions([EmployerDeductionsRow(**dict(row)) for row in rows])
