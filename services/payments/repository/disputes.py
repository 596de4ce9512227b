"""Attempts of which a bank told two things, and what people found out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import AttemptState
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.disputes import Finding
from shared.contracts.payments import ResultStatus
from shared.db import Tx

CONTRADICTION: Final = f"""b.disposition = '{Disposition.CONTRADICTS}'
    AND b.seq > coalesce((SELECT max(r.through_seq) FROM resolution r WHERE r.disbursement_id = b.disbursement_id AND r.status = 'APPROVED'), 0)"""
"""Whether an answer `b` contradicts another and nobody has found out yet which of them is right."""

RESOLUTION: Final = """resolution_id, disbursement_id, finding, paid_on, reference, reason, status, state_before, through_seq,
                       proposed_by, proposed_at, decided_by, decided_at"""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A locked attempt; `last_seq` is that of the last answer that contradicts and is not resolved, None where there is none."""

    disbursement_id: UUID
    run_id: UUID
    holder_id: UUID
    programme: str
    benefit_month: date
    attempt_no: int
    bank: str
    tier: str
    district: str
    amount_satang: int
    state: AttemptState
    released_at: datetime
    last_seq: int | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What one person found out and another approved or refused."""

    resolution_id: UUID
    disbursement_id: UUID
    finding: Finding
    paid_on: date | None
    reference: str
    reason: str
    status: str
    state_before: AttemptState
    through_seq: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


def resolution_of(row: Any) -> Resolution:
    """A resolution of a row with the columns RESOLUTION."""
    return Resolution(**{**dict(row), "finding": Finding(row["finding"]), "state_before": AttemptState(row["state_before"])})


async def lock_attempt(tx: Tx, disbursement_id: UUID) -> Disputed | None:
    """Lock a released attempt and its obligation, as answers of banks do."""
    row = await tx.fetchrow(
        f"""SELECT d.disbursement_id, d.run_id, d.holder_id, d.programme, d.benefit_month, d.attempt_no, d.bank, d.tier, d.district, d.amount_satang,
                   d.state, r.released_at,
                   (SELECT max(b.seq) FROM bank_result b WHERE b.disbursement_id = d.disbursement_id AND {CONTRADICTION}) AS last_seq
              FROM disbursement d
              JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
              JOIN run r ON r.run_id = d.run_id
             WHERE d.disbursement_id = $1 AND d.bank IS NOT NULL AND r.released_at IS NOT NULL
               FOR UPDATE OF o, d""",
        disbursement_id,
    )
    return None if row is None else Disputed(**{**dict(row), "state": AttemptState(row["state"])})


async def insert(tx: Tx, resolution: Resolution) -> bool:
    """Propose; False while another proposal for the attempt waits."""
    made = await tx.execute(
        f"""INSERT INTO resolution ({RESOLUTION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT DO NOTHING""",
        resolution.resolution_id,
        resolution.disbursement_id,
        resolution.finding,
        resolution.paid_on,
        resolution.reference,
        resolution.reason,
        resolution.status,
        resolution.state_before,
        resolution.through_seq,
        resolution.proposed_by,
        resolution.proposed_at,
        resolution.decided_by,
        resolution.decided_at,
    )
    if made:
        await _tell(tx, resolution.resolution_id, resolution.status, resolution.proposed_by, resolution.proposed_at, resolution.reason)
    return bool(made)


async def waiting(tx: Tx, disbursement_id: UUID) -> Resolution | None:
    """The proposal for the attempt that waits for the second person."""
    row = await tx.fetchrow(f"SELECT {RESOLUTION} FROM resolution WHERE disbursement_id = $1 AND status = 'PROPOSED'", disbursement_id)
    return None if row is None else resolution_of(row)


async def show(tx: Tx, resolution_id: UUID) -> Resolution | None:
    """The resolution as it stands; whoever has locked its attempt is alone with it."""
    row = await tx.fetchrow(f"SELECT {RESOLUTION} FROM resolution WHERE resolution_id = $1", resolution_id)
    return None if row is None else resolution_of(row)


async def decide(tx: Tx, resolution_id: UUID, status: str, who: str, at: datetime, why: str) -> None:
    """The second person's word."""
    await tx.execute(
        "UPDATE resolution SET status = $2, decided_by = $3, decided_at = $4 WHERE resolution_id = $1", resolution_id, status, who, at
    )
    await _tell(tx, resolution_id, status, who, at, why)


async def _tell(tx: Tx, resolution_id: UUID, status: str, who: str, at: datetime, why: str) -> None:
    await tx.execute(
        "INSERT INTO resolution_history (resolution_id, status, who, at, why) VALUES ($1, $2, $3, $4, $5)",
        resolution_id,
        status,
        who,
        at,
        why,
    )


async def other_in_the_way(tx: Tx, attempt: Disputed) -> tuple[UUID, AttemptState] | None:
    """Another attempt of the obligation that is paid or out at a bank."""
    row = await tx.fetchrow(
        """SELECT disbursement_id, state FROM disbursement
            WHERE holder_id = $1 AND programme = $2 AND benefit_month = $3 AND disbursement_id <> $4 AND state IN ('SETTLED', 'OPEN')
            ORDER BY attempt_no LIMIT 1""",
        attempt.holder_id,
        attempt.programme,
        attempt.benefit_month,
        attempt.disbursement_id,
    )
    return None if row is None else (row["disbursement_id"], AttemptState(row["state"]))


async def settle(tx: Tx, attempt: Disputed, after: AttemptState, reason: str | None, paid_on: date | None) -> None:
    """Let the locked attempt and its obligation say what was found out; a reference that the bank gave with a payment is kept."""
    if after is not attempt.state:
        await tx.execute(
            f"""UPDATE disbursement d SET state = $2, reason = $3, value_date = coalesce($4, d.value_date),
                       bank_reference = coalesce((SELECT b.bank_reference FROM bank_result b
                                                   WHERE b.disbursement_id = d.disbursement_id AND b.status = '{ResultStatus.SETTLED}'
                                                   ORDER BY b.seq DESC LIMIT 1), d.bank_reference)
                 WHERE d.disbursement_id = $1""",
            attempt.disbursement_id,
            after,
            reason,
            paid_on,
        )
    # A later attempt keeps its word, unless this one turns out to have paid.
    await tx.execute(
        f"""UPDATE obligation o
               SET state = CASE WHEN $4 = '{AttemptState.SETTLED}' OR o.attempts = $5 THEN $4 ELSE o.state END,
                   disputed = EXISTS (SELECT FROM bank_result b JOIN disbursement d USING (disbursement_id)
                                       WHERE d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month
                                         AND {CONTRADICTION})
             WHERE o.holder_id = $1 AND o.programme = $2 AND o.benefit_month = $3""",
        attempt.holder_id,
        attempt.programme,
        attempt.benefit_month,
        after,
        attempt.attempt_no,
    )
