"""The change feed: gap-free whoever commits when, within the reach, the same state as the compacted topic."""

import asyncio
import contextlib

import orjson
import pytest

from shared.auth import Level, Reach
from shared.bus.consumers import Delivery, Work
from shared.contracts.registry import HISTORY, HOLDERS
from shared.ids import new_id
from tests.registry.facts import death_reported, district, move_reported, policy_event, routed
from tests.registry.feed import feed, numbered
from tests.registry.people import file_of, line


def newest(states):
    """What a consumer keeps that starts from nothing: the highest version of each."""
    kept = {}
    for state in states:
        if state["version"] > kept.get(state["holder_id"], {"version": 0})["version"]:
            kept[state["holder_id"]] = state
    return kept


async def lived(registry, people):
    """Moves, a death, a second import, a regrouping: what a year brings."""
    await registry.bring(move_reported(people[1], "100101"), death_reported(people[2]))
    await registry.approve_deaths()
    registry.write("s.csv", file_of(line(3, first_name="ขวัญ", birth_date="1950-01-01", bank="GSB"), line(7)))
    await registry.import_file("s.csv")
    await registry.bring(policy_event(2, visit_age_max=50))
    await registry.run_jobs()


async def test_from_nothing_the_feed_gives_the_state_that_the_compacted_topic_gives(registry, people):
    await lived(registry, people)
    await numbered(registry)
    items, _ = await feed(registry)
    published = await registry.published()
    topic = {}
    for name, key, event in published:
        if name == HOLDERS:
            topic[key] = event["data"]  # what compaction leaves: the last of each key
    kept = newest(items)
    assert len(kept) == 7
    assert kept.keys() == topic.keys()
    for holder_id, state in kept.items():
        shown = ("version", "tier", "age", "visit_group", "policy_version", "subdistrict", "bank", "status", "recorded_on")
        assert {name: state[name] for name in shown} == {name: topic[holder_id][name] for name in shown}
    assert await registry.value("SELECT count(*) FROM card_holder") == 7
    facts = [(event["data"]["holder_id"], event["data"]["version"]) for name, _, event in published if name == HISTORY]
    assert sorted((item["holder_id"], item["version"]) for item in items) == sorted(facts)
    await registry.assert_sound()


async def test_nothing_personal_is_in_the_feed(registry, people):
    await registry.bring(death_reported(people[2]))
    await registry.approve_deaths()
    await numbered(registry)
    text = str((await feed(registry))[0])
    for told in ("กานดา", "0812345678", "citizen_index", "card_index", "certificate"):
        assert told not in text


async def test_pages_and_ndjson_give_the_same_and_each_cursor_goes_on_behind_itself(registry, people):
    await lived(registry, people)
    await numbered(registry)
    whole, end = await feed(registry, limit=1000)
    assert (await feed(registry, limit=1))[0] == whole
    for number, item in enumerate(whole):
        assert (await feed(registry, after=item["cursor"], limit=1000))[0] == whole[number + 1 :]
    lines = (await registry.get("/v1/changes.ndjson", after="0")).text.splitlines()
    assert [orjson.loads(line) for line in lines] == whole
    assert (await feed(registry, after=end))[0] == []
    await registry.bring(move_reported(people[5], "810101"))
    await numbered(registry)
    assert [item["holder_id"] for item in (await feed(registry, after=end))[0]] == [people[5]]


@contextlib.asynccontextmanager
async def moving(registry, holder_id, to):
    """A move in a transaction of its own; committed when it is let go."""
    moved, let_go = asyncio.Event(), asyncio.Event()

    async def move():
        async with registry.db.transaction() as tx:
            await Delivery(registry.service.consumers, Work(tx, registry.service.resources)).deliver([move_reported(holder_id, to)])
            moved.set()
            await let_go.wait()

    task = asyncio.create_task(move())
    await asyncio.wait_for(moved.wait(), 30)
    yield
    let_go.set()
    await task


