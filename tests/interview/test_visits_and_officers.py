"""The list of home visits, officers, assignment, and visits that met nobody."""

import asyncio
from collections import Counter

import pytest

from shared.auth import Level
from shared.contracts.common import Tier
from shared.ids import new_id
from tests.interview import world

LIST = "/v1/districts/8101/home-visit-list"
ASSIGN = "/v1/districts/8101/assignments"


async def listed(interview, count=1):
    """People of the visit group on the list of March."""
    people = await interview.people(count)
    interview.on("2018-03-01")
    await interview.made(LIST)
    return people


async def test_the_list_holds_the_visit_group_who_did_not_come(interview):
    due = await interview.people(3) + await interview.people(age=60)
    not_due = await interview.people(age=61) + await interview.people(tier=Tier.OVER_30000) + await interview.people(subdistrict="810201")
    came, dead, merged = await interview.people(3)
    await interview.bring(world.merged(merged, came.subject, world.date(2018, 2, 20)))
    await interview.made("/v1/intents", world.wish(came.subject))
    await interview.bring(world.died(dead, world.date(2018, 2, 20)))
    interview.on("2018-02-28")
    assert (await interview.post(LIST)).json()["type"].endswith("too-early")
    interview.on("2018-03-01")
    assert (await interview.made(LIST))["cases"] == 4
    assert (await interview.made(LIST))["cases"] == 0
    assert {event.subject for event in await interview.outbox("HomeVisitDue")} == {person.subject for person in due}
    assert [await interview.case(person.subject) for person in not_due] == [None] * 3
    page = (await interview.get("/v1/districts/8101/home-visits", limit=3)).json()
    rest = (await interview.get("/v1/districts/8101/home-visits", limit=3, cursor=page["next_cursor"])).json()
    assert {row["holder_id"] for row in page["items"] + rest["items"]} == {person.subject for person in due}
    assert {row["due_by"] for row in page["items"]} == {"2018-05-31"}
    assert rest["next_cursor"] is None
    assert await interview.published(due[0].subject) == ["CaseRouted", "HomeVisitDue", "NoticeRequested"]
    (asked,) = await interview.outbox("NoticeRequested", subject=due[0].subject)
    assert (asked.data.template, asked.data.parameters) == ("home-visit-due", {"due_by": "2018-05-31"})
    assert asked.data.expires_at.isoformat() == "2018-06-01T00:00:00+07:00"


async def test_who_is_registered_later_is_added_to_the_list_until_the_visits_end(interview):
    await listed(interview)
    late = (await interview.people())[0]
    assert (await interview.made(LIST))["cases"] == 1
    assert await interview.state_of(late.subject) == "VISIT_DUE"
    interview.on("2018-06-01")
    assert (await interview.post(LIST)).json()["type"].endswith("too-late")


async def test_a_district_is_shared_evenly_with_a_bank_officer_beside_every_clerk(interview):
    people = await listed(interview, 10)
    (declared,) = await interview.people(age=70)
    interview.on("2018-03-02")
    await interview.made("/v1/intents", world.wish(declared.subject, "2018-03-02", channel="HOME_VISIT"))
    clerks = {await interview.officer("DISTRICT_OFFICE") for _ in range(3)}
    bank = await interview.officer("GSB")
    assigned = await interview.made(ASSIGN)
    assert assigned["cases"] == 11
    assert {load["officer_id"] for load in assigned["loads"]} == clerks | {bank}
    assert Counter(load["cases"] for load in assigned["loads"]) == {3: 3, 2: 1}
    events = await interview.outbox("AccountOfficerAssigned")
    assert {str(event.data.co_interviewer_id) for event in events if event.data.employer == "DISTRICT_OFFICE"} == {bank}
    assert {event.data.co_interviewer_id for event in events if event.data.employer == "GSB"} == {None}
    assert await interview.state_of(declared.subject) == "ASSIGNED"
    assert await interview.state_of(people[0].subject) == "VISIT_DUE"
    assert (await interview.made(ASSIGN))["cases"] == 0
    assert len(await interview.outbox("AccountOfficerAssigned")) == 11


