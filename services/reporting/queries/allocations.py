"""Figures about wishes for seats."""

from services.reporting.domain.catalogue_figures import UnmetNeeds, UnmetNeedsRow
from services.reporting.domain.parameters import SeatMonthParameters
from services.reporting.queries.view import View
from shared.db import ReadTx


async def unmet_needs(tx: ReadTx, view: View, asked: SeatMonthParameters) -> UnmetNeeds:
    """Wishes by month, district and programme as the newest allocation left them, of the districts where the cases were."""
    where, args = view.where(2, "u.district", officer=None)
    rows = await tx.fetch(
        f"""SELECT u.month, u.district, need.dimension, need.programme_code AS programme,
                   coalesce(g.title_th, need.programme_code) AS programme_th, coalesce(g.title_en, need.programme_code) AS programme_en,
                   need.wishes, need.seated, need.with_another_seat, need.without_offering, need.without_seat
              FROM unmet_need u
             CROSS JOIN jsonb_to_recordset(u.programmes) AS need (programme_code text, dimension text, wishes int, seated int,
                   with_another_seat int, without_offering int, without_seat int)
              LEFT JOIN programme g ON g.code = need.programme_code
             WHERE ($1::text IS NULL OR u.month = $1) AND {where} ORDER BY 1, 2, 4""",
        asked.month,
        *args,
    )
    return UnmetNeeds([UnmetNeedsRow(**dict(row)) for row in rows])
