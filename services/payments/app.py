"""Wiring of payments."""

from services.payments.commands.policies import publish_policy
from services.payments.consumers import consumers
from services.payments.expanders import expanders
from services.payments.http import (
    adjustments,
    bank_files,
    banks,
    batches,
    books,
    days,
    disputes,
    duplicates,
    entitlements,
    envelopes,
    explanations,
    failed_transfers,
    holds,
    instruction_files,
    key_set,
    ledger,
    policies,
    previews,
    proofs,
    recalls,
    results,
    runs,
    statements,
    use,
)
from services.payments.invariants import INVARIANTS
from services.payments.jobs import JOBS, timers
from services.payments.measures import measures
from services.payments.resources import PayeeSeals, PaymentsResources, bank_signatures
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
from shared.signatures import SigningKeys

_DESCRIPTION = """Owns money: the policy set, allowances, monthly runs, banks' results, the ledger.

การจ่ายเงินเพิ่ม: ชุดนโยบาย สิทธิรายบุคคล รอบจ่ายประจำเดือน ผลการจ่ายจากธนาคาร และบัญชีแยกประเภท"""

_TAGS = [
    {"name": "entitlements", "description": "Allowances of persons. สิทธิรายบุคคล"},
    {"name": "adjustments", "description": "What sets granted months right. รายการปรับปรุงสิทธิ"},
    {"name": "runs", "description": "Monthly runs: propose, approve, release, reconcile, close. รอบจ่ายประจำเดือน"},
    {"name": "holds", "description": "Persons who are not paid for now. การระงับจ่ายรายบุคคล"},
    {"name": "recalls", "description": "Payments that banks are asked to give back. การเรียกเงินคืน"},
    {"name": "failed transfers", "description": "What could not be paid, and what has to be done. รายการจ่ายไม่สำเร็จ"},
    {"name": "banks", "description": "What banks without Kafka read and tell. สำหรับธนาคารที่ไม่ใช้ Kafka"},
    {"name": "bank results", "description": "What banks answered. ผลการจ่ายจากธนาคาร"},
    {"name": "bank files", "description": "Files of instructions for banks, and of their results. ไฟล์คำสั่งจ่ายและไฟล์ผลการจ่าย"},
    {"name": "use", "description": "What was used of allowances, what lapsed. การใช้วงเงินและการตัดยอด"},
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
    lanes = expanders(seals)
    resources = PaymentsResources(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier,
        seals=seals,
        bank_signatures=settings.parsed("bank_jwks", bank_signatures, expected='{"KTB": {"keys": […]}}'),
        lanes=lanes,
        lookup=settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED),
        signing=settings.parsed("signing_keys", SigningKeys.from_text),
    )

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
            statements.router,
            runs.router,
            previews.router,
            holds.router,
            recalls.router,
            failed_transfers.router,
            books.router,
            proofs.router,
            key_set.router,
            results.router,
            banks.router,
            instruction_files.router,
            bank_files.router,
            use.router,
            disputes.router,
            envelopes.router,
            batches.router,
            ledger.router,
            days.router,
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
        expanders=lanes,
        jobs=JOBS,
        timers=timers(resources),
        measures=measures(resources),
        invariants=INVARIANTS,
        on_start=publish,
    )
