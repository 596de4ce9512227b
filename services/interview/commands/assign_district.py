"""Giving a whole district its account officers and co-interviewers: planned by pure rules, stored in sets (docs/adr/0018)."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.domain import TRANSITIONS, Step
from services.interview.errors import NoBankOfficer, NoOfficers
from services.interview.errors.teams import NoOfficerFree
from services.interview.repository import assigning
from services.interview.repository.assigning import Assignment, Available, WaitingCase
from services.interview.rules.co_interview import BANKS, bank_for, other_bank
from services.interview.rules.sharing_cases import Given, Taker, Turns, Waiting, Why, share, take_turns
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts.interview import Employer
from shared.db import ReadTx, Tx

STORED_AT_ONCE_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Load:
    """An officer's open cases before and after."""

    officer_id: UUID
    before: int
    cases: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """What becomes of a district's cases.

    `cases` are given to an officer, of whom `moved` had one who left or is another district's; `accompanied` only get a
    co-interviewer; for `without_room` nobody has room.
    """

    district: str
    cases: int
    moved: int
    accompanied: int
    without_room: int
    loads: list[Load]
    assignments: list[Assignment] = field(repr=False)
    employers: Mapping[UUID, Employer] = field(repr=False)


async def assign_district(tx: Tx, act: Act, district: str) -> Assigned:
    """Give an account officer to every case of the district that has none of its own, and co-interviewers to those that lack one.

    Who has a fitting one keeps them. Two at once: the second waits and finds nothing left. Raises NotFound out of reach; NoOfficers,
    NoOfficerFree, NoBankOfficer.
    """
    require_area(act.caller, district)
    return await give_to_officers(tx, district, by=act.by, at=act.at, on=act.today)


async def give_to_officers(tx: Tx, district: str, *, by: str, at: datetime, on: date) -> Assigned:
    """As `assign_district`, for who has asked for the right already."""
    await assigning.lock_district(tx, district)
    planned = await plan_district(tx, district, on, locked=True)
    await store_assignments(tx, planned.assignments, planned.employers, by=by, at=at, on=on)
    return planned


async def store_assignments(
    tx: Tx, assignments: Sequence[Assignment], employers: Mapping[UUID, Employer], *, by: str, at: datetime, on: date
) -> None:
    """Store and publish them, some thousands at a time: what waits to be sent would be most of the memory."""
    for start in range(0, len(assignments), STORED_AT_ONCE_MAX):
        some = assignments[start : start + STORED_AT_ONCE_MAX]
        # The database writes while the messages are made.
        messages = asyncio.to_thread(events.assigned_messages, some, employers, on=on, at=at)
        _, made = await asyncio.gather(assigning.store(tx, some, by=by, at=at), messages)
        await outbox.add_messages(tx, made)


async def plan_district(tx: ReadTx, district: str, on: date, *, locked: bool = False) -> Assigned:
    """What `assign_district` would do on the day; changes nothing. Raises as it does."""
    waiting = await assigning.waiting_cases(tx, district, locked=locked)
    present = await assigning.available(tx, district, on, locked=locked)
    takers = takers_of(_own(present, district), sum(case.without_officer for case in waiting), district)
    households = {case.household_id for case in waiting if case.without_officer and case.household_id is not None}
    officers = [one.officer_id for one in takers]
    of_households = await assigning.officers_of_households(tx, households, officers) if households else {}
    return plan(district, waiting, present, of_households)


