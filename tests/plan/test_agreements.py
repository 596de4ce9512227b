"""The human act over HTTP: agreement and refusal, and who may."""

from datetime import timedelta

import pytest

from services.plan.domain import plan_id_of
from shared.auth import Level, Reach
from tests.plan import story
from tests.plan.story import JOB, TECHNICIAN, person

ONE = person(1)
PLAN = f"/v1/plans/{plan_id_of(ONE)}"


def agreement(*codes, **more):
    lines = [{"programme_code": code, "goal": "เป็นช่าง", "target_income_baht": 60000} for code in codes or (TECHNICIAN,)]
    return {"lines": lines, "holder_signed": True, "officer_signed": True, "agreed_on": "2018-04-01", **more}


@pytest.fixture
async def waiting(plan):
    """A person whose plan waits for an agreement."""
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE))
    return plan


async def test_the_officer_records_what_both_signed_and_every_line_is_referred(waiting):
    answer = await waiting.post(f"{PLAN}/agreement", agreement(TECHNICIAN, JOB, reason_for_other_choice="ใกล้บ้าน"), waiting.officer())
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["status"], found["agreed_on"], found["other_choice_reason"]) == ("REFERRED", "2018-04-01", "ใกล้บ้าน")
    assert answer.headers["ETag"] == f'"{found["version"]}"'
    assert [(line["agency"], line["target_income_baht"]) for line in found["lines"]] == [("DSD", 60000), ("DOE", 60000)]
    assert [one["referred_on"] for one in found["referrals"]] == ["2018-04-02", "2018-04-02"]
    assert (await waiting.published(ONE))[1:] == ["PlanAssigned", "ReferralCreated", "ReferralCreated"]
    assert found["history"][-1]["who"] == f"ao-{story.OFFICER}"


async def test_the_same_key_gives_the_same_answer_and_one_agreement(waiting):
    first = await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer(), key="k-1")
    again = await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer(), key="k-1")
    assert again.content == first.content
    assert len(await waiting.outbox("PlanAssigned")) == 1
    other = await waiting.post(f"{PLAN}/agreement", agreement(JOB), waiting.officer(), key="k-2")
    assert (other.status_code, other.json()["type"]) == (409, "urn:sukjai:problem:plan-not-open")


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (agreement(holder_signed=False), 409, "signatures-missing"),
        (agreement(officer_signed=False), 409, "signatures-missing"),
        (agreement("D2-DSD-UNKNOWN"), 409, "programme-not-active"),
        (agreement(agreed_on="2018-04-03"), 422, "invalid"),
        (agreement(agreed_on="2018-03-19"), 422, "invalid"),  # the day before the interview
        (agreement(TECHNICIAN, TECHNICIAN), 422, "invalid"),
        (agreement(lines=[]), 422, "invalid"),
        (agreement(unknown=1), 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
async def test_what_is_not_whole_is_refused_and_nothing_changes(waiting, body, status, slug):
    answer = await waiting.post(f"{PLAN}/agreement", body, waiting.officer())
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:sukjai:problem:{slug}")
    assert await waiting.published(ONE) == ["RecommendationPrepared"]


async def test_refusals_name_field_and_what_is_allowed(waiting):
    async def refused(path, body):
        [problem] = (await waiting.post(f"{PLAN}/{path}", body, waiting.officer())).json()["errors"]
        return problem["field"], problem["allowed"]

    assert await refused("agreement", agreement(officer_signed=False)) == ("officer_signed", "true")
    unknown = agreement(TECHNICIAN, "D2-DSD-UNKNOWN")
    assert await refused("agreement", unknown) == ("lines.1.programme_code", "GET /v1/programmes?on=2018-04-01")
    assert await refused("agreement", agreement(agreed_on="2018-03-19")) == ("agreed_on", "≥ 2018-03-20")
    assert await refused("decline", {"declined_on": "2018-03-19"}) == ("declined_on", "≥ 2018-03-20")


async def test_only_the_own_officer_may_and_others_do_not_see_it(waiting):
    stranger = waiting.officer(story.OTHER_OFFICER)
    for path, body in (("agreement", agreement()), ("decline", {"declined_on": "2018-04-01"})):
        assert (await waiting.post(f"{PLAN}/{path}", body, stranger)).status_code == 404
        chief = waiting.caller(Reach(Level.DISTRICT, "8101"))
        answer = await waiting.post(f"{PLAN}/{path}", body, chief)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:sukjai:problem:not-own-case")
        reader = waiting.caller(scopes=("plan.plans:read",))
        assert (await waiting.post(f"{PLAN}/{path}", body, reader)).status_code == 403
        assert (await waiting.client.post(f"{PLAN}/{path}", json=body)).status_code == 401
    assert (await waiting.get(PLAN, stranger)).status_code == 404


async def test_a_new_officer_takes_over_and_one_who_left_may_not(waiting):
    await waiting.bring(
        story.assigned(ONE, officer_id=story.OTHER_OFFICER, version=2), story.officer(story.OTHER_OFFICER, version=2, active=False)
    )
    assert (await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer())).status_code == 404
    answer = await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer(story.OTHER_OFFICER))
    assert answer.json()["type"] == "urn:sukjai:problem:officer-not-active"


