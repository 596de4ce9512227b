"""What agencies do: acceptances and outcomes, one and many, and the end of the plan."""

import orjson
import pytest

from tests.plan import story
from tests.plan.story import FARMER_LOAN, JOB, TECHNICIAN, person

ONE = person(1)


@pytest.fixture
async def referred(plan):
    """A person referred to a course and a job."""
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE, lines=story.menu(TECHNICIAN, JOB)))
    return plan


async def _take_in(plan, holder_id=ONE):
    for one in await plan.referrals_of(holder_id):
        answer = await plan.post(
            f"/v1/referrals/{one['referral_id']}/acceptance", {"accepted_on": "2018-04-01"}, plan.agency(one["agency"])
        )
        assert answer.status_code == 200, answer.text


async def _report(plan, referral, outcome, **more):
    return await plan.post(
        f"/v1/referrals/{referral['referral_id']}/outcomes", {"outcome": outcome, **more}, plan.agency(referral["agency"])
    )


async def test_from_acceptance_to_the_end_of_the_plan(referred):
    await _take_in(referred)
    assert (await referred.plan_of(ONE))["status"] == "IN_DEVELOPMENT"
    course, job = await referred.referrals_of(ONE)
    assert (await _report(referred, course, "TRAINING_AWAITING_RESULT")).json()["status"] == "STARTED"
    passed = await _report(referred, course, "TRAINING_PASSED", evidence="ใบรับรอง ๑๒๓")
    assert (passed.status_code, passed.json()["status"], passed.json()["outcome_final"]) == (201, "CLOSED", True)
    assert (await referred.plan_of(ONE))["status"] == "IN_DEVELOPMENT"
    await _report(referred, job, "JOB_NO_SKILL")
    found = await referred.plan_of(ONE)
    assert (found["status"], found["succeeded"], found["failed"], found["completed_on"]) == ("COMPLETED", 1, 1, "2018-04-02")
    names = (await referred.published(ONE))[4:]
    assert names == ["ReferralAccepted"] * 2 + ["ReferralOutcomeRecorded"] * 3 + ["PlanCompleted"]
    assert [event["data"]["final"] for event in await referred.outbox("ReferralOutcomeRecorded")] == [False, True, True]
    history = (await referred.get(f"/v1/referrals/{course['referral_id']}")).json()["history"]
    assert [(move["to_status"], move["outcome"], move["evidence"]) for move in history] == [
        ("CREATED", None, None),
        ("ACCEPTED", None, None),
        ("STARTED", "TRAINING_AWAITING_RESULT", None),
        ("CLOSED", "TRAINING_PASSED", "ใบรับรอง ๑๒๓"),
    ]


async def test_a_plan_of_which_nothing_succeeded_is_dropped(referred):
    await _take_in(referred)
    for one in await referred.referrals_of(ONE):
        await _report(referred, one, "DID_NOT_START")
    [event] = await referred.outbox("PlanCompleted")
    assert (event["data"]["dropped"], event["data"]["succeeded"], event["data"]["failed"]) == (True, 0, 2)
    assert (await referred.plan_of(ONE))["status"] == "DROPPED"


async def test_illegal_steps_are_refused_by_name(referred):
    course, _ = await referred.referrals_of(ONE)
    await _take_in(referred)
    twice = await referred.post(f"/v1/referrals/{course['referral_id']}/acceptance", {}, referred.agency("DSD"))
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:sukjai:problem:referral-not-open")
    for outcome, more in (("JOB_PLACED", {}), ("TRAINING_PASSED", {"final": False}), ("TRAINING_AWAITING_RESULT", {"final": True})):
        wrong = await _report(referred, course, outcome, **more)
        assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:sukjai:problem:outcome-not-allowed")
    for day in ("2018-03-31", "2018-04-03"):
        assert (await _report(referred, course, "TRAINING_PASSED", recorded_on=day)).status_code == 422
    assert (await _report(referred, course, "TRAINING_PASSED")).status_code == 201
    closed = await _report(referred, course, "TRAINING_FAILED")
    assert (closed.status_code, closed.json()["type"]) == (409, "urn:sukjai:problem:referral-closed")


async def test_an_agency_sees_and_changes_its_own_only(referred):
    course, job = await referred.referrals_of(ONE)
    listed = (await referred.get("/v1/referrals", referred.agency("DSD"))).json()["items"]
    assert [(row["referral_id"], row["programme_name_en"]) for row in listed] == [
        (course["referral_id"], "Urgent multi-purpose training (community technician)")
    ]
    assert (await referred.get(f"/v1/referrals/{job['referral_id']}", referred.agency("DSD"))).status_code == 404
    for path, body in (("acceptance", {}), ("outcomes", {"outcome": "JOB_PLACED"})):
        assert (await referred.post(f"/v1/referrals/{job['referral_id']}/{path}", body, referred.agency("DSD"))).status_code == 404
        officer = await referred.post(f"/v1/referrals/{job['referral_id']}/{path}", body, referred.officer())
        assert officer.status_code == 403
        assert (
            await referred.post(f"/v1/referrals/{job['referral_id']}/{path}", {"unknown": 1}, referred.agency("DOE"))
        ).status_code == 422
    assert len((await referred.get("/v1/referrals", referred.officer())).json()["items"]) == 2
    assert (await referred.get("/v1/referrals", referred.officer(story.OTHER_OFFICER))).json()["items"] == []


