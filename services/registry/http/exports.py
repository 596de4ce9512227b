"""Lists of people that leave the registry: asked for, approved, fetched and confirmed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from services.registry.commands import exports as commands
from services.registry.commands.exports import Wish
from services.registry.domain import HolderFilter
from services.registry.errors import ReceiptDiffers
from services.registry.http.recipients import caller, decision
from services.registry.http.scopes import EXPORTS_APPROVE, EXPORTS_READ, EXPORTS_RECEIVE, EXPORTS_WRITE
from services.registry.queries import exports as queries
from services.registry.repository import export_files
from services.registry.resources import RegistryResources
from services.registry.rules.exports import ExportStatus
from services.registry.schemas.exports import DecisionIn, EndIn, ExportIn, ExportOut, ManifestOut, ReceiptIn
from shared.auth import require_country
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

FILE: Final = "application/octet-stream"
PIECE_BYTES: Final = 256 * 1024

router = APIRouter(prefix="/v1/exports", tags=["exports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_READ))]
Asking = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_WRITE, idempotent=True))]
Changing = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_WRITE))]
Approving = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_APPROVE))]
Receiving = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_RECEIVE))]


@router.post(
    "",
    response_model=ExportOut,
    status_code=201,
    **operation(
        "Ask for an export",
        "ขอส่งออกรายชื่อผู้มีบัตรไปยังหน่วยงานที่ลงทะเบียนไว้ ต้องให้ผู้อื่นอนุมัติก่อนจึงจัดทำ (ขอบเขต: ทั้งประเทศ)",
        "Ask for a list of card holders for a registered office: purpose, whom, which columns. It is made after another person has approved it, "
        "without those who have not given the consent that the purpose needs (reach: country).",
        EXPORTS_WRITE,
    ),
)
async def ask_export(call: Asking, asked: ExportIn) -> Response:
    """Propose an export."""
    require_country(call.principal)
    wish = Wish(
        asked.recipient_id,
        asked.purpose,
        asked.reason,
        HolderFilter(**asked.scope.model_dump()),
        tuple(asked.columns),
        asked.format,
        asked.keep_days,
    )

    async def use_case(tx: Tx) -> dict[str, Any]:
        who = caller(call, asked.reason)
        export_id = await commands.ask(tx, wish, who=who, reach=call.principal.reach, clock=call.resources.clock)
        return await _view(tx, call, export_id)

    return await call.command(use_case, location=lambda view: f"/v1/exports/{view['export_id']}")


@router.get(
    "",
    response_model=PageOf[ExportOut],
    **operation("List exports", "แสดงรายการส่งออกในขอบเขตของท่าน", "Exports for offices within your reach, the oldest first.", EXPORTS_READ),
)
async def list_exports(
    call: Reading,
    page: PageParams,
    status: Annotated[ExportStatus | None, Query(description="Status. สถานะ")] = None,
    distribution: Annotated[UUID | None, Query(description="Those of a distribution. เฉพาะของการแจกจ่ายนี้")] = None,
) -> Response:
    """Exports by id."""
    return await call.query(lambda tx: queries.exports_page(tx, call.principal.reach, page, status=status, distribution_id=distribution))


@router.get(
    "/{export_id}",
    response_model=ExportOut,
    **operation(
        "Show an export",
        "แสดงรายการส่งออก: จำนวน คอลัมน์ ผู้รับ และสถานะ",
        "One export: how many people, which columns, for whom, and where it stands. What an approver looks at.",
        EXPORTS_READ,
    ),
)
async def show_export(call: Reading, export_id: UUID) -> Response:
    """One export."""
    return await call.query(lambda tx: queries.export(tx, export_id, call.principal.reach))


@router.post(
    "/{export_id}/decision",
    response_model=ExportOut,
    **operation(
        "Decide on an export",
        "พิจารณาคำขอส่งออก ผู้อนุมัติต้องไม่ใช่ผู้ขอ และต้องระบุลายนิ้วมือของกุญแจที่จะใช้",
        "Approve or reject an export. Another person than who asked, who names the fingerprint of the office's present key: "
        "that key is used, whatever is registered later.",
        EXPORTS_APPROVE,
    ),
)
async def decide_export(call: Approving, export_id: UUID, asked: DecisionIn) -> Response:
    """Approve or reject an export."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        who = caller(call, asked.reason)
        await commands.decide(tx, export_id, decision(call, asked), who=who, reach=call.principal.reach, clock=call.resources.clock)
        return await _view(tx, call, export_id)

    return await call.command(use_case)


