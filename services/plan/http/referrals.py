"""Routes of referrals: what agencies do."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import referrals
from services.plan.commands.referrals import Answered, StepReport
from services.plan.domain import ReferralStatus, Step
from services.plan.http.asking import OUTCOMES_WRITE, REFERRALS_ACCEPT, REFERRALS_READ, because_of
from services.plan.http.bulk import answer_bulk, bulk_operation, read_bulk
from services.plan.queries import referrals as queries
from services.plan.queries.referrals import ReferralFilter
from services.plan.resources import PlanResources
from services.plan.schemas.referrals import (
    AcceptanceBody,
    AcceptanceLineBody,
    BulkOut,
    OutcomeBody,
    OutcomeLineBody,
    ReferralDetailOut,
    ReferralDueOut,
    ReferralOut,
    StepBody,
    StepLineBody,
)
from shared.db import ReadTx, Tx
from shared.errors import DomainError, Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Reading = Annotated[Call[PlanResources], Depends(calling(REFERRALS_READ))]
Accepting = Annotated[Call[PlanResources], Depends(calling(REFERRALS_ACCEPT, idempotent=True))]
L = TypeVar("L", AcceptanceLineBody, OutcomeLineBody, StepLineBody)

Reporting = Annotated[Call[PlanResources], Depends(calling(OUTCOMES_WRITE, idempotent=True))]


@router.get(
    "",
    response_model=PageOf[ReferralDueOut],
    **operation(
        "List referrals", "แสดงการส่งต่อในความรับผิดชอบ หน่วยงานเห็นเฉพาะของตน", "Referrals in reach; an agency sees its own.", REFERRALS_READ
    ),
)
async def list_referrals(
    call: Reading,
    page: PageParams,
    status: Annotated[ReferralStatus | None, Query(description="สถานะ")] = None,
    programme_code: Annotated[str | None, Query(max_length=60, description="รหัสโครงการ")] = None,
    plan_id: Annotated[UUID | None, Query(description="แผน")] = None,
    agency: Annotated[str | None, Query(max_length=16, description="รหัสหน่วยงาน")] = None,
) -> Response:
    """GET /v1/referrals."""
    after = page.after(UUID)
    wanted = ReferralFilter(status, programme_code, plan_id, agency)
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_referrals(
            tx, call.principal.reach, wanted, today, after=None if after is None else after[0], rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(rows, lambda row: (row["referral_id"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.post(
    "/acceptances",
    response_model=BulkOut,
    **bulk_operation(
        operation(
            "Accept many referrals",
            "รับตัวผู้ถูกส่งต่อหลายรายการ (JSON array หรือ NDJSON ไม่เกิน 1,000 บรรทัด) บรรทัดที่ผิดไม่กระทบบรรทัดอื่น",
            "Up to 1,000 lines as a JSON array or NDJSON; each is answered by itself and a bad one stops no other.",
            REFERRALS_ACCEPT,
        ),
        AcceptanceLineBody,
    ),
)
async def accept_referrals(call: Accepting) -> Response:
    """POST /v1/referrals/acceptances."""
    return await _bulk(call, await read_bulk(call, AcceptanceLineBody), _acceptance)


@router.post(
    "/outcomes",
    response_model=BulkOut,
    **bulk_operation(
        operation(
            "Report many outcomes",
            "รายงานผลหลายรายการ (JSON array หรือ NDJSON ไม่เกิน 1,000 บรรทัด) บรรทัดที่ผิดไม่กระทบบรรทัดอื่น",
            "Up to 1,000 lines as a JSON array or NDJSON; each is answered by itself and a bad one stops no other.",
            OUTCOMES_WRITE,
        ),
        OutcomeLineBody,
    ),
)
async def report_outcomes(call: Reporting) -> Response:
    """POST /v1/referrals/outcomes."""
    return await _bulk(call, await read_bulk(call, OutcomeLineBody), _outcome)


@router.get(
    "/{referral_id}",
    response_model=ReferralDetailOut,
    **operation("Show a referral", "แสดงการส่งต่อพร้อมประวัติ", "A referral with what happened to it.", REFERRALS_READ),
)
async def show_referral(referral_id: UUID, call: Reading) -> Response:
    """GET /v1/referrals/{referral_id}."""
    resources = call.resources
    today = resources.clock.business_today()
    return await call.query(lambda tx: queries.show_referral(tx, referral_id, call.principal.reach, resources.fields, today))


@router.post(
    "/{referral_id}/acceptance",
    response_model=ReferralOut,
    **operation("Accept a referral", "หน่วยงานรับตัวผู้ถูกส่งต่อ", "The agency takes the person in.", REFERRALS_ACCEPT),
)
async def accept_referral(referral_id: UUID, body: AcceptanceBody, call: Accepting) -> Response:
    """POST /v1/referrals/{referral_id}/acceptance."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return _one(await _take(call, tx, [_acceptance(referral_id, body)]))

    return await call.command(use_case)


