"""The year in one answer."""

from services.reporting.domain.figures import Year, YearFigure
from services.reporting.domain.parameters import ScaledParameters
from services.reporting.queries.case_figures import figures_of
from services.reporting.queries.money import payment_rows
from services.reporting.queries.view import View
from services.reporting.rules.definitions import definitions
from services.reporting.rules.published import published
from shared.db import ReadTx


async def year(tx: ReadTx, view: View, asked: ScaledParameters) -> Year:
    """Persons by step, where their cases are now. `declared` is within the policy's walk-in window. Raises PolicyNotHere."""
    counted = await figures_of(tx, view, "year")
    words, public = definitions("year"), published()
    figures = [
        YearFigure(
            figure=name,
            label_th=words[name].label_th,
            label_en=words[name].label_en,
            persons=persons,
            comparison=public.year[name].beside(persons, asked.scale)
            if view.whole_country and name in public.year and persons is not None
            else None,
        )
        for name, persons in counted.items()
    ]
    # Payments are one more cut, by which persons could be found.
    return Year(figures, await payment_rows(tx, view, None) if view.sees_persons else [])
