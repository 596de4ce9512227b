"""What interview hears: copies, moves, deaths, and the states that plan's events bring. Twice and shuffled changes nothing."""

import random
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.interview.consumers import consumers
from shared.bus.consumers import Delivery, RejectedEvent, Work
from shared.clock import noon
from shared.contracts import EVENT_TYPES, Event
from shared.contracts.common import Dimension, Tier
from shared.contracts.payments import EntitlementConfirmed, EntitlementReinstated, EntitlementStarted, EntitlementStopped, StopReason
from shared.contracts.plan import (
    Outcome,
    PlanAssigned,
    PlanCompleted,
    PlanDeclined,
    PlanLine,
    RecommendationPrepared,
    RecommendedProgramme,
    ReferralAccepted,
    ReferralCreated,
    ReferralOutcomeRecorded,
    SpecialistReviewAsked,
    SpecialistReviewGiven,
    SpecialistReviewWithdrawn,
)
from shared.contracts.registry import HouseholdChanged
from shared.db import Tx
from shared.ids import new_id, same_id
from tests.interview import world
from tests.interview.conftest import empty
from tests.interview.test_interviews import interviewed

DAY = date(2018, 4, 2)


def plan_facts(holder_id, *, dropped=False):
    """The whole way of a plan with one line."""
    holder_id = UUID(str(holder_id))
    who = {"holder_id": holder_id, "plan_id": same_id("plan", holder_id)}
    referral = {"referral_id": same_id("referral", holder_id), "line_no": 1, "agency": "DSD"}
    line = PlanLine(line_no=1, dimension=Dimension.D2, programme_code="D2-TRAIN", programme_version=1, agency="DSD")
    programme = RecommendedProgramme(
        programme_code="D2-TRAIN", programme_version=1, dimension=Dimension.D2, score=80, reasons_th=("เหมาะสม",), reasons_en=("fits",)
    )
    interview_id = same_id("interview", holder_id)
    outcome = Outcome.DID_NOT_START if dropped else Outcome.TRAINING_PASSED
    facts = [
        RecommendationPrepared(**who, interview_id=interview_id, version=1, programmes=(programme,)),
        PlanAssigned(**who, version=2, interview_id=interview_id, officer_id=new_id(), agreed_on=DAY, lines=(line,), district="8101"),
        ReferralCreated(**who, **referral, programme_code="D2-TRAIN", dimension=Dimension.D2, referred_on=DAY),
        ReferralAccepted(**who, **referral, accepted_on=DAY),
        ReferralOutcomeRecorded(**who, **referral, outcome=outcome, final=True, recorded_on=DAY),
        PlanCompleted(**who, completed_on=DAY, succeeded=0 if dropped else 1, failed=1 if dropped else 0, dropped=dropped),
    ]
    return [Event.of(fact, subject=holder_id, time=noon(DAY)) for fact in facts]


def review_facts(holder_id):
    """A question to a specialist that is answered, and one that is withdrawn."""
    holder_id = UUID(str(holder_id))
    who = {"holder_id": holder_id, "plan_id": same_id("plan", holder_id)}
    asked = {"agency": None, "district": "8101", "asked_on": DAY, "due_on": date(2018, 4, 11), "in_interview": False}
    first, second = ({**who, "review_id": same_id("review", holder_id, one), "dimension": one} for one in (Dimension.D1, Dimension.D3))
    opinion = {"agency": None, "opinion": "OTHER_PROGRAMMES", "programmes": ("D1-DOE-JOB",), "given_on": DAY, "due_on": date(2018, 4, 11)}
    facts = [
        SpecialistReviewAsked(**first, **asked),
        SpecialistReviewAsked(**second, **asked),
        SpecialistReviewGiven(**first, **opinion),
        SpecialistReviewWithdrawn(**second, withdrawn_on=DAY, reason="NOT_NEEDED"),
    ]
    return [Event.of(fact, subject=holder_id, time=noon(DAY), identity=(fact.review_id,)) for fact in facts]


def household(name, version, members):
    fact = HouseholdChanged(household_id=same_id(name), version=version, members=tuple(members))
    return Event.of(fact, subject=fact.household_id, time=noon(DAY))


