"""The keys of DCI senders who publish them at an address: fetched when they are needed, and never so often that it could hurt anybody.

A set is fetched again when it is old, and for a key that it does not have at most once a minute, whoever asks and in how many processes.
While an address is away its keys stay good for a day.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog

from services.registry.repository.dci import key_sets
from shared.db import Database
from shared.signatures import PublicKeys
from shared.webhooks import Addresses, NotFetched, fetch

OLD_AFTER: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(minutes=1)
FIRST_AGAIN_AFTER: Final = timedelta(seconds=5)
BYTES_MAX: Final = 64 * 1024
KEYS_MAX: Final = 20
# Of a private key nothing is kept, should somebody publish one.
_PUBLIC: Final = frozenset({"kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"})

_log = structlog.get_logger(__name__)


class KeysNotFetched(Exception):
    """There are no keys that can be believed; `reason` is that of NotFetched, or `no-key-set`."""

    def __init__(self, reason: str) -> None:
        """Why."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class KeySets:
    """The key sets, in the database and so for all processes."""

    db: Database
    addresses: Addresses
    # One look at an address at a time in this process; the others wait for what it finds.
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock), init=False)

    async def of(self, url: str, now: datetime, kid: str | None = None) -> dict[str, Any]:
        """The key set, looked at again where it is old or lacks the `kid`. Raises KeysNotFetched."""
        row = await self._row(url)
        if not _is_fresh(row, now, kid):
            async with self._locks[url]:
                row = await self._row(url)
                if not _is_fresh(row, now, kid):
                    await self._look(url, now)
                    row = await self._row(url)
        if row is None or row["jwks"] is None or row["fetched_at"] < now - KEPT:
            raise KeysNotFetched((row and row["trouble"]) or "no-key-set")
        found: dict[str, Any] = row["jwks"]
        return found

    async def _row(self, url: str) -> Any | None:
        async with self.db.reading() as tx:
            return await key_sets.one(tx, url)

    async def _look(self, url: str, now: datetime) -> None:
        async with self.db.transaction() as tx:
            if not await key_sets.claim(tx, url, now, known_before=now - AGAIN_AFTER, unknown_before=now - FIRST_AGAIN_AFTER):
                return
        try:
            found = _read(await fetch(self.addresses, url, bytes_max=BYTES_MAX))
        except NotFetched as failed:
            _log.warning("dci.keys_not_fetched", url=url, reason=failed.reason)
            async with self.db.transaction() as tx:
                await key_sets.note_trouble(tx, url, failed.reason)
            return
        async with self.db.transaction() as tx:
            await key_sets.store(tx, url, found, now)


def _is_fresh(row: Any | None, now: datetime, kid: str | None) -> bool:
    if row is None or row["jwks"] is None or row["fetched_at"] < now - OLD_AFTER:
        return False
    return kid is None or any(key["kid"] == kid for key in row["jwks"]["keys"])


def _read(body: bytes) -> dict[str, Any]:
    """The public keys in it that have an id. Raises NotFetched when none is one that signs."""
    try:
        said = orjson.loads(body)
    except ValueError:
        said = None
    entries = said.get("keys") if isinstance(said, Mapping) else None
    keys = [_public(entry) for entry in entries[:KEYS_MAX] if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    found = {"keys": [key for key in keys if "kid" in key]}
    if not PublicKeys.of(found):
        raise NotFetched("no-key-set")
    return found


def _public(entry: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in entry.items() if name in _PUBLIC and isinstance(value, str) and "\0" not in value}
