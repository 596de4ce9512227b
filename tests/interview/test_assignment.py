"""Assigning a district in one call, seeing it before, the whole country, and handing a caseload over."""

import asyncio
from collections import Counter

import pytest

from services.interview.commands.assign_country import CountryProgress, assign_next_district
from shared.auth import Level
from shared.clock import noon
from shared.contracts import Event, parse
from shared.contracts.registry import HouseholdChanged
from shared.ids import new_id, same_id
from tests.interview import world

LIST = "/v1/districts/8101/home-visit-list"
ASSIGN = "/v1/districts/8101/assignments"
COUNTRY = "/v1/assignments"


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[-1]


async def listed(interview, *subdistricts):
    """A person of the visit group on the list for each of the subdistricts."""
    people = [(await interview.people(subdistrict=one))[0] for one in subdistricts]
    interview.on("2018-03-01")
    for district in sorted({one[:4] for one in subdistricts}):
        await interview.made(f"/v1/districts/{district}/home-visit-list", who=interview.chief(district))
    return people


async def officer(interview, employer="BAAC", district="8101", **more):
    body = {"district": district, "employer": employer, "staff_no": str(new_id()), **more}
    return (await interview.made("/v1/officers", body, interview.chief(district)))["officer_id"]


async def live_together(interview, *people, version=1, household="home"):
    data = HouseholdChanged(household_id=same_id(household), version=version, members=tuple(one.data.holder_id for one in people))
    await interview.bring(Event.of(data, subject=data.household_id, time=noon(world.date(2018, 2, 1))))


async def officers_of(interview, people):
    return [(await interview.case(person.subject))["officer_id"] for person in people]


async def test_near_officers_and_households_within_even_loads_seen_before_and_explained_after(interview):
    people = await listed(interview, *["810101"] * 4, *["810102"] * 4, *["810103"] * 2)
    far_apart = [people[0], people[4], people[8]]
    await live_together(interview, *far_apart)
    one, other = await officer(interview, subdistricts=["810101"]), await officer(interview, "GSB", subdistricts=["810102"])

    before = await interview.state()
    preview = (await interview.get(f"{ASSIGN}/preview")).json()
    assert await interview.state() == before
    assert (preview["cases"], preview["moved"], preview["without_room"]) == (10, 0, 0)
    assert {(load["officer_id"], load["before"], load["cases"]) for load in preview["loads"]} == {(one, 0, 5), (other, 0, 5)}

    done = await interview.made(ASSIGN)
    assert done == {name: value for name, value in preview.items() if name != "sample"}
    for shown in preview["sample"]:
        assert (await interview.case(shown["holder_id"]))["officer_id"] == shown["officer_id"]
    assert len(set(await officers_of(interview, far_apart))) == 1
    near = dict(zip(await officers_of(interview, [people[1], people[5]]), ("810101", "810102"), strict=True))
    assert near == {one: "810101", other: "810102"}
    case = await interview.case(people[0].subject)
    why = (await interview.get(f"/v1/cases/{case['case_id']}/assignment", interview.ao(case["officer_id"]))).json()
    assert (why["why"], why["officer_id"], why["co_interviewer_id"], why["bank"]) == ("HOUSEHOLD", case["officer_id"], None, None)
    assert "household" in why["explanation_en"]
    assert "ครัวเรือน" in why["explanation_th"]
    assert case["history"][0]["details"]["why"] == "HOUSEHOLD"
    assert (await interview.get(f"/v1/cases/{case['case_id']}/assignment", interview.caller(code="9001"))).status_code == 404


@pytest.mark.parametrize("employer", ["KTB", "BAAC"])
async def test_the_messages_made_in_bulk_are_those_of_the_models(interview, employer):
    (person,) = await listed(interview, "810101")
    given, bank = await officer(interview, employer), await officer(interview, "GSB", "8102")
    await interview.made(ASSIGN)
    async with interview.db.reading() as tx:
        [row] = await tx.fetch("SELECT event_id, key, payload FROM outbox WHERE topic = 'interview.cases.v1' ORDER BY seq DESC LIMIT 1")
    event = parse(row["payload"])
    assert event.to_bytes() == row["payload"]
    again = Event.of(event.data, subject=event.subject, time=event.time, identity=(event.data.version,))
    assert (again.id, str(again.subject)) == (row["event_id"], row["key"])
    assert (str(event.data.officer_id), event.data.employer, event.data.version) == (given, employer, 2)
    assert str(event.data.co_interviewer_id) == (bank if employer == "KTB" else "None")
    assert str(event.data.holder_id) == person.subject


async def test_a_household_keeps_its_officer_until_it_is_another(interview):
    first, second, third = await listed(interview, "810101", "810101", "810101")
    await live_together(interview, first)
    one = await officer(interview)
    await interview.made(ASSIGN)
    other = await officer(interview)
    await live_together(interview, first, version=3)
    (late,) = await listed(interview, "810101")
    await live_together(interview, first, late, version=2)  # older than what is held: changes nothing
    (later,) = await listed(interview, "810101")
    await live_together(interview, first, later, version=4)
    assert (await interview.made(ASSIGN))["cases"] == 2
    # Loads come first: the new officer has none and gets both, whoever lives with whom.
    assert Counter(await officers_of(interview, [first, second, third, late, later])) == {one: 3, other: 2}


