"""The account officer sends a line elsewhere that an agency declined, did not answer or has no place for, or gives it up."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plan import errors
from services.plan.changes import Changes
from services.plan.commands.agree import offered_programme
from services.plan.commands.reach import require_own_case
from services.plan.commands.refer import publish_closed, put_closed, put_sent
from services.plan.commands.steps import go_on_with_steps
from services.plan.commands.write import write
from services.plan.domain import RUNNING, Because, Catalogue, Offering, Programme, Referral, ReferralStatus, referral_id_of
from services.plan.errors.referrals import ReferralClockRunning
from services.plan.repository import agreements, catalogue, offerings, plans
from services.plan.rules.outcomes import OutcomeRules
from services.plan.rules.referral_clocks import clock_of
from shared.auth import Principal
from shared.clock import on_day
from shared.contracts.plan import ClosingReason
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.thai.dates import in_thai


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """Where a line is sent next: to a programme of its dimension, to an offering of it and from a day on where one is agreed, and why.

    `early_reason` is why the agency that has it is not waited for until its clock has run out.
    """

    programme_code: str
    offering_id: UUID | None
    starts_on: date | None
    reason: str
    holder_agrees: bool
    early_reason: str | None = None


async def refer_again(tx: Tx, referral_id: UUID, wanted: NextAttempt, principal: Principal, because: Because) -> Referral:
    """Send the line to another programme, or to the same once more; the attempts before stay as they are.

    Raises NotFound, NotOwnCase, SignaturesMissing, PlanNotOpen, ReferralNotOpen, ReferralClockRunning, ProgrammeNotActive, Invalid.
    """
    if not wanted.holder_agrees:
        raise errors.SignaturesMissing.at(["holder_agrees"])
    changes, referral = await _begin(tx, referral_id, principal)
    given_way = referral.give_way()
    if wanted.early_reason is None:
        _refuse_within_clock(referral, because)
    programme = _offered(wanted.programme_code, referral, await catalogue.catalogue(tx), because)
    offering = await _open_offering(tx, programme, wanted, because)
    changes.put_referral(given_way, because, evidence="\n".join(filter(None, (wanted.reason, wanted.early_reason))))
    if referral.status is not ReferralStatus.DECLINED:
        publish_closed(changes, given_way, ClosingReason.CALLED_BACK, because)
    put_sent(changes, _next(referral, programme, offering, wanted, because), because)
    await write(tx, changes)
    return changes.referrals[referral_id_of(referral.plan_id, referral.line_no, referral.attempt + 1)]


async def give_up(tx: Tx, referral_id: UUID, reason: str, principal: Principal, rules: OutcomeRules, because: Because) -> Referral:
    """Close the line that no agency takes the person for; what comes after it goes on. Raises NotFound, NotOwnCase, PlanNotOpen, ReferralNotOpen."""
    changes, referral = await _begin(tx, referral_id, principal)
    referral.require_not_taken_in()
    put_closed(changes, referral, ClosingReason.NOT_PLACED, because, words=reason)
    go_on_with_steps(changes, [referral.plan_id], rules, because)
    await write(tx, changes)
    return changes.referrals[referral_id]


async def _begin(tx: Tx, referral_id: UUID, principal: Principal) -> tuple[Changes, Referral]:
    """The referral of one of the caller's own cases, its plan locked."""
    plan_ids = await plans.plans_of_referrals(tx, [referral_id], principal.reach)
    if referral_id not in plan_ids:
        raise NotFound
    [plan] = await plans.lock_plans(tx, plan_ids.values())
    require_own_case(principal, plan)
    if plan.status not in RUNNING:
        raise errors.PlanNotOpen(plan_id=str(plan.plan_id), plan_status=plan.status.value)
    changes = Changes.of([plan], await plans.referrals_of_plans(tx, [plan.plan_id]))
    changes.agreed.update(await agreements.in_force(tx, changes.was))
    return changes, changes.was_referrals[referral_id]


def _refuse_within_clock(referral: Referral, because: Because) -> None:
    """Who declined is not waited for. Raises ReferralClockRunning."""
    clock = clock_of(referral)
    if clock is not None and referral.status is not ReferralStatus.DECLINED and on_day(because.at) <= clock.due_on:
        raise ReferralClockRunning(
            f"{clock.clock} runs until {clock.due_on}: refer again from the day after, or say in early_reason why it is not waited for",
            f"นาฬิกา {clock.clock} ยังเดินถึงวันที่ {in_thai(clock.due_on)} ส่งต่อใหม่ได้ตั้งแต่วันถัดไป หรือระบุใน early_reason ว่าเหตุใดจึงไม่รอ",
            referral_id=str(referral.referral_id),
            clock=clock.clock.value,
            due_on=str(clock.due_on),
            allowed=["early_reason"],
        )


def _offered(code: str, referral: Referral, programmes: Catalogue, because: Because) -> Programme:
    today = on_day(because.at)
    programme = offered_programme("programme_code", code, programmes, today)
    if programme.dimension is not referral.dimension:
        fitting = ", ".join(one.code for one in programmes.offered_on(today) if one.dimension is referral.dimension)
        raise Invalid.field(
            "programme_code",
            "other_dimension",
            f"is not of dimension {referral.dimension}, to which the signed line belongs",
            f"ไม่อยู่ในมิติ {referral.dimension} ของรายการที่ลงนามไว้",
            fitting,
        )
    return programme


async def _open_offering(tx: Tx, programme: Programme, wanted: NextAttempt, because: Because) -> Offering | None:
    if wanted.offering_id is None:
        return None
    offering = (await offerings.offerings(tx, [wanted.offering_id])).get(wanted.offering_id)
    if offering is None or offering.programme_code != programme.code or not offering.is_open(on_day(because.at)):
        raise Invalid.field(
            "offering_id",
            "offering",
            f"is not an offering of {programme.code} for which one may apply today",
            f"ไม่ใช่รอบที่เปิดรับของโครงการ {programme.code} ในวันนี้",
        )
    return offering


def _next(before: Referral, programme: Programme, offering: Offering | None, wanted: NextAttempt, because: Because) -> Referral:
    attempt = before.attempt + 1
    return Referral(
        referral_id=referral_id_of(before.plan_id, before.line_no, attempt),
        plan_id=before.plan_id,
        holder_id=before.holder_id,
        line_no=before.line_no,
        programme_code=programme.code,
        programme_version=programme.version,
        dimension=programme.dimension,
        agency=programme.agency,
        status=ReferralStatus.CREATED,
        version=1,
        referred_on=on_day(because.at),
        attempt=attempt,
        offering_id=wanted.offering_id,
        starts_on=wanted.starts_on or (None if offering is None else offering.starts_on),
    )
