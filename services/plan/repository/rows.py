"""Writing many rows by one statement."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from shared.db import Tx

COPIED_MIN: Final = 100
"""So many rows go in by COPY: nothing is parsed as JSON first and taken apart, which cost more than the rows themselves."""


def columns_of(kind: type[Any]) -> tuple[str, ...]:
    """The columns of a frozen dataclass whose fields are named as the table's."""
    return tuple(one.name for one in fields(kind))


async def insert(tx: Tx, table: str, rows: Sequence[Any], *, then: str = "") -> int:
    """Insert dataclasses whose fields are the table's columns; `then` is an ON CONFLICT clause. Returns how many."""
    if not rows:
        return 0
    columns = columns_of(type(rows[0]))
    if len(rows) >= COPIED_MIN and not then:
        return await tx.copy_in(table, columns, map(attrgetter(*columns), rows))
    names = ", ".join(columns)
    return await tx.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, $1) {then}", list(rows)
    )


async def update_versions(tx: Tx, table: str, key: str, rows: Sequence[Any], was: dict[Any, int]) -> int:
    """Write dataclasses over their rows, each only where the row still has the version that was read. Returns how many."""
    if not rows:
        return 0
    names = [name for name in columns_of(type(rows[0])) if name != key]
    assignments = ", ".join(f"{name} = new.{name}" for name in names)
    keys = [getattr(row, key) for row in rows]
    return await tx.execute(
        f"""UPDATE {table} AS old SET {assignments}
              FROM jsonb_populate_recordset(NULL::{table}, $1) AS new
              JOIN unnest($2::uuid[], $3::int[]) AS read (key, version) ON read.key = new.{key}
             WHERE old.{key} = new.{key} AND old.version = read.version""",
        list(rows),
        keys,
        [was[one] for one in keys],
    )
