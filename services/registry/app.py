"""Wiring of the registry."""

from services.registry.commands import death_lists, imports, policy
from services.registry.consumers import consumers
from services.registry.http import areas, as_of, card_holders, changes, life_events, look_ups, readings, statistics, verifications
from services.registry.http import death_lists as death_list_routes
from services.registry.http import imports as import_routes
from services.registry.invariants import INVARIANTS
from services.registry.jobs.death_list import apply_death_list, check_death_list
from services.registry.jobs.import_file import import_file
from services.registry.jobs.regroup import regroup
from services.registry.queries.chunk_messages import EXPANDER, holders_expander
from services.registry.resources import RegistryResources
from services.registry.settings import Settings
from shared.audit import AuditKeys
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.operations import operations_router

_DESCRIPTION = """Owns the card holders of the State Welfare Card: identity, address, income tier, life events.

ทะเบียนผู้มีบัตรสวัสดิการแห่งรัฐ: ข้อมูลบุคคล ที่อยู่ ระดับรายได้ การย้ายที่อยู่ และการเสียชีวิต"""

_TAGS = [
    {"name": "imports", "description": "Importing the national registry file. การนำเข้าไฟล์ทะเบียน"},
    {"name": "card holders", "description": "Reading and finding card holders. ข้อมูลและการค้นหาผู้มีบัตร"},
    {"name": "life events", "description": "Moves and deaths. การย้ายที่อยู่และการเสียชีวิต"},
    {"name": "change requests", "description": "Changes with evidence, and who decides them. คำขอเปลี่ยนแปลงข้อมูล"},
    {"name": "audit", "description": "Who looked at whom. ประวัติการเรียกดูข้อมูล"},
    {"name": "areas", "description": "Provinces, districts, subdistricts. พื้นที่"},
    {"name": "statistics", "description": "Counts within your reach. จำนวนผู้มีบัตรในพื้นที่"},
]


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The registry over its database."""
    resources = RegistryResources(settings=settings, db=db, clock=clock, verifier=verifier)
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
            changes.router,
            as_of.router,
            death_list_routes.router,
            statistics.router,
            areas.router,
            readings.router,
            operations_router(consumers, INVARIANTS),
        ],
        tags=_TAGS,
    )
    return Service(
        name=settings.service_name,
        resources=resources,
        app=app,
        consumers=consumers,
        expanders={EXPANDER: holders_expander(resources.vault)},
        jobs={
            imports.JOB: import_file,
            policy.JOB: regroup,
            death_lists.CHECK_JOB: check_death_list,
            death_lists.APPLY_JOB: apply_death_list,
        },
        invariants=INVARIANTS,
        audit=AuditKeys.from_text(settings.audit_keys),
    )
