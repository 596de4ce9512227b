"""The course of the year: what happened on which day, and what waits for the next step of an agency."""

from collections import defaultdict
from dataclasses import fields
from datetime import date
from typing import Final

from services.reporting.domain.course_figures import AgencyClocks, AgencyClocksRow, Timeline, TimelineRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.view import View
from shared.db import ReadTx

_FIGURES: Final = tuple(one.name for one in fields(TimelineRow) if one.name != "day")

_VISITS: Final = """
    SELECT holder_id, visited_on FROM visit_attempt
    UNION SELECT holder_id, interviewed_on FROM interview WHERE channel = 'HOME_VISIT'
    UNION SELECT holder_id, stated_on FROM intake WHERE channel = 'HOME_VISIT'"""
"""Who was visited on which day: in vain, refused at the door, for the interview or to state the wish."""

# By figure: its day, its rows, and the district in which it counts.
_FACTS: Final = {
    "declared": ("f.stated_on", "intake f", "f.district"),
    "visited": ("f.visited_on", f"({_VISITS}) f", "p.responsible_district"),
    "interviewed": ("f.interviewed_on", "interview f", "f.district"),
    "planned": ("p.planned_on", "(SELECT holder_id FROM person WHERE planned_on IS NOT NULL) f", "p.responsible_district"),
    "referred": ("f.referred_on", "referral f", "p.responsible_district"),
    "ended": ("f.completed_on", "plan_end f", "p.responsible_district"),
    "followed": ("f.contacted_on", "(SELECT holder_id, contacted_on FROM follow_up WHERE reached) f", "p.responsible_district"),
}


async def timeline(tx: ReadTx, view: View, _: Parameters) -> Timeline:
    """By day what happened on it: wishes and interviews where they happened, all else where the case is now."""
    found: dict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))
    for figure, (day, facts, district) in _FACTS.items():
        where, args = view.where(1, district)
        rows = await tx.fetch(
            f"SELECT {day} AS day, count(*) AS count FROM {facts} JOIN person p USING (holder_id) WHERE {day} IS NOT NULL AND {where} GROUP BY 1",
            *args,
        )
        for row in rows:
            found[row["day"]][figure] = row["count"]
    return Timeline([TimelineRow(day, **counts) for day, counts in sorted(found.items())])


async def agency_clocks(tx: ReadTx, view: View, _: Parameters) -> AgencyClocks:
    """Referrals that have not ended by the step that they wait for, where the cases are now. One is overdue while the step that rose was not taken."""
    where, args = view.where(1, "p.responsible_district", agency="r.agency")
    rows = await tx.fetch(
        f"""WITH open AS (
                SELECT DISTINCT ON (r.plan_id, r.line_no) r.*, greatest(referred_on, received_on, wait_listed_on, accepted_on, declined_on, started_on, outcome_on) AS since,
                       CASE WHEN outcome IS NOT NULL OR started_on IS NOT NULL THEN 'OUTCOME' WHEN declined_on IS NOT NULL THEN 'NEXT_ATTEMPT'
                            WHEN accepted_on IS NOT NULL THEN 'START' WHEN wait_listed_on IS NOT NULL THEN 'PLACE'
                            WHEN received_on IS NOT NULL THEN 'ANSWER' ELSE 'RECEIPT' END AS clock
                  FROM referral r ORDER BY r.plan_id, r.line_no, attempt DESC NULLS LAST, referral_id DESC),
            risen AS (
                SELECT o.referral_id, array_agg(a.level) AS levels, min(a.due_on) AS due_on
                  FROM open o JOIN referral_alarm a USING (referral_id) WHERE a.level <> 'REMINDER' AND a.raised_on > o.since GROUP BY 1)
            SELECT r.agency, r.clock, count(*) AS running, count(risen.levels) AS overdue,
                   count(*) FILTER (WHERE 'DISTRICT' = ANY (levels)) AS risen_to_district, count(*) FILTER (WHERE 'PROVINCE' = ANY (levels)) AS risen_to_province,
                   count(*) FILTER (WHERE 'MINISTRY' = ANY (levels)) AS risen_to_ministry, min(due_on) AS earliest_due_on
              FROM open r JOIN person p USING (holder_id) LEFT JOIN risen USING (referral_id)
             WHERE outcome_final IS NOT TRUE AND closed_reason IS NULL AND referred_on IS NOT NULL AND {where}
             GROUP BY 1, 2 ORDER BY 1, 2""",
        *args,
    )
    return AgencyClocks([AgencyClocksRow(**dict(row)) for row in rows])
