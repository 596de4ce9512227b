"""Figures about persons: the table by age and income, the intake, the visit group."""

from services.reporting.domain.figures import AgeIncome, AgeIncomeRow, Intake, IntakeRow, VisitCoverage, VisitResults
from services.reporting.domain.parameters import IntakeBy, IntakeParameters, Parameters, ScaledParameters
from services.reporting.queries import cubes
from services.reporting.queries.case_figures import figures_of
from services.reporting.queries.view import View, area_words
from services.reporting.rules.published import published
from shared.db import ReadTx


async def age_income(tx: ReadTx, view: View, asked: ScaledParameters) -> AgeIncome:
    """Card holders by tier and age group, where they live now; those who died later were card holders too, those merged into another are that one."""
    facts = published()
    seen, args = cubes.AGE_INCOME.seen(view)
    rows = await tx.fetch(
        f"SELECT tier, age_group, sum(persons)::bigint AS persons, sum(deceased)::bigint AS deceased FROM {seen} c GROUP BY 1, 2", *args
    )
    counted = {(row["tier"], row["age_group"]): row for row in rows}
    table = []
    for cell, figure in facts.age_income.items():
        row = counted.get(cell)
        persons, deceased = (row["persons"], row["deceased"]) if row else (0, 0)
        table.append(AgeIncomeRow(*cell, persons, deceased, figure.beside(persons, asked.scale) if view.whole_country else None))
    unplaced = await _unplaced(tx) if view.whole_country else 0
    return AgeIncome(table, sum(row.persons for row in table), unplaced)


async def _unplaced(tx: ReadTx) -> int:
    found: int | None = await tx.fetchval(
        f"SELECT sum(persons)::bigint FROM {cubes.FIGURES.table} WHERE area = '' AND figure = $1", cubes.UNPLACED
    )
    return found or 0


_INTAKE_GROUP = {
    IntakeBy.DISTRICT: ("i.area", "NULL"),
    IntakeBy.DAY: ("i.stated_on::text", "NULL"),
    IntakeBy.PLACE: (f"coalesce(nullif(i.place_id, {cubes.NOBODY})::text, '')", "min(place.title)"),
}


async def intake(tx: ReadTx, view: View, asked: IntakeParameters) -> Intake:
    """First stated wishes, in the district where they were stated, whoever answers for the person now."""
    group, label = _INTAKE_GROUP[asked.group_by]
    seen, args = cubes.INTAKE.seen(view)
    sums = ", ".join(f"sum({name})::bigint AS {name}" for name in cubes.INTAKE.sums)
    first, last = len(args) + 1, len(args) + 2
    rows = await tx.fetch(
        f"""SELECT {group} AS "group", {label} AS label, {sums}
              FROM {seen} i LEFT JOIN place USING (place_id)
             WHERE stated_on BETWEEN coalesce(${first}::date, '-infinity') AND coalesce(${last}::date, 'infinity') GROUP BY 1 ORDER BY 1""",
        *args,
        asked.from_,
        asked.to,
    )
    table = []
    for row in rows:
        counts = dict(row)
        th, en = _labels(asked.group_by, counts["group"], counts.pop("label"))
        table.append(IntakeRow(label_th=th, label_en=en, **counts))
    return Intake(table, sum(row.persons for row in table), **await _closed_days(tx, view, asked))


async def _closed_days(tx: ReadTx, view: View, asked: IntakeParameters) -> dict[str, int]:
    where, args = view.where(3, "d.district", officer=None)
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
    return VisitCoverage(**await figures_of(tx, view, "visit-coverage"))


async def visit_results(tx: ReadTx, view: View, _: Parameters) -> VisitResults:
    """The visit group, each person with one result, where their cases are now: also who came in February, or was on no list of visits."""
    return VisitResults(**await figures_of(tx, view, "visit-results"))
