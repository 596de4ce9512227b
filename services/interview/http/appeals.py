"""Who did not develop, for the committee, and appeals against what it decided."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.appeals import decide_appeal, receive_appeal
from services.interview.commands.decide import Ruling
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries import appeals
from services.interview.queries.appeals import AppealsWanted, FailureState
from services.interview.schemas.appeals import AppealDetailOut, AppealIn, AppealOut, AppealRulingIn, DevelopmentFailureOut
from shared.contracts.interview import DecisionKind
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["decisions"])


@router.get(
    "/v1/development-failures",
    response_model=PageOf[DevelopmentFailureOut],
    **operation(
        "List who did not develop",
        "แสดงผู้ที่ไม่ได้พัฒนาตนเองหรืออบรมแล้วไม่ได้ทำงาน พร้อมข้อเท็จจริงจากหน่วยงานและผู้ดูแล เพื่อให้ คอจ. วินิจฉัยเหตุอันสมควร",
        "Who did not develop, or was trained and did not try to work, by what plan and agencies told, for the committee to decide whether"
        " the cause is reasonable; the longest ago first.",
        "interview.decisions:read",
    ),
)
async def list_development_failures(
    call: Annotated[InterviewCall, Depends(calling("interview.decisions:read"))],
    page: PageParams,
    state: Annotated[FailureState | None, Query(description="Decided or not. วินิจฉัยแล้วหรือไม่")] = None,
    district: DistrictQuery = None,
) -> Response:
    """GET /v1/development-failures."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows, cursor = await appeals.list_failures(tx, call.principal.reach, state, district, page)
        return {"items": [dict(row) for row in rows], "next_cursor": cursor}

    return await call.query(read)


@router.post(
    "/v1/decisions/{decision_id}/appeals",
    status_code=201,
    response_model=AppealDetailOut,
    **operation(
        "Receive an appeal",
        "รับอุทธรณ์มติที่ทำให้หยุดจ่ายเงิน ภายใน ๑๕ วันนับแต่วันทราบมติ (พ.ร.บ. วิธีปฏิบัติราชการทางปกครอง ม.๔๔)",
        "Receive an appeal against a decision that stops the allowance, within the days that the law gives.",
        "interview.appeals:write",
    ),
)
async def receive_one_appeal(
    decision_id: UUID, body: AppealIn, call: Annotated[InterviewCall, Depends(calling("interview.appeals:write", idempotent=True))]
) -> Response:
    """POST /v1/decisions/{decision_id}/appeals."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        fields = call.resources.fields
        appeal_id = await receive_appeal(tx, act_of(call), decision_id, body.received_on, body.grounds, fields)
        return await appeals.show_appeal(tx, appeal_id, call.principal.reach, fields)

    return await call.command(use_case, location=lambda received: f"/v1/appeals/{received and received['appeal_id']}")


@router.get(
    "/v1/appeals",
    response_model=PageOf[AppealOut],
    **operation(
        "List appeals",
        "แสดงอุทธรณ์ เลือกเฉพาะที่เกินกำหนดวินิจฉัยได้",
        "Appeals in reach; those overdue for a decision alone, if asked.",
        "interview.decisions:read",
    ),
)
async def list_appeals(
    call: Annotated[InterviewCall, Depends(calling("interview.decisions:read"))],
    page: PageParams,
    decided: Annotated[bool | None, Query(description="Decided or not. วินิจฉัยแล้วหรือไม่")] = None,
    overdue: Annotated[bool, Query(description="Only those overdue for a decision. เฉพาะที่เกินกำหนดวินิจฉัย")] = False,
    district: DistrictQuery = None,
) -> Response:
    """GET /v1/appeals."""
    wanted = AppealsWanted(decided, district, act_of(call).today if overdue else None)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows, cursor = await appeals.list_appeals(tx, call.principal.reach, wanted, page)
        return {"items": [dict(row) for row in rows], "next_cursor": cursor}

    return await call.query(read)


@router.get(
    "/v1/appeals/{appeal_id}",
    response_model=AppealDetailOut,
    **operation("Show an appeal", "แสดงอุทธรณ์พร้อมเหตุผลของผู้อุทธรณ์", "An appeal with what the person says.", "interview.decisions:read"),
)
async def show_appeal(appeal_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.decisions:read"))]) -> Response:
    """GET /v1/appeals/{appeal_id}."""
    return await call.query(lambda tx: appeals.show_appeal(tx, appeal_id, call.principal.reach, call.resources.fields))


@router.post(
    "/v1/appeals/{appeal_id}/decision",
    response_model=AppealDetailOut,
    **operation(
        "Decide an appeal",
        "บันทึกคำวินิจฉัยอุทธรณ์ โดยผู้ที่ไม่ได้บันทึกมติเดิม หากเห็นชอบ จะจ่ายเงินต่อและจ่ายย้อนหลังเดือนที่หยุดไป",
        "Decide, by another than who recorded the decision. A granted appeal pays again, and pays the months that were missed.",
        "interview.decisions:write",
    ),
)
async def decide_one_appeal(
    appeal_id: UUID, body: AppealRulingIn, call: Annotated[InterviewCall, Depends(calling("interview.decisions:write", idempotent=True))]
) -> Response:
    """POST /v1/appeals/{appeal_id}/decision."""
    ruling = Ruling(DecisionKind.REINSTATE, body.committee, body.decided_on, body.reference, body.reason)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await decide_appeal(tx, act_of(call), appeal_id, ruling, granted=body.granted)
        return await appeals.show_appeal(tx, appeal_id, call.principal.reach, call.resources.fields)

    return await call.command(use_case)
