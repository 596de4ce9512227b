"""What we send by the DCI API: an envelope of header and message with our signature, as an answer or to a sender's callback."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.registry.commands.dci.signing import signed
from services.registry.repository.dci.senders import Sender
from services.registry.rules.dci.words import VERSION, Callback, Status
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.ids import new_id
from shared.signatures import SigningKeys
from shared.webhooks import enqueue


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
    ours: Ours, receiver_id: str | None, action: Callback, message: dict[str, Any] | None, standing: Standing, now: datetime
) -> bytes:
    """The signed envelope as JSON."""
    header: dict[str, Any] = {
        "version": VERSION,
        "message_id": str(new_id()),
        "message_ts": now.isoformat(),
        "action": action.value,
        "status": standing.status.value,
        "total_count": standing.total,
        "completed_count": standing.completed,
        "sender_id": ours.sender_id,
        "is_msg_encrypted": False,
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
    tx: Tx, ours: Ours, sender: Sender, action: Callback, message: dict[str, Any] | None, standing: Standing, now: datetime, about: str
) -> None:
    """Owe the sender's registered callback the envelope. `about` is a correlation id. Raises EndpointClosed."""
    body = envelope(ours, sender.sender_id, action, message, standing, now)
    await enqueue(tx, ours.cipher, UUID(sender.endpoints[action]), body, about=f"dci {action} {about}")