async def test_a_district_without_officers_or_bank_says_so_by_name(interview):
    assert (await interview.made(ASSIGN))["cases"] == 0
    await listed(interview)
    assert (await interview.post(ASSIGN)).json()["type"].endswith("no-officers")
    clerk = await interview.officer("DISTRICT_OFFICE")
    assert (await interview.post(ASSIGN)).json()["type"].endswith("no-bank-officer")
    await interview.officer("GSB", "9001")
    assert (await interview.post(ASSIGN)).json()["type"].endswith("no-bank-officer")
    neighbour = await interview.officer("BAAC", "8102")
    await interview.made(ASSIGN)
    (event,) = await interview.outbox("AccountOfficerAssigned")
    assert (str(event.data.officer_id), str(event.data.co_interviewer_id)) == (clerk, neighbour)


async def test_one_case_is_given_to_another_officer_by_its_version(interview):
    (person,) = await listed(interview)
    bank, clerk = await interview.officer("BAAC"), await interview.officer("LABOUR")
    case = await interview.case(person.subject)
    path = f"/v1/cases/{case['case_id']}/assignment"
    assert (await interview.post(path, {"officer_id": clerk})).json()["type"].endswith("co-interviewer-required")
    assert (await interview.post(path, {"officer_id": clerk, "co_interviewer_id": await interview.officer("KTB")})).json()["status"] == 409
    stranger = await interview.officer("BAAC", "8102")
    assert (await interview.post(path, {"officer_id": stranger})).json()["type"].endswith("officer-of-another-district")
    assert (await interview.post(path, {"officer_id": str(new_id())})).status_code == 422
    assert (await interview.post(path, {"officer_id": bank}, headers={"If-Match": '"7"'})).status_code == 412
    first = await interview.post(path, {"officer_id": bank}, headers={"If-Match": '"1"'})
    assert (first.json()["officer_id"], first.headers["etag"]) == (bank, '"2"')
    second = await interview.made(path, {"officer_id": clerk, "co_interviewer_id": bank})
    assert (second["officer_id"], second["co_interviewer_id"], second["state"]) == (clerk, bank, "VISIT_DUE")
    assert (await interview.get(f"/v1/cases/{case['case_id']}", interview.ao(bank))).status_code == 404
    assert (await interview.get(f"/v1/cases/{case['case_id']}", interview.ao(clerk))).status_code == 200


async def test_officers_and_places_are_listed_by_district(interview):
    officer = await interview.officer("BAAC")
    await interview.officer("GSB", "8102")
    mine = (await interview.get("/v1/officers")).json()["items"]
    assert [row["officer_id"] for row in mine] == [officer]
    assert len((await interview.get("/v1/officers", interview.committee())).json()["items"]) == 2
    body = {"district": "8101", "employer": "BAAC", "staff_no": "B-1"}
    await interview.made("/v1/officers", body, interview.chief())
    assert (await interview.post("/v1/officers", body, interview.chief())).json()["type"].endswith("officer-known")
    place = {"subdistrict": "810101", "name": "หอประชุม", "opens_on": "2018-02-01", "closes_on": "2018-02-28", "capacity_per_day": 300}
    made = await interview.made("/v1/meeting-places", place, interview.chief())
    assert (await interview.get("/v1/meeting-places", district="8101")).json()["items"] == [made]
    assert (await interview.post("/v1/meeting-places", {**place, "closes_on": "2018-01-01"}, interview.chief())).status_code == 422
    (announced,) = await interview.outbox("MeetingPlaceAnnounced")
    assert announced.data.district == "8101"
    (person,) = await interview.people()
    slip = await interview.made("/v1/intents", world.wish(person.subject, place_id=made["place_id"]))
    (declared,) = await interview.outbox("IntentDeclared")
    assert (str(declared.data.place_id), declared.data.slip_no) == (made["place_id"], slip["slip_no"])


