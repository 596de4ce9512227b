"""The second stage: a specialist is asked, takes the question, answers in time or not, and what is agreed on waits for it."""

from datetime import UTC, datetime

import pytest

from services.plan.domain import plan_id_of
from services.plan.jobs.specialists import raise_overdue_reviews
from shared.auth import Level, Reach
from tests.plan import story
from tests.plan.story import FARMER_LOAN, JOB, TECHNICIAN, person
from tests.plan.test_agreements import agreement

ONE = person(1)
PLAN = f"/v1/plans/{plan_id_of(ONE)}"
SPECIALIST = ("plan.specialist-reviews:read", "plan.specialist-reviews:answer")
AGREES = {"opinion": "AS_RECOMMENDED", "words": "เหมาะสมแล้ว"}


def specialist(plan, noun="finance", province="81"):
    scopes = (*SPECIALIST, f"plan.specialist-{noun}:answer")
    token = plan.issuer.issue(f"specialist-{noun}-{province}", scopes, Reach(Level.PROVINCE, province))
    return {"Authorization": f"Bearer {token}"}


def agency_specialist(plan, code):
    return {"Authorization": f"Bearer {plan.issuer.issue(f'agency-{code}', SPECIALIST, Reach(Level.AGENCY, code), employer=code)}"}


def slug(answer):
    return (answer.status_code, answer.json()["type"].removeprefix("urn:sukjai:problem:"))


async def ask(plan, dimension="D3", **more):
    answer = await plan.post(f"{PLAN}/specialist-reviews", {"dimension": dimension, **more}, plan.officer())
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
async def waiting(plan):
    """A person whose plan waits for an agreement."""
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE))
    return plan


async def test_a_question_is_taken_and_answered_and_the_agreement_waits_for_it(waiting):
    plan = waiting
    asked = await ask(plan, question="มีหนี้นอกระบบ")
    assert (asked["status"], asked["asked_on"], asked["due_on"], asked["question"]) == ("ASKED", "2018-04-02", "2018-04-12", "มีหนี้นอกระบบ")
    assert [one["problems"] for one in [asked["first_analysis"]]] == [["D2"]]
    assert (await plan.plan_of(ONE))["status"] == "AT_SPECIALIST"
    assert slug(await plan.post(f"{PLAN}/specialist-reviews", {"dimension": "D3"}, plan.officer())) == (409, "specialist-review-open")
    refused = await plan.post(f"{PLAN}/agreement", agreement(TECHNICIAN, FARMER_LOAN, other_choice="SPECIALIST_ADVISED"), plan.officer())
    assert slug(refused) == (409, "specialist-review-awaited")
    assert (refused.json()["dimension"], refused.json()["review_id"]) == ("D3", asked["review_id"])
    path = f"/v1/specialist-reviews/{asked['review_id']}"
    assert slug(await plan.post(f"{path}/opinion", AGREES, specialist(plan))) == (409, "specialist-review-not-taken")
    taken = await plan.post(f"{path}/taking", None, specialist(plan))
    assert (taken.json()["status"], taken.json()["taken_by"]) == ("TAKEN", "specialist-finance-81")
    body = {"opinion": "OTHER_PROGRAMMES", "programmes": [FARMER_LOAN], "words": "ไกล่เกลี่ยหนี้ก่อน"}
    given = (await plan.post(f"{path}/opinion", body, specialist(plan))).json()
    assert (given["status"], given["opinion"], given["words"], given["ended_on"]) == (
        "GIVEN",
        "OTHER_PROGRAMMES",
        "ไกล่เกลี่ยหนี้ก่อน",
        "2018-04-02",
    )
    assert [(one["from_status"], one["to_status"]) for one in given["history"]] == [(None, "ASKED"), ("ASKED", "TAKEN"), ("TAKEN", "GIVEN")]
    assert (await plan.plan_of(ONE))["status"] == "RECOMMENDED"
    assert (
        await plan.post(f"{PLAN}/agreement", agreement(TECHNICIAN, FARMER_LOAN, other_choice="SPECIALIST_ADVISED"), plan.officer())
    ).status_code == 201
    assert (await plan.published(ONE))[1:4] == ["SpecialistReviewAsked", "SpecialistReviewGiven", "PlanAssigned"]
    [told] = await plan.outbox("SpecialistReviewGiven")
    assert "ไกล่เกลี่ย" not in str(told)