def allowance(holder_id, kind, version, **more):
    holder_id = UUID(str(holder_id))
    fact = kind(
        holder_id=holder_id,
        entitlement_id=same_id("entitlement", holder_id),
        version=version,
        status="STOPPED" if kind is EntitlementStopped else "ACTIVE",
        tier=Tier.UP_TO_30000,
        monthly_satang=20000,
        first_month="2018-03",
        last_month="2018-12",
        rule="test",
        **more,
    )
    return Event.of(fact, subject=holder_id, time=noon(DAY))


def test_every_event_that_names_interview_has_a_handler():
    assert consumers.types == {name for name, model in EVENT_TYPES.items() if "interview" in model.consumers}


async def test_the_case_goes_the_way_of_the_plan(interview):
    person, _ = await interviewed(interview)
    states = []
    for event in plan_facts(person.subject):
        await interview.bring(event)
        states.append(await interview.state_of(person.subject))
    assert states == ["INTERVIEWED", "PLAN_AGREED", "REFERRED", "IN_DEVELOPMENT", "IN_DEVELOPMENT", "COMPLETED"]
    case = await interview.case(person.subject)
    assert case["plan"]["lines"][0]["programme_code"] == "D2-TRAIN"
    assert case["recommendation"]["programmes"][0]["score"] == 80
    assert (case["referrals"][0]["outcome"], case["referrals"][0]["final"]) == ("TRAINING_PASSED", True)
    assert {entry["by"] for entry in case["history"][:3]} == {"plan"}
    interview.on("2018-09-10")
    done = await interview.made("/v1/follow-ups", world.follow_up(person.subject, "SEPTEMBER", "2018-09-10"))
    assert done["state"] == "FOLLOWED_UP"


async def test_a_september_contact_counts_once_the_plan_has_ended(interview):
    person, _ = await interviewed(interview)
    *before, completed = plan_facts(person.subject, dropped=True)
    await interview.bring(*before)
    interview.on("2018-09-10")
    done = await interview.made("/v1/follow-ups", world.follow_up(person.subject, "SEPTEMBER", "2018-09-10"))
    assert done["state"] == "IN_DEVELOPMENT"
    await interview.bring(completed)
    assert await interview.state_of(person.subject) == "FOLLOWED_UP"


@pytest.mark.parametrize(("sufficient", "state"), [(True, "SUFFICIENCY"), (False, "INTERVIEWED")])
async def test_who_declines_the_plan_is_content_or_chose_nothing(interview, sufficient, state):
    person, _ = await interviewed(interview)
    fact = PlanDeclined(
        holder_id=UUID(person.subject), plan_id=new_id(), interview_id=new_id(), declined_on=DAY, sufficient=sufficient, reason="ไม่เลือก"
    )
    await interview.bring(Event.of(fact, subject=person.subject, time=noon(DAY)))
    case = await interview.case(person.subject)
    assert case["state"] == state
    assert case["plan_declined_on"] == (None if sufficient else "2018-04-02")
    assert case["history"][0]["reason"] == "ไม่เลือก"


async def test_who_withdrew_stays_so_whatever_plan_says(interview):
    person, _ = await interviewed(interview)
    slip = (await interview.case(person.subject))["slip"]
    await interview.made(f"/v1/intents/{slip['intent_id']}/withdrawal", {"withdrawn_on": "2018-03-20", "reason": "x"})
    await interview.bring(*plan_facts(person.subject))
    assert await interview.state_of(person.subject) == "WITHDRAWN"


async def test_the_specialists_opinion_stands_on_the_case(interview):
    person, _ = await interviewed(interview)
    for _ in range(2):
        await interview.bring(*review_facts(person.subject))
    work, finance = sorted((await interview.case(person.subject))["specialist_reviews"], key=lambda one: one["dimension"])
    assert (work["opinion"], work["programmes"], work["given_on"], work["due_on"]) == (
        "OTHER_PROGRAMMES",
        ["D1-DOE-JOB"],
        "2018-04-02",
        "2018-04-11",
    )
    assert (finance["opinion"], finance["withdrawn_on"]) == (None, "2018-04-02")


async def test_plans_of_people_without_a_case_are_parked_in_order(interview):
    (person,) = await interview.people()
    await interview.bring(*plan_facts(person.subject)[1:])
    async with interview.db.reading() as tx:
        parked = await tx.fetch("SELECT waits_for FROM parked ORDER BY seq")
    assert [row["waits_for"] for row in parked] == [f"case:{person.subject}"] * 5


