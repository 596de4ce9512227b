"""What agencies do with referrals: take the person in, report what became of it. One line or many; a bad line stops no other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.steps import go_on_with_steps
from services.plan.commands.write import write
from services.plan.domain import Because, PlanStatus, Referral
from services.plan.repository import agreements, plans
from services.plan.rules.outcomes import OutcomeRules, is_final
from shared.auth import Reach
from shared.clock import on_day
from shared.contracts.plan import Outcome, ReferralAccepted, ReferralOutcomeRecorded
from shared.db import Tx
from shared.errors import DomainError, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An agency took the person in; the day is today where it is not given."""

    referral_id: UUID
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """What became of a referral; `final`, where given, must agree with the table of outcomes."""

    referral_id: UUID
    outcome: Outcome
    recorded_on: date | None = None
    final: bool | None = None
    evidence: str | None = None


L = TypeVar("L", Acceptance, OutcomeReport)
Answered = Referral | DomainError
"""The referral as it is after a line, or why the line was refused."""


async def accept(tx: Tx, lines: Sequence[Acceptance], reach: Reach, because: Because) -> list[Answered]:
    """Record acceptances; answers stand in the order of the lines."""
    changes, in_reach = await _begin(tx, (line.referral_id for line in lines), reach)
    return await _apply(tx, changes, in_reach, lines, lambda referral, line: _accept(changes, referral, line, because))


async def record_outcomes(tx: Tx, lines: Sequence[OutcomeReport], reach: Reach, rules: OutcomeRules, because: Because) -> list[Answered]:
    """Record outcomes, refer what comes after them, and complete the plans of which nothing is left; answers stand in the order of the lines."""
    changes, in_reach = await _begin(tx, (line.referral_id for line in lines), reach)

    def record(referral: Referral, line: OutcomeReport) -> None:
        _record(changes, referral, line, rules, because)

    def go_on() -> None:
        go_on_with_steps(changes, {referral.plan_id for referral in changes.referrals.values()}, rules, because)

    return await _apply(tx, changes, in_reach, lines, record, go_on)


async def _begin(tx: Tx, referral_ids: Iterable[UUID], reach: Reach) -> tuple[Changes, set[UUID]]:
    """Lock the plans of the referrals in reach, and read all referrals of these plans."""
    plan_ids = await plans.plans_of_referrals(tx, referral_ids, reach)
    locked = await plans.lock_plans(tx, set(plan_ids.values()))
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, set(plan_ids.values())))
    changes.agreed.update(await agreements.in_force(tx, changes.was))
    return changes, set(plan_ids)


async def _apply(
    tx: Tx,
    changes: Changes,
    in_reach: set[UUID],
    lines: Sequence[L],
    apply: Callable[[Referral, L], None],
    finish: Callable[[], None] = lambda: None,
) -> list[Answered]:
    refused: dict[int, DomainError] = {}
    for number, line in enumerate(lines):
        referral = changes.referral(line.referral_id) if line.referral_id in in_reach else None
        try:
            if referral is None:
                raise NotFound
            apply(referral, line)
        except DomainError as error:
            refused[number] = error
    finish()
    await write(tx, changes)
    return [refused.get(number) or _present(changes, line.referral_id) for number, line in enumerate(lines)]


def _present(changes: Changes, referral_id: UUID) -> Referral:
    referral = changes.referral(referral_id)
    if referral is None:
        raise LookupError(referral_id)
    return referral


def _accept(changes: Changes, referral: Referral, line: Acceptance, because: Because) -> None:
    accepted_on = _checked_day("accepted_on", line.accepted_on, referral.referred_on, because)
    accepted = referral.accept(accepted_on)
    changes.put_referral(accepted, because)
    fact = ReferralAccepted(
        holder_id=referral.holder_id,
        plan_id=referral.plan_id,
        referral_id=referral.referral_id,
        line_no=referral.line_no,
        agency=referral.agency,
        accepted_on=accepted_on,
    )
    changes.publish(fact, referral.holder_id, because, referral.referral_id)
    plan = changes.plan(referral.plan_id)
    if plan is not None and plan.status is PlanStatus.REFERRED:
        changes.put_plan(plan.become(PlanStatus.IN_DEVELOPMENT), because)


def _record(changes: Changes, referral: Referral, line: OutcomeReport, rules: OutcomeRules, because: Because) -> None:
    final = is_final(referral, line.outcome, line.final, rules)
    earliest = referral.outcome_on or referral.accepted_on or referral.referred_on
    recorded_on = _checked_day("recorded_on", line.recorded_on, earliest, because)
    recorded = referral.record(line.outcome, on=recorded_on, final=final)
    changes.put_referral(recorded, because, evidence=line.evidence)
    fact = ReferralOutcomeRecorded(
        holder_id=referral.holder_id,
        plan_id=referral.plan_id,
        referral_id=referral.referral_id,
        line_no=referral.line_no,
        agency=referral.agency,
        outcome=line.outcome,
        final=final,
        recorded_on=recorded_on,
    )
    changes.publish(fact, referral.holder_id, because, referral.referral_id, recorded.version)


def _checked_day(field: str, day: date | None, earliest: date, because: Because) -> date:
    """The day of the fact: today where none is given, never before the referral's last one, never in the future. Raises Invalid."""
    today = on_day(because.at)
    if day is None:
        return today
    if not earliest <= day <= today:
        raise Invalid.field(
            field,
            "out_of_range",
            "is before the referral's last date or in the future",
            "อยู่ก่อนวันที่ล่าสุดของการส่งต่อ หรือเป็นวันในอนาคต",
            f"{earliest}..{today}",
        )
    return day
