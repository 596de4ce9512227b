"""Before a month's list is drawn up it does not matter in which order events come, nor in which batches; what comes after waits for the next."""

import random

from shared.contracts.common import Tier
from shared.contracts.interview import Answer, DecisionKind
from shared.ids import new_id
from tests.payments import story

ORDERS = 4


def corrected_and_interviewed(holder_id):
    return [
        story.registered(holder_id),
        story.payee(holder_id),
        story.updated(holder_id, version=2, tier=Tier.OVER_30000),
        story.updated(holder_id, version=3, subdistrict="810201", tier=Tier.OVER_30000, on="2018-02-25"),
        story.wish(holder_id, "2018-02-10"),
        story.interviewed(holder_id, "2018-02-20"),
        story.planned(holder_id, "2018-03-01"),
    ]


def stopped_and_reinstated(holder_id):
    return [
        story.registered(holder_id),
        story.payee(holder_id),
        story.wish(holder_id, "2018-02-10"),
        story.withdrawn(holder_id, "2018-02-20"),
        story.interviewed(holder_id, "2018-02-18", Answer.REFUSE),
        story.interviewed(holder_id, "2018-02-18", Answer.DEVELOP, revision=2),
        story.decided(holder_id, DecisionKind.DID_NOT_DEVELOP, "2018-03-05"),
        story.decided(holder_id, DecisionKind.REINSTATE, "2018-03-06", effective_month="2018-03"),
    ]


def died_late(holder_id):
    return [
        story.registered(holder_id),
        story.payee(holder_id),
        story.wish(holder_id, "2018-02-10"),
        story.interviewed(holder_id, "2018-02-20"),
        story.died(holder_id, on="2018-03-02", known="2018-03-15"),
    ]


async def test_within_a_months_cut_off_neither_order_nor_batches_of_events_matter(payments):
    chance = random.Random(2561)
    people = {}
    for told in (corrected_and_interviewed, stopped_and_reinstated, died_late):
        people[told] = [new_id() for _ in range(ORDERS)]
        for number, holder_id in enumerate(people[told]):
            events = told(holder_id)
            chance.shuffle(events)
            # The first half in one batch, the others one by one, twice.
            batches = [events] if number < ORDERS // 2 else [[event] for event in (*events, *reversed(events))]
            for batch in batches:
                await payments.bring(*batch)
    april = await payments.run("2018-04")
    lines = (await payments.get(f"/v1/runs/{april['run_id']}/lines", limit=100)).json()["items"]
    for told, holder_ids in people.items():
        shown = [await payments.entitlement(holder_id) for holder_id in holder_ids]
        names = ("status", "tier", "monthly_satang", "months", "stop_reason", "stop_month", "stop_rule", "plan_agreed_on")
        assert len({str([one[name] for name in names]) for one in shown}) == 1, told
        owed = [
            sorted(
                (line["month"], line["amount_satang"], line["state"], line["district"]) for line in lines if line["holder_id"] == str(one)
            )
            for one in holder_ids
        ]
        assert owed[0], told
        assert owed == owed[:1] * ORDERS, told
