"""Figures about persons: the table by age and income, the intake, the visit group."""

from services.reporting.domain.figures import AgeIncome, AgeIncomeRow, Intake, IntakeRow, VisitCoverage
from services.reporting.domain.parameters import IntakeBy, IntakeParameters, Parameters, ScaledParameters
from services.reporting.queries.cases import CASES
from services.reporting.queries.view import View, area_words
from services.reporting.rules.published import NOT_OVER, OVER, published
from shared.db import ReadTx


async def age_income(tx: ReadTx, view: View, asked: ScaledParameters) -> AgeIncome:
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


async def intake(tx: ReadTx, view: View, asked: IntakeParameters) -> Intake:
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
    table = []
    for row in rows:
        counts = dict(row)
        th, en = _labels(asked.group_by, counts["group"], counts.pop("label"))
        table.append(IntakeRow(label_th=th, label_en=en, **counts))
    return Intake(table, sum(row.persons for row in table), **await _closed_days(tx, view, asked))


async def _closed_days(tx: ReadTx, view: View, asked: IntakeParameters) -> dict[str, int]:
    where, args = view.where(3, "d.district")
    row = await tx.fetchrow(
        f"""SELECT count(*) AS days_closed, coalesce(sum(papers), 0) AS papers, coalesce(sum(refused), 0) AS refused, coalesce(sum(tickets), 0) AS tickets
              FROM place_day d WHERE d.closed AND d.day BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity') AND {where}""",
        asked.from_,
        asked.to,
        *args,
    )
    return dict(row or {})


def _labels(group_by: IntakeBy, group: str, title: str | None) -> tuple[str, str]:
    if group_by is not IntakeBy.DISTRICT:
        return title or group, title or group
    return area_words(group)


async def visit_coverage(tx: ReadTx, view: View, _: Parameters) -> VisitCoverage:
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
