"""Figures about specialists' reviews and about seats."""

from services.reporting.domain.catalogue_figures import Seats, SeatsRow, SpecialistReviews, SpecialistReviewsRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.view import View
from shared.db import ReadTx


async def specialist_reviews(tx: ReadTx, view: View, _: Parameters) -> SpecialistReviews:
    """Questions by dimension where the cases are now. One that was withdrawn is neither answered nor open."""
    where, args = view.where(2, "p.responsible_district")
    rows = await tx.fetch(
        f"""SELECT r.dimension, count(*) AS asked,
                   count(*) FILTER (WHERE given_on <= due_on) AS answered_in_time, count(*) FILTER (WHERE given_on > due_on) AS answered_late,
                   count(*) FILTER (WHERE given_on IS NULL AND withdrawn_on IS NOT NULL) AS withdrawn,
                   count(*) FILTER (WHERE given_on IS NULL AND withdrawn_on IS NULL AND due_on >= $1) AS open_in_time,
                   count(*) FILTER (WHERE given_on IS NULL AND withdrawn_on IS NULL AND due_on < $1) AS open_overdue,
                   count(*) FILTER (WHERE EXISTS (SELECT FROM specialist_review_overdue o WHERE o.review_id = r.review_id)) AS escalated
              FROM specialist_review r JOIN person p USING (holder_id)
             WHERE r.asked_on IS NOT NULL AND {where} GROUP BY 1 ORDER BY 1""",
        view.today,
        *args,
    )
    return SpecialistReviews([SpecialistReviewsRow(**dict(row)) for row in rows])


async def seats(tx: ReadTx, view: View, _: Parameters) -> Seats:
    """Lines with an offering by programme, where the cases are now: who has a seat, who waits, who gave either up."""
    where, args = view.where(1, "p.responsible_district", agency="g.agency")
    rows = await tx.fetch(
        f"""SELECT s.programme, {programme_words("s.programme")},
                   count(DISTINCT s.offering_id) AS offerings, count(*) FILTER (WHERE s.step = 1) AS seated, count(*) FILTER (WHERE s.step = 0) AS waiting,
                   count(*) FILTER (WHERE s.step = 2 AND s.had_seat) AS seats_given_up, count(*) FILTER (WHERE s.step = 2 AND NOT s.had_seat) AS waits_given_up
              FROM line_seat s JOIN person p USING (holder_id) LEFT JOIN programme g ON g.code = s.programme
             WHERE {where} GROUP BY 1 ORDER BY 1""",
        *args,
    )
    return Seats([SeatsRow(**dict(row)) for row in rows])
