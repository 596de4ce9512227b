"""Naming who may act for a person, revoking it, and the question whether somebody may."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from services.registry.commands.life_events import Said
from services.registry.errors import RepresentationEnded
from services.registry.repository import holders, households, representatives
from services.registry.repository.representatives import RepresentativeRow
from services.registry.rules.representatives import ActingPurpose, Appointment, Ended, Outsider, last_day
from services.registry.vault import Vault
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.clock import on_day
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.ids import new_id

SHOWN: Final = ("representatives", "agent_name", "agent_citizen_id")


class Acting(NamedTuple):
    """Whether somebody may act, and by which row of `representative`."""

    may_act: bool
    by: Any | None


async def appoint(tx: Tx, holder_id: UUID, asked: Appointment, said: Said, vault: Vault) -> UUID:
    """Record who may act; returns the id. Raises NotFound (also for an agent out of reach), Invalid or HolderDeceased."""
    wanted = {holder_id} | ({asked.agent} if isinstance(asked.agent, UUID) else set())
    people = {row["holder_id"]: row for row in await households.lock_people(tx, wanted, said.reach or Reach.country())}
    if people.keys() != wanted:
        raise NotFound
    if asked.agent == holder_id:
        raise Invalid.field("agent", "same_person", "is the person", "เป็นบุคคลเดียวกัน")
    agent = people[asked.agent] if isinstance(asked.agent, UUID) else None
    if agent is not None and agent["deceased_on"] is not None:
        raise Invalid.field("agent", "deceased", "is dead", "เสียชีวิตแล้ว")
    person = people[holder_id]
    until_on = last_day(
        asked,
        born=person["birth_date"],
        died=person["deceased_on"],
        agent_born=None if agent is None else agent["birth_date"],
        today=on_day(said.at),
    )
    representative_id = new_id()
    outsider = await _outsider(tx, holder_id, asked, representative_id, vault)
    row = RepresentativeRow(
        representative_id=representative_id,
        version=1,
        holder_id=holder_id,
        kind=asked.grounds.kind,
        grounds=asked.grounds,
        agent_holder_id=asked.agent if isinstance(asked.agent, UUID) else None,
        agent_sealed=outsider[0],
        agent_index=outsider[1],
        purposes=sorted(set(asked.purposes)),
        paper_kind=asked.paper.kind,
        paper_reference=asked.paper.reference,
        paper_issued_on=asked.paper.issued_on,
        from_on=asked.from_on,
        until_on=until_on,
        recorded_by=said.who,
        recorded_at=said.at,
    )
    await representatives.add(tx, row)
    return representative_id


async def _outsider(
    tx: Tx, holder_id: UUID, asked: Appointment, representative_id: UUID, vault: Vault
) -> tuple[bytes, bytes] | tuple[None, None]:
    """Name and citizen id sealed, and the index of the citizen id, which must not be the person's own."""
    if not isinstance(asked.agent, Outsider):
        return None, None
    index = vault.index_of(asked.agent.citizen_id)
    person = await holders.by_id(tx, holder_id, Reach.country())
    if person is not None and person["citizen_index"] == index:
        raise Invalid.field("agent", "same_person", "is the person", "เป็นบุคคลเดียวกัน")
    plain = orjson.dumps([asked.agent.name, asked.agent.citizen_id]).decode()
    return vault.fields.seal(plain, representative_id.bytes), index


async def revoke(tx: Tx, holder_id: UUID, representative_id: UUID, revoked_on: date, said: Said) -> Any:
    """End it from the day on; returns the row. Raises NotFound, PreconditionFailed, Invalid or RepresentationEnded."""
    if await holders.lock(tx, holder_id, said.reach) is None:
        raise NotFound
    row = await representatives.lock(tx, holder_id, representative_id)
    if row is None:
        raise NotFound
    if said.expected_version is not None and row["version"] != said.expected_version:
        raise PreconditionFailed(version=row["version"])
    if row["ended_on"] is not None:
        raise RepresentationEnded
    if not row["from_on"] <= revoked_on <= on_day(said.at):
        raise Invalid.field(
            "revoked_on", "date_range", "is before it began or to come", "ก่อนวันเริ่มหรือยังไม่มาถึง", f"{row['from_on']}..{on_day(said.at)}"
        )
    return await representatives.end(tx, representative_id, revoked_on, Ended.REVOKED, who=said.who, why=said.why)


async def read(tx: Tx, holder_id: UUID, on: date | None, *, caller: Caller, reach: Reach) -> Sequence[Any] | None:
    """Who may act for the person on the day (None: all there are); None when out of reach, which is audited too."""
    if await holders.by_id(tx, holder_id, reach) is None:
        await append(tx, caller, [Entry("READ", None, detail=f"card holder {holder_id}")])
        return None
    await append(tx, caller, [Entry("READ", holder_id, SHOWN)])
    return await (representatives.all_of_holder(tx, holder_id) if on is None else representatives.of_holder(tx, holder_id, on))


async def may_act(
    tx: Tx, holder_id: UUID, agent: UUID | str, purpose: ActingPurpose, on: date, *, caller: Caller, reach: Reach, vault: Vault
) -> Acting | None:
    """Whether the agent (card holder's id, or citizen id as plain digits) may act for the person on the day.

    Somebody known by both is found by both. None when the person is out of reach, which is audited too.
    """
    if await holders.by_id(tx, holder_id, reach) is None:
        await append(tx, caller, [Entry("MAY_ACT", None, detail=f"card holder {holder_id}")])
        return None
    known = await _known(tx, agent, vault)
    row = await representatives.acting(tx, holder_id, on, known, purpose)
    asked = known[1] if isinstance(agent, str) and known[1] else b""
    about = f"{purpose} by card holder {agent}" if isinstance(agent, UUID) else f"{purpose}"
    await append(tx, caller, [Entry("MAY_ACT", holder_id, ("representatives",), asked, about)])
    return Acting(row is not None, row)


async def _known(tx: Tx, agent: UUID | str, vault: Vault) -> tuple[UUID | None, bytes | None]:
    if isinstance(agent, UUID):
        row = await holders.by_id(tx, agent, Reach.country())
        return agent, None if row is None else row["citizen_index"]
    index = vault.index_of(agent)
    found = await holders.by_index(tx, "citizen_index", [index], Reach.country())
    return (found[index]["holder_id"] if index in found else None), index
