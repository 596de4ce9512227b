"""Days of the ledger that passed are closed: nothing can be posted on them any more, and each head follows from the one before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson
import structlog

from services.payments.repository import days
from services.payments.repository.days import Closing
from shared.clock import on_day
from shared.db import Database, ReadTx, Tx
from shared.signatures import PublicKeys, SignatureBroken, SigningKeys

TYPE: Final = "ledger-day"
"""The `typ` of a signed day."""
WAIT_MS_MAX: Final = 2_000
"""Who posts waits meanwhile; a release of a whole country keeps days from closing until its end."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChainVerified:
    """How many days were looked at, the head of the last, and the first that does not hold."""

    days: int
    head: str | None
    broken: dict[str, Any] | None


async def close_passed_days(database: Database, keys: SigningKeys, at: datetime) -> int:
    """Close every day before today, a transaction a day; returns how many. Days without an entry are closed too: nothing was posted on them."""
    closed = 0
    try:
        while True:
            async with database.transaction() as tx:
                if not await _close_next_day(tx, keys, at):
                    return closed
            closed += 1
    except asyncpg.LockNotAvailableError:
        _log.info("ledger.day_waits", closed=closed)
        return closed


async def _close_next_day(tx: Tx, keys: SigningKeys, at: datetime) -> bool:
    await days.alone(tx, WAIT_MS_MAX)
    day = await days.next_day(tx)
    if day is None or day >= on_day(at):
        return False
    closing = await days.closing(tx, day)
    await days.insert(tx, closing, keys.sign(orjson.dumps(_said(closing)), {"typ": TYPE}), at)
    # In the log the head is out of reach of who can change the database, also of who cuts the chain's end off.
    _log.info("ledger.day_closed", day=day.isoformat(), number=closing.number, entries=closing.entries, head=closing.head.hex())
    return True


def _said(day: Closing) -> dict[str, Any]:
    return {
        "number": day.number,
        "day": day.day.isoformat(),
        "entries": day.entries,
        "payments": day.payments,
        "amount_satang": day.amount_satang,
        "head": day.head.hex(),
    }


async def verify_days(tx: ReadTx, keys: PublicKeys) -> ChainVerified:
    """Reckon every closed day anew, and look at its signature; the first that does not hold is told with the entry, where it can be named."""
    rows = (await days.heads(tx))[::-1]
    broken = await days.first_broken(tx)
    for row in rows[: broken["number"] - 1 if broken else None]:
        if not _signed_so(row, keys):
            broken = {"number": row["number"], "day": row["day"], "why": "SIGNATURE_OF_OTHERS", "entry": None}
            break
    return ChainVerified(len(rows), rows[-1]["head"].hex() if rows else None, broken)


def _signed_so(row: Any, keys: PublicKeys) -> bool:
    try:
        _, said = keys.opened(row["signed"], TYPE)
    except SignatureBroken:
        return False
    return bool(said["number"] == row["number"] and said["head"] == row["head"].hex())
