"""Notices to people: asked for once, sent when they may be, followed to their end. The provider is called outside of any transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.published import notice_event
from services.registry.repository import consents, notices
from services.registry.repository.notices import NewNotice, Step
from services.registry.rules import notice_templates
from services.registry.rules.consents.catalogue import NOTICES
from services.registry.rules.telling import QuietHours, may_become, refusal, wait_after
from services.registry.vault import Vault
from shared.audit import Caller, Entry, append
from shared.bus import outbox
from shared.clock import system_now
from shared.contracts.interview import NoticeRequested
from shared.contracts.payments import AllowanceNoticeRequested
from shared.contracts.registry import HolderStatus, NoticeStatus
from shared.db import Tx
from shared.ids import new_id

LEASE: Final = timedelta(seconds=60)
SENDS_MAX: Final = 200


Request = NoticeRequested | AllowanceNoticeRequested
"""What another service asks to be told."""


class Outcome(StrEnum):
    """What the provider says: it has taken the message, brought it, will not, has never seen it, cannot be heard, or has no time now."""

    TAKEN = "TAKEN"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    NEVER_SEEN = "NEVER_SEEN"
    NOT_TAKEN = "NOT_TAKEN"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Told:
    """The outcome of one message, with the provider's reason code."""

    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """A notice whose sending is on record; phone and text are held in memory only."""

    notice_id: UUID
    version: int
    attempts: int
    phone: str
    text: str


def check(asked: Request) -> None:
    """Raises NoticeNotTellable where no text can be made of it."""
    notice_templates.newest(asked.template).fill(asked.parameters)


async def take_requests(tx: Tx, source: str, asked: Sequence[tuple[Request, datetime]]) -> set[UUID]:
    """Keep the notices that are new, each with the moment it was asked for; they are checked. Returns who of them is not in the registry.

    Nothing is kept where somebody is not.
    """
    holder_ids = {one.holder_id for one, _ in asked}
    unknown = holder_ids - await notices.known_holders(tx, holder_ids)
    if unknown:
        return unknown
    new = []
    for one, at in asked:
        template = notice_templates.newest(one.template)
        new.append(
            NewNotice(
                notice_id=new_id(),
                source=source,
                notice_key=one.notice_key,
                holder_id=one.holder_id,
                template=template.name,
                template_version=template.version,
                parameters=one.parameters,
                expires_at=one.expires_at,
                next_at=one.not_before or at,
            )
        )
    if new:
        await notices.add_new(tx, new, max(at for _, at in asked))
    return set()


async def take_due(tx: Tx, *, now: datetime, quiet: QuietHours, vault: Vault) -> list[Outgoing] | None:
    """Refuse those who may not be told, and put on record that the others are being sent; None when there is nothing due.

    In quiet hours everything waits.
    """
    if quiet.hold(now):
        return None
    due = await notices.lock_due(tx, now, SENDS_MAX)
    if not due:
        return None
    consenting = await consents.giving(tx, [row["holder_id"] for row in due], NOTICES)
    lease_until = system_now() + LEASE
    steps: list[Step] = []
    outgoing: list[Outgoing] = []
    for row in due:
        # Of who was erased nothing can be opened.
        phone = vault.private(row).phone if row["salt"] is not None else ""
        alive = row["life"] == HolderStatus.ALIVE
        why = refusal(alive=alive, consents=row["holder_id"] in consenting, phone=phone, expires_at=row["expires_at"], now=now)
        if why is not None:
            steps.append(Step(row["notice_id"], row["version"], NoticeStatus.REFUSED, why))
            continue
        steps.append(Step(row["notice_id"], row["version"], NoticeStatus.SENDING, lease_until=lease_until))
        text = notice_templates.of_version(row["template"], row["template_version"]).fill(row["parameters"])
        outgoing.append(Outgoing(row["notice_id"], row["version"] + 1, row["attempts"] + 1, phone, text))
    by_id = {row["notice_id"]: row for row in due}
    entries = [Entry("NOTICE", by_id[one.notice_id]["holder_id"], ("phone",), detail=by_id[one.notice_id]["template"]) for one in outgoing]
    await append(tx, Caller("registry", "COUNTRY", "", "notice"), entries)
    await _take(tx, steps, now)
    return outgoing


async def take_outcomes(tx: Tx, told: Sequence[tuple[UUID, int, int, Told]], *, now: datetime, attempts_max: int) -> None:
    """Store what the provider said of messages (notice, version, attempts). What is unknown stays, and is asked about when its lease is out."""
    steps = [_step_after(*one, now, attempts_max) for one in told if one[3].outcome is not Outcome.UNKNOWN]
    # Receipts of the same messages may come at this moment: both lock the notices in one order, or they wait for one another.
    await notices.lock_many(tx, [step.notice_id for step in steps])
    await _take(tx, steps, now)


async def take_receipts(tx: Tx, receipts: Mapping[UUID, Told], at: datetime) -> dict[UUID, NoticeStatus]:
    """The provider says how messages ended; the same again, and another end than the recorded one, change nothing.

    Returns the states of those that went out, as they are now; of others the provider can know nothing.
    """
    rows = {row["notice_id"]: row for row in await notices.lock_many(tx, sorted(receipts)) if row["attempts"]}
    steps = []
    for notice_id, row in rows.items():
        told = receipts[notice_id]
        ended = NoticeStatus.DELIVERED if told.outcome is Outcome.DELIVERED else NoticeStatus.FAILED
        if may_become(NoticeStatus(row["status"]), ended):
            steps.append(Step(notice_id, row["version"], ended, told.reason))
    changed = {row["notice_id"]: row for row in await _take(tx, steps, at)}
    return {notice_id: NoticeStatus(row["status"]) for notice_id, row in (rows | changed).items()}


def _step_after(notice_id: UUID, version: int, attempts: int, told: Told, now: datetime, attempts_max: int) -> Step:
    match told.outcome:
        case Outcome.TAKEN:
            return Step(notice_id, version, NoticeStatus.SENT)
        case Outcome.DELIVERED:
            return Step(notice_id, version, NoticeStatus.DELIVERED)
        case Outcome.FAILED:
            return Step(notice_id, version, NoticeStatus.FAILED, told.reason)
        case _ if attempts >= attempts_max:
            return Step(notice_id, version, NoticeStatus.FAILED, "provider-does-not-take-it")
        case _:
            return Step(notice_id, version, NoticeStatus.REQUESTED, told.reason, next_at=now + wait_after(attempts))


async def _take(tx: Tx, steps: Sequence[Step], at: datetime) -> Sequence[Any]:
    """Write the steps; a change that others may hear of is published."""
    if not steps:
        return []
    rows = await notices.take_steps(tx, steps, at)
    heard = [row for row in rows if row["status"] not in {NoticeStatus.REQUESTED, NoticeStatus.SENDING}]
    await outbox.add_many(tx, [notice_event(row, at) for row in heard])
    return rows
