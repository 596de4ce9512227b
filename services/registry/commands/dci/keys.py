"""The public keys of a sender: those that it was registered with, or those that it publishes."""

from collections.abc import Mapping
from typing import Any

from services.registry.repository.dci import key_sets
from services.registry.repository.dci.senders import Sender
from shared.db import ReadTx
from shared.encryption import EncryptionKey


async def keys_of(tx: ReadTx, sender: Sender) -> Mapping[str, Any]:
    """Its key set (RFC 7517) as known now; without a key where none was ever fetched."""
    if sender.jwks_url is None:
        return sender.jwks or {}
    row = await key_sets.one(tx, sender.jwks_url)
    return (row and row["jwks"]) or {}


async def encryption_key_of(tx: ReadTx, sender: Sender) -> EncryptionKey | None:
    """The key to which its answers are encrypted, if it has one."""
    return EncryptionKey.of(await keys_of(tx, sender))
