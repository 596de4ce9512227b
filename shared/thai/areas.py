"""The administrative areas of Thailand by code: province 2 digits, district 4, subdistrict 6 (DOPA).

The data are geothai's (CC-BY-4.0; the notice is in docs/licences.md): those of today, and those abolished after 1 February
2018, which the data of the measure still hold (104701 and 105001). Everything is read once, at the first question.
Areas that are gone can be looked up with what came of them, and are never accepted as an address.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

import geothai
from geothai.abolished import abolished_areas

ABOLISHED_AFTER: Final = "2018-02-01"
"""Areas abolished later than this day (ISO) are accepted."""

_BANGKOK: Final = "10"


class UnknownArea(LookupError):
    """No province, district or subdistrict has this code."""

    def __init__(self, code: str) -> None:
        """Keep the code as asked."""
        super().__init__(f"no area has the code {code!r}")
        self.code = code


class Level(StrEnum):
    """Kinds of areas, from the widest."""

    PROVINCE = "PROVINCE"
    DISTRICT = "DISTRICT"
    SUBDISTRICT = "SUBDISTRICT"


_LEVELS: Final = {2: Level.PROVINCE, 4: Level.DISTRICT, 6: Level.SUBDISTRICT}


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its history. `accepted` says whether it may stand in the data of the measure; None dates are not known."""

    code: str
    level: Level
    name_th: str
    name_en: str | None
    accepted: bool
    postcodes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


def is_province(code: str) -> bool:
    """Whether the 2-digit code is a province's."""
    return len(code) == 2 and code in _areas().names


def is_district(code: str) -> bool:
    """Whether the 4-digit code is a district's."""
    return len(code) == 4 and code in _areas().names


def is_subdistrict(code: str) -> bool:
    """Whether the 6-digit code is a subdistrict's, or was in February 2018."""
    return code in _areas().postcodes


def district_of(subdistrict: str) -> str:
    """The 4-digit code of the subdistrict's district. Raises UnknownArea."""
    if not is_subdistrict(subdistrict):
        raise UnknownArea(subdistrict)
    return subdistrict[:4]


def province_of(code: str) -> str:
    """The 2-digit code of the province of a province, district or subdistrict. Raises UnknownArea."""
    if code not in _areas().names:
        raise UnknownArea(code)
    return code[:2]


def area_name(code: str) -> tuple[str, str]:
    """The name of a province, district or subdistrict in Thai and in English. Raises UnknownArea."""
    try:
        return _areas().names[code]
    except KeyError:
        raise UnknownArea(code) from None


def area_in_thai(code: str) -> str:
    """A province, district or subdistrict with what it lies in: `ตำบลปากน้ำ อำเภอเมืองกระบี่ จังหวัดกระบี่`, in Bangkok `เขตพระนคร กรุงเทพมหานคร`. Raises UnknownArea."""
    # The districts of Bangkok are called เขต in the list of areas.
    words = ("", "", "แขวง") if code.startswith(_BANGKOK) else ("จังหวัด", "อำเภอ", "ตำบล")
    names = [f"{word}{area_name(code[:length])[0]}" for word, length in zip(words, (2, 4, 6), strict=True) if length <= len(code)]
    return " ".join(reversed(names))


def provinces() -> tuple[str, ...]:
    """The 77 province codes, in order."""
    return _areas().provinces


def districts() -> tuple[str, ...]:
    """The 928 district codes, in order."""
    return tuple(_areas().subdistricts)


def subdistricts_of(district: str) -> tuple[str, ...]:
    """The codes of a district's subdistricts, in order, those abolished since February 2018 last. Raises UnknownArea."""
    try:
        return _areas().subdistricts[district]
    except KeyError:
        raise UnknownArea(district) from None


def postcodes(subdistrict: str) -> tuple[str, ...]:
    """The subdistrict's postcodes, the most used first. Raises UnknownArea."""
    try:
        return _areas().postcodes[subdistrict]
    except KeyError:
        raise UnknownArea(subdistrict) from None


def area(code: str) -> Area:
    """The area, also one that was abolished. Raises UnknownArea."""
    try:
        return _book()[code]
    except KeyError:
        raise UnknownArea(code) from None


def areas_in(code: str | None) -> Sequence[Area]:
    """The districts of a province, the subdistricts of a district, none of a subdistrict; the provinces for None. Raises UnknownArea."""
    if code is None:
        return [area(one) for one in provinces()]
    level = area(code).level
    if level is Level.PROVINCE:
        return [area(one) for one in districts() if one[:2] == code]
    return [area(one) for one in subdistricts_of(code)] if code in _areas().subdistricts else []


def search(words: str, *, within: str | None = None, level: Level | None = None, limit: int = 20) -> Sequence[Area]:
    """Areas by a part of their Thai or English name, those that begin with it first; `within` is the code of a wider area."""
    everywhere = within is None and level is None
    found = (area(one.area.code) for one in geothai.search(words, limit=limit if everywhere else len(_areas().names)))
    fitting = [one for one in found if (level is None or one.level is level) and one.code.startswith(within or "")]
    return fitting[:limit]


@dataclass(frozen=True, slots=True)
class _Areas:
    names: Mapping[str, tuple[str, str]]
    provinces: tuple[str, ...]
    subdistricts: Mapping[str, tuple[str, ...]]
    postcodes: Mapping[str, tuple[str, ...]]


@cache
def _areas() -> _Areas:
    names: dict[str, tuple[str, str]] = {}
    subdistricts: dict[str, tuple[str, ...]] = {}
    codes: dict[str, tuple[str, ...]] = {}
    for province in geothai.provinces():
        names[province.code] = (province.name_th, province.name_en)
        for district in geothai.districts(province.code):
            names[district.code] = (district.name_th, district.name_en)
            members = geothai.subdistricts(district.code)
            subdistricts[district.code] = tuple(member.code for member in members)
            names.update((member.code, (member.name_th, member.name_en)) for member in members)
            codes.update((member.code, member.postal_codes) for member in members)
    for gone in abolished_areas():
        if gone.level == "subdistrict" and gone.abolished_on > ABOLISHED_AFTER:
            names[gone.code] = (gone.name_th, gone.name_en or gone.name_th)
            subdistricts[gone.code[:4]] += (gone.code,)
            # Its successors' postcodes, each once, in their order.
            codes[gone.code] = tuple(dict.fromkeys(postcode for heir in gone.successors for postcode in codes[heir]))
    return _Areas(names, tuple(code for code in names if len(code) == 2), subdistricts, codes)


@cache
def _book() -> Mapping[str, Area]:
    known = _areas()
    gone = {one.code: one for one in abolished_areas()}
    before: dict[str, list[str]] = defaultdict(list)
    since: dict[str, date] = {}
    for one in gone.values():
        for heir in one.successors:
            before[heir].append(one.code)
            if one.successors_in_force:
                since[heir] = date.fromisoformat(one.successors_in_force)
    book = {
        code: Area(
            code,
            _LEVELS[len(code)],
            *names,
            accepted=True,
            postcodes=known.postcodes.get(code, ()),
            valid_from=since.get(code),
            predecessors=tuple(before[code]),
        )
        for code, names in known.names.items()
    }
    for code, one in gone.items():
        if code in book and one.abolished_on <= ABOLISHED_AFTER:
            continue  # The code is in use again.
        book[code] = Area(
            code,
            Level(one.level.upper()),
            one.name_th,
            one.name_en,
            accepted=code in book,
            postcodes=known.postcodes.get(code, ()),
            valid_to=date.fromisoformat(one.abolished_on),
            predecessors=tuple(before[code]),
            successors=tuple(one.successors),
        )
    return book
