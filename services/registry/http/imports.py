"""Importing the national registry file, and watching it."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response, UploadFile

from services.registry.commands import imports as commands
from services.registry.domain import FileToImport
from services.registry.http.scopes import IMPORTS_READ, IMPORTS_WRITE
from services.registry.queries import imports
from services.registry.repository.files import file_below
from services.registry.repository.imports import REJECTION
from services.registry.resources import RegistryResources
from services.registry.schemas.imports import ImportIn, ImportOut, RejectionOut
from shared.auth import Level
from shared.db import Tx
from shared.errors import NotFound
from shared.http import CSV, NDJSON, Call, CsvResponse, NdjsonResponse, PageOf, PageParams, calling, operation
from shared.ids import new_id

UPLOADS: Final = "uploads"

router = APIRouter(prefix="/v1/imports", tags=["imports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_WRITE, idempotent=True))]
Uploading = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_WRITE))]


@router.post(
    "",
    response_model=ImportOut,
    status_code=202,
    **operation(
        "Import a file of the import folder",
        "นำเข้าไฟล์ทะเบียนที่วางไว้ในโฟลเดอร์นำเข้า ไฟล์เดิมนำเข้าซ้ำได้โดยไม่มีผลเปลี่ยนแปลง",
        "Queue the import of a file that lies in the import folder. The same file again changes nothing; a corrected one updates.",
        IMPORTS_WRITE,
    ),
)
async def start_import(call: Writing, asked: ImportIn) -> Response:
    """Queue an import."""
    _require_country(call)
    file = await asyncio.to_thread(file_below, call.resources.settings.import_folder, asked.path)
    return await _queue(call, file)


@router.post(
    "/uploads",
    response_model=ImportOut,
    status_code=202,
    **operation(
        "Upload and import a file",
        "อัปโหลดไฟล์ทะเบียนและนำเข้า",
        "Upload a registry file as multipart form data and queue its import. Sent twice it is imported twice, the second time without effect.",
        IMPORTS_WRITE,
        streams_body=True,
    ),
)
async def upload_import(call: Uploading, file: UploadFile) -> Response:
    """Spool an uploaded file and queue its import."""
    _require_country(call)
    folder = call.resources.settings.import_folder
    path = f"{UPLOADS}/{new_id()}.csv"
    await asyncio.to_thread(_spool, file.file, folder / path)
    try:
        spooled = await asyncio.to_thread(file_below, folder, path)
        # Without a key: it would be compared with the body, which is gone. The file makes a second import harmless.
        return await _queue(replace(call, idempotency_key=None), spooled)
    except Exception:
        (folder / path).unlink(missing_ok=True)
        raise


@router.get(
    "/{import_id}",
    response_model=ImportOut,
    **operation("Show an import", "แสดงความคืบหน้าของการนำเข้า", "How far an import is.", IMPORTS_READ),
)
async def show_import(call: Reading, import_id: UUID) -> Response:
    """One import."""
    _require_country(call)
    return await call.query(lambda tx: imports.one(tx, import_id))


@router.get(
    "/{import_id}/rejections",
    response_model=PageOf[RejectionOut],
    **operation(
        "List the rejected lines of an import",
        "แสดงบรรทัดที่ไม่ผ่านการตรวจสอบพร้อมเหตุผลภาษาไทยและอังกฤษ",
        "What is wrong with which line, by line number. Codes are those of docs/registry-file.md; values are never shown.",
        IMPORTS_READ,
    ),
)
async def list_rejections(call: Reading, import_id: UUID, page: PageParams) -> Response:
    """Rejections by line."""
    _require_country(call)
    return await call.query(lambda tx: imports.rejections(tx, import_id, page))


@router.get(
    "/{import_id}/rejections.ndjson",
    response_class=NdjsonResponse,
    responses={
        200: {"description": "One rejection a line. บรรทัดละรายการ", "content": {NDJSON: {"schema": RejectionOut.model_json_schema()}}}
    },
    **operation(
        "Download the rejected lines (NDJSON)",
        "ดาวน์โหลดบรรทัดที่ไม่ผ่านการตรวจสอบทั้งหมด (NDJSON)",
        "All of what is wrong with which line, by line number, whatever the number of lines.",
        IMPORTS_READ,
    ),
)
async def download_rejections_ndjson(call: Reading, import_id: UUID) -> NdjsonResponse:
    """All rejections as NDJSON."""
    _require_country(call)
    return await call.stream(lambda tx: imports.every_rejection(tx, import_id))


@router.get(
    "/{import_id}/rejections.csv",
    response_class=CsvResponse,
    status_code=200,
    responses={200: {"description": "A header and one rejection a line. ไฟล์ CSV", "content": {CSV: {"schema": {"type": "string"}}}}},
    **operation(
        "Download the rejected lines (CSV)",
        "ดาวน์โหลดบรรทัดที่ไม่ผ่านการตรวจสอบทั้งหมด (CSV สำหรับโปรแกรมตารางคำนวณ)",
        "All of what is wrong with which line, by line number, for a spreadsheet.",
        IMPORTS_READ,
    ),
)
async def download_rejections_csv(call: Reading, import_id: UUID) -> NdjsonResponse:
    """All rejections as CSV."""
    _require_country(call)
    name = f"rejections-{import_id}.csv"
    return await call.stream(lambda tx: imports.every_rejection(tx, import_id), lambda rows: CsvResponse(rows, REJECTION, name))


async def _queue(call: Call[RegistryResources], file: FileToImport) -> Response:
    async def use_case(tx: Tx) -> dict[str, Any]:
        today = call.resources.clock.business_today()
        import_id = await commands.ask_import(tx, file, asked_by=call.principal.subject, today=today)
        return await imports.one(tx, import_id)

    return await call.command(use_case, location=lambda view: f"/v1/imports/{view['import_id']}")


def _require_country(call: Call[RegistryResources]) -> None:
    if call.principal.reach.level is not Level.COUNTRY:
        raise NotFound


def _spool(source: BinaryIO, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as copy:
        shutil.copyfileobj(source, copy, 1024 * 1024)
