"""Reporting over a migrated database, without a broker: events are delivered by hand, the outbox is read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import orjson
import pytest

from deploy.local.issuer import DevelopmentIssuer
from services.reporting.app import SCOPES, build
from services.reporting.commands.counting import count_all
from services.reporting.consumers import consumers
from services.reporting.invariants import INVARIANTS
from services.reporting.settings import Settings
from services.reporting.tables import metadata
from shared import invariants
from shared.auth import DEVELOPMENT_ISSUER, Reach, TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.clock import Clock
from shared.db import Database
from shared.ids import new_id
from tests.support.one_app import built
from tests.support.service_database import emptied, migrated_database, opened

NOW = datetime(2018, 10, 1, 5, tzinfo=UTC)


@dataclass
class Reporting:
    """The service, a way to bring it events, and a caller."""

    db: Database
    owner_dsn: str
    client: httpx.AsyncClient
    issuer: DevelopmentIssuer

    async def bring(self, *events):
        """Deliver the events in one batch, as the consumer would, and count them."""
        await self.deliver(*events)
        await count_all(self.db)

    async def deliver(self, *events):
        """Deliver the events, and count nothing yet."""
        async with self.db.transaction() as tx:
            await Delivery(consumers, Work(tx, None)).deliver(list(events))

    def token(self, reach=None, scopes=tuple(SCOPES)):
        return {"Authorization": f"Bearer {self.issuer.issue('mof', scopes, reach or Reach.country())}"}

    async def get(self, path, reach=None, scopes=tuple(SCOPES), **query):
        return await self.client.get(path, params=query, headers=self.token(reach, scopes))

    async def figures(self, report, reach=None, **query):
        answer = await self.get(f"/v1/reports/{report}", reach, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["figures"]

    async def post(self, path, body=None, reach=None, key=None, scopes=tuple(SCOPES)):
        headers = {**self.token(reach, scopes), "Idempotency-Key": key or str(new_id())}
        return await self.client.post(path, json=body, headers=headers)

    async def empty(self):
        """Take every row out, as only the owner can."""
        await emptied(self.owner_dsn, {"outbox", "idempotency"} | {table.name for table in metadata.sorted_tables})

    async def as_owner(self, sql, *args):
        async with opened(self.owner_dsn, "owner") as owner, owner.transaction() as tx:
            await tx.execute(sql, *args)

    async def state(self):
        """Every row of every projection, in order."""
        found = {}
        async with self.db.reading() as tx:
            for table in metadata.sorted_tables:
                rows = await tx.fetch(f"SELECT * FROM {table.name}")
                found[table.name] = sorted(str(dict(row)) for row in rows)
        return found

    async def outbox(self):
        async with self.db.reading() as tx:
            return [orjson.loads(row["payload"]) for row in await tx.fetch("SELECT payload FROM outbox ORDER BY seq")]

    async def broken_invariants(self):
        async with self.db.reading() as tx:
            return [violation.name for violation in await invariants.check(tx, INVARIANTS)]


@pytest.fixture(scope="session")
async def reporting_dsns(postgres):
    """DSNs of the owner and the app role on a migrated database."""
    async with migrated_database(postgres, "reporting") as dsns:
        yield dsns


@pytest.fixture
async def reporting(reporting_dsns) -> AsyncIterator[Reporting]:
    """The service on empty tables."""
    owner, app = reporting_dsns
    issuer = DevelopmentIssuer()
    clock = Clock()
    clock.play(NOW)
    settings = Settings(
        environment="development",
        database_dsn=app,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url="http://127.0.0.1:1",
    )
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
    async with opened(app, "reporting") as db:
        service = built(build, settings, db, clock, verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://reporting") as client:
            started = Reporting(db, owner, client, issuer)
            await started.empty()
            yield started
