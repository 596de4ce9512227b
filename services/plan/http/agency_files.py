"""Routes of agencies without a system of their own: their referrals as a file, and files of reports."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, UploadFile
from pydantic import ValidationError

from services.plan.commands.agency_files import ReportLine, Upload, fault_of, take_file
from services.plan.commands.referrals import StepReport
from services.plan.domain import ReferralStatus, Step
from services.plan.http.asking import OUTCOMES_WRITE, REFERRALS_ACCEPT, REFERRALS_READ, because_of, require_agency
from services.plan.http.connections import Agency
from services.plan.http.referrals import step_report
from services.plan.queries import agencies as queries
from services.plan.resources import PlanResources
from services.plan.rules.report_file import HEADINGS, LINES_MAX, REPORT, REPORT_FILE, SHEET, FilledLine, columns_named, read_line
from services.plan.schemas.agencies import RefusalOut, SentFileOut, SentFileRowOut
from services.plan.schemas.referrals import StepLineBody
from shared.db import ReadTx, Tx
from shared.files.intake import columns_of, convert, look_at
from shared.files.lines import read_lines
from shared.http import (
    CSV,
    NDJSON,
    XLSX,
    Call,
    CsvResponse,
    NdjsonResponse,
    PageOf,
    PageParams,
    XlsxResponse,
    calling,
    field_problems,
    operation,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1/agencies/{agency}", tags=["agencies"])

Reading = Annotated[Call[PlanResources], Depends(calling(REFERRALS_READ))]
Sending = Annotated[Call[PlanResources], Depends(calling(REFERRALS_ACCEPT))]
Statuses = Annotated[list[ReferralStatus] | None, Query(description="Only these; several by repeating it. เฉพาะสถานะเหล่านี้")]

_NAME_CHARACTERS_MAX: Final = 120
_REFUSAL: Final = tuple(RefusalOut.model_fields)
_DOWN_TH: Final = "ดาวน์โหลดการส่งต่อของหน่วยงานเป็นไฟล์ ช่องรายงานว่างไว้ให้กรอกแล้วส่งกลับได้ทั้งไฟล์ ไม่มีข้อมูลส่วนบุคคล"
_DOWN_EN: Final = "The agency's referrals, a line each, with nothing of the person (see the packet). The columns of a report are empty: fill them in and send the file back."


class Headings(StrEnum):
    """In which words the first line names the columns."""

    TH = "th"
    CODE = "code"


Named = Annotated[Headings, Query(description="Thai headings, or the columns' codes. หัวตารางภาษาไทยหรือรหัส")]


@router.get(
    "/referrals.csv",
    response_class=CsvResponse,
    status_code=200,
    responses={200: {"description": "A header and one referral a line. ไฟล์ CSV", "content": {CSV: {"schema": {"type": "string"}}}}},
    **operation("Download an agency's referrals (CSV)", _DOWN_TH, _DOWN_EN, REFERRALS_READ),
)
async def download_referrals_csv(agency: Agency, call: Reading, status: Statuses = None, headings: Named = Headings.TH) -> NdjsonResponse:
    """GET /v1/agencies/{agency}/referrals.csv."""
    names = _names(headings)
    return await call.stream(_rows(call, agency, status or []), lambda rows: CsvResponse(rows, SHEET, f"referrals-{agency}.csv", names))


@router.get(
    "/referrals.xlsx",
    response_class=XlsxResponse,
    status_code=200,
    responses={200: {"description": "A workbook. ไฟล์ Excel", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
    **operation("Download an agency's referrals (XLSX)", _DOWN_TH, _DOWN_EN, REFERRALS_READ),
)
async def download_referrals_xlsx(agency: Agency, call: Reading, status: Statuses = None, headings: Named = Headings.TH) -> NdjsonResponse:
    """GET /v1/agencies/{agency}/referrals.xlsx."""
    names = _names(headings)
    return await call.stream(_rows(call, agency, status or []), lambda rows: XlsxResponse(rows, SHEET, f"referrals-{agency}.xlsx", names))


@router.post(
    "/reports",
    response_model=SentFileOut,
    status_code=201,
    **operation(
        "Send a file of reports",
        "ส่งไฟล์รายงานขั้นตอนและผล (CSV แบบ UTF-8 หรือ TIS-620 บีบอัดด้วย gzip ได้ หรือ XLSX ไม่เกิน 10,000 บรรทัด) บรรทัดที่ผิดไม่กระทบบรรทัดอื่น "
        "ส่งไฟล์เดิมซ้ำไม่มีผล ใช้ preview เพื่อตรวจสอบก่อนโดยไม่บันทึก",
        "The file of referrals filled in, or its short form (`referral_id` and the columns of a report), as CSV in UTF-8 or TIS-620, packed by gzip or not, or "
        "XLSX; 10,000 lines at most. Every good line is taken, each other one is named with its field and why. The same file once more changes nothing; a "
        "`preview` changes nothing at all. A file that cannot be read is refused, naming the line. An outcome needs the scope of outcomes as well.",
        REFERRALS_ACCEPT,
        further_scopes=(OUTCOMES_WRITE,),
    ),
)
async def send_report_file(
    agency: Agency,
    file: UploadFile,
    call: Sending,
    preview: Annotated[bool, Query(description="Only look. ตรวจสอบโดยไม่บันทึก")] = False,
) -> Response:
    """POST /v1/agencies/{agency}/reports."""
    require_agency(call.principal, agency)
    name = PurePath((file.filename or "reports.csv").replace("\0", "")).name[:_NAME_CHARACTERS_MAX]
    upload = await asyncio.to_thread(_read, file.file, agency, name, preview)
    if any(isinstance(line.said, StepReport) and line.said.step is Step.OUTCOME for line in upload.lines):
        call.principal.require(OUTCOMES_WRITE)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        resources = call.resources
        await take_file(tx, upload, resources.rules.outcomes, resources.fields, because_of(call, "reported by file"))
        return await queries.show_file(tx, agency, upload.file_id)

    # Without a key: it would be compared with the body, which is gone. The same file once more changes nothing.
    return await replace(call, idempotency_key=None).command(use_case, location=lambda _: f"/v1/agencies/{agency}/reports/{upload.file_id}")


@router.get(
    "/reports",
    response_model=PageOf[SentFileRowOut],
    **operation(
        "List files of reports",
        "แสดงไฟล์รายงานที่หน่วยงานส่ง ใหม่สุดก่อน",
        "What the agency sent, previews too, the newest first.",
        REFERRALS_READ,
    ),
)
async def list_report_files(agency: Agency, call: Reading, page: PageParams) -> Response:
    """GET /v1/agencies/{agency}/reports."""
    require_agency(call.principal, agency)
    after = page.after(UUID)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_files(tx, agency, after=None if after is None else after[0], rows_max=page.limit + 1)
        items, next_cursor = page.cut(rows, lambda row: (row["file_id"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/reports/{file_id}",
    response_model=SentFileOut,
    **operation(
        "Show a file of reports",
        "แสดงผลการรับไฟล์รายงานพร้อมบรรทัดที่ไม่รับ (100 รายการแรก)",
        "What became of its lines, with the first 100 refusals.",
        REFERRALS_READ,
    ),
)
async def show_report_file(agency: Agency, file_id: UUID, call: Reading) -> Response:
    """GET /v1/agencies/{agency}/reports/{file_id}."""
    require_agency(call.principal, agency)
    return await call.query(lambda tx: queries.show_file(tx, agency, file_id))


@router.get(
    "/reports/{file_id}/refusals.ndjson",
    response_class=NdjsonResponse,
    responses={200: {"description": "One refusal a line. บรรทัดละรายการ", "content": {NDJSON: {"schema": RefusalOut.model_json_schema()}}}},
    **operation(
        "Download the refused lines of a file (NDJSON)",
        "ดาวน์โหลดบรรทัดที่ไม่รับทั้งหมด (NDJSON)",
        "What is wrong with which line, by line number; values are masked.",
        REFERRALS_READ,
    ),
)
async def download_report_refusals_ndjson(agency: Agency, file_id: UUID, call: Reading) -> NdjsonResponse:
    """GET /v1/agencies/{agency}/reports/{file_id}/refusals.ndjson."""
    require_agency(call.principal, agency)
    return await call.stream(lambda tx: queries.every_refusal(tx, agency, file_id))


@router.get(
    "/reports/{file_id}/refusals.csv",
    response_class=CsvResponse,
    status_code=200,
    responses={200: {"description": "A header and one refusal a line. ไฟล์ CSV", "content": {CSV: {"schema": {"type": "string"}}}}},
    **operation(
        "Download the refused lines of a file (CSV)",
        "ดาวน์โหลดบรรทัดที่ไม่รับทั้งหมด (CSV สำหรับโปรแกรมตารางคำนวณ)",
        "What is wrong with which line, by line number, for a spreadsheet; values are masked.",
        REFERRALS_READ,
    ),
)
async def download_report_refusals_csv(agency: Agency, file_id: UUID, call: Reading) -> NdjsonResponse:
    """GET /v1/agencies/{agency}/reports/{file_id}/refusals.csv."""
    require_agency(call.principal, agency)
    name = f"refusals-{file_id}.csv"
    return await call.stream(lambda tx: queries.every_refusal(tx, agency, file_id), lambda rows: CsvResponse(rows, _REFUSAL, name))


def _names(headings: Headings) -> list[str]:
    return [HEADINGS[column] if headings is Headings.TH else column for column in SHEET]


def _rows(call: Call[PlanResources], agency: str, statuses: list[ReferralStatus]) -> Any:
    """The rows of the agency's file, with the columns of a report empty. Raises NotFound out of reach."""
    require_agency(call.principal, agency)
    today, empty = call.resources.clock.business_today(), dict.fromkeys(REPORT, "")

    async def read(tx: ReadTx) -> AsyncIterator[Mapping[str, Any]]:
        async for row in queries.every_referral(tx, agency, statuses, today):
            yield {**row, **empty}

    return read


