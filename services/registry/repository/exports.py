"""Exports: asked for, decided, made, fetched, confirmed, ended. Each change is a guarded UPDATE that says what it changes from."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import HolderFilter
from services.registry.repository.holders import wanted_sql
from services.registry.repository.recipients import reach_of
from services.registry.repository.sealed import WITH_KEYS
from services.registry.repository.sharing import agreed_sql
from services.registry.rules.exports import Consent, ExportStatus, FileFormat
from shared.auth import Reach
from shared.db import ReadTx, Tx
from shared.sealed_files import SealedFile

_DRAFT: Final = """export_id, distribution_id, recipient_id, public_key, fingerprint, area, bank, agency, purpose, basis, reason, scope, columns,
                   file_format, keep_days, planned_rows, status, correlation_id, asked_by, asked_at, decided_by, decided_at"""

# Reach is over the names of the export's own columns: the recipient's are not given beside them.
_WITH_RECIPIENT: Final = """SELECT e.*, r.kind, r.unit, r.office, r.status AS recipient_status
                              FROM export e JOIN (SELECT recipient_id, kind, unit, office, status FROM export_recipient) AS r USING (recipient_id)"""


@dataclass(frozen=True, slots=True)
class NewExport:
    """An export to be kept; `recipient` is the row of the key that would be used now."""

    export_id: UUID
    recipient: Any
    purpose: str
    basis: str
    reason: str
    scope: dict[str, Any]
    columns: Sequence[str]
    file_format: FileFormat
    keep_days: int
    planned_rows: int
    status: ExportStatus
    correlation_id: str
    asked_by: str
    asked_at: datetime
    distribution_id: UUID | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows an export has: the condition over card_holder and its arguments from $1 on."""

    where: str
    args: list[Any]


def selection(wanted: HolderFilter, bank: str | None, consent: Consent) -> Selection:
    """Who is wanted, of the bank where it is a bank's list, and has given the consent that the purpose needs."""
    where, args = wanted_sql(wanted, Reach.country())
    if bank is not None:
        args.append(bank)
        where += f" AND bank = ${len(args)}"
    agreed, purpose = agreed_sql(consent, len(args) + 1)
    return Selection(f"erased_at IS NULL AND {where} AND {agreed}", [*args, *purpose])


async def add_many(tx: Tx, drafts: Sequence[NewExport]) -> None:
    """Keep the exports."""
    places = ", ".join(f"${number}" for number in range(1, 23))
    await tx.executemany(f"INSERT INTO export ({_DRAFT}) VALUES ({places})", [_draft(one) for one in drafts])


def _draft(one: NewExport) -> tuple[Any, ...]:
    to = one.recipient
    return (
        one.export_id,
        one.distribution_id,
        *(to["recipient_id"], to["public_key"], to["fingerprint"], to["area"], to["bank"], to["agency"]),
        *(one.purpose, one.basis, one.reason, one.scope, list(one.columns), one.file_format, one.keep_days, one.planned_rows, one.status),
        *(one.correlation_id, one.asked_by, one.asked_at, one.decided_by, one.decided_at),
    )


async def one(tx: ReadTx, export_id: UUID, reach: Reach) -> Any | None:
    """The row with its recipient, within the reach; or None."""
    within, args = reach_of(reach, 2)
    return await tx.fetchrow(f"{_WITH_RECIPIENT} WHERE export_id = $1 AND {within}", export_id, *args)


async def lock(tx: Tx, export_id: UUID, reach: Reach) -> Any | None:
    """The same, locked until the transaction ends."""
    within, args = reach_of(reach, 2)
    return await tx.fetchrow(f"{_WITH_RECIPIENT} WHERE export_id = $1 AND {within} FOR UPDATE OF e", export_id, *args)


async def page(
    tx: ReadTx, reach: Reach, *, status: ExportStatus | None, distribution_id: UUID | None, after: UUID | None, limit: int
) -> list[Any]:
    """Rows within the reach by id, which is nearly their age, after the one named."""
    within, args = reach_of(reach, 5)
    return await tx.fetch(
        f"""{_WITH_RECIPIENT}
             WHERE ($1::text IS NULL OR e.status = $1) AND ($2::uuid IS NULL OR e.distribution_id = $2) AND ($3::uuid IS NULL OR e.export_id > $3)
               AND {within} ORDER BY e.export_id LIMIT $4""",
        *(status, distribution_id, after, limit, *args),
    )


async def count(tx: ReadTx, chosen: Selection) -> int:
    """How many are chosen."""
    persons: int = await tx.fetchval(f"SELECT count(*) FROM card_holder WHERE {chosen.where}", *chosen.args)
    return persons


def rows(tx: ReadTx, chosen: Selection, rows_at_once: int) -> AsyncIterator[Any]:
    """The rows of card_holder through a cursor, by subdistrict and in the order of Thai names."""
    return tx.stream(
        f"SELECT * FROM {WITH_KEYS} WHERE {chosen.where} ORDER BY subdistrict, name_sort_key, holder_id",
        *chosen.args,
        rows_at_once=rows_at_once,
    )


