"""Figures about what agencies offer."""

from services.reporting.domain.catalogue_figures import Offerings, OfferingsRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.view import View
from shared.db import ReadTx


async def offerings(tx: ReadTx, view: View, _: Parameters) -> Offerings:
    """What is given by programme and province, as it stands; a province shows its districts' too."""
    where, args = view.where(2, "o.district", officer=None, agency="o.agency")
    rows = await tx.fetch(
        f"""SELECT o.dimension, o.programme, {programme_words("o.programme")}, o.agency, o.province, count(*) AS offerings, sum(o.seats) AS seats,
                   coalesce(sum(o.seats) FILTER (WHERE o.starts_on > $1), 0) AS seats_to_come,
                   coalesce(sum(o.seats) FILTER (WHERE o.synthetic), 0) AS seats_made_up
              FROM offering o LEFT JOIN programme g ON g.code = o.programme
             WHERE o.active AND {where} GROUP BY o.dimension, o.programme, o.agency, o.province ORDER BY 1, 2, 6""",
        view.today,
        *args,
    )
    return Offerings([OfferingsRow(**dict(row)) for row in rows])
