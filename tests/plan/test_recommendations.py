"""Recommendations over HTTP: what they stand on, why and why not, choosing otherwise, and what became of them."""

from dataclasses import replace

import pytest

from services.plan.domain import Because, SeatHold, plan_id_of
from services.plan.repository import offerings
from services.plan.repository.catalogue import catalogue, replace_programme
from shared.auth import Level, Reach
from shared.contracts.interview import Answer
from tests.plan import story
from tests.plan.market import offering, offering_id
from tests.plan.story import TECHNICIAN, person

ONE = person(1)
PLAN = f"/v1/plans/{plan_id_of(ONE)}"
WHY = f"{PLAN}/recommendation/programmes"
STUDENT_LOAN = "D4-SLF-STUDENT-LOAN"


@pytest.fixture
async def advised(plan):
    """A person with a recommendation; the training has one offering near, the only one of its programme."""
    async with plan.db.transaction() as tx:
        await tx.execute("UPDATE offering SET active = false WHERE programme_code = $1", TECHNICIAN)
        await offerings.add_offerings(tx, [offering(1, TECHNICIAN, "8102", seats=3)], Because(story.NOW, "test"))
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE))
    return plan


def agreement(*codes, **more):
    lines = [{"programme_code": code} for code in codes]
    return {"lines": lines, "holder_signed": True, "officer_signed": True, "agreed_on": "2018-04-01", **more}


async def test_a_recommendation_shows_what_it_was_made_from(advised):
    shown = (await advised.get(f"{PLAN}/recommendation", advised.officer())).json()
    assert (shown["version"], shown["advised_on"], shown["scoring_from"], shown["record_version"]) == (1, "2018-03-20", "2018-01-09", 0)
    assert sum(factor["points_max"] for factor in shown["factors"]) == 100
    assert all(factor["reference"] for factor in shown["factors"])
    best = shown["programmes"][0]
    assert (best["programme_code"], best["name_en"]) == (TECHNICIAN, "Urgent multi-purpose training (community technician)")
    assert best["score"] == sum(best["points"].values())
    assert (best["offering"]["offering_id"], best["offering"]["free_seats"]) == (str(offering_id(1)), 3)
    assert {"is held in the same province", "wishes to develop in dimension D2"} <= set(best["reasons_en"])
    assert best["against_en"] == ["has few seats left"]
    assert best["against_th"] == ["เหลือที่นั่งน้อย"]
    [event] = await advised.outbox("RecommendationPrepared")
    assert event["data"]["programmes"][0] == {name: best[name] for name in event["data"]["programmes"][0]}


async def test_why_not_tells_the_condition_the_points_and_the_place(advised):
    why = (await advised.get(f"{WHY}/{STUDENT_LOAN}", advised.officer())).json()
    assert (why["offered"], why["recommended"], why["rank"]) == (True, False, None)
    failed = {one["name"]: one for one in why["conditions"] if one["met"] is False}
    assert set(failed) == {"age", "need-or-wish"}
    assert f"a condition is not met: {failed['age']['en']}" in why["why_not_en"]
    assert f"ไม่เข้าเงื่อนไข: {failed['age']['th']}" in why["why_not_th"]
    best = (await advised.get(f"{WHY}/{TECHNICIAN}", advised.officer())).json()
    assert (best["recommended"], best["rank"], best["why_not_en"], best["offering_id"]) == (True, 1, [], str(offering_id(1)))
    async with advised.db.transaction() as tx:
        held = [SeatHold(offering_id(1), plan_id_of(person(9)), line) for line in range(3)]
        assert all([await offerings.take_seat(tx, seat, story.NOW) for seat in held])
    full = (await advised.get(f"{WHY}/{TECHNICIAN}", advised.officer())).json()
    async with advised.db.transaction() as tx:
        for seat in held:
            await offerings.free_seat(tx, seat)
    assert "is full: there is a waiting list" in [factor["en"] for factor in full["factors"]]
    assert full["score"] < best["score"]


async def test_who_may_ask_why(advised):
    for path in (f"{PLAN}/recommendation", f"{WHY}/{TECHNICIAN}"):
        assert (await advised.get(path, advised.officer(story.OTHER_OFFICER))).status_code == 404
        assert (await advised.get(path, advised.caller(scopes=("plan.plans:read",)))).status_code == 403
        assert (await advised.client.get(path)).status_code == 401
    assert (await advised.get(f"{WHY}/D1-NOT-THERE", advised.officer())).status_code == 404


async def test_another_choice_needs_its_reason(advised):
    recommended = (await advised.plan_of(ONE))["recommended"]
    assert STUDENT_LOAN not in recommended
    for body, field in (
        ({}, "other_choice"),
        ({"other_choice": "OTHER"}, "reason_for_other_choice"),
        ({"other_choice": "SIGNED_AT_INTERVIEW"}, "other_choice"),
    ):
        answer = await advised.post(f"{PLAN}/agreement", agreement(recommended[0], STUDENT_LOAN, **body), advised.officer())
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert "NEARER_PLACE" in answer.json()["errors"][0]["allowed"]
    body = agreement(recommended[0], STUDENT_LOAN, other_choice="NEARER_PLACE")
    answer = await advised.post(f"{PLAN}/agreement", body, advised.officer())
    assert (answer.status_code, answer.json()["other_choice"]) == (201, "NEARER_PLACE"), answer.text
    [event] = await advised.outbox("PlanAssigned")
    assert event["data"]["other_choice"] == "NEARER_PLACE"
    assert [line["recommended"] for line in event["data"]["lines"]] == [True, False]


