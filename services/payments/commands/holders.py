"""Keeping the copies of card holders and payees."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.payments.commands import batches
from services.payments.commands.entitlements import Cause, NewFact, reassess
from services.payments.domain import month_after, month_of, month_text, months_between
from services.payments.repository import entitlements, holders, obligations
from services.payments.repository.holders import HolderRow
from services.payments.rules.entitling import TAKEN_OVER_RULE
from services.payments.rules.facts import DeathTakenBack
from shared.bus.dead_letters import forget_messages
from shared.contracts.common import Bank
from shared.contracts.registry import (
    PAYEES,
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderUnmerged,
    HolderState,
    HolderStatus,
    PayeeChanged,
)
from shared.db import Tx
from shared.ids import same_id

PAY_ONTO_THE_CARD: Final = frozenset([Bank.KTB])
"""The bank that issued the cards; the others pay into accounts."""


async def keep_holders(tx: Tx, states: Sequence[tuple[HolderState, Cause]]) -> None:
    """Keep the newest state of each holder; a death, a merge or one that was taken back, and a corrected tier, change the allowance.

    What is on a list, or was, keeps its tier: a correction counts from the month after.
    """
    newest: dict[UUID, tuple[HolderState, Cause]] = {}
    for state, cause in states:
        if state.holder_id not in newest or state.version > newest[state.holder_id][0].version:
            newest[state.holder_id] = (state, cause)
    dead = [state.holder_id for state, _ in newest.values() if state.status is HolderStatus.DECEASED]
    days = await holders.days_of_death(tx, dead) if dead else {}
    changes = await holders.keep(tx, [_row(state, days) for state, _ in newest.values()])
    causes = {holder_id: cause for holder_id, (_, cause) in newest.items()}
    if changes:
        await holders.note_changes(tx, [(one, *causes[one.holder_id].source) for one in changes])
    before = {one.holder_id: (one.tier_before, causes[one.holder_id].at) for one in changes if one.tier_before != one.tier}
    corrected: Sequence[UUID] = ()
    if before:
        # No list is drawn up from here on to the end of the transaction.
        await obligations.changing_allowances(tx)
        corrected = await holders.correct_tiers(tx, before)
    taken_back = await _take_back_deaths(tx, states)
    changed = {*await holders.with_changed_life(tx, newest), *corrected, *taken_back}
    if changed:
        whose = {holder_id: causes[holder_id] for holder_id in changed}
        # Who is a person of their own after all takes back what had gone on under the other id.
        taken = await holders.who_took_over(tx, changed, TAKEN_OVER_RULE)
        await reassess(tx, {holder_id: causes[asked] for holder_id, asked in taken.items()} | whose)
    lives = {state.holder_id: cause for state, cause in states if _tells_of_life(state)}
    if lives:
        await batches.follow_lives(tx, lives, max(cause.at for cause in lives.values()))


def _tells_of_life(state: HolderState) -> bool:
    """Whether a death or merge ends what other programmes pay, or was taken back."""
    ended = state.status is HolderStatus.DECEASED or state.merged_into is not None
    return ended or isinstance(state, CardholderDeathTakenBack | CardholderUnmerged)


async def _take_back_deaths(tx: Tx, states: Sequence[tuple[HolderState, Cause]]) -> set[UUID]:
    """Keep that deaths were recorded wrongly, with the months that nobody paid meanwhile; returns whose."""
    told = {
        (state.holder_id, state.wrong_death_on, state.alive_again_on): cause
        for state, cause in states
        if state.wrong_death_on is not None and state.alive_again_on is not None
    }
    if not told:
        return set()
    paid = await obligations.paid_or_out(tx, {holder_id for holder_id, *_ in told})
    facts = []
    for (holder_id, wrong, again), cause in told.items():
        missed = [month for month in months_between(month_after(wrong), month_of(again)) if month not in paid.get(holder_id, ())]
        fact = DeathTakenBack(wrong_death_on=wrong, alive_again_on=again, missed=tuple(month_text(month) for month in missed))
        facts.append(NewFact(same_id("death_taken_back", holder_id, wrong.isoformat(), again.isoformat()), holder_id, fact, cause).row)
    await entitlements.take_facts(tx, facts)
    return {holder_id for holder_id, *_ in told}


def _row(state: HolderState, days: dict[UUID, date]) -> HolderRow:
    return HolderRow(
        holder_id=state.holder_id,
        version=state.version,
        status=state.status,
        deceased_on=_deceased_on(state, days),
        subdistrict=state.subdistrict,
        home_district=state.subdistrict[:4],
        tier=state.tier,
        citizen_index=bytes.fromhex(state.citizen_index),
        merged_into=state.merged_into,
        merged_on=state.merged_on,
    )


def _deceased_on(state: HolderState, days: dict[UUID, date]) -> date | None:
    if isinstance(state, CardholderDeceased):
        return state.deceased_on
    if state.status is HolderStatus.DECEASED:
        # A later state of a dead person; the day came with the death, unless a compacted topic has lost it.
        return days.get(state.holder_id, state.recorded_on)
    return None


async def route_cases(tx: Tx, routes: Sequence[tuple[UUID, int, str]]) -> None:
    """Set responsible districts (holder, version, district); of each holder the newest version counts."""
    newest = {holder_id: (version, district) for holder_id, version, district in sorted(routes, key=lambda one: one[1])}
    await holders.route(tx, list(newest), [version for version, _ in newest.values()], [district for _, district in newest.values()])


async def assign_officers(tx: Tx, assigned: Sequence[tuple[UUID, int, UUID]]) -> None:
    """Set account officers (holder, version, officer); of each holder the newest version counts."""
    newest = {holder_id: (version, officer) for holder_id, version, officer in sorted(assigned, key=lambda one: one[1])}
    await holders.assign(tx, list(newest), [version for version, _ in newest.values()], [officer for _, officer in newest.values()])


async def keep_payees(tx: Tx, payees: Sequence[PayeeChanged]) -> None:
    """Keep where people's money goes, and forget it of those whom the registry erased.

    Nobody can pay onto a cancelled card: such a person is held as one without payee.
    """
    erased = [(one.holder_id, one.version) for one in payees if one.erased]
    if erased:
        await holders.erase_payees(tx, erased)
        await holders.forget_erased_payees(tx)
        await forget_messages(tx, [str(holder_id) for holder_id, _ in erased], topic=PAYEES)
    kept = [(one.holder_id, one.version, _payer(one), one.key_id, one.sealed) for one in payees if not one.erased]
    if kept:
        await holders.keep_payees(tx, kept)


def _payer(payee: PayeeChanged) -> Bank | None:
    return None if payee.card_cancelled and payee.bank in PAY_ONTO_THE_CARD else payee.bank
