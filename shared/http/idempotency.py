"""Idempotency keys: the answer to a creating request is stored in the transaction that creates, and given again."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import Request, Response

from shared.db import Tx
from shared.errors import Invalid

KEY_HEADER: Final = "Idempotency-Key"
REPLAY_HEADER: Final = "Idempotent-Replay"
KEY_CHARACTERS_MAX: Final = 255


class IdempotencyKeyReused(Invalid):
    """The key was used before for a request with another method, address or body."""

    slug = "idempotency-key-reused"
    title_en, title_th = "This Idempotency-Key was used for another request", "Idempotency-Key นี้ถูกใช้กับคำขออื่นแล้ว"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it becomes a response: what is stored and given again."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def to_response(self, *, replay: bool = False) -> Response:
        """The HTTP response; a replayed one says so."""
        headers = {**self.headers, "Cache-Control": "no-store"}
        if replay:
            headers[REPLAY_HEADER] = "true"
        return Response(self.body or None, self.status, headers, media_type="application/json" if self.body else None)


@dataclass(frozen=True, slots=True)
class Claim:
    """One client's key for one operation, with the hash of the request it stands for."""

    client: str
    operation: str
    key: str
    request_hash: bytes

    async def take(self, tx: Tx) -> Answer | None:
        """Claim the key in this transaction; returns the stored answer when it was claimed and committed before.

        A second writer waits in the INSERT until the first ends: after its commit it finds the answer, after its rollback
        the key is its own. Raises IdempotencyKeyReused when the key stands for another request.
        """
        mine = await tx.fetchval(
            """
            INSERT INTO idempotency (client, operation, key, request_hash) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING RETURNING true
            """,
            *(self.client, self.operation, self.key, self.request_hash),
        )
        if mine:
            return None
        row = await tx.fetchrow(
            "SELECT request_hash, status, body, headers FROM idempotency WHERE client = $1 AND operation = $2 AND key = $3",
            *(self.client, self.operation, self.key),
        )
        if row is None:
            # It was swept between the two statements; the retention is days, so the caller is told to begin anew.
            raise IdempotencyKeyReused
        if row["request_hash"] != self.request_hash:
            raise IdempotencyKeyReused(idempotency_key=self.key)
        return Answer(row["status"], row["body"], row["headers"])

    async def store(self, tx: Tx, answer: Answer) -> None:
        """Keep the answer beside the claim."""
        await tx.execute(
            "UPDATE idempotency SET status = $4, body = $5, headers = $6 WHERE client = $1 AND operation = $2 AND key = $3",
            *(self.client, self.operation, self.key, answer.status, answer.body, answer.headers),
        )


def checked_key(value: str | None, *, required: bool) -> str | None:
    """The key of the header, or None when it may be missing and is. Raises Invalid naming the header."""
    if value is None:
        if required:
            raise Invalid.field(KEY_HEADER, "missing", "is required", "จำเป็นต้องระบุ", "a new UUID for each new request")
        return None
    if not (0 < len(value) <= KEY_CHARACTERS_MAX and value.isascii() and value.isprintable()):
        raise Invalid.field(
            KEY_HEADER, "idempotency_key", "must be printable ASCII", "ต้องเป็นอักขระ ASCII ที่พิมพ์ได้", f"1..{KEY_CHARACTERS_MAX}"
        )
    return value


def request_hash(request: Request, body: bytes) -> bytes:
    """SHA-256 over method, address and body: what must be the same for the answer to be given again."""
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.url.path.encode(), request.url.query.encode()):
        digest.update(len(part).to_bytes(4, "big") + part)
    digest.update(body)
    return digest.digest()


async def forget_answers(tx: Tx, before: datetime) -> int:
    """Delete the stored answers older than `before`; returns how many. For a service's sweeping job."""
    return await tx.execute("DELETE FROM idempotency WHERE created_at < $1", before)
