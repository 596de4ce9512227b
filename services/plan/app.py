"""The wiring of plan."""

from typing import Final

from services.plan.commands import catalogue, code_lists, connections
from services.plan.commands.synthetic import seed_offerings
from services.plan.consumers import consumers
from services.plan.domain import Because
from services.plan.http import ROUTERS
from services.plan.http.asking import agency_of
from services.plan.invariants import INVARIANTS
from services.plan.jobs.agencies import agency_timers
from services.plan.jobs.recommendations import JOBS, recommendation_timers
from services.plan.jobs.referrals import referral_timers
from services.plan.jobs.specialists import specialist_timers
from services.plan.resources import PlanResources
from services.plan.settings import Settings
from shared.audit import AuditKeys
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.crypto import BlindIndex, FieldCipher
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.calling_back import webhooks_of
from shared.service.operations import operations_router
from shared.service.settings import KEY_EXPECTED
from shared.signatures import SigningKeys
from shared.webhooks.routes import endpoints_router, webhook_operations_router

_DESCRIPTION: Final = """Personal development plans: the catalogue of programmes, the automatic recommendation after an interview,
what the person and the account officer agreed on, referrals to agencies and what became of them, and what employers of card
holders may deduct.

แผนพัฒนารายบุคคล: รายการโครงการ คำแนะนำหลังการสัมภาษณ์ แผนที่ตกลงร่วมกัน การส่งต่อหน่วยงาน ผลการพัฒนา และการหักรายจ่ายของนายจ้าง"""

_TAGS: Final = (
    {"name": "programmes", "description": "The catalogue. รายการโครงการ"},
    {"name": "offerings", "description": "Where and when programmes are given. สถานที่และรอบที่เปิดรับ"},
    {"name": "code lists", "description": "Occupations and training courses. บัญชีรหัสอาชีพและหลักสูตร"},
    {"name": "plans", "description": "Personal plans. แผนรายบุคคล"},
    {"name": "specialist reviews", "description": "Questions to specialists. ความเห็นทีมเฉพาะทาง"},
    {"name": "recommendations", "description": "What is recommended, why and why not. คำแนะนำและเหตุผล"},
    {"name": "referrals", "description": "Referrals to agencies and their outcomes. การส่งต่อและผล"},
    {"name": "agencies", "description": "How agencies are told and report: topics, files, webhooks. การเชื่อมต่อกับหน่วยงาน"},
    {"name": "webhooks", "description": "Addresses of agencies that are told. ปลายทางของหน่วยงาน"},
    {
        "name": "employers",
        "description": "Employers of card holders: employments, wages through the card, deductions. นายจ้างและการหักรายจ่าย",
    },
    {"name": "operations", "description": "For operators. สำหรับผู้ดูแลระบบ"},
)


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, not started. Raises ValueError without the keys that open assessments, SettingInvalid without its own and those for employers."""
    if not settings.assessment_keys:
        raise ValueError("PLAN_ASSESSMENT_KEYS or SUKJAI_ASSESSMENT_KEYS is not set")
    if not settings.field_keys:
        raise ValueError("PLAN_FIELD_KEYS is not set")
    resources = PlanResources(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier,
        lookup=settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED),
        bank_ciphers=settings.parsed("bank_keys", FieldCipher.by_party),
        agency_ciphers=settings.parsed("agency_keys", FieldCipher.by_party),
        signing=settings.parsed("signing_keys", SigningKeys.from_text),
    )
    webhooks = webhooks_of(settings, resources.signing, resources.fields, {connections.PURPOSE: "What becomes of an agency's referrals"})
    app = make_app(
        name=settings.service_name,
        title="Sukjai plan",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=(
            *ROUTERS,
            endpoints_router(consumers.service, webhooks, owner_of=agency_of),
            operations_router(consumers, INVARIANTS),
            webhook_operations_router(consumers.service),
        ),
        tags=_TAGS,
    )

    async def seed_catalogue() -> None:
        async with db.transaction() as tx:
            because = Because(clock.business_now(), "plan", "first catalogue")
            await catalogue.seed(tx, resources.rules, because)
            await code_lists.seed(tx, because)
            await seed_offerings(tx, settings.synthetic_seats, because)

    return Service(
        settings.service_name,
        resources,
        app,
        consumers,
        jobs=JOBS,
        timers=[
            *specialist_timers(resources),
            *referral_timers(resources),
            *recommendation_timers(resources),
            *agency_timers(resources),
        ],
        webhooks=webhooks,
        invariants=INVARIANTS,
        audit=settings.parsed("audit_keys", AuditKeys.from_text),
        on_start=seed_catalogue,
    )
