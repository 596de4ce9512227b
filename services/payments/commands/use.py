"""Taking in what banks report was used: each report once, applied or shown to people; what is left after the last one lapses into the envelope."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.payments.commands.runs import Actor
from services.payments.domain import Month, Outcome, month_of, month_text
from services.payments.repository import bank_messages, policies, wallets
from services.payments.repository.wallets import Entry, Judged, Line
from services.payments.rules.parameters import Parameters
from services.payments.rules.spending import month_end
from services.payments.rules.use_reports import FOR_NOW, UseDisposition, UseReport, judge_use
from shared.clock import on_day
from shared.contracts.common import Bank
from shared.db import Tx
from shared.errors import Invalid
from shared.ids import new_id

AT_ONCE_MAX: Final = 5_000
"""So many payments are looked at in one transaction of a timer."""


USE_EXPANDER: Final = "use_requests"
"""The lane of PaymentUseRequested; a chunk is a bank's month."""


class UseTaken(NamedTuple):
    """What became of a report, now or, of a repeated one, when it came before."""

    disposition: UseDisposition
    repeated: bool


async def take_use(tx: Tx, reports: Sequence[UseReport], at: datetime) -> Counter[UseDisposition]:
    """Take in reports in their order; those that came before change nothing. Returns what became of the new ones.

    Moves wallets, the ledger and the envelopes together.
    """
    return Counter(one.disposition for one in await _take(tx, reports, at))


async def take_each_use(tx: Tx, reports: Sequence[UseReport], at: datetime) -> list[UseTaken]:
    """As `take_use`; returns what became of each of the reports, in their order."""
    new = {one.report.report_id for one in await _take(tx, reports, at)}
    before = await wallets.known(tx, {one.report_id for one in reports})
    taken = []
    for one in reports:
        taken.append(UseTaken(before[one.report_id][-1], one.report_id not in new))
        new.discard(one.report_id)
    return taken


async def _take(tx: Tx, reports: Sequence[UseReport], at: datetime) -> list[Judged]:
    lines = await wallets.lock(tx, {UUID(hex=one.instruction_id) for one in reports}, ends_with_death=await _ends_with_death(tx))
    once = {one.report_id: one for one in reports}
    before = await wallets.known(tx, once)
    fresh = [one for one in once.values() if not set(before.get(one.report_id, ())) - FOR_NOW]
    judged, lines = _judge(fresh, lines, at)
    # The same for now as before is nothing new.
    new = [one for one in judged if one.disposition not in before.get(one.report.report_id, ())]
    if not new:
        return []
    batch_id = new_id()
    await wallets.append(tx, batch_id, new, at)
    await _enter(tx, batch_id, [one for one in new if one.disposition is UseDisposition.APPLIED], lines, at)
    return new


async def _ends_with_death(tx: Tx) -> bool:
    newest = await policies.newest(tx)
    spending = None if newest is None else Parameters.of(newest.parameters).spending
    return spending is not None and spending.e_money_ends_with_death


def _judge(reports: Iterable[UseReport], lines: dict[UUID, Line], at: datetime) -> tuple[list[Judged], dict[UUID, Line]]:
    """Judge each report by what those before it made of its wallet; returns the wallets as they are after them."""
    today, now, judged = on_day(at), dict(lines), []
    for report in reports:
        key = UUID(hex=report.instruction_id)
        line = now.get(key)
        disposition = judge_use(None if line is None else line.wallet, report, today)
        judged.append(Judged(report, line, disposition))
        if line is not None and disposition is UseDisposition.APPLIED:
            now[key] = replace(line, wallet=line.wallet.with_use(report))
    return judged, now


async def _enter(tx: Tx, batch_id: UUID, applied: Sequence[Judged], lines: dict[UUID, Line], at: datetime) -> None:
    entries, numbers = [], Counter[UUID]()
    for report, line, _ in applied:
        if line is not None and report.used_satang:
            numbers[line.disbursement_id] += 1
            number = line.entries + numbers[line.disbursement_id]
            entries.append(Entry(line, Outcome.USED, number, report.month, report.used_satang))
    touched = {one.line.disbursement_id for one in applied if one.line is not None}
    await wallets.enter(tx, batch_id, entries + _lapses([lines[key] for key in touched], numbers), at)


def _lapses(lines: Iterable[Line], numbers: Counter[UUID]) -> list[Entry]:
    """What is left of each line whose last month was reported."""
    return [
        Entry(line, Outcome.LAPSED, line.entries + numbers[line.disbursement_id] + 1, wallets.lapse_month(line), satang)
        for line in lines
        if (satang := line.wallet.ends_satang)
    ]


async def take_ripe_use(tx: Tx, after: int, at: datetime) -> int | None:
    """Judge those reports anew whose payment has been settled since, behind the number; returns the last number, or None when all are done."""
    found = await wallets.ripe(tx, after, AT_ONCE_MAX)
    if not found:
        return None
    await _take(tx, [report for _, report in found], at)
    return found[-1][0]


async def lapse_of_the_dead(tx: Tx, at: datetime) -> int:
    """Let lapse what is left of payments to persons who died, as far as banks have reported the month of the death; returns of how many, up to AT_ONCE_MAX."""
    if not await _ends_with_death(tx):
        return 0
    lines = await wallets.lock(tx, await wallets.ended_by_death(tx, AT_ONCE_MAX), ends_with_death=True)
    lapses = _lapses(lines.values(), Counter())
    if lapses:
        await wallets.enter(tx, new_id(), lapses, at)
    return len(lapses)


async def ask_for_use(tx: Tx, month: Month, actor: Actor) -> int:
    """Ask every bank for what was used up to the end of the month; returns the number of the request. Raises Invalid naming `month`."""
    if on_day(actor.at) <= month_end(month):
        en, th = "is not over", "ยังไม่สิ้นเดือน"
        raise Invalid.field("month", "month_not_over", en, th, f"< {month_text(month_of(on_day(actor.at)))}")
    request_no = await wallets.ask(tx, month, actor.who, actor.at)
    chunks = [{"bank": bank.value, "month": month_text(month), "request_no": request_no} for bank in Bank]
    await bank_messages.add(tx, USE_EXPANDER, chunks, actor.at)
    return request_no
