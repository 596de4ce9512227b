"""January: the ministry of finance sends the data, teams are appointed, places announced."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any, Final

from deploy.local.registry_file import write_registry_file
from deploy.local.year.country import Country
from deploy.local.year.office import Office

FILE: Final = "national-2561.csv"
EMPLOYERS: Final = ("BAAC", "COMMUNITY_DEVELOPMENT")
APPOINTED_ON: Final = date(2018, 1, 15)
PROVINCE_WITH_ORDERS: Final = "81"
TOLD_OF_PLACES: Final = 8
"""In every so many districts the people around a meeting place are told of it by a message."""
"""Krabi, whose governor appoints the teams by order; elsewhere whoever is registered takes cases."""
LOOK_UPS_MAX: Final = 1000
POLL_SECONDS: Final = 0.2


class ImportFailed(RuntimeError):
    """The registry did not take the national file."""


def write_file(import_folder: Path, scale: int, seed: int) -> Path:
    """The national file of the played country, where the registry reads files."""
    file = import_folder / FILE
    write_registry_file(file, scale, seed)
    return file


async def import_file(office: Office, country: Country) -> dict[str, Any]:
    """The registrar imports it; returns the ended import."""
    asked = await office.post("registrar", "/registry/v1/imports", {"path": FILE})
    country.progress.begin("นำเข้าทะเบียน · the registry imports the national file", len(country.everybody()))
    done = 0
    while True:
        state: dict[str, Any] = await office.get("registrar", f"/registry/v1/imports/{asked['import_id']}")
        country.progress.step(state["lines"] - done)
        done = state["lines"]
        if state["status"] == "DONE":
            return state
        if state["status"] == "FAILED":
            raise ImportFailed(str(state["error"]))
        await asyncio.sleep(POLL_SECONDS)


async def know_people(office: Office, country: Country) -> None:
    """District teams find their people's numbers in the registry."""
    ids = [person.citizen_id for person in country.everybody()]

    async def look_up(some: list[str]) -> None:
        found = await office.post("registrar", "/registry/v1/card-holders/look-ups", {"citizen_ids": some})
        country.holder_of.update({one: row["holder_id"] for one, row in zip(some, found["items"], strict=True) if row["holder_id"]})

    await country.each("ค้นหาเลขทะเบียน · look-ups", [ids[n : n + LOOK_UPS_MAX] for n in range(0, len(ids), LOOK_UPS_MAX)], look_up)
    country.person_of.update({country.holder_of[person.citizen_id]: person for person in country.everybody()})


async def appoint(office: Office, country: Country) -> None:
    """District chiefs register their officers and announce where people may come in February; governors appoint teams."""
    registered: dict[tuple[str, str], str] = {}

    async def register(job: tuple[str, str]) -> None:
        district, employer = job
        made = await office.post(
            f"chief-{district}",
            "/interview/v1/officers",
            {
                "district": district,
                "employer": employer,
                "staff_no": f"{employer[:1]}-{district}",
                "subdistricts": sorted({person.subdistrict for person in country.people[district]}),
            },
        )
        registered[job] = made["officer_id"]

    async def order(district: str) -> None:
        """The governor's order: who takes cases, and who heads the team."""
        head = await office.post(
            f"chief-{district}",
            "/interview/v1/officers",
            {"district": district, "employer": "DISTRICT_OFFICE", "staff_no": f"H-{district}"},
        )
        members = [{"officer_id": registered[district, employer], "duty": "ACCOUNT_OFFICER"} for employer in EMPLOYERS]
        team = {
            "order_no": f"ปรจ. {district}/2561",
            "ordered_on": APPOINTED_ON.isoformat(),
            "head_id": head["officer_id"],
            "members": members,
        }
        await office.post(f"governor-{district[:2]}", f"/interview/v1/districts/{district}/team-appointments", team)

    told = set(list(country.people)[::TOLD_OF_PLACES])

    async def announce(district: str) -> None:
        place = {
            "subdistrict": country.people[district][0].subdistrict,
            "name": "หอประชุมที่ว่าการอำเภอ",
            "opens_on": date(2018, 2, 1).isoformat(),
            "closes_on": date(2018, 2, 28).isoformat(),
            "capacity_per_day": 500,
            "opens_at": "08:30",
            "closes_at": "16:30",
            "tell": "SUBDISTRICT" if district in told else "NOBODY",
        }
        made = await office.post(f"chief-{district}", "/interview/v1/meeting-places", place)
        country.places[district] = made["place_id"]

    await country.each("แต่งตั้งทีม ปรจ. · teams", [(district, employer) for district in country.people for employer in EMPLOYERS], register)
    ordered = [district for district in country.people if district.startswith(PROVINCE_WITH_ORDERS)]
    await country.each("คำสั่งแต่งตั้งทีม · orders", ordered, order)
    await country.each("ประกาศจุดบริการ · meeting places", list(country.people), announce)
