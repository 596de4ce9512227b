"""A new policy set: groups are computed again, and only those whose groups change are published."""

import pytest

from shared.bus.consumers import RejectedEvent
from shared.contracts.registry import HISTORY, PAYEES
from tests.registry.facts import policy_event
from tests.registry.people import citizen_id, file_of, line


@pytest.fixture
async def people(registry):
    registry.write(
        "r.csv",
        file_of(
            line(1, income_2559_baht="20000"), line(2, income_2559_baht="30000"), line(3, income_2559_baht="30000", birth_date="1950-01-01")
        ),
    )
    await registry.import_file("r.csv")


async def groups(registry, number):
    holder = await registry.holder_of(citizen_id(number))
    return holder["tier"], holder["visit_group"], holder["policy_version"], holder["version"]


async def test_only_those_whose_groups_change_get_a_version(registry, people):
    await registry.bring(policy_event(2, income_threshold_baht=25000))
    await registry.run_jobs()
    assert await groups(registry, 1) == ("UP_TO_30000", True, 1, 1)
    assert await groups(registry, 2) == ("OVER_30000", False, 2, 2)
    assert await groups(registry, 3) == ("OVER_30000", False, 2, 2)
    changes = [envelope for topic, _, envelope in await registry.published() if topic == HISTORY and envelope["data"]["version"] == 2]
    assert sorted(envelope["data"]["changed"] for envelope in changes) == [["tier"], ["tier", "visit_group"]]
    assert sum(1 for topic, _, _ in await registry.published() if topic == PAYEES) == 3
    await registry.assert_sound()


async def test_a_policy_without_a_change_for_anybody_publishes_nothing(registry, people):
    before = await registry.state()
    await registry.bring(policy_event(2, visit_age_max=61))
    await registry.run_jobs()
    assert await registry.state() == before
    await registry.assert_sound()


async def test_a_policy_twice_or_an_older_one_starts_no_job(registry, people):
    newer = policy_event(3, income_threshold_baht=25000)
    await registry.bring(newer)
    await registry.run_jobs()
    state = await registry.state()
    await registry.bring(newer, policy_event(2, income_threshold_baht=10000), policy_event(3, income_threshold_baht=10000))
    assert await registry.value("SELECT count(*) FROM job WHERE kind = 'registry-regroup'") == 1
    await registry.run_jobs()
    assert await registry.state() == state


async def test_who_is_imported_later_follows_the_newest_policy(registry, people):
    await registry.bring(policy_event(2, income_threshold_baht=25000))
    registry.write("two.csv", file_of(line(4, income_2559_baht="26000")))
    await registry.import_file("two.csv")
    assert await groups(registry, 4) == ("OVER_30000", False, 2, 1)
    await registry.assert_sound()


@pytest.mark.parametrize("broken", [{"income_threshold_baht": "many"}, {"age_reference_date": "soon"}])
async def test_a_policy_that_cannot_be_used_is_a_dead_letter(registry, broken):
    with pytest.raises(RejectedEvent):
        await registry.bring(policy_event(2, **broken))
    assert await registry.value("SELECT max(version) FROM policy") == 1
