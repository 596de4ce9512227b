"""Figures about complaints."""

from services.reporting.domain.figures import Complaints, ComplaintsRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.view import View
from shared.db import ReadTx


async def complaints(tx: ReadTx, view: View, _: Parameters) -> Complaints:
    """Complaints by district and kind. An answer after which it rose again is none; in time is what never rose because its time was over."""
    where, args = view.where(2, "c.district", officer=None)
    rows = await tx.fetch(
        f"""SELECT district, category, count(*) AS received,
                   count(*) FILTER (WHERE answered AND NOT late) AS answered_in_time, count(*) FILTER (WHERE answered AND late) AS answered_late,
                   count(*) FILTER (WHERE NOT answered AND NOT late) AS open_in_time, count(*) FILTER (WHERE NOT answered AND late) AS open_overdue,
                   count(*) FILTER (WHERE risen) AS escalated
              FROM (SELECT c.district, c.category, e.version IS NOT NULL AS risen, coalesce(c.answer_version > coalesce(e.version, 0), false) AS answered,
                           coalesce(e.overdue, false) OR CASE WHEN c.answer_version > coalesce(e.version, 0) THEN c.answered_on > c.answer_due_on
                                                              ELSE coalesce(e.due_on, c.due_on) < $1 END AS late
                      FROM complaint c
                      LEFT JOIN (SELECT complaint_id, max(version) AS version, bool_or(reason = 'OVERDUE') AS overdue,
                                        (array_agg(due_on ORDER BY version DESC))[1] AS due_on
                                   FROM complaint_escalation GROUP BY complaint_id) e USING (complaint_id)
                     WHERE c.received_on IS NOT NULL AND {where}) one
             GROUP BY 1, 2 ORDER BY 1, 2""",
        view.today,
        *args,
    )
    return Complaints([ComplaintsRow(**dict(row)) for row in rows])
