"""The sums that reports read: counted rows by the few columns that a figure is asked by, and by area.

A cube is always the sum of its counted rows. The worker brings it there by differences (new rows less old ones), so it costs what has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from services.reporting.queries import counted_rows
from services.reporting.queries.counted_rows import CountedRows
from services.reporting.queries.view import View
from services.reporting.rules.case_figures import CASE_FIGURES, stored_name
from shared.auth import Level

_AREAS_OF: Final = "unnest(ARRAY['', left({0}, 2), {0}])"
"""The country, the province and the district of a district's code; where none is known the country alone (and null)."""
_NO_DAY: Final = "date '-infinity'"
NOBODY: Final = "'00000000-0000-0000-0000-000000000000'::uuid"
"""In place of an officer or a place where there is none."""


class Areas(Enum):
    """How a cube knows areas: sums for districts, provinces and the country, the same but each counted by itself, or for districts alone."""

    ADDED_UP = "added up"
    EACH = "each"
    DISTRICTS = "districts"


@dataclass(frozen=True)
class Cube:
    """A table of sums by `area` and `keys`. `select` makes it out of `{rows}`, counted rows with their `area` and the `sign` that they count with.

    `district` is the column that says where a row counts; the first of the `sums` is how many rows there are: where it is 0 there is nothing.
    """

    table: str
    of: CountedRows
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    select: str
    district: str = "responsible_district"
    areas: Areas = Areas.ADDED_UP

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns, those that name a row first."""
        return ("area", *self.keys, *self.sums)

    def of_rows(self, rows: str) -> str:
        """SQL of the cube's rows, summed over `rows` (a table in SQL, with `sign`)."""
        if self.areas is Areas.EACH:
            each = f"(SELECT u.*, a.area FROM {rows} u CROSS JOIN LATERAL {_AREAS_OF.format(self.district)} AS a (area) WHERE a.area IS NOT NULL)"
            return self.select.format(rows=each)
        by_district = self.select.format(rows=f"(SELECT u.*, coalesce({self.district}, '') AS area FROM {rows} u)")
        if self.areas is Areas.DISTRICTS:
            return by_district
        keys, sums = ", ".join(["a.area", *self.keys]), ", ".join(f"sum({one})::bigint AS {one}" for one in self.sums)
        areas = _AREAS_OF.format("nullif(d.area, '')")
        return (
            f"SELECT {keys}, {sums} FROM ({by_district}) d CROSS JOIN LATERAL {areas} AS a (area) WHERE a.area IS NOT NULL GROUP BY {keys}"
        )

    def seen(self, view: View) -> tuple[str, list[Any]]:
        """What of the cube the caller looks at, as a table in SQL whose arguments begin at $1: sums, or an officer's own cases summed now."""
        if view.reach.level is Level.OFFICER:
            whose = "" if self.of is counted_rows.CASES else "JOIN (SELECT holder_id, officer_id FROM counted_case) o USING (holder_id)"
            where, args = view.where(1, self.district, officer="officer_id")
            area = f"coalesce({self.district}, '')" if self.areas is Areas.DISTRICTS else "''"
            rows = f"(SELECT u.*, 1 AS sign, {area} AS area FROM {self.of.table} u {whose} WHERE {where})"
            return f"({self.select.format(rows=rows)})", args
        if self.areas is Areas.DISTRICTS:
            where, args = view.where(1, "area", officer=None)
            return f"(SELECT * FROM {self.table} WHERE {where})", args
        return f"(SELECT * FROM {self.table} WHERE area = $1)", [view.area]


def _sum(where: str, what: str = "sign") -> str:
    return f"coalesce(sum({what}) FILTER (WHERE {where}), 0)"


def _figures() -> str:
    """Every figure of the cases that the day does not decide in one going over; those that it does by the day."""
    named = [(stored_name(group, name), figure) for group, figures in CASE_FIGURES.items() for name, figure in figures.items()]
    plain = [(name, figure) for name, figure in named if figure.day is None]
    counts = ", ".join(f"{_sum(figure.condition)} AS n{number}" for number, (_, figure) in enumerate(plain))
    values = ", ".join(f"('{name}', n{number})" for number, (name, _) in enumerate(plain))
    days = [
        f"""SELECT area, '{name}' AS figure, coalesce({figure.day}, 'infinity') AS day, sum(sign) AS persons
              FROM {{rows}} u WHERE {figure.condition} GROUP BY 1, 3"""
        for name, figure in named
        if figure.day is not None
    ]
    without_day = f"""
        SELECT area, figure, {_NO_DAY} AS day, persons
          FROM (SELECT area, {counts}, coalesce(sum(sign) FILTER (WHERE NOT registered), 0) AS unplaced FROM {{rows}} u GROUP BY area) wide
         CROSS JOIN LATERAL (VALUES {values}, ('{UNPLACED}', unplaced)) AS v (figure, persons)
         WHERE persons <> 0"""
    return " UNION ALL ".join([without_day, *days])


UNPLACED: Final = "without registry data"
"""Under this name: persons of whom the registry has not told."""

FIGURES: Final = Cube("cube_figure", counted_rows.CASES, ("figure", "day"), ("persons",), _figures())

