"""The wiring of plan."""

from typing import Final

from services.plan.commands import catalogue
from services.plan.consumers import consumers
from services.plan.domain import Because
from services.plan.http import bank_wages, deductions, employers, employments, plans, programmes, referrals
from services.plan.invariants import INVARIANTS
from services.plan.resources import PlanResources
from services.plan.settings import Settings
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.crypto import BlindIndex, FieldCipher
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.operations import operations_router
from shared.service.settings import KEY_EXPECTED
from shared.signatures import SigningKeys

_DESCRIPTION: Final = """Personal development plans: the catalogue of programmes, the automatic recommendation after an interview,
what the person and the account officer agreed on, referrals to agencies and what became of them, and what employers of card
holders may deduct.

แผนพัฒนารายบุคคล: รายการโครงการ คำแนะนำหลังการสัมภาษณ์ แผนที่ตกลงร่วมกัน การส่งต่อหน่วยงาน ผลการพัฒนา และการหักรายจ่ายของนายจ้าง"""

_TAGS: Final = (
    {"name": "programmes", "description": "The catalogue. รายการโครงการ"},
    {"name": "plans", "description": "Personal plans. แผนรายบุคคล"},
    {"name": "referrals", "description": "Referrals to agencies and their outcomes. การส่งต่อและผล"},
    {
        "name": "employers",
        "description": "Employers of card holders: employments, wages through the card, deductions. นายจ้างและการหักรายจ่าย",
    },
    {"name": "operations", "description": "For operators. สำหรับผู้ดูแลระบบ"},
)


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, not started. Raises ValueError without the keys that open assessments, SettingInvalid without those for employers."""
    if not settings.assessment_keys:
        raise ValueError("PLAN_ASSESSMENT_KEYS or SUKJAI_ASSESSMENT_KEYS is not set")
    resources = PlanResources(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier,
        lookup=settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED),
        bank_ciphers=settings.parsed("bank_keys", FieldCipher.by_party),
        signing=settings.parsed("signing_keys", SigningKeys.from_text),
    )
    app = make_app(
        name=settings.service_name,
        title="Sukjai plan",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=(
            programmes.router,
            plans.router,
            referrals.router,
            employers.router,
            employments.router,
            deductions.router,
            bank_wages.router,
            operations_router(consumers, INVARIANTS),
        ),
        tags=_TAGS,
    )

    async def seed_catalogue() -> None:
        async with db.transaction() as tx:
            await catalogue.seed(tx, resources.rules, Because(clock.business_now(), "plan", "first catalogue"))

    return Service(settings.service_name, resources, app, consumers, invariants=INVARIANTS, on_start=seed_catalogue)
