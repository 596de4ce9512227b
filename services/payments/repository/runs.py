"""Monthly runs, and what became of their lines (their lists: services.payments.repository.run_lists)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import (
    PROGRAMME,
    Month,
    RunKind,
    RunStatus,
)
from shared.db import ReadTx, Tx

_EXAMPLES_MAX: Final = 20

RUN: Final = """run_id, month, status, version, benefit, lines, amount_satang, list_hash, totals, proposed_by, proposed_at, approved_by, approved_at,
                release_asked_by, released_at, status_requests, closed_at, kind, cut_off_at, compared_with, persons_before, persons_now,
                approvals_needed, second_approved_by, second_approved_at, programme"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored; `totals` are counts and satang by bank, tier and whether held, as proposed.

    `cut_off_at`: what was known then is in the list. It was compared with the last released month before it, if there is one.
    """

    run_id: UUID
    month: date
    status: RunStatus
    version: int
    benefit: str
    lines: int
    amount_satang: int
    list_hash: str | None
    totals: list[dict[str, Any]]
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    release_asked_by: str | None
    released_at: datetime | None
    status_requests: int
    closed_at: datetime | None
    kind: RunKind
    cut_off_at: datetime | None
    compared_with: date | None
    persons_before: int | None
    persons_now: int | None
    approvals_needed: int
    second_approved_by: str | None
    second_approved_at: datetime | None
    programme: str

    @property
    def of_the_country(self) -> bool:
        """Whether its list is everybody's, and not a few lines of it."""
        return self.kind is RunKind.REGULAR and self.programme == PROGRAMME


@dataclass(frozen=True, slots=True)
class Proposed:
    """A run that begins."""

    run_id: UUID
    month: Month
    kind: RunKind
    programme: str
    benefit: str


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a run's state: by whom, when, why."""

    to: RunStatus
    who: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """Lines and satang of a run by what became of them; `open` were instructed and not answered."""

    lines: int
    settled: int
    failed: int
    held: int
    returned: int
    open: int
    satang: int
    settled_satang: int
    failed_satang: int
    held_satang: int
    returned_satang: int
    open_satang: int
    in_transit_satang: int


def run_of(row: Any) -> Run:
    """A run of a row with the columns RUN."""
    return Run(**{**dict(row), "status": RunStatus(row["status"]), "kind": RunKind(row["kind"])})


async def insert(tx: Tx, new: Proposed, who: str, at: datetime) -> bool:
    """Begin a run; False while another one of the programme is open."""
    made = await tx.execute(
        """INSERT INTO run (run_id, month, kind, programme, status, benefit, proposed_by, proposed_at)
           VALUES ($1, $2, $3, $4, 'PREPARING', $5, $6, $7)
           ON CONFLICT DO NOTHING""",
        new.run_id,
        new.month,
        new.kind,
        new.programme,
        new.benefit,
        who,
        at,
    )
    if made:
        await _tell(tx, new.run_id, None, Step(RunStatus.PREPARING, who, at))
    return bool(made)


async def lock(tx: Tx, run_id: UUID) -> Run | None:
    """Lock the run."""
    row = await tx.fetchrow(f"SELECT {RUN} FROM run WHERE run_id = $1 FOR UPDATE", run_id)
    return None if row is None else run_of(row)


async def show(tx: ReadTx, run_id: UUID) -> Run | None:
    """The run as it is."""
    row = await tx.fetchrow(f"SELECT {RUN} FROM run WHERE run_id = $1", run_id)
    return None if row is None else run_of(row)


async def programme_of(tx: ReadTx, run_id: UUID) -> str:
    """The programme that the run pays."""
    programme: str = await tx.fetchval("SELECT programme FROM run WHERE run_id = $1", run_id)
    return programme


async def last_released_month(tx: ReadTx, programme: str = PROGRAMME) -> Month | None:
    """The latest month of which a run of the programme was released."""
    last = await tx.fetchval("SELECT max(month) FROM run WHERE released_at IS NOT NULL AND programme = $1", programme)
    return Month(last) if last else None


async def last_proposed_month(tx: ReadTx) -> Month | None:
    """The latest month of which obligations were made, or are about to be."""
    last = await tx.fetchval(
        """SELECT greatest((SELECT through_month FROM obligations_made),
                           (SELECT max(month) FROM run WHERE status = 'PREPARING' AND programme = $1))""",
        PROGRAMME,
    )
    return Month(last) if last else None


async def move(tx: Tx, run: Run, step: Step, **values: Any) -> bool:
    """Guarded change of state: from the state and version of `run`; False when it has changed since. `values` are columns to set."""
    columns = "".join(f", {name} = ${number}" for number, name in enumerate(values, start=5))
    moved = await tx.execute(
        f"UPDATE run SET status = $4, version = version + 1{columns} WHERE run_id = $1 AND status = $2 AND version = $3",
        run.run_id,
        run.status,
        run.version,
        step.to,
        *values.values(),
    )
    if moved:
        await _tell(tx, run.run_id, run.status, step)
    return bool(moved)


