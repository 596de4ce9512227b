"""Batches of other programmes: lines are taken once a person and month, their money is promised at once, and another person lets them be owed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.payments.commands import envelopes as commitments
from services.payments.commands.programmes import known_programme
from services.payments.commands.runs import Actor
from services.payments.domain import Month
from services.payments.errors import BatchApproverIsSender, BatchNotInState, NothingTaken
from services.payments.repository import batches, envelopes, ledger, obligations
from services.payments.repository.batches import Batch, Line, Refused
from services.payments.repository.envelopes import Purse
from services.payments.repository.programmes import Programme
from services.payments.rules.batches import BatchStatus, Refusal
from shared.auth import Reach
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id

BY_LIMIT: Final = "limit"
"""Who approves a batch that needs no second look."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch as it was taken, its programme, and the lines that were not taken."""

    batch: Batch
    programme: Programme
    refused: Sequence[Refused]


async def send_batch(tx: Tx, programme: str, reference: str, lines: Sequence[Line], invalid: int, reach: Reach, actor: Actor) -> Sent:
    """Take the lines that can be paid, and promise their money; so many others were `invalid`.

    A batch within the programme's limit is approved by it. Raises Invalid naming `programme`, NothingTaken, EnvelopeShort.
    """
    known = await known_programme(tx, programme, reach)
    named, strangers = await _named(tx, lines)
    payable, outside = await _sorted_out(tx, known, named)
    batch_id = new_id()
    taken = await batches.take(tx, batch_id, known, payable)
    refused = [*strangers, *outside, *taken.refused]
    if not taken.lines:
        raise NothingTaken(refused={Refusal.INVALID.value: invalid, **Counter(one.why.value for one in refused)})
    batch = Batch(
        batch_id=batch_id,
        programme=programme,
        reference=reference,
        status=BatchStatus.WAITING,
        version=1,
        lines=taken.lines,
        amount_satang=sum(taken.satang.values()),
        refused_lines=invalid + len(refused),
        sent_by=actor.who,
        sent_at=actor.at,
    )
    await batches.insert(tx, batch)
    needs = {Purse(known.source, month): satang for month, satang in taken.satang.items()}
    if batch.amount_satang <= known.batch_satang_max:
        # Money is promised first and comes free for whom it turns out not to be needed.
        await _owe(tx, batch, BY_LIMIT, actor.at, f"≤ {known.batch_satang_max} satang", needs)
        batch = await _locked(tx, batch_id, reach)
    else:
        await commitments.commit(tx, batch_id, needs, actor.at)
    return Sent(batch, known, refused)


async def _named(tx: Tx, lines: Sequence[Line]) -> tuple[Sequence[Line], list[Refused]]:
    """The lines by holder id, and those whose citizen index nobody has."""
    indexes = {one.person for one in lines if isinstance(one.person, bytes)}
    if not indexes:
        return lines, []
    holders = await batches.holders_of(tx, list(indexes))
    named, strangers = [], []
    for one in lines:
        person = holders.get(one.person) if isinstance(one.person, bytes) else one.person
        if person is None:
            strangers.append(Refused(one.line_no, Refusal.UNKNOWN_PERSON))
        else:
            named.append(one._replace(person=person))
    return named, strangers


async def _sorted_out(tx: Tx, programme: Programme, lines: Sequence[Line]) -> tuple[list[Line], list[Refused]]:
    """The lines that are within the programme's terms, and those that are not."""
    funded = {purse.month for purse in await envelopes.of(tx, {Purse(programme.source, Month(one.month)) for one in lines})}
    if all(one.month in funded and one.amount_satang <= programme.line_satang_max for one in lines):
        return list(lines), []
    payable, refused = [], []
    for one in lines:
        if one.month not in funded:
            refused.append(Refused(one.line_no, Refusal.NO_ENVELOPE))
        elif one.amount_satang > programme.line_satang_max:
            refused.append(Refused(one.line_no, Refusal.OVER_LINE_MAX))
        else:
            payable.append(one)
    return payable, refused


async def approve_batch(tx: Tx, batch_id: UUID, reason: str, reach: Reach, actor: Actor) -> Batch:
    """WAITING → APPROVED by another person than sent it: its lines are owed, and the programme's next run takes them.

    Raises NotFound, BatchNotInState, BatchApproverIsSender.
    """
    batch = await _waiting(tx, batch_id, reach)
    if batch.sent_by == actor.who:
        raise BatchApproverIsSender(batch_id=batch_id)
    await _owe(tx, batch, actor.who, actor.at, reason)
    return await _locked(tx, batch_id, reach)


async def _owe(tx: Tx, batch: Batch, who: str, at: datetime, why: str, needs: dict[Purse, int] | None = None) -> None:
    await batches.decide(tx, batch.batch_id, BatchStatus.APPROVED, who, at, why)
    await batches.owe(tx, batch.batch_id)
    gone = await batches.let_go(tx, await batches.holders_in(tx, batch.batch_id))
    if needs is not None:
        await commitments.commit(tx, batch.batch_id, needs, at)
    await envelopes.free_parts(tx, gone, at)


async def refuse_batch(tx: Tx, batch_id: UUID, reason: str, reach: Reach, actor: Actor) -> Batch:
    """WAITING → REFUSED by another person: its money comes free, its lines may be sent again.

    Raises NotFound, BatchNotInState, BatchApproverIsSender.
    """
    batch = await _waiting(tx, batch_id, reach)
    if batch.sent_by == actor.who:
        raise BatchApproverIsSender(batch_id=batch_id)
    return await _dropped(tx, batch, BatchStatus.REFUSED, reason, reach, actor)


async def withdraw_batch(tx: Tx, batch_id: UUID, reason: str, reach: Reach, actor: Actor) -> Batch:
    """WAITING → WITHDRAWN by its agency. Raises NotFound, BatchNotInState."""
    return await _dropped(tx, await _waiting(tx, batch_id, reach), BatchStatus.WITHDRAWN, reason, reach, actor)


async def _dropped(tx: Tx, batch: Batch, status: BatchStatus, reason: str, reach: Reach, actor: Actor) -> Batch:
    await batches.decide(tx, batch.batch_id, status, actor.who, actor.at, reason)
    await batches.drop(tx, batch.batch_id)
    await commitments.free(tx, batch.batch_id, actor.at)
    return await _locked(tx, batch.batch_id, reach)


async def follow_lives(tx: Tx, holder_ids: Iterable[UUID], at: datetime) -> None:
    """Let what other programmes owe follow deaths and merges, and their taking back: what was paid is noted, what is not needed comes free."""
    ids = list(holder_ids)
    await obligations.changing_allowances(tx)
    changed = await obligations.follow_lives(tx, ids)
    if changed:
        await ledger.adjust_recoveries(tx, changed, new_id(), at)
        await envelopes.free_parts(tx, await batches.let_go(tx, ids), at)


async def _locked(tx: Tx, batch_id: UUID, reach: Reach) -> Batch:
    batch = await batches.lock(tx, batch_id, reach)
    if batch is None:
        raise NotFound
    return batch


async def _waiting(tx: Tx, batch_id: UUID, reach: Reach) -> Batch:
    batch = await _locked(tx, batch_id, reach)
    if batch.status is not BatchStatus.WAITING:
        raise BatchNotInState(batch_id=batch_id, batch_status=batch.status)
    return batch
