"""The form at the counter: what readers give, what must be on the paper, the first slip from wherever, and who is cared for after it."""

import asyncio

import pytest

from services.interview.rules.privacy_notices import privacy_notices
from services.registry.rules.consents.catalogue import catalogue
from shared.contracts.common import Tier
from tests.interview import world
from tests.interview.test_place_days import announced, slug

CITIZEN = "1000000000017"
PROXY = {"name": "สมชาย ใจดี", "relation": "บุตร", "authority": "POWER_OF_ATTORNEY", "authority_reference": "ลว. 10 ก.พ. 2561"}


def found_by(**key):
    return {name: value for name, value in world.wish("", **key).items() if name != "holder_id"}


@pytest.mark.parametrize(
    "key",
    [
        {"citizen_id": f"{CITIZEN}#นาย#สมชาย##ใจดี#25010301#99/1 หมู่ที่ 4\r\n"},
        {"citizen_id": "๑-๐๐๐๐-๐๐๐๐๐-๐๑-๗"},
        {"card_no": ";0000111122223333=2112101?"},
    ],
)
async def test_a_person_is_found_by_what_the_reader_gives_and_nothing_else_of_it_is_kept(interview, key):
    (person,) = await interview.people(citizen_id=CITIZEN, card_no="0000111122223333")
    slip = await interview.made("/v1/intents", found_by(**key))
    assert slip["holder_id"] == person.subject
    kept = str(await interview.state())
    assert [word for word in (CITIZEN, "สมชาย", "0000111122223333", "หมู่ที่ 4") if word in kept] == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ({"citizen_id": f"{CITIZEN}#x#8000000000006"}, "several"),
        ({"citizen_id": "1000000000018#นาย"}, "check_digit"),
        ({"citizen_id": "นายสมชาย"}, "characters"),
        ({"card_no": ";000011112222333=?"}, "card_no"),
    ],
)
async def test_a_line_without_one_number_is_refused_and_not_repeated(interview, key, code):
    answer = await interview.post("/v1/intents", found_by(**key))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, code)
    assert error["allowed"]
    assert [word for word in (CITIZEN, "1000000000018", "สมชาย") if word in answer.text] == []


@pytest.mark.parametrize(
    ("paper", "field", "allowed"),
    [
        ({"privacy_notice_version": "2017-09"}, "privacy_notice_version", "2018-01"),
        ({"identity_paper_expires_on": "2018-02-13"}, "identity_paper_expires_on", "≥ 2018-02-14"),
        ({"identity_paper_issued_on": "2018-02-15"}, "identity_paper_issued_on", "≤ 2018-02-14"),
        ({"signed_by": "THUMBPRINT", "witness": PROXY["name"], "proxy": PROXY}, "witness", None),
        ({"proxy": {"name": "สมชาย", "relation": "บุตร"}}, "proxy.authority", None),
        ({"proxy": PROXY | {"authority": "WORD_OF_MOUTH"}}, "proxy.authority", "POWER_OF_ATTORNEY"),
    ],
)
async def test_what_cannot_be_on_the_paper_is_refused_by_name(interview, paper, field, allowed):
    (person,) = await interview.people()
    answer = await interview.post("/v1/intents", world.wish(person.subject, **paper))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, field)
    assert allowed is None or allowed in error["allowed"]
    assert await interview.case(person.subject) is None


async def test_the_whole_paper_is_kept_and_the_names_on_it_sealed(interview):
    (person,) = await interview.people()
    dates = {"identity_paper_issued_on": "2012-02-01", "identity_paper_expires_on": "2018-02-14"}
    paper = {"signed_by": "THUMBPRINT", "witness": "สมศรี ใจดี", "proxy": PROXY, **dates}
    slip = await interview.made("/v1/intents", world.wish(person.subject, **paper))
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT * FROM intent")
    assert {name: row["form"][name] for name in dates} == dates
    assert row["form"]["consents"] == world.PAPER["consents"]
    assert [name for name in ("สมศรี", "สมชาย", PROXY["authority_reference"]) if name in str(dict(row))] == []
    opened = interview.service.resources.fields.open(row["people_sealed"], row["intent_id"].bytes)
    assert PROXY["authority_reference"] in opened
    await interview.bring(world.erased(person, world.date(2018, 3, 1)))
    async with interview.db.reading() as tx:
        assert tuple(await tx.fetchrow("SELECT form, people_sealed FROM intent")) == ({}, None)
    assert slug(await interview.post("/v1/intents", world.wish(person.subject))) == "holder-erased"
    assert slip["slip_no"]