async def test_three_visits_in_vain_and_the_chief_closes_as_not_found(interview):
    (person,) = await listed(interview)
    officer = await interview.officer()
    attempt = {"holder_id": person.subject, "visited_on": "2018-03-01", "reason": "NOT_AT_HOME"}
    assert (await interview.post("/v1/visit-attempts", attempt)).json()["type"].endswith("officer-required")
    await interview.made(ASSIGN)
    not_found = world.decision(person.subject, "NOT_FOUND", "2018-03-01")
    for number in (1, 2, 3):
        assert (await interview.post("/v1/decisions", not_found, interview.chief())).json()["type"].endswith("attempts-not-used-up")
        done = await interview.made("/v1/visit-attempts", attempt, interview.ao(officer))
        assert (done["state"], done["attempts"]) == ("VISITED", number)
    assert (await interview.made("/v1/decisions", not_found, interview.chief()))["state"] == "NOT_FOUND"
    visits = await interview.outbox("VisitUnsuccessful")
    assert [(visit.data.attempt_no, visit.data.final) for visit in visits] == [(1, False), (2, False), (3, False), (3, True)]
    interview.on("2018-04-02")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-04-02", channel="HOME_VISIT"))
    assert await interview.state_of(person.subject) == "ASSIGNED"


async def test_what_a_visitor_learns_of_a_move_or_a_death_goes_to_the_registry(interview):
    one, other = await listed(interview, 2)
    await interview.officer()
    await interview.made(ASSIGN)
    attempt = {"visited_on": "2018-03-01"}
    move = {"moved_on": "2018-02-25", "to_subdistrict": "900101"}
    death = {"deceased_on": "2018-02-27", "evidence": "ใบมรณบัตร"}
    wrong = {"holder_id": one.subject, **attempt, "reason": "ILL", "move": move}
    assert (await interview.post("/v1/visit-attempts", wrong)).status_code == 422
    assert (await interview.post("/v1/visit-attempts", {**wrong, "move": None, "visited_on": "2018-03-02"})).status_code == 422
    await interview.made("/v1/visit-attempts", {"holder_id": one.subject, **attempt, "reason": "MOVED", "move": move})
    await interview.made("/v1/visit-attempts", {"holder_id": other.subject, **attempt, "reason": "DECEASED", "death": death})
    assert (await interview.published(one.subject))[-2:] == ["VisitUnsuccessful", "MoveReported"]
    assert (await interview.published(other.subject))[-2:] == ["VisitUnsuccessful", "DeathReported"]


@pytest.mark.parametrize("path", [LIST, ASSIGN])
async def test_another_districts_lists_are_not_there(interview, path):
    assert (await interview.post(path, who=interview.caller(code="8102"))).status_code == 404
    assert (await interview.post(path, who=interview.caller(Level.PROVINCE, "90"))).status_code == 404
    assert (await interview.post("/v1/districts/0000/assignments")).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field", "allowed"),
    [
        ({"visited_on": "0001-01-01"}, "visited_on", "2018-03-01..2018-03-01"),
        ({"visited_on": "2018-03-02"}, "visited_on", "2018-03-01..2018-03-01"),
        ({"reason": "MOVED", "move": {"moved_on": "0001-01-01", "to_subdistrict": "900101"}}, "move.moved_on", "2016-01-01..2018-03-01"),
        ({"reason": "DECEASED", "death": {"deceased_on": "2018-03-02", "evidence": "x"}}, "death.deceased_on", "2016-01-01..2018-03-01"),
    ],
)
async def test_a_visit_on_a_day_that_cannot_be_is_refused(interview, wrong, field, allowed):
    (person,) = await listed(interview)
    await interview.officer()
    await interview.made(ASSIGN)
    answer = await interview.post("/v1/visit-attempts", {"holder_id": person.subject, "visited_on": "2018-03-01", "reason": "ILL"} | wrong)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"], error["allowed"]) == (field, "date_range", allowed)
    assert error["message_th"]
    assert (await interview.case(person.subject))["attempts"] == 0


