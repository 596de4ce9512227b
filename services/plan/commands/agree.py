"""The human act: what the person and the account officer agreed on and signed, or that the person wants none of it."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plan import errors
from services.plan.changes import Changes
from services.plan.commands.advise import Desk
from services.plan.commands.prescribe import prescribe
from services.plan.commands.reach import require_own_case
from services.plan.commands.steps import refer_due
from services.plan.commands.write import write
from services.plan.domain import WAITING, Agreed, AgreementVersion, Because, Catalogue, Choice, Line, Plan, PlanStatus, Programme
from services.plan.errors.specialists import ReviewAwaited
from services.plan.repository import people, plans, specialists
from services.plan.rules.other_choice import why_otherwise
from services.plan.rules.prescription import Prescribed
from shared.auth import Principal
from shared.clock import on_day
from shared.contracts.common import Dimension
from shared.contracts.plan import OtherChoice, PlanAssigned, PlanDeclined, PlanLine
from shared.db import Tx
from shared.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both signed: one choice or more, when, and why it is not what was recommended (where it is not).

    `reason_sealed` is why an amendment was made.
    """

    choices: tuple[Choice, ...]
    agreed_on: date
    officer_id: UUID
    district: str
    other_choice: OtherChoice | None = None
    other_choice_reason: str | None = None
    side_by_side: bool = False
    reason_sealed: str | None = None


async def agree(
    tx: Tx,
    plan_id: UUID,
    choices: tuple[Choice, ...],
    *,
    agreed_on: date,
    other_choice: OtherChoice | None,
    other_choice_reason: str | None,
    side_by_side: bool,
    unsigned: Sequence[str],
    principal: Principal,
    because: Because,
    desk: Desk,
) -> Plan:
    """The person's own officer records the agreement; the lines of the first step, or all side by side, are referred to their agencies at once.

    `unsigned` are the fields by which somebody has not signed. Raises SignaturesMissing, NotFound, NotOwnCase, PlanNotOpen, OfficerNotActive, ProgrammeNotActive, ReviewAwaited, Invalid.
    """
    if unsigned:
        raise errors.SignaturesMissing.at(unsigned)
    refuse_future("agreed_on", agreed_on, because)
    plan = await _own_waiting_plan(tx, plan_id, principal)
    await _refuse_before_interview(tx, "agreed_on", agreed_on, plan)
    officer_id = await active_officer(tx, plan)
    programmes = await desk.catalogue(tx)
    offered = require_offered(fields_of(choices), programmes, agreed_on)
    await refuse_awaited(tx, plan_id, {programme.dimension for programme in offered})
    asked = [Prescribed(choice, programme, f"lines.{n}") for n, (choice, programme) in enumerate(zip(choices, offered, strict=True))]
    lines = await prescribe(tx, asked, agreed_on, side_by_side=side_by_side)
    otherwise = why_otherwise((one.programme_code for one in choices), plan.recommended, other_choice, other_choice_reason)
    changes = Changes.of([plan])
    signed = tuple(line.choice for line in lines)
    agreement = Agreement(signed, agreed_on, officer_id, plan.responsible_district, otherwise, other_choice_reason, side_by_side)
    assign(changes, plan, agreement, programmes, because)
    await write(tx, changes)
    return changes.plans[plan_id]


async def decline(
    tx: Tx, plan_id: UUID, *, declined_on: date, sufficient: bool, reason: str, principal: Principal, because: Because
) -> Plan:
    """The person's own officer records that the person wants none of it. Raises NotFound, NotOwnCase, PlanNotOpen, Invalid."""
    refuse_future("declined_on", declined_on, because)
    plan = await _own_waiting_plan(tx, plan_id, principal)
    await _refuse_before_interview(tx, "declined_on", declined_on, plan)
    changes = Changes.of([plan])
    put_declined(changes, plan, declined_on=declined_on, sufficient=sufficient, reason=reason, because=because)
    await write(tx, changes)
    return changes.plans[plan_id]


def assign(changes: Changes, plan: Plan, agreement: Agreement, programmes: Catalogue, because: Because) -> None:
    """Put the agreed plan, its lines with the version of that day, and a referral for each that is due into the changes. Raises PlanNotOpen."""
    agreed = plan.become(
        PlanStatus.AGREED,
        holder_signed=True,
        officer_signed=True,
        agreed_on=agreement.agreed_on,
        other_choice=agreement.other_choice,
        other_choice_reason=agreement.other_choice_reason,
        agreement_version=1,
    )
    changes.put_plan(agreed, because)
    lines = [
        line_of(plan.plan_id, number, choice, programmes.signed_on(choice.programme_code, agreement.agreed_on))
        for number, choice in enumerate(agreement.choices, start=1)
    ]
    changes.lines.extend(lines)
    changes.ask_seats(lines, plan.holder_id, because)
    put_in_force(changes, agreed, agreement, lines, because)
    changes.put_plan(agreed.become(PlanStatus.REFERRED), because)


