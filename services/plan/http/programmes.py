"""Routes of the catalogue."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from services.plan import queries
from services.plan.http.asking import PROGRAMMES_READ
from services.plan.queries import ProgrammeFilter
from services.plan.resources import PlanResources
from services.plan.rules.variables import variables
from services.plan.schemas.catalogue import AgenciesOut, ProgrammeDetailOut, ProgrammeOut, VariablesOut
from shared.contracts.common import Dimension
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["programmes"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]


@router.get(
    "/agencies",
    response_model=AgenciesOut,
    **operation(
        "List agencies",
        "แสดงหน่วยงานเจ้าของโครงการ รหัสย่อ และจำนวนเทียบกับหนังสือสั่งการ (๖ กระทรวง ๓ ธนาคาร ๒ กองทุน ๒ หน่วยงาน)",
        "The agencies that run programmes, and how many of each kind of the circular are known: 6 ministries, 3 banks, 2 funds, 2 agencies.",
        PROGRAMMES_READ,
    ),
)
async def list_agencies(call: Reading) -> Response:
    """GET /v1/agencies."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        return {
            "items": await queries.list_agencies(tx),
            "kinds": await queries.count_agencies(tx, call.resources.rules.agencies_of_circular),
        }

    return await call.query(read)


@router.get(
    "/programmes",
    response_model=PageOf[ProgrammeOut],
    **operation(
        "List programmes", "แสดงรายการโครงการตามรุ่นของวันที่กำหนด", "The catalogue by the versions of a day, by code.", PROGRAMMES_READ
    ),
)
async def list_programmes(
    call: Reading,
    page: PageParams,
    dimension: Annotated[Dimension | None, Query(description="มิติ")] = None,
    agency: Annotated[str | None, Query(max_length=16, description="รหัสหน่วยงาน")] = None,
    active: Annotated[bool | None, Query(description="เปิดรับอยู่หรือไม่")] = None,
    on: Annotated[date | None, Query(description="By default today. วันที่ (ไม่ระบุคือวันนี้)")] = None,
) -> Response:
    """GET /v1/programmes."""
    after = page.after(str)
    wanted = ProgrammeFilter(on or call.resources.clock.business_today(), dimension, agency, active)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_programmes(tx, wanted, after=None if after is None else after[0], rows_max=page.limit + 1)
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


@router.get(
    "/condition-variables",
    response_model=VariablesOut,
    **operation(
        "List what conditions may speak of",
        "แสดงตัวแปรที่ใช้เขียนเงื่อนไขโครงการได้ พร้อมค่าที่เป็นไปได้",
        "The variables of CEL conditions with their kinds and closed lists of values. Nothing else of a person can count.",
        PROGRAMMES_READ,
    ),
)
async def list_condition_variables(call: Reading) -> Response:
    """GET /v1/condition-variables."""

    async def read(_: ReadTx) -> dict[str, Any]:
        return {"items": [{**asdict(one), "values": sorted(one.values)} for one in variables().values()]}

    return await call.query(read)
