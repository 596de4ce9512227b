"""Allowances from events: twice, shuffled, early; what is told and kept."""

import random
from dataclasses import replace

import pytest

from shared.bus.consumers import RejectedEvent
from shared.contracts.common import Tier
from shared.contracts.interview import Answer, DecisionKind
from shared.contracts.payments import EntitlementConfirmed, EntitlementReinstated, EntitlementStarted, EntitlementStopped, PaymentInstructed
from shared.contracts.registry import HolderStatus
from shared.ids import new_id, same_id
from tests.payments import story
from tests.payments.conftest import empty

TABLES = ("holder", "tier_correction", "payee", "entitlement_fact", "entitlement", "obligation", "parked")
VARYING = {"seq", "taken_at", "changed_in", "version"}


async def state(payments):
    """Rows of the tables that events fill, without numbers that only count."""
    found = {}
    async with payments.db.reading() as tx:
        for table in TABLES:
            rows = await tx.fetch(f"SELECT * FROM {table}")
            found[table] = sorted(str({name: value for name, value in row.items() if name not in VARYING}) for row in rows)
    return found


def mended(number, holder_id):
    """What the registry takes back or corrects of some."""
    if number == 10:
        death = story.died(holder_id, on="2018-04-03", version=2)
        return [death, story.alive_again(holder_id, wrong="2018-04-03", on="2018-06-08", version=3)]
    return [story.updated(holder_id, version=2, tier=Tier.OVER_30000, on="2018-05-02")] if number == 11 else []


def lives():
    """Some people with all kinds of stories, each person's events by topic in their order."""
    lifes = []
    for number in range(12):
        holder_id = same_id("person", number)
        registry = [story.registered(holder_id), *mended(number, holder_id)]
        case = [story.wish(holder_id, "2018-02-10"), story.routed(holder_id, "1001"), story.assigned(holder_id, same_id("officer"))]
        payee, plan = [story.payee(holder_id)], []
        match number:
            case 1:
                registry.append(story.died(holder_id, on="2018-05-03", version=2))
            case 2:
                case += [story.withdrawn(holder_id, "2018-04-01"), story.decided(holder_id, DecisionKind.REINSTATE, "2018-07-02")]
            case 3:
                case.append(story.interviewed(holder_id, "2018-03-20", Answer.REFUSE))
                case.append(story.interviewed(holder_id, "2018-03-20", Answer.DEVELOP, revision=2))
            case 4:
                case.append(story.interviewed(holder_id, "2018-03-20"))
                plan.append(story.planned(holder_id, "2018-04-01"))
                registry.append(story.moved(holder_id, to="100101"))
            case 5:
                case.append(story.wish(holder_id, "2018-02-11", tier=Tier.OVER_30000, intent_id=same_id("again")))
            case 6:
                case = [story.decided(holder_id, DecisionKind.LATE_WISH_GRANTED, "2018-07-02"), story.wish(holder_id, "2018-06-15")]
            case 8 | 9:
                registry.append(story.merged(holder_id, same_id("person", 1), on="2018-04-10"))
                registry += [story.unmerged(holder_id, on="2018-07-01")] * (number - 8)
            case 7:
                payee.append(story.payee(holder_id, version=2, name="ชื่อใหม่"))
        lifes.append([registry, case, payee, plan])
    return lifes


async def test_every_event_twice_and_shuffled_across_keys_gives_the_same_state(payments_dsns, payments):
    streams = [stream for life in lives() for stream in life]
    await payments.bring(*[event for stream in streams for event in stream])
    straight = await state(payments)
    assert len(straight["entitlement"]) == 12
    for seed in range(3):
        await empty(payments_dsns[0])
        await payments.service.on_start()
        chance = random.Random(seed)
        waiting = [[*stream] for stream in streams]
        while waiting := [stream for stream in waiting if stream]:
            batch = []
            for stream in chance.sample(waiting, chance.randint(1, len(waiting))):
                batch += [stream[0], stream.pop(0)]
            await payments.bring(*batch)
        await payments.bring(*[event for stream in streams for event in stream])
        assert await state(payments) == straight


