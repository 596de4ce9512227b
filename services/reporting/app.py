"""Reporting put together."""

from services.reporting.commands.report_duties import COUNTRY_ACKNOWLEDGE, PROVINCES_ACKNOWLEDGE
from services.reporting.consumers import consumers
from services.reporting.http import case_lists, key_set, rederivations, report_duties, report_papers, reports, snapshot_papers, snapshots
from services.reporting.http.dashboard import dashboard_router
from services.reporting.http.live import live_router
from services.reporting.invariants import INVARIANTS
from services.reporting.jobs import jobs_of, timers
from services.reporting.measures import measures
from services.reporting.resources import ReportingResources
from services.reporting.rules.report_calendar import report_calendar
from services.reporting.settings import Settings
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.http import Broadcasts, make_app
from shared.service import Service
from shared.service.operations import operations_router
from shared.signatures import SigningKeys

SCOPES = {
    reports.READ: "Read the reports of your area. อ่านรายงานของพื้นที่",
    reports.CASES_READ: "List the persons behind the figures of your area. ดูรายการบุคคลเบื้องหลังตัวเลขของพื้นที่",
    snapshots.READ: "Read and verify frozen reports. อ่านและตรวจสอบรายงานที่บันทึกไว้",
    snapshots.WRITE: "Freeze and publish reports. บันทึกและเผยแพร่รายงาน",
    snapshots.DERIVE: "Derive frozen reports again from all events. คำนวณรายงานที่บันทึกไว้ซ้ำจากเหตุการณ์ทั้งหมด",
    report_duties.READ: "See which reports are due, and who has not reported. ดูรายงานที่ครบกำหนดและผู้ที่ยังไม่รายงาน",
    report_duties.WRITE: "Submit the reports that you owe. ส่งรายงานตามหน้าที่",
    report_duties.ACKNOWLEDGE: "Acknowledge or return the reports of the level below. รับทราบหรือส่งคืนรายงานของระดับรองลงไป",
    PROVINCES_ACKNOWLEDGE: "Besides, those of provinces (คอต.). รวมถึงรายงานของจังหวัด",
    COUNTRY_ACKNOWLEDGE: "Besides, those of the country (คนส.). รวมถึงรายงานของประเทศ",
}
"""Reporting's scopes and what each allows."""

DESCRIPTION = """Figures from everybody's events: projections that can be derived again, each figure with its definition; frozen
snapshots whose hashes make a chain.

ตัวเลขจากเหตุการณ์ของทุกระบบ พร้อมนิยามของแต่ละตัวเลข และรายงานที่บันทึกไว้ซึ่งตรวจสอบได้ด้วยสายโซ่ของค่าแฮช"""


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, wired and not yet started. Raises SettingInvalid without its signing keys, and KeyError for a calendar that is not whole."""
    report_calendar()  # to find the holidays of its years takes most of a second
    signing = settings.parsed("signing_keys", SigningKeys.from_text)
    resources = ReportingResources(settings=settings, db=db, clock=clock, verifier=verifier, signing=signing)
    broadcasts = Broadcasts()
    app = make_app(
        name=settings.service_name,
        title="Sukjai reporting",
        description=DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=[
            reports.router,
            report_papers.router,
            case_lists.router,
            snapshots.router,
            snapshot_papers.router,
            rederivations.router,
            report_duties.router,
            key_set.router,
            live_router(broadcasts),
            dashboard_router(settings),
            operations_router(consumers, INVARIANTS),
        ],
        tags=[
            {"name": "reports", "description": "Figures with their definitions. ตัวเลขพร้อมนิยาม"},
            {"name": "snapshots", "description": "Frozen reports. รายงานที่บันทึกไว้"},
            {"name": "due reports", "description": "Who owes a report, has submitted it, and what was said of it. รายงานตามกำหนด"},
            {"name": "operations", "description": "For operators. สำหรับผู้ดูแลระบบ"},
        ],
    )
    return Service(
        settings.service_name,
        resources,
        app,
        consumers,
        jobs=jobs_of(consumers),
        timers=timers(resources),
        measures=measures(resources),
        invariants=INVARIANTS,
        on_closing=broadcasts.close,
    )
