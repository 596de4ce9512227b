"""Look whether the closed days of payments' ledger are as they were closed: `python -m deploy.verify_ledger --jwks keys.json`.

The DSN comes from PAYMENTS_DATABASE_OWNER_DSN, the keys are payments' public ones. Prints one JSON line: how many days, the head, and the first
broken link. Ends with 1 when there is one. A chain whose end was cut off holds: compare the head, with --head, to one that you noted.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.databases import SettingsError
from deploy.migrate import owner_dsn
from services.payments.commands.days import ChainVerified, verify_days
from services.payments.repository import days
from shared.db import Database
from shared.signatures import PublicKeys


async def look(dsn: str, keys: PublicKeys, head: str | None) -> tuple[ChainVerified, bool]:
    """Verify the chain in the database of the DSN; and whether the noted head is one of it."""
    database = await Database.connect(dsn, name="verify_ledger")
    try:
        async with database.reading() as tx:
            known = head is None or head in {row["head"].hex() for row in await days.heads(tx)}
            return await verify_days(tx, keys), known
    finally:
        await database.close()


def main(
    jwks: Annotated[Path, typer.Option(help="Payments' public keys, as GET /.well-known/jwks.json gave them.")],
    head: Annotated[str | None, typer.Option(help="A head (hex) that was noted before; it must still be there.")] = None,
) -> None:
    """Verify."""
    try:
        keys = PublicKeys.of(json.loads(jwks.read_text(encoding="utf-8")))
        found, known = asyncio.run(look(owner_dsn("payments"), keys, head))
    except (SettingsError, OSError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(json.dumps({**asdict(found), "head_known": known}, default=str))
    raise SystemExit(0 if found.broken is None and known else 1)


if __name__ == "__main__":
    typer.run(main)
