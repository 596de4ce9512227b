"""An agreed plan is changed by a new version of its agreement, signed by both; what was signed before stays as it was.

A plan that has ended goes on by it with what is new: for who is reinstated, or was trained and now needs work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.plan import errors
from services.plan.changes import Changes
from services.plan.commands.advise import Desk
from services.plan.commands.agree import (
    Agreement,
    active_officer,
    fields_of,
    line_of,
    own_plan,
    put_in_force,
    refuse_awaited,
    refuse_future,
    require_offered,
)
from services.plan.commands.prescribe import prescribe
from services.plan.commands.refer import put_closed
from services.plan.commands.steps import go_on_with_steps
from services.plan.commands.write import write
from services.plan.domain import ENDED, OPEN, RUNNING, Because, Catalogue, Choice, Line, Plan, PlanStatus
from services.plan.domain.agreements import reason_context
from services.plan.errors.agreements import DevelopmentStopped, PlanChangedSince
from services.plan.repository import agreements, people, plans
from services.plan.rules.other_choice import why_otherwise
from services.plan.rules.prescription import Prescribed
from shared.auth import Principal
from shared.card_holders import persons_among
from shared.contracts.interview import DecisionKind
from shared.contracts.plan import ClosingReason, OtherChoice, SeatEnd
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class Amendment:
    """What both signed anew: every line that is to be in force, those that stay by their `line_no`, and why the agreement changes.

    `unsigned` are the fields by which somebody has not signed; `other_choice` is why a new line is not what was recommended (where it is not).
    """

    choices: tuple[Choice, ...]
    agreed_on: date
    reason: str
    side_by_side: bool
    unsigned: tuple[str, ...]
    other_choice: OtherChoice | None = None
    other_choice_reason: str | None = None


async def amend(
    tx: Tx,
    plan_id: UUID,
    amendment: Amendment,
    expected_version: int,
    *,
    principal: Principal,
    because: Because,
    desk: Desk,
    cipher: FieldCipher,
) -> Plan:
    """The person's own officer records a new version of the agreement. Lines that are left out are taken back from their agencies.

    Raises SignaturesMissing, NotFound, NotOwnCase, PlanNotOpen, DevelopmentStopped, PlanChangedSince, OfficerNotActive, ProgrammeNotActive, ReviewAwaited, Invalid.
    """
    if amendment.unsigned:
        raise errors.SignaturesMissing.at(amendment.unsigned)
    refuse_future("agreed_on", amendment.agreed_on, because)
    plan = await own_plan(tx, plan_id, principal)
    if plan.status not in RUNNING:
        await _require_may_go_on(tx, plan)
    if plan.version != expected_version:
        raise PlanChangedSince(plan_id=str(plan_id), present_version=plan.version)
    officer_id = await active_officer(tx, plan)
    changes = Changes.of([plan], await plans.referrals_of_plans(tx, [plan_id]))
    changes.agreed = await agreements.in_force(tx, [plan_id])
    await _refuse_earlier(tx, plan, amendment.agreed_on)
    lines = await _lines_of(tx, changes, plan_id, amendment, await desk.catalogue(tx))
    amended = _amended(plan, agreement_version=plan.agreement_version + 1, **_other_choice(plan, amendment, lines))
    agreement = Agreement(
        choices=amendment.choices,
        agreed_on=amendment.agreed_on,
        officer_id=officer_id,
        district=plan.responsible_district,
        side_by_side=amendment.side_by_side,
        reason_sealed=cipher.seal_text(amendment.reason, reason_context(plan_id, amended.agreement_version)),
    )
    _put(changes, amended, agreement, lines, because)
    go_on_with_steps(changes, [plan_id], desk.rules.outcomes, because)
    await write(tx, changes)
    return changes.plans[plan_id]


async def _require_may_go_on(tx: Tx, plan: Plan) -> None:
    """An ended plan may go on while the person lives, wishes for it and has no other open plan. Raises PlanNotOpen, DevelopmentStopped."""
    if plan.status not in ENDED or not await _wishes(tx, plan.holder_id) or await _has_other_open(tx, plan):
        raise errors.PlanNotOpen(plan_id=str(plan.plan_id), plan_status=plan.status.value)
    stop = await people.standing_stop(tx, plan.holder_id)
    if stop is not None:
        raise DevelopmentStopped(
            decision_id=str(stop.decision_id), kind=stop.kind, decided_on=str(stop.decided_on), allowed=[DecisionKind.REINSTATE]
        )


async def _wishes(tx: Tx, holder_id: UUID) -> bool:
    holder = (await people.seen_holders(tx, [holder_id]))[holder_id]
    erased = (await people.known_holders(tx, [holder_id], held=False))[holder_id]
    return holder.alive and holder.withdrawn_on is None and not erased


async def _has_other_open(tx: Tx, plan: Plan) -> bool:
    """Whether the person goes on with a plan under another id."""
    members = {holder_id for person in await persons_among(tx, [plan.holder_id]) for holder_id in person.members}
    return any(status in OPEN for status in await plans.statuses(tx, members - {plan.holder_id}))


def _amended(plan: Plan, **content: Any) -> Plan:
    """The plan with its next agreement; one that had ended is under way again."""
    if plan.status in RUNNING:
        return plan.changed(**content)
    return plan.become(PlanStatus.REFERRED, completed_on=None, succeeded=None, failed=None, **content)


def _put(changes: Changes, plan: Plan, agreement: Agreement, lines: Sequence[Line], because: Because) -> None:
    """The amended plan with its lines in force; what is new asks for its seat, what is left out is closed and gives its own up."""
    before = changes.agreed[plan.plan_id].line_nos
    left_out = before - {line.line_no for line in lines}
    new = [line for line in lines if line.line_no not in before]
    for referral in changes.referrals_of(plan.plan_id):
        if referral.line_no in left_out:
            put_closed(changes, referral, ClosingReason.AMENDED, because)
    for line_no in sorted(left_out):
        changes.give_up_seats(plan.plan_id, SeatEnd.AMENDED, because, line_no=line_no)
    changes.lines.extend(new)
    changes.ask_seats(new, plan.holder_id, because)
    changes.put_plan(plan, because)
    put_in_force(changes, plan, agreement, lines, because)


def _other_choice(plan: Plan, amendment: Amendment, lines: Sequence[Line]) -> dict[str, Any]:
    """Why the plan is not what is recommended now: of a new line it is asked, of lines that stay it was said. Raises Invalid."""
    new = [choice.programme_code for choice in amendment.choices if choice.line_no is None]
    otherwise = why_otherwise(new, plan.recommended, amendment.other_choice, amendment.other_choice_reason)
    if otherwise is not None:
        return {"other_choice": otherwise, "other_choice_reason": amendment.other_choice_reason}
    if {line.programme_code for line in lines} <= set(plan.recommended):
        return {"other_choice": None, "other_choice_reason": None}
    return {}


async def _refuse_earlier(tx: Tx, plan: Plan, agreed_on: date) -> None:
    """Raise Invalid for a day before the agreement that it changes, or before the end of the plan that goes on."""
    last = await agreements.last_agreed_on(tx, plan.plan_id)
    if agreed_on < last:
        raise Invalid.field("agreed_on", "before_last", "is before the agreement that it changes", "อยู่ก่อนข้อตกลงที่แก้ไข", f"≥ {last}")
    if plan.completed_on is not None and agreed_on < plan.completed_on:
        allowed = f"≥ {plan.completed_on}"
        raise Invalid.field("agreed_on", "before_end", "is before the end of the plan that goes on", "อยู่ก่อนวันที่แผนสิ้นสุด", allowed)


async def _lines_of(tx: Tx, changes: Changes, plan_id: UUID, amendment: Amendment, programmes: Catalogue) -> list[Line]:
    """The lines in force by the amendment: those that stay as they were signed, and the new ones, numbered on."""
    present = {line.line_no: line for line in changes.agreed[plan_id].lines}
    ended = {one.line_no for one in changes.referrals_of(plan_id) if one.current and one.ended and one.line_no in present}
    _check_stays(amendment.choices, present, ended)
    new = [(field, choice) for field, choice in fields_of(amendment.choices) if choice.line_no is None]
    offered = iter(require_offered(new, programmes, amendment.agreed_on))
    lines = [
        Prescribed(choice, next(offered), field) if choice.line_no is None else _as_signed(present[choice.line_no], programmes, field)
        for field, choice in fields_of(amendment.choices)
    ]
    _check_each_once(lines, ended)
    await refuse_awaited(tx, plan_id, {line.programme.dimension for line in lines if not line.signed})
    number = await agreements.last_line_no(tx, plan_id)
    found = []
    for line in await prescribe(tx, lines, amendment.agreed_on, side_by_side=amendment.side_by_side):
        if line.choice.line_no is None:
            number += 1
            found.append(line_of(plan_id, number, line.choice, line.programme))
        else:
            found.append(present[line.choice.line_no])
    return found


def _as_signed(line: Line, programmes: Catalogue, field: str) -> Prescribed:
    programme = programmes.versions[line.programme_code][line.programme_version - 1]
    choice = Choice(line.programme_code, step_no=line.step_no, starts_on=line.starts_on, due_on=line.due_on, line_no=line.line_no)
    return Prescribed(choice, programme, field, signed=True)


def _check_stays(choices: Sequence[Choice], present: dict[int, Line], ended: set[int]) -> None:
    """Lines that stay are in force, lines that have their end stay, and something changes. Raises Invalid."""
    for field, choice in fields_of(choices):
        if choice.line_no is not None and choice.line_no not in present:
            allowed = " | ".join(str(line_no) for line_no in present)
            raise Invalid.field(f"{field}.line_no", "not_in_force", "is no line in force", "ไม่ใช่รายการที่มีผลอยู่", allowed)
    stays = {choice.line_no for choice in choices}
    if missing := sorted(ended - stays):
        raise Invalid.field(
            "lines",
            "ended_line_stays",
            f"leave out line {missing[0]}, which has its end: it stays",
            f"ขาดรายการที่ {missing[0]} ซึ่งสิ้นสุดแล้วและต้องคงไว้",
            f"line_no {missing[0]}",
        )
    if None not in stays and stays == present.keys():
        raise Invalid.field("lines", "nothing_changed", "are those in force", "เหมือนข้อตกลงที่มีผลอยู่")


def _check_each_once(lines: Sequence[Prescribed], ended: set[int]) -> None:
    """No programme is in force twice, but that which has its end may be tried again. Raises Invalid."""
    seen = set()
    for line in sorted(lines, key=lambda one: not one.signed):
        if line.choice.line_no in ended:
            continue
        if line.programme.code in seen:
            raise Invalid.field(f"{line.field}.programme_code", "programme_twice", "is in the plan already", "มีโครงการนี้ในแผนอยู่แล้ว")
        seen.add(line.programme.code)
