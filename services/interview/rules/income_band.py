"""The band of a yearly income; limits are follow_ups.yaml."""

from datetime import date
from enum import StrEnum
from typing import Final

from services.interview.rules.dated import in_force

FILE: Final = "follow_ups.yaml"
MONTHS_A_YEAR: Final = 12


class IncomeBand(StrEnum):
    """Yearly income, the limit included in the lower band."""

    UP_TO_30000 = "UP_TO_30000"
    FROM_30001_TO_100000 = "FROM_30001_TO_100000"
    OVER_100000 = "OVER_100000"


def income_band(on: date, yearly_baht: int | None, monthly_baht: int | None = None) -> IncomeBand | None:
    """The band of the yearly income, or of twelve times the monthly one where only that was told; None of none."""
    if yearly_baht is None:
        if monthly_baht is None:
            return None
        yearly_baht = monthly_baht * MONTHS_A_YEAR
    limits = in_force(FILE, on)["income_bands_baht"]
    return next(band for band in IncomeBand if limits[band] is None or yearly_baht <= limits[band])
