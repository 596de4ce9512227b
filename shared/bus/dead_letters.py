"""Dead letters: listed and replayed by an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.bus.consumers import Consumers, Delivery, Work
from shared.contracts import InvalidEvent
from shared.db import ReadTx, Tx
from shared.errors import Conflict, NotFound


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be taken, and why. `value` stays in the database: it may hold personal data."""

    id: int
    topic: str
    partition: int
    position: int
    key: str | None
    event_id: UUID | None
    reason: str
    buried_at: datetime
    replayed_at: datetime | None


class StillBad(Conflict):
    """The replayed letter is refused again."""

    slug = "dead-letter-still-bad"
    title_en, title_th = "The message is still refused", "ข้อความนี้ยังใช้ไม่ได้"


async def listed(tx: ReadTx, *, after: int = 0, limit: int = 50) -> list[DeadLetter]:
    """Dead letters by age, those not replayed first seen first."""
    rows = await tx.fetch(
        "SELECT id, topic, partition, position, key, event_id, reason, buried_at, replayed_at FROM dead_letter WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        limit,
    )
    return [DeadLetter(**dict(row)) for row in rows]


async def replay(tx: Tx, letter_id: int, consumers: Consumers, resources: Any) -> None:
    """Take the message in again, once. Raises NotFound, or StillBad with the reason."""
    row = await tx.fetchrow("SELECT topic, value FROM dead_letter WHERE id = $1 AND replayed_at IS NULL FOR UPDATE", letter_id)
    if row is None:
        raise NotFound
    try:
        event = consumers.read(row["topic"], row["value"])
    except InvalidEvent as error:
        raise StillBad(str(error), str(error)) from error
    if event is not None:
        await Delivery(consumers, Work(tx, resources)).deliver([event])
    await tx.execute("UPDATE dead_letter SET replayed_at = now() WHERE id = $1", letter_id)


async def forget_messages(tx: Tx, keys: Sequence[str], *, topic: str | None = None) -> None:
    """Forget what waits or lies here of the keys (of one topic only): of parked messages all, of dead letters what they said."""
    await tx.execute("DELETE FROM parked WHERE key = ANY($1::text[]) AND ($2::text IS NULL OR topic = $2)", keys, topic)
    await tx.execute("UPDATE dead_letter SET value = NULL WHERE key = ANY($1::text[]) AND ($2::text IS NULL OR topic = $2)", keys, topic)
