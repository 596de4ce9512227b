"""Wiring of interview."""

from services.interview.consumers import consumers
from services.interview.http import TAGS, routers
from services.interview.invariants import INVARIANTS
from services.interview.jobs import JOBS, timers
from services.interview.resources import InterviewResources
from services.interview.settings import Settings
from shared.audit import AuditKeys
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.crypto import BlindIndex, FieldCipher
from shared.db import Database
from shared.http import make_app
from shared.service import Service
from shared.service.operations import operations_router
from shared.service.settings import KEY_EXPECTED
from shared.signatures import SigningKeys

_DESCRIPTION = (
    "What card holders wish, who looks after them, what the interview found, and how they fare.\n\n"
    "การแจ้งความประสงค์ การมอบหมายผู้ดูแล การสัมภาษณ์ และการติดตามผลผู้มีบัตรสวัสดิการแห่งรัฐ"
)


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, ready to start. Raises SettingInvalid."""
    resources = InterviewResources(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier,
        lookup=settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED),
        fields=settings.parsed("field_keys", FieldCipher.from_text),
        assessments=settings.parsed("assessment_keys", FieldCipher.from_text),
        signing=settings.parsed("signing_keys", SigningKeys.from_text),
    )
    app = make_app(
        name=settings.service_name,
        title="Sukjai interview",
        description=_DESCRIPTION,
        version="1",
        resources=resources,
        routers=[*routers, operations_router(consumers, INVARIANTS)],
        tags=TAGS,
    )
    audit = settings.parsed("audit_keys", AuditKeys.from_text)
    return Service(
        settings.service_name, resources, app, consumers, jobs=JOBS, invariants=INVARIANTS, audit=audit, timers=timers(resources)
    )
