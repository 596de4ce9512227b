"""Putting persons on hold, by the policy set or by decision, and lifting that: by another person, or by what the registry decides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.payments.domain import HoldCause
from services.payments.errors import HoldLifted, LifterIsPlacer
from services.payments.repository import holds, obligations, policies
from services.payments.repository.holds import POLICY, Hold
from services.payments.rules.parameters import Parameters, Runs
from shared.auth import Principal
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed
from shared.ids import new_id, same_id


async def hold_by_policy(tx: Tx, controls: Runs, at: datetime) -> None:
    """Put on hold whom the policy set wants held, and lift its holds whose question the registry has decided.

    What another person lifted is not placed again for the same pair or report.
    """
    await holds.lift_what_registry_decided(tx, at)
    if controls.hold_suspected_duplicates_score_min is not None:
        await holds.suspect_duplicates(tx, controls.hold_suspected_duplicates_score_min, at)


async def hold_reported_deaths(tx: Tx, reports: Mapping[UUID, UUID], at: datetime) -> None:
    """Put on hold who is reported dead, if the policy set in force says so, until the registry records it or another person lifts it.

    `reports` are the holders by the id of the event that told of the death.
    """
    newest = await policies.newest(tx)
    if newest is None or not Parameters.of(newest.parameters).runs.hold_reported_deaths:
        return
    await obligations.changing_allowances(tx)
    placed = [
        Hold(
            hold_id=same_id("hold", report_id),
            holder_id=holder_id,
            cause=HoldCause.DEATH_PENDING,
            subject=report_id,
            version=1,
            reason="an officer reported the death",
            placed_by=POLICY,
            placed_at=at,
        )
        for report_id, holder_id in reports.items()
    ]
    await holds.place(tx, placed, again=False)


async def hold_person(tx: Tx, holder_id: UUID, cause: HoldCause, reason: str, principal: Principal, at: datetime) -> Hold:
    """Put a person in reach on hold; while one of the same cause that somebody placed stands, that one is the answer. Raises NotFound."""
    # A release sees the hold, or was over before it.
    await obligations.changing_allowances(tx)
    if not await holds.in_reach(tx, holder_id, principal.reach):
        raise NotFound
    hold = Hold(new_id(), holder_id, cause, holder_id, 1, reason, principal.subject, at)
    if await holds.place(tx, [hold], again=True):
        return hold
    return await holds.standing(tx, holder_id, cause, holder_id) or hold


async def lift_hold(tx: Tx, hold_id: UUID, version: int, reason: str, principal: Principal, at: datetime) -> Hold:
    """Lift a hold, by another person than who placed it; the next list pays again. The same person again gets the same answer.

    Raises NotFound, HoldLifted, LifterIsPlacer, PreconditionFailed.
    """
    await obligations.changing_allowances(tx)
    hold = await holds.lock(tx, hold_id, principal.reach)
    if hold is None:
        raise NotFound
    if hold.lifted_by == principal.subject:
        return hold
    if hold.lifted_by is not None:
        raise HoldLifted(lifted_by=hold.lifted_by)
    if hold.placed_by == principal.subject:
        raise LifterIsPlacer(hold_id=hold_id)
    if hold.version != version:
        raise PreconditionFailed
    lifted = replace(hold, version=hold.version + 1, lifted_by=principal.subject, lifted_at=at, lift_reason=reason)
    await holds.lift(tx, lifted)
    return lifted