async def test_farmers_get_baac_and_others_gsb_or_the_bank_that_there_is(interview):
    people = await listed(interview, "810101", "810101", "810101")
    clerk, baac, gsb = await officer(interview, "GHB"), await officer(interview), await officer(interview, "GSB")
    farmer, weaver, _ = people
    for person, occupation in ((farmer, "6111"), (weaver, "7318")):
        case = await interview.case(person.subject)
        await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": baac})
        interview.on("2018-03-20")
        form = world.stating_wish(world.interview(person.subject))
        await interview.made("/v1/interviews", form | {"person": form["person"] | {"occupation": occupation}}, interview.ao(baac))
        # The case comes to a district anew: its officer is no longer one of it.
        await interview.bring(world.moved(person, "810201", world.date(2018, 3, 21)))
        await interview.bring(world.moved(person, "810101", world.date(2018, 3, 22), version=3))
    for bank in (baac, gsb):
        await interview.made(
            f"/v1/officers/{bank}/absences", {"from_on": "2018-03-23", "to_on": "2018-03-23", "kind": "LEAVE"}, interview.chief()
        )
    interview.on("2018-03-23")
    assert slug(await interview.post(ASSIGN)) == "no-bank-officer"
    for bank in (baac, gsb):
        [absence] = (await interview.get(f"/v1/officers/{bank}/absences")).json()["items"]
        back = await interview.post(
            f"/v1/officers/{bank}/absences/{absence['absence_id']}/end",
            {"to_on": "2018-03-23"},
            interview.chief(),
            headers={"If-Match": '"1"'},
        )
        assert back.status_code == 200
    interview.on("2018-03-24")
    full = {"languages": [], "caseload_max": 0, "subdistricts": []}
    for bank in (baac, gsb):
        version = (await interview.get(f"/v1/officers/{bank}")).headers["etag"]
        assert (
            await interview.post(f"/v1/officers/{bank}/changes", full, interview.chief(), headers={"If-Match": version})
        ).status_code == 200
    assert (await interview.made(ASSIGN))["cases"] == 3
    facts = [(await interview.get(f"/v1/cases/{(await interview.case(person.subject))['case_id']}/assignment")).json() for person in people]
    assert [(one["officer_id"], one["bank"], one["bank_why"], one["co_interviewer_id"]) for one in facts] == [
        (clerk, "BAAC", "FARMER", baac),
        (clerk, "GSB", "NOT_A_FARMER", gsb),
        (clerk, "GSB", "UNKNOWN", gsb),
    ]
    # With one bank alone in the district it is that one.
    await interview.made(f"/v1/officers/{gsb}/handover", {"to_officer_id": baac, "reason": "ย้าย"}, interview.chief())
    shown = (await interview.get(f"/v1/cases/{facts[2]['case_id']}/assignment")).json()
    assert (shown["co_interviewer_id"], shown["bank"], shown["bank_given"]) == (baac, "GSB", "BAAC")
    assert "BAAC" in shown["explanation_th"]


async def test_the_absent_and_the_full_get_none_and_who_has_an_officer_keeps_them(interview):
    people = await listed(interview, *["810101"] * 5)
    away, small = await officer(interview), await officer(interview, caseload_max=2)
    absence = {"from_on": "2018-02-20", "to_on": "2018-03-01", "kind": "LEAVE"}
    await interview.made(f"/v1/officers/{away}/absences", absence, interview.chief())
    done = await interview.made(ASSIGN)
    assert (done["cases"], done["without_room"]) == (2, 3)
    assert {load["officer_id"]: load["cases"] for load in done["loads"]} == {away: 0, small: 2}
    refused = await interview.post(ASSIGN)
    assert (slug(refused), refused.json()["absent"], refused.json()["full"]) == ("no-officer-free", 1, 1)
    [waiting, *_] = [case for person in people if (case := await interview.case(person.subject))["officer_id"] is None]
    path = f"/v1/cases/{waiting['case_id']}/assignment"
    assert slug(await interview.post(path, {"officer_id": away})) == "officer-absent"
    full = (await interview.post(path, {"officer_id": small})).json()
    assert (full["type"].rsplit(":", 1)[-1], full["cases"], full["caseload_max"]) == ("caseload-full", 2, 2)
    kept = await officers_of(interview, people)
    interview.on("2018-03-02")
    assert (await interview.made(ASSIGN))["cases"] == 3
    after = await officers_of(interview, people)
    assert Counter(after) == {away: 3, small: 2}
    assert [now for was, now in zip(kept, after, strict=True) if was is not None] == [was for was in kept if was is not None]


