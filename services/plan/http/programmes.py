"""Routes of the catalogue."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from services.plan import queries
from services.plan.commands import catalogue
from services.plan.domain import Because
from services.plan.http.asking import PROGRAMMES_READ, PROGRAMMES_WRITE, because_of
from services.plan.resources import PlanResources
from services.plan.rules.data import conditions_of, examples_of, merits_of
from services.plan.schemas.catalogue import (
    AgenciesOut,
    ProgrammeBody,
    ProgrammeChangeBody,
    ProgrammeContentBody,
    ProgrammeDetailOut,
    ProgrammeOut,
)
from shared.clock import on_day
from shared.contracts.common import Dimension
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["programmes"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]


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

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, "added")
        content = _content_of(body, because)
        added = await catalogue.add_programme(
            tx, body.code, body.dimension, body.agency, content, call.resources.rules, call.principal.reach, because
        )
        return asdict(added)

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
        because = because_of(call, "changed")
        content = _content_of(body, because)
        return asdict(await catalogue.change_programme(tx, code, content, expected, call.resources.rules, call.principal.reach, because))

    return await call.command(use_case)


def _content_of(body: ProgrammeContentBody, because: Because) -> catalogue.Content:
    values = body.model_dump(exclude={"code", "dimension", "agency"})
    return catalogue.Content(
        **{
            **values,
            "valid_from": body.valid_from or on_day(because.at),
            "papers": tuple(body.papers),
            "outcomes": None if body.outcomes is None else tuple(body.outcomes),
            "conditions": conditions_of(values["conditions"]),
            "examples": examples_of(values["examples"]),
            "merits": merits_of(values["merits"]),
            "source": body.approval_reference,
        }
    )
