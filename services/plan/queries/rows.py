"""What the readings share: rows as mappings, and conditions of what is asked."""

from collections.abc import Mapping
from typing import Any

from shared.db import ReadTx

Row = dict[str, Any]


def narrowing(terms: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The condition of the terms that have a value, and the values: what is not asked is not in the SQL, so that indexes serve.

    A tuple gives each of its values to a placeholder of its own.
    """
    conditions: list[str] = []
    args: list[Any] = []
    for term, value in terms.items():
        if value is not None:
            values = value if isinstance(value, tuple) else (value,)
            conditions.append(term.format(*(f"${number}" for number in range(len(args) + 1, len(args) + len(values) + 1))))
            args += values
    return " AND ".join(conditions) or "true", args


def row_of(row: Mapping[str, Any] | None) -> Row:
    """The row as a mapping of its own; empty for none."""
    return {} if row is None else dict(row)


async def rows(tx: ReadTx, sql: str, *args: Any) -> list[Row]:
    """What the query finds."""
    return [dict(row) for row in await tx.fetch(sql, *args)]
