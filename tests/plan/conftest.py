"""Plan over a migrated database, without a broker: events are delivered by hand, the outbox is read."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import httpx
import orjson
import pytest

from deploy.local.issuer import DevelopmentIssuer
from services.plan.app import build
from services.plan.consumers import consumers
from services.plan.http.asking import SCOPES
from services.plan.invariants import INVARIANTS
from services.plan.resources import PlanResources
from services.plan.settings import Settings
from services.plan.tables import Base
from shared import invariants, jobs
from shared.auth import DEVELOPMENT_ISSUER, Level, Reach, TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.clock import Clock, noon
from shared.db import Database
from shared.ids import new_id
from shared.jobs import JobRunner
from shared.service import Service
from tests.plan import story
from tests.support.one_app import built
from tests.support.service_database import emptied, migrated_database, opened

ASSESSMENT_KEYS = f"a1:{base64.b64encode(bytes(32)).decode()}"
LOOKUP_KEY = f"k1:{base64.b64encode(bytes([5]) * 32).decode()}"
BANK_KEYS = ";".join(f"{bank}=b1:{base64.b64encode(bytes([number]) * 32).decode()}" for number, bank in enumerate(("BAAC", "GSB", "KTB")))
AGENCY_KEYS = ";".join(
    f"{agency}=g1:{base64.b64encode(bytes([40 + number]) * 32).decode()}" for number, agency in enumerate(("DSD", "DOE"))
)
SIGNING_KEYS = f"s1:{base64.b64encode(bytes([7]) * 32).decode()}"
AUDIT_KEYS = f"a1:{base64.b64encode(b'a' * 32).decode()}"
FIELD_KEYS = f"f1:{base64.b64encode(b'f' * 32).decode()}"
AO = (
    "plan.plans:read",
    "plan.plans:write",
    "plan.recommendations:read",
    "plan.programmes:read",
    "plan.referrals:read",
    "plan.specialist-reviews:read",
    "plan.specialist-reviews:ask",
    "plan.waiting-lists:read",
)
AGENCY = (
    "plan.packets:read",
    "plan.referrals:read",
    "plan.referrals:accept",
    "plan.outcomes:write",
    "plan.programmes:read",
    "plan.programmes:write",
    "plan.offerings:write",
    "plan.connections:read",
    "plan.webhooks:read",
    "plan.webhooks:write",
)

_COUNTS_AND_CLOCKS = {"number", "changed_at"}


@dataclass
class Plan:
    """The service, a way to bring it events, and callers."""

    service: Service
    resources: PlanResources
    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    owner_dsn: str

    @property
    def db(self) -> Database:
        return self.resources.db

    def on(self, day):
        """Play the day (ISO)."""
        self.resources.clock.play(noon(date.fromisoformat(day)))

    async def empty(self):
        """Empty every table, the catalogue too."""
        floor = {"outbox", "inbox", "parked", "idempotency", "approval", "audit_entry", "audit_unsealed", "audit_seal", "job"}
        floor |= {"webhook_endpoint", "webhook_delivery", "webhook_attempt"}
        await emptied(self.owner_dsn, floor | {table.name for table in Base.metadata.sorted_tables})

    async def bring(self, *events):
        """Deliver the events in one batch, as the consumer would."""
        async with self.db.transaction() as tx:
            await Delivery(consumers, Work(tx, self.resources)).deliver(list(events))

    def officer(self, officer_id=story.OFFICER):
        token = self.issuer.issue(f"ao-{officer_id}", AO, Reach(Level.OFFICER, str(officer_id)), officer_id)
        return {"Authorization": f"Bearer {token}"}

    def agency(self, code):
        return {"Authorization": f"Bearer {self.issuer.issue(f'agency-{code}', AGENCY, Reach(Level.AGENCY, code), employer=code)}"}

    def employer(self, tax_id, scopes):
        return {"Authorization": f"Bearer {self.issuer.issue(f'employer-{tax_id}', scopes, Reach(Level.EMPLOYER, tax_id))}"}

    def caller(self, reach=None, scopes=tuple(SCOPES), name="someone"):
        return {"Authorization": f"Bearer {self.issuer.issue(name, scopes, reach or Reach.country())}"}

    async def get(self, path, who=None, **query):
        return await self.client.get(path, params=query, headers=who or self.caller())

    async def post(self, path, body, who=None, *, key=None, **more):
        headers = {**(who or self.caller()), "Idempotency-Key": key or str(new_id()), **more.pop("headers", {})}
        return await self.client.post(path, headers=headers, **({"json": body} if body is not None else {}), **more)

    async def outbox(self, name=None):
        """What was published, oldest first; `name` is the event's own."""
        async with self.db.reading() as tx:
            events = [orjson.loads(row["payload"]) for row in await tx.fetch("SELECT payload FROM outbox ORDER BY seq")]
        return [event for event in events if name is None or event["type"] == f"plan.{name}.v1"]

    async def published(self, holder_id):
        """Names of the events of one person, oldest first."""
        return [event["type"].split(".")[1] for event in await self.outbox() if event["subject"] == str(holder_id)]

    async def plan_of(self, holder_id):
        """The whole plan of a person."""
        rows = (await self.get("/v1/plans", holder_id=str(holder_id))).json()["items"]
        return (await self.get(f"/v1/plans/{rows[0]['plan_id']}")).json() if rows else None

    async def referrals_of(self, holder_id):
        return (await self.plan_of(holder_id))["referrals"]

    async def state(self):
        """Every row of every table, in order, without numbers that only count and the time of the seed."""
        found = {}
        async with self.db.reading() as tx:
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in await tx.fetch(f"SELECT * FROM {table.name}")]
                found[table.name] = sorted(
                    str({name: value for name, value in row.items() if name not in _COUNTS_AND_CLOCKS}) for row in rows
                )
            found["outbox"] = sorted(str(row["event_id"]) for row in await tx.fetch("SELECT event_id FROM outbox"))
            found["parked"] = [dict(row) for row in await tx.fetch("SELECT key, waits_for FROM parked")]
        return found

    async def run_jobs(self):
        """Run what is queued; returns the results."""
        runner, results = JobRunner(self.db, self.service.jobs, self.resources), []
        while (job := await runner._claim()) is not None:
            await runner._work(job)
            async with self.db.reading() as tx:
                results.append((await jobs.state(tx, job.id)).result)
        return results

    async def broken_invariants(self):
        async with self.db.reading() as tx:
            return [(violation.name, violation.examples) for violation in await invariants.check(tx, INVARIANTS)]


@pytest.fixture(scope="session")
async def plan_dsns(postgres):
    """DSNs of the owner and the app role on a migrated database."""
    async with migrated_database(postgres, "plan") as dsns:
        yield dsns


@pytest.fixture
async def plan(plan_dsns) -> AsyncIterator[Plan]:
    """The service on empty tables with its first catalogue; after each test every invariant must hold."""
    owner, app = plan_dsns
    issuer = DevelopmentIssuer()
    clock = Clock()
    clock.play(story.NOW)
    settings = Settings(
        environment="development",
        database_dsn=app,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url="http://127.0.0.1:1",
        assessment_keys=ASSESSMENT_KEYS,
        field_keys=FIELD_KEYS,
        lookup_key=LOOKUP_KEY,
        bank_keys=BANK_KEYS,
        agency_keys=AGENCY_KEYS,
        webhook_hosts="127.0.0.1",
        signing_keys=SIGNING_KEYS,
        audit_keys=AUDIT_KEYS,
    )
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
    async with opened(app, "plan") as db:
        service = built(build, settings, db, clock, verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://plan") as client:
            told = Plan(service, service.resources, client, issuer, owner)
            await told.empty()
            await service.on_start()
            yield told
            assert await told.broken_invariants() == []
