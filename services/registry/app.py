"""Wiring of the registry."""

from services.registry.commands import imports, policy
from services.registry.commands.changes import PURPOSE
from services.registry.consumers import consumers
from services.registry.http import (
    areas,
    card_holders,
    changes,
    dci_senders,
    jwks,
    life_events,
    look_ups,
    notices,
    readings,
    statistics,
    verifications,
)
from services.registry.http import imports as import_routes
from services.registry.http.dci import routes as dci_routes
from services.registry.invariants import INVARIANTS
from services.registry.jobs.dci import dci_timers
from services.registry.jobs.feed import feed_timers
from services.registry.jobs.import_file import import_file
from services.registry.jobs.regroup import regroup
from services.registry.jobs.send_notices import notice_timers
from services.registry.queries.chunk_messages import EXPANDER, holders_expander
from services.registry.resources import RegistryResources
from services.registry.settings import Settings
from shared.audit import AuditKeys
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.calling_back import webhooks_of
from shared.service.operations import operations_router
from shared.webhooks.routes import endpoints_router, webhook_operations_router

_DESCRIPTION = """Owns the card holders of the State Welfare Card: identity, address, income tier, life events.

ทะเบียนผู้มีบัตรสวัสดิการแห่งรัฐ: ข้อมูลบุคคล ที่อยู่ ระดับรายได้ การย้ายที่อยู่ และการเสียชีวิต"""

_TAGS = [
    {"name": "imports", "description": "Importing the national registry file. การนำเข้าไฟล์ทะเบียน"},
    {"name": "card holders", "description": "Reading and finding card holders. ข้อมูลและการค้นหาผู้มีบัตร"},
    {"name": "life events", "description": "Moves and deaths. การย้ายที่อยู่และการเสียชีวิต"},
    {"name": "notices", "description": "What people are told on their phones. การแจ้งเตือนประชาชน"},
    {"name": "changes", "description": "What changed, for other systems. รายการเปลี่ยนแปลงสำหรับระบบอื่น"},
    {"name": "webhooks", "description": "Addresses that are called back. ปลายทางสำหรับส่งข้อมูลออก"},
    {"name": "audit", "description": "Who looked at whom. ประวัติการเรียกดูข้อมูล"},
    {"name": "dci senders", "description": "Who may ask by the DCI API (/dci/v1.0.0/openapi.yaml). ผู้ส่งตามมาตรฐาน DCI"},
    {"name": "areas", "description": "Provinces, districts, subdistricts. พื้นที่"},
    {"name": "statistics", "description": "Counts within your reach. จำนวนผู้มีบัตรในพื้นที่"},
]


WEBHOOK_PURPOSES = {PURPOSE: "Batches of the feed of changes"}


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The registry over its database."""
    resources = RegistryResources(settings=settings, db=db, clock=clock, verifier=verifier)
    webhooks = webhooks_of(settings, resources.signing, WEBHOOK_PURPOSES)
    app = make_app(
        name=settings.service_name,
        title="Sukjai registry",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=[
            import_routes.router,
            look_ups.router,
            verifications.router,
            card_holders.router,
            life_events.router,
            statistics.router,
            areas.router,
            readings.router,
            dci_senders.router,
            dci_routes.router,
            jwks.router,
            notices.router,
            changes.router,
            endpoints_router(consumers.service, webhooks),
            operations_router(consumers, INVARIANTS),
            webhook_operations_router(consumers.service),
        ],
        tags=_TAGS,
    )
    return Service(
        name=settings.service_name,
        resources=resources,
        app=app,
        consumers=consumers,
        expanders={EXPANDER: holders_expander(resources.vault)},
        jobs={imports.JOB: import_file, policy.JOB: regroup},
        invariants=INVARIANTS,
        audit=AuditKeys.from_text(settings.audit_keys),
        webhooks=webhooks,
        timers=[*notice_timers(resources), *feed_timers(resources), *dci_timers(resources)],
    )