async def test_what_is_agreed_on_in_other_dimensions_does_not_wait(waiting):
    await ask(waiting)
    answer = await waiting.post(f"{PLAN}/agreement", agreement(TECHNICIAN, JOB, other_choice="PERSON_PREFERS"), waiting.officer())
    assert (answer.status_code, answer.json()["status"]) == (201, "REFERRED")


async def test_a_withdrawn_question_is_waited_for_no_longer(waiting):
    path = f"/v1/specialist-reviews/{(await ask(waiting))['review_id']}/withdrawal"
    assert (await waiting.post(path, {"reason": "PLAN_ENDED"}, waiting.officer())).status_code == 422
    answer = await waiting.post(path, {"reason": "PERSON_CANNOT_WAIT"}, waiting.officer())
    assert (answer.json()["status"], answer.json()["ended_reason"]) == ("WITHDRAWN", "PERSON_CANNOT_WAIT")
    assert (await waiting.plan_of(ONE))["status"] == "RECOMMENDED"
    assert slug(await waiting.post(path, {"reason": "NOT_NEEDED"}, waiting.officer())) == (409, "specialist-review-not-open")


async def test_who_sees_the_queue_and_who_answers(waiting):
    plan = waiting
    finance, work = await ask(plan, agency="BAAC"), await ask(plan, "D1")
    assert (finance["agency"], work["agency"]) == ("BAAC", None)
    seen = {
        "finance": specialist(plan),
        "work": specialist(plan, "work"),
        "other province": specialist(plan, province="83"),
        "asked agency": agency_specialist(plan, "BAAC"),
        "other agency": agency_specialist(plan, "DOE"),
        "governor": plan.caller(Reach(Level.PROVINCE, "81"), ("plan.specialist-reviews:read",)),
        "own officer": plan.officer(),
        "other officer": plan.officer(story.OTHER_OFFICER),
    }
    found = {
        name: {row["dimension"] for row in (await plan.get("/v1/specialist-reviews", who)).json()["items"]} for name, who in seen.items()
    }
    assert found == {
        "finance": {"D3"},
        "work": {"D1"},
        "other province": set(),
        "asked agency": {"D3"},
        "other agency": set(),
        "governor": {"D1", "D3"},
        "own officer": {"D1", "D3"},
        "other officer": set(),
    }
    path = f"/v1/specialist-reviews/{work['review_id']}"
    for who in (seen["finance"], seen["other province"], seen["asked agency"]):
        assert (await plan.get(path, who)).status_code == 404
        assert (await plan.post(f"{path}/taking", None, who)).status_code == 404
    assert (await plan.post(f"{path}/taking", None, seen["governor"])).status_code == 403
    without = plan.caller(Reach(Level.PROVINCE, "81"), SPECIALIST)
    assert slug(await plan.post(f"{path}/taking", None, without)) == (403, "forbidden")
    assert (await plan.post(f"/v1/specialist-reviews/{finance['review_id']}/taking", None, seen["asked agency"])).status_code == 200
    assert len((await plan.get("/v1/specialist-reviews", status="TAKEN", agency="BAAC", province="81")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"opinion": "OTHER_PROGRAMMES", "words": "x"}, "programmes"),
        ({"opinion": "NONE_FITS", "programmes": [FARMER_LOAN], "words": "x"}, "programmes"),
        ({"opinion": "OTHER_PROGRAMMES", "programmes": [TECHNICIAN], "words": "x"}, "programmes.0"),
        ({"opinion": "OTHER_PROGRAMMES", "programmes": [FARMER_LOAN, FARMER_LOAN], "words": "x"}, "programmes"),
        ({"opinion": "AS_RECOMMENDED", "words": ""}, "words"),
    ],
)
async def test_an_answer_that_does_not_fit_names_its_field(waiting, body, field):
    path = f"/v1/specialist-reviews/{(await ask(waiting))['review_id']}"
    await waiting.post(f"{path}/taking", None, specialist(waiting))
    answer = await waiting.post(f"{path}/opinion", body, specialist(waiting))
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


async def test_an_agency_without_a_programme_of_the_dimension_is_not_asked(waiting):
    answer = await waiting.post(f"{PLAN}/specialist-reviews", {"dimension": "D3", "agency": "DSD"}, waiting.officer())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "agency")


