"""The registry over a migrated database, without a broker: events are delivered by hand, jobs are run by hand, the outbox is read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest

from deploy.local.issuer import DevelopmentIssuer
from services.registry.app import build
from services.registry.http.scopes import SCOPES
from services.registry.settings import Settings
from services.registry.tables import Base
from services.registry.vault import Vault
from shared import invariants
from shared.auth import DEVELOPMENT_ISSUER, Reach, TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.bus.ready import ReadyBatch
from shared.bus.relay import READY
from shared.clock import Clock
from shared.db import Database
from shared.db.floor import FLOOR_TABLES
from shared.ids import new_id
from shared.jobs import JobRunner
from shared.service import Service
from tests.registry.facts import KEYS, NOW, policy_event
from tests.registry.people import citizen_id, file_of, line
from tests.support.one_app import built
from tests.support.service_database import emptied, migrated_database, opened

COUNTRY = Reach.country()


@dataclass
class Registry:
    """The service, ways to bring it files and events, and a caller."""

    service: Service
    db: Database
    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    folder: Path

    @property
    def vault(self) -> Vault:
        return self.service.resources.vault

    async def bring(self, *events):
        """Deliver the events in one batch, as the consumer would."""
        async with self.db.transaction() as tx:
            await Delivery(self.service.consumers, Work(tx, self.service.resources)).deliver(list(events))

    async def run_jobs(self):
        """Run the queued jobs to their ends."""
        runner = asyncio.create_task(JobRunner(self.db, self.service.jobs, self.service.resources).run())
        with contextlib.suppress(asyncio.CancelledError):
            while await self.value("SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')"):
                if runner.done():
                    runner.result()
                await asyncio.sleep(0.02)
            runner.cancel()
            await runner

    async def import_file(self, path):
        """Import a file of the folder; returns the import as callers see it."""
        answer = await self.post("/v1/imports", {"path": path})
        assert answer.status_code == 202, answer.text
        await self.run_jobs()
        return (await self.get(f"/v1/imports/{answer.json()['import_id']}")).json()

    def write(self, name, text):
        """Put a file into the import folder."""
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def token(self, reach=COUNTRY, scopes=tuple(SCOPES), who="tester"):
        return {"Authorization": f"Bearer {self.issuer.issue(who, scopes, reach)}"}

    async def get(self, path, reach=COUNTRY, scopes=tuple(SCOPES), **query):
        return await self.client.get(path, params=query or None, headers=self.token(reach, scopes))

    async def post(self, path, body, reach=COUNTRY, scopes=tuple(SCOPES), **headers):
        headers = {"Idempotency-Key": str(new_id()), **self.token(reach, scopes), **headers}
        return await self.client.post(path, json=body, headers=headers)

    async def approve_deaths(self):
        """Another person, who reaches everybody, approves every death that waits."""
        waiting = (await self.get("/v1/change-requests", kind="DEATH", status="PROPOSED")).json()["items"]
        token = {"Authorization": f"Bearer {self.issuer.issue('checker', ('registry.changes:approve',), COUNTRY)}"}
        for request in waiting:
            path = f"/v1/change-requests/{request['request_id']}/approval"
            answer = await self.client.post(path, json={"reason": "ตรวจแล้ว"}, headers=token)
            assert answer.status_code == 200, answer.text

    async def fetch(self, sql, *args):
        async with self.db.reading() as tx:
            return await tx.fetch(sql, *args)

    async def value(self, sql, *args):
        async with self.db.reading() as tx:
            return await tx.fetchval(sql, *args)

    async def state(self):
        """Every row of what the registry holds, in order; without sealed values, which differ at each sealing."""
        plain = "SELECT to_jsonb(h) - ARRAY['private_sealed', 'house_no_sealed']"
        holders = await self.fetch(f"{plain} AS row FROM card_holder h ORDER BY holder_id")
        history = await self.fetch("SELECT to_jsonb(h) AS row FROM card_holder_history h ORDER BY holder_id, version")
        return [row["row"] for row in (*holders, *history)]

    async def published(self):
        """The messages that wait to be published, bulk chunks expanded: (topic, key, envelope) in their order."""
        found = []
        async with self.db.reading() as tx:
            for row in await tx.fetch("SELECT topic, key, payload, expander, chunk FROM outbox ORDER BY seq"):
                if row["expander"]:
                    chunk = row["chunk"] if row["payload"] is None else row["chunk"] | {READY: row["payload"]}
                    messages = await self.service.expanders[row["expander"]](tx, chunk)
                    messages = [
                        single for message in messages for single in (message.messages() if isinstance(message, ReadyBatch) else [message])
                    ]
                else:
                    messages = [(row["topic"], row["key"], row["payload"])]
                found += [(topic, key, orjson.loads(value)) for topic, key, value in messages]
        return found

    async def holder_of(self, citizen_id):
        """The holder with this citizen id, masked."""
        answer = await self.post("/v1/card-holders/look-up", {"citizen_id": citizen_id})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def assert_sound(self):
        async with self.db.reading() as tx:
            assert await invariants.check(tx, self.service.invariants) == []


@pytest.fixture(scope="session")
async def registry_dsns(postgres):
    """DSNs of the owner and the app role on a migrated database."""
    async with migrated_database(postgres, "registry") as dsns:
        yield dsns


async def empty(owner):
    """Empty every table."""
    tables = {table.fullname for table in Base.metadata.sorted_tables} - {"late_index"} | FLOOR_TABLES - {
        "database_epoch",
        "signed_request",
    }
    # The late indexes are those of a test that killed a first load.
    await emptied(owner, tables, then="SELECT build_late_indexes(false)")


@pytest.fixture
async def registry(registry_dsns, tmp_path) -> AsyncIterator[Registry]:
    """The service on empty tables, with a policy."""
    owner, app = registry_dsns
    await empty(owner)
    issuer = DevelopmentIssuer()
    clock = Clock()
    clock.play(NOW)
    settings = Settings(
        environment="development",
        database_dsn=app,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url="http://127.0.0.1:1",
        import_folder=tmp_path / "files",
        export_folder=tmp_path / "exports",
        import_workers=0,
        webhook_hosts="127.0.0.1,localhost,hooks.example.go.th",
        webhook_attempts_max=2,
        webhook_first_wait_ms=0,
        webhook_answer_ms_max=600_000,
        import_share_percent_max=100,
        **KEYS,
    )
    settings.import_folder.mkdir()
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
    async with opened(app, "registry") as db:
        service = built(build, settings, db, clock, verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://registry") as client:
            registry = Registry(service, db, client, issuer, settings.import_folder)
            await registry.bring(policy_event())
            yield registry


@pytest.fixture
async def people(registry):
    """Four persons of Mueang Krabi (8101), two of Phra Nakhon (1001); returns their holder ids by number."""
    registry.write(
        "r.csv",
        file_of(
            line(1, first_name="เกษม"),
            line(2, first_name="กานดา", income_2559_baht="30000.01"),
            line(3, first_name="ขวัญ", birth_date="1950-01-01"),
            line(4, first_name="สุดา", birth_date="1950-01-01", income_2559_baht="90000"),
            line(5, subdistrict_code="100101", account_no="", phone="", house_no=""),
            line(6, subdistrict_code="100102"),
        ),
    )
    await registry.import_file("r.csv")
    return {number: (await registry.holder_of(citizen_id(number)))["holder_id"] for number in range(1, 7)}
