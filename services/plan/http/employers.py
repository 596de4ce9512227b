"""Routes of employers and their accounting periods."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator

from services.plan.commands import employers as commands
from services.plan.domain import EmployerStatus
from services.plan.http.asking import EMPLOYERS_DECIDE, EMPLOYERS_READ, EMPLOYERS_WRITE, PERIODS_READ, PERIODS_WRITE, because_of
from services.plan.queries import employers as queries
from services.plan.resources import PlanResources
from services.plan.schemas.employers import (
    EmployerBody,
    EmployerDecisionBody,
    EmployerDetailOut,
    EmployerOut,
    HeadCountBody,
    HeadCountOut,
    PeriodBody,
    PeriodDetailOut,
    PeriodOut,
    TaxId,
)
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.thai.digits import arabic_digits

router = APIRouter(prefix="/v1", tags=["employers"])

TaxIdPath = Annotated[
    str, Path(max_length=40, description="Tax id. เลขประจำตัวผู้เสียภาษี", examples=["0105561000003"]), AfterValidator(arabic_digits)
]
TaxIdQuery = Annotated[TaxId | None, Query(description="Of one employer. เฉพาะนายจ้างรายนี้")]
MonthPath = Annotated[str, Path(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", description="Month. เดือน", examples=["2018-12"])]


@router.post(
    "/employers",
    response_model=EmployerOut,
    status_code=201,
    **operation(
        "Apply as an employer",
        "นายจ้าง (นิติบุคคล) ยื่นคำขอขึ้นทะเบียนของตนเอง กรมสรรพากรเป็นผู้พิจารณา ผู้ที่ถูกปฏิเสธยื่นใหม่ได้",
        "A juristic person applies for itself; the Revenue side decides. Who was refused may apply again.",
        EMPLOYERS_WRITE,
    ),
)
async def apply_as_employer(
    body: EmployerBody, call: Annotated[Call[PlanResources], Depends(calling(EMPLOYERS_WRITE, idempotent=True))]
) -> Response:
    """POST /v1/employers."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, "applied")
        return asdict(await commands.apply(tx, body.tax_id, body.name_th, body.name_en, call.principal.reach, because))

    return await call.command(use_case, location=lambda _: f"/v1/employers/{body.tax_id}")


@router.get(
    "/employers",
    response_model=PageOf[EmployerOut],
    **operation("List employers", "แสดงนายจ้างที่ยื่นคำขอหรือขึ้นทะเบียน", "Employers in reach: an employer sees itself.", EMPLOYERS_READ),
)
async def list_employers(
    call: Annotated[Call[PlanResources], Depends(calling(EMPLOYERS_READ))],
    page: PageParams,
    status: Annotated[EmployerStatus | None, Query(description="สถานะ")] = None,
) -> Response:
    """GET /v1/employers."""
    after = page.after(str)

    async def read(tx: ReadTx) -> dict[str, Any]:
        last = None if after is None else after[0]
        rows = await queries.list_employers(tx, call.principal.reach, status, after=last, rows_max=page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["tax_id"],))
        return {"items": items, "next_cursor": cursor}

    return await call.query(read)


@router.get(
    "/employers/{tax_id}",
    response_model=EmployerDetailOut,
    **operation("Show an employer", "แสดงนายจ้างพร้อมประวัติ", "An employer with its history.", EMPLOYERS_READ),
)
async def show_employer(tax_id: TaxIdPath, call: Annotated[Call[PlanResources], Depends(calling(EMPLOYERS_READ))]) -> Response:
    """GET /v1/employers/{tax_id}."""
    return await call.query(lambda tx: queries.show_employer(tx, tax_id, call.principal.reach))


@router.post(
    "/employers/{tax_id}/decision",
    response_model=EmployerOut,
    **operation(
        "Decide on an employer",
        "กรมสรรพากรรับขึ้นทะเบียนหรือปฏิเสธ ผู้พิจารณาต้องไม่ใช่ผู้ยื่นคำขอ",
        "The Revenue side registers or refuses; not by the person who applied. Needs If-Match.",
        EMPLOYERS_DECIDE,
    ),
)
async def decide_on_employer(
    tax_id: TaxIdPath,
    body: EmployerDecisionBody,
    call: Annotated[Call[PlanResources], Depends(calling(EMPLOYERS_DECIDE, needs_if_match=True))],
) -> Response:
    """POST /v1/employers/{tax_id}/decision."""
    version = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any]:
        decided = await commands.decide(
            tx,
            tax_id,
            approved=body.approved,
            reason=body.reason,
            expected_version=version,
            reach=call.principal.reach,
            because=because_of(call, body.reason),
        )
        return asdict(decided)

    return await call.command(use_case)


