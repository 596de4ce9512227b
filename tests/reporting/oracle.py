"""The reports reckoned over every person at the reading, as they were before figures were sums: what the sums are held to."""

from datetime import date
from typing import Final

from services.reporting.domain.figures import (
    AgeIncome,
    AgeIncomeRow,
    Caseload,
    CaseloadRow,
    Entitlements,
    EntitlementsRow,
    FollowUps,
    IncomeBands,
    IncomeBandsRow,
    PaymentsRow,
    Plans,
    PlansRow,
    VisitCoverage,
)
from services.reporting.domain.parameters import IntakeBy
from services.reporting.queries.cases import PERSONS
from services.reporting.queries.programmes import programme_words
from services.reporting.rules.income_bands import band_sql
from services.reporting.rules.published import NOT_OVER, OVER, published

CASES: Final = f"(SELECT * FROM {PERSONS} WHERE stands) c"
"""A derived table `c` of the cases, each of one person."""


async def age_income(tx, view, asked):
    """Card holders by tier and age group, where they live now; those who died later were card holders too, those merged into another are that one."""
    facts = published()
    where, args = view.where(2, "p.home_district")
    rows = await tx.fetch(
        f"""SELECT p.tier, CASE WHEN p.age <= $1 THEN '{NOT_OVER}' ELSE '{OVER}' END AS age_group,
                   count(*) AS persons, count(*) FILTER (WHERE p.status = 'DECEASED') AS deceased
              FROM person p WHERE p.holder_version IS NOT NULL AND p.merged_into IS NULL AND {where} GROUP BY 1, 2""",
        facts.age_max,
        *args,
    )
    counted = {(row["tier"], row["age_group"]): row for row in rows}
    table = []
    for cell, figure in facts.age_income.items():
        row = counted.get(cell)
        persons, deceased = (row["persons"], row["deceased"]) if row else (0, 0)
        table.append(AgeIncomeRow(*cell, persons, deceased, figure.beside(persons, asked.scale) if view.whole_country else None))
    unplaced = await tx.fetchval("SELECT count(*) FROM person WHERE holder_version IS NULL") if view.whole_country else 0
    return AgeIncome(table, sum(row.persons for row in table), unplaced)


_INTAKE_GROUP = {
    IntakeBy.DISTRICT: ("i.district", "NULL"),
    IntakeBy.DAY: ("i.stated_on::text", "NULL"),
    IntakeBy.PLACE: ("coalesce(i.place_id::text, '')", "min(place.title)"),
}


async def intake(tx, view, asked):
    """First stated wishes, in the district where they were stated, whoever answers for the person now."""
    group, label = _INTAKE_GROUP[asked.group_by]
    where, args = view.where(3, "i.district")
    rows = await tx.fetch(
        f"""SELECT {group} AS "group", {label} AS label, count(*) AS persons,
                   count(*) FILTER (WHERE i.channel = 'WALK_IN') AS walk_in, count(*) FILTER (WHERE i.channel = 'HOME_VISIT') AS home_visit,
                   count(*) FILTER (WHERE i.tier = 'UP_TO_30000') AS up_to_30000, count(*) FILTER (WHERE i.tier = 'OVER_30000') AS over_30000,
                   count(*) FILTER (WHERE i.approved_late) AS approved_late
              FROM intake i JOIN person p USING (holder_id) LEFT JOIN place USING (place_id)
             WHERE i.stated_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity') AND {where}
             GROUP BY 1 ORDER BY 1""",
        asked.from_,
        asked.to,
        *args,
    )
    return [dict(row) for row in rows]


async def visit_coverage(tx, view, _):
    """The visit group, where its cases are now. Who is due ended in exactly one way, or is open or overdue."""
    where, args = view.where(2, "c.responsible_district", officer="c.officer_id")
    row = await tx.fetchrow(
        f"""SELECT count(*) AS visit_group, count(stated_on) AS declared, count(due_by) AS due,
                   count(*) FILTER (WHERE visited) AS visited, count(interviewed_on) AS interviewed,
                   count(*) FILTER (WHERE ended = 'wished') AS wished, count(*) FILTER (WHERE ended = 'refused') AS refused,
                   count(*) FILTER (WHERE ended = 'content') AS content, count(*) FILTER (WHERE ended = 'deceased') AS deceased,
                   count(*) FILTER (WHERE ended = 'not_found') AS not_found, count(*) FILTER (WHERE ended = 'overdue') AS overdue,
                   count(*) FILTER (WHERE ended = 'open') AS open,
                   count(*) FILTER (WHERE due_by IS NOT NULL AND 'OFFICER' = ANY (risen_to)) AS risen_to_officer,
                   count(*) FILTER (WHERE due_by IS NOT NULL AND 'DISTRICT' = ANY (risen_to)) AS risen_to_district,
                   count(*) FILTER (WHERE due_by IS NOT NULL AND 'PROVINCE' = ANY (risen_to)) AS risen_to_province
              FROM (SELECT c.*, r.risen_to, CASE WHEN due_by IS NULL THEN NULL
                                     WHEN answer = 'REFUSE' THEN 'refused'
                                     WHEN answer = 'SUFFICIENT' OR content THEN 'content'
                                     WHEN answer IS NOT NULL OR stated_on IS NOT NULL THEN 'wished'
                                     WHEN refused_at_the_door THEN 'refused'
                                     WHEN status = 'DECEASED' THEN 'deceased'
                                     WHEN not_found THEN 'not_found'
                                     WHEN due_by < $1 THEN 'overdue'
                                     ELSE 'open' END AS ended
                      FROM {CASES}
                      LEFT JOIN (SELECT holder_id, array_agg(level) AS risen_to FROM visit_overdue GROUP BY holder_id) r USING (holder_id)
                     WHERE (visit_group OR due_by IS NOT NULL) AND {where}) visits""",
        view.today,
        *args,
    )
    return VisitCoverage(**dict(row or {}))


