"""The list behind a figure about cases: the very persons whom it counts, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.reporting.queries import cubes
from services.reporting.queries.case_figures import DayRange, days_of, figures_of
from services.reporting.queries.view import View
from services.reporting.rules.case_figures import CASE_FIGURES, CaseFigure, stored_name
from shared.auth import Level
from shared.db import ReadTx


@dataclass(frozen=True)
class CaseRow:
    """A person of the list; the district is empty where none is known."""

    holder_id: UUID
    district: str
    officer_id: UUID | None


@dataclass(frozen=True)
class CaseList:
    """Some of the persons, by district and id, and how many they are in all: the figure."""

    persons: int
    rows: Sequence[CaseRow]


async def cases(tx: ReadTx, view: View, group: str, name: str, after: tuple[str, UUID] | None, limit: int) -> CaseList:
    """Up to `limit` persons of the figure that come after the district and id. Raises PolicyNotHere as the figure does."""
    figure = CASE_FIGURES[group][name]
    days = days_of(view, figure)
    persons = (await figures_of(tx, view, group))[name] or 0
    if view.reach.level is Level.OFFICER:
        where, args = view.where(1, "responsible_district", officer="officer_id")
        return CaseList(persons, await _rows(tx, figure, days, where, args, after, limit))
    rows: list[CaseRow] = []
    for district in await _districts(tx, view, stored_name(group, name), days):
        if after is not None and district < after[0]:
            continue
        # District by district: whom few are of is found without looking at the others.
        where, args = ("responsible_district = $1", [district]) if district else ("responsible_district IS NULL", [])
        rows += await _rows(tx, figure, days, where, args, after, limit - len(rows))
        if len(rows) == limit:
            break
    return CaseList(persons, rows)


async def _districts(tx: ReadTx, view: View, stored: str, days: DayRange) -> list[str]:
    """The districts of the view in which anybody is counted, in order; first the empty one, of those who are in none."""
    found = await tx.fetch(
        f"""SELECT area FROM {cubes.FIGURES.table}
             WHERE figure = $1 AND (day BETWEEN $2 AND $3 OR day = 'infinity' AND $4) AND length(area) = 4 AND starts_with(area, $5)
             GROUP BY area ORDER BY area""",
        *(stored, days.low, days.high, days.undated, view.area),
    )
    return [*([] if view.area else [""]), *(row["area"] for row in found)]


async def _rows(
    tx: ReadTx, figure: CaseFigure, days: DayRange, where: str, args: Sequence[Any], after: tuple[str, UUID] | None, limit: int
) -> list[CaseRow]:
    given = [*args, *(after or ("", None)), limit]
    district, holder, most = (f"${number}" for number in range(len(args) + 1, len(args) + 4))
    counted = "true"
    if figure.day is not None:
        low, high, undated = (f"${number}" for number in range(len(given) + 1, len(given) + 4))
        counted = f"({figure.day} BETWEEN {low} AND {high} OR {figure.day} IS NULL AND {undated}::boolean)"
        given += [days.low, days.high, days.undated]
    rows = await tx.fetch(
        f"""SELECT holder_id, coalesce(responsible_district, '') AS district, officer_id FROM counted_case
             WHERE {where} AND {figure.condition} AND {counted}
               AND ({holder}::uuid IS NULL OR (coalesce(responsible_district, ''), holder_id) > ({district}::text, {holder}::uuid))
             ORDER BY coalesce(responsible_district, ''), holder_id LIMIT {most}""",
        *given,
    )
    return [CaseRow(**dict(row)) for row in rows]
