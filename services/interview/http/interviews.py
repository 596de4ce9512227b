"""Interviews."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.commands.amend_interview import amend_interview
from services.interview.commands.interview_facts import Keys
from services.interview.commands.read_sealed import read_sealed
from services.interview.commands.record_interview import record_interview
from services.interview.http.calls import InterviewCall, act_of
from services.interview.queries.cases import show_interview as interview_row
from services.interview.queries.drafts import list_revisions
from services.interview.schemas.interviews import (
    InterviewIn,
    InterviewOut,
    InterviewRecordedOut,
    RevisionIn,
    RevisionOut,
    RevisionsOut,
    SealedAnswersOut,
)
from shared.audit import Caller
from shared.db import ReadTx, Tx
from shared.http import calling, operation

router = APIRouter(tags=["interviews"])


@router.post(
    "/v1/interviews",
    status_code=201,
    response_model=InterviewRecordedOut,
    **operation(
        "Record an interview",
        "บันทึกการสัมภาษณ์ (แนบ 3) หากผู้ดูแลไม่ได้สังกัด ธ.ก.ส. หรือออมสิน ต้องมีผู้ร่วมสัมภาษณ์จากธนาคารดังกล่าว"
        " การไปหาที่บ้านสามารถแจ้งความประสงค์พร้อมกันได้ด้วย states_wish",
        "Record an interview (annex 3). When the account officer is of neither BAAC nor GSB, an officer of one of them must interview too."
        " At a home visit the wish may be stated in the same call by `states_wish`.",
        "interview.interviews:write",
    ),
)
async def record_one_interview(
    body: InterviewIn, call: Annotated[InterviewCall, Depends(calling("interview.interviews:write", idempotent=True))]
) -> Response:
    """Record an interview."""
    form, keys = body.form(), Keys(call.resources.fields, call.resources.assessments)

    async def use_case(tx: Tx) -> InterviewRecordedOut:
        return InterviewRecordedOut.of(await record_interview(tx, act_of(call), *body.key(), form, keys))

    return await call.command(use_case, location=lambda done: f"/v1/interviews/{done.interview_id}")


@router.post(
    "/v1/interviews/{interview_id}/revisions",
    status_code=201,
    response_model=InterviewRecordedOut,
    **operation(
        "Amend an interview",
        "แก้ไขการสัมภาษณ์ที่บันทึกแล้วเป็นฉบับใหม่พร้อมเหตุผล ฉบับเดิมยังอ่านได้ ต้องแก้จากฉบับล่าสุด คำตอบของผู้มีบัตรต้องคงเดิม",
        "Put a recorded interview right: the whole form anew as its next revision, with the reason. The old revisions stay readable. It must be the"
        " last revision that is amended (409 names both), and the person's answer stays as it was.",
        "interview.interviews:write",
    ),
)
async def amend_one_interview(
    interview_id: UUID, body: RevisionIn, call: Annotated[InterviewCall, Depends(calling("interview.interviews:write", idempotent=True))]
) -> Response:
    """Amend an interview."""
    form, keys = body.form(), Keys(call.resources.fields, call.resources.assessments)

    async def use_case(tx: Tx) -> InterviewRecordedOut:
        return InterviewRecordedOut.of(await amend_interview(tx, act_of(call), interview_id, form, body.reason, keys))

    return await call.command(use_case, location=lambda done: f"/v1/interviews/{done.interview_id}")


@router.get(
    "/v1/interviews/{interview_id}/revisions",
    response_model=RevisionsOut,
    **operation(
        "List the revisions of an interview",
        "แสดงทุกฉบับของการสัมภาษณ์รายนี้ ใครบันทึก เมื่อใด เพราะเหตุใด",
        "Every revision of the interview's case: who wrote it, when, why.",
        "interview.interviews:read",
    ),
)
async def list_interview_revisions(
    interview_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.interviews:read"))]
) -> Response:
    """List the revisions."""

    async def read(tx: ReadTx) -> RevisionsOut | None:
        found = await list_revisions(tx, call.principal.reach, interview_id)
        if found is None:
            return None
        case_id, rows = found
        return RevisionsOut(case_id=case_id, items=[RevisionOut.model_validate({**row, "reason": row["revision_reason"]}) for row in rows])

    return await call.query(read)


@router.get(
    "/v1/interviews/{interview_id}",
    response_model=InterviewOut,
    **operation(
        "Show an interview",
        "แสดงผลการสัมภาษณ์ โดยไม่รวมข้อมูลสุขภาพและหนี้สิน",
        "An interview, without health and debts.",
        "interview.interviews:read",
    ),
)
async def show_interview(interview_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.interviews:read"))]) -> Response:
    """Show an interview."""

    async def read(tx: ReadTx) -> InterviewOut | None:
        row = await interview_row(tx, call.principal.reach, interview_id)
        return None if row is None else InterviewOut.model_validate({**row, "proposed": row["proposed"] or None})

    return await call.query(read)


@router.get(
    "/v1/interviews/{interview_id}/sealed-answers",
    response_model=SealedAnswersOut,
    **operation(
        "Read health and debts",
        "อ่านข้อมูลสุขภาพและหนี้สินที่เก็บแบบเข้ารหัส ทุกครั้งที่อ่านจะถูกบันทึกว่าใครอ่านของใครเมื่อใด",
        "The sealed answers of an interview about health and debts. Every reading is recorded: who, whose, when.",
        "interview.sealed-answers:read",
    ),
)
async def read_sealed_answers(
    interview_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.sealed-answers:read"))]
) -> Response:
    """Read health and debts."""
    reader = Caller.of(call.principal, call.correlation_id)

    async def use_case(tx: Tx) -> SealedAnswersOut | None:
        answers = await read_sealed(tx, call.principal.reach, interview_id, reader, call.resources.fields)
        return None if answers is None else SealedAnswersOut.model_validate(answers)

    return await call.audited(use_case)