async def test_a_commit_that_comes_late_is_behind_what_was_read_before_it_and_never_skipped(registry, people):
    await numbered(registry)
    _, end = await feed(registry)
    async with moving(registry, people[1], "100101"):
        # This one is written later, and committed earlier.
        await registry.bring(move_reported(people[2], "100102"))
        await numbered(registry)
        first, end = await feed(registry, after=end)
    await numbered(registry)
    second, _ = await feed(registry, after=end)
    assert [item["holder_id"] for item in first] == [people[2]]
    assert [item["holder_id"] for item in second] == [people[1]]


async def test_two_numberers_at_once_give_each_entry_one_number_in_an_order_that_a_reader_can_follow(registry, people):
    await numbered(registry)
    _, end = await feed(registry)
    seen = []

    async def read():
        nonlocal end
        found, end = await feed(registry, after=end)
        seen.extend(found)

    for day in range(3):
        moves = [registry.bring(move_reported(people[number], f"10010{day + 1}")) for number in range(1, 5)]
        await asyncio.gather(*moves, numbered(registry), numbered(registry), read())
    await numbered(registry)
    await read()
    versions = [(item["holder_id"], item["version"]) for item in seen]
    assert len(versions) == len(set(versions)) == 12
    for number in range(1, 5):
        mine = [version for holder_id, version in versions if holder_id == people[number]]
        assert mine == sorted(mine)


async def test_an_import_enters_a_row_a_chunk_and_not_a_row_a_person(registry, people):
    assert await registry.value("SELECT count(*) FROM change_feed") == 1
    assert await registry.value("SELECT count(*) FROM card_holder_history") == 6


async def test_what_is_undone_is_not_in_the_feed(registry, people):
    before = await registry.value("SELECT count(*) FROM change_feed")
    with contextlib.suppress(RuntimeError):
        async with moving(registry, people[1], "100101"):
            pass
        async with registry.db.transaction() as tx:
            await tx.execute("INSERT INTO outbox (expander, chunk) VALUES ('holders', $1)", {"change_id": str(new_id()), "chunk_no": 0})
            raise RuntimeError
    assert await registry.value("SELECT count(*) FROM change_feed") == before + 1


async def test_each_reach_has_its_own_feed_and_hears_who_left_and_who_came(registry, people):
    await numbered(registry)
    krabi, bangkok = district("8101"), Reach(Level.PROVINCE, "10")
    assert {item["holder_id"] for item in (await feed(registry, krabi))[0]} == {people[number] for number in (1, 2, 3, 4)}
    (there, krabi_end), (_, bangkok_end) = await feed(registry, krabi), await feed(registry, bangkok)
    assert len(there) == 4
    await registry.bring(move_reported(people[1], "100101"))
    await numbered(registry)
    (gone,) = (await feed(registry, krabi, krabi_end))[0]
    assert (gone["holder_id"], gone["left"], gone["subdistrict"], gone["tier"]) == (people[1], True, None, None)
    (came,) = (await feed(registry, bangkok, bangkok_end))[0]
    assert (came["holder_id"], came["left"], came["subdistrict"]) == (people[1], False, "100101")
    # Its old versions were told to those who reach the person now.
    assert {item["holder_id"] for item in (await feed(registry, krabi))[0] if not item["left"]} == {people[number] for number in (2, 3, 4)}


async def test_a_district_reads_whose_cases_it_has(registry, people):
    await registry.bring(routed(people[6], "8101"))
    await numbered(registry)
    assert people[6] in {item["holder_id"] for item in (await feed(registry, district("8101")))[0]}


