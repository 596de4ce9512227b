"""Drafts of interviews: saved, gone on with, completed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands import drafts
from services.interview.commands.drafts import Completion
from services.interview.commands.interview_facts import Keys
from services.interview.http.calls import InterviewCall, act_of
from services.interview.queries.drafts import list_drafts as drafts_page
from services.interview.schemas.drafts import CompletionIn, DraftIn, DraftListedOut, DraftOut, DraftSavedOut
from services.interview.schemas.interviews import InterviewRecordedOut
from shared.audit import Caller
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

WRITE = "interview.interviews:write"
READ = "interview.interviews:read"
READ_SENSITIVE = "interview.sealed-answers:read"
PATH = "/v1/cases/{case_id}/interview-draft"

router = APIRouter(tags=["interviews"])


@router.put(
    PATH,
    response_model=DraftSavedOut,
    **operation(
        "Save a draft of an interview",
        "บันทึกแบบร่างการสัมภาษณ์ (บางส่วนก็ได้) เข้ารหัสทั้งฉบับ ฉบับที่มีอยู่ต้องส่ง If-Match เพื่อไม่ให้อุปกรณ์สองเครื่องเขียนทับกัน",
        "Save what has been answered so far, in the place of what was saved before. Only its shape is checked. It is sealed as a whole. To go on"
        " with a draft send its ETag as If-Match; without one only a new draft is begun, so that no device overwrites another's.",
        WRITE,
    ),
)
async def save_draft(case_id: UUID, body: DraftIn, call: Annotated[InterviewCall, Depends(calling(WRITE))]) -> Response:
    """Save a draft."""
    seen, days_max, fields = call.if_match(), call.resources.settings.draft_days_max, call.resources.fields

    async def use_case(tx: Tx) -> DraftSavedOut:
        saved = await drafts.save(tx, act_of(call), case_id, body.answers, seen, body.form_version, days_max, fields)
        return DraftSavedOut.model_validate(saved)

    return await call.command(use_case)


@router.get(
    PATH,
    response_model=DraftOut,
    **operation(
        "Read a draft of an interview",
        "อ่านแบบร่างพร้อมรายการที่ยังขาด การอ่านถูกบันทึกไว้เพราะอาจมีข้อมูลสุขภาพและหนี้สิน แบบร่างที่สิ้นสุดแล้วบอกเหตุ",
        "The draft and what a complete interview still lacks. It may hold health and debts, so every reading is recorded. Of a draft that has"
        " ended only why and since when.",
        READ_SENSITIVE,
    ),
)
async def show_draft(case_id: UUID, call: Annotated[InterviewCall, Depends(calling(READ_SENSITIVE))]) -> Response:
    """Read a draft."""
    act, reader = act_of(call), Caller.of(call.principal, call.correlation_id)

    async def use_case(tx: Tx) -> DraftOut | None:
        opened = await drafts.read(tx, act, case_id, reader, call.resources.fields)
        if opened is None:
            return None
        return DraftOut.of(opened.draft, opened.answers, opened.problems, is_open=opened.draft.is_open(act.today))

    return await call.audited(use_case)


@router.delete(
    PATH,
    response_model=DraftSavedOut,
    **operation("Discard a draft", "ทิ้งแบบร่าง", "Discard the draft that was read; what was in it is gone.", WRITE),
)
async def discard_draft(case_id: UUID, call: Annotated[InterviewCall, Depends(calling(WRITE, needs_if_match=True))]) -> Response:
    """Discard a draft."""
    seen = call.version_to_change()

    async def use_case(tx: Tx) -> DraftSavedOut:
        return DraftSavedOut.model_validate(await drafts.discard(tx, act_of(call), case_id, seen))

    return await call.command(use_case)


@router.post(
    f"{PATH}/completion",
    status_code=201,
    response_model=InterviewRecordedOut,
    **operation(
        "Complete a draft",
        "ตรวจแบบร่างทั้งฉบับแล้วบันทึกเป็นการสัมภาษณ์ หากขาดช่องใดจะแจ้งชื่อทุกช่อง หากผู้ดูแลไม่ได้สังกัด ธ.ก.ส. หรือออมสินต้องมีผู้ร่วมสัมภาษณ์"
        " การแก้ไขการสัมภาษณ์ที่บันทึกแล้วต้องระบุ amends และเหตุผล",
        "Check the whole draft and record it as the interview. Every field that is missing is named (422). An account officer of neither BAAC nor"
        " GSB needs a co-interviewer (409, with the fix). To put a recorded interview right name it in `amends`, with the reason.",
        WRITE,
    ),
)
async def complete_draft(
    case_id: UUID, body: CompletionIn, call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True, needs_if_match=True))]
) -> Response:
    """Complete a draft."""
    how = Completion(call.version_to_change(), body.amends, body.reason or "")
    keys = Keys(call.resources.fields, call.resources.assessments)

    async def use_case(tx: Tx) -> InterviewRecordedOut:
        return InterviewRecordedOut.of(await drafts.complete(tx, act_of(call), case_id, how, keys))

    return await call.command(use_case, location=lambda done: f"/v1/interviews/{done.interview_id}")


@router.get(
    "/v1/interview-drafts",
    response_model=PageOf[DraftListedOut],
    **operation(
        "List drafts that wait",
        "แสดงแบบร่างที่ค้างอยู่ เก่าสุดก่อน ไม่แสดงคำตอบ",
        "Open drafts in reach, the oldest first, without their answers; `saved_before` for those that have waited long.",
        READ,
    ),
)
async def list_drafts(
    call: Annotated[InterviewCall, Depends(calling(READ))],
    page: PageParams,
    saved_before: Annotated[date | None, Query(description="Not saved since this day. ไม่ได้บันทึกตั้งแต่วันนี้")] = None,
) -> Response:
    """List drafts."""
    today = act_of(call).today

    async def read(tx: ReadTx) -> PageOf[DraftListedOut]:
        rows, cursor = await drafts_page(tx, call.principal.reach, page, saved_before=saved_before, today=today)
        return PageOf(items=[DraftListedOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)
