"""What payments can be asked. Reach is a condition of every query about persons; totals of the country are for the country's reach."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.payments.domain import PROGRAMME, Account, DifferenceCause, Month, Refused, Status, adjustment_no
from services.payments.repository import bank_messages, entitlements, policies, previews, runs, statements
from services.payments.repository.adjustments import DIFFERING
from services.payments.repository.disputes import CONTRADICTION, RESOLUTION, Resolution, resolution_of
from services.payments.repository.proofs import LINE
from services.payments.repository.runs import RUN, Balance, Run, run_of
from services.payments.repository.statements import PersonBalance
from services.payments.rules.entitling import stand
from services.payments.rules.facts import Wish
from services.payments.rules.parameters import Parameters, Runs
from shared.auth import Level, Reach, reach_sql
from shared.bus.ready import ReadyBatch
from shared.bus.relay import Expander
from shared.contracts.common import Bank, Tier
from shared.db import ReadTx
from shared.http import Page
from shared.ids import bank_ref

_ENTITLEMENT: Final = """e.entitlement_id, e.holder_id, e.version, e.status, e.tier, e.stated_on, e.monthly_satang, e.first_month, e.last_month,
    e.payable AS months, e.rule, e.stop_reason, e.stop_month, e.stop_rule, e.plan_agreed_on, e.policy_version"""
_HOLDER_REACH: Final = {"home": "h.home_district", "responsible": "h.responsible_district", "officer": "h.officer_id"}


@dataclass(frozen=True, slots=True)
class EntitlementFilter:
    """Which allowances are asked for."""

    status: Status | None = None
    tier: Tier | None = None
    holder_id: UUID | None = None
    without_plan: bool = False


async def list_entitlements(tx: ReadTx, reach: Reach, wanted: EntitlementFilter, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Allowances in reach, by holder."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 7, **_HOLDER_REACH)
    rows = await tx.fetch(
        f"""SELECT {_ENTITLEMENT} FROM entitlement e JOIN holder h USING (holder_id)
             WHERE ($1::text IS NULL OR e.status = $1) AND ($2::text IS NULL OR e.tier = $2) AND ($3::uuid IS NULL OR e.holder_id = $3)
               AND ($4::boolean IS FALSE OR e.plan_agreed_on IS NULL) AND ($5::uuid IS NULL OR e.holder_id > $5) AND {condition}
             ORDER BY e.holder_id LIMIT $6""",
        wanted.status,
        wanted.tier,
        wanted.holder_id,
        wanted.without_plan,
        after and after[0],
        page.limit + 1,
        *args,
    )
    return page.cut([dict(row) for row in rows], lambda row: (row["holder_id"],))


async def show_entitlement(tx: ReadTx, reach: Reach, entitlement_id: UUID) -> dict[str, Any] | None:
    """An allowance in reach."""
    condition, args = reach_sql(reach, 2, **_HOLDER_REACH)
    row = await tx.fetchrow(
        f"SELECT {_ENTITLEMENT} FROM entitlement e JOIN holder h USING (holder_id) WHERE e.entitlement_id = $1 AND {condition}",
        entitlement_id,
        *args,
    )
    return None if row is None else dict(row)


async def history_of(tx: ReadTx, entitlement_id: UUID) -> list[dict[str, Any]]:
    """The versions of an allowance, oldest first."""
    rows = await tx.fetch(
        "SELECT version, status, payable AS months, who, at, why FROM entitlement_history WHERE entitlement_id = $1 ORDER BY version",
        entitlement_id,
    )
    return [dict(row) for row in rows]


async def payments_of(tx: ReadTx, holder_id: UUID) -> list[dict[str, Any]]:
    """The obligations of a holder, back-pay too, with their attempts, by month."""
    obligations = await tx.fetch(
        """SELECT benefit_month AS month, programme, amount_satang, state, payable FROM obligation
            WHERE holder_id = $1 AND split_part(programme, '#', 1) = $2 ORDER BY benefit_month, length(programme), programme""",
        holder_id,
        PROGRAMME,
    )
    attempts = await tx.fetch(
        """SELECT d.disbursement_id, d.benefit_month, d.programme, d.attempt_no, d.run_id, d.bank, d.state, d.reason, d.value_date, d.bank_reference,
                  (SELECT count(*) FROM recovery r WHERE r.disbursement_id = d.disbursement_id) % 2 = 1 AS overpaid
             FROM disbursement d WHERE d.holder_id = $1 AND split_part(d.programme, '#', 1) = $2 ORDER BY d.attempt_no""",
        holder_id,
        PROGRAMME,
    )
    by_month: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in attempts:
        by_month[row["benefit_month"], row["programme"]].append({**dict(row), "instruction_id": bank_ref(row["disbursement_id"])})
    return [_obligation(dict(row), by_month[row["month"], row["programme"]]) for row in obligations]


def _obligation(row: dict[str, Any], attempts: list[dict[str, Any]]) -> dict[str, Any]:
    overpaid = any(one["overpaid"] for one in attempts)
    return {**row, "adjustment_no": adjustment_no(row["programme"]), "attempts": attempts, "overpaid": overpaid}


async def reaches_holder(tx: ReadTx, reach: Reach, holder_id: UUID) -> bool:
    """Whether the holder is in reach."""
    condition, args = reach_sql(reach, 2, **_HOLDER_REACH)
    found: bool = await tx.fetchval(f"SELECT EXISTS (SELECT FROM holder h WHERE h.holder_id = $1 AND {condition})", holder_id, *args)
    return found


async def list_balances(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[PersonBalance], str | None]:
    """Accounts of holders in reach who were ever owed anything, by holder."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 3, **_HOLDER_REACH)
    rows = await tx.fetch(
        f"""SELECT h.holder_id FROM holder h
             WHERE ($1::uuid IS NULL OR h.holder_id > $1) AND {condition} AND EXISTS (SELECT FROM obligation o WHERE o.holder_id = h.holder_id)
             ORDER BY h.holder_id LIMIT $2""",
        after and after[0],
        page.limit + 1,
        *args,
    )
    items, cursor = page.cut(rows, lambda row: (row["holder_id"],))
    return await statements.balances(tx, [row["holder_id"] for row in items]), cursor


