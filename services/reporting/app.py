"""Reporting put together."""

from services.reporting.consumers import consumers
from services.reporting.http import case_lists, reports, snapshots
from services.reporting.http.dashboard import dashboard_router
from services.reporting.http.live import live_router
from services.reporting.invariants import INVARIANTS
from services.reporting.jobs import timers
from services.reporting.resources import ReportingResources
from services.reporting.settings import Settings
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.http import Broadcasts, make_app
from shared.service import Service
from shared.service.operations import operations_router

SCOPES = {
    reports.READ: "Read the reports of your area. อ่านรายงานของพื้นที่",
    reports.CASES_READ: "List the persons behind the figures of your area. ดูรายการบุคคลเบื้องหลังตัวเลขของพื้นที่",
    snapshots.READ: "Read and verify frozen reports. อ่านและตรวจสอบรายงานที่บันทึกไว้",
    snapshots.WRITE: "Freeze and publish reports. บันทึกและเผยแพร่รายงาน",
}
"""Reporting's scopes and what each allows."""

DESCRIPTION = """Figures from everybody's events: projections that can be derived again, each figure with its definition; frozen
snapshots whose hashes make a chain.

ตัวเลขจากเหตุการณ์ของทุกระบบ พร้อมนิยามของแต่ละตัวเลข และรายงานที่บันทึกไว้ซึ่งตรวจสอบได้ด้วยสายโซ่ของค่าแฮช"""


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, wired and not yet started."""
    resources = ReportingResources(settings=settings, db=db, clock=clock, verifier=verifier)
    broadcasts = Broadcasts()
    app = make_app(
        name=settings.service_name,
        title="Sukjai reporting",
        description=DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=[
            reports.router,
            case_lists.router,
            snapshots.router,
            live_router(broadcasts),
            dashboard_router(settings),
            operations_router(consumers, INVARIANTS),
        ],
        tags=[
            {"name": "reports", "description": "Figures with their definitions. ตัวเลขพร้อมนิยาม"},
            {"name": "snapshots", "description": "Frozen reports. รายงานที่บันทึกไว้"},
            {"name": "operations", "description": "For operators. สำหรับผู้ดูแลระบบ"},
        ],
    )
    return Service(settings.service_name, resources, app, consumers, invariants=INVARIANTS, timers=timers(db), on_closing=broadcasts.close)
