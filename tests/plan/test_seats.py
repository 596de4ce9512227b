"""Seats: however many ask at once, none is taken twice, and none is lost."""

import asyncio
from datetime import date
from uuid import UUID

from services.plan.commands import seats
from services.plan.commands.offerings import add_offerings
from services.plan.domain import Because, Offering
from services.plan.repository import offerings
from shared.ids import same_id
from tests.plan import story
from tests.plan.story import NOW, TECHNICIAN

ASKERS = 200


async def offered(plan, name, count) -> UUID:
    """The id of an offering with so many seats."""
    offering = Offering(
        offering_id=same_id("offering", name),
        programme_code=TECHNICIAN,
        version=1,
        province="81",
        district="8101",
        place=name,
        starts_on=date(2018, 5, 7),
        ends_on=date(2018, 5, 16),
        apply_until=date(2018, 4, 27),
        hours=60,
        seats=count,
        cost_baht=0,
        kit=None,
        kit_value_baht=0,
        stipend_baht_a_day=0,
        course_code=None,
        active=True,
        synthetic=True,
    )
    async with plan.db.transaction() as tx:
        await add_offerings(tx, [offering], Because(NOW, "test", "seats"))
    return offering.offering_id


async def take(plan, offering_id, number, line_no=1) -> bool:
    async with plan.db.transaction() as tx:
        return await seats.take(tx, offering_id, same_id("plan-of", number), line_no, at=NOW)


async def taken(plan, offering_id) -> int:
    async with plan.db.reading() as tx:
        return await offerings.seats_taken(tx, offering_id)


async def test_two_seats_and_two_hundred_askers_at_once(plan):
    here = await offered(plan, "กระบี่", 2)
    answers = await asyncio.gather(*(take(plan, here, number) for number in range(ASKERS)))
    assert (answers.count(True), await taken(plan, here)) == (2, 2)
    winner = answers.index(True)
    assert await take(plan, here, winner)  # who has a seat keeps it, and asks for no second one
    async with plan.db.transaction() as tx:
        assert await seats.free(tx, [same_id("plan-of", winner)]) == [here]
    again = await asyncio.gather(*(take(plan, here, number) for number in range(ASKERS)))
    assert (again.count(True), await taken(plan, here)) == (2, 2)  # the one who had it still, and one of the others


async def test_another_offering_is_swapped_for_and_a_full_one_changes_nothing(plan):
    here, there = await offered(plan, "กระบี่", 2), await offered(plan, "คลองท่อม", 1)
    assert await take(plan, here, 1)
    assert await take(plan, there, 1)
    assert (await taken(plan, here), await taken(plan, there)) == (0, 1)
    assert await take(plan, here, 2)
    assert not await take(plan, there, 2)
    assert (await taken(plan, here), await taken(plan, there)) == (1, 1)
    # Many who swap against each other wait for no one that waits for them.
    assert await take(plan, here, 3)
    await asyncio.gather(*(take(plan, place, number) for number in (1, 2, 3) for place in (here, there)))
    assert await taken(plan, here) + await taken(plan, there) == 3


async def test_a_plan_that_is_cut_off_gives_its_seats_back(plan):
    one = story.person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu(TECHNICIAN)))
    here = await offered(plan, "กระบี่", 1)
    async with plan.db.transaction() as tx:
        assert await seats.take(tx, here, UUID((await plan.plan_of(one))["plan_id"]), 1, at=NOW)
    await plan.bring(story.withdrawn(one))
    assert await taken(plan, here) == 0


async def test_a_seat_that_is_held_and_not_counted_is_found(plan):
    here = await offered(plan, "กระบี่", 1)
    assert await take(plan, here, 1)
    async with plan.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO seat_hold (plan_id, line_no, offering_id, held_at) VALUES ($1, 1, $2, $3)", story.person(9), here, NOW
        )
    assert [name for name, _ in await plan.broken_invariants()] == ["seats-taken-are-seats-held"]
    async with plan.db.transaction() as tx:
        await tx.execute("DELETE FROM seat_hold WHERE plan_id = $1", story.person(9))
