"""The work that failed payments make: who has to do what, by district, until when."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.domain import Month, adjustment_no
from services.payments.repository import failed_transfers
from services.payments.rules.failures import failure_reason, failure_reasons
from services.payments.schemas.failed_transfers import (
    FailedByDistrictOut,
    FailedSummaryOut,
    FailedTransferOut,
    FailureReasonOut,
    FailureReasonsOut,
    LapsedOut,
)
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.failed-transfers:read"

router = APIRouter(prefix="/v1", tags=["failed transfers"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/failure-reasons",
    response_model=FailureReasonsOut,
    **operation(
        "List reasons of failure",
        "แสดงเหตุที่จ่ายไม่สำเร็จ และสิ่งที่ผู้มีสิทธิหรือเจ้าหน้าที่ต้องดำเนินการ",
        "Why payments fail, who has to act, and what has to be done, in English and Thai.",
        READ,
    ),
)
async def list_failure_reasons(call: Reader) -> Response:
    """All reasons."""

    async def read(_: ReadTx) -> FailureReasonsOut:
        return FailureReasonsOut(items=[FailureReasonOut.model_validate(asdict(one)) for one in failure_reasons()])

    return await call.query(read)


@router.get(
    "/failed-transfers",
    response_model=PageOf[FailedTransferOut],
    **operation(
        "List failed transfers",
        "แสดงรายการที่จ่ายไม่สำเร็จในขอบเขตของท่าน พร้อมสิ่งที่ต้องดำเนินการและวันสุดท้ายที่จ่ายซ้ำได้",
        "The worklist of a district: months that could not be paid, what the person, the district or the payments office must do, and until when"
        " each run tries again.",
        READ,
    ),
)
async def list_failed_transfers(
    call: Reader,
    page: PageParams,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="Only this responsible district. เฉพาะอำเภอนี้")] = None,
    reason: Annotated[str | None, Query(max_length=100, description="Only this reason, as the bank told it. เฉพาะเหตุผลนี้")] = None,
) -> Response:
    """A page of the worklist."""

    async def read(tx: ReadTx) -> PageOf[FailedTransferOut]:
        after = page.after(UUID, date, str)
        rows = await failed_transfers.page(
            tx,
            call.principal.reach,
            district=district,
            reason=reason,
            after=None if after is None else (after[0], after[1], after[2]),
            limit=page.limit + 1,
        )
        shown, cursor = page.cut(rows, lambda row: (row["holder_id"], row["month"], row["programme"]))
        controls = await queries.run_controls(tx)
        items = [
            FailedTransferOut.model_validate(
                {
                    **dict(row),
                    **_todo(row["reason"]),
                    "adjustment_no": (number := adjustment_no(row["programme"])),
                    "retry_until": None if number else controls.retry_until(Month(row["month"])),
                }
            )
            for row in shown
        ]
        return PageOf[FailedTransferOut](items=items, next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/failed-transfers/summary",
    response_model=FailedSummaryOut,
    **operation(
        "Summarise failed transfers",
        "แสดงจำนวนและยอดรายการจ่ายไม่สำเร็จตามอำเภอและเหตุผล พร้อมยอดที่พ้นกำหนดและคืนวงเงินแล้ว ในขอบเขตของท่าน",
        "How many months within your reach could not be paid, by district and reason, and what lapsed after its deadline by benefit month.",
        READ,
    ),
)
async def summarise_failed_transfers(call: Reader) -> Response:
    """Counts and satang."""

    async def read(tx: ReadTx) -> FailedSummaryOut:
        waiting = await failed_transfers.by_district(tx, call.principal.reach)
        lapsed = await failed_transfers.lapsed_by_month(tx, call.principal.reach)
        return FailedSummaryOut(
            waiting=[FailedByDistrictOut.model_validate({**row, "acts": failure_reason(row["reason"]).acts}) for row in waiting],
            lapsed=[LapsedOut.model_validate(row) for row in lapsed],
        )

    return await call.query(read)


def _todo(reason: str | None) -> dict[str, str]:
    known = failure_reason(reason)
    return {"acts": known.acts, "todo_en": known.todo_en, "todo_th": known.todo_th}
