"""Recommending anew to the country: who would hear the same hears nothing, who is killed goes on, and nobody is told twice."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest

from services.plan.commands import recommend_again
from services.plan.commands.recommend_again import ask_again
from services.plan.domain import plan_id_of
from services.plan.jobs.recommendations import ask_where_the_catalogue_turns
from shared.auth import Level, Reach
from shared.clock import noon, system_now
from tests.plan import story
from tests.plan.process import jobs_process
from tests.plan.story import TECHNICIAN, person
from tests.plan.test_catalogue import CHANGE, changed

RUNS = "/v1/recommendation-runs"
LABOURERS, SENIORS = [person(number) for number in range(1, 7)], [person(number) for number in range(11, 14)]
AGREED, DECLINED = person(21), person(22)


async def close_programme(plan):
    """Two persons approve a version of the training that takes nobody in, which asks for a run."""
    await changed(plan, CHANGE, active=False)


async def versions(plan):
    async with plan.db.reading() as tx:
        return {row["holder_id"]: row["recommendation_version"] for row in await tx.fetch("SELECT * FROM plan")}


async def told(plan):
    """How many recommendations each person was told."""
    return Counter(event["subject"] for event in await plan.outbox("RecommendationPrepared"))


@pytest.fixture
async def country(plan, monkeypatch):
    """Labourers to whom a training is recommended, seniors whom it is not for, and two who wait for nothing; two plans a step."""
    monkeypatch.setattr(recommend_again, "PLANS_AT_ONCE_MAX", 2)
    everybody = (*LABOURERS, *SENIORS, AGREED, DECLINED)
    await plan.bring(
        *story.beginning(*everybody),
        *(story.moved(one, subdistrict="810101", age=70) for one in SENIORS),
        *(story.interviewed(one) for one in (*LABOURERS, *SENIORS, DECLINED)),
        story.interviewed(AGREED, lines=story.menu(TECHNICIAN)),
        story.withdrawn(DECLINED),
    )
    return plan


async def test_only_who_would_be_told_something_else_is_told_again(country):
    before = await versions(country)
    for one in SENIORS:
        assert TECHNICIAN not in (await country.plan_of(one))["recommended"]
    await close_programme(country)
    asked = await country.post(RUNS, None)  # the run that the approval asked for, which nobody has begun
    assert (asked.status_code, asked.json()["status"]) == (202, "QUEUED"), asked.text
    assert await country.run_jobs() == [
        {"done": True, "waiting": 9, "after": str(max(map(plan_id_of, LABOURERS + SENIORS))), "looked_at": 9, "changed": 6}
    ]
    run = (await country.get(asked.headers["Location"])).json()
    assert (run["status"], run["waiting"], run["looked_at"], run["changed"]) == ("DONE", 9, 9, 6)
    after = await versions(country)
    assert {one for one, version in after.items() if version != before[one]} == set(LABOURERS)
    for one in LABOURERS:
        shown = await country.plan_of(one)
        assert (shown["status"], TECHNICIAN in shown["recommended"]) == ("RECOMMENDED", False)
    assert set((await told(country)).values()) == {1, 2}
    await country.post(RUNS, None)
    assert (await country.run_jobs())[0]["changed"] == 0


async def test_a_killed_run_goes_on_and_tells_everybody_once(country, plan_dsns):
    await close_programme(country)
    third = sorted(LABOURERS + SENIORS, key=plan_id_of)[2:]
    async with country.db.transaction() as tx:
        # The process can do its first step, and waits in a later one for somebody who is to be told anew.
        await tx.fetch("SELECT FROM holder WHERE holder_id = ANY($1::uuid[]) FOR UPDATE", third)
        process = await jobs_process(plan_dsns[1], 2)
        while not await looked_at(country):
            assert process.is_alive()
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        process.kill()
        await asyncio.to_thread(process.join)
    assert 2 <= await looked_at(country) < 9
    async with country.db.transaction() as tx:  # the lease of a dead process runs out
        await tx.execute("UPDATE job SET lease_until = $1", system_now() - timedelta(seconds=1))
    [result] = await country.run_jobs()
    assert (result["looked_at"], result["changed"]) == (9, 6)
    counts = await told(country)
    assert {counts[str(one)] for one in LABOURERS} == {2}
    assert {counts[str(one)] for one in SENIORS} == {1}


async def looked_at(plan):
    async with plan.db.reading() as tx:
        return await tx.fetchval("SELECT (progress->>'looked_at')::int FROM job") or 0


async def test_how_programmes_ended_is_counted_at_the_beginning(country):
    async with country.db.transaction() as tx:
        await tx.execute(
            """UPDATE referral SET status = 'CLOSED', outcome = 'TRAINING_FAILED', outcome_final = true, outcome_on = '2018-04-01',
                                   closed_reason = 'OUTCOME' WHERE holder_id = $1""",
            AGREED,
        )
        await tx.execute(
            "UPDATE plan SET status = 'DROPPED', completed_on = '2018-04-01', succeeded = 0, failed = 1 WHERE holder_id = $1", AGREED
        )
        await tx.execute(
            "INSERT INTO plan_history (plan_id, version, to_status, who, at, why) VALUES ($1, 9, 'DROPPED', 'test', now(), '')",
            plan_id_of(AGREED),
        )
    for _ in range(2):
        await country.post(RUNS, None)
        await country.run_jobs()
    async with country.db.reading() as tx:
        rows = [tuple(row) for row in await tx.fetch("SELECT version, programme_code, finished, succeeded FROM programme_record")]
    assert rows == [(1, TECHNICIAN, 1, 0)]
    shown = (await country.get(f"/v1/plans/{plan_id_of(SENIORS[0])}/recommendation")).json()
    assert (shown["version"], shown["record_version"]) == (1, 0)  # one who failed is no history


async def test_a_version_that_begins_later_asks_for_a_run_on_its_day(country):
    await changed(country, CHANGE, active=False, valid_from="2018-04-10")
    assert (await country.run_jobs())[0]["changed"] == 0
    for day, changes in (("2018-04-09", []), ("2018-04-10", [6]), ("2018-04-10", [])):
        country.resources.clock.play(noon(date.fromisoformat(day)))
        await ask_where_the_catalogue_turns(country.resources)
        assert [result["changed"] for result in await country.run_jobs()] == changes


async def test_a_run_that_nobody_has_begun_serves_the_next_change_too(country):
    async with country.db.transaction() as tx:
        first = await ask_again(tx, by="test", why="first")
        assert await ask_again(tx, by="test", why="second") == first
        await tx.execute("""UPDATE job SET progress = '{"looked_at": 2}' WHERE id = $1""", first)  # begun, and given back by a clean stop
        assert await ask_again(tx, by="test", why="third") != first


async def test_only_the_country_may_ask(country):
    assert (await country.post(RUNS, None, country.caller(Reach(Level.PROVINCE, "81")))).status_code == 404
    assert (await country.post(RUNS, None, country.officer())).status_code == 403
