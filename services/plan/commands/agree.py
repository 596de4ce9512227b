"""The human act: what the person and the account officer agreed on and signed, or that the person wants none of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plan import errors
from services.plan.changes import Changes
from services.plan.commands.write import write
from services.plan.domain import Because, Catalogue, Choice, Line, Plan, PlanStatus, Programme, Referral, ReferralStatus, referral_id_of
from services.plan.repository import catalogue, people, plans
from services.plan.rules.other_choice import why_otherwise
from shared.auth import Principal
from shared.clock import on_day
from shared.contracts.plan import OtherChoice, PlanAssigned, PlanDeclined, PlanLine, ReferralCreated
from shared.db import Tx
from shared.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both signed: one choice or more, when, and why it is not what was recommended (where it is not)."""

    choices: tuple[Choice, ...]
    agreed_on: date
    officer_id: UUID
    district: str
    other_choice: OtherChoice | None = None
    other_choice_reason: str | None = None


async def agree(
    tx: Tx,
    plan_id: UUID,
    choices: tuple[Choice, ...],
    *,
    agreed_on: date,
    other_choice: OtherChoice | None,
    other_choice_reason: str | None,
    signed_by_both: bool,
    principal: Principal,
    because: Because,
) -> Plan:
    """The person's own officer records the agreement; every line is referred to its agency at once.

    Raises SignaturesMissing, NotFound, NotOwnCase, PlanNotOpen, OfficerNotActive, ProgrammeNotActive, Invalid.
    """
    if not signed_by_both:
        raise errors.SignaturesMissing
    _refuse_future("agreed_on", agreed_on, because)
    plan = await _own_open_plan(tx, plan_id, principal)
    officer_id = plan.officer_id
    if officer_id is None or await people.officer_has_left(tx, officer_id):
        raise errors.OfficerNotActive
    programmes = await catalogue.catalogue(tx)
    _require_offered(choices, programmes, agreed_on)
    otherwise = why_otherwise((one.programme_code for one in choices), plan.recommended, other_choice, other_choice_reason)
    changes = Changes.of([plan])
    agreement = Agreement(choices, agreed_on, officer_id, plan.responsible_district, otherwise, other_choice_reason)
    assign(changes, plan, agreement, programmes, because)
    await write(tx, changes)
    return changes.plans[plan_id]


async def decline(
    tx: Tx, plan_id: UUID, *, declined_on: date, sufficient: bool, reason: str, principal: Principal, because: Because
) -> Plan:
    """The person's own officer records that the person wants none of it. Raises NotFound, NotOwnCase, PlanNotOpen, Invalid."""
    _refuse_future("declined_on", declined_on, because)
    plan = await _own_open_plan(tx, plan_id, principal)
    changes = Changes.of([plan])
    put_declined(changes, plan, declined_on=declined_on, sufficient=sufficient, reason=reason, because=because)
    await write(tx, changes)
    return changes.plans[plan_id]


def assign(changes: Changes, plan: Plan, agreement: Agreement, programmes: Catalogue, because: Because) -> None:
    """Put the agreed plan, its lines with the version of that day, and a referral for each into the changes. Raises PlanNotOpen."""
    agreed = plan.become(
        PlanStatus.AGREED,
        holder_signed=True,
        officer_signed=True,
        agreed_on=agreement.agreed_on,
        other_choice=agreement.other_choice,
        other_choice_reason=agreement.other_choice_reason,
    )
    changes.put_plan(agreed, because)
    lines = [
        _line(plan.plan_id, number, choice, programmes.signed_on(choice.programme_code, agreement.agreed_on))
        for number, choice in enumerate(agreement.choices, start=1)
    ]
    changes.lines.extend(lines)
    changes.publish(_plan_assigned(agreed, agreement, lines), plan.holder_id, because, agreed.version)
    _refer(changes, agreed, lines, because)
    changes.put_plan(agreed.become(PlanStatus.REFERRED), because)


