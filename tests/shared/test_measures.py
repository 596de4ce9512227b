"""Figures of every service that operators watch, as a started one tells them."""

import asyncio
from types import SimpleNamespace

from prometheus_client import REGISTRY

from shared.ids import new_id
from shared.service import measures
from shared.service.measures import Measures

SERVICE = "measured"


def figure(name):
    return REGISTRY.get_sample_value(f"sukjai_{name}", {"service": SERVICE})


def bus(**told):
    async def answer():
        return told

    return answer


async def test_what_waits_is_told_with_its_age(line):
    async with line.database.transaction() as tx:
        await tx.execute("INSERT INTO outbox (topic, payload, written_at) VALUES ('t', '', now() - interval '1 hour'), ('t', '', now())")
        for days in (2, 1):
            await tx.execute(
                "INSERT INTO parked (topic, key, waits_for, event_id, value, parked_at) VALUES ('t', 'k', 'w', $1, '', now() - make_interval(days => $2))",
                new_id(),
                days,
            )
        await tx.execute(
            """INSERT INTO dead_letter (topic, partition, position, reason, replayed_at)
               VALUES ('t', 0, 1, 'r', NULL), ('t', 0, 2, 'r', NULL), ('t', 0, 3, 'r', now())"""
        )
        await tx.execute(
            "INSERT INTO job (id, kind, parameters, status, asked_by, asked_at) VALUES ($1, 'k', '{}', 'QUEUED', 'a', now() - interval '3 hours'), ($2, 'k', '{}', 'DONE', 'a', now() - interval '9 hours')",
            new_id(),
            new_id(),
        )
    looks = Measures(SERVICE, line.database, bus(broker=True, consumer_lag=7))
    await looks.look()

    assert [figure(name) for name in ("outbox_waiting", "parked", "dead_letters_open", "jobs_open")] == [2, 2, 2, 1]
    ages = [figure(name) for name in ("outbox_age_seconds", "parked_age_seconds", "job_age_seconds")]
    assert [round(age / 3600) for age in ages] == [1, 48, 3]
    assert (figure("broker_answers"), figure("consumer_lag")) == (1, 7)

    async with line.database.transaction() as tx:
        for table in ("outbox", "parked", "dead_letter", "job"):
            await tx.execute(f"DELETE FROM {table}")
    await looks.look()
    assert {
        figure(name) for name in ("outbox_waiting", "outbox_age_seconds", "parked_age_seconds", "dead_letters_open", "job_age_seconds")
    } == {0}


async def test_lag_that_is_not_known_is_not_told(line):
    await Measures(SERVICE, line.database, bus(broker=True, consumer_lag=3)).look()
    await Measures(SERVICE, line.database, bus(broker=False, consumer_lag=None)).look()
    assert (figure("broker_answers"), figure("consumer_lag")) == (0, None)


async def test_a_database_that_is_away_leaves_the_figures_and_the_time_of_the_last_look(line, monkeypatch):
    monkeypatch.setattr(measures, "LOOK_SECONDS", 0.01)
    looks = Measures(SERVICE, line.database, bus(consumer_lag=0))
    await looks.look()
    before = figure("looked_at_seconds")
    asked = asyncio.Event()
    tries = 0

    def away():
        nonlocal tries
        tries += 1
        if tries == 3:
            asked.set()
        raise ConnectionRefusedError

    running = asyncio.create_task(Measures(SERVICE, SimpleNamespace(reading=away), bus(consumer_lag=0)).run())
    await asyncio.wait_for(asked.wait(), 10)
    assert not running.done()
    running.cancel()
    assert figure("looked_at_seconds") == before
