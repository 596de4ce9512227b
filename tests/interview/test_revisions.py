"""Putting a recorded interview right: revisions with their reasons, the old ones readable, one winner."""

import asyncio

from services.interview.commands.read_sealed import in_place
from services.interview.forms.definition import catalogue
from tests.interview import world
from tests.interview.test_interviews import interviewed


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[1]


async def first_of(interview, person):
    (completed,) = await interview.outbox("InterviewCompleted", subject=person.subject)
    return f"/v1/interviews/{completed.data.interview_id}"


async def test_an_amendment_is_a_new_revision_with_who_when_and_why(interview):
    person, officer = await interviewed(interview)
    first = await first_of(interview, person)
    right = {**world.interview_answers(), "reason": "ลงรายได้ผิด"}
    right["person"]["income_now_baht"] = 38000
    interview.on("2018-03-25")
    done = await interview.made(f"{first}/revisions", right, interview.ao(officer))
    assert (done["revision"], done["state"]) == (2, "INTERVIEWED")
    revisions = (await interview.get(f"{first}/revisions")).json()["items"]
    assert [(one["revision"], one["reason"], one["recorded_by"]) for one in revisions] == [
        (1, None, "DISTRICT-8101"), (2, "ลงรายได้ผิด", f"OFFICER-{officer}")
    ]  # fmt: skip
    incomes = [(await interview.get(f"/v1/interviews/{one['interview_id']}")).json()["income_now_baht"] for one in revisions]
    assert incomes == [28000, 38000]
    completed = await interview.outbox("InterviewCompleted", subject=person.subject)
    assert [(one.data.revision, one.data.income_now_baht) for one in completed] == [(1, 28000), (2, 38000)]
    history = (await interview.case(person.subject))["history"]
    assert [(one["step"], one["reason"]) for one in history if one["step"] == "INTERVIEW_AMENDED"] == [("INTERVIEW_AMENDED", "ลงรายได้ผิด")]


async def test_it_needs_a_reason_the_same_answer_and_a_meeting_of_the_rules(interview):
    person, _ = await interviewed(interview)
    path = f"{await first_of(interview, person)}/revisions"
    for reason in (None, "", " "):
        answer = await interview.post(path, {**world.interview_answers(), "reason": reason})
        assert [one["field"] for one in answer.json()["errors"]] == ["reason"]
    other = await interview.post(path, {**world.interview_answers(answer="REFUSE"), "reason": "เปลี่ยนใจ"})
    assert (other.status_code, slug(other), other.json()["recorded"]) == (409, "answer-not-amended", "DEVELOP")
    early = await interview.post(path, {**world.interview_answers("2018-02-01"), "reason": "ลงวันผิด"})
    assert early.json()["errors"][0]["field"] == "visit.interviewed_on"
    assert (await interview.post(path, {**world.interview_answers(), "reason": "ลงผิด"}, interview.caller(code="9001"))).status_code == 404


async def test_of_two_officers_who_amend_at_once_one_wins_and_the_other_is_told_of_both_revisions(interview):
    person, _ = await interviewed(interview)
    path = f"{await first_of(interview, person)}/revisions"
    bodies = [{**world.interview_answers(), "reason": f"แก้ไขโดยคนที่ {n}"} for n in (1, 2)]
    answers = sorted(await asyncio.gather(*(interview.post(path, body) for body in bodies)), key=lambda one: one.status_code)
    assert [one.status_code for one in answers] == [201, 409]
    lost = answers[1].json()
    assert (slug(answers[1]), lost["amended_revision"], lost["present_revision"]) == ("interview-superseded", 1, 2)
    assert lost["present_interview_id"] == answers[0].json()["interview_id"]
    again = await interview.post(f"/v1/interviews/{lost['present_interview_id']}/revisions", bodies[1])
    assert again.json()["revision"] == 3


async def test_what_an_erased_person_is_said_to_have_had_wrong_is_forgotten(interview):
    person, _ = await interviewed(interview)
    path = f"{await first_of(interview, person)}/revisions"
    await interview.made(path, {**world.interview_answers(), "reason": "ลืมบอกว่าป่วย"})
    await interview.bring(world.erased(person, world.date(2018, 7, 2)))
    async with interview.db.reading() as tx:
        left = await tx.fetch("SELECT proposed, revision_reason, answers FROM interview ORDER BY revision")
    assert [tuple(row) for row in left] == [({}, None, {}), ({}, "", {})]
    assert (await interview.get(path)).status_code == 404


def test_what_was_sealed_before_forms_had_definitions_is_read_in_its_place():
    annex3 = catalogue().get("annex3", "1")
    assert in_place("health", {"chronic_illness": True}, annex3) == {"health": {"chronic_illness": True}}
    assert in_place("debts", [], annex3) == {"debts": []}
    assert in_place("health", {"health": {"note": "x"}}, annex3) == {"health": {"note": "x"}}
