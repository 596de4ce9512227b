"""February, “มาพบ”: who comes states the wish; some come twice, and some forms are entered days later."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from deploy.local.year import places
from deploy.local.year.country import Country
from deploy.local.year.office import Office
from deploy.local.year.people import COMES_TWICE, TAKES_WAGES_THROUGH_CARD, WITHDRAWS, Person

PLAY_DAYS: Final = (date(2018, 2, 5), date(2018, 2, 10), date(2018, 2, 15), date(2018, 2, 20), date(2018, 2, 25), date(2018, 2, 28))
PAPER: Final[dict[str, Any]] = {
    "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
    "identity_paper": "CITIZEN_ID_CARD",
    "signed_by": "SIGNATURE",
    "privacy_notice_version": "2018-01",
}


async def come(office: Office, country: Country, after: date, until: date) -> None:
    """Everyone whose day lies in (after, until] has come; their slips are entered on the last of these days."""
    coming = [person for person in country.everybody() if (day := person.february_day()) is not None and after < day <= until]

    await places.take_numbers(office, country, coming)

    async def state(person: Person) -> None:
        slip = await _state(office, country, person, await places.next_ticket(office, country, person.district))
        country.intents[slip["holder_id"]] = slip["intent_id"]

    await country.each("แจ้งความประสงค์ · wishes", coming, state)
    again = [person for person in coming if person.does("comes twice", COMES_TWICE)]
    await country.each("มาซ้ำ คืนหางตั๋ว · come again", again, lambda person: _again(office, country, person))
    await places.close_days(office, country, until, {"channel": "WALK_IN", "stated_on": until.isoformat(), **PAPER})


async def _state(office: Office, country: Country, person: Person, ticket_id: str | None = None) -> dict[str, Any]:
    day = person.february_day() or PLAY_DAYS[-1]
    wish = {
        "citizen_id": person.citizen_id,
        "channel": "WALK_IN",
        "stated_on": day.isoformat(),
        "place_id": country.places[person.district],
        "ticket_id": ticket_id,
        **PAPER,
        "consents": {**PAPER["consents"], "wage_through_card": person.does(*TAKES_WAGES_THROUGH_CARD)},
    }
    slip: dict[str, Any] = await office.post(f"intake-{person.district}", "/interview/v1/intents", wish)
    return slip


async def _again(office: Office, country: Country, person: Person) -> None:
    slip = await _state(office, country, person)
    if not slip["repeated"] or slip["intent_id"] != country.intents[slip["holder_id"]]:
        raise AssertionError(f"a second slip was made for {slip['holder_id']}")


async def withdraw(office: Office, country: Country, today: date, share_of_year: int) -> None:
    """A few withdraw their wish; called once in each of `share_of_year` months, each time for its part of them."""
    some = [
        person
        for person in _with_intent(country)
        if person.does("withdraws", WITHDRAWS)
        and person.chance.among("withdraws when", share_of_year) == today.month % share_of_year
        and country.holder_of[person.citizen_id] not in country.dead | country.withdrawn
    ]

    async def act(person: Person) -> None:
        holder = country.holder_of[person.citizen_id]
        body = {"withdrawn_on": (today - timedelta(days=1)).isoformat(), "reason": "ไม่ประสงค์เข้าร่วมมาตรการต่อ"}
        await office.post(f"chief-{person.district}", f"/interview/v1/intents/{country.intents[holder]}/withdrawal", body)
        country.withdrawn.add(holder)

    await country.each("ถอนความประสงค์ · withdrawals", some, act)


def _with_intent(country: Country) -> Sequence[Person]:
    return [person for person in country.everybody() if country.holder_of[person.citizen_id] in country.intents]
