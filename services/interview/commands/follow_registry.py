"""Keeping the copy of the card holders, and what a move, a death, a death taken back, a merge or an erasure means for their cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.interview import events
from services.interview.commands.forget import forget
from services.interview.commands.unmerge import give_back
from services.interview.domain import Case, Change, State, Step
from services.interview.repository import cases, holders
from services.interview.repository.holders import OnePerson
from services.interview.rules.merging import case_that_goes_on, ended_case_to_open
from shared.bus import outbox
from shared.card_holders import linked_among, note_erased
from shared.contracts import Event
from shared.contracts.registry import CardholderErased, CardholderMoved, HolderState, HolderStatus
from shared.db import Tx

REGISTRY: Final = "registry"
"""Who the history names for what the registry said."""


@dataclass(frozen=True, slots=True)
class HeardState:
    """A holder's state and when the registry said it."""

    state: HolderState
    at: datetime


@dataclass
class _Following:
    """The cases on their way, by holder, and what is to be published of it."""

    changes: dict[UUID, Change]
    published: list[Event] = field(default_factory=list)


async def follow_registry(tx: Tx, heard: Sequence[HeardState]) -> None:
    """Store what is newer; cases go with who moved, end with who died, go on with who did not after all, and are one of who is one person.

    Of who was erased everything that was told is forgotten, for good. Twice or an older state changes nothing.
    """
    newest = {one.state.holder_id: one for one in sorted(heard, key=lambda one: one.state.version)}
    were_merged_into = await holders.keep_newer(tx, [one.state for one in newest.values()])
    await _follow(tx, {holder_id: newest[holder_id] for holder_id in were_merged_into}, were_merged_into)
    await _forget(tx, heard)


async def _follow(tx: Tx, newest: Mapping[UUID, HeardState], were_merged_into: Mapping[UUID, UUID | None]) -> None:
    """What the new states of holders who were here before mean for cases."""
    if not newest:
        return
    left = {holder_id: into for holder_id in newest if (into := were_merged_into[holder_id]) != newest[holder_id].state.merged_into}
    persons = await _persons(tx, newest, left)
    found = await cases.cases_of(tx, [holder_id for person in persons for holder_id in person.members])
    stood = await _before_death(tx, persons, found)
    following = _Following({holder_id: Change.of(case) for holder_id, case in found.items()})
    for person in persons:
        heard = newest.get(person.stays) or next((newest[one] for one in person.members if one in newest), None)
        if heard is not None:
            _lead(following, person, heard, stood)
    for person in persons:
        if left.keys() & set(person.members):
            _merge(following, person)
    parted = {one for holder_id, into in left.items() if into is not None for one in (holder_id, into)}
    if parted:
        await _give_back(tx, following, [person for person in persons if parted & set(person.members)])
    at = max(one.at for one in newest.values())
    await cases.save_changes(tx, following.changes.values(), by=REGISTRY, at=at)
    await outbox.add_many(tx, following.published)


async def _before_death(tx: Tx, persons: Sequence[OnePerson], found: Mapping[UUID, Case]) -> Mapping[UUID, State]:
    """Where the cases stood of persons who are alive, themselves and under the id of the case, while the case says that they died."""
    members = [one for person in persons if person.status is HolderStatus.ALIVE for one in person.members]
    dead = {one: found[one].case_id for one in members if one in found and found[one].state is State.DECEASED}
    if not dead:
        return {}
    alive = await holders.alive_among(tx, dead)
    return await cases.states_before(tx, [case_id for holder_id, case_id in dead.items() if holder_id in alive], Step.DIED)


async def _persons(tx: Tx, newest: Mapping[UUID, HeardState], left: Mapping[UUID, UUID | None]) -> list[OnePerson]:
    """The persons of whom the holders are a part, or were: nearly everybody is one holder alone."""
    linked = await linked_among(tx, newest) | {into for into in left.values() if into is not None}
    persons = await holders.persons_of(tx, linked) if linked else []
    together = {holder_id for person in persons for holder_id in person.members}
    alone = [one.state for holder_id, one in newest.items() if holder_id not in together]
    return [*persons, *(OnePerson(state.holder_id, state.subdistrict, state.status, (state.holder_id,)) for state in alone)]


def _lead(following: _Following, person: OnePerson, heard: HeardState, stood: Mapping[UUID, State]) -> None:
    """The cases of one person go where who stays lives, end when they die, and go on when they did not die after all."""
    for holder_id in person.members:
        if holder_id not in following.changes:
            continue
        change, routing = _moved(following.changes[holder_id], person, heard)
        if person.status is HolderStatus.DECEASED:
            change = change.step_if_possible(Step.DIED)
        elif change.before.case_id in stood:
            change = change.go_back(Step.ALIVE_AGAIN, State.DECEASED, stood[change.before.case_id])
        following.changes[holder_id] = change
        following.published.extend(routing)


def _moved(change: Change, person: OnePerson, heard: HeardState) -> tuple[Change, list[Event]]:
    """The case goes with the person. In a new responsible district it has no officer yet."""
    home = person.subdistrict[:4]
    before = change.before
    change = change.put(subdistrict=person.subdistrict, home_district=home)
    if home == before.home_district:
        return change, []
    reason, on = _why_there(person, heard)
    if home != before.responsible_district:
        change = change.put(responsible_district=home, officer_id=None, co_interviewer_id=None)
        change = change.step(Step.ROUTED, reason, from_district=before.responsible_district, to_district=home)
    return change, [events.routed(change, on=on, at=heard.at, reason=reason)]


def _why_there(person: OnePerson, heard: HeardState) -> tuple[str, date]:
    state = heard.state
    if state.holder_id != person.stays:
        return "MERGED", state.recorded_on
    return ("MOVED", state.moved_on) if isinstance(state, CardholderMoved) else ("CORRECTED", state.recorded_on)


def _merge(following: _Following, person: OnePerson) -> None:
    """Of one person one case goes on; the others end."""
    own = {holder_id: following.changes[holder_id].after for holder_id in person.members if holder_id in following.changes}
    goes_on = case_that_goes_on(own, person.stays)
    for holder_id, case in own.items():
        if case.is_open and holder_id != goes_on and len(person.members) > 1:
            into = None if goes_on is None else own[goes_on].case_id
            following.changes[holder_id] = following.changes[holder_id].step(Step.MERGED, "", into=person.stays, goes_on=into)


async def _give_back(tx: Tx, following: _Following, persons: Sequence[OnePerson]) -> None:
    """Who is a person of their own after all, and who is left behind, has the case back that had ended for the other's."""
    own = [{one: following.changes[one].after for one in person.members if one in following.changes} for person in persons]
    before = await cases.states_before(tx, [case.case_id for member in own for case in member.values()], Step.MERGED)
    wanted = [holder_id for member in own if (holder_id := ended_case_to_open(member, before)) is not None]
    following.changes |= await give_back(tx, [following.changes[holder_id] for holder_id in wanted], before)


async def _forget(tx: Tx, heard: Sequence[HeardState]) -> None:
    told = [(one.state, one.at) for one in heard if isinstance(one.state, CardholderErased)]
    if told:
        new = await note_erased(tx, {state.holder_id: state.erased_on for state, _ in told})
        await forget(tx, new, by=REGISTRY, at=max(at for _, at in told))
