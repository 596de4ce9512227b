"""Which offerings of a programme come into question for whom: the nearest that one can still apply for, with a free seat and full.

Nearness goes by the codes of areas (district, province, region), for distances are not known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import Offering

_NEARNESS: Final = ("DISTRICT", "PROVINCE", "REGION", "ELSEWHERE")
_COUNTRY: Final = ""


@dataclass(frozen=True, slots=True)
class Best:
    """An offering, if there is one, with the levels of nearness and seats as rules/scoring.yaml names them."""

    offering: Offering | None
    nearness: str
    seats: str


_NOT_LISTED: Final = Best(None, "NOT_LISTED", "NOT_LISTED")
_NONE_OPEN: Final = Best(None, "NONE_OPEN", "NONE_OPEN")


class OfferingsIndex:
    """The offerings of the catalogue that one can apply for on a day, by programme and area, each list by first day and id."""

    def __init__(self, offerings: Iterable[Offering], regions: Mapping[str, str], *, on: date) -> None:
        """Those that are over or not active are left out; that a programme has offerings at other times is remembered."""
        self._regions = regions
        self._at: dict[str, dict[str, list[Offering]]] = {}
        self._ways: dict[str, Sequence[tuple[str, str]]] = {}
        for one in sorted(offerings, key=lambda one: (one.starts_on, one.offering_id)):
            if one.active:
                self._at.setdefault(one.programme_code, defaultdict(list))
            if one.is_open(on):
                for area in self._around(one.district or one.province):
                    self._at[one.programme_code][area].append(one)

    def _around(self, area: str) -> Sequence[str]:
        """The district or province, and what it lies in: province, region, country."""
        province = area[:2]
        return (*dict.fromkeys((area, province)), self._regions[province[0]], _COUNTRY)

    def _ways_from(self, district: str) -> Sequence[tuple[str, str]]:
        """How near, and where, from the district on."""
        found = self._ways.get(district)
        if found is None:
            around = district, district[:2], self._regions[district[0]], _COUNTRY
            found = self._ways[district] = tuple(zip(_NEARNESS, around, strict=True))
        return found

    def candidates(self, programme_code: str, district: str, few_seats: Mapping[UUID, int], seats_few: int) -> Sequence[Best]:
        """The nearest with a free seat and, where one is passed over for it, the nearest that is full; never none.

        `few_seats` is how many seats are free where they are few; others have enough.
        """
        at = self._at.get(programme_code)
        if at is None:
            return (_NOT_LISTED,)
        full: Best | None = None
        for nearness, area in self._ways_from(district):
            for one in at.get(area, ()):
                free = few_seats.get(one.offering_id, seats_few + 1)
                if free > 0:
                    found = Best(one, nearness, "FEW" if free <= seats_few else "ENOUGH")
                    return (found,) if full is None else (found, full)
                full = full or Best(one, nearness, "FULL")
        return (full or _NONE_OPEN,)
