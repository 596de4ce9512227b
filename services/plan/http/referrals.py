"""Routes of referrals: what agencies do."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan import queries
from services.plan.commands import referrals
from services.plan.commands.referrals import Acceptance, Answered, OutcomeReport
from services.plan.domain import ReferralStatus
from services.plan.http.asking import OUTCOMES_WRITE, REFERRALS_ACCEPT, REFERRALS_READ, because_of
from services.plan.http.bulk import answer_bulk, bulk_operation, read_bulk
from services.plan.queries import ReferralFilter
from services.plan.resources import PlanResources
from services.plan.schemas.referrals import (
    AcceptanceBody,
    AcceptanceLineBody,
    BulkOut,
    OutcomeBody,
    OutcomeLineBody,
    ReferralDetailOut,
    ReferralOut,
    ReferralRowOut,
)
from shared.db import ReadTx, Tx
from shared.errors import DomainError
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Reading = Annotated[Call[PlanResources], Depends(calling(REFERRALS_READ))]
Accepting = Annotated[Call[PlanResources], Depends(calling(REFERRALS_ACCEPT, idempotent=True))]
Reporting = Annotated[Call[PlanResources], Depends(calling(OUTCOMES_WRITE, idempotent=True))]


@router.get(
    "",
    response_model=PageOf[ReferralRowOut],
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
) -> Response:
    """GET /v1/referrals."""
    after = page.after(UUID)
    wanted = ReferralFilter(status, programme_code, plan_id)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_referrals(
            tx, call.principal.reach, wanted, after=None if after is None else after[0], rows_max=page.limit + 1
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
    lines = await read_bulk(call, AcceptanceLineBody)

    async def use_case(tx: Tx) -> BulkOut:
        async def take(good: list[AcceptanceLineBody]) -> list[Answered]:
            wanted = [Acceptance(line.referral_id, line.accepted_on) for line in good]
            return await referrals.accept(tx, wanted, call.principal.reach, because_of(call, "accepted"))

        return await answer_bulk(call, lines, take)

    return await call.command(use_case)


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
    lines = await read_bulk(call, OutcomeLineBody)

    async def use_case(tx: Tx) -> BulkOut:
        async def take(good: list[OutcomeLineBody]) -> list[Answered]:
            reports = [_report_of(line.referral_id, line) for line in good]
            return await _record(call, tx, reports)

        return await answer_bulk(call, lines, take)

    return await call.command(use_case)


@router.get(
    "/{referral_id}",
    response_model=ReferralDetailOut,
    **operation("Show a referral", "แสดงการส่งต่อพร้อมประวัติ", "A referral with what happened to it.", REFERRALS_READ),
)
async def show_referral(referral_id: UUID, call: Reading) -> Response:
    """GET /v1/referrals/{referral_id}."""
    return await call.query(lambda tx: queries.show_referral(tx, referral_id, call.principal.reach))


@router.post(
    "/{referral_id}/acceptance",
    response_model=ReferralOut,
    **operation("Accept a referral", "หน่วยงานรับตัวผู้ถูกส่งต่อ", "The agency takes the person in.", REFERRALS_ACCEPT),
)
async def accept_referral(referral_id: UUID, body: AcceptanceBody, call: Accepting) -> Response:
    """POST /v1/referrals/{referral_id}/acceptance."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        wanted = [Acceptance(referral_id, body.accepted_on)]
        return _one(await referrals.accept(tx, wanted, call.principal.reach, because_of(call, "accepted")))

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
        return _one(await _record(call, tx, [_report_of(referral_id, body)]))

    return await call.command(use_case)


def _report_of(referral_id: UUID, body: OutcomeBody) -> OutcomeReport:
    return OutcomeReport(referral_id, body.outcome, body.recorded_on, body.final, body.evidence)


async def _record(call: Call[PlanResources], tx: Tx, reports: list[OutcomeReport]) -> list[Answered]:
    rules = call.resources.rules.outcomes
    return await referrals.record_outcomes(tx, reports, call.principal.reach, rules, because_of(call, "outcome"))


def _one(answers: list[Answered]) -> dict[str, Any]:
    """The answer to the only line; its refusal is raised and rolls all back."""
    answer = answers[0]
    if isinstance(answer, DomainError):
        raise answer
    return asdict(answer)
