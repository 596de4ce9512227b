"""What is counted of a run, and which lines do not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.payments.domain import AttemptState, Outcome
from services.payments.repository.runs import Run
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.conservation import INSTRUCTED, Amount, Counted, Group, Hop, Posted, hops
from shared.db import ReadTx
from shared.ids import bank_ref

NAMED_MAX: Final = 20
"""So many lines are named of a hop that does not balance."""

_MOVES: Final = (Outcome.INSTRUCTED, Outcome.SETTLED, Outcome.FAILED, Outcome.RETURNED)
_LEAST_CERTAIN_FIRST: Final = (
    AttemptState.OPEN,
    *(state for state in (AttemptState.FAILED, AttemptState.RETURNED, AttemptState.SETTLED)),
    *(state for state in INSTRUCTED if state not in {AttemptState.OPEN, AttemptState.FAILED, AttemptState.RETURNED, AttemptState.SETTLED}),
    AttemptState.HELD,
    AttemptState.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that is not as it should be, or a month that was due and has none (`instruction_id` is null), and why."""

    instruction_id: str | None
    holder_id: UUID
    month: date
    why: str


async def hops_of(tx: ReadTx, run: Run, *, persons: bool = True) -> list[Hop]:
    """The hops that the run has made. Without `persons` only lines and satang are counted, in a third of the time."""
    by_state = await _persons(tx, run.run_id) if persons else None
    eligible = await _eligible(tx, run.run_id)
    counted = Counted(
        eligible=eligible,
        listed=Amount(run.lines, run.amount_satang, eligible.persons),
        lines=await _lines(tx, run.run_id),
        persons=by_state,
        posted=await _posted(tx, run.run_id),
    )
    return hops(counted, released=run.released_at is not None)


async def _eligible(tx: ReadTx, run_id: UUID) -> Amount:
    row = await tx.fetchrow("SELECT lines, amount_satang, persons FROM run_eligible WHERE run_id = $1", run_id)
    return Amount(persons=0) if row is None else Amount(*row)


async def groups(tx: ReadTx, run_id: UUID) -> list[dict[str, Any]]:
    """Lines and satang of the run by bank (null for those without a payee), tier, month and state."""
    rows = await tx.fetch(
        """SELECT bank, tier, benefit_month, state, count(*) AS lines, sum(amount_satang)::bigint AS satang
             FROM disbursement WHERE run_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        run_id,
    )
    return [dict(row) for row in rows]


async def entries(tx: ReadTx, run_id: UUID) -> list[dict[str, Any]]:
    """What the ledger has of lines of the run that moved: by bank, tier, month, outcome and accounts; `at_release` are those of the release."""
    rows = await tx.fetch(
        """SELECT bank, tier, benefit_month, outcome, debit, credit, batch_id = run_id AS at_release,
                  sum(payments)::bigint AS payments, sum(amount_satang)::bigint AS satang
             FROM ledger_entry WHERE run_id = $1 AND outcome = ANY($2::text[]) GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 7""",
        run_id,
        list(_MOVES),
    )
    return [dict(row) for row in rows]


async def _lines(tx: ReadTx, run_id: UUID) -> dict[tuple[Group | None, AttemptState], Amount]:
    found: dict[tuple[Group | None, AttemptState], Amount] = {}
    for bank, tier, month, state, lines, satang in (row.values() for row in await groups(tx, run_id)):
        key = (None if bank is None else Group(bank, tier, month), AttemptState(state))
        found[key] = Amount.total([found.get(key, Amount()), Amount(lines, satang)])
    return found


async def _persons(tx: ReadTx, run_id: UUID) -> Mapping[AttemptState, int]:
    order = ", ".join(f"'{state}'" for state in _LEAST_CERTAIN_FIRST)
    rows = await tx.fetch(
        f"""SELECT counts, count(*) AS persons
              FROM (SELECT min(array_position(ARRAY[{order}], state)) AS counts FROM disbursement WHERE run_id = $1 GROUP BY holder_id) AS person
             GROUP BY 1""",
        run_id,
    )
    return {_LEAST_CERTAIN_FIRST[row["counts"] - 1]: row["persons"] for row in rows}


async def _posted(tx: ReadTx, run_id: UUID) -> list[Posted]:
    rows = [tuple(row.values()) for row in await entries(tx, run_id)]
    return [Posted(Group(*row[:3]), Outcome(row[3]), *row[4:]) for row in rows]


async def misfits(tx: ReadTx, run: Run) -> list[Misfit]:
    """The first lines of the run that are not as what is owed and what banks told say, and months that were due and have none.

    Asked only of a run that does not balance: it looks at every line.
    """
    rows: Iterable[Any] = await tx.fetch(
        f"""SELECT disbursement_id, holder_id, benefit_month, why FROM ({_MISFITS}) AS line WHERE why IS NOT NULL
            ORDER BY holder_id, benefit_month LIMIT {NAMED_MAX}""",
        run.run_id,
        run.released_at is not None,
        run.month,
        run.programme,
    )
    return [Misfit(row[0] and bank_ref(row[0]), *row[1:]) for row in rows]


_ANSWER: Final = f"SELECT FROM bank_result b WHERE b.disbursement_id = d.disbursement_id AND b.disposition = '{Disposition.APPLIED}'"
_FOUND_OUT: Final = "SELECT FROM resolution r WHERE r.disbursement_id = d.disbursement_id AND r.status = 'APPROVED'"
_MISFITS: Final = f"""
    SELECT d.disbursement_id, d.holder_id, d.benefit_month,
           CASE WHEN o.holder_id IS NULL THEN 'NOTHING_OWED'
                WHEN o.amount_satang <> d.amount_satang THEN 'OTHER_AMOUNT'
                WHEN d.state IN ('OPEN', 'HELD') AND (EXISTS ({_ANSWER}) OR EXISTS ({_FOUND_OUT})) THEN 'ANSWERED'
                WHEN d.state IN ('SETTLED', 'FAILED', 'RETURNED')
                     AND NOT EXISTS ({_ANSWER} AND b.outcomes LIKE '%' || d.state) AND NOT EXISTS ({_FOUND_OUT}) THEN 'NO_ANSWER'
                WHEN $2 AND o.attempts = d.attempt_no AND (o.state IN ('INSTRUCTED', 'UNKNOWN')) <> (d.state = 'OPEN') THEN 'OTHER_STATE'
           END AS why
      FROM disbursement d LEFT JOIN obligation o USING (holder_id, programme, benefit_month)
     WHERE d.run_id = $1
    UNION ALL
    SELECT NULL, o.holder_id, o.benefit_month, 'NO_LINE'
      FROM obligation o
      LEFT JOIN disbursement d ON d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month
                              AND d.attempt_no = CASE WHEN $2 THEN o.attempts ELSE o.attempts + 1 END
     WHERE split_part(o.programme, '#', 1) = $4 AND o.benefit_month <= $3 AND o.payable AND d.holder_id IS NULL
       AND CASE WHEN $2 THEN o.state <> 'DUE' ELSE o.state IN ('DUE', 'FAILED', 'HELD', 'RETURNED') END"""
