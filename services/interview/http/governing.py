"""Tasks of agencies, committees with their powers, and results released to who is to have them."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands import committees, release_results, task_agencies
from services.interview.forms.base import Month
from services.interview.forms.duties import Addressee, AgencyTaskIn, EndIn, MemberIn, ReceiptIn, ReleaseIn, TaskAnswerIn
from services.interview.http.calls import DistrictPath, InterviewCall, ProvincePath, act_of
from services.interview.queries import duties
from services.interview.rules.agency_tasks import TaskState
from services.interview.rules.committee_powers import Committee
from services.interview.schemas.duties import AreaOut, MemberOut, ReceiptOut, ReleaseDetailOut, ReleaseOut, TaskOut
from shared.auth import Level
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

TASKS: Final = "interview.agency-tasks"
COMMITTEES: Final = "interview.committees"
RELEASES: Final = "interview.releases"

router = APIRouter(tags=["governing"])


@router.post(
    "/v1/provinces/{province}/agency-tasks",
    status_code=201,
    response_model=TaskOut,
    **operation(
        "Task an agency",
        "มอบหมายหรือประสานหน่วยงานให้พัฒนาผู้มีบัตรในอำเภอที่กำหนด ภายในวันที่กำหนด",
        "Assign an agency, or coordinate with one, to develop card holders of some districts by a day.",
        f"{TASKS}:write",
    ),
)
async def task_agency(
    province: ProvincePath, body: AgencyTaskIn, call: Annotated[InterviewCall, Depends(calling(f"{TASKS}:write", idempotent=True))]
) -> Response:
    """Task an agency."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await task_agencies.ask_agency(tx, act_of(call), province, body)

    return await call.command(use_case)


