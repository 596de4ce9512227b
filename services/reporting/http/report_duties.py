"""Reports that are due: the calendar, who has not reported, submitting, acknowledging and returning."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.reporting.commands import report_duties as commands
from services.reporting.commands.report_duties import COUNTRY_ACKNOWLEDGE, PROVINCES_ACKNOWLEDGE, Act
from services.reporting.commands.snapshots import Frozen
from services.reporting.domain.parameters import AREA
from services.reporting.domain.report_duties import DueStatus, DutyLevel, ReportKind, ReviewDecision
from services.reporting.http.snapshots import freezing
from services.reporting.queries import report_duties as queries
from services.reporting.queries.report_duties import Due, Wanted
from services.reporting.resources import ReportingResources
from services.reporting.rules.report_calendar import report_calendar
from services.reporting.schemas import DueDetailOut, DueOut, DueProgressOut, DutyOut, ReviewIn, SubmissionIn
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

READ: Final = "reporting.submissions:read"
WRITE: Final = "reporting.submissions:write"
ACKNOWLEDGE: Final = "reporting.submissions:acknowledge"

router = APIRouter(tags=["due reports"])

Reader = Annotated[Call[ReportingResources], Depends(calling(READ))]
Submitter = Annotated[Call[ReportingResources], Depends(calling(WRITE, idempotent=True, needs_if_match=True))]
Receiver = Annotated[Call[ReportingResources], Depends(calling(ACKNOWLEDGE, idempotent=True, needs_if_match=True))]


def _wanted(
    kind: Annotated[ReportKind | None, Query(description="Only of this kind. ประเภทรายงาน")] = None,
    period: Annotated[
        str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Only about this month. เดือนของรายงาน", examples=["2018-06"])
    ] = None,
    level: Annotated[DutyLevel | None, Query(description="Only of this level. ระดับ")] = None,
    area: Annotated[str | None, Query(pattern=AREA, description="Only of this area and those inside it. รหัสพื้นที่", examples=["81"])] = None,
    status: Annotated[DueStatus | None, Query(description="Only in this state. สถานะ")] = None,
    missing: Annotated[bool, Query(description="Only of who has not reported. เฉพาะผู้ที่ยังไม่รายงาน")] = False,
) -> Wanted:
    return Wanted(kind, period, level, area, status, missing)


@router.get(
    "/v1/report-calendar",
    response_model=list[DutyOut],
    **operation(
        "Show the calendar of reports",
        "แสดงปฏิทินรายงาน ใครต้องรายงานอะไรต่อใครภายในวันใด พร้อมที่มา",
        "Which reports are due, whose, to whom and by when, with the source of each.",
        READ,
    ),
)
async def show_report_calendar(call: Reader) -> Response:
    """The calendar."""
    calendar = report_calendar()

    async def read(_: ReadTx) -> list[dict[str, Any]]:
        return [{**vars(calendar.kinds[one.kind]), **vars(calendar.levels[one.level]), **vars(one)} for one in calendar.duties]

    return await call.query(read)


@router.get(
    "/v1/reports-due",
    response_model=PageOf[DueOut],
    **operation(
        "List reports that are due",
        "แสดงรายงานตามกำหนดในพื้นที่ของท่าน เรียงตามวันครบกำหนด กรองเฉพาะผู้ที่ยังไม่รายงานได้ด้วย missing",
        "Reports that are due in your area, by their day; with `missing` only of who has not reported.",
        READ,
    ),
)
async def list_reports_due(call: Reader, page: PageParams, wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """The due reports."""
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> PageOf[DueOut]:
        after = page.after(date, str, UUID)
        rows = await queries.due_reports(tx, call.principal.reach, wanted, after, page.limit + 1)
        shown, cursor = page.cut(rows, lambda due: (due.due_on, due.area, due.due_id))
        return PageOf[DueOut](items=[DueOut(**DueOut.told(due, today)) for due in shown], next_cursor=cursor)

    return await call.query(read, PageOf[DueOut])


@router.get(
    "/v1/reports-due/progress",
    response_model=list[DueProgressOut],
    **operation(
        "Count who has reported",
        "นับจำนวนรายงานที่ส่ง รับทราบ ส่งคืน ค้าง และเกินกำหนด ตามประเภท งวด และระดับ",
        "How many reports are open, submitted, returned, acknowledged and overdue, by kind, period and level.",
        READ,
    ),
)
async def count_reports_due(call: Reader, wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """The counts."""
    today = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> Any:
        return await queries.progress(tx, call.principal.reach, wanted, today)

    return await call.query(read)


@router.get(
    "/v1/reports-due/{due_id}",
    response_model=DueDetailOut,
    **operation(
        "Show a due report",
        "แสดงรายงานตามกำหนด พร้อมประวัติการส่ง การรับทราบหรือส่งคืน และการเตือน",
        "A due report with its submissions, what was said of each, and the reminders. Its ETag is what submitting and reviewing need.",
        READ,
    ),
)
async def show_report_due(due_id: UUID, call: Reader) -> Response:
    """One due report."""

    async def read(tx: ReadTx) -> DueDetailOut:
        return await _detail(tx, await queries.due_report(tx, call.principal.reach, due_id), call)

    return await call.query(read)


@router.post(
    "/v1/reports-due/{due_id}/submissions",
    status_code=201,
    response_model=DueDetailOut,
    **operation(
        "Submit a due report",
        "ผู้มีหน้าที่ส่งรายงานตามกำหนด ตัวเลข ณ เวลานี้ถูกบันทึกไว้อย่างถาวร ส่งใหม่หลังถูกส่งคืนหรือเพื่อแก้ไขจะเป็นฉบับถัดไป (ต้องส่ง If-Match)",
        "The duty-holder submits: the figures of this moment are frozen as a snapshot. Submitted again, after it was returned or to correct it, it is the next"
        " edition, which tells the difference. Needs If-Match.",
        WRITE,
    ),
)
async def submit_report(due_id: UUID, body: SubmissionIn, call: Submitter) -> Response:
    """Submit."""
    version = call.version_to_change()
    act = Act(call.principal, call.resources.clock.business_now())

    async def read(tx: ReadTx, behind: int | None) -> Frozen:
        return await commands.read_due(tx, act, due_id, behind)

    async def use_case(tx: Tx, frozen: Frozen) -> DueDetailOut:
        due = await commands.submit(tx, act, due_id, version, frozen, body.remarks, call.resources.signing)
        return await _detail(tx, due, call)

    return await freezing(call, read, use_case)


@router.post(
    "/v1/reports-due/{due_id}/reviews",
    status_code=201,
    response_model=DueDetailOut,
    **operation(
        "Acknowledge or return a submission",
        "ระดับถัดไปรับทราบรายงาน หรือส่งคืนพร้อมเหตุผล โดยบุคคลอื่นที่มิใช่ผู้ส่ง (ต้องส่ง If-Match)",
        "The next level acknowledges the submission, or returns it with remarks; another person than who submitted it. Needs If-Match.",
        ACKNOWLEDGE,
        further_scopes=(PROVINCES_ACKNOWLEDGE, COUNTRY_ACKNOWLEDGE),
    ),
)
async def review_report(due_id: UUID, body: ReviewIn, call: Receiver) -> Response:
    """Review."""
    if body.decision is ReviewDecision.RETURNED and not body.remarks.strip():
        raise Invalid.field("remarks", "missing", "says why it is returned", "ต้องระบุเหตุผลที่ส่งคืน")
    version = call.version_to_change()
    act = Act(call.principal, call.resources.clock.business_now())

    async def use_case(tx: Tx) -> DueDetailOut:
        return await _detail(tx, await commands.review(tx, act, due_id, version, body.decision, body.remarks), call)

    return await call.command(use_case)


async def _detail(tx: ReadTx, due: Due, call: Call[ReportingResources]) -> DueDetailOut:
    told = {"submissions": await queries.submissions(tx, due.due_id), "reminders": await queries.reminders(tx, due.due_id)}
    history = {name: [dict(row) for row in rows] for name, rows in told.items()}
    return DueDetailOut.model_validate({**DueOut.told(due, call.resources.clock.business_today()), **history})
