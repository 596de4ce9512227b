"""The history of holders: a row for each version, with the whole non-personal state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.domain import Change
from shared.db import ReadTx, Tx


@dataclass(frozen=True)
class Note:
    """What happened, who said so, why, when; names of the fields that changed; the day since when it holds."""

    what: Change
    who: str
    why: str
    at: datetime
    changed: tuple[str, ...] = ()
    previous_subdistrict: str | None = None
    valid_from: date | None = None


async def append(tx: Tx, holder_id: UUID, note: Note) -> Any:
    """Write the present version of a locked holder; returns the row of history."""
    return await tx.fetchrow(
        """INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, citizen_index, card_index, index_key, tier, age,
                                            visit_group, policy_version, subdistrict, previous_subdistrict, bank, status, moved_on, deceased_on, valid_from)
           SELECT holder_id, version, $2, $3, $4, $5, $6, citizen_index, card_index, index_key, tier, age,
                  visit_group, policy_version, subdistrict, $7, bank, status, moved_on, deceased_on, $8
             FROM card_holder WHERE holder_id = $1
           RETURNING *""",
        holder_id,
        note.what,
        note.changed,
        note.who,
        note.why,
        note.at,
        note.previous_subdistrict,
        note.valid_from,
    )


async def of_holder(tx: ReadTx, holder_id: UUID, after_version: int, limit: int) -> Sequence[Any]:
    """Versions after the one named, oldest first."""
    return await tx.fetch(
        "SELECT * FROM card_holder_history WHERE holder_id = $1 AND version > $2 ORDER BY version LIMIT $3", holder_id, after_version, limit
    )


async def of_chunk(tx: ReadTx, change_id: UUID, chunk_no: int) -> Sequence[Any]:
    """The rows of a chunk, each with what its payee message is made of and the holder's present version."""
    return await tx.fetch(
        """SELECT h.*, c.version AS current_version, c.prefix, c.first_name, c.last_name, c.private_sealed, c.promptpay_sealed, c.card_cancelled_on,
                  c.bank AS current_bank
             FROM card_holder_history h JOIN card_holder c USING (holder_id)
            WHERE h.change_id = $1 AND h.chunk_no = $2
            ORDER BY h.holder_id""",
        change_id,
        chunk_no,
    )


async def all_first(tx: ReadTx, holder_ids: Sequence[UUID]) -> bool:
    """Whether each of the holders is still as entered."""
    # Asked of the few later versions: whoever touches rows just written marks their pages, which costs as much as writing them.
    changed: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM card_holder_history WHERE version > 1 AND holder_id = ANY($1::uuid[]))", list(holder_ids)
    )
    return not changed


async def versions(tx: ReadTx, wanted: Iterable[tuple[UUID, int]]) -> dict[UUID, Any]:
    """The rows of (holder, version), by holder."""
    pairs = list(wanted)
    rows = await tx.fetch(
        """SELECT h.* FROM card_holder_history h
             JOIN unnest($1::uuid[], $2::int[]) AS wanted (holder_id, version) USING (holder_id, version)""",
        [holder_id for holder_id, _ in pairs],
        [version for _, version in pairs],
    )
    return {row["holder_id"]: row for row in rows}
