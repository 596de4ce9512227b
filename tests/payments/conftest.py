"""Payments over a migrated database, without a broker: events are delivered by hand, jobs run once, the outbox is read and expanded."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from unittest import mock

import httpx
import orjson
import pytest

from deploy.local.issuer import DevelopmentIssuer
from services.payments.app import build
from services.payments.consumers import consumers
from services.payments.invariants import INVARIANTS
from services.payments.resources import PaymentsResources
from services.payments.rules import policy_file
from services.payments.settings import Settings
from services.payments.tables import Base
from shared import invariants
from shared.auth import DEVELOPMENT_ISSUER, Level, Reach, TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.clock import BANGKOK, Clock
from shared.contracts import parse
from shared.db import Database
from shared.ids import new_id
from shared.jobs import JobRunner
from shared.service import Service
from tests.support.one_app import built
from tests.support.service_database import emptied, migrated_database, opened


def key(number):
    return base64.b64encode(bytes([number]) * 32).decode()


PAYEE_KEYS = f"p1:{key(1)}"
LOOKUP_KEY = f"l1:{key(5)}"
BANK_KEYS = f"BAAC=b1:{key(2)};GSB=b1:{key(3)};KTB=b1:{key(4)}"
SIGNING_KEYS = f"s1:{key(5)}"
SCOPES = (
    "payments.entitlements:read",
    "payments.runs:read",
    "payments.runs:propose",
    "payments.runs:approve",
    "payments.runs:release",
    "payments.runs:write",
    "payments.results:read",
    "payments.holds:read",
    "payments.holds:write",
    "payments.holds:lift",
    "payments.failed-transfers:read",
    "payments.bank-files:read",
    "payments.envelopes:read",
    "payments.envelopes:propose",
    "payments.envelopes:approve",
    "payments.batches:read",
    "payments.batches:write",
    "payments.batches:approve",
    "payments.ledger:read",
    "payments.adjustments:read",
    "payments.adjustments:propose",
    "payments.adjustments:approve",
    "payments.policies:read",
    "payments.policies:propose",
    "payments.policies:approve",
    "payments.operations:read",
)
MAKER, CHECKER = "maker", "checker"
MONTHS = [f"2018-{number:02d}" for number in range(3, 13)]
"""Benefit months of the year, each with money in its envelope."""


@dataclass
class Payments:
    """The service, a way to bring it events, callers, and what it published."""

    service: Service
    resources: PaymentsResources
    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    published: list = field(default_factory=list)

    @property
    def db(self) -> Database:
        return self.resources.db

    def play(self, day, hour=9):
        self.resources.clock.play(datetime.fromisoformat(f"{day}T{hour:02d}:00:00").replace(tzinfo=BANGKOK))

    async def bring(self, *events):
        """Deliver the events in one batch, as the consumer would."""
        async with self.db.transaction() as tx:
            await Delivery(consumers, Work(tx, self.resources)).deliver(list(events))

    def caller(self, subject=MAKER, scopes=SCOPES, reach=None):
        return {"Authorization": f"Bearer {self.issuer.issue(subject, scopes, reach or Reach.country())}"}

    def bank(self, code):
        files = tuple(f"payments.bank-files:{right}" for right in ("read", "write", "fetch"))
        scopes = ("payments.results:write", "payments.results:read", "payments.runs:read", "payments.instructions:read", *files)
        return self.caller(f"bank-{code}", scopes, Reach(Level.BANK, code))

    async def get(self, path, who=None, **query):
        return await self.client.get(path, params=query, headers=who or self.caller())

    async def post(self, path, body=None, who=None, key=None):
        headers = {**(who or self.caller()), "Idempotency-Key": key or str(new_id())}
        return await self.client.post(path, headers=headers, **({} if body is None else {"json": body}))

    async def work(self, times=1):
        """Run queued jobs, with the relay's part done: the outbox is emptied when a job waits for it."""
        runner = JobRunner(self.db, self.service.jobs, self.resources)
        for _ in range(times):
            job = await runner._claim()
            if job is None:
                return
            working = asyncio.create_task(runner._work(job))
            while not working.done():
                await asyncio.wait({working}, timeout=0.02)
                await self.relay()
            await working

    async def timer(self, name):
        """What the timer does, once."""
        (timer,) = (one for one in self.service.timers if one.name == name)
        await timer.work()

    async def relay(self):
        """Publish what waits, as the relay would: to `published`, each message as (topic, event)."""
        async with self.db.transaction() as tx:
            rows = await tx.fetch("DELETE FROM outbox RETURNING seq, topic, payload, expander, chunk")
            for row in sorted(rows, key=lambda one: one["seq"]):
                if row["expander"]:
                    messages = await self.service.expanders[row["expander"]](tx, row["chunk"])
                    again = await self.service.expanders[row["expander"]](tx, row["chunk"])
                    assert [orjson.loads(m[2])["id"] for m in messages] == [orjson.loads(m[2])["id"] for m in again]
                    self.published += [(topic, parse(value, topic=topic)) for topic, _, value in messages]
                else:
                    self.published.append((row["topic"], parse(row["payload"], topic=row["topic"])))

    async def events(self, model=None, holder_id=None):
        """Events published so far, of one model and one person if named."""
        await self.relay()
        return [
            event
            for _, event in self.published
            if (model is None or isinstance(event.data, model)) and (holder_id is None or event.subject == str(holder_id))
        ]

    async def open_envelopes(self, months, satang=100_000_000_00, source="WELFARE_FUND"):
        """One person proposes the money of the months, another approves."""
        envelopes = [{"source": source, "month": month, "amount_satang": satang} for month in months]
        body = {"kind": "OPENING", "envelopes": envelopes, "reason": "for tests", "document": "1/2561"}
        proposed = await self.post("/v1/envelope-proposals", body)
        assert proposed.status_code == 201, proposed.text
        path = f"/v1/envelope-proposals/{proposed.json()['proposal_id']}/approval"
        approved = await self.post(path, {"reason": "checked"}, self.caller(CHECKER))
        assert approved.status_code == 200, approved.text

    async def run(self, month, *, day=None):
        """Propose, approve and release a run; returns it as INSTRUCTED."""
        self.play(day or f"{month}-20")
        answer = await self.post("/v1/runs", {"month": month})
        assert answer.status_code == 202, answer.text
        run_id = answer.json()["run_id"]
        await self.work()
        run = (await self.get(f"/v1/runs/{run_id}")).json()
        assert run["status"] == "PROPOSED"
        approved = await self.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, self.caller(CHECKER))
        assert approved.status_code == 200, approved.text
        released = await self.post(f"/v1/runs/{run_id}/release", None, self.caller(CHECKER))
        assert released.status_code == 202, released.text
        await self.work()
        return (await self.get(f"/v1/runs/{run_id}")).json()

    async def close(self, run_id):
        return await self.post(f"/v1/runs/{run_id}/close", None, self.caller(CHECKER))

    async def entitlement(self, holder_id):
        items = (await self.get("/v1/entitlements", holder_id=str(holder_id))).json()["items"]
        return items[0] if items else None

    async def payments(self, holder_id):
        entitlement = await self.entitlement(holder_id)
        return (await self.get(f"/v1/entitlements/{entitlement['entitlement_id']}/payments")).json()

    async def states(self, holder_id):
        """State of each benefit month: {"2018-03": "SETTLED", …}."""
        return {one["month"]: one["state"] for one in (await self.payments(holder_id))["obligations"]}

    async def balances(self):
        accounts = (await self.get("/v1/ledger/trial-balance")).json()["accounts"]
        return {account["account"]: account["balance_satang"] for account in accounts}

    async def broken_invariants(self):
        async with self.db.reading() as tx:
            return [(violation.name, violation.examples) for violation in await invariants.check(tx, INVARIANTS)]


