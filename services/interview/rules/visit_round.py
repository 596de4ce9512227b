"""The order in which a round of home visits is walked."""

from typing import Final
from uuid import UUID

ROUND_VISITS_MAX: Final = 1000
"""An officer looks after some hundreds; a round of more is narrowed."""

_AFTER_NUMBERS: Final = 10**9


def place_in_round(subdistrict: str, moo: str | None, case_id: UUID) -> tuple[str, int, str, UUID]:
    """What a visit is sorted by: subdistrict, then villages by their number, then those of which none is known."""
    if not moo:
        return subdistrict, _AFTER_NUMBERS + 1, "", case_id
    return subdistrict, int(moo) if moo.isdecimal() else _AFTER_NUMBERS, moo, case_id
