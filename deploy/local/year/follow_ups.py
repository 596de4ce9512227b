"""June and September: account officers contact everybody they interviewed; chiefs see who was missed; committees decide."""

from datetime import date
from typing import Any, Final

from deploy.local.year.country import INTERVIEWED, Case, Country
from deploy.local.year.office import Office
from deploy.local.year.people import FOLLOWED_UP, NEVER_FOUND, RISES, RISES_ABOVE_100000

NOT_INTERVIEWED: Final = frozenset({"DECLARED", "ASSIGNED"})


async def follow_up(office: Office, country: Country, which: str, today: date, part: int, parts: int) -> None:
    """One part of the round's contacts."""
    turn = [
        case
        for case in await country.cases(INTERVIEWED)
        if case.holder_id not in country.withdrawn
        and case.person.chance.among(f"{which} day", parts) == part
        and case.person.does(f"{which} followed", FOLLOWED_UP)
    ]
    await country.each(f"ติดตาม · follow-up {which}", turn, lambda case: _contact(office, case, which, today))


async def _contact(office: Office, case: Case, which: str, today: date) -> None:
    income = _income(case, which)
    body: dict[str, Any] = {
        "case_id": case.case_id,
        "round": which,
        "contacted_on": today.isoformat(),
        "method": "TELEPHONE" if case.person.chance.of(f"{which} method") < 0.5 else "HOME_VISIT",
        "reached": True,
        "job_status": "SELF_EMPLOYED",
        "monthly_income_baht": income // 12,
        "yearly_income_baht": income,
        "recommendation": "CONTINUE",
    }
    await office.post(case.officer, "/interview/v1/follow-ups", body)


def _income(case: Case, which: str) -> int:
    """Yearly income in baht; some of the poorest rise above 30,000 by September, a few above 100,000."""
    before = int(min(case.person.income_baht, 1_000_000))
    if which == "JUNE" or not case.person.does("income rises", RISES):
        return before
    if case.person.does("income rises far", RISES_ABOVE_100000 / RISES):
        return 100_500 + case.person.chance.among("far", 40_000)
    return max(before, 30_500 + case.person.chance.among("risen", 50_000))


async def sweep(office: Office, country: Country, which: str) -> None:
    """Chiefs have the overdue contacts of the round named, where there are any."""
    missed = await country.pages("moi-country", "/interview/v1/follow-ups-due", round=which)

    async def act(district: str) -> None:
        await office.post(f"chief-{district}", f"/interview/v1/districts/{district}/follow-up-sweeps", {"round": which})

    await country.each(f"ค้างติดตาม · overdue {which}", sorted({row["responsible_district"] for row in missed}), act)


async def decide_not_interviewed(office: Office, country: Country, today: date) -> None:
    """The provincial committees decide about those who stated the wish and were not interviewed by the end of the visits."""
    districts = sorted({case.district for case in await country.cases(NOT_INTERVIEWED) if case.intent_id})

    async def act(district: str) -> None:
        await office.post(
            f"province-committee-{district[:2]}",
            f"/interview/v1/districts/{district}/not-interviewed-decisions",
            {"decided_on": today.isoformat(), "reference": f"{district}/ว 1"},
        )

    await country.each("มติ ไม่ได้สัมภาษณ์ · not interviewed", districts, act)


async def decide_not_found(office: Office, country: Country, today: date) -> None:
    """Those never met after the attempts of the policy are closed as not found."""
    never = [case for case in await country.cases({"VISIT_DUE", "VISITED"}) if case.person.does("never found", NEVER_FOUND)]

    async def act(case: Case) -> None:
        await decide(office, case.case_id, case.district, "NOT_FOUND", today)

    await country.each("มติ ไม่พบตัว · not found", never, act)


async def decide(office: Office, case_id: str, district: str, kind: str, today: date, *, reason: str = "") -> dict[str, Any]:
    """The province's committee decides about a case of the district; returns the decision."""
    body = {
        "case_id": case_id,
        "kind": kind,
        "decided_on": today.isoformat(),
        "reference": f"{district}/ว {kind[:4]}",
        "reason": reason,
    }
    decision: dict[str, Any] = await office.post(f"province-committee-{district[:2]}", "/interview/v1/decisions", body)
    return decision
