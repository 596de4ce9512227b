"""What follows from events: recommendation, assignment, refusal, death, withdrawal, decisions, follow-ups."""

import random

import pytest

from services.plan.domain import plan_id_of
from shared.bus.consumers import RejectedEvent
from shared.contracts.interview import Answer, DecisionKind
from tests.plan import story
from tests.plan.story import FARMER_LOAN, JOB, TECHNICIAN, person


async def test_an_interview_is_answered_by_a_recommendation_with_reasons(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.declared(one), story.interviewed(one))
    found = await plan.plan_of(one)
    assert (found["status"], found["officer_id"], found["wish_stated_on"]) == ("RECOMMENDED", str(story.OFFICER), "2018-02-05")
    assert found["recommended"][0] == "D2-DSD-SUPPLEMENTARY"
    [event] = await plan.outbox("RecommendationPrepared")
    assert (event["subject"], event["data"]["plan_id"]) == (str(one), str(plan_id_of(one)))
    best = event["data"]["programmes"][0]
    assert best["programme_version"] == 1
    assert "wishes to develop in dimension D2" in best["reasons_en"]
    assert "ประสงค์จะพัฒนาในมิติ D2" in best["reasons_th"]


async def test_signed_menu_lines_become_the_plan_at_once(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu(TECHNICIAN, JOB)))
    assert await plan.published(one) == ["RecommendationPrepared", "PlanAssigned", "ReferralCreated", "ReferralCreated"]
    [assigned] = await plan.outbox("PlanAssigned")
    lines = [(line["line_no"], line["programme_code"], line["programme_version"], line["agency"]) for line in assigned["data"]["lines"]]
    assert lines == [(1, TECHNICIAN, 1, "DSD"), (2, JOB, 1, "DOE")]
    assert (assigned["data"]["agreed_on"], assigned["data"]["officer_id"]) == ("2018-03-20", str(story.OFFICER))
    found = await plan.plan_of(one)
    assert found["status"] == "REFERRED"
    assert [move["to_status"] for move in found["history"]] == ["RECOMMENDED", "AGREED", "REFERRED"]
    assert [(one["agency"], one["status"]) for one in found["referrals"]] == [("DSD", "CREATED"), ("DOE", "CREATED")]


@pytest.mark.parametrize("more", [{"lines": story.menu(TECHNICIAN, signed=False)}, {"lines": ()}])
async def test_without_both_signatures_the_plan_waits(plan, more):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, **more))
    assert await plan.published(one) == ["RecommendationPrepared"]
    assert (await plan.plan_of(one))["status"] == "RECOMMENDED"


@pytest.mark.parametrize(("answer", "sufficient"), [(Answer.REFUSE, False), (Answer.SUFFICIENT, True)])
async def test_who_refuses_or_is_content_has_a_declined_plan(plan, answer, sufficient):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, answer=answer))
    [event] = await plan.outbox("PlanDeclined")
    assert (event["data"]["sufficient"], event["data"]["declined_on"], event["data"]["reason"]) == (sufficient, "2018-03-20", "พอเพียงแล้ว")
    assert (await plan.plan_of(one))["status"] == "DECLINED"


async def test_an_assessment_that_comes_later_makes_a_new_version_until_something_is_agreed(plan):
    waiting, agreed = person(1), person(2)
    await plan.bring(*story.beginning(waiting, agreed), story.interviewed(waiting), story.interviewed(agreed, lines=story.menu(TECHNICIAN)))
    cipher = plan.resources.assessments
    await plan.bring(story.assessed(waiting, cipher), story.assessed(agreed, cipher))
    recommendation = (await plan.plan_of(waiting))["recommendation"]
    assert (recommendation["version"], recommendation["with_assessment"]) == (2, True)
    reasons = {one["programme_code"]: one["reasons_en"] for one in recommendation["programmes"]}
    assert "helps with informal debt and helps to save" in reasons["D2-GSB-FINANCIAL-LITERACY"]
    assert (await plan.plan_of(agreed))["recommendation"]["version"] == 1
    assert await plan.published(waiting) == ["RecommendationPrepared", "RecommendationPrepared"]