async def test_a_wish_before_its_holder_waits_for_it(payments):
    holder_id, events = story.person()
    await payments.bring(story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-03-10"))
    assert await payments.entitlement(holder_id) is None
    await payments.bring(*events)
    assert (await payments.entitlement(holder_id))["status"] == "ACTIVE"


async def test_a_death_before_the_wish_is_known_opens_and_stops(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.died(holder_id, on="2018-02-20", version=2))
    await payments.bring(story.wish(holder_id, "2018-02-10", received_on="2018-02-12"))
    told = [event.data for event in await payments.events(holder_id=holder_id)]
    assert [type(one) for one in told] == [EntitlementStarted, EntitlementStopped]
    assert [(one.version, one.status) for one in told] == [(1, "PENDING"), (2, "STOPPED")]
    assert (told[1].stop_month, told[1].reason) == ("2018-03", "DECEASED")


async def test_stop_and_reinstatement_are_told_once_with_the_state_after(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-03-10"))
    stop = story.decided(holder_id, DecisionKind.DID_NOT_DEVELOP, "2018-05-02")
    await payments.bring(stop, stop)
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-07-02"))
    told = [event.data for event in await payments.events(holder_id=holder_id)]
    assert [(type(one), one.status) for one in told] == [
        (EntitlementStarted, "PENDING"),
        (EntitlementConfirmed, "ACTIVE"),
        (EntitlementStopped, "STOPPED"),
        (EntitlementReinstated, "REINSTATED"),
    ]
    assert (told[2].stop_month, told[3].from_month) == ("2018-06", "2018-08")
    shown = await payments.entitlement(holder_id)
    assert shown["months"] == ["2018-03", "2018-04", "2018-05", "2018-08", "2018-09", "2018-10", "2018-11", "2018-12"]
    history = (await payments.get(f"/v1/entitlements/{shown['entitlement_id']}/history")).json()["versions"]
    assert [(one["status"], one["why"]) for one in history] == [
        ("PENDING", "first_month=MONTH_AFTER_STATED"),
        ("ACTIVE", "interviewed"),
        ("STOPPED", "stop_rules.DID_NOT_DEVELOP=NEXT_MONTH"),
        ("REINSTATED", "decision=REINSTATE"),
    ]
    assert history[2]["who"] == "interview.DecisionRecorded.v1"


async def test_a_wish_stated_twice_doubles_nothing(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.bring(story.wish(holder_id, "2018-02-20", intent_id=new_id()))
    assert len(await payments.events(EntitlementStarted, holder_id)) == 1
    assert (await payments.run("2018-03"))["lines"] == 1


async def test_a_refused_wish_is_listed_with_its_rule(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-06-10"))
    listed = (await payments.get("/v1/refused-wishes")).json()["items"]
    assert [(one["holder_id"], one["rule"]) for one in listed] == [(str(holder_id), "late_wish=COMMITTEE")]
    await payments.bring(story.decided(holder_id, DecisionKind.LATE_WISH_GRANTED, "2018-07-03"))
    assert (await payments.get("/v1/refused-wishes")).json()["items"] == []
    assert (await payments.entitlement(holder_id))["first_month"] == "2018-07"


async def test_a_first_month_named_after_the_wish_came_is_told_and_what_was_paid_before_it_is_owed_back(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-06-10", decision_reference="คอจ. 6/2561"))
    july = await payments.run("2018-07")
    (one,) = [event.data for event in await payments.events(PaymentInstructed)]
    await payments.bring(story.answered(one, on="2018-07-21"))
    await payments.close(july["run_id"])
    await payments.bring(story.decided(holder_id, DecisionKind.LATE_WISH_GRANTED, "2018-06-28", effective_month="2018-09"))
    told = [event.data for event in await payments.events(EntitlementStarted, holder_id)]
    assert [(one.version, one.first_month) for one in told] == [(1, "2018-07"), (2, "2018-09")]
    assert (await payments.balances())["RECOVERABLE"] == 20000
    assert (await payments.run("2018-08"))["lines"] == 0


async def test_a_grant_that_leaves_no_month_takes_the_allowance_back(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-06-10", decision_reference="คอจ. 6/2561"))
    await payments.bring(story.decided(holder_id, DecisionKind.LATE_WISH_GRANTED, "2018-06-28", effective_month="2019-01"))
    shown = await payments.entitlement(holder_id)
    assert (shown["status"], shown["months"], shown["stop_rule"]) == ("STOPPED", [], "last_benefit_month")


async def test_a_stop_after_the_list_was_made_is_not_paid_by_the_next_run(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    march = await payments.run("2018-03")
    # Interviewed in February with a no: nothing was ever due; March is out at the bank and will be owed back if it is paid.
    await payments.bring(story.interviewed(holder_id, "2018-02-25", Answer.REFUSE))
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}
    april = await payments.run("2018-04")
    assert april["lines"] == 0
    assert march["lines"] == 1


async def test_a_wish_under_a_policy_that_was_never_published_is_a_dead_letter(payments):
    holder_id, events = story.person()
    await payments.bring(*events)
    with pytest.raises(RejectedEvent, match="policy version 9"):
        await payments.bring(story.wish(holder_id, "2018-02-10", policy_version=9))


async def test_a_payee_that_cannot_be_opened_is_refused_when_it_comes(payments):
    one, other = new_id(), new_id()
    stolen = story.payee(one)
    swapped = story.payee(other)
    hurt = stolen.data.model_copy(update={"sealed": swapped.data.sealed})
    with pytest.raises(RejectedEvent, match="cannot be opened"):
        await payments.bring(replace(stolen, data=hurt))


async def test_an_older_state_of_a_holder_changes_nothing(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"), story.moved(holder_id, to="100101", version=5))
    await payments.bring(story.updated(holder_id, version=4))
    async with payments.db.reading() as tx:
        row = await tx.fetchrow("SELECT home_district, responsible_district FROM holder")
    assert tuple(row) == ("1001", "1001")


async def test_a_dead_holder_whose_death_event_a_compacted_topic_lost_is_stopped_all_the_same(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.bring(story.updated(holder_id, version=4, status=HolderStatus.DECEASED, on="2018-05-10"))
    shown = await payments.entitlement(holder_id)
    assert (shown["stop_reason"], shown["stop_month"]) == ("DECEASED", "2018-06")


async def test_under_the_circular_alone_a_no_stops_nothing(circular):
    holder_id, events = story.person()
    await circular.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-03-10", Answer.REFUSE))
    assert (await circular.entitlement(holder_id))["status"] == "ACTIVE"
    policy = (await circular.get("/v1/policy")).json()
    assert (policy["profile"], policy["parameters"]["late_wish"]) == ("circular", "REFUSE")
