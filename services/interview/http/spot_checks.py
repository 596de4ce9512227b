"""Spot checks: a sample is drawn, somebody else asks the person again, and what differs is put right."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.draw_spot_checks import draw_spot_checks
from services.interview.commands.record_spot_check import Checked, give_spot_check, read_remarks, record_spot_check
from services.interview.http.calls import DistrictPath, DistrictQuery, InterviewCall, act_of
from services.interview.queries import spot_checks as checks
from services.interview.repository.spot_checks import Draw
from services.interview.rules.spot_checks import CheckStatus
from services.interview.schemas.spot_checks import (
    CheckedOut,
    DrawDetailOut,
    DrawIn,
    DrawOut,
    RemarksOut,
    SharesOut,
    SpotCheckGivenIn,
    SpotCheckOut,
    SpotCheckResultIn,
)
from services.interview.schemas.supervision import percent
from shared.audit import Caller
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["supervision"])
ReadingCall = Annotated[InterviewCall, Depends(calling("interview.spot-checks:read"))]
WritingCall = Annotated[InterviewCall, Depends(calling("interview.spot-checks:write", idempotent=True))]


@router.post(
    "/districts/{district}/spot-checks",
    status_code=201,
    response_model=DrawOut,
    **operation(
        "Draw a sample of interviews to check",
        "สุ่มการสัมภาษณ์ของอำเภอเพื่อตรวจ ตามจำนวนหรือร้อยละ แบ่งตามผู้ดูแล ไม่สุ่มรายเดิมซ้ำ เก็บค่าสุ่มไว้แสดงได้อีก",
        "Draw so many interviews of the days, or such a share: of every officer at least one where the size allows it, the rest in proportion; nobody"
        " is drawn twice. The seed is kept, so that the draw can be shown again.",
        "interview.spot-checks:write",
    ),
)
async def draw_sample(district: DistrictPath, body: DrawIn, call: WritingCall) -> Response:
    """Draw a sample."""

    async def use_case(tx: Tx) -> Draw:
        return await draw_spot_checks(tx, act_of(call), district, body.sample())

    return await call.command(use_case, location=lambda draw: f"/v1/spot-check-draws/{draw.draw_id}")


@router.get(
    "/spot-check-draws/{draw_id}",
    response_model=DrawDetailOut,
    **operation(
        "Show a draw",
        "แสดงการสุ่ม ค่าสุ่ม วิธี จำนวนต่อผู้ดูแล และการสัมภาษณ์ที่สุ่มได้",
        "A draw with its seed and method, how many interviews of each officer were eligible and drawn, and which.",
        "interview.spot-checks:read",
    ),
)
async def show_draw(draw_id: UUID, call: ReadingCall) -> Response:
    """Show a draw."""

    async def read(tx: ReadTx) -> DrawDetailOut | None:
        found = await checks.show_draw(tx, call.principal.reach, draw_id)
        return None if found is None else DrawDetailOut.model_validate(found)

    return await call.query(read)


@router.get(
    "/spot-checks",
    response_model=PageOf[SpotCheckOut],
    **operation(
        "List spot checks",
        "แสดงการสุ่มตรวจที่ค้างอยู่ ผลที่บันทึกแล้ว และการสัมภาษณ์ที่ต้องแก้ไข เจ้าหน้าที่เห็นเฉพาะรายที่ได้รับมอบให้ตรวจ",
        "Checks of the area, or that are given to the calling officer, with their last result: those open (`status=OPEN`), those not met, and interviews that are to be put right (`revision_due=true`).",
        "interview.spot-checks:read",
    ),
)
async def list_spot_checks(
    call: ReadingCall,
    page: PageParams,
    district: DistrictQuery = None,
    officer_id: Annotated[UUID | None, Query(description="Only interviews of this officer. ผู้สัมภาษณ์")] = None,
    draw_id: Annotated[UUID | None, Query(description="Only of this draw. การสุ่ม")] = None,
    status: Annotated[CheckStatus | None, Query(description="Only those that stand so. สถานะ")] = None,
    revision_due: Annotated[bool, Query(description="Only interviews to be put right. เฉพาะที่ต้องแก้ไข")] = False,
) -> Response:
    """List spot checks."""
    wanted = {"district": district, "officer_id": officer_id, "draw_id": draw_id}

    async def read(tx: ReadTx) -> PageOf[SpotCheckOut]:
        rows, cursor = await checks.list_checks(tx, call.principal.reach, wanted, status, page, revision_due=revision_due)
        return PageOf(items=[SpotCheckOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/spot-checks/{check_id}",
    response_model=SpotCheckOut,
    **operation(
        "Show a spot check",
        "แสดงการสุ่มตรวจหนึ่งรายและผลล่าสุด",
        "A check and its last result, without the remarks.",
        "interview.spot-checks:read",
    ),
)
async def show_spot_check(check_id: UUID, call: ReadingCall) -> Response:
    """Show a spot check."""

    async def read(tx: ReadTx) -> SpotCheckOut | None:
        row = await checks.show_check(tx, call.principal.reach, check_id)
        return None if row is None else SpotCheckOut.model_validate(dict(row))

    return await call.query(read)


@router.post(
    "/spot-checks/{check_id}/assignment",
    response_model=SpotCheckOut,
    **operation(
        "Give a spot check to an officer",
        "มอบให้เจ้าหน้าที่คนหนึ่งของอำเภอไปตรวจ ซึ่งมิใช่ผู้สัมภาษณ์หรือผู้ดูแลรายนั้น มอบใหม่ได้จนกว่าจะมีผล",
        "Let an officer of the district, who neither interviewed nor looks after the case, carry the check out; they find it among theirs and record the"
        " result. It may be given to another until it has its result.",
        "interview.spot-checks:write",
    ),
)
async def assign_spot_check(check_id: UUID, body: SpotCheckGivenIn, call: WritingCall) -> Response:
    """Give a spot check to an officer."""

    async def use_case(tx: Tx) -> SpotCheckOut:
        await give_spot_check(tx, act_of(call), check_id, body.officer_id)
        return SpotCheckOut.model_validate(dict(await checks.show_check(tx, call.principal.reach, check_id) or {}))

    return await call.command(use_case)


@router.post(
    "/spot-checks/{check_id}/results",
    status_code=201,
    response_model=CheckedOut,
    **operation(
        "Record what a spot check found",
        "บันทึกผลการสุ่มตรวจ ผู้สัมภาษณ์ ผู้ร่วมสัมภาษณ์ และผู้บันทึกการสัมภาษณ์นั้นบันทึกผลไม่ได้ หากคำตอบไม่ตรงต้องแก้ไขการสัมภาษณ์เป็นฉบับใหม่",
        "Record the form of a check. Who interviewed, interviewed too or recorded the interview may not. OK ends it; DIFFERS asks for a revision of the"
        " interview and is shown on the case; NOT_MET may be tried again.",
        "interview.spot-checks:write",
    ),
)
async def record_spot_check_result(check_id: UUID, body: SpotCheckResultIn, call: WritingCall) -> Response:
    """Record what a spot check found."""
    form = body.form()

    async def use_case(tx: Tx) -> Checked:
        return await record_spot_check(tx, act_of(call), check_id, form, call.resources.fields)

    return await call.command(use_case)


@router.get(
    "/spot-checks/{check_id}/remarks",
    response_model=RemarksOut,
    **operation(
        "Read the remarks of a spot check",
        "อ่านหมายเหตุของผลการสุ่มตรวจล่าสุดที่เก็บแบบเข้ารหัส ทุกครั้งที่อ่านจะถูกบันทึก",
        "The sealed remarks of the last result. Every reading is recorded: who, whose, when.",
        "interview.sealed-answers:read",
    ),
)
async def read_spot_check_remarks(
    check_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.sealed-answers:read"))]
) -> Response:
    """Read the remarks of a spot check."""
    reader = Caller.of(call.principal, call.correlation_id)

    async def use_case(tx: Tx) -> RemarksOut | None:
        remarks = await read_remarks(tx, call.principal.reach, check_id, reader, call.resources.fields)
        return None if remarks is None else RemarksOut(check_id=check_id, remarks=remarks)

    return await call.audited(use_case)


@router.get(
    "/supervision/spot-check-shares",
    response_model=PageOf[SharesOut],
    **operation(
        "List what was checked of each officer",
        "แสดงสัดส่วนที่สุ่มตรวจและผลของผู้ดูแลแต่ละคน",
        "Of each officer whose interviews were drawn: how many, what came of it, and the shares.",
        "interview.spot-checks:read",
    ),
)
async def list_spot_check_shares(call: ReadingCall, page: PageParams, district: DistrictQuery = None) -> Response:
    """List what was checked of each officer."""

    async def read(tx: ReadTx) -> PageOf[SharesOut]:
        rows, cursor = await checks.list_shares(tx, call.principal.reach, district, page)
        items = [
            SharesOut(
                **dict(row),
                checked_percent=percent(row["ok"] + row["differs"], row["interviewed"]),
                differs_percent=percent(row["differs"], row["ok"] + row["differs"]),
            )
            for row in rows
        ]
        return PageOf(items=items, next_cursor=cursor)

    return await call.query(read)
