"""People who may be in the registry twice: found set-based, put before districts, decided, merged by a second person, taken back."""

import asyncio
from datetime import date

import pytest

from services.registry.http.scopes import SCOPES
from services.registry.jobs.find_duplicates import duplicates_timers
from shared.auth import Level, Reach
from shared.clock import noon
from shared.ids import new_id
from tests.registry.facts import district
from tests.registry.people import card_no, citizen_id, file_of, line

BODY = {"reason": "ตรวจสอบกับเจ้าตัวแล้ว"}


async def brought(registry, *lines):
    registry.write("r.csv", file_of(*lines))
    await registry.import_file("r.csv")
    return [(await registry.holder_of(citizen_id(number)))["holder_id"] for number in range(1, len(lines) + 1)]


async def found(registry, reach=None, **query):
    answer = await registry.post("/v1/duplicates/searches", {})
    assert answer.status_code == 202, answer.text
    await registry.run_jobs()
    state = (await registry.get(f"/v1/duplicates/searches/{answer.json()['job_id']}")).json()
    assert state["status"] == "DONE", state
    return await pairs(registry, reach, **query)


async def pairs(registry, reach=None, **query):
    answer = await registry.get("/v1/duplicates", *([reach] if reach else []), **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def decided(registry, pair, who="tester", reach=None, **body):
    return await post_as(registry, f"/v1/duplicates/{pair['pair_id']}/decision", {**BODY, **body}, who, reach, pair["version"])


async def post_as(registry, path, body, who="tester", reach=None, version=None):
    """A POST of another person than the fixture's caller, or with If-Match."""
    token = registry.issuer.issue(who, tuple(SCOPES), reach or Reach.country())
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return await registry.client.post(path, json=body, headers=headers)


async def merged(registry, first=0):
    """Two holders of one name and birth date, one merged into the other; returns (kept, merged)."""
    ids = await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    keep = ids[first]
    answer = await decided(registry, pair, decision="SAME", keep=keep)
    assert answer.json()["status"] == "MERGE_PROPOSED", answer.text
    [proposal] = (await registry.get("/v1/merge-proposals", status="PROPOSED")).json()["items"]
    path = f"/v1/merge-proposals/{proposal['proposal_id']}/decision"
    answer = await post_as(registry, path, {"approved": True, **BODY}, who="chief")
    assert (answer.status_code, answer.json()["status"]) == (200, "APPROVED"), answer.text
    return keep, ids[1 - first]


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({}, ["NAME_SAME", "BIRTH_SAME", "SAME_SUBDISTRICT"]),
        ({"subdistrict_code": "100101"}, ["NAME_SAME", "BIRTH_SAME"]),
        ({"birth_date": "1970-04-05"}, ["NAME_SAME", "BIRTH_DAY_MONTH_SWAPPED", "SAME_SUBDISTRICT"]),
        ({"birth_date": "1907-05-04"}, ["NAME_SAME", "BIRTH_YEAR_DIGITS_SWAPPED", "SAME_SUBDISTRICT"]),
        ({"birth_date": "1970-05-04", "first_name": "สุตา"}, ["NAME_ONE_LETTER", "BIRTH_SAME", "SAME_SUBDISTRICT"]),
        ({"last_name": "ใจดีย", "subdistrict_code": "810102"}, ["NAME_ONE_LETTER", "BIRTH_SAME", "SAME_DISTRICT"]),
        ({"first_name": "สุ\u200bดา", "prefix": "นางสาว"}, ["NAME_SAME", "BIRTH_SAME", "SAME_SUBDISTRICT"]),
    ],
)
async def test_who_may_be_one_person_is_found_with_the_reasons(registry, other, reasons):
    ids = await brought(registry, line(1), line(2, **other))
    [pair] = await found(registry)
    assert pair["reasons"] == reasons
    assert {pair["first_id"], pair["second_id"]} == set(ids)
    assert pair["score"] >= 70


