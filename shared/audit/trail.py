"""Rows of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Caller:
    """Who did it: client, reach (`DISTRICT 8101`), the purpose they gave, and under which correlation id."""

    client: str
    reach: str
    correlation_id: str
    purpose: str = ""

    @classmethod
    def of(cls, principal: Principal, correlation_id: str, purpose: str = "") -> "Caller":
        """The caller of an operation."""
        reach = f"{principal.reach.level} {principal.reach.code}".strip()
        return cls(principal.subject, reach, correlation_id, purpose)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done about one person.

    `action` is a code (`LOOK_UP`, `READ`, `CHANGE`), `fields` what was shown or changed (names, never values), `asked` a blind
    index where somebody was looked for by it, `holder_id` None where nobody was found.
    """

    action: str
    holder_id: UUID | None
    fields: tuple[str, ...] = ()
    asked: bytes = b""
    detail: str = ""


async def append(tx: Tx, caller: Caller, entries: Sequence[Entry]) -> None:
    """Add the entries in the transaction that reads or changes; the sealer finds them in `audit_unsealed`."""
    if not entries:
        return
    await tx.execute(
        """WITH written AS (
             INSERT INTO audit_entry (client, reach, purpose, correlation_id, action, holder_id, fields, asked, detail)
             SELECT $1, $2, $3, $4, row.action, row.holder_id, string_to_array(nullif(row.fields, ''), ','), row.asked, row.detail
               FROM unnest($5::text[], $6::uuid[], $7::text[], $8::bytea[], $9::text[]) AS row (action, holder_id, fields, asked, detail)
             RETURNING seq)
           INSERT INTO audit_unsealed (seq) SELECT seq FROM written""",
        caller.client,
        caller.reach,
        caller.purpose,
        caller.correlation_id,
        [one.action for one in entries],
        [one.holder_id for one in entries],
        [",".join(one.fields) for one in entries],
        [one.asked for one in entries],
        [one.detail for one in entries],
    )


async def append_together(tx: Tx, caller: Caller, entry: Entry, holder_ids: Sequence[UUID | None]) -> None:
    """Add one entry about many persons, None for each of whom nobody was found: for who asks about thousands at once.

    `asked` of the entry is what they were asked for by, one after the other; its own holder is not used.
    """
    await tx.execute(
        """WITH written AS (
             INSERT INTO audit_entry (client, reach, purpose, correlation_id, action, holders, fields, asked, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING seq)
           INSERT INTO audit_unsealed (seq) SELECT seq FROM written""",
        caller.client,
        caller.reach,
        caller.purpose,
        caller.correlation_id,
        entry.action,
        holder_ids,
        list(entry.fields) or None,
        entry.asked,
        entry.detail,
    )


async def append_set(tx: Tx, caller: Caller, entry: Entry, holders_sql: str, *args: Any) -> int:
    """Add the entry for each `holder_id` that the query gives, in one statement; returns how many. The entry's own holder is not used."""
    first = len(args) + 1
    place = [f"${first + number}" for number in range(8)]
    return await tx.execute(
        f"""WITH written AS (
             INSERT INTO audit_entry (client, reach, purpose, correlation_id, action, holder_id, fields, asked, detail)
             SELECT {place[0]}::text, {place[1]}::text, {place[2]}::text, {place[3]}::text, {place[4]}::text, whom.holder_id, {place[5]}::text[],
                    {place[6]}::bytea, {place[7]}::text
               FROM ({holders_sql}) AS whom (holder_id)
             RETURNING seq)
           INSERT INTO audit_unsealed (seq) SELECT seq FROM written""",
        *args,
        caller.client,
        caller.reach,
        caller.purpose,
        caller.correlation_id,
        entry.action,
        list(entry.fields) or None,
        entry.asked,
        entry.detail,
    )
