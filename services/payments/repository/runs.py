"""Monthly runs and their lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import (
    CAME_BACK,
    CHUNK_LINES_MAX,
    PROGRAMME,
    TO_BE_PAID,
    AttemptState,
    HoldReason,
    Month,
    Outcome,
    RunKind,
    RunStatus,
)
from services.payments.repository.holds import ON_HOLD
from services.payments.repository.ledger import Posting
from shared.db import ReadTx, Tx

_EXAMPLES_MAX: Final = 20
_OF_ALLOWANCE: Final = "(o.programme = $2 OR o.programme LIKE $2 || '#%')"
_OF_OTHERS: Final = f"o.programme = $2 AND o.programme <> '{PROGRAMME}'"
"""Said once more for the planner: there is an index of these alone."""

RUN: Final = """run_id, month, status, version, benefit, lines, amount_satang, list_hash, totals, proposed_by, proposed_at, approved_by, approved_at,
                release_asked_by, released_at, status_requests, closed_at, kind, cut_off_at, compared_with, persons_before, persons_now,
                approvals_needed, second_approved_by, second_approved_at, programme"""


# An attempt is the same instruction whoever draws it up: a database restored to before a release gives the banks the ids
# that they know, and they pay nothing again.
_ATTEMPT_ID: Final = """substr(encode(sha256(convert_to(
                concat_ws('|', o.holder_id, o.programme, o.benefit_month, o.attempts + 1), 'UTF8')), 'hex'), 1, 32)::uuid"""


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


def _due(run: Run) -> str:
    """Whether the run, of programme $2 and month $3, takes the obligation `o`; a run of allowances takes the back-pay of its months too."""
    states = ", ".join(f"'{state}'" for state in (TO_BE_PAID if run.kind is RunKind.REGULAR else CAME_BACK))
    whose = _OF_ALLOWANCE if run.programme == PROGRAMME else _OF_OTHERS
    return f"{whose} AND o.benefit_month <= $3 AND o.payable AND o.state IN ({states})"


async def draw_up_lines(tx: Tx, run: Run) -> None:
    """Make a line, the next attempt, of every obligation up to the month that the run takes: payable, not paid and not out at a bank.

    What was due is counted from the obligations, on the same snapshot: a line that is lost on the way is missed.
    """
    due = _due(run)
    await tx.execute(
        f"""WITH drawn AS (
                INSERT INTO disbursement (disbursement_id, run_id, holder_id, programme, benefit_month, attempt_no, amount_satang, tier, district,
                                          bank, payee_version, state, reason, chunk_no)
                SELECT {_ATTEMPT_ID}, $1, o.holder_id, o.programme, o.benefit_month, o.attempts + 1, o.amount_satang, o.tier, h.responsible_district,
                       p.bank, p.version,
                       CASE WHEN p.bank IS NULL OR o.disputed OR hold.cause IS NOT NULL THEN 'HELD' ELSE 'OPEN' END,
                       CASE WHEN p.bank IS NULL THEN '{HoldReason.NO_PAYEE}' WHEN o.disputed THEN '{HoldReason.DISPUTED}' ELSE hold.cause END,
                       (row_number() OVER (PARTITION BY p.bank ORDER BY o.holder_id, o.benefit_month, o.programme) - 1) / {CHUNK_LINES_MAX}
                  FROM obligation o JOIN holder h USING (holder_id) LEFT JOIN payee p USING (holder_id) LEFT JOIN {ON_HOLD} AS hold USING (holder_id)
                 WHERE {due})
            INSERT INTO run_eligible (run_id, lines, persons, amount_satang)
            SELECT $1, coalesce(sum(lines), 0), count(*), coalesce(sum(satang), 0)
              FROM (SELECT count(*) AS lines, sum(o.amount_satang) AS satang FROM obligation o WHERE {due} GROUP BY o.holder_id) AS person""",
        run.run_id,
        run.programme,
        run.month,
    )


async def list_hash(tx: ReadTx, run_id: UUID) -> str:
    """SHA-256 (hex) over the hashes of the run's chunks, each over its lines in order: who, month, attempt, satang, bank, tier, held, which back-pay."""
    digest: str = await tx.fetchval(
        f"""SELECT encode(sha256(convert_to(coalesce(string_agg(digest, E'\\n' ORDER BY bank, chunk_no), ''), 'UTF8')), 'hex')
             FROM (SELECT coalesce(bank, '-') AS bank, chunk_no,
                          encode(sha256(convert_to(string_agg(
                              concat_ws('|', holder_id, benefit_month, attempt_no, amount_satang, coalesce(bank, '-'), tier, state,
                                        nullif(programme, '{PROGRAMME}')),
                              E'\\n' ORDER BY holder_id, benefit_month, programme), 'UTF8')), 'hex') AS digest
                     FROM disbursement WHERE run_id = $1 GROUP BY 1, 2) AS chunk""",
        run_id,
    )
    return digest