def put_in_force(changes: Changes, plan: Plan, agreement: Agreement, lines: Sequence[Line], because: Because) -> None:
    """Put the version of the agreement that the plan names into the changes, publish it, and refer what is due by it."""
    changes.agreements.append(
        AgreementVersion(
            plan_id=plan.plan_id,
            version=plan.agreement_version,
            agreed_on=agreement.agreed_on,
            officer_id=agreement.officer_id,
            line_nos=tuple(line.line_no for line in lines),
            side_by_side=agreement.side_by_side,
            reason_sealed=agreement.reason_sealed,
            recorded_by=because.who,
            recorded_at=because.at,
        )
    )
    changes.agreed[plan.plan_id] = Agreed(tuple(lines), agreement.side_by_side)
    changes.publish(_plan_assigned(plan, agreement, lines), plan.holder_id, because, plan.version)
    refer_due(changes, plan, because)


def publish_again(changes: Changes, plan: Plan, signed: AgreementVersion, because: Because) -> None:
    """Tell the plan, which goes on by what was signed, to those who had heard of its end. Its lines in force must be among the changes."""
    agreement = Agreement((), signed.agreed_on, signed.officer_id, plan.responsible_district, side_by_side=signed.side_by_side)
    changes.publish(_plan_assigned(plan, agreement, changes.agreed[plan.plan_id].lines), plan.holder_id, because, plan.version)


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


def refuse_future(field: str, day: date, because: Because) -> None:
    """Nothing is signed on a day to come. Raises Invalid."""
    today = on_day(because.at)
    if day > today:
        raise Invalid.field(field, "in_the_future", "must not be in the future", "ต้องไม่เป็นวันในอนาคต", f"≤ {today}")


async def own_plan(tx: Tx, plan_id: UUID, principal: Principal) -> Plan:
    """The plan in reach, locked, for its person's own officer. Raises NotFound, NotOwnCase."""
    plan = await plans.lock_plan_in_reach(tx, plan_id, principal.reach)
    if plan is None:
        raise NotFound
    require_own_case(principal, plan)
    return plan


async def active_officer(tx: Tx, plan: Plan) -> UUID:
    """The plan's account officer. Raises OfficerNotActive for one who has left the team."""
    if plan.officer_id is None or await people.officer_has_left(tx, plan.officer_id):
        raise errors.OfficerNotActive
    return plan.officer_id


async def refuse_awaited(tx: Tx, plan_id: UUID, dimensions: Container[Dimension]) -> None:
    """Nothing is agreed on in a dimension while its specialist is asked: raise ReviewAwaited, naming the first."""
    for review in (await specialists.reviews_of_plans(tx, [plan_id])).values():
        if review.is_open and review.dimension in dimensions:
            raise ReviewAwaited(dimension=review.dimension.value, review_id=str(review.review_id), due_on=str(review.due_on))


async def _own_waiting_plan(tx: Tx, plan_id: UUID, principal: Principal) -> Plan:
    plan = await own_plan(tx, plan_id, principal)
    if plan.status not in WAITING:
        raise errors.PlanNotOpen(plan_id=str(plan_id), plan_status=plan.status.value)
    return plan


async def _refuse_before_interview(tx: Tx, field: str, day: date, plan: Plan) -> None:
    """The first stage comes before the third: raise Invalid for a day before the interview on which the plan stands."""
    interview = (await plans.interviews(tx, [plan.holder_id])).get(plan.holder_id)
    if interview is not None and day < interview.interviewed_on:
        allowed = f"≥ {interview.interviewed_on}"
        raise Invalid.field(field, "before_interview", "is before the interview", "อยู่ก่อนวันสัมภาษณ์", allowed)


def fields_of(choices: Sequence[Choice]) -> Iterator[tuple[str, Choice]]:
    """The choices, each with where it stands in the request."""
    return ((f"lines.{number}", choice) for number, choice in enumerate(choices))


def require_offered(choices: Iterable[tuple[str, Choice]], programmes: Catalogue, on: date) -> list[Programme]:
    """The programmes of the choices, which stand at their fields, as they are offered on the day. Raises ProgrammeNotActive."""
    return [offered_programme(f"{field}.programme_code", choice.programme_code, programmes, on) for field, choice in choices]


def offered_programme(field: str, code: str, programmes: Catalogue, on: date) -> Programme:
    """The programme that the field names, as it is offered on the day. Raises ProgrammeNotActive."""
    programme = programmes.version_on(code, on)
    if programme is None or not programme.is_offered(on):
        raise errors.ProgrammeNotActive.at(field, code, on)
    return programme


def line_of(plan_id: UUID, number: int, choice: Choice, programme: Programme) -> Line:
    """The choice as a line of the plan, with the version of its programme by now."""
    return Line(
        plan_id=plan_id,
        line_no=number,
        dimension=programme.dimension,
        programme_code=programme.code,
        programme_version=programme.version,
        agency=programme.agency,
        goal=choice.goal,
        target_income_baht=choice.target_income_baht,
        step_no=choice.step_no,
        offering_id=choice.offering_id,
        starts_on=choice.starts_on,
        due_on=choice.due_on,
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
                step_no=line.step_no,
                offering_id=line.offering_id,
                starts_on=line.starts_on,
                due_on=line.due_on,
                recommended=line.programme_code in plan.recommended,
            )
            for line in lines
        ),
        district=agreement.district,
        agreement_version=plan.agreement_version,
        side_by_side=agreement.side_by_side,
        other_choice=plan.other_choice,
    )
