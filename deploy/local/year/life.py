"""What happens to people whatever the measure does: some move, some die."""

from datetime import date, timedelta
from typing import Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office
from deploy.local.year.people import DIES_IN_THE_YEAR, MOVES_IN_THE_YEAR, Person

MONTHS: Final = 9
"""Life events are played in February to October."""


async def happen(office: Office, country: Country, today: date) -> None:
    """This month's deaths and moves reach the registry."""
    month = today.month % MONTHS
    here = [person for person in country.everybody() if country.holder_of[person.citizen_id] not in country.dead]
    dying = [p for p in here if p.does("dies", DIES_IN_THE_YEAR) and p.chance.among("dies when", MONTHS) == month]
    moving = [p for p in here if p.does("moves", MOVES_IN_THE_YEAR) and p.chance.among("moves when", MONTHS) == month and p not in dying]
    yesterday = (today - timedelta(days=1)).isoformat()

    async def die(person: Person) -> None:
        holder = country.holder_of[person.citizen_id]
        report = {"deceased_on": yesterday, "evidence": "ทะเบียนราษฎร"}
        request = await office.post("registrar", f"/registry/v1/card-holders/{holder}/death", report)
        # It stops an allowance: the district chief who is responsible now looks at it too.
        approval = f"/registry/v1/change-requests/{request['request_id']}/approval"
        await office.post(f"chief-{request['district']}", approval, {"reason": "ตรวจทะเบียนราษฎรแล้ว"})
        country.dead.add(holder)

    async def move(person: Person) -> None:
        holder = country.holder_of[person.citizen_id]
        body = {"moved_on": yesterday, "subdistrict": _new_home(country, person), "reason": "แจ้งย้ายที่อยู่"}
        await office.post("registrar", f"/registry/v1/card-holders/{holder}/moves", body)

    await country.each("เสียชีวิต · deaths", dying, die)
    await country.each("ย้าย · moves", moving, move)


def _new_home(country: Country, person: Person) -> str:
    others = [district for district in country.people if district != person.district]
    return country.people[others[person.chance.among("new home", len(others))]][0].subdistrict