@pytest.fixture(scope="session", autouse=True)
def policies_read_once():
    """The files do not change while tests run, and to read one takes longer than many tests do."""
    with mock.patch.object(policy_file, "load", cache(policy_file.load)):
        yield


@pytest.fixture(scope="session")
async def payments_dsns(postgres):
    """DSNs of the owner and the app role on a migrated database."""
    async with migrated_database(postgres, "payments") as dsns:
        yield dsns


def settings_of(dsn, profile="amended"):
    return Settings(
        environment="development",
        database_dsn=dsn,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url="http://127.0.0.1:1",
        lookup_key=LOOKUP_KEY,
        payee_keys=PAYEE_KEYS,
        bank_keys=BANK_KEYS,
        signing_keys=SIGNING_KEYS,
        policy_profile=profile,
    )


async def empty(owner_dsn):
    floor = {"outbox", "inbox", "consumer_position", "parked", "dead_letter", "idempotency", "job", "signed_request", "approval"}
    tables = {table.name for table in Base.metadata.sorted_tables} - {"obligations_made", "programme"}
    made = "UPDATE obligations_made SET generation = 1, through_month = NULL"
    await emptied(owner_dsn, floor | tables, then=f"{made}; DELETE FROM programme WHERE agency IS NOT NULL")


async def started(dsns, profile="amended") -> AsyncIterator[Payments]:
    owner, app = dsns
    await empty(owner)
    issuer = DevelopmentIssuer()
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
    async with opened(app, "payments") as db:
        service = built(build, settings_of(app, profile), db, Clock(), verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://payments") as client:
            payments = Payments(service, service.resources, client, issuer)
            payments.play("2018-01-15")
            await service.on_start()
            await payments.open_envelopes(MONTHS)
            yield payments
            assert await payments.broken_invariants() == []


@pytest.fixture
async def payments(payments_dsns) -> AsyncIterator[Payments]:
    """The service on empty tables under `amended`; after each test every invariant must hold."""
    async for one in started(payments_dsns):
        yield one


@pytest.fixture
async def circular(payments_dsns) -> AsyncIterator[Payments]:
    """As `payments`, under `circular`."""
    async for one in started(payments_dsns, "circular"):
        yield one
