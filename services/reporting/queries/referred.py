"""Those who were referred, a row for each person and programme: what every figure about outcomes counts.

A person who was merged into another is that one, also where that one was merged in turn. Of several lines with one programme the best result counts. What is told of a person
is what is known now; the programme's line is that of the plan that stands.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.reporting.domain.parameters import ProgrammeParameters
from services.reporting.queries.merges import MERGED
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.view import View, area_words
from services.reporting.rules.income_bands import band_names, band_sql
from services.reporting.rules.outcomes import OutcomeRules
from shared.db import ReadTx
from shared.small_cells import all_areas

SUCCEEDED: Final = "SUCCEEDED"
NOT_SUCCEEDED: Final = "NOT_SUCCEEDED"
NO_RESULT: Final = "NO_RESULT"
"""Open, or ended by a death, a withdrawal, a merge or an erasure."""

_FIRST, _SECOND, _THIRD = band_names()


def code_sql(district: str) -> str:
    """SQL for the smallest area that is looked at: the district inside the province $3, the province elsewhere, nothing where none is known."""
    return f"CASE WHEN $3 <> '' AND starts_with({district}, $3) THEN {district} ELSE left(coalesce({district}, ''), 2) END"


def _of_who_stays(column: str) -> str:
    return f"CASE WHEN m.unit IS NULL THEN p.{column} ELSE u.{column} END AS {column}"


REFERRED: Final = f"""
    RECURSIVE {MERGED},
    referred AS (
        SELECT DISTINCT ON (unit, programme) *, {code_sql("responsible_district")} AS code,
               CASE WHEN tier = 'UP_TO_30000' THEN '{_FIRST}' WHEN {band_sql("income_now_baht")} = '{_THIRD}' THEN '{_THIRD}' ELSE '{_SECOND}' END AS before
          FROM (SELECT coalesce(m.unit, p.holder_id) AS unit, {_of_who_stays("tier")}, {_of_who_stays("age")}, {_of_who_stays("responsible_district")},
                       coalesce(r.programme, l.programme) AS programme, l.dimension, r.outcome, r.referred_on, r.outcome_on, r.job_starts_on,
                       v.income_now_baht, v.approach, v.occupation_group, l.plan_id, l.line_no,
                       CASE WHEN r.outcome_final AND r.outcome = ANY($1::text[]) THEN '{SUCCEEDED}'
                            WHEN r.outcome_final OR r.closed_reason = 'NOT_PLACED' THEN '{NOT_SUCCEEDED}' ELSE '{NO_RESULT}' END AS result
                  FROM person p
                  JOIN plan_line l ON l.plan_id = p.plan_id AND l.version = p.plan_version
                  JOIN (SELECT DISTINCT ON (plan_id, line_no) * FROM referral WHERE referred_on IS NOT NULL
                         ORDER BY plan_id, line_no, attempt DESC NULLS LAST, referral_id DESC) r ON r.plan_id = l.plan_id AND r.line_no = l.line_no
                  LEFT JOIN merged m ON m.member = p.holder_id
                  LEFT JOIN person u ON u.holder_id = m.unit
                  LEFT JOIN interview v ON v.holder_id = p.holder_id
                 WHERE $2::text IS NULL OR coalesce(r.programme, l.programme) = $2) line
         WHERE tier IS NOT NULL
         ORDER BY unit, programme, result = '{NO_RESULT}', result = '{NOT_SUCCEEDED}', plan_id, line_no)"""
"""Common table expressions, to come first after `WITH`; $1 are the successes, $2 one programme or null, $3 the province whose districts are looked at (empty for none).

`before` is the band of B.E. 2559; of those above the first band, of whom the registry tells no more, it is the band at the interview, the second at least.
"""

FOLLOWED: Final = f"""
    followed AS (
        SELECT DISTINCT ON (r.unit, r.programme) r.unit, r.programme, {band_sql("f.yearly_income_baht")} AS after
          FROM follow_up f
          LEFT JOIN merged m ON m.member = f.holder_id
          JOIN referred r ON r.unit = coalesce(m.unit, f.holder_id) AND f.contacted_on >= r.referred_on
         WHERE f.yearly_income_baht IS NOT NULL AND ($4::text IS NULL OR f.round = $4)
         ORDER BY r.unit, r.programme, f.contacted_on DESC, f.told_at DESC, f.follow_up_id)"""
"""The band at the last contact after the referral that told an income; $4 is a round, or null for any."""


@dataclass
class OneProgramme:
    """Units of one programme: its names, and by area how many are of each category."""

    dimension: str
    words: tuple[str, str]
    tables: dict[str, Counter[Any]] = field(default_factory=lambda: defaultdict(Counter))


async def counted(
    tx: ReadTx, view: View, asked: ProgrammeParameters, rules: OutcomeRules, categories: Sequence[str], *, of_round: str | None = None
) -> dict[str, OneProgramme]:
    """By programme the units of the whole country by area and by the categories: SQL over `referred` (as `r`) and `followed` (as `f`)."""
    named = ", ".join(f"{category} AS c{number}" for number, category in enumerate(categories))
    rows = await tx.fetch(
        f"""WITH {REFERRED}, {FOLLOWED}
            SELECT r.programme, min(r.dimension) AS dimension, {programme_words("r.programme")}, r.code, count(*) AS units, {named}
              FROM referred r LEFT JOIN followed f USING (unit, programme) LEFT JOIN programme g ON g.code = r.programme
             GROUP BY r.programme, r.code, {", ".join(categories)} ORDER BY r.programme, r.code""",
        *(list(rules.successes), asked.programme, view.area[:2], of_round),
    )
    return by_programme(rows, lambda row: tuple(row[f"c{number}"] for number in range(len(categories))))


def by_programme(rows: Iterable[Mapping[str, Any]], category: Callable[[Mapping[str, Any]], Any]) -> dict[str, OneProgramme]:
    """The counted rows by their programme."""
    found: dict[str, OneProgramme] = {}
    for row in rows:
        one = found.setdefault(row["programme"], OneProgramme(row["dimension"], (row["programme_th"], row["programme_en"])))
        one.tables[row["code"]][category(row)] += row["units"]
    return found


def areas_of(view: View, tables: Mapping[str, Any], *, inside: bool) -> list[str]:
    """The areas that are answered for: the one that is looked at, or those right inside it; only where somebody is counted."""
    known = all_areas(tables)
    if not inside:
        return [view.area] if view.area in known else []
    return sorted(code for code in known if code.startswith(view.area) and len(code) == min(len(view.area) + 2, 4))


def row_of(view_area: str, dimension: str, programme: str | None, words: tuple[str, str]) -> dict[str, Any]:
    """What the rows of all figures about outcomes begin with."""
    area_th, area_en = area_words(view_area)
    th, en = words
    return {
        "area": view_area,
        "area_th": area_th,
        "area_en": area_en,
        "dimension": dimension,
        "programme": programme,
        "programme_th": th,
        "programme_en": en,
    }


def counts_of(table: Mapping[str, int] | None, *categories: str) -> list[int | None]:
    """The counts of the categories; None each where the table is not shown."""
    return [None if table is None else table.get(category, 0) for category in categories]
