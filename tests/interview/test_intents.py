"""Stating the wish: the slip, twice, late, in another district, withdrawn."""

import asyncio

import pytest

from shared.auth import Level
from shared.contracts.common import Tier
from tests.interview import world

CITIZEN = "1-0000-00000-01-7"


async def test_the_slip_tells_amount_and_months_and_the_wish_is_published(interview):
    (person,) = await interview.people()
    answer = await interview.post("/v1/intents", world.wish(person.subject))
    assert answer.status_code == 201
    slip = answer.json()
    assert (slip["monthly_satang"], slip["months"], slip["first_month"], slip["last_month"]) == (20000, 10, "2018-03", "2018-12")
    assert (slip["status"], slip["repeated"], slip["approved_late"]) == ("VALID", False, False)
    assert answer.headers["location"] == f"/v1/intents/{slip['intent_id']}"
    assert await interview.published(person.subject) == ["CaseRouted", "IntentDeclared", "ConsentsCaptured"]
    (declared,) = await interview.outbox("IntentDeclared")
    assert (declared.data.slip_no, declared.data.district, str(declared.data.stated_on)) == (slip["slip_no"], "8101", "2018-02-14")
    assert await interview.state_of(person.subject) == "DECLARED"
    shown = (await interview.get(answer.headers["location"])).json()
    assert shown == slip


async def test_the_consents_of_the_form_are_told_to_the_registry_and_an_open_box_is_not(interview):
    (person, other) = await interview.people(2)
    slip = await interview.made("/v1/intents", world.wish(person.subject, "2018-02-12"))
    (told,) = await interview.outbox("ConsentsCaptured")
    assert told.data.given == ("SHARE_WITH_AGENCIES", "BANK_DATA")
    assert (told.data.slip_no, str(told.data.signed_on), told.data.privacy_notice_version) == (slip["slip_no"], "2018-02-12", "2018-01")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-02-13"))  # the first slip again
    none = {"share_with_agencies": False, "bank_data": False, "wage_through_card": False}
    await interview.made("/v1/intents", world.wish(other.subject, consents=none))
    assert len(await interview.outbox("ConsentsCaptured")) == 1


@pytest.mark.parametrize(
    ("tier", "channel", "stated_on", "satang", "months"),
    [
        (Tier.UP_TO_30000, "WALK_IN", "2018-02-01", 20000, 10),
        (Tier.OVER_30000, "WALK_IN", "2018-02-28", 10000, 10),
        (Tier.UP_TO_30000, "HOME_VISIT", "2018-03-31", 20000, 9),
        (Tier.UP_TO_30000, "HOME_VISIT", "2018-04-01", 20000, 8),
        (Tier.OVER_30000, "HOME_VISIT", "2018-05-31", 10000, 7),
    ],
)
async def test_months_follow_the_day_of_the_wish(interview, tier, channel, stated_on, satang, months):
    (person,) = await interview.people(tier=tier)
    interview.on(stated_on)
    slip = await interview.made("/v1/intents", world.wish(person.subject, stated_on, channel=channel))
    assert (slip["monthly_satang"], slip["months"]) == (satang, months)


async def test_a_person_is_found_by_citizen_id_in_thai_digits_and_by_card(interview):
    digits = CITIZEN.replace("-", "")
    (person,) = await interview.people(citizen_id=digits, card_no="0000111122223333")
    body = world.wish(person.subject)
    del body["holder_id"]
    thai = digits.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    first = await interview.made("/v1/intents", {**body, "citizen_id": thai})
    again = await interview.made("/v1/intents", {**body, "card_no": "0000-1111-2222-3333"})
    assert first["holder_id"] == again["holder_id"] == person.subject
    assert again["repeated"] is True
    assert digits not in str(await interview.state())


async def test_stated_twice_returns_the_first_slip(interview):
    (person,) = await interview.people()
    first = await interview.made("/v1/intents", world.wish(person.subject))
    interview.on("2018-02-20")
    answer = await interview.post("/v1/intents", world.wish(person.subject, "2018-02-20"))
    assert answer.status_code == 200
    assert answer.json() == {**first, "repeated": True}
    assert len(await interview.outbox("IntentDeclared")) == 1


