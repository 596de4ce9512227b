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
VALUES: Final = ("private_sealed", "house_no_sealed", "promptpay_sealed")
"""The sealed columns of card_holder, and of card_holder_fact; those of a row are under one group key."""
_SEALED: Final = f"holder_id, {', '.join(VALUES)}, salt, group_key_id, group_key"
_ONE_OF_A_FACT: Final = f"coalesce({', '.join(VALUES)})"
FACT_KEY_ID: Final = f"encode(substring({_ONE_OF_A_FACT} FROM 1 FOR 2), 'escape')"

Values = tuple[bytes | None, ...]
"""The sealed values of a row, in the order of VALUES."""


class Resealed(NamedTuple):
    """New sealed values of a row, and those that they are made of. `version` is that of a fact; of the person's own row 0."""

    holder_id: UUID
    version: int
    before: Values
    anew: Values


async def of_holder(tx: ReadTx, holder_id: UUID) -> Any:
    """The sealed columns of a holder who is there, with what opens them."""
    return await tx.fetchrow(f"SELECT {_SEALED} FROM {WITH_KEYS} WHERE holder_id = $1", holder_id)


async def after(tx: ReadTx, holder_id: UUID, limit: int) -> list[Any]:
    """The same of the next holders after the id named, by id. Those who were erased have no salt."""
    return await tx.fetch(f"SELECT {_SEALED} FROM {WITH_KEYS} WHERE holder_id > $1 ORDER BY holder_id LIMIT $2", holder_id, limit)


async def facts_after(tx: ReadTx, ids: tuple[UUID, UUID], key_id: str) -> list[Any]:
    """The facts of the holders after ids[0] up to ids[1] that are under another group key than the one named, with what opens them."""
    return await tx.fetch(
        f"""SELECT f.holder_id, f.version, {", ".join(f"f.{name}" for name in VALUES)}, s.salt, g.key_id AS group_key_id, g.wrapped AS group_key
              FROM (SELECT holder_id, version, {", ".join(VALUES)}, {FACT_KEY_ID} AS key_id FROM card_holder_fact
                     WHERE holder_id > $1 AND holder_id <= $2 AND {_ONE_OF_A_FACT} IS NOT NULL) AS f
              JOIN {SALT} s USING (holder_id) JOIN group_key g USING (key_id)
             WHERE f.key_id <> $3""",
        *ids,
        key_id,
    )


async def replace(tx: Tx, rows: Sequence[Resealed]) -> int:
    """Write new sealed values; what was sealed anew meanwhile stays. Returns of how many persons they were written."""
    await tx.execute(_replacing("card_holder_fact", "AND h.version = w.version", "w.version > 0"), *_columns(rows))
    return await tx.execute(_replacing("card_holder", "", "w.version = 0"), *_columns(rows))


def _replacing(table: str, same: str, which: str) -> str:
    count = len(VALUES)
    names = [*(f"before_{name}" for name in VALUES), *(f"anew_{name}" for name in VALUES)]
    arrays = ", ".join(f"${number}::bytea[]" for number in range(3, 3 + 2 * count))
    return f"""WITH wanted AS (
             SELECT * FROM unnest($1::uuid[], $2::int[], {arrays}) AS w (holder_id, version, {", ".join(names)}) WHERE {which}
           ), locked AS (
             SELECT holder_id FROM card_holder WHERE holder_id IN (SELECT holder_id FROM wanted) ORDER BY holder_id FOR UPDATE
           )
           UPDATE {table} h SET {", ".join(f"{name} = w.anew_{name}" for name in VALUES)}
             FROM wanted w JOIN locked USING (holder_id)
            WHERE h.holder_id = w.holder_id {same}
              AND {" AND ".join(f"h.{name} IS NOT DISTINCT FROM w.before_{name}" for name in VALUES)}"""


def _columns(rows: Sequence[Resealed]) -> list[list[Any]]:
    sealed = [[row.before[place] for row in rows] for place in range(len(VALUES))] + [
        [row.anew[place] for row in rows] for place in range(len(VALUES))
    ]
    return [[row.holder_id for row in rows], [row.version for row in rows], *sealed]


async def any_under(tx: ReadTx, key_ids: Sequence[str]) -> bool:
    """Whether a person, or something of their past, is sealed under one of the group keys."""
    found: bool = await tx.fetchval(
        f"""SELECT EXISTS (SELECT FROM card_holder WHERE {_KEY_ID} = ANY($1::text[]))
                OR EXISTS (SELECT FROM card_holder_fact WHERE {FACT_KEY_ID} = ANY($1::text[]))""",
        list(key_ids),
    )
    return found
