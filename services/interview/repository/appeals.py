"""Who did not develop, and appeals: rows in, and rows out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.repository.cases import within
from services.interview.repository.rows import insert
from shared.auth import Reach
from shared.contracts.plan import DevelopmentFailed
from shared.db import ReadTx, Tx


async def keep_failures(tx: Tx, facts: Iterable[DevelopmentFailed]) -> None:
    """Keep what plan told of plans that came to nothing."""
    await tx.executemany(
        """INSERT INTO development_failure (plan_id, holder_id, failure, failed_on, lines) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (plan_id) DO UPDATE SET failure = excluded.failure, failed_on = excluded.failed_on, lines = excluded.lines""",
        [
            (fact.plan_id, fact.holder_id, fact.failure, fact.failed_on, [line.model_dump(mode="json") for line in fact.lines])
            for fact in facts
        ],
    )


async def decision_of(tx: ReadTx, decision_id: UUID, reach: Reach) -> Mapping[str, Any] | None:
    """A decision about a case in reach; None when it is not there."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"SELECT d.* FROM decision d JOIN case_file c USING (case_id) WHERE d.decision_id = $1 AND {condition}", decision_id, *args
    )


async def appeal_against(tx: Tx, decision_id: UUID) -> UUID | None:
    """The appeal against the decision."""
    found: UUID | None = await tx.fetchval("SELECT appeal_id FROM appeal WHERE decision_id = $1", decision_id)
    return found


async def add_appeal(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a new appeal."""
    await insert(tx, "appeal", row)


async def case_of_appeal(tx: ReadTx, appeal_id: UUID, reach: Reach) -> UUID | None:
    """The case of an appeal in reach."""
    condition, args = within(reach, 2)
    case_id: UUID | None = await tx.fetchval(
        f"SELECT a.case_id FROM appeal a JOIN case_file c USING (case_id) WHERE a.appeal_id = $1 AND {condition}", appeal_id, *args
    )
    return case_id


async def appeal(tx: ReadTx, appeal_id: UUID) -> Mapping[str, Any]:
    """The appeal, whose case is locked, with the decision that it is against."""
    row: Mapping[str, Any] | None = await tx.fetchrow(
        """SELECT a.*, d.decided_on AS stop_decided_on, d.effective_month AS stop_month, d.recorded_by AS stop_recorded_by
             FROM appeal a JOIN decision d USING (decision_id) WHERE a.appeal_id = $1""",
        appeal_id,
    )
    if row is None:
        raise LookupError(f"no appeal {appeal_id}")
    return row


async def settle_appeal(
    tx: Tx, appeal_id: UUID, *, granted: bool, decided_on: date, committee: str, reference: str, reinstated_by: UUID | None, decided_by: str
) -> None:
    """Store what was decided on the appeal, whose case is locked."""
    await tx.execute(
        """UPDATE appeal SET granted = $2, decided_on = $3, committee = $4, reference = $5, reinstated_by = $6, decided_by = $7
            WHERE appeal_id = $1 AND granted IS NULL""",
        appeal_id,
        granted,
        decided_on,
        committee,
        reference,
        reinstated_by,
        decided_by,
    )