AGE_INCOME: Final = Cube(
    "cube_age_income",
    counted_rows.CASES,
    ("tier", "age_group"),
    ("persons", "deceased"),
    f"""SELECT area, coalesce(tier, '') AS tier, age_group, sum(sign) AS persons, {_sum("status = 'DECEASED'")} AS deceased
          FROM {{rows}} u WHERE registered AND merged_into IS NULL GROUP BY 1, 2, 3""",
    district="home_district",
)

INCOME_BANDS: Final = Cube(
    "cube_income_band",
    counted_rows.CASES,
    ("tier", "band_at_interview", "band_now"),
    ("persons",),
    """SELECT area, tier, coalesce(band_at_interview, '') AS band_at_interview, band_now, sum(sign) AS persons
         FROM {rows} u WHERE stands AND tier IS NOT NULL AND band_now IS NOT NULL GROUP BY 1, 2, 3, 4""",
)

CASELOAD: Final = Cube(
    "cube_caseload",
    counted_rows.CASES,
    ("officer_id",),
    ("cases", "interviewed", "planned", "followed_june", "followed_september"),
    f"""SELECT area, coalesce(officer_id, {NOBODY}) AS officer_id, sum(sign) AS cases, {_sum("interviewed")} AS interviewed,
               {_sum("planned")} AS planned, {_sum("june_reached")} AS followed_june, {_sum("september_reached")} AS followed_september
          FROM {{rows}} u WHERE stands AND (officer_id IS NOT NULL OR stated_on IS NOT NULL OR due_by IS NOT NULL) GROUP BY 1, 2""",
    areas=Areas.DISTRICTS,
)

INTAKE: Final = Cube(
    "cube_intake",
    counted_rows.CASES,
    ("stated_on", "place_id"),
    ("persons", "walk_in", "home_visit", "up_to_30000", "over_30000", "approved_late"),
    f"""SELECT area, stated_on, coalesce(place_id, {NOBODY}) AS place_id, sum(sign) AS persons,
               {_sum("declared_channel = 'WALK_IN'")} AS walk_in, {_sum("declared_channel = 'HOME_VISIT'")} AS home_visit,
               {_sum("declared_tier = 'UP_TO_30000'")} AS up_to_30000, {_sum("declared_tier = 'OVER_30000'")} AS over_30000,
               {_sum("approved_late")} AS approved_late
          FROM {{rows}} u WHERE stated_on IS NOT NULL GROUP BY 1, 2, 3""",
    district="declared_district",
    areas=Areas.DISTRICTS,
)

_FAILED: Final = "settled_satang = 0 AND returned_satang = 0"
_CAME_BACK: Final = "settled_satang = 0 AND returned_satang > 0"
PAYMENTS: Final = Cube(
    "cube_payment",
    counted_rows.PAYMENTS,
    ("bank", "month", "tier"),
    ("persons", "persons_settled", "settled_satang", "persons_failed", "failed_satang", "persons_returned", "returned_satang"),
    # In an area, and with a bank, a person's month is what was tried there: of attempts in two districts each counts its own, the country both as one.
    f"""SELECT area, bank, month, tier, sum(sign) AS persons, {_sum("settled_satang > 0")} AS persons_settled,
               sum(sign * settled_satang)::bigint AS settled_satang,
               {_sum(_FAILED)} AS persons_failed, {_sum(_FAILED, "sign * asked_satang")}::bigint AS failed_satang,
               {_sum(_CAME_BACK)} AS persons_returned, {_sum(_CAME_BACK, "sign * returned_satang")}::bigint AS returned_satang
          FROM (SELECT u.sign, u.holder_id, u.month, u.tier, u.area, b.bank, max(asked_satang) AS asked_satang,
                       sum(settled_satang) AS settled_satang, max(returned_satang) AS returned_satang
                  FROM {{rows}} u CROSS JOIN LATERAL unnest(ARRAY['', u.bank]) AS b (bank) GROUP BY 1, 2, 3, 4, 5, 6) paid
         GROUP BY 1, 2, 3, 4""",
    district="district",
    areas=Areas.EACH,
)

ALLOWANCES: Final = Cube(
    "cube_allowance",
    counted_rows.ALLOWANCES,
    ("tier", "status", "stop_reason", "stop_month"),
    ("persons", "monthly_satang"),
    """SELECT area, tier, status, coalesce(stop_reason, '') AS stop_reason, coalesce(stop_month, '') AS stop_month, sum(sign) AS persons,
              sum(sign * monthly_satang)::bigint AS monthly_satang
         FROM {rows} u GROUP BY 1, 2, 3, 4, 5""",
)

LINES: Final = Cube(
    "cube_line",
    counted_rows.LINES,
    ("dimension", "programme", "agency", "state", "outcome"),
    ("persons", "lines", "overdue"),
    """SELECT area, dimension, programme, agency, state, outcome, sum(sign) AS persons, sum(sign * lines) AS lines, sum(sign * overdue) AS overdue
         FROM {rows} u GROUP BY 1, 2, 3, 4, 5, 6""",
)

CUBES: Final[Sequence[Cube]] = (FIGURES, AGE_INCOME, INCOME_BANDS, CASELOAD, INTAKE, PAYMENTS, ALLOWANCES, LINES)
