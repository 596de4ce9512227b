"""Who was at the sessions of a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.plan.domain import Because, Referral, ReferralStatus
from services.plan.errors.referrals import ReferralNotOpen
from services.plan.repository import offerings, plans
from services.plan.repository.rows import insert
from shared.auth import Reach
from shared.clock import on_day
from shared.contracts.common import Dimension
from shared.db import Tx
from shared.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a day, and whether the person was there."""

    held_on: date
    session_no: int
    minutes: int
    present: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of `attendance`."""

    referral_id: UUID
    held_on: date
    session_no: int
    minutes: int
    present: bool
    recorded_by: str
    recorded_at: datetime


async def record_attendance(tx: Tx, referral_id: UUID, sessions: Sequence[Session], reach: Reach, because: Because) -> None:
    """Keep the sessions; one that was told before is put right. Raises NotFound, ReferralNotOpen, Invalid."""
    plan_ids = await plans.plans_of_referrals(tx, [referral_id], reach)
    if referral_id not in plan_ids:
        raise NotFound
    await plans.lock_plans(tx, plan_ids.values())
    [referral] = [one for one in await plans.referrals_of_plans(tx, plan_ids.values()) if one.referral_id == referral_id]
    _require_course(referral)
    first = await _first_day(tx, referral)
    told: set[tuple[date, int]] = set()
    for number, session in enumerate(sessions):
        _check_day(f"sessions.{number}.on", session.held_on, first, referral, because)
        if (session.held_on, session.session_no) in told:
            en, th = "is told twice for its day", "ระบุคาบนี้ของวันเดียวกันซ้ำ"
            raise Invalid.field(f"sessions.{number}.session_no", "session_twice", en, th, "one entry for each session of a day")
        told.add((session.held_on, session.session_no))
    rows = [_Row(referral_id, one.held_on, one.session_no, one.minutes, one.present, because.who, because.at) for one in sessions]
    await insert(
        tx,
        "attendance",
        rows,
        then="""ON CONFLICT (referral_id, held_on, session_no) DO UPDATE
                SET minutes = excluded.minutes, present = excluded.present, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at""",
    )


def _require_course(referral: Referral) -> None:
    if referral.dimension is not Dimension.D2:
        raise Invalid.field("referral_id", "no_course", "is no course", "ไม่ใช่การฝึกอบรม", Dimension.D2.value)
    if referral.status not in {ReferralStatus.STARTED, ReferralStatus.CLOSED} or not referral.begun:
        raise ReferralNotOpen(
            "Report first that the person has begun",
            "ให้รายงานก่อนว่าผู้ถูกส่งต่อเริ่มแล้ว",
            referral_id=str(referral.referral_id),
            referral_status=referral.status.value,
            allowed=[ReferralStatus.STARTED, ReferralStatus.CLOSED],
        )


async def _first_day(tx: Tx, referral: Referral) -> date:
    """The first day on which there can have been a session: not before the person began, nor before the offering did."""
    began = referral.started_on or referral.accepted_on or referral.referred_on
    if referral.offering_id is None:
        return began
    return max(began, (await offerings.offerings(tx, [referral.offering_id]))[referral.offering_id].starts_on)


def _check_day(field: str, day: date, first: date, referral: Referral, because: Because) -> None:
    last = min(on_day(because.at), referral.outcome_on if referral.outcome_final and referral.outcome_on else date.max)
    if not first <= day <= last:
        raise Invalid.field(field, "out_of_range", "is not within the course", "ไม่อยู่ในช่วงการอบรม", f"{first}..{last}")
