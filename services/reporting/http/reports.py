"""The pages of the reports."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from services.reporting.domain import catalogue_figures, course_figures, figures, outcome_figures
from services.reporting.domain.parameters import Parameters
from services.reporting.http import tables
from services.reporting.papers.workbook import workbook_of
from services.reporting.queries.answers import Answer, read_report
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.rules.definitions import title
from services.reporting.schemas import ReportOut
from shared.db import ReadTx
from shared.http import CSV, NDJSON, XLSX, Call, CsvResponse, NdjsonResponse, calling, operation

READ: Final = "reporting.figures:read"
CASES_READ: Final = "reporting.cases:read"
_LINES: Final = (", one a line", "บรรทัดละแถว")
_BOOK: Final = (
    " as a sheet with numbers, with sheets of what each figure means and of what was asked",
    "พร้อมแผ่นงานนิยามของตัวเลขและแผ่นงานสิ่งที่ขอ",
)
_KINDS: Final[dict[str, tuple[str, tuple[str, str], dict[str, str]]]] = {
    CSV: ("csv", _LINES, {"type": "string"}),
    NDJSON: ("ndjson", _LINES, {"type": "string"}),
    XLSX: ("xlsx", _BOOK, {"type": "string", "format": "binary"}),
}
"""Of each kind of file its ending, what is said of it, and its schema."""

router = APIRouter(prefix="/v1/reports", tags=["reports"])


async def events_behind(call: Call[Any]) -> int | None:
    """How many events wait to be counted: on the topics, parked, and noted; None while the consumers' lag is not known."""
    ready = await call.resources.readiness()
    lag: int | None = ready.get("consumer_lag")
    return None if lag is None else lag + int(ready["parked"]) + int(ready["uncounted"])


async def read_for(call: Call[Any], tx: ReadTx, name: ReportName, asked: Parameters) -> Answer:
    """The report as the caller may see it. Raises Forbidden for one that counts persons however few, without the scope for persons."""
    if REPORTS[name].of_persons:
        call.principal.require(CASES_READ)
    now, sees = call.resources.clock.business_now(), CASES_READ in call.principal.scopes
    return await read_report(tx, name, asked, reach=call.principal.reach, as_of=now, sees_persons=sees)


def _page(name: ReportName, kind: type[Any], en: str, th: str, *, ndjson: bool = False) -> None:
    """Add a report's page; its query is the report's parameters, its answer a ReportOut of the figures. Rows are there as files too."""
    model, query = ReportOut[kind], REPORTS[name].parameters  # type: ignore[valid-type]  # a type made for this page

    async def report(
        call: Annotated[Call[Any], Depends(calling(READ))],
        asked: Annotated[query, Query()],  # type: ignore[valid-type]  # as above
    ) -> Response:
        behind = await events_behind(call)

        async def read(tx: ReadTx) -> ReportOut[Any]:
            return model.of(await read_for(call, tx, name, asked), behind)

        return await call.query(read, model)

    words = operation(title(name).en, th, en, READ, further_scopes=_further_scopes(name))
    router.add_api_route(f"/{name}", report, methods=["GET"], name=f"report_{name.replace('-', '_')}", response_model=model, **words)
    if tables.has_rows(kind):
        _files(name, kind, ndjson=ndjson)


def _further_scopes(name: ReportName) -> list[str]:
    return [CASES_READ] if REPORTS[name].of_persons else []


