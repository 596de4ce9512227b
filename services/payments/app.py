"""Wiring of payments."""

from services.payments.commands.policies import publish_policy
from services.payments.consumers import consumers
from services.payments.expanders import expanders
from services.payments.http import (
    adjustments,
    batches,
    disputes,
    duplicates,
    entitlements,
    envelopes,
    explanations,
    ledger,
    policies,
    results,
    runs,
)
from services.payments.invariants import INVARIANTS
from services.payments.jobs import JOBS
from services.payments.resources import PayeeSeals, PaymentsResources
from services.payments.rules import policy_file
from services.payments.settings import Settings
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.crypto import BlindIndex
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.operations import operations_router
from shared.service.settings import KEY_EXPECTED

_DESCRIPTION = """Owns money: the policy set, allowances, monthly runs, banks' results, the ledger.

การจ่ายเงินเพิ่ม: ชุดนโยบาย สิทธิรายบุคคล รอบจ่ายประจำเดือน ผลการจ่ายจากธนาคาร และบัญชีแยกประเภท"""

_TAGS = [
    {"name": "entitlements", "description": "Allowances of persons. สิทธิรายบุคคล"},
    {"name": "adjustments", "description": "What sets granted months right. รายการปรับปรุงสิทธิ"},
    {"name": "runs", "description": "Monthly runs: propose, approve, release, reconcile, close. รอบจ่ายประจำเดือน"},
    {"name": "bank results", "description": "What banks answered. ผลการจ่ายจากธนาคาร"},
    {"name": "disputes", "description": "Payments of which a bank told two things. รายการจ่ายที่ผลขัดแย้งกัน"},
    {"name": "envelopes", "description": "How much money there is, by source and benefit month. วงเงินงบประมาณ"},
    {"name": "batches", "description": "Lines that other programmes ask to be paid. ชุดรายการจ่ายของโครงการอื่น"},
    {"name": "ledger", "description": "Accounts. บัญชี"},
    {"name": "policy", "description": "The rules: every version, its calendar, changing it. นโยบาย"},
]


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """Payments over its database. Raises BankKeysMissing, SettingInvalid without its lookup key, and PolicyFileInvalid for a policy file that is not whole."""
    policy = policy_file.load(settings.policy_profile)
    seals = PayeeSeals.from_text(settings.payee_keys, settings.bank_keys)
    lookup = settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED)
    resources = PaymentsResources(settings=settings, db=db, clock=clock, verifier=verifier, seals=seals, lookup=lookup)

    async def publish() -> None:
        async with db.transaction() as tx:
            await publish_policy(tx, policy, clock.business_today())

    app = make_app(
        name=settings.service_name,
        title="Sukjai payments",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=[
            entitlements.router,
            explanations.router,
            adjustments.router,
            duplicates.router,
            runs.router,
            results.router,
            disputes.router,
            envelopes.router,
            batches.router,
            ledger.router,
            policies.router,
            operations_router(consumers, INVARIANTS),
        ],
        tags=_TAGS,
    )
    return Service(
        name=settings.service_name,
        resources=resources,
        app=app,
        consumers=consumers,
        expanders=expanders(seals),
        jobs=JOBS,
        invariants=INVARIANTS,
        on_start=publish,
    )
