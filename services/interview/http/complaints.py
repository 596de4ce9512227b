"""Complaints of card holders."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.interview.commands import complaints as use_cases
from services.interview.commands.read_complaint import read_complaint
from services.interview.http.calls import DistrictPath, DistrictQuery, InterviewCall, act_of
from services.interview.queries.complaints import Wanted, status_by_reference
from services.interview.queries.complaints import list_complaints as complaints_page
from services.interview.rules.complaints import Complaint
from services.interview.schemas.complaints import (
    ComplaintAnswerIn,
    ComplaintClosureIn,
    ComplaintDetailOut,
    ComplaintIn,
    ComplaintListedOut,
    ComplaintOut,
    ComplaintStatusOut,
    ComplaintTakenOut,
    EscalatedOut,
    written,
)
from shared.audit import Caller
from shared.contracts.interview import ComplaintCategory, ComplaintLevel, ComplaintState
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import PageOf, PageParams, calling, operation
from shared.ids import read_secret_code

READ: Final = "interview.complaints:read"
WRITE: Final = "interview.complaints:write"

router = APIRouter(tags=["complaints"])
Reader = Annotated[InterviewCall, Depends(calling(READ))]
Writer = Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]


@router.post(
    "/v1/complaints",
    status_code=201,
    response_model=ComplaintTakenOut,
    **operation(
        "Take a complaint in",
        "รับเรื่องร้องเรียนของผู้มีบัตรหรือผู้ที่ไม่มีชื่อในทะเบียน แจ้งรหัสอ้างอิงแก่ผู้ร้องเพื่อสอบถามสถานะเอง เรื่องเกี่ยวกับเจ้าหน้าที่ส่งถึงหัวหน้าทีมทันที",
        "Take a complaint in and tell the person the reference, by which they ask how it stands. One about an officer goes to the head of the team at once.",
        WRITE,
    ),
)
async def receive_complaint(body: ComplaintIn, call: Writer) -> Response:
    """Take a complaint in."""
    found_by = body.found_by(call.resources.lookup)

    async def use_case(tx: Tx) -> ComplaintTakenOut:
        taken = await use_cases.receive(tx, act_of(call), found_by, body, call.resources.fields)
        return ComplaintTakenOut(**_fields(taken.complaint), reference=written(taken.reference), holder_id=taken.holder_id)

    return await call.command(use_case, location=lambda taken: f"/v1/complaints/{taken.complaint_id}")


@router.get(
    "/v1/complaints",
    response_model=PageOf[ComplaintListedOut],
    **operation(
        "List complaints",
        "แสดงเรื่องร้องเรียนในพื้นที่ตามสถานะ ระดับ ประเภท หรือที่เกินกำหนด โดยไม่แสดงเนื้อหา",
        "Complaints within reach by state, level, category, or those whose time is over; without what was said.",
        READ,
    ),
)
async def list_complaints(
    call: Reader,
    page: PageParams,
    state: Annotated[ComplaintState | None, Query(description="Only in this state. สถานะ")] = None,
    level: Annotated[ComplaintLevel | None, Query(description="Only of this level. ระดับที่รับผิดชอบ")] = None,
    category: Annotated[ComplaintCategory | None, Query(description="Only of this kind. ประเภท")] = None,
    district: DistrictQuery = None,
    holder_id: Annotated[UUID | None, Query(description="Only of this card holder. ผู้มีบัตร")] = None,
    overdue: Annotated[bool, Query(description="Only those whose time is over. เฉพาะที่เกินกำหนด")] = False,
) -> Response:
    """List complaints."""
    wanted = Wanted(state, level, category, district, holder_id, act_of(call).today if overdue else None)

    async def read(tx: ReadTx) -> PageOf[ComplaintListedOut]:
        rows, cursor = await complaints_page(tx, call.principal, wanted, page)
        items = [ComplaintListedOut.model_validate({**dict(row), "reference": written(row["reference"])}) for row in rows]
        return PageOf(items=items, next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/complaints/{complaint_id}",
    response_model=ComplaintDetailOut,
    **operation(
        "Read a complaint",
        "อ่านเรื่องร้องเรียน คำตอบ และประวัติ ทุกครั้งที่อ่านจะถูกบันทึก เจ้าหน้าที่ที่ถูกร้องเรียนไม่เห็นเรื่องนั้น",
        "A complaint with what was said and answered, and its history. Every reading is recorded. The officer complained about does not find it.",
        READ,
    ),
)
async def show_complaint(complaint_id: UUID, call: Reader) -> Response:
    """Read a complaint."""
    reader = Caller.of(call.principal, call.correlation_id)

    async def use_case(tx: Tx) -> ComplaintDetailOut | None:
        found = await read_complaint(tx, call.principal, complaint_id, reader, call.resources.fields)
        return None if found is None else ComplaintDetailOut.model_validate({**found, "reference": written(found["reference"])})

    return await call.audited(use_case)


def _step(path: str, summary: str, th: str, en: str) -> dict[str, Any]:
    words = operation(summary, th, en, WRITE, further_scopes=[use_cases.DECIDE])
    return {"path": f"/v1/complaints/{{complaint_id}}/{path}", "response_model": ComplaintOut, **words}


@router.post(
    **_step(
        "handling",
        "Take a complaint in hand",
        "รับเรื่องร้องเรียนไว้ดำเนินการ เรื่องที่ขึ้นถึงอำเภอหรือจังหวัดต้องเป็นหัวหน้าทีมหรือผู้ว่าราชการจังหวัด",
        "Note that the level which has it works at it. What has risen is for the head of the district team or the governor.",
    )
)
async def handle_complaint(complaint_id: UUID, call: Writer) -> Response:
    """Take it in hand."""

    async def use_case(tx: Tx) -> Complaint:
        return await use_cases.take_in_hand(tx, act_of(call), complaint_id)

    return await call.command(use_case)


@router.post(
    **_step(
        "answer",
        "Answer a complaint",
        "ตอบเรื่องร้องเรียน คำตอบเก็บแบบเข้ารหัส",
        "Record what the person is told, which is kept sealed. What has risen is answered by the level that has it, or a higher one.",
    )
)
async def answer_complaint(complaint_id: UUID, body: ComplaintAnswerIn, call: Writer) -> Response:
    """Answer it."""

    async def use_case(tx: Tx) -> Complaint:
        return await use_cases.answer(tx, act_of(call), complaint_id, body.text, call.resources.fields)

    return await call.command(use_case)


@router.post(
    **_step(
        "closure",
        "Close a complaint",
        "ยุติเรื่องเมื่อผู้ร้องได้รับคำตอบและพอใจ หากไม่พอใจเรื่องจะขึ้นสู่ระดับถัดไป",
        "End an answered complaint. Whom the answer does not satisfy the next level hears: send `satisfied` false.",
    )
)
async def close_complaint(complaint_id: UUID, body: ComplaintClosureIn, call: Writer) -> Response:
    """Close it."""

    async def use_case(tx: Tx) -> Complaint:
        return await use_cases.close(tx, act_of(call), complaint_id, satisfied=body.satisfied)

    return await call.command(use_case)


@router.post(
    "/v1/districts/{district}/complaint-sweeps",
    response_model=EscalatedOut,
    **operation(
        "Let overdue complaints rise",
        "ส่งเรื่องร้องเรียนที่เกินกำหนดขึ้นสู่ระดับถัดไปทันที ระบบทำเองเป็นระยะอยู่แล้ว ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "Let those of the district whose time is over rise now; the service does so by itself from time to time. Asked again it finds none twice.",
        use_cases.DECIDE,
    ),
)
async def sweep_district_complaints(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling(use_cases.DECIDE, idempotent=True))]
) -> Response:
    """Sweep a district."""

    async def use_case(tx: Tx) -> EscalatedOut:
        return EscalatedOut(district=district, complaints=await use_cases.escalate_overdue(tx, act_of(call), district))

    return await call.command(use_case)


@router.get(
    "/v1/complaint-status/{reference}",
    **operation(
        "Ask how a complaint stands",
        "สอบถามสถานะและกำหนดเวลาของเรื่องร้องเรียนด้วยรหัสอ้างอิง ไม่ต้องเข้าสู่ระบบ แสดงเฉพาะสถานะและวันที่",
        "State and days of the complaint with this reference, for who has it: no token is needed, and nothing else is told. The reference cannot be"
        " guessed: it has 24 letters and digits.",
    ),
)
async def show_complaint_status(
    reference: Annotated[
        str, Path(max_length=60, description="As it stands on the receipt. รหัสอ้างอิงบนใบรับเรื่อง", examples=["FWDF-VKBS-UQED-LP3M-NZZ7-KQ2A"])
    ],
    request: Request,
) -> ComplaintStatusOut:
    """How it stands. Raises NotFound for a code that is none."""
    code = read_secret_code(reference)
    if code is None:
        raise NotFound
    async with request.app.state.resources.db.reading() as tx:
        found = await status_by_reference(tx, code)
    if found is None:
        raise NotFound
    return ComplaintStatusOut.model_validate(dict(found))


def _fields(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in ComplaintOut.model_fields}
