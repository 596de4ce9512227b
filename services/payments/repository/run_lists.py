"""The list of a run: drawn up of what is due, hashed, looked at again and bound by the release."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final
from uuid import UUID

from services.payments.domain import (
    CAME_BACK,
    CHUNK_LINES_MAX,
    PROGRAMME,
    TO_BE_PAID,
    AttemptState,
    HoldReason,
    ObligationState,
    Outcome,
    RunKind,
)
from services.payments.repository import runs
from services.payments.repository.holds import ON_HOLD
from services.payments.repository.ledger import Posting
from services.payments.repository.runs import Run
from shared.db import ReadTx, Tx

_JOIN_MEMORY: Final = "64MB"
_OF_ALLOWANCE: Final = "(o.programme = $2 OR o.programme LIKE $2 || '#%')"
_OF_OTHERS: Final = f"o.programme = $2 AND o.programme <> '{PROGRAMME}'"
"""Said once more for the planner: there is an index of these alone."""

# An attempt is the same instruction whoever draws it up: a database restored to before a release gives the banks the ids
# that they know, and they pay nothing again. An id begins with its month: those of a month lie together in every index.
_ATTEMPT_ID: Final = """(to_char(o.benefit_month, 'YYMM') || substr(encode(sha256(convert_to(
                concat_ws('|', o.holder_id, o.programme, o.benefit_month, o.attempts + 1), 'UTF8')), 'hex'), 1, 28))::uuid"""


async def join_whole_tables(tx: Tx, run: Run) -> None:
    """Let what follows in the transaction join everybody's rows by hash.

    Of rows that were just written the planner has no statistics, or those of other months: it takes a country for one line, and looks each person up.
    """
    if run.of_the_country:
        await tx.fetchval(_PLANS, "off", "on", _JOIN_MEMORY)


async def look_lines_up(tx: Tx, run: Run) -> None:
    """Let what follows look its lines up in whatever months lie behind: a few of many months, of which no whole table is to be read."""
    if run.of_the_country:
        await tx.fetchval(_PLANS, "on", "off", _JOIN_MEMORY)


_PLANS: Final = "SELECT set_config('enable_nestloop', $1, true), set_config('enable_seqscan', $2, true), set_config('work_mem', $3, true)"


async def _spans(tx: Tx, run: Run) -> AsyncIterator[tuple[date, date]]:
    """The benefit months of a run's lines, behind the one and through the other: first those that no run was of before, then what is left of earlier ones."""
    last = (await runs.last_released_month(tx, run.programme) or date.min) if run.of_the_country else date.min
    await join_whole_tables(tx, run)
    yield last, date.max
    if last > date.min:
        await look_lines_up(tx, run)
        yield date.min, last


def _due(run: Run) -> str:
    """SQL of the obligations that the run, of programme $2 and month $3, takes; a run of allowances takes the back-pay of its months too.

    Of the allowances those that wait are found by their index, and what is due for the first time in the months behind the last that was released ($4).
    """
    states = ", ".join(f"'{state}'" for state in (TO_BE_PAID if run.kind is RunKind.REGULAR else CAME_BACK))
    if run.programme != PROGRAMME:
        return f"SELECT o.* FROM obligation o WHERE {_OF_OTHERS} AND o.benefit_month <= $3 AND o.payable AND o.state IN ({states})"
    waits = f"SELECT o.* FROM obligation o WHERE {_OF_ALLOWANCE} AND o.benefit_month <= $3 AND o.waits AND o.state IN ({states})"
    first = f"""SELECT o.* FROM obligation o
                 WHERE {_OF_ALLOWANCE} AND o.benefit_month <= $3 AND o.benefit_month > coalesce($4::date, '-infinity')
                   AND o.payable AND o.state = '{ObligationState.DUE}' AND NOT o.late"""
    return f"{waits} UNION ALL {first}" if run.of_the_country else waits


