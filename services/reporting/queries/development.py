"""Figures about development: plan lines, follow-ups, income, the officers' caseload, decisions."""

from collections.abc import Mapping
from typing import Any

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
from services.reporting.queries import cubes
from services.reporting.queries.case_figures import figures_of
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.view import View
from services.reporting.rules.case_figures import round_group
from shared.auth import Level
from shared.db import ReadTx
from shared.small_cells import shown


async def plans(tx: ReadTx, view: View, _: Parameters) -> Plans:
    """The lines of the plans that stand; the state is that of the line's last referral, and so are programme and agency, which may be others than were signed."""
    seen, args = cubes.LINES.seen(view)
    agency = len(args) + 1
    rows = await tx.fetch(
        f"""SELECT l.dimension, l.programme, {programme_words("l.programme")}, l.agency, l.state, nullif(l.outcome, '') AS outcome,
                   sum(l.lines)::bigint AS lines, sum(l.persons)::bigint AS persons, sum(l.overdue)::bigint AS overdue
              FROM {seen} l LEFT JOIN programme g ON g.code = l.programme
             WHERE ${agency}::text IS NULL OR l.agency = ${agency}
             GROUP BY l.dimension, l.programme, l.agency, l.state, l.outcome ORDER BY 1, 2, 5, 6, 7""",
        *args,
        view.reach.code if view.reach.level is Level.AGENCY else None,
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
    return FollowUps(**await figures_of(tx, view, round_group(asked.round)))


async def income_bands(tx: ReadTx, view: View, _: Parameters) -> IncomeBands:
    """Persons whose income after the interview is known, by the tier of 2559 and the bands at the interview and now."""
    seen, args = cubes.INCOME_BANDS.seen(view)
    rows = await tx.fetch(
        f"""SELECT tier AS from_tier, nullif(band_at_interview, '') AS band_at_interview, band_now, sum(persons)::bigint AS persons
              FROM {seen} c GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        *args,
    )
    return IncomeBands([IncomeBandsRow(**dict(row)) for row in rows])


async def caseload(tx: ReadTx, view: View, _: Parameters) -> Caseload:
    """Cases by account officer, where they are now: everyone who stated the wish or is to be visited."""
    seen, args = cubes.CASELOAD.seen(view)
    sums = ", ".join(f"sum(c.{name})::bigint AS {name}" for name in cubes.CASELOAD.sums)
    rows = await tx.fetch(
        f"""SELECT nullif(c.officer_id, {cubes.NOBODY}) AS officer_id, min(o.employer) AS employer, min(o.district) AS district, {sums}
              FROM {seen} c LEFT JOIN officer o USING (officer_id) GROUP BY c.officer_id ORDER BY min(o.district), 1""",
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
