"""Giving and withdrawing consent: over HTTP, and from the intent forms that interview tells of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.published import event_of
from services.registry.repository import consents, history, holders, reach
from services.registry.repository.consents import ConsentRow
from services.registry.rules.consents.catalogue import catalogue
from services.registry.rules.consents.statements import ConsentChannel, Decision, Statement, check, check_words
from shared.auth import Reach
from shared.bus import outbox
from shared.contracts.common import Channel
from shared.contracts.interview import ConsentsCaptured
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id, same_id

_CHANNELS: Final = {Channel.WALK_IN: ConsentChannel.MEETING_PLACE, Channel.HOME_VISIT: ConsentChannel.HOME_VISIT}
_INTERVIEW: Final = "interview"


async def state_consent(tx: Tx, holder_id: UUID, statement: Statement, *, who: str, at: datetime, within: Reach) -> ConsentRow:
    """Record what the person stated; what follows for others holds from this commit. Raises NotFound, Invalid or HolderDeceased."""
    holder = await holders.lock(tx, holder_id, within)
    if holder is None:
        raise NotFound
    check(statement, catalogue(), now=at, born=holder.birth_date, died=holder.deceased_on)
    row = _row(new_id(), holder_id, statement, who, at)
    await consents.append(tx, [row])
    await _settle(tx, [(holder_id, at)], who=who, why=statement.evidence)
    return row


def statements_of(captured: ConsentsCaptured) -> list[Statement]:
    """What the form says. Raises Invalid for a purpose or a notice that the catalogue has not."""
    found = [
        Statement(
            purpose=purpose,
            decision=Decision.GIVEN,
            signed_on=captured.signed_on,
            channel=_CHANNELS[captured.channel],
            evidence=captured.slip_no,
            notice_version=captured.privacy_notice_version,
        )
        for purpose in captured.given
    ]
    for statement in found:
        check_words(statement, catalogue())
    return found


async def take_captured(tx: Tx, told: Sequence[tuple[ConsentsCaptured, Sequence[Statement], datetime]]) -> set[UUID]:
    """Record the consents of forms, which may come again; returns the holders that are not in the registry."""
    known = await reach.lock(tx, list({captured.holder_id for captured, _, _ in told}))
    rows: list[ConsentRow] = []
    newest: dict[UUID, datetime] = {}
    for captured, statements, at in told:
        if captured.holder_id not in known:
            continue
        by = f"officer {captured.captured_by}" if captured.captured_by else _INTERVIEW
        rows += [_row(same_id("consent", captured.intent_id, one.purpose), captured.holder_id, one, by, at) for one in statements]
        newest[captured.holder_id] = max(at, newest.get(captured.holder_id, at))
    if rows:
        await consents.append(tx, rows)
        await _settle(tx, sorted(newest.items()), who=_INTERVIEW, why="intent form")
    return {captured.holder_id for captured, _, _ in told} - known


def _row(consent_id: UUID, holder_id: UUID, statement: Statement, who: str, at: datetime) -> ConsentRow:
    return ConsentRow(
        consent_id=consent_id,
        holder_id=holder_id,
        purpose=statement.purpose,
        decision=statement.decision,
        notice_version=statement.notice_version,
        signed_on=statement.signed_on,
        counts_at=statement.counts_at(at),
        channel=statement.channel,
        evidence=statement.evidence,
        recorded_by=who,
        recorded_at=at,
    )


async def _settle(tx: Tx, told: Sequence[tuple[UUID, datetime]], *, who: str, why: str) -> None:
    changed = await consents.settle(tx, told)
    if changed:
        rows: Sequence[Any] = await history.append_many(tx, changed, Change.CONSENTED, who=who, why=why, changed=("consents",))
        await outbox.add_many(tx, [event_of(row) for row in rows])