async def test_an_assessment_that_comes_first_is_used_at_once(plan):
    one = person(1)
    await plan.bring(story.assessed(one, plan.resources.assessments))
    await plan.bring(*story.beginning(one), story.interviewed(one))
    recommendation = (await plan.plan_of(one))["recommendation"]
    assert (recommendation["version"], recommendation["with_assessment"]) == (1, True)


async def test_debts_and_land_are_not_stored_in_the_clear(plan):
    one = person(1)
    content = {"debts": [{"kind": "INFORMAL", "amount_satang": 7654321, "creditor": "เจ้าหนี้คนหนึ่ง"}]}
    await plan.bring(*story.beginning(one), story.interviewed(one), story.assessed(one, plan.resources.assessments, content))
    everything = str(await plan.state())
    assert "7654321" not in everything
    assert "เจ้าหนี้คนหนึ่ง" not in everything


async def test_an_assessment_of_another_person_is_refused(plan):
    sealed_for_two = story.assessed(person(2), plan.resources.assessments).data.sealed
    event = story.assessed(person(1), plan.resources.assessments)
    mixed = event.data.model_copy(update={"sealed": sealed_for_two})
    with pytest.raises(RejectedEvent, match="cannot be read"):
        await plan.bring(story._event(mixed, person(1)))


async def test_a_menu_with_an_unknown_programme_goes_to_the_dead_letters(plan):
    one = person(1)
    with pytest.raises(RejectedEvent, match="D2-XXX-NOTHING"):
        await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu("D2-XXX-NOTHING")))


async def test_a_corrected_interview_replaces_what_is_not_agreed_and_leaves_what_is(plan):
    open_one, agreed = person(1), person(2)
    await plan.bring(
        *story.beginning(open_one, agreed), story.interviewed(open_one), story.interviewed(agreed, lines=story.menu(TECHNICIAN))
    )
    await plan.bring(
        story.interviewed(open_one, answer=Answer.REFUSE, revision=2), story.interviewed(agreed, answer=Answer.REFUSE, revision=2)
    )
    assert (await plan.plan_of(open_one))["status"] == "DECLINED"
    assert (await plan.plan_of(agreed))["status"] == "REFERRED"
    await plan.bring(story.interviewed(open_one, revision=3, wishes=("D1",)))
    assert (await plan.plan_of(open_one))["status"] == "RECOMMENDED"


async def test_two_interviews_of_one_person_in_one_batch_are_taken_in_order(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one), story.interviewed(one, revision=2, answer=Answer.REFUSE))
    assert await plan.published(one) == ["RecommendationPrepared", "PlanDeclined"]
    assert [move["to_status"] for move in (await plan.plan_of(one))["history"]] == ["RECOMMENDED", "DECLINED"]


async def test_events_before_their_holder_or_policy_wait_and_are_applied_in_order(plan):
    one = person(1)
    await plan.bring(story.declared(one), story.assigned(one), story.interviewed(one, lines=story.menu(TECHNICIAN)), story.followed(one))
    assert await plan.plan_of(one) is None
    await plan.bring(story.registered(one))
    assert await plan.plan_of(one) is None
    await plan.bring(story.policy())
    found = await plan.plan_of(one)
    assert (found["status"], found["officer_id"], found["yearly_income_baht"]) == ("REFERRED", str(story.OFFICER), 52000)


async def test_a_death_closes_plan_and_referrals_and_tells_the_agencies(plan):
    one, other = person(1), person(2)
    await plan.bring(*story.beginning(one, other), story.interviewed(one, lines=story.menu(TECHNICIAN, JOB)), story.interviewed(other))
    await plan.bring(story.died(one))
    found = await plan.plan_of(one)
    assert found["status"] == "CLOSED"
    assert {(one["status"], one["closed_reason"]) for one in found["referrals"]} == {("CLOSED", "DECEASED")}
    assert (await plan.published(one))[-2:] == ["ReferralClosed"] * 2
    assert (await plan.plan_of(other))["status"] == "RECOMMENDED"