async def hold_what_changed(tx: Tx, run_id: UUID) -> None:
    """Hold the lines that may not be paid any more or for now, or whose bank is not the approved one; refresh district and payee of the rest."""
    await tx.execute(
        f"""UPDATE disbursement d
               SET state = CASE WHEN now.reason IS NULL THEN 'OPEN' ELSE 'HELD' END, reason = now.reason,
                   payee_version = CASE WHEN now.reason IS NULL THEN now.payee_version ELSE d.payee_version END,
                   district = CASE WHEN now.reason IS NULL THEN now.district ELSE d.district END
              FROM (SELECT d.disbursement_id, p.version AS payee_version, h.responsible_district AS district,
                           d.payee_version AS listed_version, d.district AS listed_district,
                           CASE WHEN NOT o.payable THEN coalesce(e.stop_reason, CASE WHEN h.deceased_on IS NOT NULL THEN 'DECEASED' END, 'NOT_PAYABLE')
                                WHEN o.state = 'SETTLED' THEN '{HoldReason.PAID}'
                                WHEN o.disputed THEN '{HoldReason.DISPUTED}'
                                WHEN hold.cause IS NOT NULL THEN hold.cause
                                WHEN p.bank IS DISTINCT FROM d.bank THEN '{HoldReason.BANK_CHANGED}' END AS reason
                      FROM disbursement d
                      JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
                      LEFT JOIN entitlement e ON e.holder_id = d.holder_id AND d.programme = '{PROGRAMME}'
                      JOIN holder h ON h.holder_id = d.holder_id
                      LEFT JOIN payee p ON p.holder_id = d.holder_id
                      LEFT JOIN {ON_HOLD} AS hold ON hold.holder_id = d.holder_id
                     WHERE d.run_id = $1 AND d.state = 'OPEN') AS now
             WHERE d.disbursement_id = now.disbursement_id
               AND (now.reason IS NOT NULL OR now.payee_version <> now.listed_version OR now.district <> now.listed_district)""",
        run_id,
    )


async def bind_obligations(tx: Tx, run_id: UUID) -> None:
    """Let the obligations of a released run say what became of them; one that turned out to be paid stays so."""
    await tx.execute(
        """UPDATE obligation o SET state = CASE WHEN o.state = 'SETTLED' THEN o.state WHEN d.state = 'HELD' THEN 'HELD' ELSE 'INSTRUCTED' END,
                  attempts = d.attempt_no
             FROM disbursement d
            WHERE d.run_id = $1 AND o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month""",
        run_id,
    )


async def instructed_sums(tx: ReadTx, run_id: UUID) -> list[Posting]:
    """What a released run instructs, by bank, tier and benefit month."""
    rows = await tx.fetch(
        """SELECT bank, tier, benefit_month, count(*) AS payments, sum(amount_satang)::bigint AS amount_satang
             FROM disbursement WHERE run_id = $1 AND state = 'OPEN' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        run_id,
    )
    return [Posting(run_id, Outcome.INSTRUCTED, **dict(row)) for row in rows]


async def instructed_persons(tx: ReadTx, run_id: UUID) -> int:
    """How many persons a released run pays."""
    persons: int = await tx.fetchval("SELECT count(DISTINCT holder_id) FROM disbursement WHERE run_id = $1 AND state = 'OPEN'", run_id)
    return persons


async def chunks(tx: ReadTx, run_id: UUID, state: AttemptState) -> list[tuple[str, int]]:
    """Bank and number of each chunk that has a line in this state."""
    rows = await tx.fetch(
        "SELECT DISTINCT bank, chunk_no FROM disbursement WHERE run_id = $1 AND state = $2 ORDER BY chunk_no, bank", run_id, state
    )
    return [(row["bank"], row["chunk_no"]) for row in rows]


async def drop_lines(tx: Tx, run_id: UUID) -> None:
    """Cancel the lines of a run that was not released; their attempt numbers are not used again."""
    await tx.execute(
        """UPDATE obligation o SET attempts = d.attempt_no FROM disbursement d
            WHERE d.run_id = $1 AND o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month""",
        run_id,
    )
    await tx.execute("UPDATE disbursement SET state = 'CANCELLED', reason = 'RUN_CANCELLED' WHERE run_id = $1", run_id)


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