def test_the_notices_of_the_forms_are_those_of_the_registry():
    ours = {(one.version, one.since) for one in privacy_notices().notices}
    assert ours == {(one.version, one.since) for one in catalogue().notices}


async def test_the_first_slip_is_returned_from_another_place_and_another_district(interview):
    (person,) = await interview.people()
    places = [await announced(interview), await announced(interview)]
    first = await interview.made("/v1/intents", world.wish(person.subject, place_id=places[0]))
    interview.on("2018-02-20")
    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-02-20", place_id=places[1]))
    there = await announced(interview, "8102")
    elsewhere = world.wish(person.subject, "2018-02-20", place_id=there, wished_district="8102")
    answer = await interview.post("/v1/intents", elsewhere, interview.caller(code="8102"))
    assert answer.status_code == 200
    assert again == answer.json() == {**first, "repeated": True}
    assert (await interview.case(person.subject))["responsible_district"] == "8101"


async def test_two_places_of_two_districts_in_the_same_second_make_one_slip(interview):
    places = [await announced(interview), await announced(interview, "8102")]
    callers = [interview.caller(), interview.caller(code="8102")]
    for _ in range(5):
        (person,) = await interview.people()
        bodies = [world.wish(person.subject, place_id=places[0]), world.wish(person.subject, place_id=places[1], wished_district="8102")]
        answers = await asyncio.gather(*(interview.post("/v1/intents", body, who) for body, who in zip(bodies, callers, strict=True)))
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        assert len({answer.json()["slip_no"] for answer in answers}) == 1
        assert len(await interview.outbox("IntentDeclared", subject=person.subject)) == 1


async def test_a_place_of_another_district_takes_no_form_of_ours(interview):
    (person,) = await interview.people()
    there = await announced(interview, "8102")
    assert slug(await interview.post("/v1/intents", world.wish(person.subject, place_id=there))) == "unknown-place"


@pytest.mark.parametrize(("age", "tier"), [(75, Tier.UP_TO_30000), (45, Tier.OVER_30000), (75, Tier.OVER_30000)])
async def test_whoever_states_the_wish_is_interviewed_at_the_place_and_followed_whatever_age_and_income(interview, age, tier):
    (person, stays_away) = await interview.people(2, age=age, tier=tier)
    slip = await interview.made("/v1/intents", world.wish(person.subject, place_id=await announced(interview)))
    officer = await interview.officer()
    await interview.made("/v1/districts/8101/assignments")
    done = await interview.made("/v1/interviews", world.interview(person.subject, "2018-02-14"), interview.ao(officer))
    assert done["case_id"] == slip["case_id"]
    interview.on("2018-03-02")
    assert (await interview.made("/v1/districts/8101/home-visit-list"))["cases"] == 0  # neither is ever due a visit
    for round_, day in (("JUNE", "2018-06-10"), ("SEPTEMBER", "2018-09-10")):
        interview.on(day)
        due = (await interview.get("/v1/follow-ups-due", interview.ao(officer), round=round_)).json()["items"]
        assert [one["holder_id"] for one in due] == [person.subject]
        await interview.made("/v1/follow-ups", world.follow_up(person.subject, round_, day), interview.ao(officer))
        assert (await interview.get("/v1/follow-ups-due", interview.ao(officer), round=round_)).json()["items"] == []
    assert await interview.case(stays_away.subject) is None
