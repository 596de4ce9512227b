"""Taking in what banks answered: each answer once, applied or shown to people, never lost."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.payments.domain import Outcome
from services.payments.repository import ledger, results, runs, wallets
from services.payments.repository.ledger import Posting
from services.payments.repository.results import Judged, Locked
from services.payments.rules.bank_answers import Answer, Attempt, Disposition, judge
from shared.bus import outbox
from shared.contracts.payments import ResultStatus
from shared.db import Tx
from shared.ids import new_id

RESULTS_EXPANDER: Final = "results"
"""The bulk lane that tells what became of payments; a chunk is one batch of answers."""

_INSTRUCTION_ID: Final = re.compile("[0-9a-fA-F]{32}")


class Taken(NamedTuple):
    """What became of an answer, now or, of a repeated one, when it was taken in before."""

    disposition: Disposition
    repeated: bool


async def take_results(tx: Tx, answers: Sequence[Answer], at: datetime) -> Counter[Disposition]:
    """Take in answers in their order; those taken in before change nothing. Returns what became of the new ones.

    Moves attempts, obligations and the ledger together, and tells PaymentSettled, PaymentFailed and PaymentReturned
    through the bulk lane.
    """
    return Counter(one.verdict.disposition for one in await _take(tx, answers, at))


async def take_each(tx: Tx, answers: Sequence[Answer], at: datetime) -> list[Taken]:
    """As `take_results`; returns what became of each of the answers, in their order."""
    new = {one.answer.result_id for one in await _take(tx, answers, at)}
    ids = [(answer.result_id, answer.heard_again().result_id) for answer in answers]
    kept = await results.known(tx, [one for pair in ids for one in pair])
    taken = []
    for first, again in ids:
        counts = again if again in kept else first
        taken.append(Taken(kept[counts], counts not in new))
        new.discard(counts)
    return taken


async def _take(tx: Tx, answers: Sequence[Answer], at: datetime) -> list[Judged]:
    locked = await results.lock_attempts(tx, {one.instruction_id for one in answers if _INSTRUCTION_ID.fullmatch(one.instruction_id)})
    attempts = {instruction_id: one.attempt for instruction_id, one in locked.items()}
    attempts |= {key: attempts[key]._replace(spent=True) for key in await _spent(tx, answers, attempts)}
    judged = _judge(await _unheard(tx, answers, attempts), attempts)
    if not judged:
        return []
    batch_id = new_id()
    await results.append(tx, batch_id, judged, at)
    dispositions = Counter(one.verdict.disposition for one in judged)
    if dispositions[Disposition.CONTRADICTS]:
        await results.dispute(tx, batch_id)
    if dispositions[Disposition.APPLIED]:
        recoveries = await results.apply(tx, batch_id)
        postings = _postings(judged, locked)
        await runs.begin_reconciling(tx, {one.run_id for one in postings}, at)
        await ledger.post(tx, batch_id, postings, at)
        await outbox.add_chunks(tx, RESULTS_EXPANDER, [{"batch_id": str(batch_id)}])
        if recoveries:
            await ledger.adjust_recoveries(tx, recoveries, batch_id, at)
    return judged


async def _spent(tx: Tx, answers: Sequence[Answer], attempts: Mapping[str, Attempt]) -> list[str]:
    """The attempts that banks say came back, though something of them was used or lapsed."""
    back = {UUID(hex=key) for one in answers if one.status is ResultStatus.RETURNED and (key := _key(one)) in attempts}
    return [one.hex for one in await wallets.used_or_lapsed(tx, back)] if back else []


async def _unheard(tx: Tx, answers: Sequence[Answer], attempts: Mapping[str, Attempt]) -> list[Answer]:
    """The answers that are new, each once.

    A database that was restored to before a release hears answers to instructions that it does not know yet. When the run
    is released again the banks, who know the instructions, give the same answers: these are heard again then, once.
    """
    once = {answer.result_id: answer for answer in answers}
    before = await results.known(tx, once)
    if not before:
        return list(once.values())
    early = [one for one in once.values() if before.get(one.result_id) is Disposition.UNKNOWN_INSTRUCTION and _key(one) in attempts]
    again = {one.result_id: one.heard_again() for one in early}
    twice = await results.known(tx, [one.result_id for one in again.values()]) if again else {}
    wanted = [again.get(result_id, answer) for result_id, answer in once.items() if result_id not in before or result_id in again]
    return [answer for answer in wanted if answer.result_id not in twice]


def _key(answer: Answer) -> str:
    return answer.instruction_id.lower()


def _judge(answers: Iterable[Answer], attempts: Mapping[str, Attempt]) -> list[Judged]:
    """Judge each answer by what those before it made of its attempt."""
    now = dict(attempts)
    judged = []
    for answer in answers:
        key = _key(answer)
        attempt = now.get(key)
        verdict = judge(attempt, answer)
        judged.append(Judged(answer, attempt, verdict))
        if attempt is not None and verdict.state is not None:
            now[key] = attempt._replace(state=verdict.state, bank_reference=answer.bank_reference)
    return judged


def _postings(judged: Iterable[Judged], locked: Mapping[str, Locked]) -> list[Posting]:
    """What the answers that are applied move in the ledger. That the lines moved alike is what the run's closing asks."""
    sums: defaultdict[tuple[UUID, Outcome, str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    for answer, _, verdict in judged:
        if verdict.disposition is Disposition.APPLIED:
            (bank, satang, *_), run_id, tier, month = locked[_key(answer)]
            for outcome in verdict.outcomes:
                entry = sums[run_id, outcome, bank, tier, month]
                entry[0] += 1
                entry[1] += satang
    return [Posting(*group, *entry) for group, entry in sums.items()]
