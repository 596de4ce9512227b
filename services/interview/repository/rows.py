"""Writing rows given as mappings, many in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

from shared.db import Tx


async def insert(tx: Tx, table: str, row: Mapping[str, Any], suffix: str = "") -> int:
    """Insert one row; `table`, its column names and `suffix` are our own constants. Returns how many were inserted."""
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    return await tx.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks}) {suffix}", *row.values())


async def insert_many(tx: Tx, table: str, types: Mapping[str, str], rows: Sequence[Mapping[str, Any]], suffix: str = "") -> int:
    """As `insert` for rows whose columns have these types, in one statement."""
    if len(rows) == 1:
        # One plan serves every such call; one over arrays is made anew for each.
        return await insert(tx, table, rows[0], suffix)
    marks, names, arrays = columns_of(types, rows)
    return await tx.execute(f"INSERT INTO {table} ({names}) SELECT * FROM unnest({marks}) {suffix}", *arrays) if rows else 0


def columns_of(types: Mapping[str, str], rows: Sequence[Mapping[str, Any]], first_arg: int = 1) -> tuple[str, str, list[list[Any]]]:
    """For `SELECT … FROM unnest(…) AS row (…)`: the arrays' placeholders (from `$first_arg`) with their types, the names, and the arrays."""
    marks = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types.values(), start=first_arg))
    names = ", ".join(f'"{name}"' for name in types)
    return marks, names, [[row[name] for row in rows] for name in types]


def row_of(value: "DataclassInstance") -> dict[str, Any]:
    """The fields of a flat dataclass by name. Unlike dataclasses.asdict it copies no values, which costs ten times as much."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