@router.put(
    "/employers/{tax_id}/head-counts/{month}",
    response_model=HeadCountOut,
    **operation(
        "Tell the employees of a month",
        "แจ้งจำนวนลูกจ้างทั้งหมด ณ สิ้นเดือน แจ้งใหม่คือแก้ไข ของเดิมยังคงอยู่ เมื่อปิดรอบแล้วต้องระบุเหตุผล",
        "All employees at the end of the month. Told again it is corrected and what was told stays; in a closed period with a reason.",
        PERIODS_WRITE,
    ),
)
async def tell_head_count(
    tax_id: TaxIdPath,
    month: MonthPath,
    body: HeadCountBody,
    call: Annotated[Call[PlanResources], Depends(calling(PERIODS_WRITE))],
) -> Response:
    """PUT /v1/employers/{tax_id}/head-counts/{month}."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because, reach = because_of(call, "told"), call.principal.reach
        await commands.tell_head_count(tx, tax_id, month, body.employees, correction=body.correction, reach=reach, because=because)
        return {"tax_id": tax_id, "month": month, "employees": body.employees}

    return await call.command(use_case)


@router.post(
    "/employers/{tax_id}/accounting-periods",
    response_model=PeriodOut,
    status_code=201,
    **operation(
        "Open an accounting period",
        "เปิดรอบระยะเวลาบัญชี (เต็มเดือน ไม่เกิน 12 เดือน ไม่ทับซ้อนกัน)",
        "An accounting period of whole months, twelve at most, that overlaps no other of the employer.",
        PERIODS_WRITE,
    ),
)
async def open_accounting_period(
    tax_id: TaxIdPath, body: PeriodBody, call: Annotated[Call[PlanResources], Depends(calling(PERIODS_WRITE, idempotent=True))]
) -> Response:
    """POST /v1/employers/{tax_id}/accounting-periods."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, "opened")
        return asdict(await commands.open_period(tx, tax_id, body.starts_on, body.ends_on, call.principal.reach, because))

    return await call.command(use_case, location=lambda opened: f"/v1/accounting-periods/{opened['period_id']}")


@router.get(
    "/accounting-periods",
    response_model=PageOf[PeriodOut],
    **operation("List accounting periods", "แสดงรอบระยะเวลาบัญชี", "Accounting periods of the employers in reach.", PERIODS_READ),
)
async def list_accounting_periods(
    call: Annotated[Call[PlanResources], Depends(calling(PERIODS_READ))], page: PageParams, tax_id: TaxIdQuery = None
) -> Response:
    """GET /v1/accounting-periods."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> dict[str, Any]:
        last = None if after is None else after[0]
        rows = await queries.list_periods(tx, call.principal.reach, tax_id, after=last, rows_max=page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["period_id"],))
        return {"items": items, "next_cursor": cursor}

    return await call.query(read)


@router.get(
    "/accounting-periods/{period_id}",
    response_model=PeriodDetailOut,
    **operation(
        "Show an accounting period",
        "แสดงรอบระยะเวลาบัญชีพร้อมจำนวนลูกจ้างรายเดือนและประวัติ",
        "An accounting period with the employees of its months and its history.",
        PERIODS_READ,
    ),
)
async def show_accounting_period(period_id: UUID, call: Annotated[Call[PlanResources], Depends(calling(PERIODS_READ))]) -> Response:
    """GET /v1/accounting-periods/{period_id}."""
    return await call.query(lambda tx: queries.show_period(tx, period_id, call.principal.reach))


@router.post(
    "/accounting-periods/{period_id}/close",
    response_model=PeriodDetailOut,
    **operation(
        "Close an accounting period",
        "นายจ้างปิดรอบหลังวันสุดท้ายของรอบ เมื่อแจ้งจำนวนลูกจ้างครบทุกเดือน จากนั้นทุกการเปลี่ยนแปลงคือการแก้ไขที่ต้องมีเหตุผล",
        "The employer has told everything: after the last day, with the employees of every month. From then on every change is a correction"
        " with a reason. Needs If-Match.",
        PERIODS_WRITE,
    ),
)
async def close_accounting_period(
    period_id: UUID, call: Annotated[Call[PlanResources], Depends(calling(PERIODS_WRITE, needs_if_match=True))]
) -> Response:
    """POST /v1/accounting-periods/{period_id}/close."""
    version = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await commands.close_period(tx, period_id, version, call.principal.reach, because_of(call, "closed"))
        return await queries.show_period(tx, period_id, call.principal.reach)

    return await call.command(use_case)
