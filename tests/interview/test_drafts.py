"""Drafts of interviews: saved from two devices, gone on with, completed, and how each ends."""

from datetime import date

import pytest

from services.interview.jobs import empty_old_drafts
from shared.auth import Level
from shared.ids import new_id
from tests.interview import world
from tests.interview.conftest import CHIEF
from tests.interview.test_interviews import assigned, menu

SENSITIVE = ("interview.sealed-answers:read",)
WHO = (*CHIEF, *SENSITIVE)


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[1]


class Desk:
    """One account officer's way to the draft of one case."""

    def __init__(self, interview, case_id, officer):
        self.interview, self.path = interview, f"/v1/cases/{case_id}/interview-draft"
        self.who = interview.caller(Level.OFFICER, officer, WHO)

    async def save(self, answers, seen=None, **more):
        headers = {**self.who, **({} if seen is None else {"If-Match": f'"{seen}"'})}
        return await self.interview.client.put(self.path, json={"answers": answers, **more}, headers=headers)

    async def read(self, who=None):
        return await self.interview.client.get(self.path, headers=who or self.who)

    async def discard(self, seen):
        return await self.interview.client.delete(self.path, headers={**self.who, "If-Match": f'"{seen}"'})

    async def complete(self, seen, **body):
        return await self.interview.post(f"{self.path}/completion", body, self.who, headers={"If-Match": f'"{seen}"'})


async def desk(interview, **more):
    """A person with an officer, and the officer's desk."""
    person, officer = await assigned(interview, **more)
    return person, Desk(interview, (await interview.case(person.subject))["case_id"], officer)


async def test_a_draft_is_saved_gone_on_with_and_completed(interview):
    person, ao = await desk(interview)
    saved = await ao.save({"person": {"education": "PRIMARY"}, "health": {"note": "เบาหวาน"}, "visit": None})
    assert (saved.status_code, saved.headers["etag"], saved.json()["expires_on"]) == (200, '"1"', "2018-04-19"), saved.text
    read = (await ao.read()).json()
    assert read["answers"] == {"person": {"education": "PRIMARY"}, "health": {"note": "เบาหวาน"}}
    missing = {one["field"] for one in read["lacks"]}
    assert {"visit.place", "person.land.tenure", "wishes.answer"} <= missing
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT * FROM interview_draft")
        asked = await tx.fetchrow("SELECT * FROM audit_entry ORDER BY seq DESC LIMIT 1")
    assert "เบาหวาน" not in str(dict(row))
    assert str(asked["holder_id"]) == person.subject
    refused = await ao.complete(1)
    assert (refused.status_code, {one["field"] for one in refused.json()["errors"]}) == (422, missing)
    assert await interview.state_of(person.subject) == "ASSIGNED"
    listed = (await interview.get("/v1/interview-drafts", saved_before="2018-03-21")).json()["items"]
    assert [(one["holder_id"], one["version"]) for one in listed] == [(person.subject, 1)]
    assert (await interview.get("/v1/interview-drafts", saved_before="2018-03-20")).json()["items"] == []
    assert (await ao.save(world.interview_answers(menu=menu()), 1)).headers["etag"] == '"2"'
    done = await ao.complete(2)
    assert (done.status_code, done.json()["state"], done.json()["revision"]) == (201, "INTERVIEWED", 1), done.text
    assert (await interview.published(person.subject))[-2:] == ["AssessmentRecorded", "InterviewCompleted"]
    ended = (await ao.read()).json()
    assert (ended["end_reason"], ended["answers"]) == ("COMPLETED", None)
    assert (await interview.get("/v1/interview-drafts")).json()["items"] == []


async def test_only_the_shape_of_a_draft_is_checked(interview):
    _, ao = await desk(interview)
    for answers, field in (
        ({"person": {"sex": "F"}}, "answers.person.sex"),
        ({"person": {"education": "PHD"}}, "answers.person.education"),
        ({"debts": [{"amount_satang": "much"}]}, "answers.debts.0.amount_satang"),
    ):
        answer = await ao.save(answers)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await ao.save({"wishes": {"answer": "REFUSE"}, "debts": [{}]})).status_code == 200


async def test_two_devices_do_not_overwrite_one_another(interview):
    _, ao = await desk(interview)
    await ao.save({"person": {"dependants": 1}})
    assert (await ao.save({"person": {"dependants": 2}}, 1)).status_code == 200
    for seen in (1, None):
        lost = await ao.save({"person": {"dependants": 3}}, seen)
        assert (lost.status_code, slug(lost), lost.json()["present_version"], lost.json()["your_version"]) == (
            412,
            "draft-changed",
            2,
            seen,
        )
    assert (await ao.read()).json()["answers"] == {"person": {"dependants": 2}}
    for late in (await ao.discard(1), await ao.complete(1)):
        assert (late.status_code, slug(late)) == (412, "draft-changed")
    assert (await ao.discard(2)).json()["end_reason"] == "DISCARDED"
    assert (slug(await ao.save({}, 2)), (await ao.read()).json()["end_reason"]) == ("draft-ended", "DISCARDED")
    assert (await ao.save({})).json()["version"] == 3


