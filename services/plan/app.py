"""The wiring of plan."""

from typing import Final

from services.plan.commands import catalogue
from services.plan.commands.synthetic import seed_offerings
from services.plan.consumers import consumers
from services.plan.domain import Because
from services.plan.http import offerings, plans, programmes, proposals, recommendations, referrals
from services.plan.invariants import INVARIANTS
from services.plan.jobs import JOBS, timers
from services.plan.resources import PlanResources
from services.plan.settings import Settings
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.operations import operations_router

_DESCRIPTION: Final = """Personal development plans: the catalogue of programmes, the automatic recommendation after an interview,
what the person and the account officer agreed on, referrals to agencies and what became of them.

แผนพัฒนารายบุคคล: รายการโครงการ คำแนะนำหลังการสัมภาษณ์ แผนที่ตกลงร่วมกัน การส่งต่อหน่วยงาน และผลการพัฒนา"""

_TAGS: Final = (
    {"name": "programmes", "description": "The catalogue. รายการโครงการ"},
    {"name": "offerings", "description": "Where and when programmes are given. สถานที่และรอบที่เปิดรับ"},
    {"name": "plans", "description": "Personal plans. แผนรายบุคคล"},
    {"name": "recommendations", "description": "What is recommended, why and why not. คำแนะนำและเหตุผล"},
    {"name": "referrals", "description": "Referrals to agencies and their outcomes. การส่งต่อและผล"},
    {"name": "operations", "description": "For operators. สำหรับผู้ดูแลระบบ"},
)


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, not started. Raises ValueError without the keys that open assessments."""
    if not settings.assessment_keys:
        raise ValueError("PLAN_ASSESSMENT_KEYS or SUKJAI_ASSESSMENT_KEYS is not set")
    resources = PlanResources(settings=settings, db=db, clock=clock, verifier=verifier)
    app = make_app(
        name=settings.service_name,
        title="Sukjai plan",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=(
            programmes.router,
            proposals.router,
            offerings.router,
            plans.router,
            recommendations.router,
            referrals.router,
            operations_router(consumers, INVARIANTS),
        ),
        tags=_TAGS,
    )

    async def seed_catalogue() -> None:
        async with db.transaction() as tx:
            because = Because(clock.business_now(), "plan", "first catalogue")
            await catalogue.seed(tx, resources.rules, because)
            await seed_offerings(tx, settings.synthetic_seats, because)

    return Service(
        settings.service_name,
        resources,
        app,
        consumers,
        jobs=JOBS,
        timers=timers(resources),
        invariants=INVARIANTS,
        on_start=seed_catalogue,
    )
