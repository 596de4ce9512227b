"""Seats: however many ask at once, none is taken twice, and none is lost."""

import asyncio
from datetime import date
from uuid import UUID

from services.plan.commands.offerings import add_offerings
from services.plan.domain import Because, Offering, SeatHold
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
        return await offerings.take_seat(tx, SeatHold(offering_id, same_id("plan-of", number), line_no), NOW)


async def taken(plan, offering_id) -> int:
    async with plan.db.reading() as tx:
        return await offerings.seats_taken(tx, offering_id)


async def test_two_seats_and_two_hundred_askers_at_once(plan):
    here = await offered(plan, "กระบี่", 2)
    answers = await asyncio.gather(*(take(plan, here, number) for number in range(ASKERS)))
    assert (answers.count(True), await taken(plan, here)) == (2, 2)
    winner = answers.index(True)
    async with plan.db.transaction() as tx:
        for _ in range(2):  # who has given it back has none to give
            await offerings.free_seat(tx, SeatHold(here, same_id("plan-of", winner), 1))
    assert await taken(plan, here) == 1
    again = await asyncio.gather(*(take(plan, here, ASKERS + number) for number in range(ASKERS)))
    assert (again.count(True), await taken(plan, here)) == (1, 2)


async def test_a_plan_that_is_cut_off_gives_its_seats_back(plan):
    one = story.person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu(TECHNICIAN)))
    here = await offered(plan, "กระบี่", 1)
    async with plan.db.transaction() as tx:
        assert await offerings.take_seat(tx, SeatHold(here, UUID((await plan.plan_of(one))["plan_id"]), 1), NOW)
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
