"""What is stored of a form, put back as it was filled in."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.forms.follow_up import FollowUpForm
from services.interview.papers.person import Person
from services.interview.papers.words import EMPLOYERS, TIERS
from shared.contracts.common import Tier
from shared.contracts.interview import Employer
from shared.thai.dates import in_thai

Officers = Mapping[UUID, tuple[str, str]]
"""Employer and staff number."""


def of_intent(row: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Annex 2 of a row of `intent`; `others` are the names of other people, where they may be shown."""
    told = {"channel": row["channel"], "stated_on": row["stated_on"].isoformat(), "wished_district": row["district"]}
    place = {"place_id": row["place_name"]} if row["place_name"] else {}
    return {**told, **place, **row["form"], **others}


def of_interview(row: Mapping[str, Any], sealed: Mapping[str, Any]) -> dict[str, Any]:
    """Annex 3 of a row of `interview`; `sealed` are the sensitive answers in their places, where they may be shown."""
    return {**row["answers"], **sealed}


def of_follow_up(row: Mapping[str, Any]) -> dict[str, Any]:
    """The follow-up of a row of `follow_up`."""
    told = {name: row[name] for name in FollowUpForm.columns if row[name] is not None}
    return {**{name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}, **row["answers"]}


def of_spot_check(row: Mapping[str, Any], remarks: str | None) -> dict[str, Any] | None:
    """The spot check of its last result, None while there is none; `remarks` are the sealed ones, where they may be shown."""
    if row["result_no"] is None:
        return None
    return {**row["answers"], **({"remarks": remarks} if remarks else {})}


def known_of(person: Person, row: Mapping[str, Any], officers: Officers) -> dict[str, str | None]:
    """What papers show beside the answers, by the names of `x-from`."""
    co_interviewer = officers.get(row.get("co_interviewer_id") or UUID(int=0))
    return {
        "registry.name": person.name,
        "registry.prefix": person.prefix,
        "registry.first_name": person.first_name,
        "registry.last_name": person.last_name,
        "registry.citizen_id": person.citizen_id,
        "registry.card_no": person.card_no,
        "registry.birth_date": person.birth_date,
        "registry.address": person.address,
        "registry.phone": person.phone,
        "registry.tier": TIERS[Tier(row["tier"])] if row.get("tier") else None,
        "interview.slip_no": row.get("slip_no"),
        "interview.interviewed_on": in_thai(row["interviewed_on"]) if row.get("interviewed_on") else None,
        "interview.checker": _officer(officers.get(row.get("checker_id") or UUID(int=0))),
        "interview.officer": _officer(officers.get(row.get("officer_id") or UUID(int=0))),
        "interview.co_interviewer": _officer(co_interviewer),
        "interview.co_interviewer_employer": EMPLOYERS[Employer(co_interviewer[0])] if co_interviewer else None,
    }


def _officer(known: tuple[str, str] | None) -> str | None:
    """Officers are known by their staff number; nobody's name is kept here."""
    return None if known is None else f"{EMPLOYERS[Employer(known[0])]} เลขประจำตัว {known[1]}"