async def test_neighbours_in_the_day_changed_places(registry):
    await brought(registry, line(1, birth_date="1970-05-12"), line(2, birth_date="1970-05-21"))
    [pair] = await found(registry)
    assert "BIRTH_NEIGHBOURS_SWAPPED" in pair["reasons"]


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "กานดา"},
        {"birth_date": "1970-05-05"},
        {"birth_date": "1970-04-05", "subdistrict_code": "100101"},
        {"first_name": "สุตา", "last_name": "ใจตี"},
        {"first_name": "สุตา", "subdistrict_code": "810201"},
        {"birth_date": "1907-04-05"},
    ],
)
async def test_who_is_another_is_not_suspected(registry, other):
    await brought(registry, line(1), line(2, **other))
    assert await found(registry) == []


async def test_a_known_citizen_id_with_another_name_is_put_before_people(registry):
    [first, _, _] = await brought(registry, line(1), line(2, birth_date="1980-01-01"), line(3, birth_date="1990-01-01"))
    registry.write(
        "later.csv",
        file_of(
            line(1, first_name="ประยูร", last_name="ทองคำ"),
            line(2, birth_date="1980-01-01", last_name="แต่งงาน"),
            line(3, birth_date="1990-01-01", first_name="สุดำ"),
        ),
    )
    await registry.import_file("later.csv")
    [pair] = await found(registry, kind="OTHER_NAME")
    assert (pair["first_id"], pair["second_id"], pair["reasons"]) == (first, None, ["FIRST_AND_LAST_NAME_CHANGED"])
    assert (await decided(registry, pair, decision="SAME")).json()["status"] == "SAME"
    assert await found(registry, kind="OTHER_NAME") == []


async def test_a_resolved_pair_stays_resolved_and_a_pair_is_found_once(registry):
    await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    assert await found(registry) == [pair]
    answer = await decided(registry, pair, decision="DIFFERENT")
    assert (answer.status_code, answer.json()["status"]) == (200, "DIFFERENT")
    assert await found(registry) == []
    assert [one["status"] for one in await pairs(registry, status="DIFFERENT")] == ["DIFFERENT"]
    assert (await decided(registry, answer.json(), decision="SAME", keep=pair["first_id"])).json()["type"].endswith("pair-decided")


async def test_a_timer_searches_after_imports_and_every_week_but_never_twice_at_once(registry):
    [timer] = [one for one in registry.service.timers if one.name == "find_duplicates"]

    async def looks(*, on=None):
        """Some processes look at once, on a day; returns how many searches they ask for."""
        if on is not None:
            registry.service.resources.clock.play(noon(on))
        before = await registry.value("SELECT count(*) FROM job WHERE kind = 'registry-find-duplicates'")
        await asyncio.gather(*(timer.work() for _ in range(3)))
        return await registry.value("SELECT count(*) FROM job WHERE kind = 'registry-find-duplicates'") - before

    assert await looks() == 0  # nobody is there
    await brought(registry, line(1), line(2), line(3, first_name="กานดา"))
    assert await looks() == 1
    assert await looks() == 0  # it waits
    await registry.run_jobs()
    [pair] = await pairs(registry)
    assert (await decided(registry, pair, decision="DIFFERENT")).status_code == 200
    assert await looks() == 0
    # A file that says nothing new is no reason; one that changes a person is.
    await brought(registry, line(1), line(2), line(3, first_name="กานดา"))
    assert await looks() == 0
    await brought(registry, line(1), line(2), line(3))
    assert await looks() == 1
    await registry.run_jobs()
    new = await pairs(registry)
    assert len(new) == 2
    assert pair["pair_id"] not in {one["pair_id"] for one in new}
    assert [one["pair_id"] for one in await pairs(registry, status="DIFFERENT")] == [pair["pair_id"]]
    # A week of business time later, or since staff asked.
    assert await looks(on=date(2018, 2, 21)) == 0
    assert await looks(on=date(2018, 2, 22)) == 1
    await registry.run_jobs()
    registry.service.resources.clock.play(noon(date(2018, 2, 27)))
    await found(registry)
    assert await looks(on=date(2018, 3, 3)) == 0
    assert await looks(on=date(2018, 3, 6)) == 1


