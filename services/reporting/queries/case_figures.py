"""Reading the figures about cases: their sums out of the cube, and the days that count today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.reporting.queries import cubes
from services.reporting.queries.view import View
from services.reporting.rules.case_figures import CASE_FIGURES, PARTS, RESULTS, CaseFigure, Days, stored_name
from shared.auth import Level
from shared.db import ReadTx
from shared.small_cells import shown, shown_areas
from shared.thai.areas import districts

Named = tuple[str, str]
"""A figure: its group, and its name there."""

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


async def figures_of(tx: ReadTx, view: View, group: str) -> dict[str, int | None]:
    """Every figure of the group for what the view looks at; None what is not told to the caller."""
    chosen = CASE_FIGURES[group]
    table, args = cubes.FIGURES.seen(view)
    asked, more = _asked(view, {stored_name(group, name): figure for name, figure in chosen.items()}, len(args) + 1)
    rows = await tx.fetch(f"SELECT figure, sum(persons)::bigint AS persons FROM {table} c JOIN {asked} GROUP BY figure", *args, *more)
    found = {row["figure"]: row["persons"] for row in rows}
    figures = {name: found.get(stored_name(group, name), 0) for name in chosen}
    if view.sees_persons:
        return dict(figures)
    told = await told_areas(tx, view, {name: (group, name) for name in chosen})
    # An officer's cases are no area: no sum of them stands beside another.
    own = view.reach.level is Level.OFFICER
    return {name: shown(count) if own else count if view.area in told[name] else None for name, count in figures.items()}


async def figures_by_area(tx: ReadTx, view: View, areas: Sequence[str], chosen: Mapping[str, Named]) -> dict[str, dict[str, int]]:
    """Of each area the chosen figures, however small."""
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


async def told_areas(tx: ReadTx, view: View, chosen: Mapping[str, Named]) -> dict[str, frozenset[str]]:
    """By figure the areas whose count is told to who may not see persons: none is small, and of no area can a small one be reckoned.

    The pattern is reckoned over the whole country whoever asks. Results, of which everybody of the group has one, are one table: shown
    as a whole or not at all.
    """
    counted = await figures_by_area(tx, view, ["", *districts()], chosen)
    country = counted.pop("")
    elsewhere = {name: country[name] - sum(one[name] for one in counted.values()) for name in chosen}
    together = [frozenset(name for name, (group, _) in chosen.items() if group == RESULTS and name in PARTS)]
    tables = [names for names in together if names] + [frozenset({name}) for name in chosen if not any(name in names for names in together)]
    told: dict[str, frozenset[str]] = {}
    for names in tables:
        parts = {code: {name: one[name] for name in names} for code, one in (*counted.items(), ("", elsewhere))}
        shown_in = frozenset(code for code, _ in shown_areas(parts))
        told |= dict.fromkeys(names, shown_in)
    return told


def _asked(view: View, figures: Mapping[str, CaseFigure], first_arg: int) -> tuple[str, list[object]]:
    """What is to be joined to rows of the cube, and its arguments: the figures by their stored names, with the days that count."""
    ranges = [days_of(view, figure) for figure in figures.values()]
    names, low, high, undated = range(first_arg, first_arg + 4)
    asked = f"""unnest(${names}::text[], ${low}::date[], ${high}::date[], ${undated}::boolean[]) AS asked (figure, low, high, undated)
                USING (figure)"""
    condition = "(day BETWEEN low AND high OR day = 'infinity' AND undated)"
    args: list[object] = [list(figures), [one.low for one in ranges], [one.high for one in ranges], [one.undated for one in ranges]]
    return f"{asked} JOIN LATERAL (SELECT WHERE {condition}) counts ON true", args
