"""The steps of making an export, and the end of those whose time is over. The job and the timer open the transactions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.registry.repository import exports, policies
from services.registry.repository.exports import Selection
from services.registry.rules.exports import PERSONAL, RecipientStatus
from shared.audit import Caller, Entry, append_set
from shared.db import Tx
from shared.sealed_files import SealedFile
from shared.signatures import SigningKeys


async def begin(tx: Tx, export_id: UUID) -> Any | None:
    """The export in the making, or None when there is nothing to make. A key that was revoked since the approval fails it."""
    export = await exports.begin(tx, export_id)
    if export is not None and export["recipient_status"] != RecipientStatus.ACTIVE:
        await exports.fail(tx, export, "The recipient's key was revoked / กุญแจของผู้รับถูกเพิกถอน")
        return None
    return export


async def finish(tx: Tx, export: Any, chosen: Selection, sealed: SealedFile, *, rows: int, at: datetime, signing: SigningKeys) -> bool:
    """Put each person of the list on the audit, sign the manifest, and call the export ready; False when it is no longer ours to make.

    Must run on the snapshot of which the rows were read: then those on record are those in the file.
    """
    who = Caller(export["asked_by"], "COUNTRY", export["correlation_id"], export["reason"])
    told = f"export {export['export_id']} to {export['kind']} {export['unit']}"
    audited = await append_set(
        tx,
        who,
        Entry("EXPORT", None, tuple(export["columns"]), detail=told),
        f"SELECT holder_id FROM card_holder WHERE {chosen.where}",
        *chosen.args,
    )
    if audited != rows:
        raise RuntimeError(f"{rows} rows were written and {audited} persons put on the audit")
    policy = await policies.newest(tx)
    policy_version = None if policy is None else policy.version
    expires_at = at + timedelta(days=export["keep_days"])
    manifest = _manifest(export, sealed, rows=rows, policy_version=policy_version, at=at, expires_at=expires_at)
    return await exports.finish(
        tx,
        export,
        sealed,
        rows_written=rows,
        policy_version=policy_version,
        moments=(at, expires_at),
        manifest=manifest.decode(),
        signature=signing.sign_detached(manifest),
    )


async def fail(tx: Tx, export: Any, error: str) -> None:
    """Write why nothing was made."""
    await exports.fail(tx, export, error)


async def expire(tx: Tx, now: datetime) -> list[UUID]:
    """End the exports whose time is over; returns which, for their files to be removed after the commit."""
    return await exports.expire(tx, now)


def _manifest(
    export: Mapping[str, Any], sealed: SealedFile, *, rows: int, policy_version: int | None, at: datetime, expires_at: datetime
) -> bytes:
    told = {
        "export_id": export["export_id"],
        "distribution_id": export["distribution_id"],
        "recipient": {"kind": export["kind"], "unit": export["unit"], "office": export["office"], "key_fingerprint": export["fingerprint"]},
        "purpose": export["purpose"],
        "basis": export["basis"],
        "reason": export["reason"],
        "scope": export["scope"],
        "columns": list(export["columns"]),
        "personal_columns": [name for name in export["columns"] if name in PERSONAL],
        "format": export["file_format"],
        "packed": "gzip",
        "encrypted": "age",
        "rows": rows,
        "plain_bytes": sealed.plain_bytes,
        "plain_sha256": sealed.plain_sha256,
        "file_bytes": sealed.file_bytes,
        "file_sha256": sealed.file_sha256,
        "policy_version": policy_version,
        "made_at": at,
        "expires_at": expires_at,
    }
    return orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
