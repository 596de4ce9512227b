"""Look whether a service's audit is as it was written: `python -m deploy.verify_audit registry`.

Prints one JSON line: how much was looked at, the head, and the first broken link. Ends with 1 when there is one.
"""

import asyncio
import json
import os
import sys
from typing import Annotated

import typer

from deploy.databases import SERVICES, SettingsError
from deploy.migrate import owner_dsn
from shared.audit import AuditKeys, ChainVerified, verify
from shared.db import Database


async def look(dsn: str, keys: AuditKeys) -> ChainVerified:
    """Verify the chain in the database of the DSN."""
    database = await Database.connect(dsn, name="verify_audit")
    try:
        async with database.reading() as tx:
            return await verify(tx, keys)
    finally:
        await database.close()


def main(service: Annotated[str, typer.Argument(help="The service whose audit it is.")]) -> None:
    """Verify; the DSN comes from <SERVICE>_DATABASE_OWNER_DSN, the keys from <SERVICE>_AUDIT_KEYS."""
    if service not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}", param_hint="service")
    try:
        found = asyncio.run(look(owner_dsn(service), _keys(service)))
    except SettingsError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    broken = found.broken
    said = {
        "service": service,
        "batches": found.batches,
        "rows": found.rows,
        "unsealed": found.unsealed,
        "head": found.head.hex(),
        "broken": None if broken is None else {"batch_no": broken.batch_no, "seq": broken.seq, "why": broken.why},
    }
    typer.echo(json.dumps(said))
    raise SystemExit(0 if broken is None else 1)


def _keys(service: str) -> AuditKeys:
    setting = f"{service.upper()}_AUDIT_KEYS"
    try:
        return AuditKeys.from_text(os.environ.get(setting, ""))
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from error


if __name__ == "__main__":
    typer.run(main)
