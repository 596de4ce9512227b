"""A merged-away holder is not paid from the month after; one who is a person after all gets what was missed; a suspicion stops no allowance."""

from dataclasses import replace

from shared.auth import Level, Reach
from shared.contracts.payments import EntitlementReinstated, EntitlementStarted, EntitlementStopped, PaymentInstructed
from shared.contracts.registry import DuplicateStatus
from shared.ids import new_id
from tests.payments import story


async def paid_person(payments, **more):
    holder_id, events = story.person(**more)
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    return holder_id


async def allowance(payments, holder_id):
    [one] = (await payments.get("/v1/entitlements", holder_id=str(holder_id))).json()["items"]
    return one


async def told(payments, kind, holder_id):
    await payments.relay()
    return [event.data for _, event in payments.published if isinstance(event.data, kind) and event.data.holder_id == holder_id]


async def test_the_merged_away_allowance_stops_the_month_after(payments):
    kept, away = await paid_person(payments), await paid_person(payments)
    await payments.bring(story.merged(away, kept, on="2018-04-10"))
    one = await allowance(payments, away)
    assert (one["status"], one["months"]) == ("STOPPED", ["2018-03", "2018-04"])
    assert (one["stop_reason"], one["stop_month"], one["stop_rule"]) == ("DECISION", "2018-05", "merged_into_another_holder")
    [stopped] = await told(payments, EntitlementStopped, away)
    assert (stopped.rule, stopped.reason, stopped.merged_into) == ("merged_into_another_holder", "DECISION", kept)
    assert len((await allowance(payments, kept))["months"]) == 10


async def test_an_unmerged_person_gets_what_was_missed(payments):
    kept, away = await paid_person(payments), await paid_person(payments)
    await payments.bring(story.merged(away, kept, on="2018-04-10"))
    await payments.bring(story.unmerged(away, on="2018-07-01"))
    one = await allowance(payments, away)
    assert (one["stop_reason"], len(one["months"])) == (None, 10)
    [reinstated] = await told(payments, EntitlementReinstated, away)
    assert reinstated.from_month == "2018-05"


async def test_who_stays_and_has_stated_no_wish_is_paid_from_the_month_in_which_the_other_stops(payments):
    away = await paid_person(payments)
    kept, events = story.person()
    await payments.bring(*events)
    for _ in range(2):
        await payments.bring(story.merged(away, kept, on="2018-04-10"))
    assert (await allowance(payments, away))["months"] == ["2018-03", "2018-04"]
    one = await allowance(payments, kept)
    assert (one["first_month"], len(one["months"]), one["status"]) == ("2018-05", 8, "PENDING")
    assert one["rule"] == "taken_over_from_merged_holder"
    [started] = await told(payments, EntitlementStarted, kept)
    assert started.first_month == "2018-05"
    await payments.bring(story.interviewed(away, "2018-05-02"))  # the case goes on under the other id
    assert (await allowance(payments, kept))["status"] == "ACTIVE"
    await payments.bring(story.withdrawn(away, "2018-08-01"))
    one = await allowance(payments, kept)
    assert (one["stop_reason"], one["months"][-1]) == ("WITHDRAWN", "2018-08")


async def test_what_was_taken_over_goes_back_when_they_are_two(payments):
    away = await paid_person(payments)
    kept, events = story.person()
    await payments.bring(*events, story.merged(away, kept, on="2018-03-10"))
    run = await payments.run("2018-04")
    await payments.bring(*(story.answered(one.data) for one in await payments.events(PaymentInstructed)))
    await payments.close(run["run_id"])
    await payments.bring(story.unmerged(away, on="2018-05-01"))
    assert len((await allowance(payments, away))["months"]) == 10
    one = await allowance(payments, kept)
    assert (one["status"], one["months"], one["stop_rule"]) == ("STOPPED", [], "merge_was_undone")
    paid = (await payments.get(f"/v1/entitlements/{one['entitlement_id']}/payments")).json()
    assert [(month["month"], month["overpaid"]) for month in paid["obligations"] if month["overpaid"]] == [("2018-04", True)]


async def test_who_stays_and_has_an_own_allowance_takes_over_nothing(payments):
    kept, away = await paid_person(payments), await paid_person(payments)
    before = await allowance(payments, kept)
    await payments.bring(story.merged(away, kept, on="2018-04-10"), story.interviewed(away, "2018-05-02"))
    assert await allowance(payments, kept) == before


async def test_an_unmerge_does_not_lift_another_stop(payments):
    kept, away = await paid_person(payments), await paid_person(payments)
    await payments.bring(story.withdrawn(away, "2018-04-01"), story.merged(away, kept, on="2018-04-10"))
    await payments.bring(story.unmerged(away, on="2018-07-01"))
    one = await allowance(payments, away)
    assert (one["status"], one["stop_reason"]) == ("STOPPED", "WITHDRAWN")


async def test_a_later_state_of_a_merged_away_holder_keeps_it_stopped(payments):
    kept, away = await paid_person(payments), await paid_person(payments)
    state = story.merged(away, kept, on="2018-04-10")
    later = story.updated(away, version=3)
    later = replace(later, data=later.data.model_copy(update={"merged_into": kept, "merged_on": state.data.merged_on}))
    await payments.bring(later)  # the compacted topic has no more than this
    assert (await allowance(payments, away))["status"] == "STOPPED"
    await payments.bring(state)
    assert (await allowance(payments, away))["status"] == "STOPPED"


async def test_a_suspicion_stops_no_allowance_and_is_seen_with_the_months_paid_twice(payments):
    one, other = await paid_person(payments), await paid_person(payments, subdistrict="100101")
    await payments.bring(story.suspected(one, other), story.suspected(other, one), story.suspected(new_id(), new_id()))
    assert len((await allowance(payments, one))["months"]) == 10
    items = (await payments.get("/v1/suspected-duplicates")).json()["items"]
    assert [(item["score"], item["months_paid_to_both"]) for item in items] == [(90, 10)] * 2
    reach = payments.caller(reach=Reach(Level.DISTRICT, "1001"))
    [item] = (await payments.get("/v1/suspected-duplicates", reach)).json()["items"]
    assert item["holder_id"] == str(other)
    assert (await payments.get("/v1/suspected-duplicates", limit=1)).json()["next_cursor"]
    await payments.bring(story.suspected(one, other, version=2, status=DuplicateStatus.DIFFERENT))
    await payments.bring(story.suspected(one, other))  # an older one changes nothing
    assert [item["holder_id"] for item in (await payments.get("/v1/suspected-duplicates")).json()["items"]] == [str(other)]