async def year(tx, view):
    window = view.rule().parameters["walk_in_window"]
    low, high = published().income_limits_baht
    where, args = view.where(5, "c.responsible_district", officer="c.officer_id")
    row = await tx.fetchrow(
        f"""SELECT count(*) FILTER (WHERE registered) AS card_holders,
                   count(*) FILTER (WHERE visit_group) AS visit_group,
                   count(*) FILTER (WHERE stated_on BETWEEN $1 AND $2) AS declared,
                   count(*) FILTER (WHERE visit_group AND stated_on BETWEEN $1 AND $2) AS declared_of_visit_group,
                   count(stated_on) AS declared_in_all,
                   count(due_by) AS left_for_home_visits,
                   count(*) FILTER (WHERE visited) AS visited,
                   count(interviewed_on) AS interviewed,
                   count(planned_on) AS planned,
                   count(*) FILTER (WHERE referred) AS referred,
                   count(*) FILTER (WHERE accepted) AS in_development,
                   count(*) FILTER (WHERE NOT dropped) AS completed,
                   count(*) FILTER (WHERE dropped) AS dropped,
                   count(*) FILTER (WHERE followed_june) AS followed_june,
                   count(*) FILTER (WHERE followed_september) AS followed_september,
                   count(*) FILTER (WHERE followed) AS followed,
                   count(*) FILTER (WHERE tier = 'UP_TO_30000' AND income_now > $3) AS rose_above_30000,
                   count(*) FILTER (WHERE tier = 'UP_TO_30000' AND income_now > $4) AS above_100000
              FROM {CASES} WHERE {where}""",
        *(date.fromisoformat(window["from"]), date.fromisoformat(window["to"]), low, high),
        *args,
    )
    return dict(row or {})


async def payment_rows(tx, view, month):
    """By month and tier. A person's month counts as failed only while no attempt at it came through or came back."""
    where, args = view.where(2, "f.district", bank="f.bank")
    rows = await tx.fetch(
        f"""SELECT month, tier,
                   count(*) FILTER (WHERE settled > 0) AS persons_settled, coalesce(sum(settled), 0)::bigint AS settled_satang,
                   count(*) FILTER (WHERE settled = 0 AND returned = 0) AS persons_failed,
                   coalesce(sum(asked) FILTER (WHERE settled = 0 AND returned = 0), 0)::bigint AS failed_satang,
                   count(*) FILTER (WHERE returned > 0 AND settled = 0) AS persons_returned,
                   coalesce(sum(returned) FILTER (WHERE settled = 0), 0)::bigint AS returned_satang
              FROM (SELECT f.holder_id, f.month, f.tier, max(f.amount_satang) AS asked,
                           coalesce(sum(f.amount_satang) FILTER (WHERE f.outcome = 'SETTLED'), 0) AS settled,
                           coalesce(max(f.amount_satang) FILTER (WHERE f.outcome = 'RETURNED'), 0) AS returned
                      FROM payment f JOIN person p USING (holder_id)
                     WHERE ($1::text IS NULL OR f.month = $1) AND {where}
                     GROUP BY 1, 2, 3) paid
             GROUP BY month, tier ORDER BY month, tier""",
        month,
        *args,
    )
    return [PaymentsRow(**dict(row)) for row in rows]


async def entitlements(tx, view, _):
    """Allowances by state and by why they stopped, where the cases are now."""
    where, args = view.where(1, "p.responsible_district")
    rows = await tx.fetch(
        f"""SELECT e.tier, e.status, e.stop_reason, e.stop_month, count(*) AS persons, sum(e.monthly_satang)::bigint AS monthly_satang
              FROM entitlement e JOIN person p USING (holder_id) WHERE {where} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        *args,
    )
    return Entitlements([EntitlementsRow(**dict(row)) for row in rows])


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


async def plans(tx, view, _):
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


async def follow_ups(tx, view, asked):
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


async def income_bands(tx, view, _):
    """Persons whose income after the interview is known, by the tier of 2559 and the bands at the interview and now."""
    where, args = view.where(1, "c.responsible_district", officer="c.officer_id")
    rows = await tx.fetch(
        f"""SELECT tier AS from_tier, {band_sql("income_at_interview")} AS band_at_interview, {band_sql("income_now")} AS band_now,
                   count(*) AS persons
              FROM {CASES} WHERE tier IS NOT NULL AND income_now IS NOT NULL AND {where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        *args,
    )
    return IncomeBands([IncomeBandsRow(**dict(row)) for row in rows])


async def caseload(tx, view, _):
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
