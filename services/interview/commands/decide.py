"""Recording what a committee decided about a person, and about all of a district who were not interviewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.committees import check_power, speaks_for
from services.interview.commands.record_attempt import counted_attempts
from services.interview.commands.state_wish import as_interviewed, check_alive, with_wish
from services.interview.domain import CAME_TO_NOTHING, Case, Change, IntentStatus, State, Step
from services.interview.errors import CommitteeRequired
from services.interview.repository import cases, contacts, intents, people, visits
from services.interview.repository.people import PersonWithCase
from services.interview.rules.committee_powers import NEEDED, Committee, PowerStanding
from services.interview.rules.days import check_not_to_come
from services.interview.rules.deciding import BY_DISTRICT, Question, check_fits
from shared.approvals import DeciderIsProposer
from shared.auth import Level, require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import DecisionKind, DecisionRecorded, NotMetReason, VisitUnsuccessful
from shared.db import Tx
from shared.ids import new_id

_COMMITTEES = frozenset({Level.COUNTRY, Level.PROVINCE})
_HEADS_OF_TEAMS = _COMMITTEES | {Level.DISTRICT}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided, by whom (None: the caller's own committee), when, and under which reference; `effective_month` is `YYYY-MM`."""

    kind: DecisionKind
    committee: Committee | None
    decided_on: date
    reference: str
    reason: str = ""
    effective_month: str | None = None


async def record_decision(tx: Tx, act: Act, column: Literal["case_id", "holder_id"], value: UUID, ruling: Ruling) -> tuple[UUID, Case]:
    """Record a decision; returns its id and the case after it.

    Raises NotFound, CommitteeRequired, Invalid for a day to come and for a committee of others, HolderDeceased, what rules.deciding raises, CommitteeWithoutPower, CaseNotReady;
    DeciderIsProposer when who decides NOT_FOUND recorded visits of it.
    """
    committee = check_ruling(act, ruling)
    found = await people.lock_case(tx, act.caller.reach, column, value)
    check_alive(found.person, found.case)
    attempts = await _attempts_to_judge(tx, act, found) if ruling.kind is DecisionKind.NOT_FOUND else 0
    check_fits(Question(ruling.kind, found.case, found.policy, act.today, attempts, await _withdrew_from(tx, found.case)))
    standing = await check_power(tx, act.caller.reach, ruling.kind, committee, ruling.decided_on, [found.case])
    change = _decided(Change.of(found.case), ruling)
    if ruling.kind is DecisionKind.LATE_WISH_GRANTED and await _had_withdrawn(tx, found.case):
        change = as_interviewed(change, ruling.reference)
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    decisions = await _store(tx, act, [change.after], ruling, committee, standing)
    await outbox.add_many(tx, [*_events(act, decisions), *await _consequences(tx, act, change, ruling)])
    return decisions[0].decision_id, change.after


async def decide_not_interviewed(tx: Tx, act: Act, district: str, ruling: Ruling) -> int:
    """Record for all of the district who stated the wish and were not interviewed that they were not; returns how many.

    Asked again it finds nobody twice. Raises NotFound, TooEarly while interviews go on, Invalid.
    """
    require_area(act.caller, district)
    committee = check_ruling(act, ruling)
    policy = await people.newest_policy(tx)
    waiting = await cases.cases_where(
        tx,
        """c.responsible_district = $1 AND c.intent_status = 'VALID' AND c.interviewed_on IS NULL AND c.state = ANY($2::text[])
           AND NOT EXISTS (SELECT FROM decision d WHERE d.case_id = c.case_id AND d.kind = 'NOT_INTERVIEWED')""",
        district,
        [State.DECLARED, State.ASSIGNED],
    )
    for case in waiting:
        check_fits(Question(DecisionKind.NOT_INTERVIEWED, case, policy, act.today))
    standing = await check_power(tx, act.caller.reach, ruling.kind, committee, ruling.decided_on, waiting)
    changes = [_decided(Change.of(case), ruling) for case in waiting]
    await cases.save_changes(tx, changes, by=act.by, at=act.at)
    await outbox.add_many(tx, _events(act, await _store(tx, act, waiting, ruling, committee, standing)))
    return len(waiting)


def check_ruling(act: Act, ruling: Ruling) -> Committee:
    """In whose name it was decided. Raises CommitteeRequired, Invalid for a day to come and for a committee of others."""
    if act.caller.reach.level not in (_HEADS_OF_TEAMS if ruling.kind in BY_DISTRICT else _COMMITTEES):
        raise CommitteeRequired(kind=ruling.kind)
    check_not_to_come("decided_on", ruling.decided_on, act.today)
    return speaks_for(act.caller.reach.level, ruling.committee)


