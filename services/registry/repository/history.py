"""The history of holders: a row for each version, with the whole non-personal state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.repository.sealed import WITH_KEYS
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


_STATE: Final = (
    "citizen_index",
    "card_index",
    "index_key",
    "tier",
    "age",
    "visit_group",
    "policy_version",
    "subdistrict",
    "bank",
    "status",
    "moved_on",
    "deceased_on",
    "merged_into",
    "merged_on",
    "consents",
    "wrong_death_on",
    "alive_again_on",
)


def state_sql(rows: str = "") -> str:
    """The columns of card_holder that every version keeps, of the rows with this name, for an INSERT and its SELECT alike."""
    return ", ".join(f"{rows}.{name}" if rows else name for name in _STATE)


STATE: Final = state_sql()


async def append(tx: Tx, holder_id: UUID, note: Note) -> Any:
    """Write the present version of a locked holder; returns the row of history."""
    return await tx.fetchrow(
        f"""INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, previous_subdistrict, valid_from, {STATE})
            SELECT holder_id, version, $2, $3, $4, $5, $6, $7, $8, {STATE} FROM card_holder WHERE holder_id = $1
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


async def append_many(tx: Tx, holder_ids: Sequence[UUID], what: Change, *, who: str, why: str, changed: Sequence[str]) -> Sequence[Any]:
    """As `append`, for the present versions of locked holders, by their own `recorded_at`; in the order of their ids."""
    return await tx.fetch(
        f"""WITH written AS (
              INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, {STATE})
              SELECT holder_id, version, $2, $3, $4, $5, recorded_at, {STATE} FROM card_holder WHERE holder_id = ANY($1::uuid[])
              RETURNING *)
            SELECT * FROM written ORDER BY holder_id""",
        holder_ids,
        what,
        changed,
        who,
        why,
    )


async def of_holder(tx: ReadTx, holder_id: UUID, after_version: int, limit: int) -> Sequence[Any]:
    """Versions after the one named, oldest first."""
    return await tx.fetch(
        "SELECT * FROM card_holder_history WHERE holder_id = $1 AND version > $2 ORDER BY version LIMIT $3", holder_id, after_version, limit
    )


async def of_chunk(tx: ReadTx, change_id: UUID, chunk_no: int) -> Sequence[Any]:
    """The rows of a chunk, each with what its payee message is made of and the holder's present version."""
    return await tx.fetch(
        f"""SELECT h.*, c.version AS current_version, c.prefix, c.first_name, c.last_name, c.private_sealed, c.promptpay_sealed, c.card_cancelled_on, c.bank AS current_bank,
                  c.erased_at, c.salt, c.group_key_id, c.group_key
             FROM card_holder_history h
             JOIN (SELECT holder_id, version, prefix, first_name, last_name, private_sealed, promptpay_sealed, card_cancelled_on, bank, erased_at, salt, group_key_id, group_key
                     FROM {WITH_KEYS}) AS c USING (holder_id)
            WHERE h.change_id = $1 AND h.chunk_no = $2
            ORDER BY h.holder_id""",
        change_id,
        chunk_no,
    )


async def all_first(tx: ReadTx, holder_ids: Iterable[UUID]) -> bool:
    """Whether each of the holders is still as entered."""
    # Asked of the few later versions: whoever touches rows just written marks their pages, which costs as much as writing them.
    # In a first load there is none, and so nobody to name.
    if not await tx.fetchval("SELECT EXISTS (SELECT FROM card_holder_history WHERE version > 1)"):
        return True
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
