"""Forms that come late: entered by one person, who may take them back, and approved or refused by another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.count_refused import count_refused
from services.interview.commands.late_forms import KIND, approve_late_form, enter_late_form, refuse_late_form, withdraw_late_form
from services.interview.http.calls import InterviewCall, act_of
from services.interview.schemas.intents import SlipOut
from services.interview.schemas.late_forms import LateFormIn, LateFormOut, LateFormReasonIn
from shared import approvals
from shared.approvals import ApprovalStatus
from shared.db import ReadTx, Tx
from shared.errors import DomainError
from shared.http import PageOf, PageParams, calling, operation
from shared.ids import same_id

READ = "interview.intents:read"
WRITE = "interview.intents:write"
APPROVE = "interview.intents:approve"

router = APIRouter(tags=["intents"])
Reader = Annotated[InterviewCall, Depends(calling(READ))]
Enterer = Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]
Approver = Annotated[InterviewCall, Depends(calling(APPROVE, idempotent=True))]


@router.post(
    "/v1/late-forms",
    status_code=201,
    response_model=LateFormOut,
    responses={200: {"model": LateFormOut, "description": "This person's form waits already. มีแบบของบุคคลนี้รออยู่แล้ว"}},
    **operation(
        "Enter a form that is late",
        "บันทึกแบบที่ส่งล่าช้า: เกินกำหนดวันบันทึก พ้นช่วงเวลา หรือหลังจุดรับแจ้งปิดยอดประจำวัน รอผู้อื่นอนุมัติ วันที่ลงนามในแบบเป็นวันที่นับ",
        "Enter a signed form more than the allowed days late, after the window, or after its place closed the day. It waits until another person"
        " approves; then the date on the signed form counts.",
        WRITE,
    ),
)
async def enter_form(body: LateFormIn, call: Enterer) -> Response:
    """Enter a form that is late."""
    found_by, value = body.person(call.resources.lookup)
    wish = body.wish()
    request_id = same_id("refused-late-form", call.principal.subject, call.idempotency_key or "")

    async def use_case(tx: Tx) -> LateFormOut:
        form = await enter_late_form(tx, act_of(call), found_by, value, wish, body.reason, call.resources.fields)
        return LateFormOut.of(form.proposal, repeated=form.repeated)

    async def refused(tx: Tx, why: DomainError) -> None:
        await count_refused(tx, act_of(call), why, wish.place_id, request_id)

    return await call.command(
        use_case,
        status=lambda form: 200 if form.repeated else 201,
        location=lambda form: f"/v1/late-forms/{form.form_id}",
        refused=refused,
    )


@router.get(
    "/v1/late-forms",
    response_model=PageOf[LateFormOut],
    **operation(
        "List late forms",
        "แสดงแบบที่ส่งล่าช้าในพื้นที่และที่ตนบันทึก ซึ่งรออนุมัติหรือพิจารณาแล้ว",
        "Forms that were entered late, within reach or by yourself: those that wait for approval, or were decided or withdrawn.",
        READ,
    ),
)
async def list_late_forms(
    call: Reader,
    page: PageParams,
    status: Annotated[ApprovalStatus | None, Query(description="`PROPOSED` are those that wait. เฉพาะสถานะ")] = None,
) -> Response:
    """List late forms."""

    async def read(tx: ReadTx) -> PageOf[LateFormOut]:
        after = page.after(UUID)
        found = await approvals.page(
            tx,
            [KIND],
            call.principal.reach,
            own=call.principal.subject,
            status=status,
            after=after[0] if after else None,
            limit=page.limit + 1,
        )
        shown, cursor = page.cut(found, lambda one: (one.id,))
        return PageOf(items=[LateFormOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/late-forms/{form_id}",
    response_model=LateFormOut,
    **operation("Show a late form", "แสดงแบบที่ส่งล่าช้าหนึ่งฉบับ", "A form that was entered late, with its decision.", READ),
)
async def show_late_form(form_id: UUID, call: Reader) -> Response:
    """Show a late form."""

    async def read(tx: ReadTx) -> LateFormOut:
        return LateFormOut.of(await approvals.one(tx, form_id, [KIND], call.principal.reach, own=call.principal.subject))

    return await call.query(read)


@router.post(
    "/v1/late-forms/{form_id}/approval",
    status_code=201,
    response_model=SlipOut,
    **operation(
        "Approve a late form",
        "อนุมัติแบบที่ส่งล่าช้าโดยผู้อื่นที่มิใช่ผู้บันทึก แล้วออกหางตั๋วตามวันที่ลงนาม",
        "Another person than who entered it approves: the wish counts from the date on the form, and the slip is made.",
        APPROVE,
    ),
)
async def approve_form(form_id: UUID, call: Approver) -> Response:
    """Approve a late form."""

    async def use_case(tx: Tx) -> SlipOut:
        return SlipOut.of(await approve_late_form(tx, act_of(call), form_id, call.resources.fields))

    return await call.command(use_case, location=lambda slip: f"/v1/intents/{slip.intent_id}")


@router.post(
    "/v1/late-forms/{form_id}/refusal",
    response_model=LateFormOut,
    **operation(
        "Refuse a late form",
        "ไม่อนุมัติแบบที่ส่งล่าช้าพร้อมเหตุผล โดยผู้อื่นที่มิใช่ผู้บันทึก",
        "Another person than who entered it refuses, with the reason: the form does not count.",
        APPROVE,
    ),
)
async def refuse_form(form_id: UUID, body: LateFormReasonIn, call: Approver) -> Response:
    """Refuse a late form."""

    async def use_case(tx: Tx) -> LateFormOut:
        return LateFormOut.of(await refuse_late_form(tx, act_of(call), form_id, body.reason))

    return await call.command(use_case)


@router.post(
    "/v1/late-forms/{form_id}/withdrawal",
    response_model=LateFormOut,
    **operation(
        "Withdraw a late form",
        "ผู้บันทึกถอนแบบที่ส่งล่าช้าของตนเองก่อนการพิจารณา (เช่น บันทึกผิดคน) แล้วบันทึกใหม่ได้",
        "Who entered it takes it back before it is decided, as when it was entered for the wrong person; the form may be entered anew.",
        WRITE,
    ),
)
async def withdraw_form(form_id: UUID, body: LateFormReasonIn, call: Enterer) -> Response:
    """Withdraw a late form."""

    async def use_case(tx: Tx) -> LateFormOut:
        return LateFormOut.of(await withdraw_late_form(tx, act_of(call), form_id, body.reason))

    return await call.command(use_case)
