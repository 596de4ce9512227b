"""Routes of employments: who is in an employer's employ, what was paid and learned."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import employments as commands
from services.plan.commands.employments import TrainingTold
from services.plan.http.asking import EMPLOYMENTS_READ, EMPLOYMENTS_WRITE, because_of
from services.plan.http.employers import TaxIdPath, TaxIdQuery
from services.plan.queries import employers as queries
from services.plan.resources import PlanResources
from services.plan.schemas.employers import (
    EmploymentBody,
    EmploymentDetailOut,
    EmploymentEndBody,
    EmploymentOut,
    TrainingBody,
    TrainingOut,
    WageDeclaration,
    WageDeclarationsBody,
    WageDeclarationsOut,
)
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["employers"])

Reading = Annotated[Call[PlanResources], Depends(calling(EMPLOYMENTS_READ))]
Creating = Annotated[Call[PlanResources], Depends(calling(EMPLOYMENTS_WRITE, idempotent=True))]
Changing = Annotated[Call[PlanResources], Depends(calling(EMPLOYMENTS_WRITE, needs_if_match=True))]


@router.post(
    "/employers/{tax_id}/employments",
    response_model=EmploymentOut,
    status_code=201,
    **operation(
        "Enter an employment",
        "นายจ้างบันทึกการจ้างผู้มีบัตรจากเลขประจำตัวประชาชนและหมายเลขบัตรที่ผู้มีบัตรแสดง (ไม่เก็บไว้) เฉพาะผู้ที่ยินยอมรับค่าจ้างผ่านบัตร ระบบให้รหัสอ้างอิงสำหรับแจ้งธนาคาร",
        "By the citizen id and the card that the person has shown, which are not kept; only of a person who consents to take wages through the card."
        " The answer holds the reference that the employer gives its bank with each wage.",
        EMPLOYMENTS_WRITE,
    ),
)
async def enter_employment(tax_id: TaxIdPath, body: EmploymentBody, call: Creating) -> Response:
    """POST /v1/employers/{tax_id}/employments."""
    lookup = call.resources.lookup

    async def use_case(tx: Tx) -> EmploymentOut:
        numbers = (lookup.of(body.citizen_id), lookup.of(body.card_no))
        because, reach = because_of(call, "entered"), call.principal.reach
        return EmploymentOut.of_row(asdict(await commands.employ(tx, tax_id, numbers, body.starts_on, body.ends_on, reach, because)))

    return await call.command(use_case, location=lambda entered: f"/v1/employments/{entered.employment_id}")


@router.get(
    "/employments",
    response_model=PageOf[EmploymentOut],
    **operation(
        "List employments",
        "แสดงการจ้างงานผู้มีบัตร",
        "Employments of the employers in reach; nothing tells who the persons are.",
        EMPLOYMENTS_READ,
    ),
)
async def list_employments(
    call: Reading,
    page: PageParams,
    tax_id: TaxIdQuery = None,
    *,
    open_only: Annotated[bool, Query(description="Only those without a last day. เฉพาะที่ยังจ้างอยู่")] = False,
) -> Response:
    """GET /v1/employments."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[EmploymentOut]:
        last = None if after is None else after[0]
        rows = await queries.list_employments(tx, call.principal.reach, tax_id, open_only=open_only, after=last, rows_max=page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["employment_id"],))
        return PageOf(items=[EmploymentOut.of_row(row) for row in items], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/employments/{employment_id}",
    response_model=EmploymentDetailOut,
    **operation(
        "Show an employment",
        "แสดงการจ้างงานพร้อมความยินยอม ค่าจ้างที่จ่ายผ่านบัตร ค่าจ้างที่แจ้ง การฝึกอบรม และประวัติ",
        "An employment with the person's consent, the wages that banks told, those that were declared, trainings and history.",
        EMPLOYMENTS_READ,
    ),
)
async def show_employment(employment_id: UUID, call: Reading) -> Response:
    """GET /v1/employments/{employment_id}."""
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> dict[str, Any] | None:
        row = await queries.show_employment(tx, employment_id, call.principal.reach, today)
        return None if row is None else {**row, "reference": employment_id.hex}

    return await call.query(read)


