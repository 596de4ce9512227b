"""Files of a bank's results: sent, read by a job, and what was refused of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response, UploadFile

from services.payments.commands.bank_files import keep_file
from services.payments.http.banks import bank_of
from services.payments.repository import bank_files
from services.payments.repository.bank_file_contents import format_at, spool
from services.payments.repository.bank_files import REFUSAL, Sent
from services.payments.resources import PaymentsResources
from services.payments.rules.bank_files.conventions import conventions_of
from services.payments.schemas.bank_files import BankFileOut
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx
from shared.http import CSV, Call, CsvResponse, NdjsonResponse, PageOf, PageParams, calling, operation

WRITE: Final = "payments.bank-files:write"
READ: Final = "payments.bank-files:read"
_NAME_CHARACTERS_MAX: Final = 120
_ACCEPTED, _KNOWN = 202, 200

router = APIRouter(prefix="/v1/bank-files", tags=["bank files"])
Sending = Annotated[Call[PaymentsResources], Depends(calling(WRITE))]
Reading = Annotated[Call[PaymentsResources], Depends(calling(READ))]


@router.post(
    "",
    response_model=BankFileOut,
    status_code=_ACCEPTED,
    **operation(
        "Send a file of results",
        "ธนาคารส่งไฟล์ผลการจ่ายของตน: ISO 20022 (pain.002, camt.053, camt.054), MT940 หรือ CSV ตามรูปแบบของธนาคาร (UTF-8 หรือ TIS-620) บีบอัดด้วย gzip ได้ "
        "บรรทัดที่ผิดไม่กระทบบรรทัดอื่น ส่งไฟล์เดิมซ้ำไม่มีผล",
        "ISO 20022 (pain.002, camt.053, camt.054), MT940, or the bank's own CSV in UTF-8 or TIS-620; packed by gzip or not. What the file is, is seen by how it "
        "begins. It is kept and read by a job; every good line is taken as an answer, each other one is named with its field and why. The same file once "
        "more is the first one (200) and changes nothing. For banks only, each for its own.",
        WRITE,
        streams_body=True,
    ),
)
async def send_bank_file(call: Sending, file: UploadFile) -> Response:
    """POST /v1/bank-files."""
    bank = bank_of(call)
    async with _spooled(call, bank, file.file, _name(file)) as (sent, path):

        async def use_case(tx: Tx) -> dict[str, Any] | None:
            file_id, new = await keep_file(tx, sent, path, call.resources.seals.ours)
            shown = await bank_files.show_file(tx, call.principal.reach, file_id)
            return shown and {**shown, "new": new}

        # Without a key: it would be compared with the body, which is gone. The same file once more changes nothing.
        return await replace(call, idempotency_key=None).command(
            use_case,
            status=lambda shown: _ACCEPTED if shown and shown["new"] else _KNOWN,
            location=lambda shown: f"/v1/bank-files/{shown and shown['file_id']}",
        )


@router.get(
    "",
    response_model=PageOf[BankFileOut],
    **operation(
        "List files of results", "แสดงไฟล์ผลการจ่ายที่ธนาคารส่ง ใหม่สุดก่อน", "What banks sent, the newest first; a bank sees its own.", READ
    ),
)
async def list_bank_files(call: Reading, page: PageParams) -> Response:
    """GET /v1/bank-files."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        items, next_cursor = await bank_files.list_files(tx, call.principal.reach, page)
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{file_id}",
    response_model=BankFileOut,
    **operation("Show a file of results", "แสดงความคืบหน้าและผลของไฟล์", "How far its reading is, and what became of its lines.", READ),
)
async def show_bank_file(file_id: UUID, call: Reading) -> Response:
    """GET /v1/bank-files/{file_id}."""
    return await call.query(lambda tx: bank_files.show_file(tx, call.principal.reach, file_id))


@router.get(
    "/{file_id}/refusals.csv",
    response_class=CsvResponse,
    status_code=200,
    responses={200: {"description": "A header and one refusal a line. ไฟล์ CSV", "content": {CSV: {"schema": {"type": "string"}}}}},
    **operation(
        "Download the refused lines of a file (CSV)",
        "ดาวน์โหลดบรรทัดที่ไม่รับทั้งหมดพร้อมเหตุผลภาษาไทยและอังกฤษ (CSV)",
        "Which line is refused, by which field and code, in English and Thai; values are masked. `entry` counts payments, `line` is that of the file.",
        READ,
    ),
)
async def download_bank_file_refusals(file_id: UUID, call: Reading) -> NdjsonResponse:
    """GET /v1/bank-files/{file_id}/refusals.csv."""
    name = f"refusals-{file_id}.csv"
    return await call.stream(
        lambda tx: bank_files.every_refusal(tx, call.principal.reach, file_id), lambda rows: CsvResponse(rows, REFUSAL, name)
    )


def _name(file: UploadFile) -> str:
    name = PurePath(file.filename or "results").name
    return "".join(letter for letter in name if letter.isprintable())[:_NAME_CHARACTERS_MAX]


@asynccontextmanager
async def _spooled(call: Call[PaymentsResources], bank: Bank, source: BinaryIO, name: str) -> AsyncIterator[tuple[Sent, Path]]:
    """The file as it was sent, on the disk as long as it is needed. Raises BankFileNotTaken."""
    clock = call.resources.clock
    with TemporaryDirectory() as folder:
        path = Path(folder, "sent")
        spooled = await asyncio.to_thread(spool, source, path)
        kind = await asyncio.to_thread(format_at, path, conventions_of(bank, clock.business_today()))
        yield Sent(bank, name, kind, spooled.sha256, spooled.bytes, call.principal.subject, clock.business_now()), path