async def test_after_a_death_that_was_taken_back_plan_and_referrals_go_on(plan):
    one, other = person(1), person(2)
    await plan.bring(*story.beginning(one, other), story.interviewed(one, lines=story.menu(TECHNICIAN, JOB)), story.interviewed(other))
    before = {holder: await plan.plan_of(holder) for holder in (one, other)}
    told = len(await plan.published(other))
    await plan.bring(story.died(one), story.died(other))
    await plan.bring(story.alive_again(one), story.died(one), story.alive_again(other), story.alive_again(other))
    for holder, was in before.items():
        found = await plan.plan_of(holder)
        assert (found["status"], found["version"]) == (was["status"], was["version"] + 2)
        assert [(line["status"], line["closed_reason"]) for line in found["referrals"]] == [("CREATED", None)] * len(was["referrals"])
        assert [move["to_status"] for move in found["history"]][-2:] == ["CLOSED", was["status"]]
    assert (await plan.published(one))[-4:] == ["ReferralClosed"] * 2 + ["ReferralReopened"] * 2
    assert len(await plan.published(other)) == told
    await plan.bring(story.died(one, version=11))
    assert (await plan.plan_of(one))["status"] == "CLOSED"


async def test_an_interview_that_a_death_overtook_ends_as_if_it_had_come_in_order(plan):
    signed, refused = person(1), person(2)
    interviews = [story.interviewed(signed, lines=story.menu(TECHNICIAN)), story.interviewed(refused, answer=Answer.SUFFICIENT)]
    await plan.bring(*story.beginning(signed, refused), story.died(signed), story.died(refused), *interviews)
    found = await plan.plan_of(signed)
    assert (found["status"], found["agreed_on"]) == ("CLOSED", "2018-03-20")
    assert [(one["status"], one["closed_reason"]) for one in found["referrals"]] == [("CLOSED", "DECEASED")]
    assert await plan.published(signed) == ["RecommendationPrepared", "PlanAssigned", "ReferralCreated", "ReferralClosed"]
    assert (await plan.plan_of(refused))["status"] == "CLOSED"
    assert await plan.published(refused) == ["PlanDeclined"]


async def test_a_withdrawal_ends_the_plan_and_a_new_wish_opens_it_or_lets_it_go_on_as_it_was_signed(plan):
    open_one, agreed = person(1), person(2)
    await plan.bring(
        *story.beginning(open_one, agreed), story.interviewed(open_one), story.interviewed(agreed, lines=story.menu(TECHNICIAN))
    )
    await plan.bring(story.withdrawn(open_one), story.withdrawn(agreed))
    assert {(await plan.plan_of(one))["status"] for one in (open_one, agreed)} == {"WITHDRAWN"}
    assert (await plan.referrals_of(agreed))[0]["closed_reason"] == "WITHDRAWN"
    again = story.NOW.date()
    await plan.bring(story.declared(open_one, again), story.declared(agreed, again))
    assert (await plan.plan_of(open_one))["status"] == "RECOMMENDED"
    found = await plan.plan_of(agreed)
    assert (found["status"], [one["status"] for one in found["referrals"]]) == ("REFERRED", ["CREATED"])
    told = ["RecommendationPrepared", "PlanAssigned", "ReferralCreated", "ReferralClosed", "PlanAssigned", "ReferralReopened"]
    assert await plan.published(agreed) == told
    assert [event["data"]["in_development"] for event in await plan.outbox("ReferralReopened")] == [False]
    amendment = {
        "lines": [{"line_no": 1}, {"programme_code": JOB, "goal": "ทำงานประจำ"}],
        "reason": "กลับมาขอหางาน",
        "holder_signed": True,
        "officer_signed": True,
        "agreed_on": str(again),
        "other_choice": "PERSON_PREFERS",
    }
    path = f"/v1/plans/{found['plan_id']}/amendments"
    answer = await plan.post(path, amendment, plan.officer(), headers={"If-Match": f'"{found["version"]}"'})
    assert (answer.status_code, answer.json()["agreement_version"]) == (201, 2)