async def list_refused_wishes(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Wishes in reach of people who have no allowance, each with the rule that refuses it."""
    after = page.after(int)
    condition, args = reach_sql(reach, 3, **_HOLDER_REACH)
    rows = await tx.fetch(
        f"""SELECT f.seq, f.holder_id, f.fact FROM entitlement_fact f JOIN holder h USING (holder_id)
             WHERE f.fact ->> 'kind' = 'WISH' AND NOT EXISTS (SELECT FROM entitlement e WHERE e.holder_id = f.holder_id)
               AND ($1::bigint IS NULL OR f.seq > $1) AND {condition}
             ORDER BY f.seq LIMIT $2""",
        after and after[0],
        page.limit + 1,
        *args,
    )
    items, cursor = page.cut(rows, lambda row: (row["seq"],))
    facts = await entitlements.facts_of(tx, {row["holder_id"] for row in items})
    wishes = [(row["holder_id"], Wish.model_validate(row["fact"])) for row in items]
    sets = await policies.by_versions(tx, {wish.policy_version for _, wish in wishes})
    refused = []
    for holder_id, wish in wishes:
        standing = stand(sets[wish.policy_version].parameters, wish, facts[holder_id], None)
        rule = standing.rule if isinstance(standing, Refused) else ""
        refused.append({"holder_id": holder_id, **wish.model_dump(include={"intent_id", "stated_on", "received_on"}), "rule": rule})
    return refused, cursor


async def list_differences(
    tx: ReadTx, reach: Reach, cause: DifferenceCause | None, holder_id: UUID | None, page: Page
) -> tuple[list[dict[str, Any]], str | None]:
    """Months in reach that were granted otherwise than would be right now, and not adjusted, by holder and month, with what was paid for them.

    Of a month that lapsed nothing is granted any more.
    """
    after = page.after(UUID, date) or (None, None)
    condition, args = reach_sql(reach, 7, **_HOLDER_REACH)
    rows = await tx.fetch(
        f"""{DIFFERING}
            SELECT e.holder_id, e.entitlement_id, d.month, d.cause, d.granted_satang, d.due_satang, d.adjusted_satang,
                   d.due_satang - d.granted_satang - d.adjusted_satang AS difference_satang,
                   o.state, CASE WHEN o.state = 'SETTLED' THEN o.amount_satang ELSE 0 END AS paid_satang
              FROM differing d JOIN entitlement e USING (holder_id) JOIN holder h USING (holder_id)
              LEFT JOIN obligation o ON o.holder_id = e.holder_id AND o.programme = $1 AND o.benefit_month = d.month
             WHERE d.due_satang <> d.granted_satang + d.adjusted_satang
               AND (o.state IS DISTINCT FROM 'LAPSED' OR d.adjusted_satang > greatest(d.due_satang - d.granted_satang, 0))
               AND ($2::text IS NULL OR d.cause = $2) AND ($3::uuid IS NULL OR e.holder_id = $3)
               AND ($4::uuid IS NULL OR (e.holder_id, d.month) > ($4, $5::date)) AND {condition}
             ORDER BY e.holder_id, d.month LIMIT $6""",
        PROGRAMME,
        cause,
        holder_id,
        *after,
        page.limit + 1,
        *args,
    )
    return page.cut([dict(row) for row in rows], lambda row: (row["holder_id"], row["month"]))


async def list_runs(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[Run], str | None]:
    """Runs, newest first; none below the country's reach."""
    if reach.level is not Level.COUNTRY:
        return [], None
    after = page.after(UUID)
    rows = await tx.fetch(
        f"SELECT {RUN} FROM run WHERE ($1::uuid IS NULL OR run_id < $1) ORDER BY run_id DESC LIMIT $2", after and after[0], page.limit + 1
    )
    return page.cut([run_of(row) for row in rows], lambda run: (run.run_id,))


async def show_run(tx: ReadTx, reach: Reach, run_id: UUID) -> tuple[Run, Balance] | None:
    """A run and what became of its lines; none below the country's reach."""
    if reach.level is not Level.COUNTRY:
        return None
    run = await runs.show(tx, run_id)
    return None if run is None else (run, await runs.balance(tx, run_id))


@dataclass(frozen=True, slots=True)
class Preview:
    """A run, its totals and differences within a reach; `whole`: of the country."""

    run: Run
    totals: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    whole: bool


async def preview_run(tx: ReadTx, reach: Reach, run_id: UUID) -> Preview | None:
    """What a run would pay and does otherwise than the month before, within the reach; below the country's, none where it has nothing there."""
    row = await tx.fetchrow(f"SELECT {RUN} FROM run WHERE run_id = $1", run_id)
    if row is None:
        return None
    whole = reach.level is Level.COUNTRY
    totals, differences = await previews.totals_in_reach(tx, run_id, reach), await previews.differences_in_reach(tx, run_id, reach)
    return Preview(run_of(row), totals, differences, whole) if whole or totals or differences else None


async def list_lines(tx: ReadTx, reach: Reach, run_id: UUID, state: str | None, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Lines of a run in reach; a bank sees its own of released runs."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 5, **_HOLDER_REACH, bank="d.bank")
    released = "r.released_at IS NOT NULL AND d.state <> 'HELD'" if reach.level is Level.BANK else "true"
    rows = await tx.fetch(
        f"""SELECT d.disbursement_id, d.holder_id, d.benefit_month AS month, d.attempt_no, d.tier, d.district, d.bank, d.amount_satang, d.state, d.reason
              FROM disbursement d JOIN run r USING (run_id) JOIN holder h USING (holder_id)
             WHERE d.run_id = $1 AND ($2::text IS NULL OR d.state = $2) AND ($3::uuid IS NULL OR d.disbursement_id > $3) AND {released} AND {condition}
             ORDER BY d.disbursement_id LIMIT $4""",
        run_id,
        state,
        after and after[0],
        page.limit + 1,
        *args,
    )
    items, cursor = page.cut(rows, lambda row: (row["disbursement_id"],))
    return [{**dict(row), "instruction_id": bank_ref(row["disbursement_id"])} for row in items], cursor


async def lines_of_holder(tx: ReadTx, reach: Reach, run_id: UUID, holder_id: UUID) -> Sequence[Any]:
    """A holder's lines of a run in reach, each as its proof hashes it; a bank sees its own that were sent."""
    condition, args = reach_sql(reach, 3, **_HOLDER_REACH, bank="d.bank")
    sent = "r.released_at IS NOT NULL AND d.state <> 'HELD'" if reach.level is Level.BANK else "true"
    rows: Sequence[Any] = await tx.fetch(
        f"""SELECT d.disbursement_id, d.bank, d.chunk_no, {LINE} AS line
              FROM disbursement d JOIN run r USING (run_id) JOIN holder h USING (holder_id)
             WHERE d.run_id = $1 AND d.holder_id = $2 AND {sent} AND {condition} ORDER BY d.benefit_month""",
        run_id,
        holder_id,
        *args,
    )
    return rows


async def list_exceptions(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Answers that were not applied, oldest first: all of them for the country, its own for a bank."""
    after = page.after(int)
    condition, args = reach_sql(reach, 3, home=None, responsible=None, officer=None, bank="via")
    rows = await tx.fetch(
        f"""SELECT seq, result_id, via, bank, instruction_id, status, amount_satang, value_date, bank_reference, reason_code, disposition, received_at
              FROM bank_result
             WHERE disposition NOT IN ('APPLIED', 'NO_CHANGE') AND ($1::bigint IS NULL OR seq > $1) AND {condition}
             ORDER BY seq LIMIT $2""",
        after and after[0],
        page.limit + 1,
        *args,
    )
    items, cursor = page.cut(rows, lambda row: (row["seq"],))
    return [dict(row) for row in items], cursor


async def read_bank_messages(
    tx: ReadTx, lanes: Mapping[str, Expander], bank: Bank, after: tuple[int, str], wanted: int
) -> tuple[list[bytes], tuple[int, str]]:
    """Up to `wanted` messages to the bank behind a place, as they are on its topic, and the place behind them.

    A place is the number of a chunk and the key of a message of it (instruction id; empty for the chunk's beginning).
    """
    found: list[bytes] = []
    number, key = after
    while len(found) < wanted and (told := await bank_messages.next_told(tx, bank, number)):
        behind = key if told.number == number else ""
        part = {bank_messages.AFTER: behind, bank_messages.WANTED: wanted - len(found)}
        # A lane whose reader pages by itself gives no other; of one that does not the rest is left out here.
        messages = [one for one in await lanes[told.expander](tx, told.chunk | part) if not isinstance(one, ReadyBatch) and one[1] > behind]
        page = messages[: wanted - len(found)]
        found += [value for _, _, value in page]
        if len(found) == wanted:
            return found, (told.number, page[-1][1])
        number, key = told.number + 1, ""
    return found, (number, key)


async def list_disputes(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Attempts in reach of which a bank told two things and nobody has found out yet, with its answers and what is proposed."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 3, **_HOLDER_REACH, bank="d.bank")
    rows = await tx.fetch(
        f"""SELECT d.disbursement_id, d.run_id, d.holder_id, d.benefit_month AS month, d.attempt_no, d.tier, d.district, d.bank, d.amount_satang, d.state
              FROM disbursement d JOIN holder h USING (holder_id)
             WHERE d.disbursement_id IN (SELECT b.disbursement_id FROM bank_result b WHERE {CONTRADICTION})
               AND ($1::uuid IS NULL OR d.disbursement_id > $1) AND {condition}
             ORDER BY d.disbursement_id LIMIT $2""",
        after and after[0],
        page.limit + 1,
        *args,
    )
    items, cursor = page.cut(rows, lambda row: (row["disbursement_id"],))
    ids = [row["disbursement_id"] for row in items]
    answers: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await tx.fetch(
        """SELECT disbursement_id, status, amount_satang, value_date, bank_reference, reason_code, disposition, received_at
             FROM bank_result WHERE disbursement_id = ANY($1::uuid[]) ORDER BY seq""",
        ids,
    ):
        answers[row["disbursement_id"]].append(dict(row))
    proposed = {
        row["disbursement_id"]: resolution_of(row)
        for row in await tx.fetch(
            f"SELECT {RESOLUTION} FROM resolution WHERE disbursement_id = ANY($1::uuid[]) AND status = 'PROPOSED'",
            ids,
        )
    }
    return [{**dict(row), "answers": answers[row[0]], "proposal": proposed.get(row[0])} for row in items], cursor


async def list_resolutions(tx: ReadTx, reach: Reach, status: str | None, page: Page) -> tuple[list[Resolution], str | None]:
    """What was found out of disputed payments, newest first; none below the country's reach."""
    if reach.level is not Level.COUNTRY:
        return [], None
    after = page.after(UUID)
    rows = await tx.fetch(
        f"""SELECT {RESOLUTION} FROM resolution WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR resolution_id < $2)
             ORDER BY resolution_id DESC LIMIT $3""",
        status,
        after and after[0],
        page.limit + 1,
    )
    return page.cut([resolution_of(row) for row in rows], lambda one: (one.resolution_id,))


async def show_resolution(tx: ReadTx, reach: Reach, resolution_id: UUID) -> tuple[Resolution, list[dict[str, Any]]] | None:
    """A resolution and its history, oldest first; none below the country's reach."""
    row = await tx.fetchrow(f"SELECT {RESOLUTION} FROM resolution WHERE resolution_id = $1", resolution_id)
    if reach.level is not Level.COUNTRY or row is None:
        return None
    steps = await tx.fetch("SELECT status, who, at, why FROM resolution_history WHERE resolution_id = $1 ORDER BY number", resolution_id)
    return resolution_of(row), [dict(step) for step in steps]


async def trial_balance(tx: ReadTx, reach: Reach, month: Month | None, as_of: date | None) -> Sequence[dict[str, Any]] | None:
    """Debits and credits of each account, of one benefit month and up to the end of a day if named; none below the country's reach."""
    if reach.level is not Level.COUNTRY:
        return None
    rows = await tx.fetch(
        """WITH entry AS (SELECT debit, credit, amount_satang FROM ledger_entry
                           WHERE ($1::date IS NULL OR benefit_month = $1) AND ($2::date IS NULL OR posted_on <= $2))
           SELECT account, sum(debit)::bigint AS debit_satang, sum(credit)::bigint AS credit_satang
             FROM (SELECT debit AS account, amount_satang AS debit, 0 AS credit FROM entry
                   UNION ALL
                   SELECT credit, 0, amount_satang FROM entry) AS side
            GROUP BY account""",
        month,
        as_of,
    )
    sums = {row["account"]: (row["debit_satang"], row["credit_satang"]) for row in rows}
    return [_account(account, *sums.get(account, (0, 0))) for account in Account]


def _account(account: Account, debit: int, credit: int) -> dict[str, Any]:
    return {"account": account, "debit_satang": debit, "credit_satang": credit, "balance_satang": debit - credit}


async def run_controls(tx: ReadTx) -> Runs:
    """How the policy set in force controls runs."""
    newest = await policies.newest(tx)
    return Runs() if newest is None else Parameters.of(newest.parameters).runs
