"""What a service that calls others back is made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from prometheus_client import Gauge

from shared.clock import system_now
from shared.crypto import FieldCipher
from shared.db import Database
from shared.signatures import SigningKeys
from shared.timers import Timer
from shared.webhooks import deliveries
from shared.webhooks.addresses import Addresses
from shared.webhooks.runner import DeliveryRunner, Pace

_COUNTED: Final = Gauge("sukjai_webhook_deliveries", "Deliveries that wait, and dead ones", ["service", "status"])
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Webhooks:
    """The rules and keys of one service. `cipher` is what bodies wait under; `purposes` names what an endpoint can be registered for over HTTP, and its meaning."""

    addresses: Addresses
    signing: SigningKeys
    cipher: FieldCipher
    pace: Pace
    kept: timedelta
    purposes: Mapping[str, str] = field(default_factory=dict)

    def runner(self, service: str, database: Database) -> DeliveryRunner:
        """What sends the service's deliveries."""
        return DeliveryRunner(service, database, self.addresses, self.signing, self.cipher, self.pace)

    def timers(self, service: str, database: Database) -> list[Timer]:
        """Forget ended deliveries; count the others."""
        return [
            Timer("forget_deliveries", timedelta(hours=1), partial(self._forget, service, database)),
            Timer("count_deliveries", timedelta(minutes=1), partial(_count, service, database)),
        ]

    async def _forget(self, service: str, database: Database) -> None:
        async with database.transaction() as tx:
            forgotten = await deliveries.forget(tx, system_now() - self.kept)
        if forgotten:
            _log.info("webhook.forgotten", service=service, deliveries=forgotten)


async def _count(service: str, database: Database) -> None:
    async with database.reading() as tx:
        row = await tx.fetchrow(
            """SELECT (SELECT count(*) FROM webhook_delivery WHERE status = 'WAITING') AS waiting,
                      (SELECT count(*) FROM webhook_delivery WHERE status = 'DEAD') AS dead"""
        )
    for status in ("waiting", "dead"):
        _COUNTED.labels(service, status).set(row[status] if row else 0)
