"""The third stage: steps in order, dates, seats of offerings and their waiting lists, amendments; and two who act at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from services.plan.domain import plan_id_of
from shared.auth import Level, Reach
from tests.plan import story
from tests.plan.story import JOB, TECHNICIAN, person
from tests.plan.test_agreements import agreement
from tests.plan.test_seats import offered, taken

ONE, TWO, THREE = person(1), person(2), person(3)
MEDIATION, LITERACY = "D3-FPO-DEBT-MEDIATION", "D2-GSB-FINANCIAL-LITERACY"


def path(holder_id, what=""):
    return f"/v1/plans/{plan_id_of(holder_id)}{what}"


def lines(*given, **more):
    return {**agreement(other_choice="PERSON_PREFERS", **more), "lines": [{"programme_code": code, **fields} for code, fields in given]}


@pytest.fixture
async def waiting(plan):
    """Three people whose plans wait for an agreement."""
    people = (ONE, TWO, THREE)
    await plan.bring(*story.beginning(*people), *(story.interviewed(one) for one in people))
    return plan


async def agree(plan, holder_id, *given, **more):
    return await plan.post(path(holder_id, "/agreement"), lines(*given, **more), plan.officer())


async def amend(plan, holder_id, *given, **more):
    version = (await plan.plan_of(holder_id))["version"]
    body = {
        "lines": [one if isinstance(one, dict) else {"programme_code": one} for one in given],
        "reason": "เปลี่ยนใจ",
        "holder_signed": True,
        "officer_signed": True,
        "agreed_on": "2018-04-02",
        "other_choice": "PERSON_PREFERS",
        **more,
    }
    return await plan.post(path(holder_id, "/amendments"), body, plan.officer(), headers={"If-Match": f'"{version}"'})


async def finish(plan, holder_id, line_no, outcome):
    [referral] = [one for one in await plan.referrals_of(holder_id) if one["line_no"] == line_no and one["current"]]
    assert (await plan.post(f"/v1/referrals/{referral['referral_id']}/acceptance", {})).status_code == 200
    answer = await plan.post(f"/v1/referrals/{referral['referral_id']}/outcomes", {"outcome": outcome})
    assert answer.status_code == 201, answer.text


async def sent(plan, holder_id):
    return sorted(one["line_no"] for one in await plan.referrals_of(holder_id))


def fault(answer):
    [error] = answer.json()["errors"]
    return answer.status_code, error["field"], error["code"]


async def seats_of(plan, holder_id):
    return [line["seat"] and (line["seat"]["seated"], line["seat"]["place"]) for line in (await plan.plan_of(holder_id))["lines"]]


async def test_debt_first_then_training_then_work(waiting):
    plan = waiting
    answer = await agree(
        plan, ONE, (MEDIATION, {"step_no": 1}), (TECHNICIAN, {"step_no": 2}), (LITERACY, {"step_no": 2}), (JOB, {"step_no": 3})
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["stages"] == {"general_medicine": "ANALYSED", "specialist": "NOT_ASKED", "prescription": "AGREED"}
    assert await sent(plan, ONE) == [1]
    await finish(plan, ONE, 1, "GRANTED")
    assert await sent(plan, ONE) == [1, 2, 3]
    await finish(plan, ONE, 2, "TRAINING_FAILED")
    assert await sent(plan, ONE) == [1, 2, 3]
    await finish(plan, ONE, 3, "TRAINING_PASSED")
    assert await sent(plan, ONE) == [1, 2, 3, 4]
    assert (await plan.plan_of(ONE))["status"] == "IN_DEVELOPMENT"
    await finish(plan, ONE, 4, "JOB_PLACED")
    found = await plan.plan_of(ONE)
    assert (found["status"], found["succeeded"], found["failed"]) == ("COMPLETED", 3, 1)


async def test_side_by_side_no_line_waits(waiting):
    await agree(waiting, ONE, (JOB, {"step_no": 1}), (TECHNICIAN, {"step_no": 3}), side_by_side=True)
    assert await sent(waiting, ONE) == [1, 2]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        (((JOB, {}), (TECHNICIAN, {"step_no": 2})), "lines.0.step_no", "out_of_order"),
        (((TECHNICIAN, {}), (MEDIATION, {"step_no": 2})), "lines.0.step_no", "out_of_order"),
        (((TECHNICIAN, {}), (JOB, {"step_no": 3})), "lines.1.step_no", "step_left_out"),
        (((TECHNICIAN, {"starts_on": "2018-03-31"}),), "lines.0.starts_on", "too_early"),
        (((TECHNICIAN, {"starts_on": "2018-05-01", "due_on": "2018-04-30"}),), "lines.0.due_on", "too_early"),
        (
            ((TECHNICIAN, {"due_on": "2018-05-31"}), (JOB, {"step_no": 2, "starts_on": "2018-05-30"})),
            "lines.1.starts_on",
            "before_earlier_step",
        ),
        (((TECHNICIAN, {"offering_id": str(ONE)}),), "lines.0.offering_id", "other_programme"),
    ],
)
async def test_what_does_not_go_together_names_its_field(waiting, given, field, code):
    assert fault(await agree(waiting, ONE, *given)) == (422, field, code)
    assert await waiting.published(ONE) == ["RecommendationPrepared"]


async def test_an_offering_gives_its_dates_and_refuses_what_they_exclude(waiting):
    plan = waiting
    here = str(await offered(plan, "กระบี่", 2))
    assert fault(await agree(plan, ONE, (JOB, {"offering_id": here}))) == (422, "lines.0.offering_id", "other_programme")
    late = {"offering_id": here, "due_on": "2018-06-01"}
    assert fault(await agree(plan, ONE, (TECHNICIAN, late))) == (422, "lines.0.due_on", "outside_offering")
    plan.resources.clock.play(datetime(2018, 4, 28, 5, tzinfo=UTC))
    closed = await agree(plan, ONE, (TECHNICIAN, {"offering_id": here}), agreed_on="2018-04-28")
    assert fault(closed) == (422, "lines.0.offering_id", "closed")
    [line] = (await agree(plan, ONE, (TECHNICIAN, {"offering_id": here}), agreed_on="2018-04-27")).json()["lines"]
    assert (line["starts_on"], line["due_on"], line["seat"]) == (
        "2018-05-07",
        "2018-05-16",
        {"offering_id": here, "seated": True, "place": None},
    )


async def test_who_waits_gets_the_seat_that_frees_in_the_same_transaction(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 1)
    for one in (ONE, TWO, THREE):
        assert (await agree(plan, one, (TECHNICIAN, {"offering_id": str(here)}))).status_code == 201
    assert [await seats_of(plan, one) for one in (ONE, TWO, THREE)] == [[(True, None)], [(False, 1)], [(False, 2)]]
    listed = (await plan.get(f"/v1/offerings/{here}/waiting-list", plan.caller(Reach(Level.AGENCY, "DSD")))).json()["items"]
    assert [(row["holder_id"], row["place"]) for row in listed] == [(str(TWO), 1), (str(THREE), 2)]
    assert (await plan.get(f"/v1/offerings/{here}/waiting-list", plan.caller(Reach(Level.AGENCY, "DOE")))).json()["items"] == []
    await plan.bring(story.withdrawn(ONE))
    assert [await seats_of(plan, one) for one in (ONE, TWO, THREE)] == [[None], [(True, None)], [(False, 1)]]
    assert (await plan.published(ONE))[-1] == "SeatGivenUp"
    assert (await plan.published(TWO))[-1] == "SeatTaken"
    told = [(event["data"]["waited"], event["subject"]) for event in await plan.outbox("SeatTaken")]
    assert told == [(False, str(ONE)), (True, str(TWO))]
    await plan.bring(story.died(THREE))
    [left] = [event["data"] for event in await plan.outbox("SeatGivenUp") if event["subject"] == str(THREE)]
    assert (left["had_seat"], left["reason"]) == (False, "DECEASED")
    await plan.bring(story.alive_again(THREE))  # asks again, behind whoever came meanwhile
    assert await seats_of(plan, THREE) == [(False, 1)]
    [referral] = await plan.referrals_of(TWO)
    assert (await plan.post(f"/v1/referrals/{referral['referral_id']}/outcomes", {"outcome": "DID_NOT_START"})).status_code == 201
    assert (await seats_of(plan, THREE), await taken(plan, here)) == ([(True, None)], 1)


async def test_more_seats_go_to_who_waits(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 1)
    for one in (ONE, TWO, THREE):
        await agree(plan, one, (TECHNICIAN, {"offering_id": str(here)}))
    change = {
        "place": "กระบี่",
        "area": "8101",
        "starts_on": "2018-05-07",
        "ends_on": "2018-05-16",
        "apply_until": "2018-04-27",
        "seats": 2,
    }
    answer = await plan.client.put(f"/v1/offerings/{here}", json=change, headers={**plan.caller(), "If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert [await seats_of(plan, one) for one in (ONE, TWO, THREE)] == [[(True, None)], [(True, None)], [(False, 1)]]


async def test_an_amendment_is_a_new_version_and_what_was_signed_stays(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 1)
    await agree(plan, ONE, (TECHNICIAN, {"offering_id": str(here), "goal": "เป็นช่าง"}), (LITERACY, {}))
    await agree(plan, TWO, (TECHNICIAN, {"offering_id": str(here)}))
    await finish(plan, ONE, 2, "TRAINING_PASSED")
    answer = await amend(plan, ONE, {"line_no": 2}, {"programme_code": JOB, "step_no": 2})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert [(line["line_no"], line["in_force"], line["goal"]) for line in found["lines"]] == [
        (1, False, "เป็นช่าง"),
        (2, True, ""),
        (3, True, ""),
    ]
    assert [(one["version"], one["line_nos"], one["reason"]) for one in found["agreements"]] == [(1, [1, 2], None), (2, [2, 3], "เปลี่ยนใจ")]
    assert found["stages"]["prescription"] == "AMENDED"
    assert {one["line_no"]: one["closed_reason"] for one in found["referrals"]} == {1: "AMENDED", 2: "OUTCOME", 3: None}
    assert (await seats_of(plan, TWO), await taken(plan, here)) == ([(True, None)], 1)
    told = [event["data"] for event in await plan.outbox("PlanAssigned") if event["subject"] == str(ONE)]
    assert [(one["agreement_version"], [line["line_no"] for line in one["lines"]]) for one in told] == [(1, [1, 2]), (2, [2, 3])]
    assert [one["other_choice"] for one in told] == [None, "PERSON_PREFERS"]
    await finish(plan, ONE, 3, "JOB_CHANGED_WISH")
    assert (await plan.plan_of(ONE))["status"] == "COMPLETED"


async def test_leaving_out_the_last_open_line_ends_the_plan(waiting):
    await agree(waiting, ONE, (TECHNICIAN, {}), (LITERACY, {}))
    await finish(waiting, ONE, 1, "TRAINING_PASSED")
    assert (await amend(waiting, ONE, {"line_no": 1})).json()["status"] == "COMPLETED"


async def test_what_an_amendment_may_not(waiting):
    plan = waiting
    await agree(plan, ONE, (TECHNICIAN, {}), (LITERACY, {}))
    await finish(plan, ONE, 2, "TRAINING_PASSED")
    both = ({"line_no": 1}, {"line_no": 2})
    assert fault(await amend(plan, ONE, *both)) == (422, "lines", "nothing_changed")
    assert fault(await amend(plan, ONE, {"line_no": 1}, JOB)) == (422, "lines", "ended_line_stays")
    assert fault(await amend(plan, ONE, {"line_no": 9}, {"line_no": 2})) == (422, "lines.0.line_no", "not_in_force")
    assert fault(await amend(plan, ONE, *both, TECHNICIAN)) == (422, "lines.2.programme_code", "programme_twice")
    assert fault(await amend(plan, ONE, *both, JOB, agreed_on="2018-03-01")) == (422, "agreed_on", "before_last")
    assert fault(await amend(plan, ONE, *both, {"line_no": 1, "goal": "อื่น"}))[1] == "lines.2.line_no"
    assert fault(await amend(plan, ONE, *both, JOB, other_choice=None)) == (422, "other_choice", "missing")
    assert (await amend(plan, ONE, *both, JOB, holder_signed=False)).status_code == 409
    asked = await plan.post(path(ONE, "/specialist-reviews"), {"dimension": "D1"}, plan.officer())
    assert asked.status_code == 201
    awaited = await amend(plan, ONE, *both, JOB)
    assert awaited.json()["type"].endswith("specialist-review-awaited")
    stale = await plan.post(path(ONE, "/amendments"), {**agreement(), "reason": "x"}, plan.officer(), headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:sukjai:problem:plan-changed-since")
    assert (await plan.plan_of(ONE))["agreement_version"] == 1


async def test_two_who_ask_for_the_last_seat_at_once(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 1)
    answers = await asyncio.gather(*(agree(plan, one, (TECHNICIAN, {"offering_id": str(here)})) for one in (ONE, TWO, THREE)))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted([(await seats_of(plan, one))[0] for one in (ONE, TWO, THREE)], key=str) == [(False, 1), (False, 2), (True, None)]


async def test_two_who_agree_at_once(waiting):
    answers = await asyncio.gather(*(agree(waiting, ONE, (code, {})) for code in (TECHNICIAN, JOB)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await waiting.outbox("PlanAssigned")) == 1


async def test_an_agreement_and_a_withdrawal_at_once(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 1)
    for one in (ONE, TWO, THREE):
        answer, _ = await asyncio.gather(agree(plan, one, (TECHNICIAN, {"offering_id": str(here)})), plan.bring(story.withdrawn(one)))
        assert answer.status_code in {201, 409}
        assert (await plan.plan_of(one))["status"] == "WITHDRAWN"
        assert await taken(plan, here) == 0


async def test_a_seat_of_a_plan_that_ended_and_a_question_about_it_are_found(waiting):
    plan = waiting
    here = await offered(plan, "กระบี่", 2)
    await agree(plan, ONE, (TECHNICIAN, {"offering_id": str(here)}))
    await plan.post(path(ONE, "/specialist-reviews"), {"dimension": "D3"}, plan.officer())
    planted = ("seats-are-of-lines-in-force", "specialists-are-asked-about-open-plans")
    async with plan.db.transaction() as tx:
        await tx.execute("UPDATE plan SET status = 'WITHDRAWN' WHERE plan_id = $1", plan_id_of(ONE))
    broken = [name for name, _ in await plan.broken_invariants()]
    assert [name for name in planted if name not in broken] == []
    async with plan.db.transaction() as tx:
        await tx.execute("UPDATE plan SET status = 'REFERRED' WHERE plan_id = $1", plan_id_of(ONE))
