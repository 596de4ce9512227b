"""Answers of banks, and the attempts that they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.payments.domain import PROGRAMME, AttemptState, Month, RunStatus
from services.payments.rules.bank_answers import Answer, Disposition, Verdict
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt as it stands, locked together with its obligation."""

    disbursement_id: UUID
    run_id: UUID
    run_status: RunStatus
    holder_id: UUID
    benefit_month: date
    bank: str | None
    tier: str
    amount_satang: int
    state: AttemptState
    asked_no: int
    bank_reference: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, the attempt it is about, if any, and what it does."""

    answer: Answer
    attempt: AttemptRow | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """What answers made of an attempt; `state` None leaves it as it is."""

    attempt: AttemptRow
    state: AttemptState | None = None
    reason: str | None = None
    value_date: date | None = None
    bank_reference: str | None = None
    disputed: bool = False


async def lock_attempts(tx: Tx, disbursement_ids: Iterable[UUID]) -> dict[UUID, AttemptRow]:
    """Lock the attempts and their obligations, always in the same order."""
    rows = await tx.fetch(
        """SELECT d.disbursement_id, d.run_id, r.status AS run_status, d.holder_id, d.benefit_month, d.bank, d.tier, d.amount_satang, d.state,
                  d.asked_no, d.bank_reference
             FROM disbursement d
             JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
             JOIN run r ON r.run_id = d.run_id
            WHERE d.disbursement_id = ANY($1::uuid[])
            ORDER BY d.holder_id, d.benefit_month, d.attempt_no
              FOR UPDATE OF o, d""",
        list(disbursement_ids),
    )
    return {row["disbursement_id"]: _attempt(row) for row in rows}


def _attempt(row: Any) -> AttemptRow:
    return AttemptRow(**{**dict(row), "state": AttemptState(row["state"]), "run_status": RunStatus(row["run_status"])})


async def known(tx: Tx, result_ids: Iterable[UUID]) -> dict[UUID, Disposition]:
    """Those of the answers that were taken in before, and what became of them."""
    rows = await tx.fetch("SELECT result_id, disposition FROM bank_result WHERE result_id = ANY($1::uuid[])", list(result_ids))
    return {row["result_id"]: Disposition(row["disposition"]) for row in rows}


async def append(tx: Tx, batch_id: UUID, judged: Sequence[Judged], at: datetime) -> None:
    """Append the answers with what became of them."""
    answers = [one.answer for one in judged]
    await tx.execute(
        """INSERT INTO bank_result (result_id, batch_id, via, bank, instruction_id, disbursement_id, status, amount_satang, value_date,
                                    bank_reference, reason_code, disposition, outcomes, received_at)
           SELECT result_id, $1, via, bank, instruction_id, disbursement_id, status, amount_satang, value_date,
                  bank_reference, reason_code, disposition, outcomes, $2
             FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::bigint[], $10::date[],
                         $11::text[], $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
               AS new (result_id, via, bank, instruction_id, disbursement_id, status, amount_satang, value_date,
                       bank_reference, reason_code, disposition, outcomes, n)
            ORDER BY n
           ON CONFLICT DO NOTHING""",
        batch_id,
        at,
        [one.result_id for one in answers],
        [one.via for one in answers],
        [one.bank for one in answers],
        [one.instruction_id for one in answers],
        [one.attempt and one.attempt.disbursement_id for one in judged],
        [one.status for one in answers],
        [one.amount_satang for one in answers],
        [one.value_date for one in answers],
        [one.bank_reference for one in answers],
        [one.reason_code for one in answers],
        [one.verdict.disposition for one in judged],
        ["+".join(one.verdict.outcomes) for one in judged],
    )


async def change_attempts(tx: Tx, changes: Sequence[AttemptChange]) -> list[tuple[UUID, Month]]:
    """Write what answers made of locked attempts and their obligations; returns the obligations among them that are not payable."""
    moved = [one for one in changes if one.state is not None]
    # Of one obligation at most one attempt moves, the last; an earlier one can only bring a dispute.
    await tx.execute(
        """UPDATE disbursement d SET state = new.state, reason = new.reason, value_date = new.value_date, bank_reference = new.bank_reference
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::text[]) AS new (id, state, reason, value_date, bank_reference)
            WHERE d.disbursement_id = new.id""",
        [one.attempt.disbursement_id for one in moved],
        [one.state for one in moved],
        [one.reason for one in moved],
        [one.value_date for one in moved],
        [one.bank_reference for one in moved],
    )
    rows = await tx.fetch(
        """UPDATE obligation o SET state = coalesce(new.state, o.state), disputed = o.disputed OR new.disputed
             FROM (SELECT holder_id, benefit_month, max(state) AS state, bool_or(disputed) AS disputed
                     FROM unnest($2::uuid[], $3::date[], $4::text[], $5::boolean[]) AS one (holder_id, benefit_month, state, disputed)
                    GROUP BY 1, 2) AS new
            WHERE o.holder_id = new.holder_id AND o.programme = $1 AND o.benefit_month = new.benefit_month
        RETURNING o.holder_id, o.benefit_month, o.payable""",
        PROGRAMME,
        [one.attempt.holder_id for one in changes],
        [one.attempt.benefit_month for one in changes],
        [one.state for one in changes],
        [one.disputed for one in changes],
    )
    return [(row["holder_id"], Month(row["benefit_month"])) for row in rows if not row["payable"]]
