"""Two holders who are one person: one case goes on, the other ends, and all is given back when they are two after all."""

from datetime import date

from tests.interview import world
from tests.interview.test_consumers import plan_facts
from tests.interview.test_interviews import interviewed

ON, LATER = date(2018, 5, 2), date(2018, 5, 20)


async def declared(interview, **more):
    interview.on("2018-02-14")
    (person,) = await interview.people(**more)
    await interview.made("/v1/intents", world.wish(person.subject))
    return person


async def state_and_last_step(interview, person):
    async with interview.db.reading() as tx:
        return tuple(
            await tx.fetchrow(
                """SELECT state, (SELECT step FROM case_history h WHERE h.case_id = c.case_id ORDER BY seq DESC LIMIT 1), officer_id::text
                     FROM case_file c WHERE holder_id = $1""",
                person.data.holder_id,
            )
        )


async def test_the_case_goes_on_for_who_stays_and_has_none(interview):
    person, officer = await interviewed(interview)
    (stays,) = await interview.people(citizen_id="1000000000017")
    await interview.bring(world.merged(person, stays.subject, ON))
    assert await state_and_last_step(interview, person) == ("INTERVIEWED", "INTERVIEWED", officer)
    [found] = (await interview.get("/v1/cases", holder_id=stays.subject)).json()["items"]
    assert found["holder_id"] == person.subject
    interview.on("2018-06-10")
    done = await interview.made("/v1/follow-ups", world.follow_up(stays.subject))
    assert done["case_id"] == found["case_id"]
    again = await interview.made("/v1/intents", world.wish(stays.subject, "2018-02-20"))
    assert (again["case_id"], again["repeated"]) == (found["case_id"], True)  # no second slip
    await interview.bring(*plan_facts(person.subject)[:3])
    assert (await state_and_last_step(interview, person))[0] == "REFERRED"
    await interview.bring(world.moved(stays, "900101", date(2018, 6, 20)))
    moved = (await interview.get("/v1/cases", interview.caller(code="9001"))).json()["items"]
    assert [(one["holder_id"], one["home_district"], one["officer_id"]) for one in moved] == [(person.subject, "9001", None)]
    await interview.bring(world.died(stays, date(2018, 7, 1)))
    assert (await state_and_last_step(interview, person))[0] == "DECEASED"


async def test_the_furthest_case_goes_on_and_the_other_ends_until_they_are_two_again(interview):
    other = await declared(interview)
    person, officer = await interviewed(interview)
    assert await state_and_last_step(interview, other) == ("ASSIGNED", "OFFICER_ASSIGNED", officer)
    for _ in range(2):
        await interview.bring(world.merged(person, other.subject, ON))
    assert (await state_and_last_step(interview, person))[0] == "INTERVIEWED"
    assert (await state_and_last_step(interview, other))[:2] == ("MERGED", "MERGED")
    case_id = (await interview.case(other.subject))["case_id"]
    assert (await interview.post(f"/v1/cases/{case_id}/closure", {"reason": "x"})).json()["type"].endswith("case-not-ready")
    await interview.bring(world.unmerged(person, LATER))
    assert await state_and_last_step(interview, other) == ("ASSIGNED", "UNMERGED", officer)
    assert (await state_and_last_step(interview, person))[0] == "INTERVIEWED"


async def test_of_two_who_are_as_far_the_one_who_stays_goes_on_and_a_late_event_changes_nothing(interview):
    person, _ = await interviewed(interview)
    stays, _ = await interviewed(interview)
    away, back = world.merged(person, stays.subject, ON), world.unmerged(person, LATER)
    await interview.bring(away)
    assert (await state_and_last_step(interview, stays))[0] == "INTERVIEWED"
    assert (await state_and_last_step(interview, person))[0] == "MERGED"
    assert (await interview.post("/v1/follow-ups", world.follow_up(person.subject))).json()["merged_into"] == stays.subject
    await interview.bring(back, away)
    assert (await state_and_last_step(interview, person))[:2] == ("INTERVIEWED", "UNMERGED")


async def test_a_merged_case_comes_back_without_an_officer_who_left(interview):
    person = await declared(interview)
    first = await interview.officer()
    await interview.made("/v1/districts/8101/assignments")
    stays, _ = await interviewed(interview)
    await interview.bring(world.merged(person, stays.subject, ON))
    others = (await interview.get("/v1/cases", officer_id=first)).json()["items"]
    second = await interview.officer()
    for one in others:
        if one["state"] != "MERGED":
            await interview.made(f"/v1/cases/{one['case_id']}/assignment", {"officer_id": second})
    await interview.made(f"/v1/officers/{first}/departure", {"reason": "ย้าย"}, interview.chief())
    await interview.bring(world.unmerged(person, LATER))
    assert await state_and_last_step(interview, person) == ("DECLARED", "UNMERGED", None)


async def test_a_case_without_a_wish_ends_and_who_stays_is_on_the_lists(interview):
    interview.on("2018-03-02")
    (person,) = await interview.people()
    await interview.made("/v1/districts/8101/home-visit-list")
    (stays,) = await interview.people()
    await interview.bring(world.merged(person, stays.subject, date(2018, 3, 3)))
    assert (await state_and_last_step(interview, person))[0] == "MERGED"
    listed = await interview.made("/v1/districts/8101/home-visit-list")
    assert listed["cases"] == 1