async def test_without_days_there_is_no_timer(registry):
    resources = registry.service.resources
    resources.settings = resources.settings.model_copy(update={"duplicates_every_days": 0})
    assert duplicates_timers(resources) == []


async def test_both_districts_see_their_pair_and_others_do_not(registry):
    await brought(registry, line(1), line(2, subdistrict_code="100101"))
    [pair] = await found(registry)
    for reach in (district("8101"), district("1001"), Reach(Level.PROVINCE, "10")):
        assert await pairs(registry, reach) == [pair]
        shown = await registry.get(f"/v1/duplicates/{pair['pair_id']}", reach, purpose="ตรวจสอบ")
        assert len(shown.json()["people"]) == 2
    assert await pairs(registry, district("8102")) == []
    assert (await registry.get(f"/v1/duplicates/{pair['pair_id']}", district("8102"), purpose="ตรวจสอบ")).status_code == 404
    assert (await decided(registry, pair, reach=district("8102"), decision="DIFFERENT")).status_code == 404
    assert await pairs(registry, district="8101") == [pair]
    assert await pairs(registry, district="8102") == []
    read = await registry.fetch("SELECT holder_id FROM audit_entry WHERE action = 'READ' AND detail = 'pair of duplicates'")
    assert len(read) == 6


async def test_who_claimed_a_pair_decides_it(registry):
    await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    path = f"/v1/duplicates/{pair['pair_id']}"
    claimed = (await post_as(registry, f"{path}/claim", {}, who="one")).json()
    assert claimed["claimed_by"] == "one"
    assert (await post_as(registry, f"{path}/claim", {}, who="two")).json()["type"].endswith("pair-claimed")
    assert (await decided(registry, claimed, who="two", decision="DIFFERENT")).status_code == 409
    assert (await decided(registry, pair, who="one", decision="DIFFERENT")).status_code == 412
    assert (await decided(registry, claimed, who="one", decision="DIFFERENT")).status_code == 200


async def test_two_deciding_at_once_are_one_decision(registry):
    await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    answers = await asyncio.gather(*(decided(registry, pair, who=who, decision="DIFFERENT") for who in ("one", "two")))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_pages_of_pairs_go_on_where_the_last_ended(registry):
    await brought(registry, line(1), line(2), line(3, birth_date="1970-04-05"))
    whole = await found(registry)
    assert [one["score"] for one in whole] == [100, 90, 90]
    seen, cursor = [], None
    for _ in whole:
        answer = (await registry.get("/v1/duplicates", limit=1, **({"cursor": cursor} if cursor else {}))).json()
        seen += answer["items"]
        cursor = answer["next_cursor"]
    assert (seen, cursor) == (whole, None)


async def test_pairs_are_told_to_payments_once_for_each_person(registry):
    ids = await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    await found(registry)
    await decided(registry, pair, decision="DIFFERENT")
    told = [envelope for topic, _, envelope in await registry.published() if topic == "registry.duplicates.v1"]
    assert sorted((one["subject"], one["data"]["version"], one["data"]["status"]) for one in told) == sorted(
        (holder_id, version, status) for holder_id in ids for version, status in ((1, "OPEN"), (2, "DIFFERENT"))
    )
    assert all({one["data"]["holder_id"], one["data"]["other_holder_id"]} == set(ids) for one in told)


async def test_a_search_that_was_killed_goes_on_with_the_rules_that_are_left(registry):
    await brought(registry, line(1), line(2))
    answer = await registry.post("/v1/duplicates/searches", {})
    async with registry.db.transaction() as tx:
        await tx.execute(
            """UPDATE job SET progress = '{"rules": 4, "found": 7, "told": 0, "done": false}' WHERE kind = 'registry-find-duplicates'"""
        )
    await registry.run_jobs()
    state = (await registry.get(f"/v1/duplicates/searches/{answer.json()['job_id']}")).json()
    assert (state["status"], state["found"]) == ("DONE", 7)
    assert await pairs(registry) == []


