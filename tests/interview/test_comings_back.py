"""Who withdrew, refused or was content comes back: by another wish within the windows, or by a committee."""

from datetime import date

import pytest

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.plan import PlanDeclined, ReferralAccepted, ReferralReopened
from tests.interview import world
from tests.interview.test_consumers import plan_facts
from tests.interview.test_interviews import assigned, interviewed, menu


async def withdraw(interview, person, on):
    intent_id = (await interview.case(person.subject))["slip"]["intent_id"]
    await interview.made(f"/v1/intents/{intent_id}/withdrawal", {"withdrawn_on": on, "reason": "ไปทำงานต่างประเทศ"})


async def say_no(interview, answer):
    """Somebody who stated the wish in February and says no in March."""
    if answer == "WITHDRAWN":
        person, officer = await interviewed(interview)
        await withdraw(interview, person, "2018-03-20")
    else:
        person, officer = await assigned(interview)
        await interview.made("/v1/interviews", world.interview(person.subject, answer=answer))
    return person, officer


NO = pytest.mark.parametrize(("answer", "state"), [("WITHDRAWN", "WITHDRAWN"), ("REFUSE", "REFUSED"), ("SUFFICIENT", "SUFFICIENCY")])


@NO
async def test_another_wish_on_a_later_day_is_another_slip_and_the_first_is_kept(interview, answer, state):
    person, officer = await say_no(interview, answer)
    first = await interview.case(person.subject)
    assert first["state"] == state
    interview.on("2018-05-10")
    same = await interview.made("/v1/intents", world.wish(person.subject, "2018-03-20", channel="HOME_VISIT"), interview.chief())
    assert (same["repeated"], same["slip_no"]) == (True, first["slip"]["slip_no"])  # not later than the no

    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    assert (again["repeated"], again["first_month"]) == (False, "2018-06")
    case = await interview.case(person.subject)
    # Who withdrew after the interview has had it; who said no in it is asked again.
    assert case["state"] == ("INTERVIEWED" if answer == "WITHDRAWN" else "ASSIGNED")
    assert (case["officer_id"], case["stated_on"], case["slip"]["slip_no"]) == (officer, "2018-05-10", again["slip_no"])
    assert [(one["slip_no"], one["stated_on"], one["replaced_on"]) for one in case["former_wishes"]] == [
        (first["slip"]["slip_no"], "2018-02-14", "2018-05-10")
    ]
    assert [str(event.data.stated_on) for event in await interview.outbox("IntentDeclared")] == ["2018-02-14", "2018-05-10"]
    repeated = await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    assert (repeated["repeated"], repeated["slip_no"]) == (True, again["slip_no"])
    if answer == "WITHDRAWN":
        await withdraw(interview, person, "2018-05-10")
        assert await interview.state_of(person.subject) == "WITHDRAWN"
    else:
        assert (await interview.made("/v1/interviews", world.interview(person.subject, "2018-05-10")))["state"] == "INTERVIEWED"


async def test_a_wish_after_a_withdrawal_on_one_day_is_another_one_and_a_paper_of_that_day_that_comes_later_is_not(interview):
    person, _ = await interviewed(interview)
    interview.on("2018-04-10")
    first = (await interview.case(person.subject))["slip"]
    await withdraw(interview, person, "2018-04-10")
    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-04-10", channel="HOME_VISIT"))
    assert (again["repeated"], again["slip_no"] == first["slip_no"]) == (False, False)
    assert await interview.state_of(person.subject) == "INTERVIEWED"
    await withdraw(interview, person, "2018-04-10")
    interview.on("2018-04-12")
    later = await interview.made("/v1/intents", world.wish(person.subject, "2018-04-10", channel="HOME_VISIT"))
    assert (later["repeated"], later["slip_no"]) == (True, again["slip_no"])


async def test_a_wish_of_the_day_on_which_an_earlier_withdrawal_is_recorded_is_another_one_whenever_it_comes(interview):
    person, _ = await interviewed(interview)
    interview.on("2018-04-10")
    await withdraw(interview, person, "2018-04-03")
    interview.on("2018-04-12")
    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-04-10", channel="HOME_VISIT"))
    assert again["repeated"] is False


async def test_who_was_never_dead_states_another_wish_on_the_day_that_the_error_is_taken_back(interview):
    """The word that ended the first wish was said long before; that the registry gave the case back today is no word of theirs."""
    person, _ = await say_no(interview, "WITHDRAWN")
    first = (await interview.case(person.subject))["slip"]
    interview.on("2018-05-10")
    for told in (world.died(person, date(2018, 4, 20)), world.alive_again(person, date(2018, 5, 10))):
        await interview.bring(told)
    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    assert (again["repeated"], again["slip_no"] == first["slip_no"], again["first_month"]) == (False, False, "2018-06")


@NO
async def test_a_committee_reinstates_and_after_the_windows_another_wish_waits_for_it(interview, answer, state):
    person, _ = await say_no(interview, answer)
    interview.on("2018-07-02")
    decided = await interview.made("/v1/decisions", world.decision(person.subject, "REINSTATE", "2018-07-02"), interview.committee())
    assert decided["state"] == "INTERVIEWED"
    (other, _) = await say_no(interview, answer)
    interview.on("2018-07-02")
    late = await interview.made("/v1/intents", world.wish(other.subject, "2018-07-02", channel="HOME_VISIT"))
    assert (late["status"], await interview.state_of(other.subject)) == ("PENDING_DECISION", "PENDING_DECISION")
    granted = world.decision(other.subject, "LATE_WISH_GRANTED", "2018-07-02")
    granted = await interview.made("/v1/decisions", granted, interview.committee())
    assert granted["state"] == ("INTERVIEWED" if answer == "WITHDRAWN" else "ASSIGNED")
    declared = (await interview.outbox("IntentDeclared", subject=other.subject))[-1].data
    assert (str(declared.stated_on), declared.decision_reference) == ("2018-07-02", "กบ/LATE_WISH_GRANTED")


