"""People under two ids: one plan goes on and is given back. People who were erased: nothing is left of what was found and said."""

import asyncio
from datetime import date

import pytest

from services.plan.domain import plan_id_of
from shared.contracts.interview import DecisionKind
from tests.plan import story
from tests.plan.story import JOB, NOW, TECHNICIAN, person

SAID = ("มีรายได้เพิ่ม", "60000", "ใบรับรอง", "9313", "24000", "52000", "informal")
DUMPED = ("assessment", "interview", "plan", "plan_line", "recommendation", "referral", "referral_history", "decision", "holder")


async def statuses(plan, *holder_ids):
    async with plan.db.reading() as tx:
        rows = {row["holder_id"]: row["status"] for row in await tx.fetch("SELECT holder_id, status FROM plan")}
    return [rows.get(holder_id) for holder_id in holder_ids]


async def referrals(plan, holder_id):
    async with plan.db.reading() as tx:
        rows = await tx.fetch("SELECT status, closed_reason FROM referral WHERE holder_id = $1 ORDER BY line_no", holder_id)
    return [tuple(row) for row in rows]


async def accepted(plan, holder_id):
    """The agency of the first line took the person in."""
    first = (await plan.referrals_of(holder_id))[0]
    answer = await plan.post(f"/v1/referrals/{first['referral_id']}/acceptance", {"accepted_on": "2018-04-02"})
    assert answer.status_code == 200, answer.text
    return first["referral_id"]


async def test_the_plan_goes_on_for_who_stays_and_has_none(plan):
    away, stays = person(1), person(2)
    await plan.bring(*story.beginning(away, stays), story.interviewed(away, lines=story.menu(TECHNICIAN)))
    for _ in range(2):
        await plan.bring(story.merged(away, stays))
    assert await statuses(plan, away, stays) == ["REFERRED", None]
    assert (await plan.plan_of(stays))["plan_id"] == str(plan_id_of(away))
    await accepted(plan, away)
    await plan.bring(story.moved(stays))
    shown = await plan.plan_of(stays)
    assert (shown["status"], shown["home_district"]) == ("IN_DEVELOPMENT", "8301")
    await plan.bring(story.died(stays))
    assert await statuses(plan, away) == ["CLOSED"]


async def test_the_furthest_plan_goes_on_and_the_other_comes_back(plan):
    away, stays = person(1), person(2)
    await plan.bring(*story.beginning(away, stays), story.interviewed(away, lines=story.menu(TECHNICIAN)), story.interviewed(stays))
    await plan.bring(story.merged(away, stays))
    assert await statuses(plan, away, stays) == ["REFERRED", "MERGED"]
    await plan.bring(story.unmerged(away), story.merged(away, stays))
    assert await statuses(plan, away, stays) == ["REFERRED", "RECOMMENDED"]


async def test_of_two_that_are_as_far_that_of_who_stays_goes_on_and_agencies_get_theirs_back(plan):
    away, stays = person(1), person(2)
    both = [story.interviewed(one, lines=story.menu(TECHNICIAN, JOB)) for one in (away, stays)]
    await plan.bring(*story.beginning(away, stays), *both)
    await accepted(plan, away)
    await accepted(plan, stays)
    await plan.bring(story.merged(away, stays))
    assert await statuses(plan, away, stays) == ["MERGED", "IN_DEVELOPMENT"]
    assert await referrals(plan, away) == [("CLOSED", "MERGED"), ("CLOSED", "MERGED")]
    await plan.bring(story.unmerged(away))
    assert await statuses(plan, away, stays) == ["IN_DEVELOPMENT", "IN_DEVELOPMENT"]
    assert await referrals(plan, away) == [("ACCEPTED", None), ("CREATED", None)]


async def test_a_wish_of_a_merged_person_locks_their_plans_in_the_order_of_a_merge(plan):
    first, second = sorted((person(1), person(2)), key=plan_id_of)
    await plan.bring(*story.beginning(first, second), story.interviewed(first), story.interviewed(second))
    await plan.bring(story.merged(first, second), story.withdrawn(second))
    async with plan.db.transaction() as tx:
        await tx.execute("SELECT FROM plan WHERE plan_id = $1 FOR UPDATE", plan_id_of(first))
        wish = asyncio.create_task(plan.bring(story.declared(second, NOW.date())))
        async with asyncio.timeout(60), plan.db.reading() as looking:
            while not await looking.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                assert not wish.done(), wish.result()
                await asyncio.sleep(0.02)
        await tx.execute("SELECT FROM plan WHERE plan_id = $1 FOR UPDATE NOWAIT", plan_id_of(second))
    await wish
    assert await statuses(plan, second) == ["RECOMMENDED"]


async def test_an_interview_that_comes_after_the_merge_makes_no_second_plan(plan):
    away, stays = person(1), person(2)
    await plan.bring(*story.beginning(away, stays), story.interviewed(stays, lines=story.menu(TECHNICIAN)), story.merged(away, stays))
    await plan.bring(story.interviewed(away))
    assert await statuses(plan, away, stays) == ["MERGED", "REFERRED"]


async def dump(plan):
    async with plan.db.reading() as tx:
        return "\n".join([str(await tx.fetch(f"SELECT row::text FROM {name} AS row")) for name in DUMPED])


@pytest.fixture
async def known(plan):
    """A person of whom everything is known that can be."""
    one = person(1)
    await plan.bring(*story.beginning(one), story.declared(one), story.assessed(one, plan.resources.assessments))
    await plan.bring(story.interviewed(one, lines=story.menu(TECHNICIAN)), story.followed(one))
    outcome = {"outcome": "TRAINING_AWAITING_RESULT", "recorded_on": "2018-04-02", "evidence": "ใบรับรอง"}
    answer = await plan.post(f"/v1/referrals/{await accepted(plan, one)}/outcomes", outcome)
    assert answer.status_code in {200, 201}, answer.text
    return one


async def test_nothing_of_an_erased_person_is_left_or_comes_back(plan, known):
    text = await dump(plan)
    assert [word for word in SAID if word not in text] == []
    for _ in range(2):
        await plan.bring(story.erased(known), story.assessment_emptied(known))
    text = await dump(plan)
    assert [word for word in SAID if word in text] == []
    assert (await statuses(plan, known), await referrals(plan, known)) == (["CLOSED"], [("CLOSED", "ERASED")])
    assert (await plan.plan_of(known))["lines"][0]["programme_code"] == TECHNICIAN
    once = await plan.state()
    cipher = plan.resources.assessments
    late = [story.assessed(known, cipher, revision=2), story.interviewed(known, revision=2), story.followed(known, on=date(2018, 9, 9))]
    await plan.bring(*late, story.decided(known, DecisionKind.REINSTATE), story.moved(known))
    after = await plan.state()
    assert {name: rows for name, rows in after.items() if rows != once[name]} == {}
