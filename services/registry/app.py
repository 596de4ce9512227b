"""Wiring of the registry."""

from datetime import timedelta
from functools import partial

from services.registry.commands import change_feed, death_lists, duplicates, exports, imports, key_rotations, policy, reports
from services.registry.consumers import consumers
from services.registry.http import ROUTERS, TAGS
from services.registry.invariants import INVARIANTS
from services.registry.jobs.dci import dci_timers
from services.registry.jobs.death_list import apply_death_list, check_death_list
from services.registry.jobs.feed import feed_timers
from services.registry.jobs.find_duplicates import duplicates_timers, find_duplicates
from services.registry.jobs.import_file import import_file
from services.registry.jobs.make_export import expire_exports, make_export
from services.registry.jobs.preview_file import preview_file
from services.registry.jobs.quality import make_report
from services.registry.jobs.regroup import regroup
from services.registry.jobs.rotate_keys import rotate_keys
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
from shared.timers import Timer
from shared.webhooks.routes import endpoints_router, webhook_operations_router

_DESCRIPTION = """Owns the card holders of the State Welfare Card: identity, address, income tier, life events.

ทะเบียนผู้มีบัตรสวัสดิการแห่งรัฐ: ข้อมูลบุคคล ที่อยู่ ระดับรายได้ การย้ายที่อยู่ และการเสียชีวิต"""

_WEBHOOK_PURPOSES = {change_feed.PURPOSE: "Batches of the feed of changes"}


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The registry over its database. Raises SettingInvalid."""
    resources = RegistryResources(settings=settings, db=db, clock=clock, verifier=verifier)
    webhooks = webhooks_of(settings, resources.signing, resources.vault.fields, _WEBHOOK_PURPOSES)
    app = make_app(
        name=settings.service_name,
        title="Sukjai registry",
        description=_DESCRIPTION,
        version="1.0.0",
        resources=resources,
        routers=[
            *ROUTERS,
            endpoints_router(consumers.service, webhooks),
            operations_router(consumers, INVARIANTS),
            webhook_operations_router(consumers.service),
        ],
        tags=TAGS,
    )
    return Service(
        name=settings.service_name,
        resources=resources,
        app=app,
        consumers=consumers,
        expanders={EXPANDER: holders_expander(resources.vault)},
        jobs={
            death_lists.CHECK_JOB: check_death_list,
            death_lists.APPLY_JOB: apply_death_list,
            imports.JOB: import_file,
            imports.PREVIEW_JOB: preview_file,
            reports.REPORT_JOB: make_report,
            policy.JOB: regroup,
            key_rotations.JOB: rotate_keys,
            duplicates.JOB: find_duplicates,
            exports.JOB: make_export,
        },
        invariants=INVARIANTS,
        timers=[
            Timer("expire_exports", timedelta(minutes=1), partial(expire_exports, db, clock, settings.export_folder)),
            *notice_timers(resources),
            *feed_timers(resources),
            *dci_timers(resources),
            *duplicates_timers(resources),
        ],
        webhooks=webhooks,
        audit=settings.parsed("audit_keys", AuditKeys.from_text),
    )
