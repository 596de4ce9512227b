"""The timers of services: forget old answers, look whether the invariants hold, and seal the audit where there is one."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog
from prometheus_client import Gauge

from shared import invariants as standing
from shared.audit import AuditKeys, seal_waiting
from shared.clock import system_now
from shared.http import forget_answers
from shared.invariants import Invariant
from shared.service.resources import Resources
from shared.timers import Timer

_log = structlog.get_logger(__name__)
_broken = Gauge("sukjai_invariant_violations", "Rows that break a standing invariant, at the last look", ["service", "invariant"])


def standing_timers(resources: Resources, invariants: Sequence[Invariant], audit: AuditKeys | None = None) -> list[Timer]:
    """The timers of a service over its resources, by its settings; with `audit` its audit is sealed every second."""
    settings = resources.settings

    async def forget() -> None:
        async with resources.db.transaction() as tx:
            forgotten = await forget_answers(tx, system_now() - timedelta(days=settings.answers_kept_days))
        if forgotten:
            _log.info("idempotency.forgotten", service=settings.service_name, answers=forgotten)

    async def look() -> None:
        async with resources.db.reading() as tx:
            violations = {one.name: one for one in await standing.check(tx, invariants)}
        for invariant in invariants:
            found = violations.get(invariant.name)
            _broken.labels(settings.service_name, invariant.name).set(found.rows if found else 0)
            if found:
                _log.error("invariant.broken", service=settings.service_name, invariant=found.name, rows=found.rows, why=found.why)

    async def seal(keys: AuditKeys) -> None:
        await seal_waiting(resources.db, keys, service=settings.service_name)

    sealing = [] if audit is None else [Timer("seal_audit", timedelta(seconds=1), partial(seal, audit))]
    return [
        *sealing,
        Timer("forget_answers", timedelta(hours=1), forget),
        Timer("check_invariants", timedelta(minutes=settings.invariants_every_minutes), look),
    ]