async def test_a_merged_away_person_is_no_longer_found_and_their_ids_lead_to_who_stays(registry):
    kept, away = await merged(registry)
    for number in (1, 2):
        assert (await registry.holder_of(citizen_id(number)))["holder_id"] == kept
        answer = await registry.post("/v1/card-holders/look-up", {"card_no": card_no(number)})
        assert answer.json()["holder_id"] == kept
    asked = "\n".join(f'{{"citizen_id": "{citizen_id(number)}"}}' for number in (1, 2))
    headers = {**registry.token(), "Content-Type": "application/x-ndjson"}
    answer = await registry.client.post("/v1/card-holders/verifications", content=asked, headers=headers, params={"purpose": "ทดสอบ"})
    assert answer.text.count('"card_holder":true') == 2
    assert [one["holder_id"] for one in (await registry.get("/v1/card-holders")).json()["items"]] == [kept]
    assert (await registry.get("/v1/card-holders/count")).json() == {"persons": 1}
    answer = await registry.post("/v1/card-holders/search", {"name": "สุดา", "district": "8101", "purpose": "ทดสอบ"})
    assert [one["holder_id"] for one in answer.json()["items"]] == [kept]
    shown = (await registry.get(f"/v1/card-holders/{away}")).json()
    assert (shown["merged_into"], shown["version"]) == (kept, 2)
    assert [one["what"] for one in (await registry.get(f"/v1/card-holders/{away}/history")).json()["items"]] == ["REGISTERED", "MERGED"]
    assert [one["status"] for one in await pairs(registry, status="MERGED")] == ["MERGED"]
    assert await found(registry) == []
    await registry.assert_sound()


async def test_a_merge_is_told_on_the_holders_topics(registry):
    kept, away = await merged(registry)
    told = [envelope for topic, key, envelope in await registry.published() if topic == "registry.card-holders.v1" and key == away]
    assert [one["type"] for one in told][-1] == "registry.CardholderMerged.v1"
    assert (told[-1]["data"]["merged_into"], told[-1]["data"]["merged_on"]) == (kept, "2018-02-15")


async def test_a_merge_needs_a_second_person_with_the_reach(registry):
    ids = await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    assert (await decided(registry, pair, decision="SAME")).status_code == 422
    await decided(registry, pair, decision="SAME", keep=ids[0])
    [proposal] = (await registry.get("/v1/merge-proposals")).json()["items"]
    path = f"/v1/merge-proposals/{proposal['proposal_id']}/decision"
    assert (await post_as(registry, path, {"approved": True, **BODY})).json()["type"].endswith("decider-is-proposer")
    assert (await post_as(registry, path, {"approved": True, **BODY}, "two", district("8102"))).status_code == 404
    assert (await post_as(registry, path, {"approved": False, **BODY}, "two", district("8101"))).json()["status"] == "REJECTED"
    [open_again] = await pairs(registry)
    assert open_again["pair_id"] == pair["pair_id"]
    assert (await post_as(registry, path, {"approved": True, **BODY}, "three")).json()["type"].endswith("already-decided")


async def test_a_merge_across_districts_is_for_the_country(registry):
    ids = await brought(registry, line(1), line(2, subdistrict_code="100101"))
    [pair] = await found(registry)
    await decided(registry, pair, reach=district("8101"), decision="SAME", keep=ids[0])
    [proposal] = (await registry.get("/v1/merge-proposals")).json()["items"]
    path = f"/v1/merge-proposals/{proposal['proposal_id']}/decision"
    assert (await post_as(registry, path, {"approved": True, **BODY}, "two", district("8101"))).status_code == 404
    assert (await post_as(registry, path, {"approved": True, **BODY}, "two")).json()["status"] == "APPROVED"
    # Who stays lives elsewhere: out of the reach of the district of the one merged away.
    assert (await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(2)}, district("1001"))).status_code == 404
    assert (await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(2)}, district("8101"))).json()["holder_id"] == ids[0]


