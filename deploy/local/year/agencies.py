"""Agencies take referrals in and report what became of them, a month at a time."""

from datetime import date
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office
from deploy.local.year.people import SUCCEEDS

LINES_MAX: Final = 1000
DECLINES_TO_START: Final = 0.04
GOOD: Final = {"D1": "JOB_PLACED", "D2": "TRAINING_PASSED", "D3": "GRANTED", "D4": "GRANTED"}
BAD: Final = {"D1": "JOB_NO_SKILL", "D2": "TRAINING_FAILED", "D3": "NOT_GRANTED", "D4": "NOT_GRANTED"}


async def accept(office: Office, country: Country, today: date) -> None:
    """Every agency takes in the referrals that wait for it."""
    lines = {
        agency: [{"referral_id": row["referral_id"], "accepted_on": today.isoformat()} for row in waiting]
        for agency, waiting in (await _referrals(office, country, "CREATED")).items()
    }
    await _report(office, country, "รับตัว · referrals accepted", "/plan/v1/referrals/acceptances", lines)


async def report_outcomes(office: Office, country: Country, today: date, *, month: int, last_month: int) -> None:
    """Agencies report the outcomes that are due this month; in the last month all the rest."""
    lines = {
        agency: [
            {"referral_id": row["referral_id"], "outcome": _outcome(country, row), "recorded_on": today.isoformat()}
            for row in accepted
            if month >= last_month or country.person_of[row["holder_id"]].chance.among(f"outcome month {row['line_no']}", 3) == month % 3
        ]
        for agency, accepted in (await _referrals(office, country, "ACCEPTED")).items()
    }
    await _report(office, country, "ผลการพัฒนา · outcomes", "/plan/v1/referrals/outcomes", lines)


def _outcome(country: Country, row: dict[str, Any]) -> str:
    person, line = country.person_of[row["holder_id"]], row["line_no"]
    if person.does(f"does not start {line}", DECLINES_TO_START):
        return "DID_NOT_START"
    return (GOOD if person.does(f"succeeds {line}", SUCCEEDS) else BAD)[row["dimension"]]


async def _referrals(office: Office, country: Country, status: str) -> dict[str, list[dict[str, Any]]]:
    """Each agency's own referrals of the status."""
    agencies = [agency["code"] for agency in (await office.get("committee", "/plan/v1/agencies"))["items"]]
    return {agency: await country.pages(f"agency-{agency}", "/plan/v1/referrals", status=status) for agency in agencies}


async def _report(office: Office, country: Country, what: str, path: str, lines: dict[str, list[dict[str, Any]]]) -> None:
    calls = [(agency, some[n : n + LINES_MAX]) for agency, some in lines.items() for n in range(0, len(some), LINES_MAX)]

    async def act(call: tuple[str, list[dict[str, Any]]]) -> None:
        agency, some = call
        answer = await office.post(f"agency-{agency}", path, some)
        # A person may have died or withdrawn since the list was read; nothing else may be refused.
        unexpected = [line for line in answer["lines"] if not line["taken"] and line["problem"]["status"] != 409]
        if unexpected:
            raise AssertionError(f"{agency} {path}: {unexpected[0]}")

    await country.each(what, calls, act)
