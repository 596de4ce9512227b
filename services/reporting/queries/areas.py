"""The areas of the country or of a province beside each other, as on a map."""

from dataclasses import fields
from typing import Any, Final

from services.reporting.domain.figures import Areas, AreasRow
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.cases import CASES
from services.reporting.queries.view import View, area_words
from services.reporting.rules.published import published
from shared.db import ReadTx
from shared.thai.areas import UnknownArea, areas_in

_WORDS: Final = frozenset({"area", "label_th", "label_en"})
_FIGURES: Final = [field.name for field in fields(AreasRow) if field.name not in _WORDS]


async def areas(tx: ReadTx, view: View, _: Parameters) -> Areas:
    """A row for each province of the country, for each district of a province, or for the district, where the cases are now."""
    codes = parts(view.area)
    digits = len(codes[0])
    low, _high = published().income_limits_baht
    latest = await tx.fetchval("SELECT max(month) FROM payment WHERE outcome = 'SETTLED'")
    where, args = view.where(4, "c.responsible_district")
    rows = await tx.fetch(
        f"""SELECT left(responsible_district, $3) AS area, count(*) FILTER (WHERE registered) AS card_holders,
                   count(*) FILTER (WHERE visit_group) AS visit_group, count(stated_on) AS declared,
                   count(*) FILTER (WHERE visited) AS visited, count(interviewed_on) AS interviewed, count(planned_on) AS planned,
                   count(*) FILTER (WHERE referred) AS referred, count(*) FILTER (WHERE accepted) AS in_development,
                   count(*) FILTER (WHERE NOT dropped) AS completed,
                   count(*) FILTER (WHERE tier = 'UP_TO_30000' AND income_now > $2) AS rose_above_30000,
                   count(*) FILTER (WHERE due_by < $1 AND answer IS NULL AND NOT content AND stated_on IS NULL AND NOT refused_at_the_door
                                    AND status IS DISTINCT FROM 'DECEASED' AND NOT not_found) AS overdue
              FROM {CASES} WHERE {where} GROUP BY 1""",
        *(view.today, low, digits),
        *args,
    )
    where, args = view.where(3, "f.district")
    money = await tx.fetch(
        f"""SELECT left(f.district, $2) AS area, sum(amount_satang)::bigint AS paid_satang,
                   coalesce(sum(amount_satang) FILTER (WHERE month = $1), 0)::bigint AS paid_latest_satang
              FROM payment f WHERE outcome = 'SETTLED' AND {where} GROUP BY 1""",
        *(latest, digits),
        *args,
    )
    found: dict[str, dict[str, Any]] = {code: dict.fromkeys(_FIGURES, 0) for code in codes}
    for row in (*rows, *money):
        found.get(row["area"] or "", {}).update({name: count for name, count in row.items() if name != "area"})
    return Areas([AreasRow(code, *area_words(code), **figures) for code, figures in found.items()], latest)


def parts(area: str) -> list[str]:
    """The codes of the rows: the provinces of the country (empty code), the districts of a province, else the area itself."""
    if len(area) == len("8101"):
        return [area]
    try:
        return [one.code for one in areas_in(area or None)] or [area]
    except UnknownArea:
        return [area]