@router.get(
    "/v1/agency-tasks",
    response_model=PageOf[TaskOut],
    **operation(
        "List tasks of agencies",
        "แสดงงานที่มอบหมายหรือประสานหน่วยงาน พร้อมประวัติ จังหวัดเห็นของจังหวัด อำเภอเห็นที่เกี่ยวกับอำเภอ หน่วยงานเห็นของตน",
        "Tasks with their history: a province's own, those for a district, those of an agency.",
        f"{TASKS}:read",
    ),
)
async def list_agency_tasks(
    call: Annotated[InterviewCall, Depends(calling(f"{TASKS}:read"))],
    page: PageParams,
    state: Annotated[TaskState | None, Query(description="Only in this state. สถานะ")] = None,
) -> Response:
    """List tasks."""

    async def read(tx: ReadTx) -> PageOf[TaskOut]:
        rows, cursor = await duties.list_tasks(tx, call.principal.reach, state, page)
        return PageOf(items=[TaskOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/agency-tasks/{task_id}/answers",
    response_model=TaskOut,
    **operation(
        "Answer a task",
        "หน่วยงานรับงาน รายงานว่าแล้วเสร็จ หรือปฏิเสธ",
        "The agency takes its task on, says that it is done, or declines it.",
        f"{TASKS}:answer",
    ),
)
async def answer_agency_task(
    task_id: UUID, body: TaskAnswerIn, call: Annotated[InterviewCall, Depends(calling(f"{TASKS}:answer", idempotent=True))]
) -> Response:
    """Answer a task."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await task_agencies.answer_task(tx, act_of(call), task_id, body.state, body.remark)

    return await call.command(use_case)


@router.post(
    "/v1/provinces/{province}/committee-members",
    status_code=201,
    response_model=MemberOut,
    **operation(
        "Record a member of a committee",
        "บันทึกกรรมการของจังหวัด ตำแหน่ง อำนาจตามคำสั่ง และช่วงเวลา มติในนามคณะนี้จะตรวจอำนาจ ณ วันที่มีมติ",
        "Record a member with position and powers by the order that gives them. Decisions in the committee's name are then held to its powers on their day.",
        f"{COMMITTEES}:write",
    ),
)
async def record_committee_member(
    province: ProvincePath, body: MemberIn, call: Annotated[InterviewCall, Depends(calling(f"{COMMITTEES}:write", idempotent=True))]
) -> Response:
    """Record a member."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await committees.record_member(tx, act_of(call), province, body, call.resources.fields)

    return await call.command(use_case)


@router.post(
    "/v1/committee-members/{member_id}/end",
    response_model=MemberOut,
    **operation(
        "End a membership",
        "กำหนดวันพ้นจากตำแหน่งของกรรมการ มติก่อนหน้านั้นยังคงอยู่",
        "Set a member's last day; decisions until then keep their power.",
        f"{COMMITTEES}:write",
    ),
)
async def end_committee_membership(
    member_id: UUID, body: EndIn, call: Annotated[InterviewCall, Depends(calling(f"{COMMITTEES}:write", idempotent=True))]
) -> Response:
    """End a membership."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await committees.end_membership(tx, act_of(call), member_id, body.to_day)

    return await call.command(use_case)


@router.get(
    "/v1/committee-members",
    response_model=PageOf[MemberOut],
    **operation(
        "List members of committees",
        "แสดงกรรมการของจังหวัดพร้อมอำนาจ",
        "Members of the province's committees with their powers.",
        f"{COMMITTEES}:read",
    ),
)
async def list_committee_members(
    call: Annotated[InterviewCall, Depends(calling(f"{COMMITTEES}:read"))],
    page: PageParams,
    committee: Annotated[Committee | None, Query(description="Only of this committee. คณะ")] = None,
) -> Response:
    """List members."""

    async def read(tx: ReadTx) -> PageOf[MemberOut]:
        rows, cursor = await duties.list_members(tx, call.principal.reach, committee, page, call.resources.fields)
        return PageOf(items=[MemberOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


async def _released(call: InterviewCall, area: str, body: ReleaseIn) -> Response:
    async def use_case(tx: Tx) -> ReleaseDetailOut:
        row = await release_results.release(tx, act_of(call), area, body, call.resources.signing)
        return ReleaseDetailOut.model_validate(duties.with_title(area, row))

    return await call.command(use_case, location=lambda one: f"/v1/releases/{one.release_id}")


Releaser = Annotated[InterviewCall, Depends(calling(f"{RELEASES}:write", idempotent=True))]


@router.post(
    "/v1/districts/{district}/releases",
    status_code=201,
    response_model=ReleaseDetailOut,
    **operation(
        "Release a district's results",
        "หัวหน้าทีมอำเภอส่งผลของอำเภอเข้าฐานข้อมูลกระทรวงการคลัง หรือรายงาน คอจ. ตัวเลข ณ เวลานั้น มีค่าแฮชและลายมือชื่อดิจิทัล",
        "Give the district's results of some months to MoF or คอจ.: figures of this moment, hashed and signed. Released again they have the next revision.",
        f"{RELEASES}:write",
    ),
)
async def release_district_results(district: DistrictPath, body: ReleaseIn, call: Releaser) -> Response:
    """Release a district's results."""
    return await _released(call, district, body)


@router.post(
    "/v1/provinces/{province}/releases",
    status_code=201,
    response_model=ReleaseDetailOut,
    **operation(
        "Release a province's results",
        "ผู้ว่าราชการจังหวัดรายงานผลของจังหวัดต่อ คอต. หรือส่งเข้าฐานข้อมูลกระทรวงการคลัง",
        "Give the province's results of some months to คอต. or MoF, as a district gives its own.",
        f"{RELEASES}:write",
    ),
)
async def release_province_results(province: ProvincePath, body: ReleaseIn, call: Releaser) -> Response:
    """Release a province's results."""
    return await _released(call, province, body)


@router.get(
    "/v1/releases",
    response_model=PageOf[ReleaseOut],
    **operation("List released results", "แสดงผลที่ส่งแล้วและการรับ", "Released results of the area with their receipts.", f"{RELEASES}:read"),
)
async def list_releases(
    call: Annotated[InterviewCall, Depends(calling(f"{RELEASES}:read"))],
    page: PageParams,
    addressee: Annotated[Addressee | None, Query(description="Only those addressed to. ผู้รับ")] = None,
) -> Response:
    """List releases."""

    async def read(tx: ReadTx) -> PageOf[ReleaseOut]:
        rows, cursor = await duties.list_releases(tx, call.principal.reach, addressee, page)
        return PageOf(items=[ReleaseOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/releases/missing",
    response_model=list[AreaOut],
    **operation(
        "List who has not released results",
        "แสดงอำเภอหรือจังหวัดที่ยังไม่ส่งผลของช่วงเดือนนั้น",
        "The districts (or, for คอต., provinces) in reach that have released nothing of just these months.",
        f"{RELEASES}:read",
    ),
)
async def list_missing_releases(
    call: Annotated[InterviewCall, Depends(calling(f"{RELEASES}:read"))],
    addressee: Annotated[Addressee, Query(description="To whom. ผู้รับ", examples=["MOF"])],
    first_month: Annotated[Month, Query(description="First month. เดือนแรก", examples=["2018-02"])],
    last_month: Annotated[Month, Query(description="Last month. เดือนสุดท้าย", examples=["2018-02"])],
) -> Response:
    """List who has not released."""
    level = Level.PROVINCE if addressee is Addressee.MONITORING_COMMITTEE else Level.DISTRICT

    async def read(tx: ReadTx) -> list[AreaOut]:
        rows = await duties.not_released(tx, call.principal.reach, level, addressee, first_month, last_month)
        return [AreaOut.model_validate(row) for row in rows]

    return await call.query(read)


@router.get(
    "/v1/releases/{release_id}",
    response_model=ReleaseDetailOut,
    **operation(
        "Show released results",
        "แสดงผลที่ส่งพร้อมเนื้อหา ค่าแฮช และลายมือชื่อ",
        "Released results with content, hash and signature, which verifies by the keys of `/.well-known/jwks.json`.",
        f"{RELEASES}:read",
    ),
)
async def show_release(release_id: UUID, call: Annotated[InterviewCall, Depends(calling(f"{RELEASES}:read"))]) -> Response:
    """Show a release."""

    async def read(tx: ReadTx) -> ReleaseDetailOut | None:
        row = await duties.show_release(tx, call.principal.reach, release_id)
        return None if row is None else ReleaseDetailOut.model_validate(row)

    return await call.query(read)


@router.post(
    "/v1/releases/{release_id}/receipt",
    response_model=ReceiptOut,
    **operation(
        "Receive released results",
        "ผู้รับบันทึกการรับผล ทำซ้ำได้โดยคืนการรับครั้งแรก",
        "The addressee notes that it has taken the results in. Done again it gives the first receipt.",
        f"{RELEASES}:receive",
        further_scopes=sorted(set(release_results.RECEIVE_AS.values())),
    ),
)
async def receive_release(
    release_id: UUID, body: ReceiptIn, call: Annotated[InterviewCall, Depends(calling(f"{RELEASES}:receive", idempotent=True))]
) -> Response:
    """Receive a release."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await release_results.receive(tx, act_of(call), release_id, body.reference)

    return await call.command(use_case)