async def test_the_case_goes_with_who_moves_and_waits_for_an_officer_there(interview):
    person, officer = await interviewed(interview)
    (declared,) = await interview.people(age=70)
    interview.on("2018-02-20")
    await interview.made("/v1/intents", world.wish(declared.subject, "2018-02-20"))
    await interview.made("/v1/districts/8101/assignments")
    before = len(await interview.outbox("CaseRouted"))
    await interview.bring(world.moved(person, "900101", date(2018, 4, 1)), world.moved(declared, "900102", date(2018, 4, 1)))
    case = await interview.case(person.subject)
    assert (case["home_district"], case["responsible_district"], case["officer_id"], case["state"]) == ("9001", "9001", None, "INTERVIEWED")
    assert await interview.state_of(declared.subject) == "DECLARED"
    routed = (await interview.outbox("CaseRouted"))[before:]
    assert {(event.data.previous_district, event.data.responsible_district, event.data.reason) for event in routed} == {
        ("8101", "9001", "MOVED")
    }
    assert str(routed[0].data.routed_on) == "2018-04-01"
    assert (await interview.get(f"/v1/cases/{case['case_id']}", interview.ao(officer))).status_code == 404
    assert (await interview.get(f"/v1/cases/{case['case_id']}", interview.caller(code="9001"))).status_code == 200
    await interview.officer("BAAC", "9001")
    assigned = await interview.post("/v1/districts/9001/assignments", who=interview.caller(code="9001"))
    assert assigned.json()["cases"] == 2


async def test_who_moves_to_the_district_they_wished_for_keeps_their_officer(interview):
    (person,) = await interview.people(subdistrict="810201")
    await interview.made("/v1/intents", world.wish(person.subject, wished_district="8101"))
    officer = await interview.officer()
    await interview.made("/v1/districts/8101/assignments")
    await interview.bring(world.moved(person, "810101", date(2018, 4, 1)))
    case = await interview.case(person.subject)
    assert (case["home_district"], case["officer_id"], case["state"]) == ("8101", officer, "ASSIGNED")


async def test_a_move_within_the_district_is_only_kept(interview):
    (person,) = await interview.people()
    await interview.made("/v1/intents", world.wish(person.subject))
    await interview.bring(world.moved(person, "810102", date(2018, 4, 1)))
    assert (await interview.case(person.subject))["subdistrict"] == "810102"
    assert len(await interview.outbox("CaseRouted")) == 1


async def test_death_ends_the_case_and_all_work_on_it(interview):
    person, _ = await interviewed(interview)
    await interview.bring(world.died(person, date(2018, 4, 1)))
    assert await interview.state_of(person.subject) == "DECEASED"
    interview.on("2018-06-10")
    assert (await interview.post("/v1/follow-ups", world.follow_up(person.subject))).json()["type"].endswith("holder-deceased")
    assert (await interview.post("/v1/interviews", world.interview(person.subject))).json()["type"].endswith("holder-deceased")
    assert (await interview.get("/v1/follow-ups-due", round="JUNE")).json()["items"] == []


async def test_after_a_death_that_was_taken_back_the_case_goes_on_where_it_stood(interview):
    person, _ = await interviewed(interview)
    await interview.bring(world.died(person, date(2018, 4, 1)))
    await interview.bring(world.alive_again(person, date(2018, 6, 8)), world.died(person, date(2018, 4, 1)))
    assert await interview.state_of(person.subject) == "INTERVIEWED"
    interview.on("2018-06-10")
    assert (await interview.post("/v1/follow-ups", world.follow_up(person.subject))).status_code == 201


async def test_an_older_state_of_a_holder_changes_nothing(interview):
    (person,) = await interview.people()
    await interview.bring(world.moved(person, "900101", date(2018, 2, 10), version=3))
    await interview.bring(world.moved(person, "100101", date(2018, 2, 5), version=2), person)
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT version, home_district FROM holder")
    assert tuple(row) == (3, "9001")


