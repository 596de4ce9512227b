"""What we send by the DCI API: an envelope of header and message with our signature, as an answer or to a sender's callback."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.registry.commands.dci.keys import encryption_key_of
from services.registry.commands.dci.signing import signed
from services.registry.commands.dci.who import Who
from services.registry.errors import NoEncryptionKey
from services.registry.rules.dci.words import VERSION, Callback, Status
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.encryption import EncryptionKey
from shared.ids import new_id
from shared.signatures import SigningKeys
from shared.webhooks import EndpointClosed, enqueue

NOBODY_TO_TELL: Final = (EndpointClosed, NoEncryptionKey)
"""An operator closed the callback, or the sender has no key any more to which it could be encrypted."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Under which id we send, with which keys, and by which cipher what we send lies there until it is taken."""

    sender_id: str
    signing: SigningKeys
    cipher: FieldCipher


@dataclass(frozen=True, slots=True)
class Standing:
    """How what a message is about stands, for its header; `words` where it was rejected."""

    status: Status
    total: int
    completed: int
    reason: str | None = None
    words: str | None = None


def envelope(
    ours: Ours,
    receiver_id: str | None,
    action: Callback,
    message: dict[str, Any] | None,
    standing: Standing,
    now: datetime,
    key: EncryptionKey | None = None,
) -> bytes:
    """The signed envelope as JSON, its message encrypted to the key where one is given."""
    if message is not None and key is not None:
        message = key.encrypt(orjson.dumps(message))
    header: dict[str, Any] = {
        "version": VERSION,
        "message_id": str(new_id()),
        "message_ts": now.isoformat(),
        "action": action.value,
        "status": standing.status.value,
        "total_count": standing.total,
        "completed_count": standing.completed,
        "sender_id": ours.sender_id,
        "is_msg_encrypted": message is not None and key is not None,
    }
    if receiver_id is not None:
        header["receiver_id"] = receiver_id
    if standing.reason is not None:
        header["status_reason_code"] = standing.reason
    if standing.words is not None:
        header["status_reason_message"] = standing.words
    body = {"signature": signed(ours.signing, header, message), "header": header}
    return orjson.dumps(body if message is None else {**body, "message": message})


async def call_back(
    tx: Tx, ours: Ours, who: Who, action: Callback, message: dict[str, Any] | None, standing: Standing, now: datetime, about: str
) -> None:
    """Owe the sender's registered callback the envelope. `about` is a correlation id. Raises EndpointClosed, NoEncryptionKey."""
    key = await encryption_key_of(tx, who.sender) if who.encrypted else None
    if who.encrypted and key is None:
        raise NoEncryptionKey(sender_id=who.sender.sender_id)
    body = envelope(ours, who.sender.sender_id, action, message, standing, now, key)
    await enqueue(tx, ours.cipher, UUID(who.sender.endpoints[action]), body, about=f"dci {action} {about}")
