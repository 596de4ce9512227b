"""The timers of services: forget old answers, look whether the invariants hold, and seal the audit where there is one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from prometheus_client import Gauge

from shared import invariants as standing
from shared.audit import AuditKeys, seal_waiting
from shared.clock import system_now
from shared.http import forget_answers
from shared.invariants import Invariant
from shared.service.resources import Resources
from shared.timers import Timer

REST_TIMES: Final = 20
"""A look at the invariants takes at most one part in so many of the time: over a whole country it is minutes of a processor."""

_log = structlog.get_logger(__name__)
_broken = Gauge("sukjai_invariant_violations", "Rows that break a standing invariant, at the last look", ["service", "invariant"])


def standing_timers(resources: Resources, invariants: Sequence[Invariant], audit: AuditKeys | None = None) -> list[Timer]:
    """The timers of a service over its resources, by its settings; with `audit` its audit is sealed every second."""
    settings = resources.settings
    rest_until: datetime | None = None

    async def forget() -> None:
        async with resources.db.transaction() as tx:
            forgotten = await forget_answers(tx, system_now() - timedelta(days=settings.answers_kept_days))
        if forgotten:
            _log.info("idempotency.forgotten", service=settings.service_name, answers=forgotten)

    async def look() -> None:
        nonlocal rest_until
        began = system_now()
        if rest_until is not None and began < rest_until:
            return
        async with resources.db.reading() as tx:
            violations = {one.name: one for one in await standing.check(tx, invariants)}
        for invariant in invariants:
            found = violations.get(invariant.name)
            _broken.labels(settings.service_name, invariant.name).set(found.rows if found else 0)
            if found:
                _log.error("invariant.broken", service=settings.service_name, invariant=found.name, rows=found.rows, why=found.why)
        ended = system_now()
        rest = (ended - began) * REST_TIMES
        rest_until = ended + rest if rest > timedelta(minutes=settings.invariants_every_minutes) else None

    async def seal(keys: AuditKeys) -> None:
        await seal_waiting(resources.db, keys, service=settings.service_name)

    sealing = [] if audit is None else [Timer("seal_audit", timedelta(seconds=1), partial(seal, audit))]
    return [
        *sealing,
        Timer("forget_answers", timedelta(hours=1), forget),
        Timer("check_invariants", timedelta(minutes=settings.invariants_every_minutes), look),
    ]
