"""Every event twice, in any order across keys and topics, gives the same figures."""

import random
from dataclasses import replace
from datetime import date

import pytest

from services.reporting.commands.counting import count_all
from services.reporting.consumers import consumers
from shared.contracts import EVENT_TYPES, Event
from shared.contracts.registry import CardholderMerged
from shared.ids import new_id
from tests.reporting.story import holder, the_year


def test_the_story_has_every_event_that_reporting_takes():
    told = {event.type for event in the_year()}
    assert told == consumers.types == {name for name, model in EVENT_TYPES.items() if "reporting" in model.consumers}


async def test_the_year_in_order_breaks_no_invariant(reporting):
    await reporting.bring(*the_year())
    assert await reporting.broken_invariants() == []


@pytest.mark.parametrize("seed", range(5))
async def test_every_event_twice_and_shuffled_gives_the_same_state(reporting, seed):
    events = the_year()
    for event in events[:-1]:
        await reporting.deliver(event)
    await reporting.bring(events[-1])
    expected = await reporting.state()
    assert all(rows for table, rows in expected.items() if table not in {"snapshot", "changed_holder"}), (
        "a projection that the story does not fill is not tested"
    )

    shuffled = events * 2
    random.Random(seed).shuffle(shuffled)
    await reporting.bring(*shuffled)
    assert await reporting.state() == expected


@pytest.mark.parametrize("seed", range(5))
async def test_shuffled_from_nothing_in_small_batches_gives_the_state_of_the_story_in_order(reporting, seed):
    await reporting.bring(*the_year())
    expected = await reporting.state()
    await reporting.empty()
    shuffled = the_year() * 2
    random.Random(seed).shuffle(shuffled)
    for start in range(0, len(shuffled), 7):
        await reporting.deliver(*shuffled[start : start + 7])
    await count_all(reporting.db)
    assert await reporting.state() == expected
    assert await reporting.broken_invariants() == []


async def test_a_fact_before_its_person_is_counted_once_registry_has_told(reporting):
    wish = next(event for event in the_year() if event.type == "interview.IntentDeclared.v1")
    await reporting.bring(wish)
    assert await reporting.broken_invariants() == ["person-has-registry-data"]
    table = await reporting.figures("age-income")
    assert (table["persons"], table["without_registry_data"]) == (0, 1)

    await reporting.bring(*the_year())
    assert await reporting.broken_invariants() == []
    assert (await reporting.figures("age-income"))["without_registry_data"] == 0


async def test_a_case_that_goes_on_for_who_stays_is_counted_once(reporting):
    year = the_year()
    await reporting.bring(*year)
    before = [await reporting.figures(name) for name in ("intake", "plans", "income-bands", "year")]
    first = next(event for event in year if event.type == "registry.CardholderRegistered.v1" and event.subject == str(holder("anong")))
    other = first.data.model_copy(update={"holder_id": new_id(), "age": first.data.age})
    state = first.data.model_dump() | {
        "version": 9,
        "merged_into": other.holder_id,
        "merged_on": date(2018, 12, 1),
        "reason": "same person",
    }
    await reporting.bring(replace(first, id=new_id(), subject=str(other.holder_id), data=other))
    await reporting.bring(Event.of(CardholderMerged(**state), subject=first.subject, time=year[-1].time))
    assert [await reporting.figures(name) for name in ("intake", "plans", "income-bands", "year")] == before


async def test_of_the_incomes_of_an_erased_person_the_bands_alone_stay_and_figures_are_the_same(reporting):
    *year, erased = the_year()
    assert erased.type == "registry.CardholderErased.v1"
    await reporting.bring(*year)
    before = [await reporting.figures(name) for name in ("income-bands", "follow-ups", "year")]
    await reporting.bring(erased)
    assert [await reporting.figures(name) for name in ("income-bands", "follow-ups", "year")] == before
    state = await reporting.state()
    assert "110000" not in str(state["follow_up"])
    assert "100001" in str(state["follow_up"])