async def begin_reconciling(tx: Tx, run_ids: Iterable[UUID], at: datetime) -> None:
    """The first answer of a bank has come."""
    rows = await tx.fetch(
        """UPDATE run SET status = 'RECONCILING', version = version + 1 WHERE run_id = ANY($1::uuid[]) AND status IN ('RELEASED', 'INSTRUCTED')
        RETURNING run_id, old.status AS before""",
        sorted(run_ids),
    )
    for row in rows:
        await _tell(tx, row["run_id"], RunStatus(row["before"]), Step(RunStatus.RECONCILING, "banks", at, "first answer"))


async def instructed(tx: Tx, run_id: UUID, at: datetime) -> bool:
    """Mark a released run as instructed if none of its messages wait; False while some do."""
    waiting = await tx.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE expander IS NOT NULL AND chunk ->> 'run_id' = $1)", str(run_id))
    if waiting:
        return False
    moved = await tx.execute(
        "UPDATE run SET status = 'INSTRUCTED', version = version + 1 WHERE run_id = $1 AND status = 'RELEASED'", run_id
    )
    if moved:
        await _tell(tx, run_id, RunStatus.RELEASED, Step(RunStatus.INSTRUCTED, "relay", at, "every instruction is on its bank's topic"))
    return True


async def _tell(tx: Tx, run_id: UUID, before: RunStatus | None, step: Step) -> None:
    await tx.execute(
        "INSERT INTO run_history (run_id, from_status, to_status, who, at, why) VALUES ($1, $2, $3, $4, $5, $6)",
        run_id,
        before,
        step.to,
        step.who,
        step.at,
        step.why,
    )


async def ask_about_open(tx: Tx, run_id: UUID, request_no: int, who: str, at: datetime) -> list[tuple[str, int, int]]:
    """Mark every unanswered line as asked about; returns bank, chunk and number of lines of each chunk with such."""
    rows = await tx.fetch(
        """WITH asked AS (
               UPDATE disbursement SET asked_no = $2 WHERE run_id = $1 AND state = 'OPEN' RETURNING holder_id, programme, benefit_month, bank, chunk_no
           ), unknown AS (
               UPDATE obligation o SET state = 'UNKNOWN' FROM asked a
                WHERE o.holder_id = a.holder_id AND o.programme = a.programme AND o.benefit_month = a.benefit_month
           )
           SELECT bank, chunk_no, count(*) AS lines FROM asked GROUP BY 1, 2 ORDER BY 1, 2""",
        run_id,
        request_no,
    )
    await tx.execute(
        "INSERT INTO status_request (run_id, request_no, asked_by, asked_at, instructions) VALUES ($1, $2, $3, $4, $5)",
        run_id,
        request_no,
        who,
        at,
        sum(row["lines"] for row in rows),
    )
    return [(row["bank"], row["chunk_no"], row["lines"]) for row in rows]


async def balance(tx: ReadTx, run_id: UUID) -> Balance:
    """Add up the lines of a run, and what its ledger says is still out at banks."""
    row = await tx.fetchrow(
        f"""SELECT count(*) AS lines, coalesce(sum(amount_satang), 0)::bigint AS satang, {_sums()},
                   (SELECT coalesce(sum(CASE WHEN credit = 'IN_TRANSIT' THEN amount_satang WHEN debit = 'IN_TRANSIT' THEN -amount_satang END), 0)::bigint
                      FROM ledger_entry WHERE run_id = $1) AS in_transit_satang
              FROM disbursement WHERE run_id = $1""",
        run_id,
    )
    if row is None:
        raise LookupError(run_id)
    return Balance(**dict(row))


def _sums() -> str:
    states = ("SETTLED", "FAILED", "HELD", "RETURNED", "OPEN")
    counts = [f"count(*) FILTER (WHERE state = '{state}') AS {state.lower()}" for state in states]
    amounts = [f"coalesce(sum(amount_satang) FILTER (WHERE state = '{state}'), 0)::bigint AS {state.lower()}_satang" for state in states]
    return ", ".join(counts + amounts)


async def unanswered(tx: ReadTx, run_id: UUID) -> Sequence[UUID]:
    """The first few lines without an answer."""
    rows = await tx.fetch(
        f"SELECT disbursement_id FROM disbursement WHERE run_id = $1 AND state = 'OPEN' ORDER BY disbursement_id LIMIT {_EXAMPLES_MAX}",
        run_id,
    )
    return [row["disbursement_id"] for row in rows]