async def approve(tx: Tx, export_id: UUID, recipient: Any, *, by: str, at: datetime) -> None:
    """Queue a proposed export with the key that holds now."""
    await tx.execute(
        """UPDATE export SET status = 'QUEUED', version = version + 1, decided_by = $2, decided_at = $3, recipient_id = $4, public_key = $5, fingerprint = $6
            WHERE export_id = $1 AND status = 'PROPOSED'""",
        *(export_id, by, at, recipient["recipient_id"], recipient["public_key"], recipient["fingerprint"]),
    )


async def reject(tx: Tx, export_id: UUID, *, by: str, at: datetime) -> None:
    """Write that a proposed export was refused."""
    await tx.execute(
        "UPDATE export SET status = 'REJECTED', version = version + 1, decided_by = $2, decided_at = $3 WHERE export_id = $1 AND status = 'PROPOSED'",
        *(export_id, by, at),
    )


async def end(tx: Tx, export_id: UUID, status: ExportStatus, *, by: str, at: datetime, reason: str) -> None:
    """Write that a locked export was withdrawn or revoked."""
    await tx.execute(
        "UPDATE export SET status = $2, version = version + 1, ended_by = $3, ended_at = $4, ended_reason = $5 WHERE export_id = $1",
        *(export_id, status, by, at, reason),
    )


async def queue_again(tx: Tx, export_id: UUID) -> bool:
    """Queue an export that failed; False when it has not."""
    return bool(
        await tx.execute(
            "UPDATE export SET status = 'QUEUED', version = version + 1, error = NULL WHERE export_id = $1 AND status = 'FAILED'", export_id
        )
    )


async def begin(tx: Tx, export_id: UUID) -> Any | None:
    """Take a queued export, or one whose attempt was cut off, into the making; None when there is nothing to make."""
    taken = await tx.fetchval(
        """UPDATE export SET status = 'MAKING', version = version + 1, attempt = attempt + 1
            WHERE export_id = $1 AND status IN ('QUEUED', 'MAKING') RETURNING export_id""",
        export_id,
    )
    return None if taken is None else await one(tx, export_id, Reach.country())


async def finish(
    tx: Tx,
    export: Any,
    sealed: SealedFile,
    *,
    rows_written: int,
    policy_version: int | None,
    moments: tuple[datetime, datetime],
    manifest: str,
    signature: str,
) -> bool:
    """Write what was made, by the attempt that made it; False when another attempt or a revocation came between. `moments`: made, expires."""
    return bool(
        await tx.execute(
            """UPDATE export SET status = 'READY', version = version + 1, error = NULL, rows = $3, plain_sha256 = $4, file_sha256 = $5, file_bytes = $6,
                                 policy_version = $7, made_at = $8, expires_at = $9, manifest = $10, signature = $11
                WHERE export_id = $1 AND attempt = $2 AND status = 'MAKING'""",
            *(export["export_id"], export["attempt"], rows_written, sealed.plain_sha256, sealed.file_sha256, sealed.file_bytes),
            *(policy_version, *moments, manifest, signature),
        )
    )


async def fail(tx: Tx, export: Any, error: str) -> None:
    """Write why the attempt made nothing."""
    await tx.execute(
        "UPDATE export SET status = 'FAILED', version = version + 1, error = $3 WHERE export_id = $1 AND attempt = $2 AND status = 'MAKING'",
        *(export["export_id"], export["attempt"], error),
    )


async def expire(tx: Tx, now: datetime) -> list[UUID]:
    """End the exports whose time is over; returns which."""
    expired = await tx.fetch(
        "UPDATE export SET status = 'EXPIRED', version = version + 1, ended_at = $1 WHERE status = 'READY' AND expires_at <= $1 RETURNING export_id",
        now,
    )
    return [row["export_id"] for row in expired]


async def over(tx: ReadTx, export_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the exports have no file to keep: ended, or unknown here."""
    rows_ = await tx.fetch(
        """SELECT wanted FROM unnest($1::uuid[]) AS wanted LEFT JOIN export e ON e.export_id = wanted
            WHERE e.export_id IS NULL OR e.status NOT IN ('READY', 'MAKING', 'QUEUED')""",
        list(export_ids),
    )
    return {row["wanted"] for row in rows_}


async def add_receipt(tx: Tx, export_id: UUID, *, rows_told: int, sha256: str, matched: bool, by: str, at: datetime) -> None:
    """Keep what a recipient told; a right one also confirms the export."""
    await tx.execute(
        "INSERT INTO export_receipt (export_id, told_by, told_at, rows, plain_sha256, matched) VALUES ($1, $2, $3, $4, $5, $6)",
        *(export_id, by, at, rows_told, sha256, matched),
    )
    if matched:
        await tx.execute(
            "UPDATE export SET confirmed_by = $2, confirmed_at = $3, version = version + 1 WHERE export_id = $1 AND confirmed_at IS NULL",
            *(export_id, by, at),
        )


async def last_receipts(tx: ReadTx, export_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """What was told last of each of the exports."""
    told = await tx.fetch(
        """SELECT DISTINCT ON (export_id) export_id, told_by, told_at, rows, plain_sha256, matched FROM export_receipt
            WHERE export_id = ANY($1::uuid[]) ORDER BY export_id, receipt_no DESC""",
        list(export_ids),
    )
    return {row["export_id"]: row for row in told}