async def test_two_officers_complete_at_once_and_the_other_sees_what_was_recorded(interview):
    person, ao = await desk(interview)
    await ao.save(world.interview_answers())
    first, second = await ao.complete(1), await ao.complete(1)
    assert (first.status_code, second.status_code, slug(second)) == (201, 409, "draft-ended")
    told = second.json()
    assert (told["your_version"], told["present_revision"], told["interview_id"]) == (1, 1, first.json()["interview_id"])
    again = await interview.post("/v1/interviews", world.interview(person.subject))
    assert (slug(again), again.json()["present_revision"], again.json()["interview_id"]) == ("case-not-ready", 1, told["interview_id"])
    assert "revisions" in again.json()["detail_en"]


async def test_a_draft_may_put_a_recorded_interview_right(interview):
    person, ao = await desk(interview)
    done = await interview.made("/v1/interviews", world.interview(person.subject))
    await ao.save(world.interview_answers(abilities={"readiness": "NOT_READY"}))
    assert (await ao.complete(1, amends=done["interview_id"])).json()["errors"][0]["field"] == "reason"
    right = await ao.complete(1, amends=done["interview_id"], reason="ผู้มีบัตรแจ้งแก้ไข")
    assert (right.status_code, right.json()["revision"], right.json()["state"]) == (201, 2, "INTERVIEWED"), right.text


async def test_without_baac_or_gsb_the_draft_waits_for_a_co_interviewer(interview):
    _, ao = await desk(interview, employer="COMMUNITY_DEVELOPMENT")
    gsb = await interview.officer("GSB")
    async with interview.db.transaction() as tx:
        await tx.execute("UPDATE case_file SET co_interviewer_id = NULL")
    await ao.save(world.interview_answers())
    answer = await ao.complete(1)
    assert (answer.status_code, slug(answer)) == (409, "co-interviewer-required")
    assert answer.json()["fix"] == {"field": "visit.co_interviewer_id", "employers": ["BAAC", "GSB"]}
    assert (await ao.save(world.interview_answers(visit={"co_interviewer_id": gsb}), 1)).status_code == 200
    assert (await ao.complete(2)).status_code == 201


async def move(interview, person, _):
    await interview.bring(world.moved(person, "900101", date(2018, 3, 20)))


async def withdraw(interview, person, case):
    await interview.made(f"/v1/intents/{case['slip']['intent_id']}/withdrawal", {"withdrawn_on": "2018-03-20", "reason": "x"})


async def die(interview, person, _):
    await interview.bring(world.died(person, date(2018, 3, 20)))


async def merge(interview, person, _):
    (stays,) = await interview.people()
    await interview.made("/v1/intents", world.wish(stays.subject, "2018-03-20", channel="HOME_VISIT"))
    await interview.made("/v1/districts/8101/assignments")
    await interview.made("/v1/interviews", world.interview(stays.subject))
    await interview.bring(world.merged(person, stays.subject, date(2018, 3, 20)))


async def erase(interview, person, _):
    await interview.bring(world.erased(person, date(2018, 3, 20)))


ENDS = [(move, "MOVED"), (withdraw, "WITHDRAWN"), (die, "DECEASED"), (merge, "MERGED"), (erase, None)]


@pytest.mark.parametrize(("happens", "reason"), ENDS, ids=[one.__name__ for one, _ in ENDS])
async def test_a_draft_ends_with_what_ends_its_case(interview, happens, reason):
    person, ao = await desk(interview)
    await ao.save({"health": {"note": "เบาหวาน"}})
    await happens(interview, person, await interview.case(person.subject))
    async with interview.db.reading() as tx:
        rows = await tx.fetch("SELECT content_sealed, end_reason FROM interview_draft")
    assert [tuple(row) for row in rows] == ([] if reason is None else [(None, reason)])
    country = interview.caller(Level.COUNTRY, "", WHO)
    read = await ao.read(country)
    assert read.status_code == (404 if reason is None else 200)
    assert reason is None or read.json()["end_reason"] == reason
    assert (await ao.complete(1)).status_code in {404, 409}
    assert (await interview.get("/v1/interview-drafts", country)).json()["items"] == []


async def test_a_draft_that_nobody_goes_on_with_expires(interview):
    _, ao = await desk(interview)
    await ao.save({"health": {"note": "เบาหวาน"}})
    interview.on("2018-04-19")
    assert (await ao.read()).json()["end_reason"] is None
    interview.on("2018-04-20")
    assert (await ao.read()).json()["end_reason"] == "EXPIRED"
    assert slug(await ao.save({}, 1)) == "draft-ended"
    assert (await interview.get("/v1/interview-drafts")).json()["items"] == []
    await empty_old_drafts(interview.service.resources)
    async with interview.db.reading() as tx:
        assert await tx.fetchval("SELECT content_sealed FROM interview_draft") is None
    assert (await ao.save({})).json()["version"] == 2


async def test_drafts_are_within_reach_and_of_cases_that_take_one(interview):
    person, ao = await desk(interview)
    await ao.save({})
    for who in (interview.caller(code="9001", scopes=WHO), interview.caller(Level.OFFICER, str(new_id()), WHO)):
        assert (await ao.read(who)).status_code == 404
        assert (await interview.client.put(ao.path, json={"answers": {}}, headers=who)).status_code == 404
        assert (await interview.client.delete(ao.path, headers={**who, "If-Match": '"1"'})).status_code == 404
        assert (await interview.get("/v1/interview-drafts", who)).json()["items"] == []
    assert (await ao.read(interview.caller())).status_code == 403
    case = await interview.case(person.subject)
    await withdraw(interview, person, case)
    assert slug(await ao.save({})) == "case-not-ready"
