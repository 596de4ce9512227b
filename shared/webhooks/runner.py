"""Brings deliveries to their endpoints, in as many processes as there are."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from shared.clock import monotonic, system_now
from shared.crypto import FieldCipher, SealBroken
from shared.db import BUSY, Database
from shared.ids import same_id
from shared.jobs import AWAY_SECONDS, POLL_SECONDS
from shared.signatures import SigningKeys
from shared.webhooks import deliveries
from shared.webhooks.addresses import Addresses
from shared.webhooks.deliveries import Claimed, DeliveryStatus
from shared.webhooks.sending import DELIVERED, Sender

LEASE_ABOVE_ANSWER: Final = timedelta(seconds=20)
_ATTEMPTS: Final = Counter("sukjai_webhook_attempts", "Attempts to bring a delivery to its endpoint", ["service", "outcome"])
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often and how long: see the settings `webhook_…`."""

    attempts_max: int
    first_wait_ms: int
    wait_ms_max: int
    answer_ms_max: int
    at_once: int

    def wait(self, delivery_id: UUID, attempt: int) -> timedelta:
        """The wait after the attempt: doubled with each, and between half and the whole of that, so that many do not come back at once."""
        whole = min(self.first_wait_ms * 2 ** min(attempt - 1, 40), self.wait_ms_max)
        share = (same_id(delivery_id, attempt).int & 0xFFFF) / 0xFFFF
        return timedelta(milliseconds=whole * (1 + share) / 2)


@dataclass
class DeliveryRunner:
    """Sends what is due for ever; while the database is away, it waits. What a killed process had in hand goes out again under its id."""

    service: str
    database: Database
    addresses: Addresses
    signing: SigningKeys
    cipher: FieldCipher
    pace: Pace
    _sender: Sender = field(init=False)
    _in_hand: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def run(self) -> None:
        """Keep up to `at_once` deliveries in hand; a stop gives back those of them that are not out yet."""
        self._sender = Sender(self.addresses, self.signing, at_once=self.pace.at_once, answer_ms_max=self.pace.answer_ms_max)
        try:
            while True:
                try:
                    while len(self._in_hand) < self.pace.at_once and (claimed := await self._claim()) is not None:
                        self._in_hand.add(asyncio.create_task(self._bring(claimed)))
                except BUSY as error:
                    _log.warning("webhooks pause: the database is away, or has no room", service=self.service, error=repr(error))
                    await asyncio.sleep(AWAY_SECONDS)
                await self._until_one_is_out()
        finally:
            for task in self._in_hand:
                task.cancel()
            await asyncio.gather(*self._in_hand, return_exceptions=True)
            await self._sender.close()

    async def _until_one_is_out(self) -> None:
        """Wait for the next end, or to look again. Raises what broke a delivery: that is a bug of ours."""
        if not self._in_hand:
            await asyncio.sleep(POLL_SECONDS)
            return
        out, self._in_hand = await asyncio.wait(self._in_hand, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in out:
            task.result()

    async def _claim(self) -> Claimed | None:
        now = system_now()
        lease = timedelta(milliseconds=self.pace.answer_ms_max) + LEASE_ABOVE_ANSWER
        async with self.database.transaction() as tx:
            return await deliveries.claim(tx, now=now, lease_until=now + lease)

    async def _bring(self, claimed: Claimed) -> None:
        began = monotonic()
        try:
            outcome = await self._sender.send(claimed.opened(self.cipher), system_now())
        except SealBroken:
            # Its key was taken from the settings: with it, an operator lets the delivery out again.
            outcome = "seal-broken"
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(claimed))
            raise
        _ATTEMPTS.labels(self.service, outcome).inc()
        status = self._status(claimed, outcome)
        if status is not DeliveryStatus.DELIVERED:
            _log.warning(
                "webhook.failed",
                service=self.service,
                delivery=str(claimed.id),
                about=claimed.about,
                outcome=outcome,
                attempt=claimed.attempt,
                status=status,
            )
        try:
            async with self.database.transaction() as tx:
                await deliveries.record(
                    tx,
                    claimed,
                    outcome,
                    status=status,
                    at=system_now(),
                    took_ms=round((monotonic() - began) * 1000),
                    wait=self.pace.wait(claimed.id, claimed.attempt),
                )
        except BUSY as error:  # the lease runs out, and it goes out again
            _log.warning("a webhook's end was not stored", service=self.service, delivery=str(claimed.id), error=repr(error))

    def _status(self, claimed: Claimed, outcome: str) -> DeliveryStatus:
        if outcome == DELIVERED:
            return DeliveryStatus.DELIVERED
        return DeliveryStatus.DEAD if claimed.attempt >= self.pace.attempts_max else DeliveryStatus.WAITING

    async def _give_back(self, claimed: Claimed) -> None:
        """A clean stop leaves the delivery to whoever comes next, at once."""
        async with self.database.transaction() as tx:
            await deliveries.give_back(tx, claimed)