async def _attempts_to_judge(tx: Tx, act: Act, found: PersonWithCase) -> int:
    """The visits that count towards NOT_FOUND. Four eyes: who recorded one of them does not approve what follows from them."""
    if any(row["recorded_by"] == act.by for row in await visits.attempts_of(tx, found.case.case_id)):
        raise DeciderIsProposer(case_id=found.case.case_id)
    return await counted_attempts(tx, found)


async def _withdrew_from(tx: Tx, case: Case) -> State | None:
    """Where a case stood whose wish was withdrawn."""
    return (await cases.states_before(tx, [case.case_id], Step.WITHDRAWN)).get(case.case_id) if case.state is State.WITHDRAWN else None


async def _had_withdrawn(tx: Tx, case: Case) -> bool:
    """Whether the late wish was stated by who had withdrawn: they are where the interview had brought them."""
    return (await cases.states_before(tx, [case.case_id], Step.LATE_WISH_STATED)).get(case.case_id) is State.WITHDRAWN


def _decided(change: Change, ruling: Ruling) -> Change:
    """The case after the decision: always in the history, and for some kinds in another state."""
    change = change.step(Step.DECIDED, ruling.reason, kind=ruling.kind, reference=ruling.reference)
    match ruling.kind:
        case DecisionKind.LATE_WISH_GRANTED:
            return with_wish(change, Step.LATE_WISH_GRANTED, ruling.reference).put(intent_status=IntentStatus.VALID)
        case DecisionKind.LATE_WISH_REFUSED:
            return change.step(Step.LATE_WISH_REFUSED, ruling.reason).put(intent_status=IntentStatus.REFUSED)
        case DecisionKind.NOT_FOUND:
            return change.step(Step.NOT_FOUND, ruling.reason)
        case DecisionKind.REINSTATE if change.after.state in CAME_TO_NOTHING:
            return _reinstated(change, ruling)
        case _:
            return change


def _reinstated(change: Change, ruling: Ruling) -> Change:
    """Who had withdrawn, refused or was content is where the wish, the officer and the interview had brought them."""
    change = with_wish(change.put(intent_status=IntentStatus.VALID), Step.REINSTATED, ruling.reference)
    return as_interviewed(change, ruling.reference)


async def _store(
    tx: Tx, act: Act, decided: Sequence[Case], ruling: Ruling, committee: Committee, standing: PowerStanding
) -> list[DecisionRecorded]:
    decisions = [_fact(act, case, ruling, committee) for case in decided]
    power = {"power": NEEDED[ruling.kind], "power_standing": standing}
    await contacts.add_decisions(tx, [{**_row(act, decision), **power} for decision in decisions])
    return decisions


def _fact(act: Act, case: Case, ruling: Ruling, committee: Committee) -> DecisionRecorded:
    return DecisionRecorded(
        holder_id=case.holder_id,
        case_id=case.case_id,
        decision_id=new_id(),
        kind=ruling.kind,
        committee=committee,
        decided_on=ruling.decided_on,
        known_on=act.today,
        effective_month=ruling.effective_month,
        reference=ruling.reference,
        reason=ruling.reason,
    )


def _row(act: Act, decision: DecisionRecorded) -> dict[str, Any]:
    return {**decision.model_dump(exclude={"holder_id"}), "recorded_by": act.by}


def _events(act: Act, decisions: Sequence[DecisionRecorded]) -> list[Event]:
    return [Event.of(one, subject=one.holder_id, time=act.at, identity=(one.decision_id,)) for one in decisions]


async def _consequences(tx: Tx, act: Act, change: Change, ruling: Ruling) -> list[Event]:
    """What follows for the wish and the visits, stored and as events."""
    case = change.after
    match ruling.kind:
        case DecisionKind.LATE_WISH_GRANTED:
            intent = await intents.settle(tx, case.case_id, IntentStatus.VALID, decision_reference=ruling.reference)
            return [events.declared(intent, act.at)]
        case DecisionKind.LATE_WISH_REFUSED:
            await intents.settle(tx, case.case_id, IntentStatus.REFUSED, decision_reference=ruling.reference)
            return []
        case DecisionKind.REINSTATE if change.before.state is State.WITHDRAWN:
            await intents.settle(tx, case.case_id, IntentStatus.VALID)
            return []
        case DecisionKind.NOT_FOUND:
            return await _last_visit(tx, act, case)
        case _:
            return []


async def _last_visit(tx: Tx, act: Act, case: Case) -> list[Event]:
    """The last visit again, now known to be the final one."""
    met_nobody = [row for row in await visits.attempts_of(tx, case.case_id) if row["reason"] in set(NotMetReason)]
    if not met_nobody:
        return []
    last = met_nobody[-1]
    fact = VisitUnsuccessful(
        holder_id=case.holder_id,
        case_id=case.case_id,
        visited_on=last["visited_on"],
        attempt_no=last["attempt_no"],
        reason=NotMetReason(last["reason"]),
        officer_id=last["officer_id"],
        final=True,
    )
    return [events.case_event(fact, act.at)]
