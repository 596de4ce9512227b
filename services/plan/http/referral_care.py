"""Routes of who watches over referrals: counts, what is overdue, and what the account officer does with a line that no agency took."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import attendance, refer_again
from services.plan.commands.attendance import Session
from services.plan.commands.raise_alarms import raise_all
from services.plan.commands.refer_again import NextAttempt
from services.plan.http.asking import ALARMS_RAISE, OUTCOMES_WRITE, PLANS_WRITE, REFERRALS_READ, because_of
from services.plan.queries import referrals as queries
from services.plan.queries.referrals import OverdueFilter
from services.plan.resources import PlanResources
from services.plan.schemas.referrals import (
    AttendanceBody,
    AttendanceOut,
    GivingUpBody,
    NextAttemptBody,
    RaisedOut,
    ReferralCountsOut,
    ReferralDueOut,
    ReferralOut,
)
from shared.contracts.plan import OverdueLevel, ReferralClock
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Reading = Annotated[Call[PlanResources], Depends(calling(REFERRALS_READ))]
Reporting = Annotated[Call[PlanResources], Depends(calling(OUTCOMES_WRITE, idempotent=True))]
Sending = Annotated[Call[PlanResources], Depends(calling(PLANS_WRITE, idempotent=True))]


@router.get(
    "/overdue",
    response_model=PageOf[ReferralDueOut],
    **operation(
        "List overdue referrals",
        "แสดงการส่งต่อที่ขั้นตอนถัดไปเกินกำหนด เรียงจากที่ค้างนานที่สุด ตามพื้นที่รับผิดชอบ หน่วยงานเห็นเฉพาะของตน",
        "Referrals in reach of which the next step was due before today, the longest waiting first; an agency sees its own.",
        REFERRALS_READ,
    ),
)
async def list_overdue_referrals(
    call: Reading,
    page: PageParams,
    clock: Annotated[ReferralClock | None, Query(description="ขั้นตอนที่รอ")] = None,
    level: Annotated[OverdueLevel | None, Query(description="ระดับสูงสุดที่รับทราบแล้ว")] = None,
    agency: Annotated[str | None, Query(max_length=16, description="รหัสหน่วยงาน")] = None,
    district: Annotated[str | None, Query(pattern=r"^\d{4}$", description="รหัสอำเภอ")] = None,
) -> Response:
    """GET /v1/referrals/overdue."""
    after = page.after(date, UUID)
    wanted = OverdueFilter(clock, level, agency, district)
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> dict[str, Any]:
        place = None if after is None else (after[0], after[1])
        rows = await queries.list_overdue(tx, call.principal.reach, wanted, today, after=place, rows_max=page.limit + 1)
        items, next_cursor = page.cut(rows, lambda row: (row["due_on"], row["referral_id"]))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/counts",
    response_model=ReferralCountsOut,
    **operation(
        "Count referrals",
        "นับการส่งต่อตามหน่วยงาน โครงการ และสถานะ พร้อมจำนวนที่เกินกำหนดวันนี้ หน่วยงานเห็นเฉพาะของตน",
        "How many referrals in reach each agency has in each state, and how many are overdue today; an agency sees its own.",
        REFERRALS_READ,
    ),
)
async def count_referrals(call: Reading) -> Response:
    """GET /v1/referrals/counts."""
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> dict[str, Any]:
        return {"on": today, "items": await queries.count_referrals(tx, call.principal.reach, today)}

    return await call.query(read)


@router.post(
    "/{referral_id}/next-attempts",
    response_model=ReferralOut,
    status_code=201,
    **operation(
        "Refer a line again",
        "ผู้ดูแลส่งต่อรายการที่หน่วยงานไม่รับ ไม่ตอบ หรือยังไม่มีที่ ไปยังโครงการอื่นในมิติเดียวกัน ประวัติเดิมคงอยู่ ระหว่างที่หน่วยงานยังอยู่ในกำหนดเวลาต้องระบุเหตุที่ไม่รอ",
        "The person's own account officer sends a line elsewhere that was declined, not answered or has no place; the attempts before stay."
        " While the agency still has time for its next step, `early_reason` says why it is not waited for.",
        PLANS_WRITE,
    ),
)
async def refer_line_again(referral_id: UUID, body: NextAttemptBody, call: Sending) -> Response:
    """POST /v1/referrals/{referral_id}/next-attempts."""
    wanted = NextAttempt(body.programme_code, body.offering_id, body.starts_on, body.reason, body.holder_agrees, body.early_reason)

    async def use_case(tx: Tx) -> dict[str, Any]:
        return asdict(await refer_again.refer_again(tx, referral_id, wanted, call.principal, because_of(call, "referred again")))

    return await call.command(use_case, location=lambda sent: f"/v1/referrals/{sent['referral_id']}")


@router.post(
    "/{referral_id}/giving-up",
    response_model=ReferralOut,
    **operation(
        "Give a line up",
        "ผู้ดูแลปิดรายการที่ไม่มีหน่วยงานใดรับ รายการถัดไปของแผนดำเนินต่อ",
        "The person's own account officer closes a line for which no agency takes the person; what comes after it goes on.",
        PLANS_WRITE,
    ),
)
async def give_line_up(referral_id: UUID, body: GivingUpBody, call: Sending) -> Response:
    """POST /v1/referrals/{referral_id}/giving-up."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        rules = call.resources.rules.outcomes
        return asdict(await refer_again.give_up(tx, referral_id, body.reason, call.principal, rules, because_of(call, "given up")))

    return await call.command(use_case)


@router.post(
    "/{referral_id}/attendance",
    response_model=AttendanceOut,
    **operation(
        "Record attendance",
        "บันทึกการเข้าอบรมรายคาบ ส่งซ้ำเพื่อแก้ไขได้",
        "Sessions of a course at which the person was, or was not; one that was sent before is put right.",
        OUTCOMES_WRITE,
    ),
)
async def record_attendance(referral_id: UUID, body: AttendanceBody, call: Reporting) -> Response:
    """POST /v1/referrals/{referral_id}/attendance."""
    sessions = [Session(one.on, one.session_no, one.minutes, one.present) for one in body.sessions]

    async def use_case(tx: Tx) -> dict[str, Any]:
        await attendance.record_attendance(tx, referral_id, sessions, call.principal.reach, because_of(call, "attendance"))
        return await queries.attendance(tx, referral_id)

    return await call.command(use_case)


@router.post(
    "/alarms",
    response_model=RaisedOut,
    **operation(
        "Raise what is due",
        "แจ้งเตือนผู้ต้องดำเนินการ และยกระดับขั้นตอนที่เกินกำหนดไปยังอำเภอ จังหวัด และกระทรวง ระบบทำเองทุก 15 นาที เรียกซ้ำได้โดยไม่แจ้งซ้ำ",
        "Remind who must act and raise what is overdue, as the service does by itself every 15 minutes. Asked again it raises nothing twice.",
        ALARMS_RAISE,
    ),
)
async def raise_alarms(call: Annotated[Call[PlanResources], Depends(calling(ALARMS_RAISE))]) -> Response:
    """POST /v1/referrals/alarms."""
    raised = await raise_all(call.resources.db, lambda: because_of(call, "overdue"))

    async def use_case(_: Tx) -> RaisedOut:
        return RaisedOut(raised=raised)

    return await call.command(use_case)
