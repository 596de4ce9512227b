"""Frozen reports derived again from the topics, on a real broker, up to the position of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from services.reporting.commands import derivation
from services.reporting.consumers import consumers
from services.reporting.jobs import jobs_of
from shared.auth import Level, Reach
from shared.bus.consumers import ConsumerRunner
from shared.bus.kafka import KafkaSettings
from shared.jobs import JobRunner
from tests.reporting.conftest import Reporting
from tests.reporting.story import the_year
from tests.support.fresh_topics import drop_topics, fresh_topics

POLL_SECONDS = 0.05


@dataclass
class Streaming:
    """Reporting on topics of its own."""

    reporting: Reporting
    kafka: KafkaSettings

    async def tell(self, events):
        producer = self.kafka.producer()
        await producer.start()
        try:
            for event in events:
                await producer.send(event.topic, event.to_bytes(), key=event.subject.encode())
            await producer.flush()
        finally:
            await producer.stop()

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[ConsumerRunner]:
        runner = ConsumerRunner(consumers, self.reporting.db, self.kafka, None)
        async with _at_work(runner.run()):
            yield runner

    @asynccontextmanager
    async def deriving(self) -> AsyncIterator[None]:
        async with _at_work(JobRunner(self.reporting.db, jobs_of(consumers), self.reporting.service.resources).run()):
            yield

    async def take(self, **body):
        answer = await self.reporting.post("/v1/snapshots", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def ask(self, snapshot):
        answer = await self.reporting.post(f"/v1/snapshots/{snapshot['snapshot_id']}/rederivations")
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"]

    async def result(self, location, until=lambda found: found["status"] in {"DONE", "FAILED"}):
        while True:
            found = (await self.reporting.get(location)).json()
            if until(found):
                return found
            await asyncio.sleep(POLL_SECONDS)

    async def schemas(self):
        async with self.reporting.db.reading() as tx:
            return [row["nspname"] for row in await tx.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'derived%'")]


@asynccontextmanager
async def _at_work(work):
    task = asyncio.create_task(work)
    try:
        yield
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def streaming(reporting, broker):
    await fresh_topics(broker.bootstrap)
    resources = reporting.service.resources
    resources.settings = resources.settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
    return Streaming(reporting, resources.kafka)


async def test_snapshot_while_events_stream_agrees_with_the_events_up_to_its_position(streaming, monkeypatch):
    events = the_year()
    async with streaming.consuming() as runner:
        await streaming.tell(events[:20])
        while not runner.assigned_once or await runner.lag():
            await asyncio.sleep(POLL_SECONDS)
        taken = [await streaming.take(report="year", meeting="คอต.")]
        telling = asyncio.create_task(streaming.tell(events[20:]))
        while not telling.done() or await runner.lag():
            taken.append(await streaming.take(report="caseload" if len(taken) % 2 else "year", meeting="คอต."))
        await telling
        taken.append(await streaming.take(report="year", meeting="คอต."))
    shown = [(await streaming.reporting.get(f"/v1/snapshots/{one['snapshot_id']}")).json()["content"] for one in taken]
    behind = [sum(sum(parts.values()) for parts in one["position"]["topics"].values()) for one in shown]
    assert behind == sorted(behind)
    assert behind[0] < behind[-1]
    assert not (await streaming.reporting.post(f"/v1/snapshots/{taken[0]['snapshot_id']}/verification")).json()["agreement"][
        "figures_agree"
    ]

    # The work is cut off half-way, and whoever comes next goes on with its tables.
    monkeypatch.setattr(derivation, "RECORDS_AT_ONCE_MAX", 2)
    asked = [await streaming.ask(one) for one in (taken[-1], taken[len(taken) // 2])]
    async with streaming.deriving():
        half = await streaming.result(asked[0], lambda found: found["offsets"] > 0)
    assert half["outcome"] is None
    assert len(await streaming.schemas()) == 1
    monkeypatch.undo()
    async with streaming.deriving():
        found = [await streaming.result(location) for location in asked]
    assert [(one["status"], one["outcome"], one["differences"], one["gone"]) for one in found] == [("DONE", "AGREES", [], [])] * 2
    assert found[0]["offsets"] == found[0]["offsets_in_all"] == behind[-1]
    assert await streaming.schemas() == []


async def test_a_forged_figure_is_named_and_topics_that_lost_their_events_prove_nothing(streaming):
    reporting = streaming.reporting
    await streaming.tell(the_year())
    async with streaming.consuming() as runner:
        while not runner.assigned_once or await runner.lag():
            await asyncio.sleep(POLL_SECONDS)
    snapshots = [await streaming.take(report="age-income") for _ in range(2)]
    forge = "UPDATE snapshot SET content = jsonb_set(content::jsonb, $2::text[], $3::text::jsonb)::text WHERE seq = $1"
    for one in snapshots:
        await reporting.as_owner(forge, one["seq"], ["figures", "persons"], "9")
    # As if a newer version of an officer had taken the place of the one of then.
    await reporting.as_owner(forge, snapshots[1]["seq"], ["position", "copies", "officer"], "[2, 3]")
    async with streaming.deriving():
        found = [await streaming.result(await streaming.ask(one)) for one in snapshots]
        await drop_topics(streaming.kafka.bootstrap_servers)
        gone = await streaming.result(await streaming.ask(snapshots[0]))
    assert [(one["outcome"], one["differences"]) for one in found] == [
        ("DIFFERS", ["persons"]),
        ("EVENTS_GONE", ["persons"]),
    ]
    assert [one["topic"] for one in found[1]["gone"]] == ["interview.officers.v1"]
    assert gone["outcome"] == "EVENTS_GONE"
    assert "registry.card-holder-history.v1" in {one["topic"] for one in gone["gone"]}
    assert await streaming.schemas() == []

    krabi = Reach(Level.PROVINCE, "81")
    path = f"/v1/snapshots/{snapshots[0]['snapshot_id']}/rederivations"
    assert (await reporting.post(path, reach=krabi)).status_code == 404
    assert (await reporting.post(path, scopes=["reporting.snapshots:read"])).status_code == 403
    await reporting.as_owner("UPDATE snapshot SET content = (content::jsonb - 'position')::text WHERE seq = $1", snapshots[0]["seq"])
    assert (await reporting.post(path)).json()["type"] == "urn:sukjai:problem:snapshot-without-position"
