"""Answers of banks, and the attempts that they are about."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import OUT_AT_BANKS, AttemptState, Month, Outcome, RunStatus
from services.payments.rules.bank_answers import NOT_RECEIVED, UNSPECIFIED, Answer, Attempt, Disposition, Verdict
from shared.contracts.common import Bank
from shared.contracts.payments import ResultStatus
from shared.db import Tx

REASON: Final = f"""CASE WHEN b.status = '{ResultStatus.UNKNOWN_INSTRUCTION}' THEN '{NOT_RECEIVED}'
                         ELSE coalesce(nullif(b.reason_code, ''), '{UNSPECIFIED}') END"""
"""The reason to keep and to tell with a failed or returned attempt, of an answer `b`."""

_INSTRUCTED: Final = sorted({*OUT_AT_BANKS, RunStatus.CLOSED})
# The members by their values: a look takes a tenth of a call of the enumeration, and answers come by the thousand.
_BANKS: Final = {str(bank): bank for bank in Bank}
_STATES: Final = {str(state): state for state in AttemptState}
_COLUMNS: Final = (
    "result_id",
    "batch_id",
    "via",
    "bank",
    "instruction_id",
    "disbursement_id",
    "status",
    "amount_satang",
    "value_date",
    "bank_reference",
    "reason_code",
    "disposition",
    "outcomes",
    "received_at",
)


class Judged(NamedTuple):
    """An answer, the attempt it is about, if any, and what it does."""

    answer: Answer
    attempt: Attempt | None
    verdict: Verdict


class Locked(NamedTuple):
    """An attempt, and what the ledger books it by."""

    attempt: Attempt
    run_id: UUID
    tier: str
    benefit_month: date


async def lock_attempts(tx: Tx, instruction_ids: Iterable[str]) -> dict[str, Locked]:
    """Lock the attempts that banks were told of, and their obligations, always in the same order; by instruction id (32 hex)."""
    rows = await tx.fetch(
        """SELECT d.disbursement_id, d.bank, d.amount_satang, d.state, d.asked_no > 0 AS asked, d.bank_reference,
                  d.run_id, d.tier, d.benefit_month
             FROM disbursement d
             JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
             JOIN run r ON r.run_id = d.run_id
            WHERE d.disbursement_id = ANY($1::uuid[]) AND d.bank IS NOT NULL AND r.status = ANY($2::text[])
            ORDER BY d.holder_id, d.benefit_month, d.attempt_no
              FOR UPDATE OF o, d""",
        list(instruction_ids),
        _INSTRUCTED,
    )
    return {
        disbursement_id.hex: Locked(Attempt(_BANKS[bank], satang, _STATES[state], asked, reference), run_id, tier, month)
        for disbursement_id, bank, satang, state, asked, reference, run_id, tier, month in rows
    }


async def known(tx: Tx, result_ids: Iterable[UUID]) -> dict[UUID, Disposition]:
    """Those of the answers that were taken in before, and what became of them."""
    rows = await tx.fetch("SELECT result_id, disposition FROM bank_result WHERE result_id = ANY($1::uuid[])", list(result_ids))
    return {row["result_id"]: Disposition(row["disposition"]) for row in rows}


async def became(tx: Tx, answers: Sequence[Answer]) -> dict[UUID, Disposition]:
    """What became of each of the answers, which were taken in; of one that was heard again, what became of it then."""
    again = {one.result_id: one.heard_again().result_id for one in answers}
    found = await known(tx, [*again, *again.values()])
    return {first: found[second] if second in found else found[first] for first, second in again.items()}


async def append(tx: Tx, batch_id: UUID, judged: Sequence[Judged], at: datetime) -> None:
    """Append the answers with what became of them."""
    held, loose = ([_row(batch_id, one, at) for one in judged if (one.attempt is not None) is instructed] for instructed in (True, False))
    await append_heard(tx, "bank_result", _COLUMNS, held, loose)


async def append_heard(tx: Tx, table: str, columns: Sequence[str], held: Sequence[Any], loose: Sequence[Any]) -> None:
    """Append rows of what banks told: `held` of instructions whose attempts are locked, `loose` of unknown ones."""
    # Whoever holds the lock of the attempt is alone with what is told of it; what is told of an unknown instruction may come twice at once.
    await tx.copy_in(table, columns, held)
    places = ", ".join(f"${number}" for number, _ in enumerate(columns, start=1))
    await tx.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING", loose)


def _row(batch_id: UUID, judged: Judged, at: datetime) -> tuple[Any, ...]:
    answer, attempt, verdict = judged
    return (
        answer.result_id,
        batch_id,
        answer.via,
        answer.bank,
        answer.instruction_id,
        None if attempt is None else answer.instruction_id,
        answer.status,
        answer.amount_satang,
        answer.value_date,
        answer.bank_reference,
        answer.reason_code,
        verdict.disposition,
        "+".join(verdict.outcomes),
        at,
    )


async def apply(tx: Tx, batch_id: UUID) -> list[tuple[UUID, Month]]:
    """Let the locked attempts and their obligations say what the answers of the batch say.

    Returns the months of which recoveries may have changed: not payable, or come back.
    """
    # Of one obligation at most one attempt moves, the last; an earlier one can only bring a dispute.
    rows = await tx.fetch(
        f"""WITH last AS (
                SELECT DISTINCT ON (b.disbursement_id) b.disbursement_id, split_part(b.outcomes, '+', -1) AS state, b.value_date, b.bank_reference,
                       CASE WHEN b.outcomes <> '{Outcome.SETTLED}' THEN {REASON} END AS reason
                  FROM bank_result b WHERE b.batch_id = $1 AND b.disposition = '{Disposition.APPLIED}'
                 ORDER BY b.disbursement_id, b.seq DESC
            ), moved AS (
                UPDATE disbursement d SET state = last.state, reason = last.reason, value_date = last.value_date, bank_reference = last.bank_reference
                  FROM last WHERE d.disbursement_id = last.disbursement_id
                RETURNING d.holder_id, d.programme, d.benefit_month, d.state
            ), followed AS (
                UPDATE obligation o SET state = moved.state
                  FROM moved WHERE o.holder_id = moved.holder_id AND o.programme = moved.programme AND o.benefit_month = moved.benefit_month
                RETURNING o.holder_id, o.benefit_month, o.payable, o.state
            )
            SELECT holder_id, benefit_month FROM followed WHERE NOT payable OR state = '{Outcome.RETURNED}'""",
        batch_id,
    )
    return [(row["holder_id"], Month(row["benefit_month"])) for row in rows]


async def dispute(tx: Tx, batch_id: UUID) -> None:
    """Bar the obligations that contradicting answers of the batch are about from new attempts."""
    await tx.execute(
        f"""UPDATE obligation o SET disputed = true
              FROM bank_result b JOIN disbursement d USING (disbursement_id)
             WHERE b.batch_id = $1 AND b.disposition = '{Disposition.CONTRADICTS}'
               AND o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month""",
        batch_id,
    )
