"""Taking out what interview keeps of persons whom the registry erased. A table that gets a column about persons gets its statement here."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from shared.db import ReadTx, Tx

_STATEMENTS: Final = (
    # Histories, which the server's role can only add to.
    "SELECT forget_erased($1::uuid[])",
    "SELECT forget_erased_interviews($1::uuid[])",
    "SELECT forget_erased_checks($1::uuid[])",
    "DELETE FROM interview_draft WHERE case_id IN (SELECT case_id FROM case_file WHERE holder_id = ANY($1::uuid[]))",
    "UPDATE intent SET form = '{}', people_sealed = NULL WHERE holder_id = ANY($1::uuid[])",
    "UPDATE former_intent SET form = '{}', people_sealed = NULL WHERE case_id IN (SELECT case_id FROM case_file WHERE holder_id = ANY($1::uuid[]))",
    "DELETE FROM recommendation WHERE holder_id = ANY($1::uuid[])",
    "DELETE FROM specialist_review WHERE holder_id = ANY($1::uuid[])",
    "DELETE FROM agreed_plan WHERE holder_id = ANY($1::uuid[])",
    "DELETE FROM referral WHERE holder_id = ANY($1::uuid[])",
    "DELETE FROM development_failure WHERE holder_id = ANY($1::uuid[])",
    "UPDATE appeal SET grounds_sealed = NULL WHERE case_id IN (SELECT case_id FROM case_file WHERE holder_id = ANY($1::uuid[]))",
    "DELETE FROM household_member WHERE holder_id = ANY($1::uuid[])",
    # A late form that waits has no paper any more and cannot be approved.
    "UPDATE approval SET sealed = NULL, reason = '', decision_reason = left(decision_reason, 0) WHERE subject = ANY($1::uuid[])",
    "UPDATE complaint SET text_sealed = '', answer_sealed = NULL, person_sealed = NULL WHERE holder_id = ANY($1::uuid[])",
    "DELETE FROM notice WHERE holder_id = ANY($1::uuid[])",
)


async def forget(tx: Tx, holder_ids: Sequence[UUID]) -> None:
    """Forget the holders, who are noted as erased."""
    for statement in _STATEMENTS:
        await tx.execute(statement, holder_ids)


async def last_interviews(tx: ReadTx, holder_ids: Sequence[UUID]) -> list[tuple[UUID, UUID, int]]:
    """The last interview of each of the holders that was interviewed: holder, interview, revision."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (holder_id) holder_id, interview_id, revision FROM interview
            WHERE case_id IN (SELECT case_id FROM case_file WHERE holder_id = ANY($1::uuid[])) ORDER BY holder_id, revision DESC""",
        holder_ids,
    )
    return [(row["holder_id"], row["interview_id"], row["revision"]) for row in rows]