def plan(district: str, waiting: Sequence[WaitingCase], present: Sequence[Available], of_households: Mapping[UUID, UUID]) -> Assigned:
    """Who gets which case: the same however its cases and officers are ordered. Raises NoOfficers, NoOfficerFree, NoBankOfficer."""
    own = _own(present, district)
    without_officer = [case for case in waiting if case.without_officer]
    takers = takers_of(own, len(without_officer), district)
    given = share([Waiting(case.holder_id, case.subdistrict, case.household_id) for case in without_officer], takers, of_households)
    employers = {one.officer.officer_id: one.officer.employer for one in present}
    pairs: list[tuple[WaitingCase, Given]] = [(case, one) for case, one in zip(without_officer, given, strict=True) if one is not None]
    gained = Counter(one.officer_id for _, one in pairs)
    moved = sum(case.officer_id is not None for case, _ in pairs)
    kept = [(case, Given(case.officer_id, Why.KEPT, 0)) for case in waiting if not case.without_officer and case.officer_id is not None]
    return Assigned(
        district=district,
        cases=len(pairs),
        moved=moved,
        accompanied=len(kept),
        without_room=given.count(None),
        loads=[Load(one.officer.officer_id, one.cases, one.cases + gained[one.officer.officer_id]) for one in own],
        assignments=with_co_interviewers([*pairs, *kept], present, employers, district),
        employers=employers,
    )


def _own(present: Sequence[Available], district: str) -> list[Available]:
    return sorted((one for one in present if one.officer.district == district), key=lambda one: one.officer.officer_id)


def takers_of(own: Sequence[Available], wanted: int, district: str) -> list[Taker]:
    """Who of the district's officers takes cases on the day. Raises NoOfficers, NoOfficerFree where somebody is wanted and nobody there."""
    takers = [
        Taker(one.officer.officer_id, one.cases, one.officer.caseload_max, frozenset(one.officer.subdistricts))
        for one in own
        if one.may_take and not one.absent
    ]
    if wanted and not own:
        raise NoOfficers(district=district)
    if wanted and all(one.load_max is not None and one.load >= one.load_max for one in takers):
        raise NoOfficerFree(
            district=district,
            officers=len(own),
            not_account_officers_of_the_team=sum(not one.may_take for one in own),
            absent=sum(one.may_take and one.absent for one in own),
            full=len(takers),
        )
    return takers


def with_co_interviewers(
    pairs: Sequence[tuple[WaitingCase, Given]], present: Sequence[Available], employers: Mapping[UUID, Employer], district: str
) -> list[Assignment]:
    """The cases with their officers and, where the officer is of neither bank, who of a bank interviews with them; by holder. Raises NoBankOfficer."""
    banks = _turns_of_banks(present, district)
    to_state = TRANSITIONS[Step.OFFICER_ASSIGNED]
    assignments = []
    for case, given in sorted(pairs, key=lambda pair: pair[0].holder_id):
        details: dict[str, Any] = {"officer_id": str(given.officer_id), "co_interviewer_id": None, "why": given.why}
        if given.why is not Why.KEPT:
            details["load"] = given.load
        co_interviewer_id = None
        if employers[given.officer_id] not in BANKS:
            bank, why_bank = bank_for(case.occupation)
            turns = banks.get(bank) or banks.get(other_bank(bank))
            if turns is None:
                raise NoBankOfficer(district=district)
            co_interviewer_id = turns.next()
            details["co_interviewer_id"] = str(co_interviewer_id)
            details["bank"], details["bank_why"], details["bank_given"] = bank, why_bank, employers[co_interviewer_id]
        assignments.append(
            Assignment(
                case.case_id,
                case.holder_id,
                case.version,
                case.state,
                to_state[case.state],
                case.district,
                given.officer_id,
                co_interviewer_id,
                details,
            )
        )
    return assignments


def _turns_of_banks(present: Sequence[Available], district: str) -> dict[Employer, Turns]:
    """Who of each bank co-interviews: of the district's team, else of the district, else of the province."""
    there = [one for one in present if one.officer.employer in BANKS and not one.absent]
    own = [one for one in there if one.officer.district == district]
    chosen = [one for one in there if one.accompanies] or own or there
    by_bank = {bank: {one.officer.officer_id: one.accompanied for one in chosen if one.officer.employer is bank} for bank in sorted(BANKS)}
    return {bank: take_turns(loads) for bank, loads in by_bank.items() if loads}
