"""The areas of the country or of a province beside each other, as on a map."""

from typing import Final

from services.reporting.domain.figures import Areas, AreasRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries import cubes
from services.reporting.queries.case_figures import figures_by_area, told_areas
from services.reporting.queries.view import View, area_words
from shared.db import ReadTx
from shared.thai.areas import UnknownArea, areas_in

_DISTRICT_DIGITS: Final = 4
_FIGURES: Final = {
    **{name: ("year", name) for name in ("card_holders", "visit_group", "visited", "interviewed", "planned", "referred", "in_development")},
    **{name: ("year", name) for name in ("completed", "rose_above_30000")},
    "declared": ("year", "declared_in_all"),
    "overdue": ("visit-coverage", "overdue"),
}


async def areas(tx: ReadTx, view: View, _: Parameters) -> Areas:
    """A row for each province of the country, for each district of a province, or for the district, where the cases are now."""
    codes = parts(view.area)
    sums = cubes.PAYMENTS.table
    latest = await tx.fetchval(f"SELECT max(month) FROM {sums} WHERE area = '' AND bank = '' AND settled_satang > 0")
    paid = await tx.fetch(
        f"""SELECT area, sum(settled_satang)::bigint AS paid, coalesce(sum(settled_satang) FILTER (WHERE month = $2), 0)::bigint AS latest
              FROM {sums} WHERE area = ANY ($1::text[]) AND bank = '' GROUP BY area""",
        codes,
        latest,
    )
    satang = {row["area"]: (row["paid"], row["latest"]) for row in paid}
    told = None if view.sees_persons else await told_areas(tx, view, _FIGURES)
    rows = []
    for code, counted in (await figures_by_area(tx, view, codes, _FIGURES)).items():
        th, en = area_words(code)
        figures = {name: count if told is None or code in told[name] else None for name, count in counted.items()}
        # Where some are few, so may be those who were paid.
        money = (None, None) if None in figures.values() else satang.get(code, (0, 0))
        rows.append(AreasRow(area=code, label_th=th, label_en=en, paid_satang=money[0], paid_latest_satang=money[1], **figures))
    return Areas(rows, latest)


def parts(area: str) -> list[str]:
    """The codes of the rows: the provinces of the country (empty code), the districts of a province, else the area itself."""
    if len(area) == _DISTRICT_DIGITS:
        return [area]
    try:
        return [one.code for one in areas_in(area or None)]
    except UnknownArea:
        return [area]