def _read(source: BinaryIO, agency: str, name: str, preview: bool) -> Upload:
    """The file as lines, each read and checked. Raises NotAReportFile, naming the line."""
    with TemporaryDirectory() as folder:
        sent, plain = Path(folder, "sent"), Path(folder, "plain.csv")
        with sent.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        with sent.open("rb") as copy:
            sha256 = hashlib.file_digest(copy, "sha256").hexdigest()
        seen = look_at(sent, REPORT_FILE)
        convert(sent, plain, REPORT_FILE, packed=seen.packed, encoding=seen.encoding, workbook=seen.workbook)
        with plain.open("rb") as reading:
            columns = columns_named(columns_of(reading.readline(), REPORT_FILE))
        raws, _ = read_lines(plain, 0, LINES_MAX + 1)
    if len(raws) > LINES_MAX:
        raise REPORT_FILE.refused(f"has more than {LINES_MAX} lines; send it in parts", f"มีมากกว่า {LINES_MAX} บรรทัด กรุณาแบ่งส่ง")
    filled = [(number, read_line(raw, columns)) for number, raw in enumerate(raws, start=2)]
    lines = [_line(number, line) for number, line in filled if line is not None]
    return Upload(new_id(), agency, name, sha256, preview, lines, skipped=len(filled) - len(lines))


def _line(number: int, line: FilledLine) -> ReportLine:
    """The line checked as REST checks it."""
    if line.faults:
        return ReportLine(number, line.faults, line.shown)
    try:
        body = StepLineBody.model_validate(line.values)
    except ValidationError as error:
        return ReportLine(number, tuple(fault_of(problem, line.shown) for problem in field_problems(error.errors())), line.shown)
    return ReportLine(number, step_report(body.referral_id, body), line.shown)