async def test_a_withdrawn_proposal_opens_its_pair(registry):
    ids = await brought(registry, line(1), line(2))
    [pair] = await found(registry)
    await decided(registry, pair, decision="SAME", keep=ids[1])
    [proposal] = (await registry.get("/v1/merge-proposals")).json()["items"]
    path = f"/v1/merge-proposals/{proposal['proposal_id']}/withdrawal"
    assert (await post_as(registry, path, BODY, "two")).json()["type"].endswith("not-your-proposal")
    assert (await post_as(registry, path, BODY)).json()["status"] == "WITHDRAWN"
    assert [one["status"] for one in await pairs(registry)] == ["OPEN"]


async def test_a_merge_is_taken_back_by_two_persons(registry):
    kept, away = await merged(registry)
    path = f"/v1/card-holders/{away}/unmerge-proposals"
    assert (
        (await registry.post(f"/v1/card-holders/{kept}/unmerge-proposals", {**BODY, "evidence": "x"})).json()["type"].endswith("not-merged")
    )
    answer = await registry.post(path, {**BODY, "evidence": "ทะเบียนบ้าน 4/2561"})
    assert answer.status_code == 201, answer.text
    proposal = answer.json()
    assert (proposal["kind"], proposal["merged_id"], proposal["kept_id"]) == ("registry.unmerge", away, kept)
    decision = f"/v1/merge-proposals/{proposal['proposal_id']}/decision"
    assert (await post_as(registry, decision, {"approved": True, **BODY}, "two")).json()["status"] == "APPROVED"
    assert (await registry.holder_of(citizen_id(2)))["holder_id"] == away
    assert (await registry.get("/v1/card-holders/count")).json() == {"persons": 2}
    assert [one["status"] for one in await pairs(registry, status="DIFFERENT")] == ["DIFFERENT"]
    told = [envelope["type"] for topic, key, envelope in await registry.published() if topic == "registry.card-holders.v1" and key == away]
    assert told[-1] == "registry.CardholderUnmerged.v1"
    await registry.assert_sound()


async def test_a_later_file_and_policy_leave_a_merged_away_person_merged(registry):
    kept, away = await merged(registry)
    registry.write("later.csv", file_of(line(1), line(2, road="ใหม่")))
    await registry.import_file("later.csv")
    [row] = await registry.fetch("SELECT merged_into, version FROM card_holder WHERE holder_id = $1", away)
    assert (str(row["merged_into"]), row["version"]) == (kept, 3)
    messages = [envelope for topic, key, envelope in await registry.published() if topic == "registry.card-holders.v1" and key == away]
    assert messages[-1]["data"]["merged_into"] == kept
    await registry.assert_sound()


async def test_who_stays_may_be_merged_in_turn_and_no_circle_is_made(registry):
    await merged(registry)
    rows = await registry.fetch("SELECT holder_id, merged_into FROM card_holder ORDER BY merged_into NULLS FIRST")
    kept, away = str(rows[0]["holder_id"]), str(rows[1]["holder_id"])
    registry.write("third.csv", file_of(line(3)))
    await registry.import_file("third.csv")
    third = (await registry.holder_of(citizen_id(3)))["holder_id"]
    [pair] = await found(registry)
    assert {pair["first_id"], pair["second_id"]} == {kept, third}
    await decided(registry, pair, decision="SAME", keep=third)
    [proposal] = (await registry.get("/v1/merge-proposals", status="PROPOSED")).json()["items"]
    await post_as(registry, f"/v1/merge-proposals/{proposal['proposal_id']}/decision", {"approved": True, **BODY}, "chief")
    assert {(await registry.holder_of(citizen_id(number)))["holder_id"] for number in (1, 2, 3)} == {third}
    assert away != third