async def test_who_stated_no_wish_is_not_reinstated_and_of_the_erased_no_wish_is_left(interview):
    interview.on("2018-03-05")
    (person,) = await interview.people()
    await interview.made("/v1/districts/8101/home-visit-list")
    refused = await interview.post("/v1/decisions", world.decision(person.subject, "REINSTATE", "2018-03-05"), interview.committee())
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "decision-not-fitting")
    other, _ = await say_no(interview, "WITHDRAWN")
    interview.on("2018-05-10")
    signed = {"signed_by": "THUMBPRINT", "witness": "นายพยาน", "note": "พบที่ตลาด"}
    await interview.made("/v1/intents", world.wish(other.subject, "2018-05-10", channel="HOME_VISIT", **signed))
    interview.on("2018-05-12")
    await withdraw(interview, other, "2018-05-12")
    interview.on("2018-05-14")
    await interview.made("/v1/intents", world.wish(other.subject, "2018-05-14", channel="HOME_VISIT"))
    assert len((await interview.case(other.subject))["former_wishes"]) == 2
    await interview.bring(world.erased(other, date(2018, 6, 2)))
    async with interview.db.reading() as tx:
        rows = await tx.fetch("SELECT form, people_sealed FROM former_intent")
    assert [tuple(row) for row in rows] == [({}, None)] * 2


async def test_a_wish_that_was_withdrawn_before_it_was_granted_is_not_given_back_but_stated_anew(interview):
    """It never counted, and nobody outside has heard of it: to reinstate it would make a wish of which no allowance ever comes."""
    interview.on("2018-06-10")
    (person,) = await interview.people()
    await interview.made("/v1/intents", world.wish(person.subject, "2018-06-10", channel="HOME_VISIT"))
    interview.on("2018-06-12")
    await withdraw(interview, person, "2018-06-12")
    refused = await interview.post("/v1/decisions", world.decision(person.subject, "REINSTATE", "2018-06-12"), interview.committee())
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "decision-not-fitting")
    interview.on("2018-06-14")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-06-14", channel="HOME_VISIT"))
    await interview.made("/v1/decisions", world.decision(person.subject, "LATE_WISH_GRANTED", "2018-06-14"), interview.committee())
    assert len(await interview.outbox("IntentDeclared", subject=person.subject)) == 1


async def test_who_is_content_by_their_plan_comes_back_too(interview):
    person, _ = await interviewed(interview)
    plan = plan_facts(person.subject)[0].data
    content = PlanDeclined(
        holder_id=plan.holder_id, plan_id=plan.plan_id, interview_id=plan.interview_id, declined_on=date(2018, 3, 20), sufficient=True
    )
    await interview.bring(Event.of(content, subject=person.subject, time=noon(date(2018, 3, 20))))
    assert await interview.state_of(person.subject) == "SUFFICIENCY"
    interview.on("2018-05-10")
    again = await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    assert (again["repeated"], await interview.state_of(person.subject)) == (False, "ASSIGNED")


async def test_the_plan_that_goes_on_after_another_wish_is_followed_and_its_interview_may_still_be_put_right(interview):
    person, officer = await interviewed(interview, menu=menu())
    way = plan_facts(person.subject)
    await interview.bring(*way[:4])
    await withdraw(interview, person, "2018-03-20")
    interview.on("2018-05-10")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    assert await interview.state_of(person.subject) == "INTERVIEWED"
    await interview.bring(*goes_on(way))
    assert await interview.state_of(person.subject) == "REFERRED"
    await interview.bring(*way[4:])
    assert await interview.state_of(person.subject) == "COMPLETED"
    (completed,) = await interview.outbox("InterviewCompleted", subject=person.subject)
    right = {**world.interview_answers(menu=menu()), "reason": "ลงรายจ่ายผิด"}
    assert right["visit"]["interviewed_on"] < "2018-05-10"
    path = f"/v1/interviews/{completed.data.interview_id}/revisions"
    assert (await interview.made(path, right, interview.ao(officer)))["revision"] == 2


async def test_the_plan_of_a_line_that_was_begun_is_in_development_again(interview):
    person, _ = await interviewed(interview, menu=menu())
    way = plan_facts(person.subject)
    begun = next(number for number, event in enumerate(way) if isinstance(event.data, ReferralAccepted))
    await interview.bring(*way[: begun + 1])
    assert await interview.state_of(person.subject) == "IN_DEVELOPMENT"
    await withdraw(interview, person, "2018-03-20")
    interview.on("2018-05-10")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-05-10", channel="HOME_VISIT"))
    await interview.bring(*goes_on(way, in_development=True))
    assert await interview.state_of(person.subject) == "IN_DEVELOPMENT"


def goes_on(way, *, in_development=False):
    """What plan tells when a plan that was withdrawn goes on."""
    assigned_, created = way[1].data, way[2].data
    again = assigned_.model_copy(update={"version": assigned_.version + 2})
    names = ("holder_id", "plan_id", "referral_id", "line_no", "agency")
    reopened = ReferralReopened(
        **{name: getattr(created, name) for name in names}, reopened_on=date(2018, 5, 10), in_development=in_development
    )
    return [Event.of(fact, subject=created.holder_id, time=noon(date(2018, 5, 10)), identity=("again",)) for fact in (again, reopened)]
