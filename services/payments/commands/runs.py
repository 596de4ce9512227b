"""The monthly run: proposed by one, approved by another, released, asked about, closed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.payments.commands import envelopes
from services.payments.commands.conservation import require_conserved
from services.payments.commands.failed_transfers import lapse_too_late
from services.payments.commands.holds import hold_by_policy
from services.payments.commands.programmes import known_programme
from services.payments.domain import (
    CHUNK_LINES_MAX,
    OUT_AT_BANKS,
    PROGRAMME,
    AttemptState,
    Month,
    RunKind,
    RunStatus,
    month_of,
    month_text,
)
from services.payments.errors import (
    ApproverIsProposer,
    NoPolicy,
    PolicyNotFollowed,
    PreviewNotWhole,
    RunListChanged,
    RunMonthOutside,
    RunNotBalanced,
    RunNotInState,
    RunOpen,
)
from services.payments.repository import bank_messages, entitlements, holders, ledger, obligations, policies, previews, run_lists, runs
from services.payments.repository.runs import Balance, Proposed, Run, Step
from services.payments.rules.benefit import Benefit, benefit_of
from services.payments.rules.parameters import Parameters
from services.payments.rules.spending import told_terms
from shared import jobs
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.payments import PaymentRunClosed, PaymentRunReleased
from shared.db import Tx
from shared.errors import FieldProblem, NotFound
from shared.ids import new_id

DRAW_UP_JOB: Final = "draw_up_run"
RELEASE_JOB: Final = "release_run"
END_JOB: Final = "end_entitlements"
INSTRUCTIONS_EXPANDER: Final = "instructions"
"""The bulk lane of PaymentInstructed; a chunk is one of a run's chunks of a bank."""
FIRST_PAYMENTS_EXPANDER: Final = "first_payments"
"""The bulk lane of AllowanceNoticeRequested; a chunk is one of a closed run's chunks of a bank."""
STATUS_EXPANDER: Final = "status_requests"
"""The bulk lane of PaymentStatusRequested; a chunk is a range of a run's chunks of a bank."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when."""

    who: str
    at: datetime


async def propose_run(tx: Tx, month: Month, actor: Actor, kind: RunKind = RunKind.REGULAR, programme: str = PROGRAMME) -> Run:
    """Begin a run of the programme's month and queue the job that draws up its lines.

    One of failed payments only is of the last month that was released, and takes those of the months before it too.
    Raises RunMonthOutside, RunOpen, NoPolicy, PolicyNotFollowed, and Invalid for an unknown programme.
    """
    _check_bounds(month, kind, await runs.last_released_month(tx, programme), actor)
    benefit = await _allowances_benefit(tx, month) if programme == PROGRAMME else (await known_programme(tx, programme)).benefit
    run_id = new_id()
    if not await runs.insert(tx, Proposed(run_id, month, kind, programme, benefit), actor.who, actor.at):
        raise RunOpen
    await jobs.ask(tx, DRAW_UP_JOB, {"run_id": str(run_id)}, asked_by=actor.who)
    return await locked_run(tx, run_id)


async def _allowances_benefit(tx: Tx, month: Month) -> Benefit:
    await policies.keep_in_force(tx)
    newest = await policies.newest(tx)
    if newest is None:
        raise NoPolicy
    if not await entitlements.follows(tx, newest.version):
        raise PolicyNotFollowed(policy_version=newest.version)
    parameters = Parameters.of(newest.parameters)
    if month < parameters.first_benefit_month:
        raise _outside(month, f"≥ {month_text(parameters.first_benefit_month)}")
    return benefit_of(parameters, month)


def _check_bounds(month: Month, kind: RunKind, last: Month | None, actor: Actor) -> None:
    if kind is RunKind.FAILED_ONLY and month != last:
        raise _outside(month, f"= {month_text(last)}" if last else "∅")
    if month > month_of(on_day(actor.at)):
        raise _outside(month, f"≤ {month_text(month_of(on_day(actor.at)))}")
    if last is not None and month < last:
        raise _outside(month, f"≥ {month_text(last)}")


def _outside(month: Month, allowed: str) -> RunMonthOutside:
    en, th = f"{month_text(month)} is outside {allowed}", f"เดือน {month_text(month)} อยู่นอกช่วง {allowed}"
    return RunMonthOutside(en, th, problems=[FieldProblem("month", "run_month", en, th, allowed)])


