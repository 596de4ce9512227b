"""Keeping the copy of the card holders, and what a move, a death or a death taken back means for their cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.interview import events
from services.interview.domain import Case, Change, State, Step
from services.interview.repository import cases, holders
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.registry import CardholderMoved, HolderState, HolderStatus
from shared.db import Tx

REGISTRY = "registry"
"""Who the history names for what the registry said."""


@dataclass(frozen=True, slots=True)
class HeardState:
    """A holder's state and when the registry said it."""

    state: HolderState
    at: datetime


async def follow_registry(tx: Tx, heard: Sequence[HeardState]) -> None:
    """Store what is newer; route the cases of who moved, end those of who died and go on with those of who did not die after all. Twice or an older state changes nothing."""
    newest = {one.state.holder_id: one for one in sorted(heard, key=lambda one: one.state.version)}
    changed = await holders.keep_newer(tx, [one.state for one in newest.values()])
    changes = []
    published: list[Event] = []
    found = await cases.cases_of(tx, changed)
    stood = await _before_death(tx, found, newest)
    for holder_id, case in found.items():
        change, routing = _followed(case, newest[holder_id], stood)
        changes.append(change)
        published.extend(routing)
    at = max((one.at for one in heard), default=None)
    if changes and at is not None:
        await cases.save_changes(tx, changes, by=REGISTRY, at=at)
        await outbox.add_many(tx, published)


async def _before_death(tx: Tx, found: Mapping[UUID, Case], newest: Mapping[UUID, HeardState]) -> Mapping[UUID, State]:
    """Where the cases stood of those who are told to be alive while their case says that they died."""
    alive = [
        case.case_id
        for holder_id, case in found.items()
        if case.state is State.DECEASED and newest[holder_id].state.status is HolderStatus.ALIVE
    ]
    return await cases.states_before_death(tx, alive) if alive else {}


def _followed(case: Case, heard: HeardState, stood: Mapping[UUID, State]) -> tuple[Change, list[Event]]:
    state = heard.state
    change, routing = _moved(Change.of(case), heard)
    if state.status is HolderStatus.DECEASED:
        change = change.step_if_possible(Step.DIED)
    elif case.case_id in stood:
        change = change.back_from_death(stood[case.case_id])
    return change, routing


def _moved(change: Change, heard: HeardState) -> tuple[Change, list[Event]]:
    """The case goes with the person. In a new responsible district it has no officer yet."""
    home = heard.state.subdistrict[:4]
    before = change.before
    change = change.put(subdistrict=heard.state.subdistrict, home_district=home)
    if home == before.home_district:
        return change, []
    reason = "MOVED" if isinstance(heard.state, CardholderMoved) else "CORRECTED"
    if home != before.responsible_district:
        change = change.put(responsible_district=home, officer_id=None, co_interviewer_id=None)
        change = change.step(Step.ROUTED, reason, from_district=before.responsible_district, to_district=home)
    return change, [events.routed(change, on=_day(heard), at=heard.at, reason=reason)]


def _day(heard: HeardState) -> date:
    return heard.state.moved_on if isinstance(heard.state, CardholderMoved) else heard.state.recorded_on
