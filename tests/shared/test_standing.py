"""The timers that every service has."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY

from shared.clock import noon, system_now
from shared.invariants import Invariant
from shared.service import standing
from shared.service.standing import standing_timers

NOON = noon(date(2018, 2, 15))


@pytest.fixture
def works(line):
    settings = SimpleNamespace(service_name="tests", answers_kept_days=7, invariants_every_minutes=15)
    invariants = [Invariant("nobody_seen", "a test", "SELECT n FROM seen"), Invariant("all_well", "a test", "SELECT 1 WHERE false")]
    return {timer.name: timer.work for timer in standing_timers(SimpleNamespace(settings=settings, db=line.database), invariants)}


def violations(name):
    return REGISTRY.get_sample_value("sukjai_invariant_violations", {"service": "tests", "invariant": name})


async def test_broken_invariants_are_figures_until_they_hold_again(line, works):
    async with line.database.transaction() as tx:
        await tx.execute("INSERT INTO seen (reason) VALUES ('a'), ('b')")
    await works["check_invariants"]()
    assert (violations("nobody_seen"), violations("all_well")) == (2, 0)
    async with line.database.transaction() as tx:
        await tx.execute("DELETE FROM seen")
    await works["check_invariants"]()
    assert violations("nobody_seen") == 0


async def test_a_look_that_takes_long_is_followed_by_a_long_rest(line, works, monkeypatch):
    """One of 100 seconds: the next is 2,000 after it, though the timer asks every 900."""
    moments = iter([NOON + timedelta(seconds=seconds) for seconds in (0, 100, 1000, 2100, 2101)])
    monkeypatch.setattr(standing, "system_now", lambda: next(moments))
    await works["check_invariants"]()
    async with line.database.transaction() as tx:
        await tx.execute("INSERT INTO seen (reason) SELECT 'a' FROM generate_series(1, 12)")
    await works["check_invariants"]()
    assert violations("nobody_seen") == 0
    await works["check_invariants"]()
    assert violations("nobody_seen") == 12


async def test_answers_are_forgotten_after_their_days(line, works):
    async with line.database.transaction() as tx:
        for key, days in (("old", 8), ("young", 6)):
            await tx.execute(
                "INSERT INTO idempotency (client, operation, key, request_hash, created_at) VALUES ('c', 'o', $1, '', $2)",
                key,
                system_now() - timedelta(days=days),
            )
    await works["forget_answers"]()
    async with line.database.reading() as tx:
        assert [row["key"] for row in await tx.fetch("SELECT key FROM idempotency")] == ["young"]
