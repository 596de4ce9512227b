"""Taking in the wages that banks paid through the card: each word once, taken or shown to people, never lost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from services.plan.domain import Employment, WageDisposition, WageTold
from services.plan.repository import employers, wages
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.plan import WageMonthTold
from shared.db import Tx


async def take_wages(tx: Tx, told: Sequence[WageTold], at: datetime) -> Counter[WageDisposition]:
    """Take in words in their order; those that were told before change nothing. Returns what became of the new ones."""
    dispositions: Counter[WageDisposition] = Counter()
    for via, words in groupby(sorted(told, key=lambda one: one.via), key=lambda one: one.via):
        dispositions += await _take(tx, via, list(words), at)
    return dispositions


async def _take(tx: Tx, via: Bank, told: Sequence[WageTold], at: datetime) -> Counter[WageDisposition]:
    await wages.one_at_a_time(tx, via)
    before = await wages.known(tx, (one.wage_id for one in told))
    new = {one.wage_id: one for one in told if one.wage_id not in before}
    if not new:
        return Counter()
    known = await employers.employments_of(tx, {one.employment_id for one in new.values()})
    cards = await _cards(tx, known)
    taken = await wages.taken_references(tx, via, {one.bank_reference for one in new.values()})
    judged = []
    for one in new.values():
        disposition = _judge(one, known.get(one.employment_id), cards.get(one.employment_id, set()), taken)
        if disposition is WageDisposition.TAKEN:
            taken.add(one.bank_reference)
        judged.append((one, disposition))
    await wages.append(tx, judged, at)
    await _tell_months(tx, via, [one for one, disposition in judged if disposition is WageDisposition.TAKEN], known, at)
    return Counter(disposition for _, disposition in judged)


async def _tell_months(tx: Tx, via: Bank, taken: Sequence[WageTold], known: Mapping[UUID, Employment], at: datetime) -> None:
    """Tell of each month that the words speak of, and of each that they correct, whether the bank's words that stand say that it was paid."""
    told = [
        WageMonthTold(
            holder_id=known[month.employment_id].holder_id,
            employment_id=month.employment_id,
            wage_month=month.wage_month,
            bank=via,
            version=month.version,
            paid=month.paid,
        )
        for month in await wages.months_told(tx, via, [one.wage_id for one in taken])
        if month.employment_id in known
    ]
    identities = ((one.employment_id, one.wage_month, via, one.version) for one in told)
    await outbox.add_many(
        tx, [Event.of(one, subject=one.holder_id, time=at, identity=identity) for one, identity in zip(told, identities, strict=True)]
    )


async def _cards(tx: Tx, employments: Mapping[UUID, Employment]) -> dict[UUID, set[str]]:
    """For each employment the cards of the person, by whichever id."""
    persons = await wages.persons_of(tx, {one.holder_id for one in employments.values()})
    cards = await employers.cards_of(tx, {member for _, members in persons.values() for member in members})
    return {
        employment_id: set().union(*(cards.get(member, set()) for member in persons[one.holder_id][1]))
        for employment_id, one in employments.items()
    }


def _judge(told: WageTold, employment: Employment | None, cards: set[str], taken: set[str]) -> WageDisposition:
    if told.bank is not told.via:
        return WageDisposition.WRONG_BANK
    if employment is None:
        return WageDisposition.UNKNOWN_EMPLOYMENT
    if employment.tax_id != told.tax_id:
        return WageDisposition.WRONG_EMPLOYER
    if told.card_index not in cards:
        return WageDisposition.WRONG_CARD
    return WageDisposition.CONTRADICTS if told.bank_reference in taken else WageDisposition.TAKEN