async def test_the_person_wants_none_of_it(waiting):
    body = {"declined_on": "2018-04-01", "sufficient": True, "reason": "อยู่ได้แล้ว"}
    answer = await waiting.post(f"{PLAN}/decline", body, waiting.officer())
    assert (answer.status_code, answer.json()["status"]) == (200, "DECLINED")
    [event] = await waiting.outbox("PlanDeclined")
    assert (event["data"]["sufficient"], event["data"]["reason"]) == (True, "อยู่ได้แล้ว")
    assert (await waiting.post(f"{PLAN}/decline", body, waiting.officer())).status_code == 409


async def test_nothing_is_agreed_with_who_died_meanwhile(waiting):
    await waiting.bring(story.died(ONE))
    answer = await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer())
    assert answer.json()["type"] == "urn:sukjai:problem:plan-not-open"


async def test_either_district_reads_the_plan_and_no_other(plan):
    await plan.bring(*story.beginning(ONE), story.routed(ONE, "8103"), story.interviewed(ONE))
    seen = {code: (await plan.get(PLAN, plan.caller(Reach(Level.DISTRICT, code)))).status_code for code in ("8101", "8103", "8301")}
    assert seen == {"8101": 200, "8103": 200, "8301": 404}
    await plan.bring(story.moved(ONE, subdistrict="830101"))
    seen = {
        code: len((await plan.get("/v1/plans", plan.caller(Reach(Level.DISTRICT, code)))).json()["items"])
        for code in ("8101", "8103", "8301")
    }
    assert seen == {"8101": 0, "8103": 1, "8301": 1}
    agency = plan.caller(Reach(Level.AGENCY, "DSD"))
    assert (await plan.get("/v1/plans", agency)).json()["items"] == []


async def test_whose_case_moved_to_another_district_is_nobodys_until_it_is_assigned_there(waiting):
    async def seen(officer):
        return (await waiting.get(PLAN, waiting.officer(officer))).status_code

    moved = story.routed(ONE, "8301", version=7)
    await waiting.bring(moved)
    assert (await waiting.get(PLAN)).json()["officer_id"] is None
    assert await seen(story.OFFICER) == 404
    assert (await waiting.post(f"{PLAN}/agreement", agreement(), waiting.officer())).status_code == 404
    await waiting.bring(story.assigned(ONE, version=6))  # from before the move, told late
    assert await seen(story.OFFICER) == 404
    await waiting.bring(story.assigned(ONE, officer_id=story.OTHER_OFFICER, version=8), moved)
    assert (await seen(story.OTHER_OFFICER), await seen(story.OFFICER)) == (200, 404)


async def test_lists_are_paged_and_filtered(plan):
    people = [person(number) for number in range(7)]
    await plan.bring(
        *story.beginning(*people),
        *(story.interviewed(one) for one in people[:5]),
        *(story.interviewed(one, lines=story.menu(JOB)) for one in people[5:]),
    )
    seen, cursor = [], None
    while True:
        page = (await plan.get("/v1/plans", limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += [row["holder_id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(str(one) for one in people)
    assert len((await plan.get("/v1/plans", status="RECOMMENDED")).json()["items"]) == 5
    assert len((await plan.get("/v1/plans", plan.officer(), officer_id=str(story.OFFICER), district="8101")).json()["items"]) == 7
    assert (await plan.get("/v1/plans", district="8301")).json()["items"] == []
    assert (await plan.get("/v1/plans", cursor="damaged")).status_code == 422


async def test_a_known_version_is_not_sent_again(waiting):
    first = await waiting.get(PLAN)
    again = await waiting.client.get(PLAN, headers={**waiting.caller(), "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    await waiting.bring(story.followed(ONE, on=story.NOW.date() - timedelta(days=1)))
    again = await waiting.client.get(PLAN, headers={**waiting.caller(), "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
