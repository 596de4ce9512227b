"""Who lives with whom: form, join, leave, name the head, split, merge. Every change has a row of history."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.commands.life_events import Said
from services.registry.commands.tell_households import tell_households
from services.registry.errors import AlreadyInHousehold, HeadNeeded, HeadPresent, HouseholdEnded, MemberOutOfReach
from services.registry.repository import households
from services.registry.rules.households import (
    Ending,
    Happening,
    Member,
    Newcomer,
    Role,
    card_holders,
    check_alive,
    check_day,
    check_newcomers,
    head_of,
)
from shared.auth import Reach
from shared.clock import on_day
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.thai.areas import is_subdistrict


async def form(tx: Tx, subdistrict: str, formed_on: date, newcomers: Sequence[Newcomer], said: Said) -> UUID:
    """A new household; returns its id. Raises Invalid, NotFound, HolderDeceased or AlreadyInHousehold."""
    _require_subdistrict(subdistrict)
    check_newcomers(newcomers)
    check_day("formed_on", formed_on, not_before=(), today=on_day(said.at))
    await _lock_newcomers(tx, newcomers, formed_on, said)
    household_id = await households.add(tx, subdistrict, formed_on)
    await _enter(tx, household_id, newcomers, formed_on, Happening.FORMED, said)
    await tell_households(tx, [household_id], said.at)
    return household_id


async def join(tx: Tx, household_id: UUID, newcomer: Newcomer, from_on: date, said: Said) -> None:
    """Somebody comes to live there. Raises Invalid, NotFound, HolderDeceased, AlreadyInHousehold, HouseholdEnded or HeadPresent."""
    await _lock_newcomers(tx, [newcomer], from_on, said)
    household, members = await _locked(tx, household_id, said)
    check_day("from_on", from_on, not_before=[household["formed_on"]], today=on_day(said.at))
    if newcomer.role is Role.HEAD and head_of(members) is not None:
        raise HeadPresent
    await _enter(tx, household_id, [newcomer], from_on, Happening.JOINED, said)
    await tell_households(tx, [household_id], said.at)


async def leave(tx: Tx, household_id: UUID, member_id: UUID, left_on: date, new_head: UUID | None, said: Said) -> None:
    """Somebody lives there no longer; with the last card holder the household ends. Raises Invalid, NotFound, HouseholdEnded or HeadNeeded."""
    _, members = await _locked(tx, household_id, said)
    leaving = _reached(members, member_id)
    _check_end("left_on", left_on, [leaving], said)
    staying = [one for one in members if one is not leaving]
    await households.end_members(tx, [member_id], left_on, Ending.LEFT)
    await _note(tx, household_id, Happening.LEFT, left_on, [member_id], said)
    if not card_holders(staying):
        _check_end("left_on", left_on, staying, said)
        await households.end_members(tx, [one.member_id for one in staying], left_on, Ending.LEFT)
        await households.end(tx, household_id, left_on)
    elif leaving.role is Role.HEAD:
        if new_head is None:
            raise HeadNeeded
        await _make_head(tx, household_id, _reached(staying, new_head), left_on, said)
    await tell_households(tx, [household_id], said.at)


async def name_head(tx: Tx, household_id: UUID, member_id: UUID, on: date, former_role: Role, said: Said) -> None:
    """Another member is head from the day on. Raises Invalid, NotFound, HouseholdEnded or MemberOutOfReach."""
    if former_role is Role.HEAD:
        raise Invalid.field("former_role", "one_head", "must be another than HEAD", "ต้องไม่ใช่ HEAD", "SPOUSE, CHILD, PARENT, OTHER")
    _, members = await _locked(tx, household_id, said)
    head, wanted = head_of(members), _reached(members, member_id)
    if wanted is head:
        return
    if head is not None:
        _require_within([head])
        _check_end("on", on, [head], said)
        await _change_role(tx, household_id, head, former_role, on)
    await _make_head(tx, household_id, wanted, on, said)


async def split(
    tx: Tx, household_id: UUID, moving: dict[UUID, Role], subdistrict: str, on: date, staying_head: UUID | None, said: Said
) -> UUID:
    """Members (by member id, with their new roles) become a household of their own; returns its id.

    Raises Invalid, NotFound, HouseholdEnded or HeadNeeded.
    """
    _require_subdistrict(subdistrict)
    _, members = await _locked(tx, household_id, said)
    going = [_reached(members, member_id) for member_id in moving]
    staying = [one for one in members if one.member_id not in moving]
    check_newcomers([Newcomer(moving[one.member_id], one.holder_id, one.birth_year) for one in going])
    if not card_holders(staying):
        raise Invalid.field("members", "everybody", "are all card holders of the household", "เป็นผู้มีบัตรทั้งหมดของครัวเรือน")
    _check_end("on", on, going, said)
    await households.end_members(tx, list(moving), on, Ending.SPLIT)
    await _note(tx, household_id, Happening.SPLIT, on, list(moving), said)
    if any(one.role is Role.HEAD for one in going):
        if staying_head is None:
            raise HeadNeeded
        await _make_head(tx, household_id, _reached(staying, staying_head), on, said)
    new_id = await households.add(tx, subdistrict, on, split_from=household_id)
    ids = await households.add_members(tx, new_id, on, [(one.holder_id, moving[one.member_id], one.birth_year) for one in going])
    await _note(tx, new_id, Happening.FORMED, on, ids, said)
    await tell_households(tx, [household_id, new_id], said.at)
    return new_id


async def merge(tx: Tx, household_id: UUID, into: UUID, roles: dict[UUID, Role], on: date, said: Said) -> None:
    """All members go to live in another household, as OTHER where no role is told. Raises Invalid, NotFound, HouseholdEnded or MemberOutOfReach."""
    if household_id == into:
        raise Invalid.field("into", "same", "is the household itself", "เป็นครัวเรือนเดียวกัน")
    locked = await households.lock(tx, [household_id, into], _reach(said))
    _require_present(locked.get(household_id), said.expected_version)
    target = _require_present(locked.get(into), None)
    members = await households.present(tx, household_id, _reach(said))
    _require_within(members)
    if unknown := roles.keys() - {one.member_id for one in members}:
        raise Invalid.field("roles", "unknown_member", "names nobody of the household", "ไม่ใช่สมาชิกของครัวเรือน", f"not {min(unknown)}")
    if Role.HEAD in roles.values():
        raise HeadPresent
    _check_end("on", on, members, said)
    check_day("on", on, not_before=[target["formed_on"]], today=on_day(said.at))
    await households.end_members(tx, [one.member_id for one in members], on, Ending.MERGED)
    await _note(tx, household_id, Happening.MERGED, on, [one.member_id for one in members], said)
    await households.end(tx, household_id, on, merged_into=into)
    people = [(one.holder_id, roles.get(one.member_id, Role.OTHER), one.birth_year) for one in members]
    ids = await households.add_members(tx, into, on, people)
    await _note(tx, into, Happening.TOOK_IN, on, ids, said)
    await tell_households(tx, [household_id, into], said.at)


async def _locked(tx: Tx, household_id: UUID, said: Said) -> tuple[Any, list[Member]]:
    found = await households.lock(tx, [household_id], _reach(said))
    household = _require_present(found.get(household_id), said.expected_version)
    return household, await households.present(tx, household_id, _reach(said))


def _require_present(household: Any | None, expected_version: int | None) -> Any:
    if household is None:
        raise NotFound
    if expected_version is not None and household["version"] != expected_version:
        raise PreconditionFailed(version=household["version"])
    if household["ended_on"] is not None:
        raise HouseholdEnded
    return household


async def _lock_newcomers(tx: Tx, newcomers: Sequence[Newcomer], from_on: date, said: Said) -> None:
    wanted = {one.holder_id for one in newcomers if one.holder_id is not None}
    people = await households.lock_people(tx, wanted, _reach(said))
    if len(people) != len(wanted):
        raise NotFound
    check_alive(people, from_on, field="from_on")
    if await households.elsewhere(tx, list(wanted), from_on):
        raise AlreadyInHousehold
    years = [one.birth_year for one in newcomers if one.birth_year is not None]
    if any(year > from_on.year for year in years):
        raise Invalid.field("birth_year", "date_range", "is later than the day", "ปีเกิดอยู่หลังวันที่ระบุ", f"≤ {from_on.year}")


async def _enter(tx: Tx, household_id: UUID, newcomers: Sequence[Newcomer], from_on: date, what: Happening, said: Said) -> None:
    ids = await households.add_members(tx, household_id, from_on, [(one.holder_id, one.role, one.birth_year) for one in newcomers])
    await _note(tx, household_id, what, from_on, ids, said)


async def _make_head(tx: Tx, household_id: UUID, member: Member, on: date, said: Said) -> None:
    if member.holder_id is None:
        raise Invalid.field("head", "not_a_card_holder", "must be a card holder", "ต้องเป็นผู้มีบัตร")
    _check_end("on", on, [member], said)
    ids = await _change_role(tx, household_id, member, Role.HEAD, on)
    await _note(tx, household_id, Happening.HEAD_NAMED, on, ids, said)


async def _change_role(tx: Tx, household_id: UUID, member: Member, role: Role, on: date) -> list[UUID]:
    await households.end_members(tx, [member.member_id], on, Ending.ROLE)
    return await households.add_members(tx, household_id, on, [(member.holder_id, role, member.birth_year)])


async def _note(tx: Tx, household_id: UUID, what: Happening, on: date, members: Sequence[UUID], said: Said) -> None:
    await households.note(tx, household_id, what, on, members, who=said.who, why=said.why, at=said.at)


def _reached(members: Sequence[Member], member_id: UUID) -> Member:
    found = next((one for one in members if one.member_id == member_id and one.within), None)
    if found is None:
        raise NotFound
    return found


def _require_within(members: Sequence[Member]) -> None:
    if not all(one.within for one in members):
        raise MemberOutOfReach


def _require_subdistrict(code: str) -> None:
    if not is_subdistrict(code):
        raise Invalid.field("subdistrict", "subdistrict", "is not a subdistrict's code", "ไม่ใช่รหัสตำบล")


def _check_end(field: str, on: date, ending: Sequence[Member], said: Said) -> None:
    check_day(field, on, not_before=[one.from_on for one in ending], today=on_day(said.at))


def _reach(said: Said) -> Reach:
    return said.reach or Reach.country()
