"""Who may act for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.rules.representatives import ActingPurpose, Ended
from shared.db import ReadTx, Tx

# In force on day $2: not before it begins, not after it ends, and both alive. On the day of a death nobody acts any more.
_IN_FORCE: Final = """r.from_on <= $2 AND (r.until_on IS NULL OR r.until_on >= $2) AND (r.ended_on IS NULL OR r.ended_on > $2)
  AND NOT EXISTS (SELECT FROM card_holder d WHERE d.holder_id IN (r.holder_id, r.agent_holder_id) AND d.deceased_on <= $2)"""


@dataclass(frozen=True, slots=True)
class RepresentativeRow:
    """A row of `representative` as it begins."""

    representative_id: UUID
    version: int
    holder_id: UUID
    kind: str
    grounds: str
    agent_holder_id: UUID | None
    agent_sealed: bytes | None
    agent_index: bytes | None
    purposes: Sequence[str]
    paper_kind: str
    paper_reference: str
    paper_issued_on: date
    from_on: date
    until_on: date | None
    recorded_by: str
    recorded_at: datetime


async def add(tx: Tx, row: RepresentativeRow) -> None:
    """Store it."""
    names = [field.name for field in fields(row)]
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await tx.execute(f"INSERT INTO representative ({', '.join(names)}) VALUES ({places})", *(getattr(row, name) for name in names))


async def of_holder(tx: ReadTx, holder_id: UUID, on: date) -> list[Any]:
    """Who may act for the person on the day."""
    return await tx.fetch(
        f"SELECT r.* FROM representative r WHERE r.holder_id = $1 AND {_IN_FORCE} ORDER BY r.from_on, r.representative_id", holder_id, on
    )


async def all_of_holder(tx: ReadTx, holder_id: UUID) -> list[Any]:
    """Who may act, could or will."""
    return await tx.fetch("SELECT r.* FROM representative r WHERE r.holder_id = $1 ORDER BY r.from_on, r.representative_id", holder_id)


async def acting(tx: ReadTx, holder_id: UUID, on: date, agent: tuple[UUID | None, bytes | None], purpose: ActingPurpose) -> Any | None:
    """By what the agent (as card holder, and by the index of the citizen id) may act for the person; what lasts longest."""
    agent_holder_id, agent_index = agent
    return await tx.fetchrow(
        f"""SELECT r.* FROM representative r
             WHERE r.holder_id = $1 AND {_IN_FORCE} AND (r.agent_holder_id = $3 OR r.agent_index = $4) AND $5 = ANY(r.purposes)
             ORDER BY r.until_on DESC NULLS FIRST LIMIT 1""",
        holder_id,
        on,
        agent_holder_id,
        agent_index,
        purpose,
    )


async def lock(tx: Tx, holder_id: UUID, representative_id: UUID) -> Any | None:
    """The row, locked."""
    return await tx.fetchrow(
        "SELECT * FROM representative WHERE representative_id = $1 AND holder_id = $2 FOR UPDATE", representative_id, holder_id
    )


async def end(tx: Tx, representative_id: UUID, ended_on: date, how: Ended, *, who: str, why: str) -> Any | None:
    """End it; None when it has ended before."""
    return await tx.fetchrow(
        """UPDATE representative SET version = version + 1, ended_on = $2, ended_how = $3, ended_by = $4, ended_why = $5
            WHERE representative_id = $1 AND ended_on IS NULL RETURNING *""",
        representative_id,
        ended_on,
        how,
        who,
        why,
    )


async def end_of_the_dead(tx: Tx, holder_ids: Sequence[UUID], *, who: str) -> None:
    """End what is for or by holders who are dead, on the day of the death."""
    for column, how in (("holder_id", Ended.PERSON_DIED), ("agent_holder_id", Ended.AGENT_DIED)):
        await tx.execute(
            f"""UPDATE representative r SET version = r.version + 1, ended_on = d.deceased_on, ended_how = $2, ended_by = $3, ended_why = 'death'
                  FROM card_holder d
                 WHERE d.holder_id = r.{column} AND d.holder_id = ANY($1::uuid[]) AND d.deceased_on IS NOT NULL AND r.ended_on IS NULL
                   AND (r.until_on IS NULL OR r.until_on >= d.deceased_on)""",
            holder_ids,
            how,
            who,
        )
