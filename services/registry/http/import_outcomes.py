"""What an import did: whom it entered or changed, and how good its data are."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import reports as commands
from services.registry.domain import Change
from services.registry.http.scopes import IMPORTS_READ, IMPORTS_WRITE
from services.registry.queries import imports
from services.registry.resources import RegistryResources
from services.registry.schemas.imports import ChangedOut
from services.registry.schemas.reports import QualityOut, ReportAskedOut
from shared.auth import require_country
from shared.db import Tx
from shared.http import NDJSON, Call, NdjsonResponse, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/imports/{import_id}", tags=["imports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_WRITE, idempotent=True))]


class Outcome(StrEnum):
    """Which lines are asked for; the unchanged ones left no trace."""

    CHANGED = "CHANGED"
    NEW = "NEW"

    @property
    def change(self) -> Change:
        """As history has it."""
        return Change.UPDATED if self is Outcome.CHANGED else Change.REGISTERED


Wanted = Annotated[Outcome, Query(description="CHANGED persons with the names of the fields, or NEW ones. เปลี่ยนแปลงหรือเพิ่มใหม่")]


@router.get(
    "/changes",
    response_model=PageOf[ChangedOut],
    **operation(
        "List whom an import changed or entered",
        "แสดงผู้มีบัตรที่การนำเข้านี้เปลี่ยนแปลงหรือเพิ่มใหม่ พร้อมชื่อช่องข้อมูลที่เปลี่ยน",
        "Holder ids and the names of changed fields, never values, in the order of the file.",
        IMPORTS_READ,
    ),
)
async def list_import_changes(call: Reading, import_id: UUID, page: PageParams, outcome: Wanted = Outcome.CHANGED) -> Response:
    """A page of changes."""
    require_country(call.principal)
    return await call.query(lambda tx: imports.changes(tx, import_id, outcome.change, page))


@router.get(
    "/changes.ndjson",
    response_class=NdjsonResponse,
    responses={200: {"description": "One person a line. บรรทัดละคน", "content": {NDJSON: {"schema": ChangedOut.model_json_schema()}}}},
    **operation(
        "Download whom an import changed or entered (NDJSON)",
        "ดาวน์โหลดรายการที่การนำเข้านี้เปลี่ยนแปลงหรือเพิ่มใหม่ทั้งหมด (NDJSON)",
        "All of them, whatever their number.",
        IMPORTS_READ,
    ),
)
async def download_import_changes(call: Reading, import_id: UUID, outcome: Wanted = Outcome.CHANGED) -> NdjsonResponse:
    """All changes as NDJSON."""
    require_country(call.principal)
    return await call.stream(lambda tx: imports.every_change(tx, import_id, outcome.change))


@router.post(
    "/quality-report",
    response_model=ReportAskedOut,
    status_code=202,
    **operation(
        "Ask for the quality report of an import",
        "สั่งจัดทำรายงานคุณภาพข้อมูลของการนำเข้า",
        "Queue the report of an import that is done. It is made once; it reads the whole registry, and opens phones to count repeated ones.",
        IMPORTS_WRITE,
    ),
)
async def ask_quality_report(call: Writing, import_id: UUID) -> Response:
    """Queue the report."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        job_id = await commands.ask_report(tx, import_id, asked_by=call.principal.subject)
        return {"import_id": import_id, "job_id": job_id}

    return await call.command(use_case, location=lambda _: f"/v1/imports/{import_id}/quality-report")


@router.get(
    "/quality-report",
    response_model=QualityOut,
    **operation(
        "Show the quality report of an import",
        "แสดงรายงานคุณภาพข้อมูล: ความครบถ้วน การกระจายอายุและรายได้ วันเกิดที่น่าสงสัย รหัสไปรษณีย์ที่ไม่ตรง และโทรศัพท์ซ้ำ",
        "Completeness by field, ages and incomes by bands, doubtful births, postcodes that do not fit, repeated phones: counts and ids, no values.",
        IMPORTS_READ,
    ),
)
async def show_quality_report(call: Reading, import_id: UUID) -> Response:
    """The report."""
    require_country(call.principal)
    return await call.query(lambda tx: imports.quality(tx, import_id))
