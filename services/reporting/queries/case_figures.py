"""Reading the figures about cases: their sums out of the cube, and the days that count today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.reporting.queries import cubes
from services.reporting.queries.view import View
from services.reporting.rules.case_figures import CASE_FIGURES, CaseFigure, Days, stored_name
from shared.db import ReadTx

_LAST_DAY: Final = date.max - timedelta(days=1)
"""date.max is PostgreSQL's infinity: no day."""


@dataclass(frozen=True)
class DayRange:
    """The days that a figure counts, and whether those without a day."""

    low: date = date.min
    high: date = date.max
    undated: bool = True


def days_of(view: View, figure: CaseFigure) -> DayRange:
    """The days on the day of the view under its policy. Raises PolicyNotHere for a window of the policy."""
    match figure.days:
        case None:
            return DayRange()
        case Days.WALK_IN_WINDOW:
            window = view.rule().parameters["walk_in_window"]
            return DayRange(date.fromisoformat(window["from"]), date.fromisoformat(window["to"]), undated=False)
        case Days.PAST_DUE:
            return DayRange(date.min, view.today - timedelta(days=1), undated=_visits_are_over(view))
        case Days.TO_COME:
            return DayRange(view.today, _LAST_DAY, undated=not _visits_are_over(view))


def _visits_are_over(view: View) -> bool:
    return view.policy is not None and view.today > date.fromisoformat(view.policy.parameters["visit_window"]["to"])


async def figures_of(tx: ReadTx, view: View, group: str) -> dict[str, int]:
    """Every figure of the group for what the view looks at."""
    chosen = CASE_FIGURES[group]
    table, args = cubes.FIGURES.seen(view)
    asked, more = _asked(view, {stored_name(group, name): figure for name, figure in chosen.items()}, len(args) + 1)
    rows = await tx.fetch(f"SELECT figure, sum(persons)::bigint AS persons FROM {table} c JOIN {asked} GROUP BY figure", *args, *more)
    found = {row["figure"]: row["persons"] for row in rows}
    return {name: found.get(stored_name(group, name), 0) for name in chosen}


async def figures_by_area(tx: ReadTx, view: View, areas: Sequence[str], chosen: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Of each area the chosen figures, each named by its group and its name there."""
    stored = {stored_name(*figure): name for name, figure in chosen.items()}
    asked, args = _asked(view, {stored_name(group, name): CASE_FIGURES[group][name] for group, name in chosen.values()}, 2)
    rows = await tx.fetch(
        f"""SELECT area, figure, sum(persons)::bigint AS persons FROM {cubes.FIGURES.table} c JOIN {asked}
             WHERE area = ANY ($1::text[]) GROUP BY area, figure""",
        areas,
        *args,
    )
    found = {code: dict.fromkeys(chosen, 0) for code in areas}
    for row in rows:
        found[row["area"]][stored[row["figure"]]] = row["persons"]
    return found


def _asked(view: View, figures: Mapping[str, CaseFigure], first_arg: int) -> tuple[str, list[object]]:
    """What is to be joined to rows of the cube, and its arguments: the figures by their stored names, with the days that count."""
    ranges = [days_of(view, figure) for figure in figures.values()]
    names, low, high, undated = range(first_arg, first_arg + 4)
    asked = f"""unnest(${names}::text[], ${low}::date[], ${high}::date[], ${undated}::boolean[]) AS asked (figure, low, high, undated)
                USING (figure)"""
    condition = "(day BETWEEN low AND high OR day = 'infinity' AND undated)"
    args: list[object] = [list(figures), [one.low for one in ranges], [one.high for one in ranges], [one.undated for one in ranges]]
    return f"{asked} JOIN LATERAL (SELECT WHERE {condition}) counts ON true", args