async def test_two_at_once_give_each_case_once(interview):
    people = await listed(interview, *["810101"] * 6)
    for _ in range(2):
        await officer(interview)
    answers = await asyncio.gather(*(interview.post(ASSIGN) for _ in range(3)))
    assert sorted(answer.json()["cases"] for answer in answers) == [0, 0, 6]
    assert len(await interview.outbox("AccountOfficerAssigned")) == 6
    assert sorted(Counter(await officers_of(interview, people)).values()) == [3, 3]


async def test_the_last_place_of_an_officer_is_given_once(interview):
    people = await listed(interview, "810101", "810101")
    small = await officer(interview, caseload_max=1)
    paths = [f"/v1/cases/{(await interview.case(person.subject))['case_id']}/assignment" for person in people]
    answers = await asyncio.gather(interview.post(ASSIGN), *(interview.post(path, {"officer_id": small}) for path in paths))
    assert Counter(await officers_of(interview, people)) == {small: 1, None: 1}
    assert {answer.status_code for answer in answers} <= {200, 409}


async def test_a_whole_caseload_goes_to_one_or_to_the_team_with_its_history(interview):
    people = await listed(interview, *["810101"] * 4)
    leaving = await officer(interview)
    await interview.made(ASSIGN)
    clerk, gsb = await officer(interview, "LABOUR", caseload_max=3), await officer(interview, "GSB")
    elsewhere = await officer(interview, district="8102")
    path = f"/v1/officers/{leaving}/handover"

    async def refused(to, **more):
        return await interview.post(path, {"to_officer_id": to, "reason": "ลาออก"} | more, interview.chief())

    assert slug(await refused(leaving)) == "same-officer"
    assert slug(await refused(str(new_id()))) == "unknown-officer"
    assert slug(await refused(elsewhere)) == "officer-of-another-district"
    full = await refused(clerk)
    assert (slug(full), full.json()["coming"], full.json()["caseload_max"]) == ("caseload-full", 4, 3)
    await interview.made(
        f"/v1/officers/{gsb}/absences", {"from_on": "2018-03-01", "to_on": "2018-03-01", "kind": "TRAINING"}, interview.chief()
    )
    assert slug(await refused(gsb)) == "officer-absent"
    assert slug(await refused(None)) == "caseload-full"
    assert (await interview.post(path, {"reason": "x"}, interview.chief("9001"))).status_code == 404

    interview.on("2018-03-02")
    key = str(new_id())
    body = {"reason": "ลาออก"}
    answers = [await interview.post(path, body, interview.chief(), key=key) for _ in range(2)]
    assert [answer.json()["cases"] for answer in answers] == [4, 4]
    assert (await interview.made(path, body, interview.chief()))["cases"] == 0
    assert Counter(await officers_of(interview, people)) == {clerk: 2, gsb: 2}
    events = (await interview.outbox("AccountOfficerAssigned"))[4:]
    assert {(str(event.data.officer_id), event.data.co_interviewer_id and str(event.data.co_interviewer_id)) for event in events} == {
        (clerk, gsb),
        (gsb, None),
    }
    last = (await interview.case(people[0].subject))["history"][0]
    assert (last["step"], last["reason"], last["details"]["handed_over_from"]) == ("OFFICER_ASSIGNED", "ลาออก", leaving)
    assert (await interview.made(f"/v1/officers/{leaving}/departure", {"reason": "ลาออก"}, interview.chief()))["active"] is False


async def test_the_country_is_assigned_district_by_district_and_goes_on_where_it_was_killed(interview):
    people = await listed(interview, "810101", "810201", "900101", "900101")
    one = await officer(interview)
    other = await officer(interview, district="9001")
    moi = interview.caller(Level.COUNTRY, "")
    assert (await interview.post(COUNTRY, who=interview.caller(Level.PROVINCE, "81"))).status_code == 404
    job_id = (await interview.post(COUNTRY, who=moi)).json()["job_id"]
    # A process that did the first district and was killed has left its progress, and nothing of the second.
    async with interview.db.transaction() as tx:
        at = interview.service.resources.clock.business_now()
        progress = await assign_next_district(tx, CountryProgress(), by="COUNTRY-", at=at)
        await tx.execute("UPDATE job SET progress = $1", progress.stored())
    assert await interview.run_jobs() == [
        {"done": True, "after": "9001", "districts": 3, "cases": 3, "without_room": 0, "refused": {"8102": "no-officers"}}
    ]
    shown = (await interview.get(f"{COUNTRY}/{job_id}", moi)).json()
    assert (shown["status"], shown["cases"], shown["refused"]) == ("DONE", 3, {"8102": "no-officers"})
    assert await officers_of(interview, people) == [one, None, other, other]
    assert len(await interview.outbox("AccountOfficerAssigned")) == 3


@pytest.mark.parametrize("who", ["chief-9001", "bank", "ao"])
async def test_a_preview_is_within_reach(interview, who):
    caller = {"chief-9001": interview.chief("9001"), "bank": interview.caller(Level.BANK, "KTB"), "ao": interview.ao(new_id())}[who]
    assert (await interview.get(f"{ASSIGN}/preview", caller)).status_code == 404
