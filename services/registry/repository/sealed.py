"""What the sealed columns of card_holder are opened with: each person's salt, and the wrapped group key.

Salts lie in a schema of their own, `apart`, which the long backups leave out (docs/adr/0017). Rows that the vault opens are
read FROM `WITH_KEYS`, so that their salts come with them in the same round trip.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.db import ReadTx, Tx

SALT: Final = "apart.person_salt"
SALT_COLUMNS: Final = ("holder_id", "salt")
_KEY_ID: Final = "encode(substring(private_sealed FROM 1 FOR 2), 'escape')"
KEYS: Final = f"""LEFT JOIN {SALT} USING (holder_id)
      LEFT JOIN (SELECT key_id AS group_key_id, wrapped AS group_key FROM group_key) AS group_keys ON group_key_id = {_KEY_ID}"""
"""Joins them to rows of card_holder."""
WITH_KEYS: Final = f"card_holder {KEYS}"
_SEALED: Final = "holder_id, private_sealed, house_no_sealed, salt, group_key_id, group_key"


class Resealed(NamedTuple):
    """New sealed values of a person, and those that they are made of."""

    holder_id: UUID
    private_before: bytes
    house_no_before: bytes | None
    private: bytes
    house_no: bytes | None


async def of_holder(tx: ReadTx, holder_id: UUID) -> Any:
    """The sealed columns of a holder who is there, with what opens them."""
    return await tx.fetchrow(f"SELECT {_SEALED} FROM {WITH_KEYS} WHERE holder_id = $1", holder_id)


async def after(tx: ReadTx, holder_id: UUID, limit: int) -> list[Any]:
    """The same of the next holders after the id named, by id. Those who were erased have no salt."""
    return await tx.fetch(f"SELECT {_SEALED} FROM {WITH_KEYS} WHERE holder_id > $1 ORDER BY holder_id LIMIT $2", holder_id, limit)


async def replace(tx: Tx, rows: Sequence[Resealed]) -> int:
    """Write new sealed values; who was sealed anew meanwhile keeps what they have. Returns how many were written."""
    return await tx.execute(
        """WITH wanted AS (
             SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])
                        AS row (holder_id, private_before, house_no_before, private, house_no)
           ), locked AS (
             SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR UPDATE
           )
           UPDATE card_holder h SET private_sealed = w.private, house_no_sealed = w.house_no
             FROM wanted w JOIN locked USING (holder_id)
            WHERE h.holder_id = w.holder_id AND h.private_sealed = w.private_before AND h.house_no_sealed IS NOT DISTINCT FROM w.house_no_before""",
        *([list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 5),
    )


async def any_under(tx: ReadTx, key_ids: Sequence[str]) -> bool:
    """Whether a person is sealed under one of the group keys."""
    found: bool = await tx.fetchval(f"SELECT EXISTS (SELECT FROM card_holder WHERE {_KEY_ID} = ANY($1::text[]))", list(key_ids))
    return found
