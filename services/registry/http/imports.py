"""Importing the national registry file, and watching it."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, UploadFile

from services.registry.commands import imports as commands
from services.registry.domain import FileKind, FileToImport
from services.registry.http.scopes import IMPORTS_READ, IMPORTS_WRITE
from services.registry.queries import imports
from services.registry.repository.files import checked_kind, file_below
from services.registry.repository.imports import REJECTION
from services.registry.repository.uploads import kept_upload
from services.registry.resources import RegistryResources
from services.registry.schemas.imports import KIND, PREVIEW, ImportIn, ImportOut, PreviewOut, RejectionOut
from shared.auth import require_country
from shared.db import Tx
from shared.http import CSV, NDJSON, Call, CsvResponse, NdjsonResponse, PageOf, PageParams, calling, operation

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
        "นำเข้าไฟล์ทะเบียนที่วางไว้ในโฟลเดอร์นำเข้า หรือดูผลล่วงหน้า ไฟล์เดิมนำเข้าซ้ำได้โดยไม่มีผลเปลี่ยนแปลง",
        "Queue the import of a file that lies in the import folder, or a preview. The same file again changes nothing; a corrected one updates. "
        "An import that would change more of the registry than is set waits for a second person.",
        IMPORTS_WRITE,
    ),
)
async def start_import(call: Writing, asked: ImportIn) -> Response:
    """Queue an import."""
    require_country(call.principal)
    file = await asyncio.to_thread(file_below, call.resources.settings.import_folder, asked.path)
    return await _queue(call, file, asked.kind, preview=asked.preview)


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
async def upload_import(
    call: Uploading,
    file: UploadFile,
    kind: Annotated[FileKind | None, Query(description=KIND)] = None,
    preview: Annotated[bool, Query(description=PREVIEW)] = False,
) -> Response:
    """Spool an uploaded file and queue its import."""
    require_country(call.principal)
    folder = call.resources.settings.import_folder
    async with kept_upload(file.file, folder) as path:
        spooled = await asyncio.to_thread(file_below, folder, path)
        # Without a key: it would be compared with the body, which is gone. The file makes a second import harmless.
        return await _queue(replace(call, idempotency_key=None), spooled, kind, preview=preview)


@router.get(
    "/{import_id}",
    response_model=ImportOut,
    **operation("Show an import", "แสดงความคืบหน้าของการนำเข้า", "How far an import is.", IMPORTS_READ),
)
async def show_import(call: Reading, import_id: UUID) -> Response:
    """One import."""
    require_country(call.principal)
    return await call.query(lambda tx: imports.one(tx, import_id))


@router.get(
    "/{import_id}/preview",
    response_model=PreviewOut,
    **operation(
        "Show what an import would do",
        "แสดงผลล่วงหน้าของการนำเข้า: จำนวน สัดส่วนที่จะเปลี่ยน และตัวอย่างที่ปิดบังข้อมูล",
        "Counts, the share of the registry that would change, and a masked sample: of a preview, and of an import that looked first.",
        IMPORTS_READ,
    ),
)
async def show_preview(call: Reading, import_id: UUID) -> Response:
    """What was seen of the file."""
    require_country(call.principal)
    return await call.query(lambda tx: imports.preview(tx, import_id))


@router.get(
    "/{import_id}/rejections",
    response_model=PageOf[RejectionOut],
    **operation(
        "List the rejected lines of an import",
        "แสดงบรรทัดที่ไม่ผ่านการตรวจสอบพร้อมเหตุผลภาษาไทยและอังกฤษ",
        "What is wrong with which line, by line number. Codes are those of docs/registry-file.md; values are masked.",
        IMPORTS_READ,
    ),
)
async def list_rejections(call: Reading, import_id: UUID, page: PageParams) -> Response:
    """Rejections by line."""
    require_country(call.principal)
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
    require_country(call.principal)
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
    require_country(call.principal)
    name = f"rejections-{import_id}.csv"
    return await call.stream(lambda tx: imports.every_rejection(tx, import_id), lambda rows: CsvResponse(rows, REJECTION, name))


async def _queue(call: Call[RegistryResources], file: FileToImport, kind: FileKind | None, *, preview: bool) -> Response:
    # What kind a workbook is, is known when it has been opened.
    kind = kind if file.workbook else checked_kind(kind, delta=file.delta)

    async def use_case(tx: Tx) -> dict[str, Any]:
        today = call.resources.clock.business_today()
        import_id = await commands.ask_import(tx, file, asked_by=call.principal.subject, today=today, kind=kind, preview=preview)
        return await imports.one(tx, import_id)

    return await call.command(use_case, location=lambda view: f"/v1/imports/{view['import_id']}")