async def draw_up_run(tx: Tx, run_id: UUID, at: datetime) -> Run:
    """Make the obligations of the month and the lines of the run, as of now: the cut-off. Again for the same run it changes nothing."""
    run = await locked_run(tx, run_id)
    if run.status is not RunStatus.PREPARING or run.list_hash is not None:
        return run
    month = Month(run.month)
    parameters = await _in_force(tx)
    await (obligations.make(tx, month) if run.of_the_country else obligations.freeze_allowances(tx))
    await lapse_too_late(tx, parameters.runs, at)
    await hold_by_policy(tx, parameters.runs, at)
    await run_lists.join_whole_tables(tx, run)
    await run_lists.draw_up_lines(tx, run)
    await previews.keep_totals(tx, run_id)
    totals = await previews.totals(tx, run_id)
    amount = sum(row["amount_satang"] for row in totals)
    values = {
        "totals": totals,
        "lines": sum(row["lines"] for row in totals),
        "amount_satang": amount,
        "approvals_needed": parameters.runs.approvals_needed(month, amount),
        "cut_off_at": at,
        "list_hash": await run_lists.list_hash(tx, run_id),
    }
    await runs.move(tx, run, Step(RunStatus.PREPARING, run.proposed_by, at, f"{values['lines']} lines"), **values)
    return replace(run, version=run.version + 1, **values)


async def propose_list(tx: Tx, run_id: UUID, at: datetime) -> Run:
    """Compare the list with the last released month's, person by person: PREPARING → PROPOSED. Again for the same run it changes nothing.

    Raises PreviewNotWhole when persons before + new - stopped are not those on the list.
    """
    run = await locked_run(tx, run_id)
    if run.status is not RunStatus.PREPARING:
        return run
    await run_lists.join_whole_tables(tx, run)
    values: dict[str, Any] = {}
    before = await previews.last_released_before(tx, run)
    if before is not None and run.kind is RunKind.REGULAR:
        persons_before, persons_now = await previews.compare(tx, run, before)
        new, stopped = await previews.new_and_stopped(tx, run_id)
        if persons_before + new - stopped != persons_now:
            raise PreviewNotWhole(before=persons_before, new=new, stopped=stopped, now=persons_now)
        values = {"compared_with": before, "persons_before": persons_before, "persons_now": persons_now}
    await run_lists.look_lines_up(tx, run)
    await previews.keep_missed_and_back_paid(tx, run)
    await runs.move(tx, run, Step(RunStatus.PROPOSED, run.proposed_by, at, "compared"), **values)
    return replace(run, status=RunStatus.PROPOSED, version=run.version + 1, **values)


async def _in_force(tx: Tx) -> Parameters:
    newest = await policies.newest(tx)
    if newest is None:
        raise NoPolicy
    return Parameters.of(newest.parameters)


async def approve_run(tx: Tx, run_id: UUID, list_hash: str, actor: Actor) -> Run:
    """PROPOSED → APPROVED by another person than the proposer, who names the list that was looked at; its money is committed.

    Above the policy's limit two approve, who are not one: after the first the run stays PROPOSED. The same approver again
    gets the same answer. Raises ApproverIsProposer, RunListChanged, RunNotBalanced,
    EnvelopeShort, RunNotInState, NotFound.
    """
    run = await locked_run(tx, run_id)
    approvers = (run.approved_by, run.second_approved_by)
    if run.status in {RunStatus.PROPOSED, RunStatus.APPROVED} and actor.who in approvers and run.list_hash == list_hash:
        return run
    require_status(run, RunStatus.PROPOSED)
    if run.proposed_by == actor.who:
        raise ApproverIsProposer(run_id=run_id)
    if run.list_hash != list_hash:
        raise RunListChanged(run_id=run_id, list_hash=run.list_hash)
    await require_conserved(tx, run)
    which = "approved" if run.approved_by is None else "second_approved"
    given = 1 if run.approved_by is None else 2
    step = Step(
        RunStatus.APPROVED if given == run.approvals_needed else RunStatus.PROPOSED,
        actor.who,
        actor.at,
        f"approval {given} of {run.approvals_needed}",
    )
    await runs.move(tx, run, step, **{f"{which}_by": actor.who, f"{which}_at": actor.at})
    if step.to is RunStatus.APPROVED:
        await envelopes.commit_run(tx, run_id, actor.at)
    return await locked_run(tx, run_id)


async def ask_release(tx: Tx, run_id: UUID, actor: Actor) -> Run:
    """Queue the release of an approved run; asked again it stays one release. Raises RunNotInState, NotFound."""
    run = await locked_run(tx, run_id)
    if run.release_asked_by is not None and run.status in {RunStatus.APPROVED, *OUT_AT_BANKS, RunStatus.CLOSED}:
        return run
    require_status(run, RunStatus.APPROVED)
    await runs.move(tx, run, Step(RunStatus.APPROVED, actor.who, actor.at, "release asked for"), release_asked_by=actor.who)
    await jobs.ask(tx, RELEASE_JOB, {"run_id": str(run_id)}, asked_by=actor.who)
    return await locked_run(tx, run_id)


