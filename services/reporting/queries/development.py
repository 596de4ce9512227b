"""Figures about development: plan lines, follow-ups, income, the officers' caseload, decisions."""

from collections.abc import Mapping
from typing import Any, Final

from services.reporting.domain.figures import (
    Caseload,
    CaseloadRow,
    Choices,
    ChoicesRow,
    Decisions,
    DecisionsRow,
    FollowUps,
    IncomeBands,
    IncomeBandsRow,
    Plans,
    PlansRow,
)
from services.reporting.domain.parameters import Parameters, RoundParameters
from services.reporting.queries.cases import CASES
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.view import View
from services.reporting.rules.income_bands import band_sql
from shared.db import ReadTx
from shared.small_cells import shown

_LAST_REFERRALS: Final = """
    SELECT DISTINCT ON (plan_id, line_no) plan_id, line_no, programme, agency, outcome,
           CASE WHEN outcome_final THEN 'FINISHED' WHEN closed_reason IS NOT NULL THEN 'CLOSED' WHEN outcome IS NOT NULL THEN 'REPORTED'
                WHEN started_on IS NOT NULL THEN 'STARTED' WHEN declined_on IS NOT NULL THEN 'DECLINED'
                WHEN accepted_on IS NOT NULL THEN 'ACCEPTED' WHEN wait_listed_on IS NOT NULL THEN 'WAIT_LISTED'
                WHEN received_on IS NOT NULL THEN 'RECEIVED' ELSE 'REFERRED' END AS state,
           outcome_final IS NOT TRUE AND closed_reason IS NULL
           AND EXISTS (SELECT FROM referral_alarm a WHERE a.referral_id = referral.referral_id AND a.level <> 'REMINDER'
                          AND a.raised_on > greatest(referred_on, received_on, wait_listed_on, accepted_on, declined_on, started_on, outcome_on)
               ) AS overdue
      FROM referral ORDER BY plan_id, line_no, attempt DESC NULLS LAST, referral_id DESC"""
"""The last attempt at each line, with its state, and whether a step rose as overdue that was not taken since."""


async def plans(tx: ReadTx, view: View, _: Parameters) -> Plans:
    """The lines of the plans that stand; the state is that of the line's last referral, and so are programme and agency, which may be others than were signed."""
    agency, programme = "coalesce(r.agency, l.agency)", "coalesce(r.programme, l.programme)"
    where, args = view.where(1, "p.responsible_district", agency=agency)
    rows = await tx.fetch(
        f"""SELECT l.dimension, {programme} AS programme, {programme_words(programme)}, {agency} AS agency, coalesce(r.state, 'AGREED') AS state,
                   r.outcome, count(*) AS lines, count(DISTINCT l.holder_id) AS persons, count(*) FILTER (WHERE r.overdue) AS overdue
              FROM person p
              JOIN plan_line l ON l.plan_id = p.plan_id AND l.version = p.plan_version
              LEFT JOIN ({_LAST_REFERRALS}) r ON r.plan_id = l.plan_id AND r.line_no = l.line_no
              LEFT JOIN programme g ON g.code = {programme}
             WHERE {where} GROUP BY l.dimension, 2, 5, 6, r.outcome ORDER BY 1, 2, 5, 6, 7""",
        *args,
    )
    return Plans([PlansRow(**dict(row)) for row in rows])


async def choices(tx: ReadTx, view: View, _: Parameters) -> Choices:
    """By programme, where the cases are now: the last recommendation of each person beside the lines of the plan that stands.

    A line tells whether it had been recommended; one from before lines told it is looked for in the last recommendation.
    """
    where, args = view.where(1, "p.responsible_district")
    rows = await tx.fetch(
        f"""WITH advised AS (
                SELECT p.plan_id, p.plan_version, r.codes, p.plan_id IS NULL AND d.holder_id IS NOT NULL AS declined
                  FROM recommendation r JOIN person p USING (holder_id) LEFT JOIN plan_decline d USING (holder_id) WHERE {where}),
            told AS (SELECT programme, count(*) AS recommended, count(*) FILTER (WHERE declined) AS declined
                       FROM advised, unnest(codes) AS programme GROUP BY programme),
            chosen AS (SELECT programme, count(*) FILTER (WHERE as_told) AS as_told, count(*) FILTER (WHERE NOT as_told) AS otherwise
                         FROM (SELECT l.programme, coalesce(l.recommended, l.programme = ANY(a.codes)) AS as_told
                                 FROM advised a JOIN plan_line l ON l.plan_id = a.plan_id AND l.version = a.plan_version) line
                        GROUP BY programme)
            SELECT programme, coalesce(g.title_th, programme) AS programme_th, coalesce(g.title_en, programme) AS programme_en,
                   coalesce(recommended, 0) AS recommended, coalesce(as_told, 0) AS chosen_as_recommended,
                   coalesce(otherwise, 0) AS chosen_otherwise, coalesce(declined, 0) AS declined
              FROM told FULL JOIN chosen USING (programme) LEFT JOIN programme g ON g.code = programme ORDER BY programme""",
        *args,
    )
    return Choices([_choices_row(row) for row in rows])