@pytest.mark.parametrize(("field", "day"), [("opens_on", "0001-01-01"), ("opens_on", "2017-02-12"), ("closes_on", "9999-12-31")])
async def test_a_place_far_from_today_is_refused(interview, field, day):
    place = {"subdistrict": "810101", "name": "หอประชุม", "opens_on": "2018-02-01", "closes_on": "2018-02-28", "capacity_per_day": 300}
    answer = await interview.post("/v1/meeting-places", place | {field: day}, interview.chief())
    assert answer.status_code == 422
    assert [(error["field"], error["allowed"]) for error in answer.json()["errors"]] == [(field, "2017-02-13..2019-02-15")]


async def test_what_contradicts_names_the_field_to_change(interview):
    place = {"subdistrict": "810101", "name": "หอประชุม", "opens_on": "2018-02-01", "closes_on": "2018-01-31", "capacity_per_day": 300}
    error = (await interview.post("/v1/meeting-places", place, interview.chief())).json()["errors"][0]
    assert (error["field"], error["allowed"]) == ("closes_on", "≥ 2018-02-01")
    for path, body, field in (
        ("/v1/visit-attempts", {"visited_on": "2018-02-14", "reason": "ILL"}, "case_id"),
        ("/v1/follow-ups", world.follow_up(new_id()) | {"job_status": None}, "job_status"),
        ("/v1/intents", world.wish(new_id()) | {"signed_by": "THUMBPRINT"}, "witness"),
        ("/v1/interviews", world.interview(new_id()) | {"wishes": {"answer": "REFUSE"}}, "wishes.decline_reason"),
    ):
        answer = await interview.post(path, body)
        assert [error["field"] for error in answer.json()["errors"]] == [field], answer.text


async def test_an_officer_leaves_after_handing_over_and_gets_no_more_cases(interview):
    (person,) = await listed(interview)
    leaving, staying = await interview.officer(), await interview.officer("GSB")
    case = await interview.case(person.subject)
    await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": leaving})
    path, body = f"/v1/officers/{leaving}/departure", {"reason": "ย้าย"}
    refused = await interview.post(path, body, interview.chief())
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "officer-has-cases")
    assert (refused.json()["open_cases"], refused.json()["co_interviews_to_come"]) == (1, 0)

    await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": staying})
    left = await interview.made(path, body, interview.chief())
    assert (left["active"], left["version"]) == (False, 2)
    assert [event.data.active for event in await interview.outbox("OfficerRegistered", subject=leaving)] == [True, False]
    again = await interview.post(path, body, interview.chief())
    assert (again.status_code, again.json()["type"].rsplit(":", 1)[-1]) == (409, "officer-left")
    back = await interview.post(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": leaving})
    assert back.json()["type"].endswith("unknown-officer")


async def test_a_co_interviewer_leaves_only_after_the_interviews_to_come(interview):
    (person,) = await listed(interview)
    clerk, bank = await interview.officer("COMMUNITY_DEVELOPMENT"), await interview.officer()
    case = await interview.case(person.subject)
    await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": clerk, "co_interviewer_id": bank})
    refused = await interview.post(f"/v1/officers/{bank}/departure", {"reason": "ย้าย"}, interview.chief())
    assert (refused.json()["open_cases"], refused.json()["co_interviews_to_come"]) == (0, 1)


async def test_a_case_given_while_its_officer_leaves_keeps_one_who_is_there(interview):
    (person,) = await listed(interview)
    officer = await interview.officer()
    case = await interview.case(person.subject)
    given, left = await asyncio.gather(
        interview.post(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": officer}),
        interview.post(f"/v1/officers/{officer}/departure", {"reason": "ย้าย"}, interview.chief()),
    )
    assert (given.status_code, left.status_code) in {(200, 409), (422, 200)}