async def test_a_choice_as_recommended_needs_none_and_words_alone_are_another_reason(advised):
    two, three = person(2), person(3)
    await advised.bring(*story.beginning(two, three)[3:], story.interviewed(two), story.interviewed(three))
    best = (await advised.plan_of(ONE))["recommended"][0]
    took = await advised.post(f"{PLAN}/agreement", agreement(best, other_choice="NO_SEAT"), advised.officer())
    assert (took.status_code, took.json()["other_choice"]) == (201, None)
    body = agreement(STUDENT_LOAN, reason_for_other_choice="หลานเรียนอยู่")
    said = await advised.post(f"/v1/plans/{plan_id_of(two)}/agreement", body, advised.officer())
    assert (said.json()["other_choice"], said.json()["other_choice_reason"]) == ("OTHER", "หลานเรียนอยู่")
    await advised.bring(story.interviewed(three, lines=story.menu(STUDENT_LOAN), revision=2))
    assert (await advised.plan_of(three))["other_choice"] == "SIGNED_AT_INTERVIEW"


async def test_choices_are_counted_in_reach_and_small_counts_are_not_shown(advised):
    people = [person(number) for number in range(2, 16)]
    await advised.bring(
        *story.beginning(*people)[3:],
        *(story.moved(one, subdistrict="830101") for one in people[-1:]),
        *(story.interviewed(one, lines=story.menu(TECHNICIAN)) for one in people[:6]),
        *(story.interviewed(one, lines=story.menu(STUDENT_LOAN)) for one in people[6:11]),
        *(story.interviewed(one) for one in people[11:]),
        *(story.interviewed(one, answer=Answer.REFUSE, revision=2) for one in people[11:13]),
    )
    counted = ("recommended", "chosen_as_recommended", "passed_over", "chosen_otherwise", "declined", "chosen_percent")
    chief = advised.caller(Reach(Level.DISTRICT, "8101"))
    body = (await advised.get("/v1/recommendation-choices", chief)).json()
    rows = {row["programme_code"]: tuple(row[name] for name in counted) for row in body["items"]}
    assert (body["area"], rows[TECHNICIAN], rows[STUDENT_LOAN]) == ("8101", (14, 6, 5, 0, None, 54), (0, 0, 0, 5, 0, None))
    assert body["reasons"] == [{"other_choice": "SIGNED_AT_INTERVIEW", "plans": 5}]
    trang = (await advised.get("/v1/recommendation-choices", area="83")).json()
    assert {row["recommended"] for row in trang["items"]} == {None}
    assert (await advised.get("/v1/recommendation-choices", chief, area="8301")).status_code == 404
    assert (await advised.get("/v1/recommendation-choices", advised.caller(scopes=("plan.plans:read",)))).status_code == 403


MUST_NOT_COUNT = {
    "sex": "F",
    "religion": "ISLAM",
    "prefix": "พระ",
    "first_name": "มะลิ",
    "nationality": "LA",
    "marital_status": "WIDOWED",
    "education": "BACHELOR",
    "household_size": 9,
    "political_view": "A",
}


async def test_what_must_not_count_changes_nothing_on_the_way_through_the_service(plan):
    """Persons who are alike but for one thing that an assessment tells beyond what conditions may speak of."""
    cipher, alike = plan.resources.assessments, [person(number) for number in range(1, len(MUST_NOT_COUNT) + 2)]
    content = {
        "debts": [{"kind": "INFORMAL", "amount_satang": 700}],
        "land_rai": 0,
        "housing_tenure": "RENTED",
        "saves": False,
        "health": {},
    }
    await plan.bring(*story.beginning(*alike))
    await plan.bring(*(story.interviewed(one, wishes=("D2", "D3")) for one in alike))
    told = [content, *({**content, name: value, "health": {name: value}} for name, value in MUST_NOT_COUNT.items())]
    for one, facts in zip(alike, told, strict=True):
        await plan.bring(story.assessed(one, cipher, facts))
    answers = [event["data"]["programmes"] for event in await plan.outbox("RecommendationPrepared")]
    without, with_assessment = answers[: len(alike)], answers[len(alike) :]
    assert without == without[:1] * len(alike)
    assert with_assessment == with_assessment[:1] * len(alike)
    assert without[0] != with_assessment[0]  # debts, land and home do count


async def test_the_same_person_gets_the_same_answer_again_and_from_another_process(advised):
    await advised.bring(story.interviewed(person(1), revision=2))
    advised.resources.desk._shelf = None
    await advised.bring(story.interviewed(person(1), revision=3))
    first, *again = [event["data"]["programmes"] for event in await advised.outbox("RecommendationPrepared")]
    assert again == [first, first]


async def test_a_changed_catalogue_is_seen_by_the_next_person(advised):
    async with advised.db.transaction() as tx:
        before = (await catalogue(tx)).versions[TECHNICIAN][-1]
        await replace_programme(tx, replace(before, version=2, active=False), Because(story.NOW, "test"))
    await advised.bring(*story.beginning(person(2))[3:], story.interviewed(person(2)))
    assert TECHNICIAN not in (await advised.plan_of(person(2)))["recommended"]
