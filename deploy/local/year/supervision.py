"""April: chiefs of a few districts draw spot checks, somebody of theirs asks the people again, and the results are recorded."""

from datetime import date
from typing import Any, Final

from deploy.local.year.country import INTERVIEWED, Country
from deploy.local.year.office import Office

DAY: Final = date(2018, 4, 18)
DISTRICTS_MAX: Final = 5
CHECKS_A_DISTRICT: Final = 4
NOT_AT_HOME: Final = 0.15
DIFFERS: Final = 0.10


async def spot_check(office: Office, country: Country, today: date) -> None:
    """The chiefs draw, and record what was found by the evening."""
    at_home = [case for case in await country.cases(INTERVIEWED) if case.district == case.person.district]
    districts = sorted({case.district for case in at_home})[:DISTRICTS_MAX]

    async def act(district: str) -> None:
        chief = f"chief-{district}"
        days = {"from": "2018-03-01", "to": today.isoformat()}
        await office.post(chief, f"/interview/v1/districts/{district}/spot-checks", {**days, "count": CHECKS_A_DISTRICT})
        for check in await country.pages(chief, "/interview/v1/spot-checks", district=district, status="OPEN"):
            found = _found(country, check["holder_id"], today)
            await office.post(chief, f"/interview/v1/spot-checks/{check['check_id']}/results", found)

    await country.each("สุ่มตรวจ · spot checks", districts, act)


def _found(country: Country, holder_id: str, today: date) -> dict[str, Any]:
    person = country.person_of[holder_id]
    check = {"checked_on": today.isoformat(), "method": "HOME_VISIT", "checker_signed": True}
    if person.does("is out when checked", NOT_AT_HOME):
        return {**check, "person_met": False, "not_met_reason": "NOT_AT_HOME"}
    same = not person.does("says otherwise", DIFFERS)
    return {
        **check,
        "person_met": True,
        "took_place": True,
        "confirmed": {"person": same, "health": True, "debts": True, "abilities": True, "wishes": True},
        "satisfied": "SATISFIED" if same else "PARTLY",
        "holder_signed": True,
    }