def _choices_row(row: Mapping[str, Any]) -> ChoicesRow:
    counts = ("recommended", "chosen_as_recommended", "chosen_otherwise", "declined")
    return ChoicesRow(**{**row, **{name: shown(row[name]) for name in counts}})


async def follow_ups(tx: ReadTx, view: View, asked: RoundParameters) -> FollowUps:
    """One round: who was to be contacted, who was, and who is missing, where the cases are now."""
    where, args = view.where(2, "c.responsible_district", officer="c.officer_id")
    row = await tx.fetchrow(
        f"""SELECT count(*) FILTER (WHERE expected) AS expected,
                   count(*) FILTER (WHERE t.reached) AS followed, count(*) FILTER (WHERE NOT t.reached) AS not_reached,
                   count(*) FILTER (WHERE expected AND t.holder_id IS NULL) AS missing,
                   count(*) FILTER (WHERE o.holder_id IS NOT NULL AND t.holder_id IS NULL) AS overdue,
                   count(*) FILTER (WHERE t.job_status = 'EMPLOYED') AS employed,
                   count(*) FILTER (WHERE t.job_status = 'SELF_EMPLOYED') AS self_employed,
                   count(*) FILTER (WHERE t.job_status = 'IN_TRAINING') AS in_training,
                   count(*) FILTER (WHERE t.job_status = 'SEEKING') AS seeking,
                   count(*) FILTER (WHERE t.job_status = 'NOT_WORKING') AS not_working,
                   count(*) FILTER (WHERE t.recommendation = 'CONTINUE') AS recommended_continue,
                   count(*) FILTER (WHERE t.recommendation = 'CHANGE') AS recommended_change,
                   count(*) FILTER (WHERE t.recommendation = 'STOP') AS recommended_stop
              FROM (SELECT c.*, coalesce(answer = 'DEVELOP' AND status = 'ALIVE' AND NOT withdrawn, false) AS expected FROM {CASES}) c
              LEFT JOIN (SELECT DISTINCT ON (holder_id) * FROM follow_up WHERE round = $1
                          ORDER BY holder_id, reached DESC, contacted_on DESC, told_at DESC, follow_up_id) t USING (holder_id)
              LEFT JOIN (SELECT holder_id FROM follow_up_overdue WHERE round = $1) o USING (holder_id)
             WHERE {where}""",
        asked.round,
        *args,
    )
    return FollowUps(**dict(row or {}))


async def income_bands(tx: ReadTx, view: View, _: Parameters) -> IncomeBands:
    """Persons whose income after the interview is known, by the tier of 2559 and the bands at the interview and now."""
    where, args = view.where(1, "c.responsible_district", officer="c.officer_id")
    rows = await tx.fetch(
        f"""SELECT tier AS from_tier, {band_sql("income_at_interview")} AS band_at_interview, {band_sql("income_now")} AS band_now,
                   count(*) AS persons
              FROM {CASES} WHERE tier IS NOT NULL AND income_now IS NOT NULL AND {where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        *args,
    )
    return IncomeBands([IncomeBandsRow(**dict(row)) for row in rows])


async def caseload(tx: ReadTx, view: View, _: Parameters) -> Caseload:
    """Cases by account officer, where they are now: everyone who stated the wish or is to be visited."""
    where, args = view.where(1, "c.responsible_district", officer="c.officer_id")
    rows = await tx.fetch(
        f"""SELECT c.officer_id, min(o.employer) AS employer, min(o.district) AS district, count(*) AS cases,
                   count(interviewed_on) AS interviewed, count(planned_on) AS planned,
                   count(*) FILTER (WHERE followed_june) AS followed_june, count(*) FILTER (WHERE followed_september) AS followed_september
              FROM {CASES} LEFT JOIN officer o USING (officer_id)
             WHERE (c.officer_id IS NOT NULL OR stated_on IS NOT NULL OR due_by IS NOT NULL) AND {where}
             GROUP BY c.officer_id ORDER BY min(o.district), c.officer_id""",
        *args,
    )
    return Caseload([CaseloadRow(**dict(row)) for row in rows])


async def decisions(tx: ReadTx, view: View, _: Parameters) -> Decisions:
    """Decisions by kind, where the cases are now."""
    where, args = view.where(1, "p.responsible_district")
    rows = await tx.fetch(
        f"""SELECT d.kind, count(*) AS decisions, count(DISTINCT holder_id) AS persons
              FROM decision d JOIN person p USING (holder_id) WHERE {where} GROUP BY 1 ORDER BY 1""",
        *args,
    )
    return Decisions([DecisionsRow(**dict(row)) for row in rows])
