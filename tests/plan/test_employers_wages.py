"""Wages that banks tell: checked, taken once, corrected, late; and what becomes of them when a person is merged or erased."""

import random

import pytest

from shared.bus.consumers import RejectedEvent
from shared.contracts.common import Bank
from shared.ids import new_id
from tests.plan import employers as they
from tests.plan import story
from tests.plan.employers import OTHER
from tests.plan.test_employers import begin


async def exceptions(plan, who=None):
    rows = (await plan.get("/v1/bank-wages/exceptions", who or they.revenue(plan))).json()["items"]
    return {row["bank_reference"]: row["disposition"] for row in rows}


async def paid(plan, employment):
    shown = (await plan.get(f"/v1/employments/{employment['employment_id']}", they.employer(plan))).json()
    return [(wage["month"], wage["amount_satang"]) for wage in shown["wages"]]


async def test_every_word_is_checked_and_what_is_wrong_is_shown_and_not_taken(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    nobody = {"reference": new_id().hex}
    await plan.bring(
        they.wage(plan, 0, ann, "2018-02", reference="good"),
        they.wage(plan, 0, ann, "2018-02", reference="another bank's", bank=Bank.GSB),
        they.wage(plan, 0, nobody, "2018-02", reference="nobody's"),
        they.wage(plan, 0, ann, "2018-02", reference="other employer", tax_id=OTHER),
        they.wage(plan, 0, ann, "2018-02", reference="other card", card=they.card_of(1)),
        _unreadable(plan, ann),
        they.wage(plan, 0, ann, "2018-03", 1, reference="good"),
    )
    assert await paid(plan, ann) == [("2018-02", 900_000)]
    assert await exceptions(plan) == {
        "another bank's": "WRONG_BANK",
        "nobody's": "UNKNOWN_EMPLOYMENT",
        "other employer": "WRONG_EMPLOYER",
        "other card": "WRONG_CARD",
        "unreadable": "WRONG_CARD",
        "good": "CONTRADICTS",
    }
    assert await exceptions(plan, they.bank(plan, "GSB")) == {}
    assert len(await exceptions(plan, they.bank(plan, "KTB"))) == 6


def _unreadable(plan, employment):
    """A card that was sealed with the wage of another employment."""
    event = they.wage(plan, 0, employment, "2018-02", reference="unreadable")
    other = plan.resources.bank_ciphers[Bank.KTB].seal_text(they.card_of(0), new_id().hex.encode())
    return they.replace(event, data=event.data.model_copy(update={"sealed_card": other}))


async def test_a_word_that_cannot_be_kept_is_a_dead_letter(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    for changes in ({"wage_month": "2018-13"}, {"bank_reference": "a\0b"}, {"employment_reference": "z" * 32}, {"amount_satang": 10**20}):
        event = they.wage(plan, 0, ann, "2018-02")
        with pytest.raises(RejectedEvent):
            await plan.bring(they.replace(event, data=event.data.model_copy(update=changes)))


async def test_words_that_come_twice_and_in_any_order_give_the_same(plan):
    await begin(plan)
    ann, bo = await they.employed(plan, 0), await they.employed(plan, 1)
    words = [
        they.wage(plan, 0, ann, "2018-02", 900_000, reference="one"),
        they.wage(plan, 0, ann, "2018-02", 850_000, reference="two", corrects="one"),
        they.wage(plan, 0, ann, "2018-03", reference="three"),
        they.wage(plan, 0, ann, "2018-03", 0, reference="four", corrects="three"),
        they.wage(plan, 1, bo, "2018-02", 700_000, reference="one", via=Bank.BAAC),
    ]
    shuffled = words * 2
    random.Random(1).shuffle(shuffled)
    await plan.bring(*reversed(words))
    for word in shuffled:
        await plan.bring(word)
    assert await paid(plan, ann) == [("2018-02", 850_000)]
    assert await paid(plan, bo) == [("2018-02", 700_000)]
    assert await exceptions(plan) == {}
    assert await months_told(plan) == {
        (ann["employment_id"], "2018-02", "KTB"): True,
        (ann["employment_id"], "2018-03", "KTB"): False,
        (bo["employment_id"], "2018-02", "BAAC"): True,
    }


async def months_told(plan):
    """What is told last of each month: whether the bank's words that stand say that it was paid."""
    told = [event["data"] for event in await plan.outbox("WageMonthTold")]
    told.sort(key=lambda one: one["version"])
    return {(one["employment_id"], one["wage_month"], one["bank"]): one["paid"] for one in told}


async def test_a_wage_that_was_told_of_a_wrong_month_is_told_of_both(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    await plan.bring(they.wage(plan, 0, ann, "2018-02", reference="one"))
    await plan.bring(they.wage(plan, 0, ann, "2018-03", reference="two", corrects="one"))
    assert await months_told(plan) == {(ann["employment_id"], "2018-02", "KTB"): False, (ann["employment_id"], "2018-03", "KTB"): True}


async def test_of_an_employment_days_are_told_and_nothing_of_the_employer_or_of_amounts(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    await plan.bring(they.wage(plan, 0, ann, "2018-02"), they.wage(plan, 0, {"reference": new_id().hex}, "2018-02"))
    they.at(plan, "2018-03-20")
    body = {"ends_on": "2018-03-15"}
    ended = await plan.post(f"/v1/employments/{ann['employment_id']}/end", body, they.employer(plan), headers={"If-Match": '"1"'})
    assert ended.status_code == 200, ended.text
    bo = await they.employed(plan, 1)
    await plan.bring(story.erased(story.person(1)))
    told = [event["data"] for event in await plan.outbox("EmploymentChanged")]
    about = [(one["employment_id"], one["version"], one["ends_on"] is None) for one in told]
    assert about == [
        (ann["employment_id"], 1, True),
        (ann["employment_id"], 2, False),
        (bo["employment_id"], 1, True),
        (bo["employment_id"], 2, False),
    ]
    assert told[1]["ends_on"] == "2018-03-15"
    assert {name for one in told for name in one} == {"holder_id", "employment_id", "version", "starts_on", "ends_on"}
    assert [set(event["data"]) for event in await plan.outbox("WageMonthTold")] == [
        {"holder_id", "employment_id", "wage_month", "bank", "version", "paid"}
    ]


async def test_a_bank_tells_the_same_over_rest(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    they.at(plan, "2018-03-01")
    row = {
        "bank_reference": "KTB-1",
        "employment_reference": ann["reference"],
        "employer_tax_id": "0-10-5-561-00000-3",
        "wage_month": "2018-02",
        "amount_satang": 900_000,
        "paid_on": "2018-02-28",
        "card_no": they.card_of(0),
    }
    told = await plan.post(
        "/v1/bank-wages", {"wages": [row, {**row, "bank_reference": "KTB-2", "card_no": they.card_of(1)}, row]}, they.bank(plan)
    )
    assert told.json() == {"received": 3, "repeated": 1, "dispositions": {"TAKEN": 1, "WRONG_CARD": 1}}
    # The same word on the bank's topic is the same.
    await plan.bring(they.wage(plan, 0, ann, "2018-02", reference="KTB-1", paid_on="2018-02-28"))
    assert await paid(plan, ann) == [("2018-02", 900_000)]
    assert await exceptions(plan) == {"KTB-2": "WRONG_CARD"}
    wrong = await plan.post("/v1/bank-wages", {"wages": [row, {**row, "paid_on": "2018-03-02"}]}, they.bank(plan))
    assert wrong.json()["errors"][0]["field"] == "wages.1.paid_on"
    assert (await plan.post("/v1/bank-wages", {"wages": [row]}, they.employer(plan))).status_code == 403
    country = plan.caller(scopes=("plan.wages:write",))
    assert (await plan.post("/v1/bank-wages", {"wages": [row]}, country)).status_code == 404


async def test_a_new_card_is_the_same_person_and_the_old_one_still_was(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    new_card = "9999000011112222"
    await plan.bring(they.said(plan, 0, on=story.date(2018, 3, 10), version=3, card=new_card))
    await plan.bring(
        they.wage(plan, 0, ann, "2018-02", paid_on="2018-02-28"),
        they.wage(plan, 0, ann, "2018-03", card=new_card),
        they.wage(plan, 0, ann, "2018-04", card=they.card_of(1)),
    )
    assert [month for month, _ in await paid(plan, ann)] == ["2018-02", "2018-03"]


async def test_one_person_under_two_ids_is_one_of_the_head_count_and_consents_under_either(plan):
    await begin(plan)
    ann, bo = await they.employed(plan, 0), await they.employed(plan, 1, "2018-02-05")
    year = await they.period(plan)
    await they.heads(plan, ["2018-01"], 10)
    await plan.bring(they.wage(plan, 0, ann, "2018-02"), they.wage(plan, 1, bo, "2018-03"))
    two = await they.preview(plan, year)
    assert (two.head_count["persons"], two.head_count["persons_over"], two.wages_satang) == (1, 1, 900_000)
    await plan.bring(story.merged(story.person(1), story.person(0), version=3))
    one = await they.preview(plan, year)
    assert (one.head_count["persons"], one.head_count["persons_over"], one.wages_satang) == (1, 0, 1_800_000)
    # Both ids are one person's, who is in the employ already.
    await plan.bring(they.said(plan, 0, card=they.card_of(1), version=4, on=story.date(2018, 5, 3)))
    answer = await they.employ(plan, 0, "2018-02-20", card=they.card_of(1))
    assert answer.json()["type"].endswith("employment-overlaps")
    await plan.bring(story.unmerged(story.person(1), version=5))
    parted = await they.preview(plan, year)
    assert (parted.head_count, parted.wages_satang) == (two.head_count, two.wages_satang)


async def test_an_erased_person_is_found_no_more_and_what_was_paid_still_counts(plan):
    await begin(plan)
    ann = await they.employed(plan, 0)
    year = await they.period(plan)
    await they.heads(plan, ["2018-01"], 10)
    await plan.bring(they.wage(plan, 0, ann, "2018-02"))
    before = await they.preview(plan, year)
    await plan.bring(story.erased(story.person(0), version=8))
    after = await they.preview(plan, year)
    assert (after.basis, after.wages_satang) == (before.basis, 900_000)
    shown = (await plan.get(f"/v1/employments/{ann['employment_id']}", they.employer(plan))).json()
    assert (shown["ends_on"], shown["history"][-1]["state"]) == ("2018-07-02", "ENDED")
    async with plan.db.reading() as tx:
        assert (
            await tx.fetchval("SELECT count(*) FROM wage_consent WHERE citizen_index IS NOT NULL AND holder_id = $1", story.person(0)) == 0
        )
    await plan.bring(they.wage(plan, 0, ann, "2018-07"))
    assert list((await exceptions(plan)).values()) == ["WRONG_CARD"]
    assert (await they.employ(plan, 0, "2018-02-20")).json()["type"].endswith("card-holder-not-consenting")


async def test_of_who_never_consented_nothing_is_kept(plan):
    await begin(plan, 1)
    await plan.bring(
        story.registered(story.person(1)), they.said(plan, 1, consents=they.WITHOUT), they.said(plan, 1, consents=None, version=3)
    )
    async with plan.db.reading() as tx:
        rows = await tx.fetch("SELECT holder_id, version, given FROM wage_consent")
    assert [(row["holder_id"], row["version"], row["given"]) for row in rows] == [(story.person(0), 2, True)]
