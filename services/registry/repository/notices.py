"""Notices in sets: take, lock what is due, change, find."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository.sealed import WITH_KEYS
from shared.auth import Reach, reach_sql
from shared.contracts.registry import NoticeStatus
from shared.db import ReadTx, Tx

LIST_COLUMNS: Final = """n.notice_id, n.holder_id, n.source, n.template, n.template_version, n.parameters, n.expires_at, n.next_at, n.status, n.reason,
                         n.version, n.attempts, n.requested_at, n.changed_at, h.private_sealed, h.salt, h.group_key_id, h.group_key"""
# Of who was erased nothing is shown, and nothing could be opened.
_SHOWN: Final = f"notice n JOIN (SELECT * FROM {WITH_KEYS} WHERE erased_at IS NULL) AS h USING (holder_id)"


@dataclass(frozen=True)
class NewNotice:
    """A notice that was asked for."""

    notice_id: UUID
    source: str
    notice_key: str
    holder_id: UUID
    template: str
    template_version: int
    parameters: dict[str, str]
    expires_at: datetime | None
    next_at: datetime


@dataclass(frozen=True)
class Step:
    """A notice's next state; `version` is the one that it was seen in."""

    notice_id: UUID
    version: int
    status: NoticeStatus
    reason: str | None = None
    next_at: datetime | None = None
    lease_until: datetime | None = None


async def add_new(tx: Tx, notices: Sequence[NewNotice], at: datetime) -> int:
    """Keep those that are new by (source, notice_key); returns how many."""
    return await tx.execute(
        """WITH new AS (
             INSERT INTO notice (notice_id, source, notice_key, holder_id, template, template_version, parameters, expires_at, next_at, status,
                                 version, attempts, requested_at, changed_at)
             SELECT row.*, 'REQUESTED', 1, 0, $10, $10
               FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::jsonb[], $8::timestamptz[], $9::timestamptz[]) AS row
             ON CONFLICT (source, notice_key) DO NOTHING RETURNING notice_id)
           INSERT INTO notice_history (notice_id, version, status, at) SELECT notice_id, 1, 'REQUESTED', $10 FROM new""",
        [one.notice_id for one in notices],
        [one.source for one in notices],
        [one.notice_key for one in notices],
        [one.holder_id for one in notices],
        [one.template for one in notices],
        [one.template_version for one in notices],
        [one.parameters for one in notices],
        [one.expires_at for one in notices],
        [one.next_at for one in notices],
        at,
    )


async def known_holders(tx: ReadTx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Those that are in the registry."""
    return {
        row["holder_id"] for row in await tx.fetch("SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    }


async def lock_due(tx: Tx, now: datetime, limit: int) -> Sequence[Any]:
    """Notices whose time has come, each with its holder's life and sealed phone; those that another process holds are left to it."""
    return await tx.fetch(
        f"""SELECT n.*, h.private_sealed, h.life, h.salt, h.group_key_id, h.group_key
             FROM notice n
             JOIN (SELECT holder_id, status AS life, private_sealed, salt, group_key_id, group_key FROM {WITH_KEYS}) AS h USING (holder_id)
            WHERE n.status = 'REQUESTED' AND n.next_at <= $1 ORDER BY n.next_at, n.notice_id LIMIT $2 FOR UPDATE OF n SKIP LOCKED""",
        now,
        limit,
    )


async def lease_in_doubt(tx: Tx, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Any]:
    """Notices that were being sent and of which nobody knows the outcome, leased to the caller for asking."""
    return await tx.fetch(
        """UPDATE notice SET lease_until = $2
            WHERE notice_id IN (SELECT notice_id FROM notice WHERE status = 'SENDING' AND lease_until < $1 ORDER BY lease_until LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING *""",
        now,
        lease_until,
        limit,
    )


async def lock_many(tx: Tx, notice_ids: Sequence[UUID]) -> Sequence[Any]:
    """The notices, locked in the order of their ids."""
    return await tx.fetch("SELECT * FROM notice WHERE notice_id = ANY($1::uuid[]) ORDER BY notice_id FOR UPDATE", notice_ids)


async def take_steps(tx: Tx, steps: Sequence[Step], at: datetime) -> Sequence[Any]:
    """Write the states of those that are still in the version named, with their history; returns their rows."""
    return await tx.fetch(
        """WITH changed AS (
             UPDATE notice n
                SET status = step.status, reason = step.reason, version = n.version + 1, next_at = coalesce(step.next_at, n.next_at),
                    lease_until = step.lease_until, attempts = n.attempts + (step.status = 'SENDING')::int, changed_at = $7
               FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                    AS step (notice_id, version, status, reason, next_at, lease_until)
              WHERE n.notice_id = step.notice_id AND n.version = step.version
             RETURNING n.*),
           kept AS (INSERT INTO notice_history (notice_id, version, status, reason, at) SELECT notice_id, version, status, reason, $7 FROM changed)
           SELECT * FROM changed""",
        [step.notice_id for step in steps],
        [step.version for step in steps],
        [step.status for step in steps],
        [step.reason for step in steps],
        [step.next_at for step in steps],
        [step.lease_until for step in steps],
        at,
    )


async def page(
    tx: ReadTx, reach: Reach, *, holder_id: UUID | None, status: NoticeStatus | None, after: UUID | None, limit: int
) -> Sequence[Any]:
    """Notices of people within the reach, newest first, before the one named."""
    within, args = reach_sql(reach, 5, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return await tx.fetch(
        f"""SELECT {LIST_COLUMNS} FROM {_SHOWN}
             WHERE ($1::uuid IS NULL OR n.holder_id = $1) AND ($2::text IS NULL OR n.status = $2) AND ($3::uuid IS NULL OR n.notice_id < $3)
               AND {within} ORDER BY n.notice_id DESC LIMIT $4""",
        *(holder_id, status, after, limit, *args),
    )


async def one(tx: ReadTx, notice_id: UUID, reach: Reach) -> Any | None:
    """The notice, if its person is within the reach."""
    within, args = reach_sql(reach, 2, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return await tx.fetchrow(f"SELECT {LIST_COLUMNS} FROM {_SHOWN} WHERE n.notice_id = $1 AND {within}", notice_id, *args)


async def history(tx: ReadTx, notice_id: UUID) -> Sequence[Any]:
    """Its states, first first."""
    return await tx.fetch("SELECT version, status, reason, at FROM notice_history WHERE notice_id = $1 ORDER BY version", notice_id)
