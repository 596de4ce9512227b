"""Subdistricts as often as people of the measure live there, and addresses in town and village."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from deploy.local.registry_file.random_tables import between, pick, weighted
from shared.thai import areas
from shared.thai.digits import thai_digits

# Card holders of a subdistrict against one of the central plain, by the first digit of the province code:
# 1 centre, 2 east, 3 and 4 north-east, 5 north, 6 lower north, 7 west, 8 and 9 south.
_BY_REGION: Final = {"1": 0.7, "2": 0.9, "3": 1.9, "4": 1.8, "5": 1.3, "6": 1.3, "7": 0.9, "8": 1.1, "9": 1.2}
# Where subdistricts are far larger, or far smaller, than those of the region.
_BY_PROVINCE: Final = {"10": 2.6, "11": 2.2, "12": 1.6, "13": 1.4, "14": 0.5, "15": 0.5, "20": 1.4, "58": 1.5, "83": 1.6}
_ABOLISHED: Final = ("104701", "105001")

_ROADS: Final = """
สุขใจ ประชาสุข เทศบาล_1 เทศบาล_2 เทศบาล_5 ท่าน้ำ ท่านํ้า ริมน้ำ ริมนํ้า หน้าเมือง หลังวัด ศรีเมือง ชัยมงคล ราษฎร์บำรุง ประชาอุทิศ สายเก่า เลียบคลอง ตลาดใหม่ สถานีรถไฟ ร่วมใจ
""".split()  # noqa: SIM905  # a list of names is read as text
# With nikhahit and aa, with a comma (so in quotes), with double spaces, in Thai digits.
_EDGE_VILLAGE: Final = ("๑๒/๓,๔,", "1,1,ถนนท่าน้ำ", "1,1,ถนนท่านํ้า", "9/1,๑๒,ถนนสายเก่า", ",3,", '7,2,"ถนนร่วมใจ, ซอย 3"', "5  หลังวัด,2,")
_EDGE_TOWN: Final = ("๙๙/๑,,ถนนริมน้ำ", "99/1,,ถนนริมนํ้า", '12,,"ถนนเทศบาล 1, ซอย ๒"', "100,,ถนน  สุขใจ")


@dataclass(frozen=True, slots=True)
class Place:
    """A subdistrict as the file writes it, and the addresses (`house_no,moo,road`) of its kind."""

    subdistrict: str
    postcode: str
    addresses: Sequence[str]


def places_to_live(random: Random, size: int, addresses_size: int) -> list[Place]:
    """A table of `size` places; the two subdistricts that were abolished after 2018 stand at its head."""
    village, town = _village(random, addresses_size), _town(random, addresses_size)
    codes = [code for district in areas.districts() for code in areas.subdistricts_of(district)]
    weights = [_BY_REGION[code[0]] * _BY_PROVINCE.get(code[:2], 1) * (0.5 + random.random()) for code in codes]
    known = {code: Place(code, areas.postcodes(code)[0], town if _is_town(code) else village) for code in codes}
    return [known[code] for code in (*_ABOLISHED, *weighted(codes, weights, size - len(_ABOLISHED)))]


def _is_town(subdistrict: str) -> bool:
    """Bangkok, and the first subdistrict of a province's capital district."""
    return subdistrict.startswith("10") or subdistrict.endswith("0101")


def _village(random: Random, size: int) -> list[str]:
    made = (f"{_house(random)},{between(random, 1, 16)},{_road(random) if random.random() < 0.1 else ''}" for _ in range(size))
    return [*_EDGE_VILLAGE, *made][:size]


def _town(random: Random, size: int) -> list[str]:
    made = (f"{_house(random)},,{_road(random)}" for _ in range(size))
    return [*_EDGE_TOWN, *made][:size]


def _house(random: Random) -> str:
    number = f"{between(random, 1, 399)}"
    if random.random() < 0.35:
        number += f"/{between(random, 1, 40)}"
    return thai_digits(number) if random.random() < 0.02 else number


def _road(random: Random) -> str:
    return "ถนน" + pick(random, _ROADS).replace("_", " ")
