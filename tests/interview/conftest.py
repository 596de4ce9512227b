"""Interview over a migrated database, without a broker: events are delivered by hand, the outbox is read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import httpx
import pytest

from deploy.local.issuer import DevelopmentIssuer
from services.interview.app import build
from services.interview.consumers import consumers
from services.interview.invariants import INVARIANTS
from services.interview.settings import Settings
from services.interview.tables import Base
from shared import invariants, jobs
from shared.auth import DEVELOPMENT_ISSUER, Level, Reach, TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.clock import Clock, noon
from shared.contracts import parse
from shared.db import Database
from shared.ids import new_id
from shared.jobs import JobRunner
from shared.service import Service
from tests.interview import world
from tests.support.one_app import built
from tests.support.service_database import emptied, migrated_database, opened

_BASIC = (
    "officers",
    "teams",
    "rosters",
    "places",
    "intents",
    "visits",
    "assignments",
    "cases",
    "interviews",
    "follow-ups",
    "decisions",
    "appeals",
    "forms",
    "devices",
    "sync",
    "supervision",
    "spot-checks",
    "queues",
    "closings",
)
ALL = tuple(f"interview.{noun}:{right}" for noun in _BASIC for right in ("read", "write"))
_DUTIES = (
    "complaints:read",
    "complaints:write",
    "complaints:decide",
    "guidelines:write",
    "guidelines:acknowledge",
    "team-variants:write",
    "preparations:write",
    "agency-tasks:write",
    "agency-tasks:answer",
    "committees:write",
    "releases:write",
    "releases:receive",
)
CHIEF = (*ALL, "interview.intents:approve", "interview.closings:reopen", *(f"interview.{scope}" for scope in _DUTIES))


@dataclass
class Interview:
    """The service, a way to bring it events, a calendar, and callers."""

    service: Service
    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    _tokens: dict = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.service.resources.db

    def on(self, day):
        """Play the day (ISO)."""
        self.service.resources.clock.play(noon(date.fromisoformat(day)))

    async def bring(self, *events):
        """Deliver the events in one batch, as the consumer would."""
        async with self.db.transaction() as tx:
            await Delivery(consumers, Work(tx, self.service.resources)).deliver(list(events))

    async def people(self, count=1, **more):
        """That many registered card holders; returns their registrations."""
        events = [world.holder(**more) for _ in range(count)]
        await self.bring(*events)
        return events

    def caller(self, level=Level.DISTRICT, code="8101", scopes=ALL, name=None):
        key = (level, code, scopes, name)
        if key not in self._tokens:
            reach = Reach(level, str(code))
            officer_id = UUID(str(code)) if level is Level.OFFICER else None
            self._tokens[key] = self.issuer.issue(name or f"{level}-{code}", scopes, reach, officer_id)
        return {"Authorization": f"Bearer {self._tokens[key]}"}

    def chief(self, district="8101"):
        return self.caller(code=district, scopes=CHIEF, name=f"chief-{district}")

    def ao(self, officer_id):
        return self.caller(Level.OFFICER, str(officer_id))

    def committee(self, province="81"):
        return self.caller(Level.PROVINCE, province)

    async def get(self, path, who=None, **query):
        return await self.client.get(path, params=query or None, headers=who or self.caller())

    async def post(self, path, body=None, who=None, *, key=None, headers=None):
        sent = {**(who or self.caller()), "Idempotency-Key": key or str(new_id()), **(headers or {})}
        return await self.client.post(path, headers=sent, **({} if body is None else {"json": body}))

    async def made(self, path, body=None, who=None):
        """The answer to a POST that must succeed."""
        answer = await self.post(path, body, who)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def officer(self, employer="BAAC", district="8101"):
        body = {"district": district, "employer": employer, "staff_no": str(new_id())}
        return (await self.made("/v1/officers", body, self.chief(district)))["officer_id"]

    async def case(self, holder_id, who=None):
        """The case of a holder, with everything about it; None where there is none."""
        found = (await self.get("/v1/cases", who or self.caller(Level.COUNTRY, ""), holder_id=str(holder_id))).json()["items"]
        return (await self.get(f"/v1/cases/{found[0]['case_id']}", who or self.caller(Level.COUNTRY, ""))).json() if found else None

    async def state_of(self, holder_id):
        found = await self.case(holder_id)
        return found and found["state"]

    async def outbox(self, *names, subject=None):
        """The events that wait to be published, oldest first; of these names only, and of one person."""
        async with self.db.reading() as tx:
            rows = await tx.fetch("SELECT topic, payload FROM outbox ORDER BY seq")
        events = [parse(row["payload"], topic=row["topic"]) for row in rows]
        return [
            event
            for event in events
            if (not names or event.type.split(".")[1] in names) and (subject is None or event.subject == str(subject))
        ]

    async def published(self, subject):
        """The names of the events about one person, oldest first."""
        return [event.type.split(".")[1] for event in await self.outbox(subject=subject)]

    async def run_jobs(self):
        """Run what is queued; returns the results."""
        runner, results = JobRunner(self.db, self.service.jobs, self.service.resources), []
        while (job := await runner._claim()) is not None:
            await runner._work(job)
            async with self.db.reading() as tx:
                results.append((await jobs.state(tx, job.id)).result)
        return results

    async def state(self):
        """Every row of every table, without numbers that only count and moments of writing."""
        found = {}
        async with self.db.reading() as tx:
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in await tx.fetch(f"SELECT * FROM {table.name}")]
                found[table.name] = sorted(str({name: value for name, value in row.items() if name not in {"seq", "at"}}) for row in rows)
            found["outbox"] = sorted(str(row["event_id"]) for row in await tx.fetch("SELECT event_id FROM outbox"))
            found["parked"] = [dict(row) for row in await tx.fetch("SELECT key, waits_for FROM parked ORDER BY key")]
        return found

    async def broken_invariants(self):
        async with self.db.reading() as tx:
            return [(violation.name, violation.examples) for violation in await invariants.check(tx, INVARIANTS)]


@pytest.fixture(scope="session")
async def interview_dsns(postgres):
    """DSNs of the owner and the app role on a migrated database."""
    async with migrated_database(postgres, "interview") as dsns:
        yield dsns


@pytest.fixture
async def interview(interview_dsns) -> AsyncIterator[Interview]:
    """The service on empty tables with policy and one programme, on 14 February; after each test every invariant must hold."""
    owner, app = interview_dsns
    await empty(owner)
    issuer = DevelopmentIssuer()
    settings = Settings(
        environment="development",
        database_dsn=app,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url="http://127.0.0.1:1",
        lookup_key=world.LOOKUP_KEY,
        field_keys=world.FIELD_KEYS,
        audit_keys=world.AUDIT_KEYS,
        assessment_keys=world.ASSESSMENT_KEYS,
        signing_keys=world.SIGNING_KEYS,
    )
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
    async with opened(app, "interview") as db:
        service = built(build, settings, db, Clock(), verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://interview") as client:
            told = Interview(service, client, issuer)
            told.on("2018-02-14")
            await told.bring(world.policy(), world.programme())
            yield told
            assert await told.broken_invariants() == []


async def empty(owner: str) -> None:
    floor = {"outbox", "inbox", "parked", "idempotency", "job", "audit_entry", "audit_unsealed", "audit_seal", "approval"}
    await emptied(owner, floor | {table.name for table in Base.metadata.sorted_tables})