async def test_who_gets_a_person_by_the_responsible_district_and_who_loses_them_hear_of_it_and_nobody_else(registry, people):
    person = people[1]  # at home in 8101
    await numbered(registry)
    reaches = {
        "home": district("8101"),
        "first": district("1001"),
        "second": district("1002"),
        "their province": Reach(Level.PROVINCE, "10"),
        "home province": Reach(Level.PROVINCE, "81"),
        "elsewhere": district("8102"),
        "country": Reach.country(),
    }
    ends = {name: (await feed(registry, reach))[1] for name, reach in reaches.items()}

    async def news():
        await numbered(registry)
        told = {}
        for name, reach in reaches.items():
            items, ends[name] = await feed(registry, reach, ends[name])
            told[name] = [(item["kind"], item["left"], item["subdistrict"]) for item in items if item["holder_id"] == person]
        return {name: items for name, items in told.items() if items}

    came, gone = [("ROUTED", False, "810101")], [("ROUTED", True, None)]
    await registry.bring(routed(person, "1001"))
    assert await news() == {"first": came, "their province": came}
    # The same again, an older one, and a newer one of the same district are no news.
    await registry.bring(routed(person, "1001"), routed(person, "1002", version=0))
    await registry.bring(routed(person, "1001", version=2))
    assert await news() == {}
    await registry.bring(routed(person, "1002", version=3))
    assert await news() == {"first": gone, "second": came}
    # A move tells the old home and the new one; the case that follows it there tells who had the case, and not the new home again.
    await registry.bring(move_reported(person, "810201"))
    moved = [("MOVED", False, "810201")]
    left = [("MOVED", True, None)]
    assert await news() == {
        "home": left, "elsewhere": moved, "second": moved, "their province": moved, "home province": moved, "country": moved
    }  # fmt: skip
    await registry.bring(routed(person, "8102", version=4))
    assert await news() == {"second": gone, "their province": gone}
    (of_gone,) = [item for item in (await feed(registry, district("1001"), kinds="ROUTED"))[0] if item["left"]]
    assert of_gone == {
        **dict.fromkeys(of_gone),
        **{name: of_gone[name] for name in ("cursor", "holder_id", "version")},
        "kind": "ROUTED", "left": True, "recorded_on": "2018-02-10",
    }  # fmt: skip
    # From the beginning: who has the person now, has the state; the others none.
    for name, reach in reaches.items():
        items, _ = await feed(registry, reach)
        last = [item for item in items if item["holder_id"] == person][-1:]
        assert [item["left"] for item in last] == ([name in {"home", "first", "second", "their province"}]), name
    await registry.assert_sound()


async def test_a_file_that_corrects_the_home_takes_the_person_from_the_old_district(registry, people):
    await numbered(registry)
    _, end = await feed(registry, district("8101"))
    registry.write("c.csv", file_of(line(1, subdistrict_code="100101")))
    await registry.import_file("c.csv")
    await numbered(registry)
    (gone,) = (await feed(registry, district("8101"), end))[0]
    assert (gone["holder_id"], gone["kind"], gone["left"], gone["tier"]) == (people[1], "UPDATED", True, None)


async def test_kinds_and_areas_narrow_the_feed_and_the_cursor_still_moves(registry, people):
    await lived(registry, people)
    await numbered(registry)
    dead, end = await feed(registry, kinds="DECEASED")
    assert [item["holder_id"] for item in dead] == [people[2]]
    assert (await feed(registry, after=end))[0] == []
    bangkok, _ = await feed(registry, area="1001")
    assert all(item["subdistrict"].startswith("1001") or item["previous_subdistrict"] for item in bangkok)
    assert {people[1], people[5], people[6]} == {item["holder_id"] for item in bangkok}


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": ""}, {"limit": 0}, {"limit": 1001}, {"area": "8"}, {"kinds": "BORN"}])
async def test_what_is_no_cursor_kind_or_area_is_refused(registry, query):
    assert (await registry.get("/v1/changes", **query)).status_code == 422


async def test_the_feed_needs_its_scope(registry):
    assert (await registry.get("/v1/changes", scopes=("registry.card-holders:read",))).status_code == 403
