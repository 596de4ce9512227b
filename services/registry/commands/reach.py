"""Whose case a holder is, as interview tells it."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.repository import reach
from shared.contracts.interview import AccountOfficerAssigned, CaseRouted
from shared.db import Tx


async def route_cases(tx: Tx, facts: Sequence[CaseRouted]) -> set[UUID]:
    """Take the newest responsible district of each holder; returns the holders that are not in the registry."""
    newest = {fact.holder_id: fact for fact in sorted(facts, key=lambda fact: fact.version)}
    known = await reach.lock(tx, list(newest))
    await reach.route(tx, [(fact.holder_id, fact.version, fact.responsible_district, fact.routed_on) for fact in newest.values()])
    return newest.keys() - known


async def assign_officers(tx: Tx, facts: Sequence[AccountOfficerAssigned]) -> set[UUID]:
    """Take the newest officer of each holder; returns the holders that are not in the registry."""
    newest = {fact.holder_id: fact for fact in sorted(facts, key=lambda fact: fact.version)}
    known = await reach.lock(tx, list(newest))
    await reach.assign(tx, [(fact.holder_id, fact.version, fact.officer_id) for fact in newest.values()])
    return newest.keys() - known
