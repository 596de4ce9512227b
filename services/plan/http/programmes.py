"""Routes of the catalogue."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from services.plan import queries
from services.plan.commands import catalogue
from services.plan.domain import Programme
from services.plan.http.asking import PROGRAMMES_READ, PROGRAMMES_WRITE, because_of
from services.plan.resources import PlanResources
from services.plan.rules.data import conditions_of
from services.plan.schemas.catalogue import AgenciesOut, ProgrammeBody, ProgrammeChangeBody, ProgrammeDetailOut, ProgrammeOut
from shared.contracts.common import Dimension
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["programmes"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]
_CERTAIN: Final = "H"


@router.get(
    "/agencies",
    response_model=AgenciesOut,
    **operation(
        "List agencies", "แสดงหน่วยงานเจ้าของโครงการและรหัสย่อ", "The agencies that run programmes, by their short codes.", PROGRAMMES_READ
    ),
)
async def list_agencies(call: Reading) -> Response:
    """GET /v1/agencies."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        return {"items": await queries.list_agencies(tx)}

    return await call.query(read)


@router.get(
    "/programmes",
    response_model=PageOf[ProgrammeOut],
    **operation("List programmes", "แสดงรายการโครงการปัจจุบัน", "The catalogue as it is now, by code.", PROGRAMMES_READ),
)
async def list_programmes(
    call: Reading,
    page: PageParams,
    dimension: Annotated[Dimension | None, Query(description="มิติ")] = None,
    agency: Annotated[str | None, Query(max_length=16, description="รหัสหน่วยงาน")] = None,
    active: Annotated[bool | None, Query(description="เปิดรับอยู่หรือไม่")] = None,
) -> Response:
    """GET /v1/programmes."""
    after = page.after(str)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_programmes(
            tx, dimension=dimension, agency=agency, active=active, after=None if after is None else after[0], rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(rows, lambda row: (row["code"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/programmes/{code}",
    response_model=ProgrammeDetailOut,
    **operation(
        "Show a programme",
        "แสดงโครงการพร้อมประวัติทุกรุ่น",
        "A programme with all its versions; agreed plans keep the version of their day.",
        PROGRAMMES_READ,
    ),
)
async def show_programme(code: Annotated[str, Path(max_length=60)], call: Reading) -> Response:
    """GET /v1/programmes/{code}."""
    return await call.query(lambda tx: queries.show_programme(tx, code))


@router.post(
    "/programmes",
    response_model=ProgrammeOut,
    status_code=201,
    **operation(
        "Add a programme",
        "เพิ่มโครงการตามมติ คอต.",
        "Add a programme with the approval reference of the monitoring sub-committee. An agency may add its own only.",
        PROGRAMMES_WRITE,
    ),
)
async def add_programme(
    body: ProgrammeBody, call: Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_WRITE, idempotent=True))]
) -> Response:
    """POST /v1/programmes."""
    programme = Programme(
        code=body.code,
        version=1,
        dimension=body.dimension,
        name_th=body.name_th,
        name_en=body.name_en,
        agency=body.agency,
        confidence=_CERTAIN,
        active=True,
        conditions=conditions_of(body.conditions.model_dump()),
        approval_reference=body.approval_reference,
    )

    async def use_case(tx: Tx) -> dict[str, Any]:
        return asdict(await catalogue.add_programme(tx, programme, call.principal.reach, because_of(call, "added")))

    return await call.command(use_case, location=lambda added: f"/v1/programmes/{added['code']}")


@router.put(
    "/programmes/{code}",
    response_model=ProgrammeOut,
    **operation(
        "Change a programme",
        "แก้ไขโครงการตามมติ คอต. เป็นรุ่นใหม่ แผนเดิมยังคงรุ่นเดิม",
        "Write the next version, with the approval reference. Needs If-Match; plans that were agreed keep their version.",
        PROGRAMMES_WRITE,
    ),
)
async def change_programme(
    code: Annotated[str, Path(max_length=60)],
    body: ProgrammeChangeBody,
    call: Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_WRITE, needs_if_match=True))],
) -> Response:
    """PUT /v1/programmes/{code}."""
    expected = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any]:
        changed = await catalogue.change_programme(tx, _change_of(code, body), expected, call.principal.reach, because_of(call, "changed"))
        return asdict(changed)

    return await call.command(use_case)


def _change_of(code: str, body: ProgrammeChangeBody) -> catalogue.ProgrammeChange:
    return catalogue.ProgrammeChange(
        code=code,
        name_th=body.name_th,
        name_en=body.name_en,
        active=body.active,
        conditions=conditions_of(body.conditions.model_dump()),
        approval_reference=body.approval_reference,
    )
