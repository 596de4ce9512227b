"""The year in one answer."""

from datetime import date

from services.reporting.domain.figures import Year, YearFigure
from services.reporting.domain.parameters import ScaledParameters
from services.reporting.queries.cases import CASES
from services.reporting.queries.money import payment_rows
from services.reporting.queries.view import View
from services.reporting.rules.definitions import definitions
from services.reporting.rules.published import published
from shared.db import ReadTx


async def year(tx: ReadTx, view: View, asked: ScaledParameters) -> Year:
    """Persons by step, where their cases are now. `declared` is within the policy's walk-in window. Raises PolicyNotHere."""
    counted = await _counted(tx, view)
    words, public = definitions("year"), published()
    figures = [
        YearFigure(
            figure=name,
            label_th=words[name].label_th,
            label_en=words[name].label_en,
            persons=persons,
            comparison=public.year[name].beside(persons, asked.scale) if view.whole_country and name in public.year else None,
        )
        for name, persons in counted.items()
    ]
    return Year(figures, await payment_rows(tx, view, None))


async def _counted(tx: ReadTx, view: View) -> dict[str, int]:
    window = view.rule().parameters["walk_in_window"]
    low, high = published().income_limits_baht
    where, args = view.where(5, "c.responsible_district", officer="c.officer_id")
    row = await tx.fetchrow(
        f"""SELECT count(*) FILTER (WHERE registered) AS card_holders,
                   count(*) FILTER (WHERE visit_group) AS visit_group,
                   count(*) FILTER (WHERE stated_on BETWEEN $1 AND $2) AS declared,
                   count(*) FILTER (WHERE visit_group AND stated_on BETWEEN $1 AND $2) AS declared_of_visit_group,
                   count(stated_on) AS declared_in_all,
                   count(due_by) AS left_for_home_visits,
                   count(*) FILTER (WHERE visited) AS visited,
                   count(interviewed_on) AS interviewed,
                   count(planned_on) AS planned,
                   count(*) FILTER (WHERE referred) AS referred,
                   count(*) FILTER (WHERE accepted) AS in_development,
                   count(*) FILTER (WHERE NOT dropped) AS completed,
                   count(*) FILTER (WHERE dropped) AS dropped,
                   count(*) FILTER (WHERE followed_june) AS followed_june,
                   count(*) FILTER (WHERE followed_september) AS followed_september,
                   count(*) FILTER (WHERE followed) AS followed,
                   count(*) FILTER (WHERE tier = 'UP_TO_30000' AND income_now > $3) AS rose_above_30000,
                   count(*) FILTER (WHERE tier = 'UP_TO_30000' AND income_now > $4) AS above_100000
              FROM {CASES} WHERE {where}""",
        *(date.fromisoformat(window["from"]), date.fromisoformat(window["to"]), low, high),
        *args,
    )
    return dict(row or {})