async def test_an_interview_asks_a_specialist_of_each_dimension_with_a_problem(plan):
    signed = story.menu(TECHNICIAN)
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE, problems=("D1", "D3"), specialist_asked=True, lines=signed))
    found = (await plan.get("/v1/specialist-reviews")).json()["items"]
    assert sorted((one["dimension"], one["status"]) for one in found) == [("D1", "ASKED"), ("D3", "ASKED")]
    assert (await plan.plan_of(ONE))["status"] == "AT_SPECIALIST"
    assert {event["data"]["in_interview"] for event in await plan.outbox("SpecialistReviewAsked")} == {True}
    await plan.bring(story.interviewed(ONE, problems=("D1", "D3"), specialist_asked=True, lines=signed, revision=2))
    assert len((await plan.get("/v1/specialist-reviews")).json()["items"]) == 2
    await plan.bring(story.interviewed(ONE, lines=story.menu(JOB), revision=3))
    assert (await plan.plan_of(ONE))["status"] == "AT_SPECIALIST"  # a specialist of D1 is still asked
    await plan.bring(story.interviewed(ONE, lines=signed, revision=4))
    assert (await plan.plan_of(ONE))["status"] == "REFERRED"


async def test_what_has_no_answer_in_time_rises_once_to_each_level(waiting):
    plan = waiting
    await ask(plan, agency="BAAC")

    async def levels(day):
        plan.resources.clock.play(datetime(2018, 4, day, 5, tzinfo=UTC))
        for _ in range(2):
            await raise_overdue_reviews(plan.resources)
        return [event["data"]["level"] for event in await plan.outbox("SpecialistReviewOverdue")]

    assert await levels(12) == []
    assert (await plan.get("/v1/specialist-reviews", overdue=True)).json()["items"] == []
    assert await levels(13) == ["DISTRICT"]
    [late] = (await plan.get("/v1/specialist-reviews", plan.caller(Reach(Level.DISTRICT, "8101")), overdue=True)).json()["items"]
    assert (late["overdue"], late["risen_to"]) == (True, ["DISTRICT"])
    assert await levels(20) == ["DISTRICT"]  # Songkran: 13 and 16 April are holidays
    assert await levels(21) == ["DISTRICT"]
    assert await levels(24) == ["DISTRICT", "PROVINCE"]
    [event] = [one for one in await plan.outbox("SpecialistReviewOverdue") if one["data"]["level"] == "PROVINCE"]
    assert (event["data"]["due_on"], event["data"]["found_on"], event["data"]["agency"]) == ("2018-04-12", "2018-04-24", "BAAC")


@pytest.mark.parametrize(
    "end", [lambda: story.died(ONE), lambda: story.withdrawn(ONE), lambda: story.interviewed(ONE, answer="REFUSE", revision=2)]
)
async def test_a_question_ends_with_its_plan(waiting, end):
    await ask(waiting)
    await waiting.bring(end())
    [review] = (await waiting.get("/v1/specialist-reviews")).json()["items"]
    assert (review["status"], review["ended_reason"]) == ("WITHDRAWN", "PLAN_ENDED")
    [event] = await waiting.outbox("SpecialistReviewWithdrawn")
    assert event["data"]["reason"] == "PLAN_ENDED"


async def test_a_plan_that_goes_on_after_a_death_that_was_none_waits_for_an_agreement(waiting):
    await ask(waiting)
    await waiting.bring(story.died(ONE))
    await waiting.bring(story.alive_again(ONE))
    assert (await waiting.plan_of(ONE))["status"] == "RECOMMENDED"


async def test_nothing_is_left_of_an_erased_persons_words(waiting):
    path = f"/v1/specialist-reviews/{(await ask(waiting, question='มีหนี้'))['review_id']}"
    await waiting.post(f"{path}/taking", None, specialist(waiting))
    body = {"opinion": "OTHER_PROGRAMMES", "programmes": [FARMER_LOAN], "words": "ไกล่เกลี่ย"}
    await waiting.post(f"{path}/opinion", body, specialist(waiting))
    await waiting.bring(story.erased(ONE))
    found = (await waiting.get(path)).json()
    assert (found["question"], found["words"], found["programmes"]) == (None, None, [])
    assert (found["first_analysis"]["occupation"], found["first_analysis"]["income_now_baht"]) == ("", None)
