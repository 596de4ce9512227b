"""The days of some meeting places: numbers are taken and called, a stranger is refused, and the officer counts the papers and signs."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office, Refused
from deploy.local.year.people import Person

PLACES_MAX: Final = 4
"""So many districts' places work with numbers and close their days."""
NOT_REGISTERED: Final = "8-0000-00000-00-6"
NOT_FOUND: Final = 404


def with_queue(country: Country) -> list[str]:
    """The districts whose places do."""
    return list(country.people)[:PLACES_MAX]


async def take_numbers(office: Office, country: Country, coming: Sequence[Person]) -> None:
    """Whoever has come to a place with a queue takes a number."""
    queueing = [person.district for person in coming if person.district in with_queue(country)]

    async def take(district: str) -> None:
        await office.post(f"intake-{district}", f"/interview/v1/meeting-places/{country.places[district]}/tickets")

    await country.each("รับบัตรคิว · numbers taken", queueing, take)


async def next_ticket(office: Office, country: Country, district: str) -> str | None:
    """The ticket that the counter calls; None where people do not queue."""
    if district not in with_queue(country):
        return None
    path = f"/interview/v1/meeting-places/{country.places[district]}/calls"
    called: dict[str, Any] = await office.post(f"intake-{district}", path, {"counter": "1"})
    return str(called["ticket_id"])


async def close_days(office: Office, country: Country, until: date, stranger_wish: dict[str, Any]) -> None:
    """Each place refuses somebody who is not in the registry, and its officer closes every day up to this one; the chief sees none open."""

    async def close(district: str) -> None:
        officer, place_id = f"intake-{district}", country.places[district]
        await _refuse(office, officer, {**stranger_wish, "citizen_id": NOT_REGISTERED, "place_id": place_id})
        for line in await country.pages(officer, "/interview/v1/place-days", district=district, to=until.isoformat()):
            body = {"day": line["day"], "paper_count": line["slips"]}
            await office.post(officer, f"/interview/v1/meeting-places/{line['place_id']}/closings", body)
        still_open = await country.pages(f"chief-{district}", "/interview/v1/place-days", district=district, to=until.isoformat())
        if still_open:
            raise AssertionError(f"{district}: days that nobody has closed: {still_open}")

    await country.each("ปิดยอดประจำวัน · days closed", with_queue(country), close)


async def _refuse(office: Office, officer: str, wish: dict[str, Any]) -> None:
    try:
        await office.post(officer, "/interview/v1/intents", wish)
    except Refused as refused:
        if refused.status == NOT_FOUND:
            return
        raise
    raise AssertionError("somebody who is not in the registry got a slip")