async def draw_up_lines(tx: Tx, run: Run) -> None:
    """Make a line, the next attempt, of every obligation up to the month that the run takes: payable, not paid and not out at a bank.

    What was due is counted from the obligations, on the same snapshot: a line that is lost on the way is missed.
    """
    due = _due(run)
    months = [await runs.last_released_month(tx, run.programme)] if run.of_the_country else []
    await tx.execute(
        f"""WITH drawn AS (
                INSERT INTO disbursement (disbursement_id, run_id, holder_id, programme, benefit_month, attempt_no, amount_satang, tier, district,
                                          bank, payee_version, state, reason, chunk_no)
                SELECT {_ATTEMPT_ID}, $1, o.holder_id, o.programme, o.benefit_month, o.attempts + 1, o.amount_satang, o.tier, h.responsible_district,
                       p.bank, p.version,
                       CASE WHEN p.bank IS NULL OR o.disputed OR hold.cause IS NOT NULL THEN 'HELD' ELSE 'OPEN' END,
                       CASE WHEN p.bank IS NULL THEN '{HoldReason.NO_PAYEE}' WHEN o.disputed THEN '{HoldReason.DISPUTED}' ELSE hold.cause END,
                       (row_number() OVER (PARTITION BY p.bank ORDER BY o.holder_id, o.benefit_month, o.programme) - 1) / {CHUNK_LINES_MAX}
                  FROM ({due}) AS o JOIN holder h USING (holder_id) LEFT JOIN payee p USING (holder_id) LEFT JOIN {ON_HOLD} AS hold USING (holder_id))
            INSERT INTO run_eligible (run_id, lines, persons, amount_satang)
            SELECT $1, coalesce(sum(lines), 0), count(*), coalesce(sum(satang), 0)
              FROM (SELECT count(*) AS lines, sum(o.amount_satang) AS satang FROM ({due}) AS o GROUP BY o.holder_id) AS person""",
        run.run_id,
        run.programme,
        run.month,
        *months,
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


async def hold_what_changed(tx: Tx, run: Run) -> None:
    """Hold the lines that may not be paid any more or for now, or whose bank is not the approved one; refresh district and payee of the rest."""
    async for behind, through in _spans(tx, run):
        await tx.execute(
            f"""WITH line AS (
                   SELECT d.disbursement_id, p.version AS payee_version, h.responsible_district AS district,
                          d.payee_version AS listed_version, d.district AS listed_district,
                          CASE WHEN NOT o.payable THEN coalesce({_STOPPED_FOR}, CASE WHEN h.deceased_on IS NOT NULL THEN 'DECEASED' END, 'NOT_PAYABLE')
                               WHEN o.state = 'SETTLED' THEN '{HoldReason.PAID}'
                               WHEN o.disputed THEN '{HoldReason.DISPUTED}'
                               WHEN hold.cause IS NOT NULL THEN hold.cause
                               WHEN p.bank IS DISTINCT FROM d.bank THEN '{HoldReason.BANK_CHANGED}' END AS reason
                     FROM disbursement d
                     JOIN obligation o ON {_OF_LINE}
                     JOIN holder h ON h.holder_id = d.holder_id
                     LEFT JOIN payee p ON p.holder_id = d.holder_id
                     LEFT JOIN {ON_HOLD} AS hold ON hold.holder_id = d.holder_id
                    WHERE d.run_id = $1 AND d.state = 'OPEN'
                ), now AS MATERIALIZED (
                   SELECT * FROM line WHERE reason IS NOT NULL OR payee_version <> listed_version OR district <> listed_district
                )
                UPDATE disbursement d
                   SET state = CASE WHEN now.reason IS NULL THEN 'OPEN' ELSE 'HELD' END, reason = now.reason,
                       payee_version = CASE WHEN now.reason IS NULL THEN now.payee_version ELSE d.payee_version END,
                       district = CASE WHEN now.reason IS NULL THEN now.district ELSE d.district END
                  FROM now WHERE d.disbursement_id = now.disbursement_id AND d.run_id = $1""",
            run.run_id,
            behind,
            through,
        )


_OF_LINE: Final = """o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
                 AND o.benefit_month > $2 AND o.benefit_month <= $3 AND d.benefit_month > $2 AND d.benefit_month <= $3"""
"""Whether the obligation `o` is that of the line `d`, in the span of months that is looked at: of other months no partition is read."""
_STOPPED_FOR: Final = f"(SELECT e.stop_reason FROM entitlement e WHERE e.holder_id = d.holder_id AND d.programme = '{PROGRAMME}')"


async def bind_obligations(tx: Tx, run: Run) -> None:
    """Let the obligations of a released run say what became of them; one that turned out to be paid stays so."""
    async for behind, through in _spans(tx, run):
        await tx.execute(
            f"""UPDATE obligation o SET state = CASE WHEN o.state = 'SETTLED' THEN o.state WHEN d.state = 'HELD' THEN 'HELD' ELSE 'INSTRUCTED' END,
                       attempts = d.attempt_no
                  FROM disbursement d WHERE d.run_id = $1 AND {_OF_LINE}""",
            run.run_id,
            behind,
            through,
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


async def drop_lines(tx: Tx, run: Run) -> None:
    """Cancel the lines of a run that was not released; their attempt numbers are not used again."""
    async for behind, through in _spans(tx, run):
        await tx.execute(
            f"UPDATE obligation o SET attempts = d.attempt_no FROM disbursement d WHERE d.run_id = $1 AND {_OF_LINE}",
            run.run_id,
            behind,
            through,
        )
    await tx.execute("UPDATE disbursement SET state = 'CANCELLED', reason = 'RUN_CANCELLED' WHERE run_id = $1", run.run_id)