def _files(name: ReportName, kind: type[Any], *, ndjson: bool) -> None:
    """Add the rows of a report as CSV, as a workbook and with `ndjson` as NDJSON, with the query of its page."""
    query, shape = REPORTS[name].parameters, tables.shape_of(tables.row_kind(kind))
    columns = list(tables.columns(shape))
    reading = Annotated[Call[Any], Depends(calling(READ))]

    async def rows(call: Call[Any], tx: ReadTx, asked: Parameters) -> list[Any]:
        found: Any = (await read_for(call, tx, name, asked)).figures
        told: list[Any] = found.rows
        return told

    async def lines(call: reading, asked: Annotated[query, Query()]) -> NdjsonResponse:  # type: ignore[valid-type]  # as in _page
        async def read(tx: ReadTx) -> AsyncIterator[Mapping[str, Any]]:
            for one in await rows(call, tx, asked):
                yield asdict(one)

        return await call.stream(read)

    async def sheet(call: reading, asked: Annotated[query, Query()]) -> NdjsonResponse:  # type: ignore[valid-type]  # as in _page
        async def read(tx: ReadTx) -> AsyncIterator[Mapping[str, Any]]:
            for one in await rows(call, tx, asked):
                yield tables.line(shape, one)

        return await call.stream(read, lambda rows: CsvResponse(rows, columns, f"{name}.csv"))

    async def workbook(call: reading, asked: Annotated[query, Query()]) -> Response:  # type: ignore[valid-type]  # as in _page
        behind = await events_behind(call)
        async with call.resources.db.reading() as tx:
            answer: Any = await read_for(call, tx, name, asked)
        told = [tables.line(shape, one) for one in answer.figures.rows]
        book = await asyncio.to_thread(workbook_of, answer.content(), behind, columns, told)
        return Response(
            book, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
        )

    _file(name, CSV, CsvResponse, sheet)
    _file(name, XLSX, Response, workbook)
    if ndjson:
        _file(name, NDJSON, NdjsonResponse, lines)


def _file(name: ReportName, media_type: str, answer: type[Response], handler: Callable[..., Any]) -> None:
    """Add the route of one kind of file."""
    suffix, (en, th), schema = _KINDS[media_type]
    words = operation(
        f"{title(name).en} ({suffix.upper()})",
        f"{title(name).th} เป็นไฟล์ {suffix.upper()} {th}",
        f"The rows of /v1/reports/{name}{en}.",
        READ,
        further_scopes=_further_scopes(name),
    )
    content: dict[int | str, dict[str, Any]] = {200: {"description": "The file. ไฟล์", "content": {media_type: {"schema": schema}}}}
    path, page = f"/{name}.{suffix}", f"report_{name.replace('-', '_')}_{suffix}"
    router.add_api_route(path, handler, methods=["GET"], name=page, status_code=200, response_class=answer, responses=content, **words)


