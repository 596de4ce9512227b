"""Freezing a report."""

from datetime import datetime
from typing import Any

from services.reporting import repository
from services.reporting.domain.snapshots import canonical, hash_of
from services.reporting.repository import StoredSnapshot
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.reporting import ReportPublished
from shared.db import Tx
from shared.ids import new_id


async def publish_snapshot(tx: Tx, content: dict[str, Any], *, taken_by: str, now: datetime) -> StoredSnapshot:
    """Freeze the content of an answer behind the last snapshot, and tell that it was published."""
    prev_hash = await repository.lock_chain(tx)
    chained = {**content, "prev_hash": prev_hash}
    text = canonical(chained)
    stored = await repository.add_snapshot(tx, new_id(), chained, text, hash_of(text), taken_by)
    told = ReportPublished(
        snapshot_id=stored.snapshot_id,
        name=stored.report,
        area=stored.area,
        as_of=datetime.fromisoformat(content["as_of"]),
        content_hash=stored.content_hash,
    )
    await outbox.add_many(tx, [Event.of(told, subject=stored.snapshot_id, time=now)])
    return stored
