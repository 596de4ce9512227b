"""Taking in what banks answered: each answer once, applied or shown to people, never lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.payments.domain import OUT_AT_BANKS, Outcome, RunStatus
from services.payments.repository import ledger, results, runs
from services.payments.repository.results import AttemptChange, AttemptRow, Judged
from services.payments.rules.bank_answers import Answer, Attempt, Disposition, judge, reason_of
from shared.bus import outbox
from shared.contracts.common import Bank
from shared.db import Tx
from shared.ids import new_id

RESULTS_EXPANDER: Final = "results"
"""The bulk lane that tells what became of payments; a chunk is one batch of answers."""

_INSTRUCTED: Final = frozenset({*OUT_AT_BANKS, RunStatus.CLOSED})


async def take_results(tx: Tx, answers: Sequence[Answer], at: datetime) -> Counter[Disposition]:
    """Take in answers in their order; those taken in before change nothing. Returns what became of the new ones.

    Moves attempts, obligations and the ledger together, and tells PaymentSettled, PaymentFailed and PaymentReturned
    through the bulk lane.
    """
    attempts = await results.lock_attempts(tx, _disbursement_ids(answers))
    judged = _judge(await _unheard(tx, answers, attempts), attempts)
    if not judged:
        return Counter()
    batch_id = new_id()
    await results.append(tx, batch_id, judged, at)
    changes = _changes(judged)
    not_payable = await results.change_attempts(tx, changes) if changes else []
    applied = {one.attempt.run_id for one in judged if one.attempt is not None and one.verdict.disposition is Disposition.APPLIED}
    if applied:
        await ledger.post(tx, batch_id, _postings(judged), at)
        await runs.begin_reconciling(tx, applied, at)
        await outbox.add_chunks(tx, RESULTS_EXPANDER, [{"batch_id": str(batch_id)}])
    if not_payable:
        await ledger.adjust_recoveries(tx, not_payable, batch_id, at)
    return Counter(one.verdict.disposition for one in judged)


async def _unheard(tx: Tx, answers: Sequence[Answer], attempts: Mapping[UUID, AttemptRow]) -> list[Answer]:
    """The answers that are new, each once.

    A database that was restored to before a release hears answers to instructions that it does not know yet. When the run
    is released again the banks, who know the instructions, give the same answers: these are heard again then, once.
    """
    once = {answer.result_id: answer for answer in answers}
    before = await results.known(tx, once)
    early = [one for one in once.values() if before.get(one.result_id) is Disposition.UNKNOWN_INSTRUCTION and _is_out(one, attempts)]
    again = {one.result_id: one.heard_again() for one in early}
    twice = await results.known(tx, [one.result_id for one in again.values()]) if again else {}
    wanted = [again.get(result_id, answer) for result_id, answer in once.items() if result_id not in before or result_id in again]
    return [answer for answer in wanted if answer.result_id not in twice]


def _is_out(answer: Answer, attempts: Mapping[UUID, AttemptRow]) -> bool:
    identifier = _disbursement_id(answer)
    return identifier is not None and _as_judged(attempts.get(identifier)) is not None


def _disbursement_id(answer: Answer) -> UUID | None:
    try:
        return UUID(hex=answer.instruction_id)
    except ValueError:
        return None


def _disbursement_ids(answers: Iterable[Answer]) -> set[UUID]:
    return {identifier for answer in answers if (identifier := _disbursement_id(answer)) is not None}


def _judge(answers: Iterable[Answer], attempts: Mapping[UUID, AttemptRow]) -> list[Judged]:
    """Judge each answer by what those before it made of its attempt."""
    now: dict[UUID, AttemptRow] = dict(attempts)
    judged = []
    for answer in answers:
        identifier = _disbursement_id(answer)
        attempt = now.get(identifier) if identifier is not None else None
        verdict = judge(_as_judged(attempt), answer)
        judged.append(Judged(answer, attempt, verdict))
        if attempt is not None and verdict.state is not None:
            now[attempt.disbursement_id] = replace(attempt, state=verdict.state, bank_reference=answer.bank_reference)
    return judged


def _as_judged(attempt: AttemptRow | None) -> Attempt | None:
    """The attempt for the rule; one that no bank was told of is none."""
    if attempt is None or attempt.bank is None or attempt.run_status not in _INSTRUCTED:
        return None
    return Attempt(
        Bank(attempt.bank), attempt.amount_satang, attempt.state, asked=attempt.asked_no > 0, bank_reference=attempt.bank_reference
    )


def _changes(judged: Iterable[Judged]) -> list[AttemptChange]:
    """What all the answers together make of each attempt."""
    changes: dict[UUID, AttemptChange] = {}
    for one in judged:
        if one.attempt is None or (one.verdict.state is None and not one.verdict.disputed):
            continue
        before = changes.get(one.attempt.disbursement_id, AttemptChange(one.attempt))
        changes[one.attempt.disbursement_id] = _changed(before, one)
    return list(changes.values())


def _changed(before: AttemptChange, one: Judged) -> AttemptChange:
    if one.verdict.state is None:
        return replace(before, disputed=True)
    settled_only = one.verdict.outcomes == (Outcome.SETTLED,)
    return replace(
        before,
        state=one.verdict.state,
        reason=None if settled_only else reason_of(one.answer.status, one.answer.reason_code),
        value_date=one.answer.value_date,
        bank_reference=one.answer.bank_reference,
        disputed=before.disputed or one.verdict.disputed,
    )


def _postings(judged: Sequence[Judged]) -> list[ledger.Posting]:
    postings = []
    for outcome in (Outcome.SETTLED, Outcome.FAILED, Outcome.RETURNED):
        rows = [_row(one.attempt) for one in judged if one.attempt is not None and outcome in one.verdict.outcomes]
        postings += ledger.summed(rows, outcome)
    return postings


def _row(attempt: AttemptRow) -> dict[str, object]:
    return {
        "run_id": attempt.run_id,
        "bank": attempt.bank,
        "tier": attempt.tier,
        "benefit_month": attempt.benefit_month,
        "amount_satang": attempt.amount_satang,
    }