@router.post(
    "/employments/{employment_id}/end",
    response_model=EmploymentOut,
    **operation(
        "End an employment",
        "บันทึกหรือแก้ไขวันสุดท้ายของการจ้าง",
        "Set the last day, or another one; in a closed period with a reason. Needs If-Match.",
        EMPLOYMENTS_WRITE,
    ),
)
async def end_employment(employment_id: UUID, body: EmploymentEndBody, call: Changing) -> Response:
    """POST /v1/employments/{employment_id}/end."""
    version = call.version_to_change()

    async def use_case(tx: Tx) -> EmploymentOut:
        ended = await commands.end_employment(
            tx,
            employment_id,
            body.ends_on,
            version,
            correction=body.correction,
            reach=call.principal.reach,
            because=because_of(call, "ended"),
        )
        return EmploymentOut.of_row(asdict(ended))

    return await call.command(use_case)


@router.post(
    "/employers/{tax_id}/wage-declarations",
    response_model=WageDeclarationsOut,
    status_code=201,
    **operation(
        "Declare the wages of a month",
        "นายจ้างแจ้งค่าจ้างที่จ่ายจริงของเดือน ส่วนที่ธนาคารไม่ได้รายงานถือว่าไม่ได้จ่ายผ่านบัตร แจ้งใหม่คือแก้ไข",
        "What was paid for the month, all ways together: what no bank tells of was not paid through the card. Declared again it is corrected.",
        EMPLOYMENTS_WRITE,
    ),
)
async def declare_wages(tax_id: TaxIdPath, body: WageDeclarationsBody, call: Creating) -> Response:
    """POST /v1/employers/{tax_id}/wage-declarations."""
    amounts = {one.employment_id: one.amount_satang for one in _each_once(body.wages)}

    async def use_case(tx: Tx) -> WageDeclarationsOut:
        because, reach = because_of(call, "declared"), call.principal.reach
        await commands.declare_wages(tx, tax_id, body.month, amounts, correction=body.correction, reach=reach, because=because)
        return WageDeclarationsOut(month=body.month, persons=len(amounts), amount_satang=sum(amounts.values()))

    return await call.command(use_case)


@router.post(
    "/employments/{employment_id}/trainings",
    response_model=TrainingOut,
    status_code=201,
    **operation(
        "Record a training",
        "บันทึกค่าฝึกอบรมที่นายจ้างจ่ายให้ผู้มีบัตรในความจ้างของตน",
        "A training that the employer paid for a card holder in its employ.",
        EMPLOYMENTS_WRITE,
    ),
)
async def record_training(employment_id: UUID, body: TrainingBody, call: Creating) -> Response:
    """POST /v1/employments/{employment_id}/trainings."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because, reach = because_of(call, "recorded"), call.principal.reach
        return asdict(
            await commands.record_training(tx, employment_id, _told(body), correction=body.correction, reach=reach, because=because)
        )

    return await call.command(use_case, location=lambda _: f"/v1/employments/{employment_id}")


@router.put(
    "/trainings/{training_id}",
    response_model=TrainingOut,
    **operation(
        "Correct a training",
        "แก้ไขค่าฝึกอบรมเป็นรุ่นใหม่ ของเดิมยังคงอยู่ 0 สตางค์คือยกเลิก",
        "The next version of a training; what was told stays, and 0 satang take it back. Needs If-Match.",
        EMPLOYMENTS_WRITE,
    ),
)
async def correct_training(training_id: UUID, body: TrainingBody, call: Changing) -> Response:
    """PUT /v1/trainings/{training_id}."""
    version = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any]:
        because, reach = because_of(call, "corrected"), call.principal.reach
        return asdict(
            await commands.correct_training(tx, training_id, _told(body), version, correction=body.correction, reach=reach, because=because)
        )

    return await call.command(use_case)


def _told(body: TrainingBody) -> TrainingTold:
    return TrainingTold(body.title, body.provider, body.paid_on, body.cost_satang)


def _each_once(wages: Sequence[WageDeclaration]) -> Sequence[WageDeclaration]:
    seen: set[UUID] = set()
    for number, one in enumerate(wages):
        if one.employment_id in seen:
            raise Invalid.field(f"wages.{number}.employment_id", "repeated", "stands here twice", "ระบุซ้ำ")
        seen.add(one.employment_id)
    return wages
