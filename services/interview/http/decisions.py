"""Decisions of committees."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.decide import Ruling, decide_not_interviewed, record_decision
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.queries.cases import list_decisions as decisions_page
from services.interview.queries.cases import list_not_interviewed as not_interviewed_page
from services.interview.schemas.base import CountOut
from services.interview.schemas.cases import CaseOut
from services.interview.schemas.decisions import DecisionIn, DecisionOut, DecisionRecordedOut, NotInterviewedIn, RulingIn
from shared.contracts.interview import DecisionKind
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["decisions"])


@router.post(
    "/v1/decisions",
    status_code=201,
    response_model=DecisionRecordedOut,
    **operation(
        "Record a decision",
        "บันทึกมติเกี่ยวกับรายบุคคล มติส่วนใหญ่เป็นอำนาจ คอจ. ส่วน NOT_FOUND และ NOT_INTERVIEWED นายอำเภอบันทึกได้",
        "Record a decision about one person. Most kinds are คอจ.'s; the district chief may record NOT_FOUND and NOT_INTERVIEWED.",
        "interview.decisions:write",
    ),
)
async def record_one_decision(
    body: DecisionIn, call: Annotated[InterviewCall, Depends(calling("interview.decisions:write", idempotent=True))]
) -> Response:
    """Record a decision."""

    async def use_case(tx: Tx) -> DecisionRecordedOut:
        decision_id, case = await record_decision(tx, act_of(call), *body.key(), _ruling(body.kind, body))
        return DecisionRecordedOut(decision_id=decision_id, case_id=case.case_id, state=case.state)

    return await call.command(use_case)


@router.get(
    "/v1/decisions",
    response_model=PageOf[DecisionOut],
    **operation("List decisions", "แสดงมติ", "Decisions, newest last.", "interview.decisions:read"),
)
async def list_decisions(
    call: Annotated[InterviewCall, Depends(calling("interview.decisions:read"))],
    page: PageParams,
    kind: Annotated[DecisionKind | None, Query(description="Only of this kind. ประเภทมติ")] = None,
) -> Response:
    """List decisions."""

    async def read(tx: ReadTx) -> PageOf[DecisionOut]:
        rows, cursor = await decisions_page(tx, call.principal.reach, kind, page)
        return PageOf(items=[DecisionOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/districts/{district}/not-interviewed",
    response_model=PageOf[CaseOut],
    **operation(
        "List who was not interviewed",
        "แสดงผู้แจ้งความประสงค์ของอำเภอที่ยังไม่ได้รับการสัมภาษณ์",
        "Who stated the wish in the district and has no interview.",
        "interview.cases:read",
    ),
)
async def list_not_interviewed(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))], page: PageParams
) -> Response:
    """List who was not interviewed."""

    async def read(tx: ReadTx) -> PageOf[CaseOut]:
        rows, cursor = await not_interviewed_page(tx, call.principal.reach, district, page)
        return PageOf(items=[CaseOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/not-interviewed-decisions",
    response_model=CountOut,
    **operation(
        "Decide about all who were not interviewed",
        "บันทึกมติสำหรับผู้แจ้งความประสงค์ทุกรายของอำเภอที่ไม่ได้รับการสัมภาษณ์เมื่อสิ้นสุดการไปหา ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "After the visits, record NOT_INTERVIEWED for all of the district who stated the wish and have no interview.",
        "interview.decisions:write",
    ),
)
async def decide_about_not_interviewed(
    district: DistrictPath,
    body: NotInterviewedIn,
    call: Annotated[InterviewCall, Depends(calling("interview.decisions:write", idempotent=True))],
) -> Response:
    """Decide about all who were not interviewed."""

    async def use_case(tx: Tx) -> CountOut:
        ruling = _ruling(DecisionKind.NOT_INTERVIEWED, body)
        return CountOut(district=district, cases=await decide_not_interviewed(tx, act_of(call), district, ruling))

    return await call.command(use_case)


def _ruling(kind: DecisionKind, body: RulingIn) -> Ruling:
    return Ruling(kind, body.committee, body.decided_on, body.reference, body.reason, body.effective_month)