async def release_run(tx: Tx, run_id: UUID, at: datetime) -> Run:
    """APPROVED, and asked for, → RELEASED in one transaction: lines that changed are held, obligations and ledger follow, messages wait in the outbox.

    The list must be the approved one to the line. Raises RunListChanged, RunNotBalanced.
    """
    # Nobody's allowance changes between the last look and the commit, and nobody is put on hold.
    await obligations.freeze_allowances(tx)
    run = await locked_run(tx, run_id)
    if run.status is not RunStatus.APPROVED or run.release_asked_by is None:
        return run
    if await run_lists.list_hash(tx, run_id) != run.list_hash:
        raise RunListChanged(run_id=run_id, list_hash=run.list_hash)
    policy = await _in_force(tx)
    await hold_by_policy(tx, policy.runs, at)
    await run_lists.hold_what_changed(tx, run)
    await run_lists.bind_obligations(tx, run)
    sums = await run_lists.instructed_sums(tx, run_id)
    await envelopes.keep_instructed(tx, run_id, sums, at)
    await ledger.post(tx, run_id, sums, at)
    await require_conserved(tx, replace(run, released_at=at))
    await runs.move(tx, run, Step(RunStatus.RELEASED, run.release_asked_by or "", at), released_at=at, terms=told_terms(policy, run, at))
    await outbox.add_many(tx, [_released(run, sums, await run_lists.instructed_persons(tx, run_id), at)])
    await bank_messages.add(tx, INSTRUCTIONS_EXPANDER, await _chunks(tx, run_id, AttemptState.OPEN), at)
    return await locked_run(tx, run_id)


async def _chunks(tx: Tx, run_id: UUID, state: AttemptState) -> list[dict[str, Any]]:
    return [{"run_id": str(run_id), "bank": bank, "chunk_no": number} for bank, number in await run_lists.chunks(tx, run_id, state)]


def _released(run: Run, sums: Iterable[ledger.Posting], persons: int, at: datetime) -> Event:
    per_bank: dict[str, int] = {}
    amount = 0
    for one in sums:
        per_bank[one.bank] = per_bank.get(one.bank, 0) + one.payments
        amount += one.amount_satang
    data = PaymentRunReleased(
        run_id=run.run_id,
        month=month_text(Month(run.month)),
        persons=persons,
        amount_satang=amount,
        per_bank=per_bank,
        list_hash=run.list_hash or "",
        programme=run.programme,
    )
    return Event.of(data, subject=run.run_id, time=at, identity=("released",))


async def release_refused(tx: Tx, run_id: UUID, why: str, at: datetime) -> None:
    """A release could not be done: let it be asked for again, or the run be cancelled."""
    run = await locked_run(tx, run_id)
    if run.status is RunStatus.APPROVED:
        await runs.move(tx, run, Step(RunStatus.APPROVED, "release", at, why), release_asked_by=None)


async def cancel_run(tx: Tx, run_id: UUID, reason: str, actor: Actor) -> Run:
    """Cancel a run whose release was not asked for; cancelled again it stays so. Raises RunNotInState, NotFound."""
    run = await locked_run(tx, run_id)
    if run.status is RunStatus.CANCELLED:
        return run
    require_status(run, RunStatus.PROPOSED, RunStatus.APPROVED)
    if run.release_asked_by is not None:
        raise _not_in_state(run)
    await run_lists.drop_lines(tx, run)
    await envelopes.free(tx, run_id, actor.at)
    await runs.move(tx, run, Step(RunStatus.CANCELLED, actor.who, actor.at, reason))
    return await locked_run(tx, run_id)


async def ask_banks(tx: Tx, run_id: UUID, actor: Actor) -> tuple[Run, int]:
    """Ask the banks what became of instructions without an answer; returns the run and how many. Nothing is sent twice.

    Raises RunNotInState, NotFound.
    """
    run = await locked_run(tx, run_id)
    require_status(run, *OUT_AT_BANKS)
    request_no = run.status_requests + 1
    asked = await runs.ask_about_open(tx, run_id, request_no, actor.who, actor.at)
    total = sum(lines for _, _, lines in asked)
    step = Step(RunStatus.RECONCILING, actor.who, actor.at, f"asked about {total} instructions")
    await runs.move(tx, run, step, status_requests=request_no)
    common = {"run_id": str(run_id), "request_no": request_no}
    await bank_messages.add(tx, STATUS_EXPANDER, [{**common, **one} for one in chunk_ranges(asked)], actor.at)
    return await locked_run(tx, run_id), total