async def test_two_places_at_the_same_second_make_one_slip(interview):
    for _ in range(5):
        (person,) = await interview.people()
        bodies = [world.wish(person.subject), world.wish(person.subject, "2018-02-13")]
        answers = await asyncio.gather(*(interview.post("/v1/intents", body) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        assert len({answer.json()["slip_no"] for answer in answers}) == 1
        assert len(await interview.outbox("IntentDeclared", subject=person.subject)) == 1


async def test_thirty_two_writers_on_one_key_make_one_slip(interview):
    (person,) = await interview.people()
    answers = await asyncio.gather(*(interview.post("/v1/intents", world.wish(person.subject), key="the-key") for _ in range(32)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(await interview.outbox("IntentDeclared")) == 1


async def test_who_is_not_in_the_registry_is_told_so_in_both_languages(interview):
    body = world.wish("x", citizen_id=CITIZEN)
    del body["holder_id"]
    answer = await interview.post("/v1/intents", body)
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["type"].endswith("not-in-registry")
    assert "no new registration" in problem["detail_en"]
    assert "ไม่ใช่การลงทะเบียนใหม่" in problem["detail_th"]
    assert "1000000000017" not in answer.text


async def test_another_districts_person_is_there_only_with_the_wish_to_develop_here(interview):
    (person,) = await interview.people(subdistrict="810201")
    assert (await interview.post("/v1/intents", world.wish(person.subject))).status_code == 404
    slip = await interview.made("/v1/intents", world.wish(person.subject, wished_district="8101"))
    assert slip["district"] == "8101"
    (routed,) = await interview.outbox("CaseRouted")
    assert (routed.data.home_district, routed.data.responsible_district, routed.data.reason) == ("8102", "8101", "WISHED")
    case = await interview.case(person.subject, interview.caller(code="8102"))
    assert case["responsible_district"] == "8101"


@pytest.mark.parametrize(
    ("today", "channel", "stated_on", "slug"),
    [
        ("2018-02-14", "WALK_IN", "2018-02-15", "invalid"),
        ("2018-02-14", "WALK_IN", "2018-01-31", "wish-outside-window"),
        ("2018-03-05", "WALK_IN", "2018-03-05", "wish-outside-window"),
        ("2018-02-14", "HOME_VISIT", "2018-02-14", "wish-outside-window"),
        ("2018-02-22", "WALK_IN", "2018-02-14", "late-approval-required"),
        ("2018-03-01", "WALK_IN", "2018-02-28", "late-approval-required"),
        ("2018-06-01", "HOME_VISIT", "2018-05-31", "late-approval-required"),
    ],
)
async def test_wishes_outside_their_time_are_refused_by_name(interview, today, channel, stated_on, slug):
    (person,) = await interview.people()
    interview.on(today)
    answer = await interview.post("/v1/intents", world.wish(person.subject, stated_on, channel=channel))
    assert answer.json()["type"].endswith(slug)
    assert await interview.case(person.subject) is None


async def test_entered_on_the_seventh_day_needs_nobody(interview):
    (person,) = await interview.people()
    interview.on("2018-02-21")
    assert (await interview.made("/v1/intents", world.wish(person.subject, "2018-02-14")))["approved_late"] is False


async def test_a_wish_of_june_waits_for_the_committee_and_then_counts_from_its_own_day(interview):
    (person,) = await interview.people()
    interview.on("2018-06-15")
    slip = await interview.made("/v1/intents", world.wish(person.subject, "2018-06-10", channel="HOME_VISIT"))
    assert slip["status"] == "PENDING_DECISION"
    assert await interview.published(person.subject) == ["CaseRouted", "ConsentsCaptured"]
    granted = world.decision(person.subject, "LATE_WISH_GRANTED", reference="กบ 9")
    assert (await interview.post("/v1/decisions", granted)).json()["type"].endswith("committee-required")
    interview.on("2018-07-02")
    assert (await interview.made("/v1/decisions", granted, interview.committee()))["state"] == "DECLARED"
    (declared,) = await interview.outbox("IntentDeclared")
    assert (declared.data.decision_reference, str(declared.data.stated_on)) == ("กบ 9", "2018-06-10")
    assert await interview.published(person.subject) == ["CaseRouted", "ConsentsCaptured", "DecisionRecorded", "IntentDeclared"]


async def test_a_late_wish_that_is_refused_closes_the_case(interview):
    (person,) = await interview.people()
    interview.on("2018-06-15")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-06-10", channel="HOME_VISIT"))
    silent = world.decision(person.subject, "LATE_WISH_REFUSED", "2018-06-15")
    assert (await interview.post("/v1/decisions", silent, interview.committee())).json()["errors"][0]["field"] == "reason"
    refused = silent | {"reason": "ไม่มีเหตุจำเป็น"}
    assert (await interview.made("/v1/decisions", refused, interview.committee()))["state"] == "CLOSED"
    assert (await interview.post("/v1/decisions", refused, interview.committee())).json()["type"].endswith("no-late-wish")
    assert await interview.outbox("IntentDeclared") == []
    (told,) = await interview.outbox("DecisionRecorded")
    assert (told.data.kind, told.data.reference, told.data.reason) == ("LATE_WISH_REFUSED", refused["reference"], refused["reason"])


async def test_under_the_circular_a_wish_after_april_is_refused(interview):
    await interview.bring(world.policy(2, "circular", world.CIRCULAR))
    (person,) = await interview.people()
    interview.on("2018-05-02")
    answer = await interview.post("/v1/intents", world.wish(person.subject, "2018-05-02", channel="HOME_VISIT"))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (409, "late-wish-refused")


async def test_the_dead_state_no_wish(interview):
    (person,) = await interview.people()
    await interview.bring(world.died(person, world.date(2018, 2, 1)))
    answer = await interview.post("/v1/intents", world.wish(person.subject))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (409, "holder-deceased")


async def test_who_was_merged_into_another_states_no_wish_until_unmerged(interview):
    person, other = await interview.people(2)
    await interview.bring(world.merged(person, other.subject, world.date(2018, 2, 1)))
    answer = await interview.post("/v1/intents", world.wish(person.subject))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (409, "holder-merged")
    assert answer.json()["merged_into"] == other.subject
    await interview.bring(world.unmerged(person, world.date(2018, 2, 10)))
    await interview.made("/v1/intents", world.wish(person.subject))


async def test_withdrawing_is_published_once_and_needs_a_day_that_can_be(interview):
    (person,) = await interview.people()
    slip = await interview.made("/v1/intents", world.wish(person.subject))
    path = f"/v1/intents/{slip['intent_id']}/withdrawal"
    interview.on("2018-05-10")
    for day in ("2018-02-13", "2018-05-11"):
        assert (await interview.post(path, {"withdrawn_on": day, "reason": "x"})).status_code == 422
    assert (await interview.post(path, {"withdrawn_on": "2018-05-09", "reason": "x"}, interview.caller(code="8102"))).status_code == 404
    assert (await interview.made(path, {"withdrawn_on": "2018-05-09", "reason": "ไปทำงานต่างประเทศ"}))["status"] == "WITHDRAWN"
    assert (await interview.post(path, {"withdrawn_on": "2018-05-09", "reason": "x"})).json()["type"].endswith("case-not-ready")
    (withdrawn,) = await interview.outbox("IntentWithdrawn")
    assert (str(withdrawn.data.withdrawn_on), str(withdrawn.data.known_on)) == ("2018-05-09", "2018-05-10")


async def test_a_thumbprint_needs_a_witness_whose_name_is_sealed(interview):
    (person,) = await interview.people()
    body = world.wish(person.subject, signed_by="THUMBPRINT")
    assert (await interview.post("/v1/intents", body)).json()["errors"][0]["code"] == "witness"
    await interview.made(
        "/v1/intents", {**body, "witness": "สมศรี ใจดี", "proxy": {"name": "สมชาย", "relation": "บุตร", "authority": "POWER_OF_ATTORNEY"}}
    )
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT * FROM intent")
    assert "สมศรี" not in str(dict(row))
    opened = interview.service.resources.fields.open(row["people_sealed"], row["intent_id"].bytes)
    assert "สมศรี ใจดี" in opened


@pytest.mark.parametrize(
    "change",
    [
        {"citizen_id": CITIZEN},
        {"holder_id": None},
        {"holder_id": None, "citizen_id": "1-0000-00000-01-8"},
        {"holder_id": None, "card_no": "12"},
        {"wished_district": "0000"},
        {"place_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001"},
        {"channel": "POST"},
        {"unknown": 1},
    ],
)
async def test_bad_bodies_are_refused(interview, change):
    (person,) = await interview.people()
    body = {name: value for name, value in {**world.wish(person.subject), **change}.items() if value is not None}
    answer = await interview.post("/v1/intents", body)
    assert answer.status_code == 422, answer.text
    assert "1000000000018" not in answer.text


async def test_over_sixties_may_come_and_their_officer_stays_out_of_reach_of_others(interview):
    (person,) = await interview.people(age=72)
    assert (await interview.post("/v1/intents", world.wish(person.subject), interview.ao(await interview.officer()))).status_code == 404
    assert (await interview.post("/v1/intents", world.wish(person.subject), interview.caller(Level.AGENCY, "DSD"))).status_code == 404
    await interview.made("/v1/intents", world.wish(person.subject))
