"""Merging a holder into another who is the same person, and taking it back: proposed by one person, decided by another."""

from typing import Any, Final
from uuid import UUID

from services.registry.commands.life_events import Said
from services.registry.domain import Change, Holder
from services.registry.published import event_of
from services.registry.repository import history, holders
from services.registry.repository.history import Note
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed

MERGE: Final = "registry.merge"
UNMERGE: Final = "registry.unmerge"
KINDS: Final = (MERGE, UNMERGE)


async def propose_merge(tx: Tx, *, merged: UUID, kept: UUID, pair_id: UUID, said: Said) -> UUID:
    """Put before others that `merged` is the same person as `kept`; returns the proposal's id. Raises CannotMerge.

    Where both live in one district it is for who reaches that; across districts only the whole country reaches both.
    """
    one, other = await _locked_both(tx, merged, kept)
    one.after_merge(other, today=on_day(said.at))
    districts = {one.subdistrict[:4], other.subdistrict[:4]}
    district = districts.pop() if len(districts) == 1 else None
    parameters = {"pair_id": str(pair_id), "merged": str(merged), "kept": str(kept)}
    draft = Draft(MERGE, parameters, said.why, subject=merged, district=district)
    return (await approvals.propose(tx, draft, by=said.who, at=said.at)).id


async def propose_unmerge(tx: Tx, merged: UUID, evidence: str, said: Said) -> UUID:
    """Put before others that a merged-away holder is a person of their own; returns the proposal's id.

    Raises NotFound outside the reach, PreconditionFailed, NotMerged.
    """
    holder = await _locked(tx, merged, said.reach)
    if said.expected_version is not None and holder.version != said.expected_version:
        raise PreconditionFailed(version=holder.version)
    holder.after_unmerge()
    kept = str(holder.merged_into)
    draft = Draft(UNMERGE, {"merged": str(merged), "kept": kept}, said.why, evidence, subject=merged, district=holder.subdistrict[:4])
    return (await approvals.propose(tx, draft, by=said.who, at=said.at)).id


async def apply(tx: Tx, proposal: Proposal, said: Said) -> None:
    """Do what an approved proposal asks for. Raises CannotMerge or NotMerged where something else has happened meanwhile."""
    merged, kept = UUID(proposal.parameters["merged"]), UUID(proposal.parameters["kept"])
    if proposal.kind == MERGE:
        one, other = await _locked_both(tx, merged, kept)
        await _save(tx, one.after_merge(other, today=on_day(said.at)), Change.MERGED, said)
    else:
        await _save(tx, (await _locked(tx, merged, None)).after_unmerge(), Change.UNMERGED, said)


async def _save(tx: Tx, after: Holder, what: Change, said: Said) -> None:
    await holders.save(tx, after, said.at)
    row: Any = await history.append(tx, after.holder_id, Note(what, said.who, said.why, said.at, ("merged_into",)))
    await outbox.add_many(tx, [event_of(row)])


async def _locked_both(tx: Tx, one: UUID, other: UUID) -> tuple[Holder, Holder]:
    """Both, locked in the order of their ids, as every writer of many does."""
    locked = {holder_id: await _locked(tx, holder_id, None) for holder_id in sorted({one, other})}
    return locked[one], locked[other]


async def _locked(tx: Tx, holder_id: UUID, reach: Reach | None) -> Holder:
    holder = await holders.lock(tx, holder_id, reach)
    if holder is None:
        raise NotFound
    return holder
