"""The audit of look-ups and of plain reads: appended in the transaction that reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.db import Tx


@dataclass(frozen=True)
class Caller:
    """Who asked, and under which correlation id."""

    client: str
    correlation_id: str


async def append(tx: Tx, caller: Caller, what: str, asked: Iterable[tuple[bytes, UUID | None]]) -> None:
    """One row for each (blind index asked for, holder found)."""
    rows = list(asked)
    await tx.execute(
        """INSERT INTO look_up_audit (client, what, asked_index, holder_id, correlation_id)
           SELECT $1, $2, asked_index, holder_id, $5 FROM unnest($3::bytea[], $4::uuid[]) AS row (asked_index, holder_id)""",
        caller.client,
        what,
        [index for index, _ in rows],
        [holder_id for _, holder_id in rows],
        caller.correlation_id,
    )