async def test_who_is_reinstated_after_a_withdrawal_goes_on_too(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu(TECHNICIAN)))
    [referral] = await plan.referrals_of(one)
    await plan.post(f"/v1/referrals/{referral['referral_id']}/reports", {"step": "STARTED", "on": "2018-03-26"})
    await plan.bring(story.withdrawn(one), story.died(one), story.alive_again(one))
    assert (await plan.plan_of(one))["status"] == "WITHDRAWN"
    await plan.bring(story.decided(one, DecisionKind.REINSTATE))
    found = await plan.plan_of(one)
    assert (found["status"], [one["status"] for one in found["referrals"]]) == ("IN_DEVELOPMENT", ["STARTED"])
    assert [event["data"]["in_development"] for event in await plan.outbox("ReferralReopened")] == [True]


async def test_an_interview_that_a_withdrawal_overtook_does_not_leave_the_plan_open(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.declared(one), story.withdrawn(one), story.interviewed(one, lines=story.menu(TECHNICIAN)))
    found = await plan.plan_of(one)
    assert found["status"] == "WITHDRAWN"
    assert [(one["status"], one["closed_reason"]) for one in found["referrals"]] == [("CLOSED", "WITHDRAWN")]


async def test_the_committee_finds_that_nothing_was_chosen_and_reinstates(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one), story.decided(one, DecisionKind.CHOSE_NOTHING))
    found = await plan.plan_of(one)
    assert (found["status"], found["decisions"][0]["reference"]) == ("DECLINED", "๗/๒๕๖๑")
    await plan.bring(story.decided(one, DecisionKind.REINSTATE))
    assert (await plan.plan_of(one))["status"] == "RECOMMENDED"
    assert await plan.published(one) == ["RecommendationPrepared", "PlanDeclined", "RecommendationPrepared"]


async def test_other_decisions_are_kept_and_change_no_plan(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, lines=story.menu(TECHNICIAN)))
    await plan.bring(story.decided(one, DecisionKind.CHOSE_NOTHING), story.decided(one, DecisionKind.DID_NOT_DEVELOP))
    found = await plan.plan_of(one)
    assert (found["status"], len(found["decisions"])) == ("REFERRED", 2)


async def test_follow_ups_keep_the_newest_income(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one))
    later = story.NOW.date().replace(month=9)
    await plan.bring(story.followed(one, on=later, income=90000))
    await plan.bring(story.followed(one, income=52000), story.followed(one, on=later.replace(day=30), reached=False))
    found = await plan.plan_of(one)
    assert (found["yearly_income_baht"], found["followed_up_on"], found["job_status"]) == (90000, str(later), "EMPLOYED")


async def test_everything_twice_and_shuffled_across_people_gives_the_same_state(plan):
    people = [person(number) for number in range(12)]
    cipher = plan.resources.assessments
    stories = {}
    for number, one in enumerate(people):
        lines = [(), story.menu(TECHNICIAN), story.menu(JOB, FARMER_LOAN)][number % 3]
        answer = Answer.REFUSE if number % 6 == 3 else Answer.DEVELOP
        stories[one] = [
            story.registered(one),
            story.declared(one),
            story.assigned(one),
            story.routed(one, "8103"),
            story.assessed(one, cipher),
            story.interviewed(one, answer=answer, lines=lines if answer is Answer.DEVELOP else ()),
            *([story.withdrawn(one)] if number % 4 == 1 else []),
            *([story.decided(one, DecisionKind.CHOSE_NOTHING)] if number % 4 == 2 else []),
            story.followed(one),
            *([story.died(one)] if number % 5 == 4 else [story.moved(one)]),
            *([story.alive_again(one)] if number == 4 else []),
        ]
    await plan.bring(story.policy(), story.officer(), *(event for one in people for event in stories[one]))
    once = await plan.state()

    await plan.bring(*(event for one in people for event in stories[one] * 2))
    assert await plan.state() == once

    chance = random.Random(2561)
    for _ in range(2):
        await plan.empty()
        await plan.service.on_start()
        waiting = {one: list(events) for one, events in stories.items()}
        mixed = [story.policy(), story.officer()]
        while waiting:
            one = chance.choice(sorted(waiting))
            mixed.append(waiting[one].pop(0))
            waiting = {key: events for key, events in waiting.items() if events}
        while mixed:
            size = chance.randint(1, 9)
            await plan.bring(*mixed[:size])
            mixed = mixed[size:]
        assert await plan.state() == once
