"""A home visit that brought no interview, what the officer learned on the way (a move or a death, for the registry), and what follows."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import check_alive
from services.interview.domain import Case, Change, State, Step
from services.interview.errors import RefusalIsWithdrawal
from services.interview.repository import cases, people, visits
from services.interview.repository.people import PersonWithCase
from services.interview.rules.visit_results import AFTER_TELLING, Following, VisitResult, following
from shared.bus import outbox
from shared.contracts.interview import CaseFact, DeathReported, MoveReported, NotMetReason, VisitRefused, VisitUnsuccessful
from shared.db import Tx
from shared.errors import Invalid

FACTS_FROM: Final = date(2016, 1, 1)
"""The year 2559, whose income the registration asked for: what happened before it cannot change what the registry holds."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move as the officer was told."""

    moved_on: date
    to_subdistrict: str


@dataclass(frozen=True, slots=True)
class Death:
    """A death as the officer was told, and by what it is shown."""

    deceased_on: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A home visit without an interview."""

    visited_on: date
    reason: VisitResult
    officer_id: UUID | None = None
    note: str = ""
    move: Move | None = None
    death: Death | None = None
    travelled_km: float | None = None


@dataclass(frozen=True, slots=True)
class RecordedAttempt:
    """The case after the visit, whose `attempts` is the visit's number, and what is to follow."""

    case: Case
    following: Following


async def record_attempt(tx: Tx, act: Act, column: Literal["case_id", "holder_id"], value: UUID, attempt: Attempt) -> RecordedAttempt:
    """Record the attempt; returns the case and what follows.

    Raises NotFound, HolderDeceased, Invalid for days that cannot be, OfficerRequired, NotTheCaseOfficer, CaseNotReady,
    RefusalIsWithdrawal.
    """
    found = await people.lock_case(tx, act.caller.reach, column, value)
    check_alive(found.person, found.case)
    officer_id = acting_officer(found.case, attempt.officer_id)
    _check_days(act, found.case, attempt)
    follows = await _following(tx, found, attempt)
    change = _visited(found.case, attempt, follows)
    case = change.after
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    row = {
        "travelled_km": attempt.travelled_km,
        "case_id": case.case_id,
        "attempt_no": case.attempts,
        "visited_on": attempt.visited_on,
        "reason": attempt.reason,
        "officer_id": officer_id,
        "note": attempt.note,
        "next_step": follows.step,
        "again_on": follows.visit_again_on,
        "recorded_by": act.by,
    }
    await visits.add_attempt(tx, row)
    await outbox.add_many(tx, [events.case_event(fact, act.at) for fact in _facts(case, attempt, officer_id)])
    return RecordedAttempt(case, follows)


async def counted_attempts(tx: Tx, found: PersonWithCase) -> int:
    """How many visits of the case count towards NOT_FOUND, each by the rule of its day."""
    counted = 0
    for row in await visits.attempts_of(tx, found.case.case_id):
        told = row["next_step"] in AFTER_TELLING
        counted = following(found.policy, VisitResult(row["reason"]), row["visited_on"], told=told, counted_before=counted).counted
    return counted


async def _following(tx: Tx, found: PersonWithCase, attempt: Attempt) -> Following:
    told = attempt.move is not None or attempt.death is not None
    return following(found.policy, attempt.reason, attempt.visited_on, told=told, counted_before=await counted_attempts(tx, found))


def _visited(case: Case, attempt: Attempt, follows: Following) -> Change:
    """The case after the visit. Whoever has a wish that counts and refuses withdraws it."""
    if follows.state is State.REFUSED and case.intent_status is not None:
        raise RefusalIsWithdrawal(case_id=case.case_id)
    number = case.attempts + 1
    change = Change.of(case).step(Step.NOT_MET, attempt.reason, attempt_no=number, visited_on=attempt.visited_on).put(attempts=number)
    return change.step(Step.REFUSED, attempt.reason) if follows.state is State.REFUSED else change


def _check_days(act: Act, case: Case, attempt: Attempt) -> None:
    """A visit is made for a case that is known, and what was told of happened before it."""
    known_since = min(case.opened_on, case.stated_on or case.opened_on)
    _check_day("visited_on", attempt.visited_on, known_since, act.today)
    if attempt.move is not None:
        _check_day("move.moved_on", attempt.move.moved_on, FACTS_FROM, attempt.visited_on)
    if attempt.death is not None:
        _check_day("death.deceased_on", attempt.death.deceased_on, FACTS_FROM, attempt.visited_on)


def _check_day(field: str, day: date, first: date, last: date) -> None:
    if not first <= day <= last:
        raise Invalid.field(field, "date_range", "is too early or not there yet", "เป็นวันที่ก่อนช่วงที่กำหนดหรือยังไม่มาถึง", f"{first}..{last}")


def _facts(case: Case, attempt: Attempt, officer_id: UUID) -> list[CaseFact]:
    who = {"holder_id": case.holder_id, "case_id": case.case_id}
    visit = {**who, "visited_on": attempt.visited_on, "attempt_no": case.attempts, "officer_id": officer_id}
    if attempt.reason is VisitResult.REFUSES:
        return [VisitRefused(**visit)]
    facts: list[CaseFact] = [VisitUnsuccessful(**visit, reason=NotMetReason(attempt.reason))]
    if attempt.move is not None:
        facts.append(
            MoveReported(**who, moved_on=attempt.move.moved_on, to_subdistrict=attempt.move.to_subdistrict, reported_by=officer_id)
        )
    if attempt.death is not None:
        facts.append(DeathReported(**who, deceased_on=attempt.death.deceased_on, evidence=attempt.death.evidence, reported_by=officer_id))
    return facts