@router.post(
    "/{referral_id}/outcomes",
    response_model=ReferralOut,
    status_code=201,
    **operation(
        "Report an outcome",
        "รายงานผลของการส่งต่อ ผลสุดท้ายปิดการส่งต่อ และเมื่อครบทุกรายการแผนเป็นอันสิ้นสุด",
        "What became of the referral. A final outcome closes it, and the last one completes the plan.",
        OUTCOMES_WRITE,
    ),
)
async def report_outcome(referral_id: UUID, body: OutcomeBody, call: Reporting) -> Response:
    """POST /v1/referrals/{referral_id}/outcomes."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return _one(await _take(call, tx, [_outcome(referral_id, body)]))

    return await call.command(use_case)


@router.post(
    "/reports",
    response_model=BulkOut,
    **bulk_operation(
        operation(
            "Report steps of many referrals",
            "รายงานขั้นตอนใดก็ได้ของการส่งต่อหลายรายการ (รับเรื่อง รอคิว รับตัว ไม่รับ เริ่ม ผล) บรรทัดที่ผิดไม่กระทบบรรทัดอื่น",
            "Any step of up to 1,000 referrals as a JSON array or NDJSON. An outcome needs the scope of outcomes as well.",
            REFERRALS_ACCEPT,
        ),
        StepLineBody,
    ),
)
async def report_steps(call: Accepting) -> Response:
    """POST /v1/referrals/reports."""
    lines = await read_bulk(call, StepLineBody)
    _require_scope(call, lines)
    return await _bulk(call, lines, step_report)


@router.post(
    "/{referral_id}/reports",
    response_model=ReferralOut,
    status_code=201,
    **operation(
        "Report a step",
        "รายงานขั้นตอนของการส่งต่อ (รับเรื่อง รอคิว รับตัว ไม่รับ เริ่ม ผล) ลำดับการรายงานไม่มีผลต่อสถานะสุดท้าย",
        "Any step of the referral. Reports in any order end in the same state; an outcome needs the scope of outcomes as well.",
        REFERRALS_ACCEPT,
    ),
)
async def report_step(referral_id: UUID, body: StepBody, call: Accepting) -> Response:
    """POST /v1/referrals/{referral_id}/reports."""
    _require_scope(call, [body])

    async def use_case(tx: Tx) -> dict[str, Any]:
        return _one(await _take(call, tx, [step_report(referral_id, body)]))

    return await call.command(use_case)


def _require_scope(call: Call[PlanResources], lines: Sequence[StepBody | Invalid]) -> None:
    """Outcomes among the lines need their scope too. Raises Forbidden."""
    if any(isinstance(line, StepBody) and line.step is Step.OUTCOME for line in lines):
        call.principal.require(OUTCOMES_WRITE)


def step_report(referral_id: UUID, body: StepBody) -> StepReport:
    """The report of a step as the command takes it."""
    return StepReport(referral_id, body.step, body.on, body.position, body.reason, body.outcome, body.final, body.words, body.details)


def _acceptance(referral_id: UUID, body: AcceptanceBody) -> StepReport:
    return StepReport(referral_id, Step.ACCEPTED, body.accepted_on, day_field="accepted_on")


def _outcome(referral_id: UUID, body: OutcomeBody) -> StepReport:
    return StepReport(
        referral_id,
        Step.OUTCOME,
        body.recorded_on,
        outcome=body.outcome,
        final=body.final,
        words=body.evidence,
        details=body.details,
        day_field="recorded_on",
    )


async def _bulk(call: Call[PlanResources], lines: Sequence[L | Invalid], report: Callable[[UUID, L], StepReport]) -> Response:
    async def use_case(tx: Tx) -> BulkOut:
        async def take(good: list[L]) -> list[Answered]:
            return await _take(call, tx, [report(line.referral_id, line) for line in good])

        return await answer_bulk(call, lines, take)

    return await call.command(use_case)


async def _take(call: Call[PlanResources], tx: Tx, reports: list[StepReport]) -> list[Answered]:
    resources = call.resources
    return await referrals.report_steps(
        tx, reports, call.principal.reach, resources.rules.outcomes, resources.fields, because_of(call, "reported")
    )


def _one(answers: list[Answered]) -> dict[str, Any]:
    """The answer to the only line; its refusal is raised and rolls all back."""
    answer = answers[0]
    if isinstance(answer, DomainError):
        raise answer
    return asdict(answer.referral)