async def test_withdrawn_people_are_not_taken_in(referred):
    await referred.bring(story.withdrawn(ONE))
    course, _ = await referred.referrals_of(ONE)
    answer = await referred.post(f"/v1/referrals/{course['referral_id']}/acceptance", {}, referred.agency("DSD"))
    assert (answer.status_code, answer.json()["closed_reason"]) == (409, "WITHDRAWN")


@pytest.fixture
async def many(plan):
    """Twenty people, all referred to one course."""
    people = [person(number) for number in range(20)]
    await plan.bring(*story.beginning(*people), *(story.interviewed(one, lines=story.menu(TECHNICIAN)) for one in people))
    return plan, [row["referral_id"] for row in (await plan.get("/v1/referrals", plan.agency("DSD"))).json()["items"]]


async def test_a_bad_line_stops_no_other(many):
    plan, ids = many
    good = [{"referral_id": one, "accepted_on": "2018-04-01"} for one in ids]
    bad = [
        {"referral_id": ids[0]},
        {"referral_id": str(person("nobody"))},
        {"referral_id": "x"},
        {"accepted_on": "2018-04-01"},
        7,
        {"referral_id": ids[1], "a\0": 1},
    ]
    answer = (await plan.post("/v1/referrals/acceptances", good + bad, plan.agency("DSD"))).json()
    assert (answer["taken"], answer["refused"]) == (20, 6)
    assert [line["line"] for line in answer["lines"]] == list(range(1, 27))
    kinds = [line["problem"]["type"].rsplit(":", 1)[1] for line in answer["lines"] if not line["taken"]]
    assert kinds == ["referral-not-open", "not-found", "invalid", "invalid", "invalid", "invalid"]
    assert len(await plan.outbox("ReferralAccepted")) == 20


async def test_outcomes_as_ndjson_complete_the_plans_in_one_go(many):
    plan, ids = many
    await plan.post("/v1/referrals/acceptances", [{"referral_id": one} for one in ids], plan.agency("DSD"))
    lines = [
        {"referral_id": ids[0], "outcome": "TRAINING_AWAITING_RESULT"},
        *({"referral_id": one, "outcome": "TRAINING_PASSED"} for one in ids),
    ]
    body = b"\n".join(orjson.dumps(line) for line in lines) + b"\nnot json\n"
    answer = await plan.post(
        "/v1/referrals/outcomes", None, plan.agency("DSD"), content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["taken"], told["refused"]) == (21, 1)
    assert told["lines"][-1]["problem"]["errors"][0]["code"] == "json_invalid"
    assert len(await plan.outbox("ReferralOutcomeRecorded")) == 21
    assert len(await plan.outbox("PlanCompleted")) == 20
    assert {row["status"] for row in (await plan.get("/v1/plans")).json()["items"]} == {"COMPLETED"}


@pytest.mark.parametrize("path", ["acceptances", "outcomes"])
@pytest.mark.parametrize("body", [[], {}, [{}] * 1001])
async def test_none_too_many_or_no_list_is_refused_whole(plan, path, body):
    assert (await plan.post(f"/v1/referrals/{path}", body, plan.agency("DSD"))).status_code == 422


@pytest.mark.parametrize("path", ["acceptances", "outcomes"])
async def test_lines_of_an_unknown_kind_are_refused_whole(plan, path):
    answer = await plan.post(
        f"/v1/referrals/{path}", None, plan.agency("DSD"), content=b'[{"referral_id": null}]', headers={"Content-Type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Content-Type")


@pytest.mark.parametrize("path", ["acceptances", "outcomes"])
async def test_another_agencys_lines_are_not_there(many, path):
    plan, ids = many
    answer = (
        await plan.post(
            f"/v1/referrals/{path}", [{"referral_id": ids[0], **({"outcome": "GRANTED"} if path == "outcomes" else {})}], plan.agency("DOE")
        )
    ).json()
    assert (answer["taken"], answer["lines"][0]["problem"]["status"]) == (0, 404)
    assert (await plan.post(f"/v1/referrals/{path}", [{"referral_id": ids[0]}], plan.officer())).status_code == 403


async def test_a_bulk_request_sent_again_gives_the_stored_answer(many):
    plan, ids = many
    body = [{"referral_id": one} for one in ids]
    first = await plan.post("/v1/referrals/acceptances", body, plan.agency("DSD"), key="bulk-1")
    again = await plan.post("/v1/referrals/acceptances", body, plan.agency("DSD"), key="bulk-1")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(await plan.outbox("ReferralAccepted")) == 20


async def test_a_loan_is_granted_to_a_farmer(plan):
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE, lines=story.menu(FARMER_LOAN), occupation="6111", wishes=("D3",)))
    await _take_in(plan)
    [loan] = await plan.referrals_of(ONE)
    assert (await _report(plan, loan, "GRANTED")).json()["outcome"] == "GRANTED"
    assert (await plan.plan_of(ONE))["status"] == "COMPLETED"
