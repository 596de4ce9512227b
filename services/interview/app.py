"""Wiring of interview."""

from services.interview.consumers import consumers
from services.interview.http import TAGS, routers
from services.interview.invariants import INVARIANTS
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

_DESCRIPTION = (
    "What card holders wish, who looks after them, what the interview found, and how they fare.\n\n"
    "การแจ้งความประสงค์ การมอบหมายผู้ดูแล การสัมภาษณ์ และการติดตามผลผู้มีบัตรสวัสดิการแห่งรัฐ"
)


def build(settings: Settings, db: Database, clock: Clock, verifier: TokenVerifier) -> Service:
    """The service, ready to start."""
    resources = InterviewResources(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier,
        lookup=BlindIndex.from_text(settings.lookup_key),
        fields=FieldCipher.from_text(settings.field_keys),
        assessments=FieldCipher.from_text(settings.assessment_keys),
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
    return Service(settings.service_name, resources, app, consumers, invariants=INVARIANTS, audit=AuditKeys.from_text(settings.audit_keys))
