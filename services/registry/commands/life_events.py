"""Moves and deaths as they are recorded: a move at once, a death when another person has approved it (commands/changes.py)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.commands.links_of_the_dead import end_links
from services.registry.domain import Change, Holder, Move
from services.registry.published import event_of
from services.registry.repository import facts, history, holders, sealed
from services.registry.repository.history import Note
from services.registry.rules.changes import COLUMNS_OF, Aspect
from services.registry.vault import Vault
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts.registry import HolderStatus
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.thai.areas import UnknownArea, postcodes


@dataclass(frozen=True)
class Said:
    """Who says that something happened, when it was said, and why it is believed. `reach` is None for interview's reports."""

    who: str
    at: datetime
    why: str
    reach: Reach | None = None
    expected_version: int | None = None


def officer_name(officer_id: UUID) -> str:
    """Under which name it is on record that an officer said so to interview."""
    return f"officer {officer_id}"


async def record_move(tx: Tx, holder_id: UUID, move: Move, said: Said, vault: Vault, request_id: UUID | None = None) -> None:
    """The person lives elsewhere now. Raises NotFound, PreconditionFailed, HolderDeceased, MoveOutOfOrder, or Invalid."""
    try:
        usual_postcode = postcodes(move.subdistrict)[0]
    except UnknownArea:
        raise Invalid.field("subdistrict", "subdistrict", "is not a subdistrict's code", "ไม่ใช่รหัสตำบล") from None
    before = await _locked(tx, holder_id, said)
    after = before.after(move, today=on_day(said.at))
    await facts.begin(tx, holder_id)
    await holders.save(tx, after, said.at)
    row = await sealed.of_holder(tx, holder_id)
    address = (vault.seal_for(row, move.house_no), move.moo, move.road, move.postcode or usual_postcode)
    await holders.save_address(tx, holder_id, *address)
    values = dict(zip(COLUMNS_OF[Aspect.ADDRESS], (move.subdistrict, *address), strict=True))
    await facts.add(tx, holder_id, after.version, Aspect.ADDRESS, move.moved_on, values, request_id)
    note = Note(Change.MOVED, said.who, said.why, said.at, ("subdistrict",), before.subdistrict, valid_from=move.moved_on)
    await _publish(tx, holder_id, note)


async def record_death(tx: Tx, holder_id: UUID, deceased_on: date, said: Said, request_id: UUID | None = None) -> None:
    """The person died; one who is dead already stays as recorded. Raises NotFound, PreconditionFailed or Invalid."""
    before = await _locked(tx, holder_id, said)
    after = before.after_death(deceased_on, today=on_day(said.at))
    if after == before:
        return
    await facts.begin(tx, holder_id)
    await holders.save(tx, after, said.at)
    await end_links(tx, [holder_id], who=said.who, at=said.at)
    values = {"status": after.status, "deceased_on": deceased_on}
    await facts.add(tx, holder_id, after.version, Aspect.LIFE, deceased_on, values, request_id)
    await _publish(tx, holder_id, Note(Change.DECEASED, said.who, said.why, said.at, ("status",), valid_from=deceased_on))


async def take_back_death(tx: Tx, holder_id: UUID, recorded_on: date, said: Said, request_id: UUID) -> None:
    """The person never died: from the day on which a death was recorded they are alive. What the death ended besides is not begun again.

    Raises NotFound or NotDeceased.
    """
    before = await _locked(tx, holder_id, said)
    after = before.after_death_taken_back(today=on_day(said.at))
    await facts.begin(tx, holder_id)
    await holders.save(tx, after, said.at)
    # Of the same day the fact recorded last holds, so that the death holds on no day any more.
    values = {"status": after.status, "deceased_on": None}
    await facts.add(tx, holder_id, after.version, Aspect.LIFE, recorded_on, values, request_id)
    await _publish(tx, holder_id, Note(Change.DEATH_TAKEN_BACK, said.who, said.why, said.at, ("status",), valid_from=recorded_on))


async def take_move_report(tx: Tx, holder_id: UUID, move: Move, said: Said, vault: Vault) -> None:
    """As `record_move`, for a report that may be late: of a dead person, of a home that is known, or older than what is known, it changes nothing."""
    before = await _locked(tx, holder_id, said)
    known = before.subdistrict == move.subdistrict or (before.moved_on is not None and move.moved_on < before.moved_on)
    if before.status is HolderStatus.ALIVE and not known:
        await record_move(tx, holder_id, move, said, vault)


async def _locked(tx: Tx, holder_id: UUID, said: Said) -> Holder:
    holder = await holders.lock(tx, holder_id, said.reach)
    if holder is None:
        raise NotFound
    if said.expected_version is not None and holder.version != said.expected_version:
        raise PreconditionFailed(version=holder.version)
    return holder


async def _publish(tx: Tx, holder_id: UUID, note: Note) -> None:
    row: Any = await history.append(tx, holder_id, note)
    await outbox.add_many(tx, [event_of(row)])
