"""Offerings that are made up, for development and trials: the same every time, marked, and as many as are asked for."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.commands.offerings import add_offerings
from services.plan.domain import Because, Offering
from services.plan.repository import offerings
from shared.db import Tx
from shared.ids import same_id
from shared.thai import areas

_FILE: Final = Path(__file__).parent.parent / "seed" / "offerings.yaml"
_STRIDE: Final = 617  # a prime that divides neither 77 provinces nor 928 districts, so that neighbours in the list are far apart on the map
_ROWS_MAX: Final = 5_000


async def seed_offerings(tx: Tx, seats: int, because: Because) -> int:
    """Add about so many seats where there are no made-up offerings yet; returns how many offerings."""
    if not seats or await offerings.has_synthetic(tx):
        return 0
    new = list(made_up(seats))
    return sum([await add_offerings(tx, new[n : n + _ROWS_MAX], because) for n in range(0, len(new), _ROWS_MAX)])


def made_up(seats: int) -> Iterator[Offering]:
    """Offerings with about so many seats in all, spread over the country and the season."""
    content = _content()
    for code, one in content["offerings"].items():
        codes = areas.provinces() if one["level"] == "PROVINCE" else areas.districts()
        for number in range(round(seats * one["part"] / 100 / one["seats"])):
            yield _offering(code, one, number, codes, content)


def _offering(code: str, one: dict[str, Any], number: int, codes: Sequence[str], content: dict[str, Any]) -> Offering:
    area = codes[(number * _STRIDE + sum(code.encode())) % len(codes)]
    first_on: date = content["first_on"]
    starts_on = first_on + timedelta(weeks=number * _STRIDE % content["weeks"])
    hours = one.get("hours")
    return Offering(
        offering_id=same_id("synthetic-offering", code, number),
        programme_code=code,
        version=1,
        province=area[:2],
        district=None if one["level"] == "PROVINCE" else area,
        place=f"{one['place']} {areas.area_name(area)[0]}",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=one["days"] - 1),
        apply_until=starts_on - timedelta(days=content["apply_days_before"]),
        hours=hours[number % len(hours)] if hours else None,
        seats=one["seats"],
        cost_baht=0,
        kit=one.get("kit"),
        kit_value_baht=one.get("kit_value_baht", 0),
        stipend_baht_a_day=one.get("stipend_baht_a_day", 0),
        course_code=None,
        active=True,
        synthetic=True,
    )


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content