def chunk_ranges(asked: Iterable[tuple[str, int, int]]) -> Iterator[dict[str, Any]]:
    """Neighbouring chunks of a bank together, as long as their lines are not more than a chunk may have."""
    current: dict[str, Any] | None = None
    lines = 0
    for bank, chunk_no, count in asked:
        if current is not None and current["bank"] == bank and lines + count <= CHUNK_LINES_MAX:
            current["last_chunk"] = chunk_no
            lines += count
            continue
        if current is not None:
            yield current
        current = {"bank": bank, "first_chunk": chunk_no, "last_chunk": chunk_no}
        lines = count
    if current is not None:
        yield current


async def close_run(tx: Tx, run_id: UUID, actor: Actor) -> Run:
    """Close a run that balances to the person and the satang, in lines and in the ledger.

    Closed again it stays closed. Raises RunNotBalanced with counts and ids, RunNotInState, NotFound.
    """
    run = await locked_run(tx, run_id)
    if run.status is RunStatus.CLOSED:
        return run
    require_status(run, *OUT_AT_BANKS)
    await require_conserved(tx, run, persons=True)
    balance = await runs.balance(tx, run_id)
    if not _balances(run, balance):
        raise await _not_balanced(tx, run, balance)
    await runs.move(tx, run, Step(RunStatus.CLOSED, actor.who, actor.at), closed_at=actor.at)
    await outbox.add_many(tx, [_closed(run, balance, actor.at)])
    await holders.forget_erased_payees(tx)
    if run.programme == PROGRAMME:
        await outbox.add_chunks(tx, FIRST_PAYMENTS_EXPANDER, await _chunks(tx, run_id, AttemptState.SETTLED))
        if run.month >= (await _in_force(tx)).last_benefit_month:
            await jobs.ask(tx, END_JOB, {"run_id": str(run_id)}, asked_by=actor.who)
    return await locked_run(tx, run_id)


def _balances(run: Run, balance: Balance) -> bool:
    lines = balance.settled + balance.failed + balance.held + balance.returned
    satang = balance.settled_satang + balance.failed_satang + balance.held_satang + balance.returned_satang
    return (lines, satang, balance.in_transit_satang) == (run.lines, run.amount_satang, 0)


async def _not_balanced(tx: Tx, run: Run, balance: Balance) -> RunNotBalanced:
    return RunNotBalanced(
        f"{balance.open} of {run.lines} payments are not answered",
        f"ยังไม่ได้รับผลการจ่าย {balance.open} จาก {run.lines} รายการ",
        eligible=run.lines,
        paid=balance.settled,
        failed=balance.failed,
        held=balance.held,
        returned=balance.returned,
        unanswered=balance.open,
        eligible_satang=run.amount_satang,
        in_transit_satang=balance.in_transit_satang,
        unanswered_instruction_ids=[one.hex for one in await runs.unanswered(tx, run.run_id)],
    )


def _closed(run: Run, balance: Balance, at: datetime) -> Event:
    data = PaymentRunClosed(
        run_id=run.run_id,
        month=month_text(Month(run.month)),
        eligible=run.lines,
        paid=balance.settled,
        failed=balance.failed,
        held=balance.held,
        returned=balance.returned,
        eligible_satang=run.amount_satang,
        paid_satang=balance.settled_satang,
        failed_satang=balance.failed_satang,
        held_satang=balance.held_satang,
        returned_satang=balance.returned_satang,
        programme=run.programme,
    )
    return Event.of(data, subject=run.run_id, time=at, identity=("closed",))


async def tell_closed_again(tx: Tx, run_id: UUID, cause: UUID, at: datetime) -> None:
    """Tell the figures of a closed run anew, after people found that a payment of it was made after all."""
    run = await locked_run(tx, run_id)
    if run.status is RunStatus.CLOSED:
        told = _closed(run, await runs.balance(tx, run_id), at)
        await outbox.add_many(tx, [Event.of(told.data, subject=run_id, time=at, identity=("closed", str(cause)))])


async def locked_run(tx: Tx, run_id: UUID) -> Run:
    """The run, locked. Raises NotFound."""
    run = await runs.lock(tx, run_id)
    if run is None:
        raise NotFound
    return run


def require_status(run: Run, *statuses: RunStatus) -> None:
    """Raise RunNotInState unless the run is in one of the states."""
    if run.status not in statuses:
        raise _not_in_state(run)


def _not_in_state(run: Run) -> RunNotInState:
    return RunNotInState(f"The run is {run.status}", f"รอบจ่ายอยู่ในสถานะ {run.status}", run_id=run.run_id, run_status=run.status)