async def test_the_allowance_is_shown_on_the_case(interview):
    person, _ = await interviewed(interview)
    started = allowance(
        person.subject, EntitlementStarted, 1, intent_id=new_id(), stated_on=DAY, policy_profile="amended", policy_version=1
    )
    pending = replace(started, data=started.data.model_copy(update={"status": "PENDING"}))
    await interview.bring(pending)
    assert (await interview.case(person.subject))["entitlement"]["status"] == "PENDING"
    await interview.bring(allowance(person.subject, EntitlementConfirmed, 2), pending)
    assert (await interview.case(person.subject))["entitlement"]["status"] == "ACTIVE"
    stopped = allowance(person.subject, EntitlementStopped, 3, reason=StopReason.WITHDRAWN, stop_month="2018-06")
    await interview.bring(started, stopped, started)
    shown = (await interview.case(person.subject))["entitlement"]
    assert (shown["status"], shown["stop_month"], shown["stop_reason"]) == ("STOPPED", "2018-06", "WITHDRAWN")
    await interview.bring(allowance(person.subject, EntitlementReinstated, 4, from_month="2018-08"))
    assert (await interview.case(person.subject))["entitlement"]["stop_reason"] is None


async def test_a_policy_that_cannot_be_read_is_a_dead_letter(interview):
    with pytest.raises(RejectedEvent, match="cannot be read"):
        await interview.bring(world.policy(2, parameters={**world.AMENDED, "visit_window": {"from": "2018-03-01"}}))


async def test_without_a_policy_nothing_is_guessed(interview, interview_dsns):
    await empty(interview_dsns[0])
    (person,) = await interview.people()
    answer = await interview.post("/v1/intents", world.wish(person.subject))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (503, "policy-not-here")


async def story(interview):
    """People of every kind, and what is then heard about them, by person in order."""
    people = [(await interviewed(interview))[0] for _ in range(6)]
    heard = [plan_facts(person.subject, dropped=number % 2 == 0) for number, person in enumerate(people)]
    heard[0] += [world.moved(people[0], "900101", date(2018, 4, 1)), world.moved(people[0], "900102", date(2018, 5, 1), version=3)]
    heard[1] += [world.died(people[1], date(2018, 5, 1))]
    heard[3] += [world.died(people[3], date(2018, 4, 1)), world.alive_again(people[3], date(2018, 5, 8))]
    heard[2] += [allowance(people[2].subject, EntitlementStopped, 2, reason=StopReason.WITHDRAWN, stop_month="2018-06")]
    old, new = [person.data.holder_id for person in people[:2]], [person.data.holder_id for person in people[1:3]]
    heard += [[household("old", 1, old), household("old", 2, old[:1])], [household("new", 1, new)]]
    heard += [[world.programme("D3-LOAN", dimension=Dimension.D3)], [world.policy(2, "circular", world.CIRCULAR)]]
    return heard


def shuffled(heard, seed):
    """One order of all events that keeps each person's own."""
    chance = random.Random(seed)
    left = [list(events) for events in heard]
    order = []
    while any(left):
        events = chance.choice([events for events in left if events])
        order.append(events.pop(0))
    return order


@pytest.mark.parametrize("seed", range(4))
async def test_twice_and_shuffled_across_keys_gives_the_same_state(interview, seed):
    heard = await story(interview)
    order = shuffled(heard, seed)
    await interview.bring(*order)
    once = await interview.state()
    await interview.bring(*order)
    for event in shuffled(heard, seed + 100):
        await interview.bring(event)
    assert await interview.state() == once


async def test_the_order_across_keys_and_the_size_of_batches_do_not_matter(interview):
    heard = await story(interview)
    states = []
    for seed in range(3):
        order = shuffled(heard, seed)
        size = [1, 7, len(order)][seed]
        async with interview.db.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            states.append(await _after(interview, connection, [order[at : at + size] for at in range(0, len(order), size)]))
            await transaction.rollback()
    assert states[0] == states[1] == states[2]


async def _after(interview, connection, batches):
    """What the cases are after the batches, read in the same transaction, which the caller undoes."""
    tx = Tx(connection)
    for batch in batches:
        await Delivery(consumers, Work(tx, interview.service.resources)).deliver(batch)
    cases = await tx.fetch("SELECT holder_id, state, home_district, responsible_district, officer_id FROM case_file ORDER BY holder_id")
    copies = [
        await tx.fetch(f"SELECT * FROM {name} ORDER BY 1")
        for name in ("referral", "agreed_plan", "recommendation", "entitlement", "holder", "household")
    ]
    copies += [await tx.fetch("SELECT household_id, holder_id FROM household_member ORDER BY 1, 2")]
    return [tuple(row) for rows in (cases, *copies) for row in rows]