_page(
    ReportName.AGE_INCOME,
    figures.AgeIncome,
    "The circular's table, for the whole country with the published figures beside ours, divided by `scale`; shown, never fitted to.",
    "จำนวนผู้มีบัตรตามกลุ่มอายุและรายได้ เทียบกับตารางในหนังสือสั่งการเมื่อดูทั้งประเทศ",
)
_page(
    ReportName.INTAKE,
    figures.Intake,
    "First stated wishes by district, day or meeting place, where they were stated.",
    "การแจ้งความประสงค์ครั้งแรก ตามอำเภอ วัน หรือจุดนัดพบ ในพื้นที่ที่แจ้ง",
)
_page(
    ReportName.VISIT_COVERAGE,
    figures.VisitCoverage,
    "How far the visit group was reached. Who is due ended in exactly one way, or is open or overdue.",
    "ความครอบคลุมของการไปหากลุ่มเยี่ยมบ้าน และผู้ที่เกินกำหนด",
)
_page(
    ReportName.VISIT_RESULTS,
    figures.VisitResults,
    "The one result of each person of the visit group: declared, refused, content, not found, died, or open or overdue. The results add up to the group.",
    "ผลของคนในกลุ่มเยี่ยมบ้านคนละหนึ่งผล แจ้งความประสงค์ ปฏิเสธ พอเพียง ไม่พบตัว เสียชีวิต ยังไม่ถึงกำหนด หรือเกินกำหนด รวมแล้วเท่ากับทั้งกลุ่ม",
)
_page(
    ReportName.PAYMENTS,
    figures.Payments,
    "Persons and satang paid, failed and returned by benefit month and tier; a bank sees its own; the runs for the whole country only.",
    "จำนวนคนและเงินที่จ่ายสำเร็จ ไม่สำเร็จ และคืนกลับ ตามเดือนสิทธิและระดับรายได้",
)
_page(
    ReportName.ENTITLEMENTS,
    figures.Entitlements,
    "Allowances by tier and state, with the reason and month of those that stopped.",
    "สิทธิรับเงินตามสถานะ พร้อมเหตุและเดือนที่หยุด",
)
_page(
    ReportName.PLANS,
    figures.Plans,
    "Lines of the plans that stand by dimension, programme, agency, state and outcome; an agency sees its own.",
    "รายการในแผนพัฒนาตามมิติ โครงการ หน่วยงาน และสถานะ",
)
_page(
    ReportName.CHOICES,
    figures.Choices,
    "How often each programme was recommended last, chosen as recommended, chosen otherwise, or declined; counts of 1 to 4 are not shown.",
    "จำนวนคนที่ได้รับคำแนะนำแต่ละโครงการ เลือกตามคำแนะนำ เลือกต่าง และไม่รับแผน จำนวน ๑ ถึง ๔ ไม่แสดง",
)
_page(
    ReportName.FOLLOW_UPS,
    figures.FollowUps,
    "One round of follow-up: who was to be contacted, who was, and who is missing.",
    "ผลการติดตามในรอบหนึ่ง และผู้ที่ยังไม่ได้ติดตาม",
)
_page(
    ReportName.INCOME_BANDS,
    figures.IncomeBands,
    "Persons by tier of B.E. 2559, band at the interview and band at the last follow-up.",
    "การเปลี่ยนช่วงรายได้ของผู้ที่ทราบรายได้จากการติดตาม",
)
_page(
    ReportName.CASELOAD,
    figures.Caseload,
    "Cases, interviews, plans and follow-ups by account officer.",
    "ภาระงานและความคืบหน้าของผู้ดูแลแต่ละคน",
)
_page(
    ReportName.DECISIONS,
    figures.Decisions,
    "Decisions of committees by kind.",
    "มติของคณะอนุกรรมการตามประเภท",
)
_page(
    ReportName.COMPLAINTS,
    figures.Complaints,
    "Complaints by district and kind: answered in time or late, open or overdue, and how many rose a level.",
    "เรื่องร้องเรียนตามอำเภอและประเภท ตอบทันหรือเกินกำหนด ค้างอยู่ และที่ขึ้นสู่ระดับถัดไป",
)
_page(
    ReportName.SPECIALIST_REVIEWS,
    catalogue_figures.SpecialistReviews,
    "Questions to specialists by dimension: answered in time or late, withdrawn, open or overdue, and how many rose.",
    "คำขอความเห็นทีมเฉพาะทางตามมิติ ตอบทันหรือเกินกำหนด ถอนคำขอ ค้างอยู่ และที่ขึ้นสู่ระดับถัดไป",
)
_page(
    ReportName.SEATS,
    catalogue_figures.Seats,
    "Lines with an offering by programme: who has a seat, who waits, and what was given up.",
    "ที่นั่งของรอบที่เปิดตามโครงการ ผู้มีที่นั่ง ผู้รอ และที่สละสิทธิ์",
)
_page(
    ReportName.UNMET_NEEDS,
    catalogue_figures.UnmetNeeds,
    "Wishes for seats by month, district and programme, as the newest allocation left them: with a seat, without an offering, without a seat.",
    "ความต้องการที่นั่งตามเดือน อำเภอ และโครงการ หลังการจัดสรรครั้งล่าสุด ได้ที่นั่ง ไม่มีรอบ และที่นั่งไม่พอ",
)
_page(
    ReportName.OFFERINGS,
    catalogue_figures.Offerings,
    "Offerings and seats by programme and province, those to come and those that were made up; an agency sees its own.",
    "รอบที่เปิดรับและจำนวนที่รับตามโครงการและจังหวัด",
)
_page(
    ReportName.EMPLOYER_DEDUCTIONS,
    catalogue_figures.EmployerDeductions,
    "What employers of card holders may deduct, as it was certified last, by the year in which the accounting period begins; for the whole country only.",
    "รายจ่ายค่าจ้างและค่าฝึกอบรมที่นายจ้างหักได้ ตามหนังสือรับรองฉบับล่าสุด แยกตามปีที่เริ่มรอบระยะเวลาบัญชี เฉพาะทั้งประเทศ",
)
_page(
    ReportName.PROGRAMME_OUTCOMES,
    outcome_figures.ProgrammeOutcomes,
    "Of those who were referred to each programme, how many were later reported as a success or found in a higher income band, by group and with 95% intervals; small counts are hidden.",
    "ผู้ที่ถูกส่งต่อไปยังแต่ละโครงการ ภายหลังหน่วยงานรายงานว่าสำเร็จ หรืออยู่ในช่วงรายได้สูงขึ้นกี่คน ตามกลุ่ม พร้อมช่วงความเชื่อมั่นร้อยละ 95 จำนวนที่น้อยไม่แสดง",
    ndjson=True,
)
_page(
    ReportName.OUTCOME_BANDS,
    outcome_figures.OutcomeBands,
    "Income bands before and after of those who were referred, by programme and round, with those not followed; small counts are hidden.",
    "ช่วงรายได้ก่อนและหลังของผู้ที่ถูกส่งต่อ ตามโครงการและรอบการติดตาม รวมผู้ที่ยังไม่ได้ติดตาม จำนวนที่น้อยไม่แสดง",
    ndjson=True,
)
_page(
    ReportName.JOB_SURVIVAL,
    outcome_figures.JobSurvival,
    "Who is still at work 3, 6 and 9 months after a job began (product-limit estimate with 95% intervals); who was not seen since counts until the day last seen. Small counts are hidden.",
    "ผู้ที่ยังทำงานอยู่เมื่อครบ 3 6 และ 9 เดือนหลังเริ่มงาน (ประมาณด้วยวิธีแคปแลน-ไมเออร์ พร้อมช่วงความเชื่อมั่นร้อยละ 95) ผู้ที่ไม่ทราบข่าวนับถึงวันสุดท้ายที่ทราบ จำนวนที่น้อยไม่แสดง",
    ndjson=True,
)
_page(
    ReportName.AREAS,
    figures.Areas,
    "The steps of the year and the money beside each other: a row for each province of the country, or for each district of a province.",
    "ผลตามขั้นตอนและเงินที่จ่าย เทียบรายจังหวัดของประเทศ หรือรายอำเภอของจังหวัด",
)
_page(
    ReportName.TIMELINE,
    course_figures.Timeline,
    "What happened on which day: wishes, visits, interviews, plans, referrals, ended plans and follow-ups; days without any are left out.",
    "เหตุการณ์ในแต่ละวัน การแจ้งความประสงค์ เยี่ยมบ้าน สัมภาษณ์ แผน การส่งต่อ แผนที่สิ้นสุด และการติดตาม ไม่รวมวันที่ไม่มีเหตุการณ์",
)
_page(
    ReportName.AGENCY_CLOCKS,
    course_figures.AgencyClocks,
    "Referrals that wait for a next step, by agency and by what they wait for: how many, how many past their day, and to whom they rose; an agency sees its own.",
    "รายการส่งต่อที่รอขั้นถัดไป ตามหน่วยงานและสิ่งที่รอ จำนวนที่รอ ที่เกินกำหนด และที่ยกระดับ หน่วยงานเห็นของตน",
)
_page(
    ReportName.YEAR,
    figures.Year,
    "Persons by step of the year, with the published figures beside ours for the whole country, and payments by month and tier.",
    "สรุปผลทั้งปีตามขั้นตอน เทียบกับตัวเลขที่เผยแพร่เมื่อดูทั้งประเทศ",
)
