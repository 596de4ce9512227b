"""Governors have the free seats of the next month reckoned, and their provincial committees approve: who waited, or named no offering, gets one."""

from datetime import date, timedelta
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office

ALLOCATIONS: Final = "/plan/v1/seat-allocations"
PROVINCES_MAX: Final = 5
LAST_MONTH: Final = 7
"""Later nobody is referred for the first time."""


async def give_seats(office: Office, country: Country, today: date) -> None:
    """In the provinces of most people, before agencies take anybody in: whom they took in needs no seat any more."""
    if today.month > LAST_MONTH:
        return
    month = f"{today.replace(day=28) + timedelta(days=4):%Y-%m}"
    people: dict[str, int] = {}
    for district, living in country.people.items():
        people[district[:2]] = people.get(district[:2], 0) + len(living)
    provinces = sorted(people, key=lambda province: (-people[province], province))[:PROVINCES_MAX]
    asked: dict[str, str] = {}

    async def ask(province: str) -> None:
        made: dict[str, Any] = await office.post(f"governor-{province}", ALLOCATIONS, {"province": province, "month": month})
        asked[province] = made["allocation_id"]

    async def approve(province: str) -> None:
        path = f"{ALLOCATIONS}/{asked[province]}"
        preview = await office.get(f"governor-{province}", path)
        await office.post(f"province-committee-{province}", f"{path}/approval", version=preview["version"])

    await country.each("คำนวณที่นั่ง · seats reckoned", provinces, ask)
    await office.drained()
    await country.each("อนุมัติที่นั่ง · seats approved", provinces, approve)
    await office.drained()