def put_declined(changes: Changes, plan: Plan, *, declined_on: date, sufficient: bool, reason: str, because: Because) -> None:
    """Put the declined plan into the changes and publish it. Raises PlanNotOpen."""
    declined = plan.become(PlanStatus.DECLINED, declined_on=declined_on, sufficient=sufficient, decline_reason=reason or None)
    changes.put_plan(declined, because)
    publish_declined(changes, declined, because)


def publish_declined(changes: Changes, plan: Plan, because: Because) -> None:
    """Tell that the plan is declined."""
    if plan.declined_on is None or plan.sufficient is None:
        raise ValueError(f"plan {plan.plan_id} is not declined")
    fact = PlanDeclined(
        holder_id=plan.holder_id,
        plan_id=plan.plan_id,
        interview_id=plan.interview_id,
        declined_on=plan.declined_on,
        sufficient=plan.sufficient,
        reason=plan.decline_reason or "",
    )
    changes.publish(fact, plan.holder_id, because, plan.version)


def _refuse_future(field: str, day: date, because: Because) -> None:
    today = on_day(because.at)
    if day > today:
        raise Invalid.field(field, "in_the_future", "must not be in the future", "ต้องไม่เป็นวันในอนาคต", f"≤ {today}")


async def _own_open_plan(tx: Tx, plan_id: UUID, principal: Principal) -> Plan:
    plan = await plans.lock_plan_in_reach(tx, plan_id, principal.reach)
    if plan is None:
        raise NotFound
    if principal.officer_id is None or principal.officer_id != plan.officer_id:
        raise errors.NotOwnCase
    if plan.status is not PlanStatus.RECOMMENDED:
        raise errors.PlanNotOpen(plan_id=str(plan_id), plan_status=plan.status.value)
    return plan


def _require_offered(choices: Iterable[Choice], programmes: Catalogue, on: date) -> None:
    for choice in choices:
        programme = programmes.version_on(choice.programme_code, on)
        if programme is None or not programme.is_offered(on):
            raise errors.ProgrammeNotActive(programme_code=choice.programme_code)


def _line(plan_id: UUID, number: int, choice: Choice, programme: Programme) -> Line:
    return Line(
        plan_id=plan_id,
        line_no=number,
        dimension=programme.dimension,
        programme_code=programme.code,
        programme_version=programme.version,
        agency=programme.agency,
        goal=choice.goal,
        target_income_baht=choice.target_income_baht,
    )


def _plan_assigned(plan: Plan, agreement: Agreement, lines: Sequence[Line]) -> PlanAssigned:
    return PlanAssigned(
        holder_id=plan.holder_id,
        plan_id=plan.plan_id,
        version=plan.version,
        interview_id=plan.interview_id,
        officer_id=agreement.officer_id,
        agreed_on=agreement.agreed_on,
        lines=tuple(
            PlanLine(
                line_no=line.line_no,
                dimension=line.dimension,
                programme_code=line.programme_code,
                programme_version=line.programme_version,
                agency=line.agency,
                goal=line.goal,
                target_income_baht=line.target_income_baht,
                recommended=line.programme_code in plan.recommended,
            )
            for line in lines
        ),
        district=agreement.district,
        other_choice=plan.other_choice,
    )


def _refer(changes: Changes, plan: Plan, lines: Sequence[Line], because: Because) -> None:
    referred_on = on_day(because.at)
    for line in lines:
        referral = Referral(
            referral_id=referral_id_of(plan.plan_id, line.line_no),
            plan_id=plan.plan_id,
            holder_id=plan.holder_id,
            line_no=line.line_no,
            programme_code=line.programme_code,
            dimension=line.dimension,
            agency=line.agency,
            status=ReferralStatus.CREATED,
            version=1,
            referred_on=referred_on,
        )
        changes.put_referral(referral, because)
        created = ReferralCreated(
            holder_id=plan.holder_id,
            plan_id=plan.plan_id,
            referral_id=referral.referral_id,
            line_no=line.line_no,
            programme_code=line.programme_code,
            dimension=line.dimension,
            agency=line.agency,
            referred_on=referred_on,
        )
        changes.publish(created, plan.holder_id, because, referral.referral_id)