@router.post(
    "/{export_id}/attempts",
    response_model=ExportOut,
    status_code=202,
    **operation(
        "Make a failed export again",
        "สั่งจัดทำไฟล์ที่ล้มเหลวใหม่ภายใต้การอนุมัติเดิม",
        "Queue an export that failed (a full disk) once more, under the approval that it has.",
        EXPORTS_WRITE,
    ),
)
async def make_export_again(call: Changing, export_id: UUID) -> Response:
    """Queue a failed export."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.make_again(tx, export_id, who=caller(call, ""), reach=call.principal.reach)
        return await _view(tx, call, export_id)

    return await call.command(use_case)


@router.post(
    "/{export_id}/revocation",
    response_model=ExportOut,
    **operation(
        "Withdraw or revoke an export",
        "ถอนคำขอส่งออกที่ยังไม่พิจารณา หรือเพิกถอนรายการที่อนุมัติแล้ว ไฟล์จะถูกลบ",
        "Withdraw what nobody has decided (only who asked), or revoke what was approved: its file is deleted.",
        EXPORTS_WRITE,
    ),
)
async def revoke_export(call: Changing, export_id: UUID, asked: EndIn) -> Response:
    """End an export."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.end(
            tx,
            export_id,
            reason=asked.reason,
            expected_version=call.if_match(),
            who=caller(call, asked.reason),
            reach=call.principal.reach,
            clock=call.resources.clock,
        )
        return await _view(tx, call, export_id)

    answer = await call.command(use_case)
    # After the commit; a file that stays because this process died here is removed by the timer.
    await asyncio.to_thread(export_files.remove, call.resources.settings.export_folder, export_id)
    return answer


@router.get(
    "/{export_id}/manifest",
    response_model=ManifestOut,
    **operation(
        "Show the signed manifest",
        "แสดงรายละเอียดไฟล์ที่ลงนามแล้ว ตรวจลายมือชื่อได้ด้วยกุญแจจาก /.well-known/jwks.json",
        "What is in the file, signed: keep it beside the file. The signature is verified by the keys of /.well-known/jwks.json.",
        EXPORTS_READ,
    ),
)
async def show_manifest(call: Reading, export_id: UUID) -> Response:
    """The manifest of one export."""
    return await call.query(lambda tx: queries.manifest(tx, export_id, call.principal.reach))


@router.get(
    "/{export_id}/file",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The encrypted file. ไฟล์ที่เข้ารหัสแล้ว", "content": {FILE: {"schema": {"type": "string", "format": "binary"}}}}
    },
    **operation(
        "Fetch the encrypted file",
        "ดาวน์โหลดไฟล์ที่เข้ารหัส เฉพาะหน่วยงานผู้รับหรือผู้ขอ การดาวน์โหลดทุกครั้งถูกบันทึก",
        "The file, for the office that it is for or who asked for it; only the office's key opens it. Each fetching is audited.",
        EXPORTS_RECEIVE,
    ),
)
async def fetch_export(call: Receiving, export_id: UUID) -> Response:
    """The file of one export."""
    folder, clock = call.resources.settings.export_folder, call.resources.clock
    async with call.resources.db.transaction() as tx:
        export, file = await commands.fetch(
            tx, export_id, who=caller(call, "receipt"), principal=call.principal, folder=folder, clock=clock
        )
    headers = {
        "Content-Disposition": f'attachment; filename="{export_id}.{export["file_format"].lower()}.gz.age"',
        "Content-Length": str(export["file_bytes"]),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(file), media_type=FILE, headers=headers, background=BackgroundTask(file.close))


@router.put(
    "/{export_id}/receipt",
    response_model=ExportOut,
    **operation(
        "Confirm receipt",
        "ยืนยันการได้รับข้อมูลด้วยจำนวนและค่าแฮชที่ผู้รับคำนวณเอง หากไม่ตรงจะถูกปฏิเสธและรายการยังค้างอยู่",
        "The office confirms with the count and the hash that it computed of the opened file. What differs is refused, kept with both values, and stays open.",
        EXPORTS_RECEIVE,
    ),
)
async def confirm_export(call: Receiving, export_id: UUID, asked: ReceiptIn) -> Response:
    """Confirm receipt of one export."""
    wrong: list[ReceiptDiffers] = []

    async def use_case(tx: Tx) -> dict[str, Any]:
        export, matched = await commands.confirm(
            tx,
            export_id,
            rows=asked.rows,
            sha256=asked.plain_sha256,
            who=caller(call, "receipt"),
            reach=call.principal.reach,
            clock=call.resources.clock,
        )
        if not matched:
            told = {"rows": asked.rows, "plain_sha256": asked.plain_sha256}
            wrong.append(ReceiptDiffers(told=told, sent={"rows": export["rows"], "plain_sha256": export["plain_sha256"]}))
        return await _view(tx, call, export_id)

    # Without a key: what is told wrongly is kept too, and its refusal comes after the commit.
    answer = await replace(call, idempotency_key=None).command(use_case)
    if wrong:
        raise wrong[0]
    return answer


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
    finally:
        file.close()


async def _view(tx: Tx, call: Call[RegistryResources], export_id: UUID) -> dict[str, Any]:
    return await queries.export(tx, export_id, call.principal.reach)
