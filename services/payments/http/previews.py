"""What a run would pay, and what it does otherwise than the month before."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.domain import Change
from services.payments.http.runs import READ
from services.payments.queries import Preview
from services.payments.repository import previews
from services.payments.rules.run_differences import explain
from services.payments.schemas.previews import DifferenceCountOut, PreviewOut, PreviewTotalOut, RunDifferenceOut
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.money import in_baht

router = APIRouter(prefix="/v1/runs", tags=["runs"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/{run_id}/preview",
    response_model=PreviewOut,
    **operation(
        "Preview a run",
        "แสดงตัวอย่างรอบจ่ายก่อนอนุมัติ: จำนวนและยอดตามจังหวัด ธนาคาร ระดับรายได้ และเดือน พร้อมผลต่างจากเดือนก่อน ในขอบเขตของท่าน",
        "Lines and baht by province, bank, tier and benefit month, held lines by reason, and how many persons are treated otherwise than in the"
        " last released month, by cause; within your reach.",
        READ,
    ),
)
async def preview_run(run_id: UUID, call: Reader) -> Response:
    """What a run would pay."""

    async def read(tx: ReadTx) -> PreviewOut | None:
        found = await queries.preview_run(tx, call.principal.reach, run_id)
        return None if found is None else _preview_out(found)

    return await call.query(read)


@router.get(
    "/{run_id}/differences",
    response_model=PageOf[RunDifferenceOut],
    **operation(
        "List differences of a run",
        "แสดงรายบุคคลที่ต่างจากเดือนก่อนพร้อมเหตุผล: รายใหม่ หยุดจ่าย เปลี่ยนจำนวนเงิน ย้ายอำเภอหรือธนาคาร ถูกระงับ และจ่ายย้อนหลัง ในขอบเขตของท่าน",
        "Person by person within your reach: new, stopped with the reason, another amount, another district or bank, held, back-paid.",
        READ,
    ),
)
async def list_run_differences(
    run_id: UUID,
    call: Reader,
    page: PageParams,
    cause: Annotated[Change | None, Query(description="Only this cause. เฉพาะสาเหตุนี้")] = None,
    holder_id: Annotated[UUID | None, Query(description="Only this person. เฉพาะบุคคลนี้")] = None,
) -> Response:
    """A page of persons."""

    async def read(tx: ReadTx) -> PageOf[RunDifferenceOut]:
        after = page.after(str, UUID, int)
        rows = await previews.page(tx, run_id, call.principal.reach, cause, holder_id, after, page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row["cause"], row["holder_id"], row["number"]))
        return PageOf[RunDifferenceOut](items=[_difference_out(row) for row in shown], next_cursor=cursor)

    return await call.query(read)


def _preview_out(found: Preview) -> PreviewOut:
    run = found.run
    amount = sum(row["amount_satang"] for row in found.totals)
    values = {name: getattr(run, name) for name in PreviewOut.model_fields if hasattr(run, name)}
    if not found.whole:
        values |= {"persons_before": None, "persons_now": None}
    return PreviewOut.model_validate(
        {
            **values,
            "lines": sum(row["lines"] for row in found.totals),
            "amount_satang": amount,
            "amount_baht": in_baht(amount),
            "totals": [PreviewTotalOut.model_validate(row) for row in found.totals],
            "differences": [DifferenceCountOut.model_validate({**row, **_explained(row)}) for row in found.differences],
        }
    )


def _difference_out(row: Any) -> RunDifferenceOut:
    return RunDifferenceOut.model_validate({**dict(row), **_explained(row), "before": row["before_text"], "now": row["now_text"]})


def _explained(row: Any) -> dict[str, str]:
    words = explain(Change(row["cause"]), row["reason"])
    return {"explanation_en": words.en, "explanation_th": words.th}
